package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// ErrNotPermitted: fewer authorities than the rule asks for have permitted
// the use.
var ErrNotPermitted = errors.New("not permitted")

// A Rule says whose permits it takes for the algorithm, the log or the model
// to leave: Threshold of the keys in Require. The zero Rule asks for none.
type Rule struct {
	Require   []string `json:"require"` // verifier keys
	Threshold int      `json:"threshold"`
}

// maxAuthorities bounds Require.
const maxAuthorities = 32

// Check tells what is wrong with a rule. Two keys of one authority count
// twice, so the same key under two names is refused.
func (r Rule) Check() error {
	if len(r.Require) > maxAuthorities {
		return fmt.Errorf("%w: require: %d keys, at most %d are allowed", ErrFormat, len(r.Require), maxAuthorities)
	}
	seen := map[string]bool{}
	for _, k := range r.Require {
		if err := verifierKey("require", k, true); err != nil {
			return err
		}
		if seen[publicPart(k)] {
			return fmt.Errorf("%w: require: %s is there twice", ErrFormat, k)
		}
		seen[publicPart(k)] = true
	}
	if least := min(1, len(r.Require)); r.Threshold < least || r.Threshold > len(r.Require) {
		return fmt.Errorf("%w: threshold: %d of %d keys: want %d to %d", ErrFormat, r.Threshold, len(r.Require), least, len(r.Require))
	}
	return nil
}

// Binds tells whether the rule asks for any permit.
func (r Rule) Binds() bool { return r.Threshold > 0 }

func (r Rule) equal(o Rule) bool {
	a, b := slices.Clone(r.Require), slices.Clone(o.Require)
	slices.Sort(a)
	slices.Sort(b)
	return r.Threshold == o.Threshold && slices.Equal(a, b)
}

// Loosens tells whether some who could not permit anything under r can under
// next. It does not where every choice of next.Threshold of next's keys
// holds r.Threshold of r's: the worst choice takes all keys that are new.
func (r Rule) Loosens(next Rule) bool {
	added := 0
	for _, k := range next.Require {
		if !slices.ContainsFunc(r.Require, func(old string) bool { return publicPart(old) == publicPart(k) }) {
			added++
		}
	}
	return max(next.Threshold-added, 0) < r.Threshold
}

// A Verdict says how a rule was met, or what is missing.
type Verdict struct {
	// Granted are the names of the authorities whose permits count.
	Granted []string
	// Permits are the IDs of those permits.
	Permits []tlog.Hash
	// Waiting are the names of the others.
	Waiting []string
	// Missing is how many of them it still takes.
	Missing int
	// Refused are permits that do not count, in the order given.
	Refused []Refusal
}

// A Refusal says why a permit does not count.
type Refusal struct {
	Permit int       // which of those that were given, from 0 on
	ID     tlog.Hash // zero for what cannot be read
	Reason string    // unreadable, signature, authority, realm, recipient, what, constitution, change, expired, revoked
	Err    error     // for the first two
}

// Permitted tells whether a use may go on with these permits. Each authority
// counts once. The error wraps ErrNotPermitted and says what is missing; the
// Verdict is filled in either way. A revocation that cannot be read, or that
// carries a broken signature, refuses everything: what it took back is not
// known.
func (r Rule) Permitted(use Use, permits, revocations [][]byte) (Verdict, error) {
	var v Verdict
	if err := r.Check(); err != nil {
		return v, err
	}
	revoked, err := revoked(use.Realm, revocations)
	if err != nil {
		return v, err
	}
	granted := map[string]bool{} // by verifier key
	for i, b := range permits {
		p, err := OpenPermit(b)
		reason := ""
		switch {
		case errors.Is(err, ErrSignature):
			reason = "signature"
		case err != nil:
			reason = "unreadable"
		case !slices.Contains(r.Require, p.Statement.By):
			reason = "authority"
		case revoked[revocation{p.Statement.By, p.ID}]:
			reason = "revoked"
		default:
			reason = p.Statement.covers(use)
		}
		if reason != "" {
			v.Refused = append(v.Refused, Refusal{i, p.ID, reason, err})
			continue
		}
		if !granted[p.Statement.By] {
			granted[p.Statement.By] = true
			v.Permits = append(v.Permits, p.ID)
		}
	}
	for _, k := range r.Require {
		name, _, _ := strings.Cut(k, "+")
		if granted[k] {
			v.Granted = append(v.Granted, name)
		} else {
			v.Waiting = append(v.Waiting, name)
		}
	}
	if v.Missing = max(r.Threshold-len(v.Granted), 0); v.Missing > 0 {
		return v, fmt.Errorf("%w: %d of %d permits are missing, of %s%s", ErrNotPermitted, v.Missing, r.Threshold, strings.Join(v.Waiting, ", "), v.why())
	}
	return v, nil
}

// why puts the refusals into words for an error.
func (v Verdict) why() string {
	var b strings.Builder
	for _, r := range v.Refused {
		fmt.Fprintf(&b, "; permit %d does not count: %s", r.Permit+1, r.Reason)
		if r.Err != nil {
			fmt.Fprintf(&b, " (%v)", r.Err)
		}
	}
	return b.String()
}

// A revocation is who took which permit back.
type revocation struct {
	by     string
	permit tlog.Hash
}

// revoked gathers what was taken back, of a realm.
func revoked(realm string, revocations [][]byte) (map[revocation]bool, error) {
	all := map[revocation]bool{}
	for i, b := range revocations {
		r, err := OpenRevocation(b)
		if err != nil {
			return nil, fmt.Errorf("revocation %d: %w", i+1, err)
		}
		if r.Statement.Realm != realm {
			continue
		}
		for _, id := range r.Statement.Permits {
			all[revocation{r.Statement.By, id}] = true
		}
	}
	return all, nil
}
