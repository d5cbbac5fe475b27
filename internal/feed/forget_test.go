package feed_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"testing"

	"reelm"
	"reelm/internal/eventlog"
	"reelm/internal/feed"
	"reelm/internal/ledger"
)

// After forgetting somebody the model is the one of a world in which they
// never were: a second town whose log lacks their messages folds to it.
func TestForgettingIsAsIfNeverBeenThere(t *testing.T) {
	tw := newTown(t)
	for i, p := range tw.people {
		tw.watchAll(p, topics[i], 10)
	}
	leaver := tw.people[1]
	for _, other := range []*reelm.Account{tw.people[0], tw.people[2]} {
		if _, err := tw.r.DB.FollowAccount(t.Context(), leaver.ID, other.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.r.DB.FollowAccount(t.Context(), other.ID, leaver.ID); err != nil {
			t.Fatal(err)
		}
	}
	own := tw.Clip(tw.r, leaver, "mine #moor")
	tw.settle()
	for _, p := range tw.people { // others watch what the leaver made
		if s, err := tw.f.Direct(p.ID.Viewer(), own.ID, tw.Clock.Now()); err != nil {
			t.Fatal(err)
		} else {
			tw.record(as(p), feed.Report{Serve: tw.sign(s), Kind: "watch", Watched: 5000})
		}
	}
	tw.settle()
	before, old := tw.f.Model()

	// The world without: the same log, its messages of the leaver left out.
	other := tw.Realm("without")
	without, err := tw.f.Without(t.Context(), other, feed.Forgetting{Viewers: []reelm.ViewerID{leaver.ID.Viewer()}})
	if err != nil {
		t.Fatal(err)
	}

	got, err := tw.f.Forget(t.Context(), feed.CausePerson, feed.Forgetting{Viewers: []reelm.ViewerID{leaver.ID.Viewer()}})
	if err != nil {
		t.Fatal(err)
	}
	if got.Position != before || got.Old != old || got.New == old || got.Messages == 0 {
		t.Errorf("%+v, want position %d", got, before)
	}
	if got.New != without {
		t.Error("the model differs from that of a world without them")
	}
	if pos, hash := tw.f.Model(); pos != before || hash != got.New {
		t.Errorf("in use is another model, at %d", pos)
	}
	id := []byte(leaver.ID.String())
	err = tw.r.Log.Read(t.Context(), 1, before, func(m eventlog.Message) error {
		r, err := reelm.DecodeRecord(m.Data)
		if err != nil {
			return err
		}
		if r.Viewer == leaver.ID.Viewer() || r.Author == leaver.ID || r.Clip == own.ID || bytes.Contains(m.Data, id) {
			t.Errorf("still on the log: %s", m.Data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(tw.f.Interests(leaver.ID.Viewer()).Learned) != 0 {
		t.Error("the engine still knows them")
	}
	tw.close()
	tw.open()
	if _, hash := tw.f.Model(); hash != got.New {
		t.Error("after a restart another model")
	}
}

func TestDeletedHistoryIsUnlearnedAndTheRestStays(t *testing.T) {
	tw := newTown(t)
	a := tw.people[0]
	tw.watchAll(a, "moor", 15)
	if _, err := tw.r.DB.FollowAccount(t.Context(), a.ID, tw.people[1].ID); err != nil {
		t.Fatal(err)
	}
	tw.settle()
	if len(tw.f.Interests(a.ID.Viewer()).Learned) == 0 {
		t.Fatal("nothing was learned")
	}
	if _, err := tw.f.Forget(t.Context(), feed.CauseHistory, feed.Forgetting{Histories: []reelm.ViewerID{a.ID.Viewer()}}); err != nil {
		t.Fatal(err)
	}
	if learned := tw.f.Interests(a.ID.Viewer()).Learned; len(learned) != 0 {
		t.Errorf("still learned: %+v", learned)
	}
	follows := 0
	err := tw.r.Log.Read(t.Context(), 1, tw.f.Position(), func(m eventlog.Message) error {
		if r, err := reelm.DecodeRecord(m.Data); err == nil && r.Viewer == a.ID.Viewer() && r.Kind == reelm.RecordFollow {
			follows++
		}
		return nil
	})
	if err != nil || follows != 1 {
		t.Errorf("%d follows are left, %v", follows, err)
	}
}

func TestAgeTakesWhatViewersDidAndLeavesTheRest(t *testing.T) {
	tw := newTown(t)
	tw.watchAll(tw.people[0], "moor", 10)
	tw.settle()
	at := tw.f.Position()
	tw.watchAll(tw.people[0], "tanz", 5)
	tw.settle()
	got, err := tw.f.Forget(t.Context(), feed.CauseAge, feed.Forgetting{Before: at + 1})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[reelm.RecordKind]int{}
	err = tw.r.Log.Read(t.Context(), 1, tw.f.Position(), func(m eventlog.Message) error {
		r, err := reelm.DecodeRecord(m.Data)
		if err == nil {
			kinds[r.Kind]++
			if r.Kind == reelm.RecordServe && m.Seq <= at {
				t.Errorf("message %d is old and still there", m.Seq)
			}
		}
		return err
	})
	if err != nil || kinds[reelm.RecordBorn] != len(tw.clips) || kinds[reelm.RecordServe] == 0 || got.Messages == 0 {
		t.Errorf("%v %+v %v", kinds, got, err)
	}
}

func TestForgettingDeletesOldSnapshots(t *testing.T) {
	tw := newTown(t)
	tw.watchAll(tw.people[0], "moor", 5)
	tw.close()
	tw.open()
	old := tw.snapshots()
	if len(old) == 0 {
		t.Fatal("no snapshot")
	}
	tw.watchAll(tw.people[1], "moor", 5)
	if _, err := tw.f.Forget(t.Context(), feed.CausePerson, feed.Forgetting{Viewers: []reelm.ViewerID{tw.people[0].ID.Viewer()}}); err != nil {
		t.Fatal(err)
	}
	for _, file := range old {
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s still holds them", file)
		}
	}
}

// A process that ends in the middle of a forgetting leaves it to the next
// one, and the ledger explains the published hash once, with the hash of
// before.
func TestForgettingGoesOnAfterTheProcessEnded(t *testing.T) {
	tw := newTown(t)
	for i, p := range tw.people {
		tw.watchAll(p, topics[i], 5)
	}
	tw.settle()
	pos, old, ok := tw.f.Published()
	if !ok {
		t.Fatal("the model is provisional")
	}
	leaver := tw.people[1].ID.Viewer()
	n, err := tw.r.DB.BeginForgetting(t.Context(), feed.CausePerson, fmt.Sprintf(`{"viewers":[%d]}`, leaver))
	if err != nil {
		t.Fatal(err)
	}
	if err := tw.r.DB.ForgettingFrom(t.Context(), n, pos, hex.EncodeToString(old[:])); err != nil {
		t.Fatal(err)
	}
	var seqs []uint64 // some of it is gone already
	err = tw.r.Log.Read(t.Context(), 1, pos, func(m eventlog.Message) error {
		if r, err := reelm.DecodeRecord(m.Data); err == nil && r.Viewer == leaver && len(seqs) < 3 {
			seqs = append(seqs, m.Seq)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tw.r.Log.EraseSeqs(t.Context(), seqs); err != nil {
		t.Fatal(err)
	}
	tw.close()
	tw.open()
	for { // it goes on behind Open
		left, err := tw.r.DB.Forgettings(t.Context(), 0, true)
		if err != nil {
			t.Fatal(err)
		}
		if len(left) == 0 {
			break
		}
	}
	entries, err := tw.r.DB.Entries(t.Context(), 0, ledger.KindForgetting)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	e := entries[0].Body.(ledger.Forgetting)
	_, now, ok := tw.f.Published()
	if !ok || e.Cause != feed.CausePerson || e.People != 1 || e.Seq != int64(pos) || e.Old != hex.EncodeToString(old[:]) || e.New != hex.EncodeToString(now[:]) {
		t.Errorf("%+v", e)
	}
	if done, err := tw.r.DB.Forgettings(t.Context(), 0, false); err != nil || len(done) != 1 {
		t.Errorf("%d forgettings are listed, %v", len(done), err)
	}
	if _, err := ledger.Verify(t.Context(), tw.r.DB.Ledger().Fetch, ledger.Options{}); err != nil {
		t.Error(err)
	}
}

// A serve can be checked by whoever has the log; a forgetting since changes
// what the log says, and the ledger tells of it.
func TestServesAreCheckedAgainstTheDeclaredRanking(t *testing.T) {
	tw := newTown(t)
	a, b := tw.people[0], tw.people[1]
	tw.watchAll(a, "moor", 8)
	tw.watchAll(b, "tanz", 8)
	tw.settle()
	first, next, err := tw.f.For(t.Context(), feed.Request{Viewer: a.ID.Viewer(), Profiled: true, Limit: 3, At: tw.Clock.Now(), Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	handed, err := feed.ParseCursor(next)
	if err != nil {
		t.Fatal(err)
	}
	second, _, err := tw.f.For(t.Context(), feed.Request{Viewer: a.ID.Viewer(), Profiled: true, Limit: 3, At: tw.Clock.Now(), Language: "en", Handed: handed})
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := tw.f.Direct(a.ID.Viewer(), first[0].Clip, tw.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	doctored := first[1]
	doctored.Score += .001
	verify := func(s reelm.Serve, after string) feed.Verified {
		t.Helper()
		v, err := feed.VerifyServe(t.Context(), tw.r, tw.sign(s), after, quiet)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	tw.watchAll(a, "brot", 8) // the model moves on
	tw.settle()
	for i, s := range first {
		if v := verify(s, ""); !v.Same {
			t.Errorf("slot %d: %+v, got %+v", i, v.Serve, v.Got)
		}
	}
	for i, s := range second {
		if v := verify(s, next); !v.Same {
			t.Errorf("slot %d of the second page: %+v", i, v)
		}
		if v := verify(s, ""); v.Same || !v.Handed {
			t.Error("without its cursor:", v)
		}
	}
	if v := verify(doctored, ""); v.Same {
		t.Error("another score is the declared one")
	}
	if v := verify(chosen, ""); !v.Chosen || v.Same {
		t.Errorf("%+v", v)
	}
	if _, err := feed.VerifyServe(t.Context(), tw.r, "forged", "", quiet); err == nil {
		t.Error("a forged token")
	}
	if _, err := tw.f.Forget(t.Context(), feed.CauseHistory, feed.Forgetting{Histories: []reelm.ViewerID{a.ID.Viewer()}}); err != nil {
		t.Fatal(err)
	}
	same := 0
	for _, s := range first {
		if verify(s, "").Same {
			same++
		}
	}
	if same == len(first) {
		t.Error("what was forgotten left no trace in what the ranking gives")
	}
}
