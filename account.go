package reelm

import (
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Role is what an account may do beyond watching and publishing.
type Role string

// The roles, weakest first.
const (
	RoleViewer    Role = "viewer"
	RoleModerator Role = "moderator"
	RoleAdmin     Role = "admin"
)

// ParseRole reads a role's name.
func ParseRole(s string) (Role, error) {
	switch r := Role(s); r {
	case RoleViewer, RoleModerator, RoleAdmin:
		return r, nil
	}
	return "", Wrong("role", "bad-role", "%q is none of viewer, moderator, admin", s)
}

// Account is a person, or whoever else publishes and watches by name.
type Account struct {
	ID       AccountID
	Handle   string // as in @handle, lower case
	Name     string // shown above the handle, free text
	Bio      string
	Avatar   string // media address below the realm's media, empty for none
	Role     Role
	Language string // BCP 47, "" for the browser's
	Birthday string // YYYY-MM-DD
	Email    string
	Country  string // ISO 3166-1 alpha-2 where known
	Learn    bool   // may Reelm learn from what this account watches
	Private  bool   // followers have to be accepted
	Created  time.Time
	Leaving  time.Time // when its owner asked for its erasure, zero for all others

	Followers, Following, Clips int64
}

// Limits of free text, in runes.
const (
	MaxHandle   = 24
	MinHandle   = 3
	MaxName     = 50
	MaxBio      = 300
	MaxCaption  = 2200
	MaxComment  = 1000
	MinPassword = 10
	MaxPassword = 200
)

// reservedHandles would be taken for the operator, for a page, or for
// everybody.
var reservedHandles = strings.Fields(`
	about abuse account accounts admin administrator all anonymous api app apps
	appeal assets auth authority avatar billing blog block bot channel channels
	clip clips comment comments contact control dashboard deleted demo dev
	embed everyone explore export favicon feed feeds follow following front
	handover healthz help home hostmaster inbox info ledger legal login logout
	mail main manifest me media metrics mod moderation moderator moderators
	news nobody notifications null official oembed operator owner page
	permit postmaster press privacy profile readyz realm realms reelm report
	reports robots root rss rules search security settings share sign-in
	signin signout signup sitemap sound sounds staff static status studio
	support system tag tags team terms test transparency undefined upload
	uploads user users verified verify viewer viewers webmaster webpush
	wellknown www you`)

// ParseHandle checks and folds a wanted handle: 3 to 24 of a-z, 0-9, dot and
// underscore, beginning and ending with a letter or digit, no two marks in a
// row, and no name that people would take for the operator or a page.
func ParseHandle(s string) (string, error) {
	h := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(s), "@"))
	if n := utf8.RuneCountInString(h); n < MinHandle || n > MaxHandle {
		return "", Wrong("handle", "bad-handle", "a name has %d to %d characters", MinHandle, MaxHandle)
	}
	mark := true // as if one stood before the first character
	for i := range len(h) {
		switch c := h[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			mark = false
		case (c == '.' || c == '_') && !mark:
			mark = true
		default:
			return "", Wrong("handle", "bad-handle", "a name is made of a-z, 0-9, single dots and underscores, and begins and ends with a letter or digit")
		}
	}
	if mark {
		return "", Wrong("handle", "bad-handle", "a name ends with a letter or digit")
	}
	if reservedSkeletons()[HandleSkeleton(h)] {
		return "", Wrong("handle", "reserved-handle", "this name is kept for the operator")
	}
	return h, nil
}

var reservedSkeletons = sync.OnceValue(func() map[string]bool {
	m := make(map[string]bool, len(reservedHandles))
	for _, r := range reservedHandles {
		m[HandleSkeleton(r)] = true
	}
	return m
})

var unmarked = strings.NewReplacer(".", "", "_", "", "-", "")

var lookAlike = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "0", "o", "1", "l", "i", "l", "j", "l",
	"5", "s", "2", "z", "8", "b", "9", "g", "q", "g")

// HandleSkeleton folds a handle to what the eye keeps of it, so that two
// handles with one skeleton cannot both exist (the idea of Unicode TS 39,
// section 4, for the characters that handles may have).
func HandleSkeleton(h string) string {
	return lookAlike.Replace(unmarked.Replace(h))
}

// CheckPassword refuses what is too short to protect anything or too long to
// hash politely.
func CheckPassword(p string) error {
	switch n := utf8.RuneCountInString(p); {
	case !utf8.ValidString(p):
		return Wrong("password", "bad-password", "the password is not valid text")
	case n < MinPassword:
		return Wrong("password", "short-password", "a password has at least %d characters", MinPassword).With("min", MinPassword)
	case len(p) > MaxPassword*4 || n > MaxPassword:
		return Wrong("password", "long-password", "a password has at most %d characters", MaxPassword).With("max", MaxPassword)
	}
	return nil
}

// MinAge in years is how old one has to be for an account.
const MinAge = 13

// CheckBirthday reads YYYY-MM-DD and refuses dates that cannot be true and
// people younger than MinAge at now.
func CheckBirthday(s string, now time.Time) error {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil || d.After(now) || d.Before(now.AddDate(-130, 0, 0)) {
		return Wrong("birthday", "bad-birthday", "a date like 1990-05-17")
	}
	if d.AddDate(MinAge, 0, 0).After(now) {
		return Wrong("birthday", "too-young", "accounts are for people of %d and older", MinAge).With("min", MinAge)
	}
	return nil
}

// AgeBand is what the engine may know of an age, even without profiling.
type AgeBand uint8

// The age bands.
const (
	AgeUnknown AgeBand = iota
	AgeTeen            // under 18
	AgeAdult
)

// AgeBandOf gives the band of somebody born on a date, at now.
func AgeBandOf(birthday string, now time.Time) AgeBand {
	d, err := time.Parse(time.DateOnly, birthday)
	switch {
	case err != nil:
		return AgeUnknown
	case d.AddDate(18, 0, 0).After(now):
		return AgeTeen
	}
	return AgeAdult
}
