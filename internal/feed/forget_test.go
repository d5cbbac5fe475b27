package feed_test

import (
	"bytes"
	"os"
	"testing"

	"reelm"
	"reelm/internal/eventlog"
	"reelm/internal/feed"
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

	got, err := tw.f.Forget(t.Context(), feed.Forgetting{Viewers: []reelm.ViewerID{leaver.ID.Viewer()}})
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
	if _, err := tw.f.Forget(t.Context(), feed.Forgetting{Histories: []reelm.ViewerID{a.ID.Viewer()}}); err != nil {
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
	got, err := tw.f.Forget(t.Context(), feed.Forgetting{Before: at + 1})
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
	if _, err := tw.f.Forget(t.Context(), feed.Forgetting{Viewers: []reelm.ViewerID{tw.people[0].ID.Viewer()}}); err != nil {
		t.Fatal(err)
	}
	for _, file := range old {
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s still holds them", file)
		}
	}
}
