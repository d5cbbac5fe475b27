package rec

import "testing"

// TestAFewSwipesAreEnough: who likes and watches one of two topics and passes
// over the other gets next to nothing else after a page of six, in a realm
// that began today, until there is no more of it.
func TestAFewSwipesAreEnough(t *testing.T) {
	for _, items := range []int{26, 60, 200} {
		e := newTown(t, Default(), 700)
		for k := range items {
			e.apply(Event{Kind: Born, Item: ID(k + 1), Facts: &Facts{Author: ID(k/2%6 + 1), Sound: ID(k + 1), Tags: []ID{ID(k%2 + 1)}, Duration: 6000}})
		}
		possible, got, walk := 0, 0, ""
		for viewer := range 12 {
			user, liked, left := ID(100+viewer), viewer%2, items/2
			for page := range 4 {
				for _, p := range e.Feed(Request{User: user, Time: e.now, Position: uint64(e.now), Limit: 6, Profile: true}) {
					mine := int(p.Item-1)%2 == liked
					if page > 0 && left > 0 {
						possible++
						if mine {
							got++
						}
					}
					e.apply(Event{Kind: Impression, User: user, Item: p.Item, Source: p.Source, Propensity: p.Propensity, Context: p.Context})
					if mine {
						left--
						e.now += 6000
						walk += "+"
						e.apply(Event{Kind: Like, User: user, Item: p.Item})
						e.apply(Event{Kind: Watch, User: user, Item: p.Item, Watched: 6500})
					} else {
						walk += "-"
						e.apply(Event{Kind: Watch, User: user, Item: p.Item, Watched: 200})
					}
				}
			}
			walk += " "
		}
		if share := float64(got) / float64(possible); share < .85 {
			t.Errorf("of %d items, only %.2f of what followed the first page is of the viewer's topic while there was any: %s", items, share, walk)
		} else {
			t.Logf("%d items: %.3f", items, share)
		}
	}
}
