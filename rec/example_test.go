package rec_test

import (
	"bytes"
	"fmt"

	"reelm/rec"
)

// Two clips about cooking and one about football; a viewer likes one of the
// first.
func Example() {
	c := rec.Default()
	c.Explore = 0
	e, err := rec.New(c)
	if err != nil {
		panic(err)
	}
	const cooking, football = rec.ID(1), rec.ID(2)
	now := int64(1_700_000_000_000)
	apply := func(ev rec.Event) {
		now += 1000
		ev.Time = now
		if err := e.Apply(ev); err != nil {
			panic(err)
		}
	}
	apply(rec.Event{Kind: rec.Born, Item: 11, Facts: &rec.Facts{Author: 1, Tags: []rec.ID{cooking}, Duration: 15_000}})
	apply(rec.Event{Kind: rec.Born, Item: 12, Facts: &rec.Facts{Author: 2, Tags: []rec.ID{football}, Duration: 15_000}})
	apply(rec.Event{Kind: rec.Born, Item: 13, Facts: &rec.Facts{Author: 3, Tags: []rec.ID{cooking}, Duration: 15_000}})

	apply(rec.Event{Kind: rec.Impression, User: 7, Item: 11})
	apply(rec.Event{Kind: rec.Watch, User: 7, Item: 11, Watched: 15_000})
	apply(rec.Event{Kind: rec.Like, User: 7, Item: 11})

	for _, p := range e.Feed(rec.Request{User: 7, Time: now, Limit: 2, Profile: true}) {
		fmt.Println(p.Item, p.Source)
	}

	// A snapshot restores the same model.
	var b bytes.Buffer
	if err := e.Snapshot(&b); err != nil {
		panic(err)
	}
	again, err := rec.Restore(&b)
	if err != nil {
		panic(err)
	}
	fmt.Println(again.Hash() == e.Hash())
	// Output:
	// 13 affinity
	// 12 fresh
	// true
}

// What a viewer says in so many words holds at the next request.
func ExampleEngine_Interests() {
	e, _ := rec.New(rec.Default())
	_ = e.Apply(rec.Event{Kind: rec.Interest, User: 7, Subject: rec.Subject{Space: rec.Tag, ID: 2}, Want: rec.Never})
	fmt.Println(e.Interests(7).Declared[0].Want)
	// Output: never
}
