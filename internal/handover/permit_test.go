package handover_test

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"reelm"
	"reelm/internal/handover"
	"reelm/internal/ledger"
)

// authorities are n signing keys with the setting that requires k of them.
func (tw *town) bind(k, n int) (keys []ledger.Key) {
	tw.Helper()
	var verifiers []string
	for i := range n {
		secret, verifier, err := ledger.GenerateKey(rand.Reader, fmt.Sprintf("authority-%d", i))
		if err != nil {
			tw.Fatal(err)
		}
		key, err := ledger.ParseKey(secret)
		if err != nil {
			tw.Fatal(err)
		}
		keys, verifiers = append(keys, key), append(verifiers, verifier)
	}
	if err := tw.r.Set(tw.Context(), map[string]string{"permit.require": strings.Join(verifiers, ","), "permit.threshold": fmt.Sprint(k)}); err != nil {
		tw.Fatal(err)
	}
	return keys
}

// permits asks each of some authorities, which grant until a time.
func (tw *town) permits(a handover.Ask, until time.Time, keys ...ledger.Key) (out [][]byte) {
	tw.Helper()
	if len(a.What) == 0 && a.Change == nil {
		a.What = []string{"algorithm", "log", "model"}
	}
	request, err := handover.RequestPermit(tw.Context(), tw.r, a)
	if err != nil {
		tw.Fatal(err)
	}
	for _, k := range keys {
		p, err := ledger.SignPermit(request, until, 0, tw.Clock.Now(), k)
		if err != nil {
			tw.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// Every way out that takes permits refuses without, and says what is missing;
// what was refused and what left stand in a ledger that verifies.
func TestNothingBoundLeavesWithoutPermits(t *testing.T) {
	tw := newTown(t, 3, 3)
	tw.watch()
	ctx := t.Context()
	keys := tw.bind(2, 3)
	b, other := newBuyer(t), newBuyer(t)
	year := tw.Clock.Now().AddDate(1, 0, 0)
	good := tw.permits(handover.Ask{To: b.to(), Purpose: "sale"}, year, keys...)
	short := tw.permits(handover.Ask{To: b.to()}, tw.Clock.Now().Add(time.Minute), keys...)
	elsewhere := newTown(t, 1, 1).permits(handover.Ask{To: b.to()}, year, keys...)
	onlyLog := tw.permits(handover.Ask{To: b.to(), What: []string{"log"}}, year, keys...)
	for name, c := range map[string]struct {
		to      string
		include []string
		permits [][]byte
		ok      bool
		says    string
	}{
		"none":                      {b.to(), nil, nil, false, "2 of 2 permits are missing"},
		"one of two":                {b.to(), nil, good[:1], false, "1 of 2 permits are missing"},
		"the same twice":            {b.to(), nil, [][]byte{good[0], good[0]}, false, "1 of 2"},
		"for another recipient":     {other.to(), nil, good[:2], false, "recipient"},
		"of another realm":          {b.to(), nil, elsewhere[:2], false, "realm"},
		"for less":                  {b.to(), nil, onlyLog[:2], false, "what"},
		"for the log alone":         {b.to(), []string{"people", "log"}, onlyLog[1:], true, ""},
		"without algorithm and log": {b.to(), []string{"people", "media"}, nil, true, ""},
		"two of three":              {b.to(), nil, good[1:], true, ""},
		"three":                     {b.to(), nil, good, true, ""},
		"once more":                 {b.to(), nil, good[:2], true, ""},
		"changed":                   {b.to(), nil, [][]byte{good[0], flip(good[1], 60)}, false, "1 of 2"},
	} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir() + "/x.reelm"
			_, err := handover.Export{To: c.to, Include: c.include, Permits: c.permits, Out: out}.Run(ctx, tw.place())
			if c.ok != (err == nil) || !c.ok && (reelm.KindOf(err) != reelm.Refused || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%v", err)
			}
		})
	}
	// What is no export: backups to keys that are not the realm's.
	if _, err := handover.Backup(ctx, tw.place(), t.TempDir()+"/b", "", nil, nil); reelm.KindOf(err) != reelm.Refused {
		t.Errorf("a backup that anybody can read: %v", err)
	}
	if _, err := handover.Backup(ctx, tw.place(), t.TempDir()+"/b", other.to(), nil, nil); reelm.KindOf(err) != reelm.Refused {
		t.Errorf("a backup to another's key: %v", err)
	}
	if err := tw.r.Set(ctx, map[string]string{"backup.key": other.to()}); err == nil {
		t.Error("the backup key was typed in by hand")
	}
	if err := tw.r.SetBackupKey(ctx, b.to()); err != nil {
		t.Fatal(err)
	}
	if _, err := handover.Backup(ctx, tw.place(), t.TempDir()+"/b", "", nil, nil); err != nil {
		t.Errorf("a backup to the realm's own key: %v", err)
	}

	tw.Clock.Add(time.Hour)
	if _, err := (handover.Export{To: b.to(), Permits: short[:2], Out: t.TempDir() + "/x"}).Run(ctx, tw.place()); reelm.KindOf(err) != reelm.Refused || !strings.Contains(err.Error(), "expired") {
		t.Errorf("after their end: %v", err)
	}
	revocation, err := ledger.RevokeAll(good[:1], tw.Clock.Now(), keys[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := handover.TakeRevocations(ctx, tw.r, [][]byte{revocation}); err != nil {
		t.Fatal(err)
	}
	if _, err := (handover.Export{To: b.to(), Permits: good[:2], Out: t.TempDir() + "/x"}).Run(ctx, tw.place()); reelm.KindOf(err) != reelm.Refused || !strings.Contains(err.Error(), "revoked") {
		t.Errorf("with a permit that was taken back: %v", err)
	}
	if _, err := tw.f.Reconstitute(ctx, []byte(`{"version":2}`), "another ranking"); err != nil {
		t.Fatal(err)
	}
	if _, err := (handover.Export{To: b.to(), Permits: good[1:], Out: t.TempDir() + "/x"}).Run(ctx, tw.place()); reelm.KindOf(err) != reelm.Refused || !strings.Contains(err.Error(), "constitution") {
		t.Errorf("with permits for another constitution: %v", err)
	}
	rep := verify(t, tw.r)
	if rep.Kinds[ledger.KindExport] != 5 || rep.Kinds[ledger.KindPermit] < 15 {
		t.Errorf("the ledger has %v", rep.Kinds)
	}
}

func TestARuleIsLoosenedOnlyWithPermits(t *testing.T) {
	tw := newTown(t, 1, 1)
	ctx := t.Context()
	keys := tw.bind(2, 3)
	for _, change := range []map[string]string{
		{"permit.threshold": "1"},
		{"permit.require": "", "permit.threshold": ""},
		{"permit.require": keys[0].Verifier() + "," + keys[1].Verifier(), "permit.threshold": "1"},
	} {
		if err := tw.r.Set(ctx, change); reelm.KindOf(err) != reelm.Refused {
			t.Errorf("%v: %v", change, err)
		}
	}
	if err := tw.r.Set(ctx, map[string]string{"permit.threshold": "3"}); err != nil {
		t.Errorf("a stricter rule: %v", err)
	}
	change := map[string]string{"permit.threshold": "1"}
	year := tw.Clock.Now().AddDate(1, 0, 0)
	for n := range keys {
		if err := tw.r.Set(ctx, change, tw.permits(handover.Ask{Change: change}, year, keys[:n]...)...); reelm.KindOf(err) != reelm.Refused {
			t.Errorf("with %d permits: %v", n, err)
		}
	}
	permits := tw.permits(handover.Ask{Change: change}, year, keys...)
	if err := tw.r.Set(ctx, map[string]string{"permit.require": "", "permit.threshold": ""}, permits...); reelm.KindOf(err) != reelm.Refused {
		t.Errorf("with permits for another rule: %v", err)
	}
	if err := tw.r.Set(ctx, change, permits...); err != nil {
		t.Error(err)
	}
	if rep := verify(t, tw.r); rep.Rule.Threshold != 1 || rep.Kinds[ledger.KindRule] != 3 {
		t.Errorf("rule %+v, %v", rep.Rule, rep.Kinds)
	}
}

// A rule passes with the realm, and a seller who leaves it out is found.
func TestTheRulePassesToTheBuyer(t *testing.T) {
	tw := newTown(t, 2, 2)
	keys := tw.bind(1, 1)
	b := newBuyer(t)
	permits := tw.permits(handover.Ask{To: b.to()}, tw.Clock.Now().AddDate(1, 0, 0), keys...)
	path, _ := tw.export(b, func(x *handover.Export) { x.Permits = permits })
	b.mustTake(path)
	r := b.Realm("main")
	f := openFeed(t, r)
	to := newBuyer(t).to()
	if _, err := (handover.Export{To: to, Out: t.TempDir() + "/x"}).Run(t.Context(), handover.Place{Realm: r, Feed: f}); reelm.KindOf(err) != reelm.Refused {
		t.Errorf("the buyer sells without permits: %v", err)
	}
}
