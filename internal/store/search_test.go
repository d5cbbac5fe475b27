package store_test

import (
	"slices"
	"testing"

	"reelm"
	"reelm/internal/store"
)

func (w *world) finds(s store.Search) []reelm.ClipID {
	w.Helper()
	found, _, err := w.FindClips(w.Context(), s, store.Page{})
	if err != nil {
		w.Fatal(err)
	}
	return ids(found)
}

func TestSearchFindsWordsBeginningsAndMistakes(t *testing.T) {
	each(t, func(w *world) {
		anna := w.account("anna.berg")
		historia := w.publish(anna, "A história de um gato #Straße")
		bread := w.publish(anna, "Sourdough bread, step by step")
		for query, want := range map[string]reelm.ClipID{
			"historia": historia.ID, "HISTÓRIA gato": historia.ID, "hist": historia.ID, "strasse": historia.ID, "#straße": historia.ID,
			"sourdogh": bread.ID, "suordough": bread.ID, "bread step": bread.ID, "anna bread": bread.ID, "'; DROP TABLE clips; --bread": 0, "brot": 0,
			`"* OR bread`: 0, "bread gato": 0, "😀": 0, "": 0,
		} {
			got := w.finds(store.Search{Text: query})
			if want == 0 && len(got) != 0 || want != 0 && !slices.Equal(got, []reelm.ClipID{want}) {
				t.Errorf("%q finds %v, want %v", query, got, want)
			}
		}
		if got := w.finds(store.Search{Text: "step", Language: "de"}); len(got) != 0 {
			t.Errorf("another language finds %v", got)
		}
		if got := w.finds(store.Search{Text: "step", Since: w.clock.now().UnixMilli() + 1}); len(got) != 0 {
			t.Errorf("what is too old: %v", got)
		}
		people, _, err := w.FindAccounts(w.Context(), store.Search{Text: "ana"}, store.Page{})
		if err != nil || len(people) != 1 {
			t.Errorf("accounts: %v %v", people, err)
		}
		words, err := w.KnownWords(w.Context(), "the sourd", 5)
		if err != nil || !slices.Equal(words, []string{"sourdough"}) {
			t.Errorf("suggestions: %v %v", words, err)
		}
	})
}

// What may no longer be seen leaves the index with its words, tags and
// sounds, in the same commit.
func TestSearchForgetsWhatIsGone(t *testing.T) {
	each(t, func(w *world) {
		anna := w.account("anna")
		c := w.publish(anna, "zebrafinken #voegel")
		yes, no := true, false
		only, public := reelm.OnlyMe, reelm.Public
		found := func() bool {
			tags, _, err := w.FindTags(w.Context(), store.Search{Text: "voegel"}, store.Page{})
			if err != nil {
				t.Fatal(err)
			}
			words, err := w.KnownWords(w.Context(), "zebra", 5)
			if err != nil {
				t.Fatal(err)
			}
			n := len(w.finds(store.Search{Viewer: anna, Text: "zebrafinken"}))
			if n != len(tags) || n != len(words) {
				t.Errorf("%d clips, %d tags, %d words", n, len(tags), len(words))
			}
			return n == 1
		}
		do := func(what string, want bool, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			if found() != want {
				t.Errorf("after %s: found is %v", what, !want)
			}
		}
		ctx := w.Context()
		do("publishing", true, nil)
		_, err := w.UpdateProfile(ctx, anna, store.Profile{Private: &yes})
		do("going private", false, err)
		_, err = w.UpdateProfile(ctx, anna, store.Profile{Private: &no})
		do("coming back", true, err)
		_, err = w.EditClip(ctx, c.ID, store.ClipEdit{Visibility: &only})
		do("keeping it for oneself", false, err)
		_, err = w.EditClip(ctx, c.ID, store.ClipEdit{Visibility: &public})
		do("publishing it again", true, err)
		do("deleting it", false, w.DeleteClip(ctx, c.ID))
	})
}

func TestSearchPagesHaveEverythingOnce(t *testing.T) {
	each(t, func(w *world) {
		anna := w.account("anna")
		for range 23 {
			w.publish(anna, "gleich")
		}
		seen := map[reelm.ClipID]bool{}
		p := store.Page{Limit: 5}
		for range 10 {
			found, next, err := w.FindClips(w.Context(), store.Search{Text: "gleich"}, p)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range found {
				if seen[c.ID] {
					t.Error("a clip came twice")
				}
				seen[c.ID] = true
			}
			if p.After = next; next == (store.Cursor{}) {
				break
			}
		}
		if len(seen) != 23 {
			t.Errorf("%d of 23", len(seen))
		}
	})
}
