package realm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/store"
)

// The rule says whose permits it takes for the algorithm or the log to leave.
// It is two settings that change together with an entry in the ledger, and are
// loosened only with permits of those that it names.

var ruleSettings = map[string]setting{
	"permit.require": {"verifier keys of those who permit, separated by commas", func(s *Settings, v string) error {
		s.Permit.Require = nil
		for k := range strings.SplitSeq(v, ",") {
			k = strings.TrimSpace(k)
			if _, err := ledger.ParseVerifier(k); err != nil {
				return fmt.Errorf("%q is no verifier key, which reelm permit keygen prints", k)
			}
			s.Permit.Require = append(s.Permit.Require, k)
		}
		return nil
	}},
	"permit.threshold": {"how many of them", func(s *Settings, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return errors.New("want a number from 1 on")
		}
		s.Permit.Threshold = n
		return nil
	}},
}

// checkRule completes the rule of some settings: all of those that it names,
// where no threshold is given.
func (s *Settings) checkRule() error {
	if s.Permit.Threshold == 0 {
		s.Permit.Threshold = len(s.Permit.Require)
	}
	if err := s.Permit.Check(); err != nil {
		return reelm.Wrong("permit.threshold", "bad-setting", "%v", err)
	}
	return nil
}

// ParseRule reads the rule that settings would give on top of others.
func ParseRule(now, change map[string]string) (ledger.Rule, error) {
	all := map[string]string{}
	for _, m := range []map[string]string{now, change} {
		for k, v := range m {
			if _, ok := ruleSettings[k]; ok {
				all[k] = v
			}
			if v == "" {
				delete(all, k)
			}
		}
	}
	s, err := parseSettings(all)
	return s.Permit, err
}

// ruleChange gives what the ledger has to hear of when the rule changes;
// nothing if it does not.
func (r *Realm) ruleChange(ctx context.Context, before, after ledger.Rule, permits [][]byte) ([]store.Entering, error) {
	if before.Threshold == after.Threshold && slices.Equal(before.Require, after.Require) {
		return nil, nil
	}
	if after.Require == nil {
		after.Require = []string{}
	}
	entry := ledger.RuleChange{Rule: after}
	e := store.Entering{}
	if before.Loosens(after) {
		version, _, err := r.DB.Constitution(ctx)
		if err != nil {
			return nil, err
		}
		revocations, err := r.DB.Revocations(ctx)
		if err != nil {
			return nil, err
		}
		use := ledger.Use{Realm: r.SigningKey().Verifier(), Constitution: version, Change: &after, At: r.Now()}
		v, err := before.Permitted(use, permits, revocations)
		if errors.Is(err, ledger.ErrNotPermitted) {
			return nil, &reelm.Error{Kind: reelm.Refused, Code: "not-permitted", Field: "permit.require", Detail: err.Error() + " (reelm permit request --change)"}
		}
		if err != nil {
			return nil, err
		}
		entry.Permits = v.Permits
		for _, p := range permits {
			if s, err := ledger.OpenPermit(p); err == nil && slices.Contains(v.Permits, s.ID) {
				e.Statements = append(e.Statements, store.Note{ID: s.ID, Note: p})
			}
		}
	}
	e.Body = entry
	return []store.Entering{e}, nil
}
