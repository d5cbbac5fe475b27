package rec

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestClockBelievesOnlyWhatIsRepeated: a single time far ahead moves nothing,
// three in a row do, and what is late is taken as it is.
func TestClockBelievesOnlyWhatIsRepeated(t *testing.T) {
	var c clock
	for i, s := range []struct{ time, want, now int64 }{
		{1000, 1000, 1000},
		{500, 500, 1000},
		{2000, 2000, 2000},
		{2000 + 9*day, 2000, 2000},
		{3000, 3000, 3000},
		{3000 + 9*day, 3000, 3000},
		{3000 + 8*day, 3000, 3000},
		{3000 + 10*day, 3000 + 9*day, 3000 + 8*day},
		{3000 + 8*day, 3000 + 8*day, 3000 + 8*day},
	} {
		if got := c.see(s.time); got != s.want || c.now != s.now {
			t.Errorf("step %d: time %d taken for %d, clock %d; want %d and %d", i, s.time, got, c.now, s.want, s.now)
		}
	}
}

// The arena never hands out a word twice, whatever is pushed, dropped and
// removed.
func TestListsKeepWhatWasPushed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a arena
		lists := make([]list, 6)
		want := make([][]uint32, 6)
		const most = 40
		for step := range rapid.IntRange(1, 400).Draw(t, "steps") {
			k := rapid.IntRange(0, 5).Draw(t, "list")
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				a.drop(&lists[k])
				want[k] = nil
			case 1:
				if len(want[k]) > 0 {
					i := rapid.IntRange(0, len(want[k])-1).Draw(t, "place")
					a.removeAt(&lists[k], i, 1)
					want[k] = append(want[k][:i:i], want[k][i+1:]...)
				}
			default:
				x := uint32(step + 1)
				a.push(&lists[k], most, x)
				want[k] = append(want[k], x)
				want[k] = want[k][max(0, len(want[k])-most):]
			}
			for i, l := range lists {
				got := a.get(l)
				if len(got) != len(want[i]) {
					t.Fatalf("list %d has %d words, want %d", i, len(got), len(want[i]))
				}
				for j := range got {
					if got[j] != want[i][j] {
						t.Fatalf("list %d holds %v, want %v", i, got, want[i])
					}
				}
			}
		}
	})
}

// A table of ids gives every id one number for good.
func TestIndexIsABijection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x index
		ids := rapid.SliceOf(rapid.Uint64Range(1, 500)).Draw(t, "ids")
		want := map[ID]uint32{}
		for _, id := range ids {
			n, isNew := x.add(ID(id))
			old, had := want[ID(id)]
			if isNew == had || had && old != n || n == 0 {
				t.Fatalf("id %d got number %d, had %d", id, n, old)
			}
			want[ID(id)] = n
		}
		for id, n := range want {
			if x.find(id) != n || x.id(n) != id {
				t.Fatalf("id %d: found %d, want %d", id, x.find(id), n)
			}
		}
	})
}

// The chances of a pool are probabilities that sum to one, and sampling obeys
// them.
func TestExplorationTellsItsTrueChances(t *testing.T) {
	m := newModel(Default())
	d := newDesk()
	d.clear()
	var pool []int
	for i, score := range []float64{.9, .5, .55, .2} {
		n := m.items.add()
		m.items.at(n).n = float32(i * 7)
		d.rated = append(d.rated, rated{candidate: candidate{item: n}, score: score})
		pool = append(pool, i)
	}
	w := &who{Request: &Request{Profile: true}}
	sum, chance := 0.0, [4]float64{}
	for k := range pool {
		chance[k] = m.chance(d, pool, k, w)
		sum += chance[k]
	}
	if sum < .998 || sum > 1.002 {
		t.Errorf("chances %v sum to %v", chance, sum)
	}
	const draws = 40_000
	rnd, hits := stream(4), [4]float64{}
	for range draws {
		hits[m.draw(d, pool, &rnd, w)]++
	}
	for k := range hits {
		if diff := hits[k]/draws - chance[k]; diff > .01 || diff < -.01 {
			t.Errorf("item %d was drawn %v of the time, its chance is %v", k, hits[k]/draws, chance[k])
		}
	}
}

// Promised exposures come out of the exploration share, oldest debt first,
// and are noted as paid.
func TestGuaranteeIsPaid(t *testing.T) {
	c := Default()
	c.Explore, c.Guarantee.Exposures = .5, 5
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	now := int64(1_700_000_000_000)
	apply := func(ev Event) {
		now += 1000
		ev.Time = now
		if err := e.Apply(ev); err != nil {
			t.Fatal(err)
		}
	}
	for i := range ID(20) {
		apply(Event{Kind: Born, Item: i + 1, Facts: &Facts{Author: i + 1, Duration: 9000}})
	}
	if d := e.Debt(); d.Items != 20 || d.Exposures != 100 {
		t.Fatalf("debt %+v", d)
	}
	for round := range 600 { // whoever is new explores little
		user := ID(1 + round%60)
		for _, p := range e.Feed(Request{User: user, Time: now, Limit: 2, Position: e.Applied(), Profile: true}) {
			apply(Event{Kind: Impression, User: user, Item: p.Item, Source: p.Source, Propensity: p.Propensity, Context: p.Context})
		}
	}
	if d := e.Debt(); d.Items != 0 || d.Done != 20 || d.Median <= 0 {
		t.Errorf("debt %+v", d)
	}
}

// What is reported late counts as if it had been known at once: items whose
// long watches came in two parts end where they would have ended in one.
func TestALongerWatchCorrectsTheTaste(t *testing.T) {
	whole := twoTopics()
	var first, both []Event
	for _, ev := range whole {
		early := ev
		if ev.Kind == Watch && ev.Watched > 5000 {
			early.Watched = 1200
		}
		first = append(first, early)
		both = append(both, early)
		if early.Watched != ev.Watched {
			ev.Before = early.Watched
			both = append(both, ev)
		}
	}
	off := func(log []Event) float64 {
		a, b := fold(t, whole).m, fold(t, log).m
		sum := 0.0
		for n := uint32(1); n < a.items.n; n++ {
			sum += math.Abs(float64(a.taste.vecI.row(n)[0] - b.taste.vecI.row(n)[0]))
		}
		return sum / float64(a.items.n-1)
	}
	if late, never := off(both), off(first); late > never/4 {
		t.Errorf("items are %.3f from where they belong, %.3f if the rest never came", late, never)
	} else {
		t.Logf("%.3f, %.3f", late, never)
	}
}
