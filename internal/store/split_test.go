package store_test

import (
	"testing"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/store"
	"reelm/internal/store/storetest"
)

// borderland has two people of one country and two of others, who do the same
// to each other: on each side of the border as much stays.
func borderland(w *world) (people map[string]reelm.AccountID, clips map[string]reelm.ClipID) {
	w.Helper()
	must := func(err error) {
		w.Helper()
		if err != nil {
			w.Fatal(err)
		}
	}
	people, clips = map[string]reelm.AccountID{}, map[string]reelm.ClipID{}
	for _, p := range [][2]string{{"anna", "DE"}, {"ben", "DE"}, {"okan", "US"}, {"pia", ""}} {
		a, err := w.CreateAccount(w.Context(), store.NewAccount{Handle: p[0], Password: "x", Birthday: "1990-05-17", Role: reelm.RoleViewer, Learn: true, Language: "en", Country: p[1]})
		must(err)
		people[p[0]] = a.ID
	}
	sound := reelm.SoundID(0)
	for _, p := range []string{"okan", "anna", "pia", "ben"} { // okan's sound is everybody's
		c := w.publish(people[p], "by "+p+" #moor", func(n *store.NewClip) { n.Sound = sound })
		clips[p] = c.ID
		if sound == 0 {
			sound = c.Sound
		}
	}
	for from, a := range people {
		for to, b := range people {
			if from == to {
				continue
			}
			must(w.LikeClip(w.Context(), a, clips[to]))
			_, err := w.FollowAccount(w.Context(), a, b)
			must(err)
			_, err = w.AddComment(w.Context(), a, clips[to], "said", 0)
			must(err)
		}
	}
	return people, clips
}

func TestOnEachSideOfABorderTheSameStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.DB) {
		c := newClock()
		w := &world{T: t, DB: open(store.Options{Now: c.now, Key: storetest.Key(t, "reelm/main/test")}), clock: c}
		people, clips := borderland(w)
		ctx := t.Context()
		check := func(here, gone []string) {
			t.Helper()
			for _, p := range gone {
				if _, err := w.Account(ctx, people[p]); reelm.KindOf(err) != reelm.NotFound {
					t.Errorf("%s: %v", p, err)
				}
			}
			for i, p := range here {
				a, err := w.Account(ctx, people[p])
				if err != nil || a.Followers != 1 || a.Following != 1 {
					t.Errorf("%s: %+v %v", p, a, err)
				}
				clip, err := w.Clip(ctx, clips[p])
				if err != nil || clip.Counts.Likes != 1 || clip.Counts.Comments != 1 || clip.Sound == 0 {
					t.Fatalf("%s: %+v %v", p, clip, err)
				}
				s, err := w.Sound(ctx, clip.Sound)
				if err != nil || s.Uses != 2 || s.Clip != clips[here[0]] || i == 0 && s.Author != people[p] {
					t.Errorf("the sound: %+v %v", s, err)
				}
			}
		}
		s := store.Split{Name: "north", Host: "north.test", Country: "DE", Key: storetest.Key(t, "reelm/north/test").Verifier()}
		who, err := w.BeginSplit(ctx, s)
		if err != nil || len(who) != 2 {
			t.Fatal(who, err)
		}
		if _, err := w.BeginSplit(ctx, s); reelm.KindOf(err) != reelm.Conflict {
			t.Error("twice: ", err)
		}
		if err := w.AbandonSplit(ctx, s); err != nil {
			t.Fatal(err)
		}
		if left, err := w.CountryBlocks(ctx); err != nil || len(left) != 0 {
			t.Error(left, err)
		}
		if _, err := w.BeginSplit(ctx, s); err != nil {
			t.Fatal(err)
		}
		if err := w.LeaveSplit(ctx, s, ledger.Split{Key: s.Key, Country: "DE", Accounts: 2, Clips: 2}); err != nil {
			t.Fatal(err)
		}
		check([]string{"okan", "pia"}, []string{"anna", "ben"})
		if begun, _, err := w.Splits(ctx); err != nil || len(begun) != 0 {
			t.Error(begun, err)
		}
	})
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.DB) {
		c := newClock()
		w := &world{T: t, DB: open(store.Options{Now: c.now}), clock: c}
		people, clips := borderland(w)
		err := w.Receive(t.Context(), func(r *store.Receiving) error {
			return r.KeepSplit(t.Context(), []reelm.AccountID{people["anna"], people["ben"]}, 0)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{"anna", "ben"} {
			a, err := w.Account(t.Context(), people[p])
			clip, cerr := w.Clip(t.Context(), clips[p])
			if err != nil || cerr != nil || a.Followers != 1 || clip.Counts.Likes != 1 || clip.Counts.Comments != 1 {
				t.Errorf("%s: %+v %+v %v %v", p, a, clip, err, cerr)
			}
			if s, err := w.Sound(t.Context(), clip.Sound); err != nil || s.Clip != clips["anna"] || s.Author != people["anna"] || s.Uses != 2 {
				t.Errorf("the sound: %+v %v", s, err)
			}
		}
		if _, err := w.Account(t.Context(), people["okan"]); reelm.KindOf(err) != reelm.NotFound {
			t.Error(err)
		}
	})
}
