package rec

import (
	"slices"
	"testing"
)

// twoTopics is a log of 24 items by 8 authors, even ones with tag 1 and odd
// ones with tag 2, and of viewers who watch only the topic of their own number
// to the end. Item 23 has tag 1 by its author's mistake.
func twoTopics() []Event {
	now := int64(1_700_000_000_000)
	var log []Event
	for i := 1; i <= 24; i++ {
		tag := ID(i%2 + 1)
		if i == 23 {
			tag = 1
		}
		now += 1000
		log = append(log, Event{Kind: Born, Time: now, Item: ID(i), Facts: &Facts{Author: ID(100 + i%8), Tags: []ID{tag}, Duration: 10_000}})
	}
	for round := range 12 {
		for user := 1; user <= 16; user++ {
			for k := range 4 {
				i := (round*4+k)*7%24 + 1
				now += 1000
				watched := int64(900)
				if i%2 == user%2 {
					watched = 10_000
				}
				log = append(log, Event{Kind: Watch, Time: now, User: ID(user), Item: ID(i), Watched: watched})
			}
		}
	}
	return log
}

func TestSimilarItemsAreThoseThatTheSameViewersLike(t *testing.T) {
	log := twoTopics()
	e := fold(t, log)
	ask := Request{Time: lastTime(log), Limit: 6, Profile: true}
	found := e.Similar(1, ask)
	if len(found) != 6 {
		t.Fatalf("%d similar items, want 6", len(found))
	}
	by := map[int]int{}
	for i, x := range found {
		if x.Item%2 != 1 || x.Item == 1 {
			t.Errorf("item %d goes with item 1", x.Item)
		}
		if i > 0 && x.Strength > found[i-1].Strength {
			t.Errorf("item %d stands too low", x.Item)
		}
		if by[int(x.Item)%8]++; by[int(x.Item)%8] > relatedPerAuthor {
			t.Errorf("%d items of author %d", by[int(x.Item)%8], 100+x.Item%8)
		}
	}
	ask.Profile, ask.Limit = false, 20
	if plain := e.Similar(1, ask); slices.ContainsFunc(plain, func(x Related) bool { return x.Item == 23 && x.Strength > .2 }) {
		t.Error("without profiling, item 23 still goes with what its viewers like and not with its tag")
	}
	if e.Similar(99, ask) != nil {
		t.Error("something goes with an item that is not there")
	}
}

func TestSimilarLeavesOutWhatMayNotBeShown(t *testing.T) {
	log := twoTopics()
	now := lastTime(log)
	log = append(log, Event{Kind: Died, Time: now, Item: 3}, Event{Kind: Limited, Time: now, Item: 5},
		Event{Kind: Block, Time: now, User: 1, Author: 107}, Event{Kind: Interest, Time: now, User: 2, Subject: Subject{Tag, 2}, Want: Never})
	e := fold(t, log)
	for _, x := range e.Similar(1, Request{User: 1, Time: now, Limit: 50, Profile: true, Exclude: []ID{9}, Allow: func(id ID) bool { return id != 11 }}) {
		if x.Item == 3 || x.Item == 5 || x.Item == 9 || x.Item == 11 || x.Item%8 == 7 {
			t.Errorf("item %d is shown", x.Item)
		}
	}
	for _, x := range e.Similar(1, Request{User: 2, Time: now, Limit: 50, Profile: true}) {
		if x.Item%2 == 1 && x.Item != 23 {
			t.Errorf("item %d has a tag that is never wanted", x.Item)
		}
	}
}

func TestSuggestedAreAuthorsOfWhatOneLikesAndDoesNotFollow(t *testing.T) {
	log := twoTopics()
	now := lastTime(log)
	log = append(log, Event{Kind: Follow, Time: now, User: 1, Author: 101}, Event{Kind: Block, Time: now, User: 1, Author: 103})
	e := fold(t, log)
	got := e.Suggest(Request{User: 1, Time: now, Limit: 2, Profile: true})
	if len(got) != 2 || got[0].Author%2 != 1 || got[1].Author%2 != 1 || got[0].Score < got[1].Score {
		t.Errorf("%+v, want two authors of odd items, the better first", got)
	}
	for _, s := range e.Suggest(Request{User: 1, Time: now, Limit: 50, Profile: true}) {
		if s.Author == 101 || s.Author == 103 {
			t.Errorf("%d is followed or blocked", s.Author)
		}
	}
	if again := throughSnapshot(t, e).Suggest(Request{User: 1, Time: now, Limit: 2, Profile: true}); !slices.Equal(got, again) {
		t.Errorf("%+v after a restore, %+v before", again, got)
	}
}

func TestSuggestionsWithoutProfilingDoNotMoveWithWatching(t *testing.T) {
	log := twoTopics()
	other := slices.Clone(log)
	for i := range other {
		if other[i].Kind == Watch {
			other[i].Watched = 10_900 - other[i].Watched
		}
	}
	ask := Request{User: 1, Time: lastTime(log), Limit: 50}
	a, b := fold(t, log), fold(t, other)
	if x, y := a.Suggest(ask), b.Suggest(ask); len(x) == 0 || !slices.Equal(x, y) {
		t.Errorf("%+v and %+v", x, y)
	}
	if x, y := a.Similar(1, ask), b.Similar(1, ask); len(x) == 0 || !slices.Equal(x, y) {
		t.Errorf("%+v and %+v", x, y)
	}
}
