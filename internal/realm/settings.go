package realm

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/store"
)

// Settings are what an operator decides for one realm. They lie in the
// realm's database and pass through `reelm realm set`.
type Settings struct {
	Hosts         []string // host names that lead here
	Title         string   // what the realm calls itself
	Languages     []string // BCP 47, the first is the default
	Phase         reelm.Phase
	HoldUploads   bool          // new clips wait for a moderator
	KeepOriginals time.Duration // how long originals without metadata are kept
	SixtyFrames   bool          // renditions keep up to 60 frames a second
	Grace         time.Duration // between the deletion of an account and its erasure

	Plan     []reelm.Planned // changes of phase that are to come, the next first
	Farewell string          // what the page of a closed realm says, in the operator's words
	Operator string          // who runs the realm
	Quota    Quota
	Contact  string // where to write to the operator: an address of mail or of a page

	Handover Handover

	Permit    ledger.Rule // whose permits it takes for algorithm or log to leave
	BackupKey string      // recipient of backups (age1...), see `reelm backup keygen`
}

// Handover is what people are told of a change of hands to come, or, of terms
// alone, of one that was.
type Handover struct {
	To    string // who takes the realm over; "" for nobody
	Terms string // the new operator's: their text, or a page that begins with https://
}

// CutOver is when the change of hands is scheduled, zero if it is not.
func (s *Settings) CutOver() time.Time {
	for _, p := range s.Plan {
		if p.Phase == reelm.PhaseReadOnly {
			return p.Due
		}
	}
	return time.Time{}
}

// Objectable says whether it is time to object to the change of hands: until
// it begins.
func (s *Settings) Objectable() bool {
	return s.Handover.To != "" && s.Phase.Rank() < reelm.PhaseReadOnly.Rank()
}

// setting is one key that `realm set` knows.
type setting struct {
	help  string
	apply func(*Settings, string) error
}

var settings = map[string]setting{
	"host": {"host names, separated by commas", func(s *Settings, v string) error {
		s.Hosts = nil
		for h := range strings.SplitSeq(v, ",") {
			if h = strings.ToLower(strings.TrimSpace(h)); h == "" || strings.ContainsAny(h, "/ :@") || len(h) > 253 {
				return fmt.Errorf("%q is no host name", h)
			}
			s.Hosts = append(s.Hosts, h)
		}
		return nil
	}},
	"title": {"1 to 40 characters", func(s *Settings, v string) error {
		if n := utf8.RuneCountInString(v); n < 1 || n > 40 {
			return fmt.Errorf("a title has 1 to 40 characters")
		}
		s.Title = v
		return nil
	}},
	"languages": {"language tags, separated by commas, the default first", func(s *Settings, v string) error {
		s.Languages = nil
		for l := range strings.SplitSeq(v, ",") {
			t, err := language.Parse(strings.TrimSpace(l))
			if err != nil {
				return fmt.Errorf("%q is no language tag", l)
			}
			s.Languages = append(s.Languages, t.String())
		}
		return nil
	}},
	"moderation.hold": {"true or false", func(s *Settings, v string) (err error) {
		s.HoldUploads, err = strconv.ParseBool(v)
		return err
	}},
	"media.keep-originals": {"a duration such as 720h; 0 keeps none", func(s *Settings, v string) (err error) {
		s.KeepOriginals, err = time.ParseDuration(v)
		if err == nil && s.KeepOriginals < 0 {
			err = fmt.Errorf("not below 0")
		}
		return err
	}},
	"account.grace": {"a duration such as 336h between the deletion of an account and its erasure; 0 erases at once", func(s *Settings, v string) (err error) {
		s.Grace, err = time.ParseDuration(v)
		if err == nil && s.Grace < 0 {
			err = fmt.Errorf("not below 0")
		}
		return err
	}},
	"media.sixty-frames": {"true or false", func(s *Settings, v string) (err error) {
		s.SixtyFrames, err = strconv.ParseBool(v)
		return err
	}},
	"farewell": {"at most 4000 characters of text: the page of the closed realm", func(s *Settings, v string) (err error) {
		s.Farewell, err = reelm.CleanText("farewell", v, 4000)
		return err
	}},
	"operator": {"at most 120 characters: who runs the realm", func(s *Settings, v string) (err error) {
		s.Operator, err = reelm.CleanLine("operator", v, 120)
		return err
	}},
	store.HandoverKey: {"at most 120 characters: who takes the realm over; from then on people may object", func(s *Settings, v string) (err error) {
		s.Handover.To, err = reelm.CleanLine(store.HandoverKey, v, 120)
		return err
	}},
	"handover.terms": {"the new operator's terms: at most 20000 characters of text, or a page that begins with https://", func(s *Settings, v string) (err error) {
		s.Handover.Terms, err = reelm.CleanText("handover.terms", v, 20000)
		return err
	}},
	"quota.accounts": quotaOf(func(s *Settings) *int64 { return &s.Quota.Accounts }),
	"quota.clips":    quotaOf(func(s *Settings) *int64 { return &s.Quota.Clips }),
	"quota.media":    quotaOf(func(s *Settings) *int64 { return &s.Quota.Media }),
	"contact": {"an address of mail, or a page that begins with https://", func(s *Settings, v string) error {
		if !strings.HasPrefix(v, "https://") && (strings.Count(v, "@") != 1 || strings.ContainsAny(v, " /?&<>")) || len(v) > 254 {
			return fmt.Errorf("%q is neither", v)
		}
		s.Contact = v
		return nil
	}},
}

// phaseKey is kept beside the settings but changed through the ledger's door.
const phaseKey = "phase"

// BackupKey is kept beside the settings but set by `reelm backup keygen`: an
// address typed in by hand would be a way out for what takes permits.
const BackupKey = "backup.key"

func parseSettings(values map[string]string) (Settings, error) {
	s := Settings{Title: "Reelm", Languages: []string{"en", "de"}, Phase: reelm.PhaseOpen, KeepOriginals: 30 * 24 * time.Hour, Grace: 14 * 24 * time.Hour}
	for _, k := range slices.Sorted(maps.Keys(values)) {
		if k == phaseKey {
			p, err := reelm.ParsePhase(values[k])
			if err != nil {
				return s, err
			}
			s.Phase = p
			continue
		}
		if k == BackupKey {
			s.BackupKey = values[k]
			continue
		}
		known, ok := settingOf(k)
		if !ok {
			known := slices.Sorted(maps.Keys(settings))
			return s, reelm.Wrong(k, "unknown-setting", "a realm has no such setting; it has %s", strings.Join(append(known, slices.Sorted(maps.Keys(ruleSettings))...), ", "))
		}
		if err := known.apply(&s, values[k]); err != nil {
			return s, reelm.Wrong(k, "bad-setting", "wants %s: %v", known.help, err)
		}
	}
	return s, s.checkRule()
}

func settingOf(key string) (setting, bool) {
	if s, ok := ruleSettings[key]; ok {
		return s, true
	}
	s, ok := settings[key]
	return s, ok
}

func (r *Realm) loadSettings(ctx context.Context) (Settings, error) {
	values, err := r.DB.Settings(ctx)
	if err != nil {
		return Settings{}, err
	}
	s, err := parseSettings(values)
	if err != nil {
		return s, fmt.Errorf("the settings of realm %s: %w", r.Name, err)
	}
	s.Plan, err = r.DB.Plan(ctx)
	return s, err
}

// Settings gives the realm's settings, at most a second old.
func (r *Realm) Settings(ctx context.Context) (Settings, error) { return r.settings.get(ctx) }

// Set changes settings after checking all of them. An empty value brings the
// default back. Who may permit an export is loosened only with permits.
func (r *Realm) Set(ctx context.Context, values map[string]string, permits ...[]byte) error {
	now, err := r.DB.Settings(ctx)
	if err != nil {
		return err
	}
	before, err := parseSettings(now)
	if err != nil {
		return err
	}
	for k, v := range values {
		if _, ok := settingOf(k); !ok {
			return reelm.Wrong(k, "unknown-setting", "a realm has no such setting")
		}
		if now[k] = v; v == "" {
			delete(now, k)
		}
	}
	after, err := parseSettings(now)
	if err != nil {
		return err
	}
	acts, err := r.ruleChange(ctx, before.Permit, after.Permit, permits)
	if err != nil {
		return err
	}
	defer r.settings.forget()
	return r.DB.SetSettings(ctx, values, acts...)
}

// SetBackupKey sets the recipient of backups.
func (r *Realm) SetBackupKey(ctx context.Context, recipient string) error {
	defer r.settings.forget()
	return r.DB.SetSettings(ctx, map[string]string{BackupKey: recipient})
}

// Show gives every setting as `realm set` would take it.
func (r *Realm) Show(ctx context.Context) (map[string]string, error) { return r.DB.Settings(ctx) }
