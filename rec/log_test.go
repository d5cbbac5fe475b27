package rec

import "testing"

// testLog makes a log of about n events in a small world: items of three
// topics, viewers who each like one, feeds that are partly random. The same
// seed gives the same log.
func testLog(seed uint64, n int) []Event {
	r := stream(seed)
	now := int64(1_700_000_000_000)
	var log []Event
	add := func(ev Event) {
		now += int64(r.below(20_000))
		ev.Time = now
		log = append(log, ev)
	}
	born := 0
	birth := func() {
		born++
		topic := born % 3
		add(Event{Kind: Born, Item: ID(born), Facts: &Facts{
			Author: ID(1 + r.below(12)), Sound: ID(1 + r.below(20)), Language: ID(1 + r.below(2)),
			Tags: []ID{ID(topic + 1), ID(10 + r.below(30))}, Duration: int64(5000 + r.below(55_000)),
		}})
	}
	for range 60 {
		birth()
	}
	for len(log) < n {
		user := ID(1 + r.below(80))
		item := ID(1 + r.below(born))
		suits := int(user)%3 == int(item)%3
		switch k := r.below(100); {
		case k < 3:
			birth()
		case k == 3:
			add(Event{Kind: Follow, User: user, Author: ID(1 + r.below(12))})
		case k == 4:
			add(Event{Kind: Interest, User: user, Subject: Subject{Tag, ID(1 + r.below(3))}, Want: Want(r.below(4) - 2)})
		case k == 5 && r.below(4) == 0:
			add(Event{Kind: Died, Item: item})
		case k == 6 && r.below(3) == 0:
			add(Event{Kind: Limited, Item: item})
		case k == 7 && r.below(3) == 0:
			add(Event{Kind: Unlimited, Item: item})
		case k == 8 && r.below(8) == 0:
			add(Event{Kind: Reset, User: user})
		case k == 9 && r.below(8) == 0:
			add(Event{Kind: Merge, User: user, From: ID(1 + r.below(80) + 100)})
		case k < 14:
			add(Event{Kind: Impression, Item: item})
			add(Event{Kind: Watch, Item: item, Watched: int64(r.below(30_000))})
		default:
			var f features
			for i := range f {
				f[i] = r.unit()*4 - 2
			}
			add(Event{Kind: Impression, User: user, Item: item, Slot: r.below(10), Source: SourceTrending,
				Propensity: float64(r.unit()), Context: f.encode()})
			watched := int64(r.below(8000))
			if suits {
				watched += int64(r.below(40_000))
			}
			add(Event{Kind: Watch, User: user, Item: item, Watched: watched})
			if suits && r.below(4) == 0 {
				add(Event{Kind: Like, User: user, Item: item})
			}
			if !suits && r.below(30) == 0 {
				add(Event{Kind: NotInterested, User: user, Item: item})
			}
		}
	}
	return log[:n]
}

// fold applies a log to a new engine.
func fold(t testing.TB, log []Event) *Engine {
	t.Helper()
	e, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	for i, ev := range log {
		if err := e.Apply(ev); err != nil {
			t.Fatalf("event %d: %v", i, err)
		}
	}
	return e
}

func lastTime(log []Event) int64 { return log[len(log)-1].Time }
