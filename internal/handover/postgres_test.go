package handover_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reelm"
	"reelm/internal/handover"
	"reelm/internal/ledger"
	"reelm/internal/store/storetest"
)

// A realm passes from SQLite to PostgreSQL and back, and is purged on each.
func TestARealmPassesBetweenDatabases(t *testing.T) {
	tw := newTown(t, 5, 8)
	ctx := t.Context()
	tw.watch()
	b := newBuyer(t)
	b.Shut()
	b.StoreURL = storetest.PostgresServer(t)
	b.Reopen()
	path, first := tw.export(b)
	b.mustTake(path)
	tw.watch()
	tw.clip(tw.people[1], "one more #topic1")
	path, _ = tw.export(b, func(x *handover.Export) { x.Since = first.Note })
	b.mustTake(path)
	r := b.Realm("main")
	f := openFeed(t, r)
	want := feeds(t, tw.f, tw.people)
	if diff := cmp.Diff(want, feeds(t, f, tw.people)); diff != "" {
		t.Errorf("feeds differ (-SQLite +PostgreSQL):\n%.1000s", diff)
	}
	if _, err := r.DB.AccountByHandle(ctx, "person.1"); err != nil {
		t.Error(err)
	}

	back := newBuyer(t)
	path = filepath.Join(t.TempDir(), "back.reelm")
	if _, err := (handover.Export{To: back.to(), Out: path}).Run(ctx, handover.Place{Realm: r, Feed: f}); err != nil {
		t.Fatal(err)
	}
	back.mustTake(path)
	home := back.Realm("main")
	if diff := cmp.Diff(want, feeds(t, openFeed(t, home), tw.people)); diff != "" {
		t.Errorf("feeds differ (-SQLite +SQLite again):\n%.1000s", diff)
	}
	if err := home.Set(ctx, map[string]string{"title": "Home"}); err != nil {
		t.Fatal(err)
	}
	if rep := verify(t, home); len(rep.Owners) != 3 {
		t.Errorf("%d owners", len(rep.Owners))
	}

	key := r.SigningKey().Verifier()
	if _, err := r.ChangePhase(ctx, reelm.PhaseClosed, time.Time{}, "", false); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := (handover.Purge{Certificate: filepath.Join(t.TempDir(), "c")}).Run(ctx, b.Set, "main"); err != nil {
		t.Fatal(err)
	}
	left := b.Realm("main")
	if rep := verifyOf(t, left, key); rep.Kinds[ledger.KindPurge] != 1 {
		t.Errorf("%v", rep.Kinds)
	}
	if _, err := left.DB.AccountByHandle(ctx, "person.1"); reelm.KindOf(err) != reelm.NotFound {
		t.Errorf("after the purge: %v", err)
	}
}
