package rec

import "testing"

// TestTheFirstAudienceAreThoseWhoCare: new items get the showings that they
// were promised, in time, from viewers of their topic, and no viewer has to
// give more of the feed for it than the constitution says.
func TestTheFirstAudienceAreThoseWhoCare(t *testing.T) {
	c := Default()
	c.Guarantee = Guarantee{}
	e := newTown(t, c, 200)
	const old, fresh, viewers = 600, 6, 120
	cares := func(user, item ID) bool { return user%2 == item%2 }
	born := func(item ID) {
		e.apply(Event{Kind: Born, Item: item, Facts: &Facts{Author: 1 + item%97, Tags: []ID{1 + item%2}, Duration: 10_000}})
	}
	watch := func(user ID, p Pick) {
		watched := int64(900)
		if cares(user, p.Item) {
			watched = 10_000
		}
		e.show(user, p, watched)
	}
	for i := range ID(old) {
		born(i + 1)
		for k := range ID(6) {
			watch(1+(i*6+k*7)%viewers, Pick{Item: i + 1, Propensity: 1})
		}
	}
	swipe := func(user ID) Pick {
		p := e.next(user)
		watch(user, p)
		return p
	}
	for range 20 {
		for user := ID(1); user <= viewers; user++ {
			swipe(user)
		}
	}
	c = Default()
	e.apply(Event{Kind: Constitute, Constitution: &c})
	began := e.now
	for i := range ID(fresh) {
		born(old + 2*(i+1)) // all of one topic
	}
	swipes, explored := map[ID]int{}, map[ID]int{}
	right, wrong := 0, 0
	for round := 0; e.Debt().Items > 0 && round < 200; round++ {
		e.now = max(e.now, began+int64(round)*30*minute)
		for user := ID(1); user <= viewers; user++ {
			p := swipe(user)
			swipes[user]++
			if p.Source == SourceFresh {
				explored[user]++
				if cares(user, p.Item) {
					right++
				} else {
					wrong++
				}
			}
		}
	}
	hours := float64(e.now-began) / float64(hour)
	if d := e.Debt(); d.Items != 0 || hours > 24 {
		t.Errorf("after %.1f hours %d items still owe", hours, d.Items)
	}
	if right < 100 || right < 9*wrong {
		t.Errorf("new items were explored by %d who care and by %d others", right, wrong)
	}
	for user, n := range explored {
		if most := float64(.1*float64(swipes[user])) + purseMost + 1; float64(n) > most {
			t.Errorf("viewer %d explored %d of %d", user, n, swipes[user])
		}
	}
	t.Logf("explored by %d who care, by %d others; paid after %.1f hours", right, wrong, hours)
}

// TestExplorationThatIsSwitchedOffIsOff: what viewers have saved up is not
// spent once the constitution's share is nothing, though debts are late; and
// who fetched pages ahead pays back what they explored too much.
func TestExplorationThatIsSwitchedOffIsOff(t *testing.T) {
	con := Default()
	con.Guarantee = Guarantee{Exposures: 10_000} // late at once
	e := newTown(t, con, 1000)
	for i := range ID(60) {
		e.apply(Event{Kind: Born, Item: i + 1, Facts: &Facts{Author: i + 1, Duration: 9000}})
	}
	explored := func(n int) (k int) {
		for at := range n {
			for _, p := range e.Feed(Request{User: 7, Time: e.now, Limit: 10, Position: uint64(at), Profile: true}) {
				if p.Source == SourceFresh {
					k++
				}
			}
		}
		return k
	}
	for range 100 { // saves
		e.apply(Event{Kind: Impression, User: 7, Item: 1, Source: SourceTrending, Propensity: 1})
	}
	if explored(20) == 0 {
		t.Fatal("with savings and debts nothing is explored")
	}
	for range 15 { // ten more than what was saved
		e.apply(Event{Kind: Impression, User: 7, Item: 1, Source: SourceFresh, Propensity: 1})
	}
	for range 60 {
		e.apply(Event{Kind: Impression, User: 7, Item: 1, Source: SourceTrending, Propensity: 1})
	}
	if got := explored(100); got != 0 { // what is late waits for savings
		t.Errorf("%d of 1000 explored by who explored too much before", got)
	}
	for range 100 {
		e.apply(Event{Kind: Impression, User: 7, Item: 1, Source: SourceTrending, Propensity: 1})
	}
	con.Explore = 0
	e.apply(Event{Kind: Constitute, Constitution: &con})
	if got := explored(100); got != 0 {
		t.Errorf("%d explored though that is switched off", got)
	}
}

// TestEveryConstitutionExplores: shares and promises at their bounds give
// answers, and propensities that are some.
func TestEveryConstitutionExplores(t *testing.T) {
	log := testLog(8, 2000)
	for _, g := range []Guarantee{{}, {Exposures: 10000}, {Exposures: 10000, Hours: 24 * 365}, {Exposures: 1, Hours: 1e-9}} {
		c := Default()
		c.Guarantee, c.Explore = g, .5
		e, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range log {
			if err := e.Apply(ev); err != nil {
				t.Fatal(err)
			}
		}
		for user := range ID(30) {
			for _, p := range e.Feed(Request{User: user, Time: lastTime(log), Limit: 10, Profile: true}) {
				if !(p.Propensity > 0 && p.Propensity <= 1) {
					t.Errorf("%+v: viewer %d gets %d with a propensity of %v", g, user, p.Item, p.Propensity)
				}
			}
		}
	}
}

// TestPromisesThatCanBeKeptGoFirst: where far more is owed than can ever be
// paid, late already or only in doubt, what is born now has its first audience in
// time all the same: soon after the flood, and in the same hour if whoever shows
// it shows few.
func TestPromisesThatCanBeKeptGoFirst(t *testing.T) {
	for _, c := range []struct {
		name    string
		rounds  int // of 20 minutes between the flood and what is new
		authors ID  // of the flood
		fresh   ID
	}{
		{"late", 75, 3000, 16},
		{"in doubt", 9, 3000, 16},
		{"in the next hour", 2, 3000, 12},
		{"in the same hour", 0, 60, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			con := Default()
			con.Guarantee = Guarantee{Exposures: 8, Hours: 24}
			e := newTown(t, con, 200)
			const old, flood, viewers = 100, 3000, 40
			born := func(from, n, authors ID) {
				for i := range n {
					item := from + i
					e.apply(Event{Kind: Born, Item: item, Facts: &Facts{Author: from + i%authors, Tags: []ID{1 + item%3}, Duration: 10_000}})
				}
			}
			pass := func(rounds int) {
				for range rounds {
					e.round(viewers)
					e.now += 20 * minute
				}
			}
			born(1, old, old)
			pass(75)
			born(1000, flood, c.authors)
			pass(c.rounds)
			born(5000, c.fresh, c.fresh)
			pass(71)
			if d := e.Debt(); d.Items < flood/2 || d.Doubtful < d.Items/2 {
				t.Fatalf("only %d still owe, of %d that is in doubt", d.Items, d.Doubtful)
			}
			for i := range c.fresh {
				if counts, ok := e.Counts(5000 + i); !ok || counts.Owed > 0 {
					t.Errorf("item %d still owes %d of 8 after almost a day", i, counts.Owed)
				}
			}
		})
	}
}

// TestWhatIsDueGoesByItsDeadline: of items that nobody has been shown until
// their time is running out, the one that is due first gets its showings first,
// though viewers would rather have the other.
func TestWhatIsDueGoesByItsDeadline(t *testing.T) {
	con := Default()
	con.Guarantee, con.Explore = Guarantee{Exposures: 4, Hours: 24}, .3 // the night is quiet
	e := newTown(t, con, 200)
	const first, second, viewers = 1002, 1003, 40
	like := []int64{1500, 4500, 9000} // by the rest of an item's id, which is its tag as well
	born := func(item ID) {
		e.apply(Event{Kind: Born, Item: item, Facts: &Facts{Author: item, Tags: []ID{1 + item%3}, Duration: 10_000}})
	}
	show := func(user ID) (fresh ID) {
		p := e.next(user)
		e.show(user, p, like[p.Item%3])
		if p.Source == SourceFresh {
			return p.Item
		}
		return 0
	}
	for item := ID(1); item <= 900; item++ { // too many
		born(item)
	}
	for range 75 {
		for user := ID(1); user <= viewers; user++ {
			show(user)
		}
		e.now += 20 * minute
	}
	born(first)
	e.now += 2 * hour
	born(second)
	e.now += 19 * hour
	var got []ID
	for range 20 {
		for user := ID(1); user <= viewers; user++ {
			if item := show(user); item >= first {
				got = append(got, item)
			}
		}
	}
	if len(got) != 8 {
		t.Fatalf("%d of 8 showings were given", len(got))
	}
	for i, item := range got[:4] {
		if item != first {
			t.Errorf("showing %d went to the item that is due two hours later", i)
		}
	}
}

// TestAPromiseIsNotTakenBack: while a flood waits, and feeds are read as
// before, what the engine has promised to an item stays so until it has it, or
// until it is late. If they were read in a rush, and then are no more, only what
// the whole share can still pay stays promised.
func TestAPromiseIsNotTakenBack(t *testing.T) {
	for _, c := range []struct {
		name  string
		rush  int     // rounds without a pause
		after int     // rounds, when
		most  float64 // of what a day pays is promised
	}{{"calm", 0, 0, .25}, {"rush", 40, 76, 2}} {
		t.Run(c.name, func(t *testing.T) {
			con := Default()
			con.Guarantee = Guarantee{Exposures: 8, Hours: 24}
			e := newTown(t, con, 200)
			for item := ID(1); item <= 2000; item++ {
				e.apply(Event{Kind: Born, Item: item, Facts: &Facts{Author: 1 + item%500, Tags: []ID{1 + item%3}, Duration: 10_000}})
			}
			const viewers = 40
			pays := 24 * 3 * viewers * con.Explore // a day, three rounds an hour
			ever, most := map[uint32]bool{}, 0
			for round := range c.rush + 71 {
				e.round(viewers)
				if round < c.rush {
					continue
				}
				e.now += 20 * minute
				owed := 0
				for _, n := range e.m.debts.items {
					it := e.m.items.at(n)
					if it.state&isPromised != 0 {
						ever[n] = true
						owed += int(it.owed - it.audience())
					} else if c.rush == 0 && ever[n] && it.state&isLate == 0 {
						t.Fatalf("item %d had a promise, and %d h after its birth it has none", e.m.itemIDs.id(n), (e.now-it.born)/hour)
					}
				}
				most = max(most, owed)
				if round > c.after && float64(owed) > c.most*pays {
					t.Fatalf("after %d h %d showings are promised, of which a day pays %.0f", (round-c.rush)/3, owed, pays)
				}
			}
			if len(ever) < 10 || c.rush > 0 && most < 2000 {
				t.Errorf("%d items had a promise, together at most %d showings", len(ever), most)
			}
		})
	}
}

// TestMoreTimeForPromises: what is late is not when the constitution gives
// first audiences more hours.
func TestMoreTimeForPromises(t *testing.T) {
	con := Default()
	con.Guarantee = Guarantee{Exposures: 8, Hours: 2}
	e := newTown(t, con, 200)
	for item := ID(1); item <= 200; item++ {
		e.apply(Event{Kind: Born, Item: item, Facts: &Facts{Author: item, Tags: []ID{1 + item%3}, Duration: 10_000}})
	}
	read := func() (doubtful int) {
		for range 12 {
			for user := ID(1); user <= 20; user++ {
				e.show(user, e.next(user), 5000)
			}
			e.now += 20 * minute
		}
		return e.Debt().Doubtful
	}
	if d := read(); d != e.Debt().Items {
		t.Fatalf("after 4 h the 2 h are over for %d of %d only", d, e.Debt().Items)
	}
	con.Guarantee.Hours = 72
	e.apply(Event{Kind: Constitute, Constitution: &con})
	if d := read(); d == e.Debt().Items {
		t.Errorf("with 72 h none of %d first audiences can be given in time", d)
	}
}
