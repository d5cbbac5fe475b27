package rec

import (
	"fmt"
	"testing"
)

// A log without a person folds to the model of a world without that person:
// nothing may depend on how many events there were before they were taken
// out, or on where the gaps are.
func TestForgettingIsNeverHavingBeenThere(t *testing.T) {
	log := testLog(21, 4000)
	const gone = ID(13)
	var with []Event
	r := stream(5)
	born := ID(5000) // the person's own clips
	for i, ev := range log {
		if ev.User == gone || ev.From == gone {
			continue
		}
		if r.below(7) == 0 {
			with = append(with, Event{Kind: Impression, Time: ev.Time, User: gone, Item: ID(1 + r.below(60))},
				Event{Kind: Watch, Time: ev.Time, User: gone, Item: ID(1 + r.below(60)), Watched: 9000})
		}
		if i%500 == 0 {
			born++
			with = append(with, Event{Kind: Born, Time: ev.Time, Item: born, Facts: &Facts{Author: 77, Tags: []ID{1}}})
		}
		if i%90 == 0 && born > 5000 {
			with = append(with, Event{Kind: Like, Time: ev.Time, User: ID(1 + r.below(12)), Item: born})
		}
		with = append(with, ev)
	}
	var without, never []Event
	for _, ev := range with {
		if ev.User != gone && ev.From != gone && ev.Item <= 5000 {
			without = append(without, ev)
		}
	}
	for _, ev := range log {
		if ev.User != gone && ev.From != gone {
			never = append(never, ev)
		}
	}
	a, b, c := fold(t, with), fold(t, without), fold(t, never)
	if b.Hash() != c.Hash() {
		t.Error("something of the person is left in the model")
	}
	if a.Hash() == b.Hash() {
		t.Error("the person made no difference: the test shows nothing")
	}
}

func TestForgetResetAndMerge(t *testing.T) {
	log := testLog(22, 3000)
	const me, new = ID(9), ID(9000)
	likes := func(e *Engine, u ID) int { return e.Interests(u).Likes }
	e := fold(t, log)
	if likes(e, me) == 0 {
		t.Fatal("the viewer liked nothing: the test shows nothing")
	}
	before := fmt.Sprint(e.Interests(me).Learned)
	now := lastTime(log)
	apply := func(ev Event) {
		ev.Time = now
		if err := e.Apply(ev); err != nil {
			t.Fatal(err)
		}
	}
	apply(Event{Kind: Interest, User: me, Subject: Subject{Tag, 2}, Want: Never})
	apply(Event{Kind: Merge, User: new, From: me})
	if got := fmt.Sprint(e.Interests(new).Learned); got != before {
		t.Errorf("the taste changed on its way:\n%s\n%s", before, got)
	}
	if in := e.Interests(me); in.Likes != 0 || len(in.Declared) != 0 {
		t.Errorf("something stayed behind: %+v", in)
	}
	apply(Event{Kind: Reset, User: new})
	if in := e.Interests(new); in.Likes != 0 || len(in.Learned) != 0 || len(in.Declared) == 0 {
		t.Errorf("after a reset: %+v", in)
	}
	for _, p := range e.Feed(Request{User: new, Time: now, Limit: 50, Profile: true}) {
		if it := e.m.items.at(e.m.itemIDs.find(p.Item)); e.m.has(it, Tag, e.m.tags.find(2)) {
			t.Errorf("item %d has a tag that is never wanted", p.Item)
		}
	}
	apply(Event{Kind: Forget, User: new})
	if in := e.Interests(new); len(in.Declared) != 0 || len(in.Follows) != 0 {
		t.Errorf("after forgetting: %+v", in)
	}
}

func TestRemovalLeavesEverySource(t *testing.T) {
	log := testLog(23, 4000)
	e := fold(t, log)
	now := lastTime(log)
	victim := e.Feed(Request{User: 3, Time: now, Limit: 1, Profile: true, Plain: true})[0].Item
	for _, kind := range []Kind{Limited, Died} {
		if err := e.Apply(Event{Kind: kind, Time: now, Item: victim}); err != nil {
			t.Fatal(err)
		}
		for user := range ID(80) {
			for _, profile := range []bool{true, false} {
				for _, p := range e.Feed(Request{User: user, Time: now, Limit: 100, Profile: profile}) {
					if p.Item == victim {
						t.Fatalf("viewer %d (profile %v) still gets it after %d, from %s", user, profile, kind, p.Source)
					}
				}
			}
		}
	}
	hash := e.Hash()
	if err := e.Apply(Event{Kind: Like, Time: now, User: 3, Item: victim}); err != nil || e.Hash() != hash {
		t.Errorf("an event about what is gone: %v, changed %v", err, e.Hash() != hash)
	}
}

func TestVisitorsMoveCountsOnly(t *testing.T) {
	log := testLog(24, 3000)
	e := fold(t, log)
	now := lastTime(log)
	ask := func() string {
		s := ""
		for user := range ID(40) {
			for _, p := range e.Feed(Request{User: user, Time: now, Limit: 10, Profile: user%2 == 0}) {
				s += fmt.Sprint(p.Item, p.Score, " ")
			}
		}
		return s
	}
	before := ask()
	item := e.Feed(Request{User: 3, Time: now, Limit: 100, Profile: true})[20].Item
	was, _ := e.Counts(item)
	for range 200 {
		for _, kind := range []Kind{Watch, Like, Share, Complete} {
			if err := e.Apply(Event{Kind: kind, Time: now, Item: item, Watched: 60_000}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if ask() != before {
		t.Error("visitors without an account moved what others see")
	}
	if is, _ := e.Counts(item); is.Open.Likes != was.Open.Likes+200 || is.Known != was.Known {
		t.Errorf("counts %+v, then %+v", was, is)
	}
}
