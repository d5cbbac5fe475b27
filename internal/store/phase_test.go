package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/store"
	"reelm/internal/store/storetest"
)

func TestPhasesStandInTheLedger(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.DB) {
		clock := newClock()
		key := storetest.Key(t, "reelm/main/test")
		db := open(store.Options{Key: key, Now: clock.now})
		ctx := t.Context()
		change := func(to reelm.Phase, in time.Duration, dry bool) int {
			t.Helper()
			var at time.Time
			if in != 0 {
				at = clock.now().Add(in)
			}
			steps, err := db.ChangePhase(ctx, to, at, "so it is", dry)
			if err != nil {
				t.Fatal(err)
			}
			return len(steps)
		}
		acts := func() (out []string) {
			entries, err := db.Entries(ctx, 0, ledger.KindPhase)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries { // newest first
				p := e.Body.(ledger.Phase)
				out = append([]string{p.Act + " " + p.Phase}, out...)
			}
			return out
		}
		if n := change(reelm.PhaseClosed, 0, true); n != 1 || len(acts()) != 0 {
			t.Errorf("a rehearsal took %d steps and left %v", n, acts())
		}
		if plan, err := db.Plan(ctx); err != nil || len(plan) != 0 {
			t.Error(plan, err)
		}
		change(reelm.PhaseAnnounced, 0, false)
		change(reelm.PhaseReadOnly, time.Hour, false)
		change(reelm.PhaseClosed, 2*time.Hour, false)
		if _, err := db.ChangePhase(ctx, reelm.PhaseExportOnly, clock.now().Add(3*time.Hour), "", false); reelm.KindOf(err) != reelm.Refused {
			t.Error("export-only after closed: ", err)
		}
		if steps, err := db.CarryOutPhases(ctx); err != nil || len(steps) != 0 {
			t.Error("too early: ", steps, err)
		}
		clock.add(90 * time.Minute)
		var wg sync.WaitGroup
		for range 3 { // on several nodes at once
			wg.Go(func() {
				if _, err := db.CarryOutPhases(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		set, err := db.Settings(ctx)
		if err != nil || set["phase"] != "read-only" {
			t.Error(set, err)
		}
		change(reelm.PhaseOpen, 0, false)
		change(reelm.PhaseOpen, 0, false) // holds already
		want := []string{"effective announced", "scheduled read-only", "scheduled closed", "effective read-only", "cancelled closed", "effective open"}
		if diff := cmp.Diff(want, acts()); diff != "" {
			t.Error(diff)
		}
		entries, err := db.Entries(ctx, 0, ledger.KindPhase)
		if err != nil || entries[2].Text("note") != "so it is" {
			t.Error("the note of the plan is gone: ", entries, err)
		}
		if _, err := ledger.Verify(ctx, db.Ledger().Fetch, ledger.Options{Key: key.Verifier()}); err == nil {
			t.Error("a ledger without an owner verifies")
		}
	})
}
