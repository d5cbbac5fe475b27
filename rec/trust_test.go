package rec

import (
	"math"
	"slices"
	"testing"
)

// TestOddViewersDoNotSayWhatViewersAreLike: what newcomers are taken for
// changes with what people watch who like this and pass over that, and not with
// what bots watch, however long they do.
func TestOddViewersDoNotSayWhatViewersAreLike(t *testing.T) {
	const items, viewers = 60, 100
	e := newTown(t, Default(), 200)
	rnd := stream(1)
	watch := func(user, item ID, bot bool) {
		share := min(max(.2+.6*float64((item+user)%2)+float64(rnd.unit()-.5)/2, 0), 1)
		if bot {
			share = float64(item % 3 / 2) // what nobody else does
		}
		e.show(user, Pick{Item: item, Propensity: 1}, int64(10_000*share))
	}
	for i := range ID(items) {
		e.apply(Event{Kind: Born, Item: i + 1, Facts: &Facts{Author: i + 1, Tags: []ID{1 + (i+1)%2}, Duration: 10_000}})
	}
	for range 40 {
		for user := ID(1); user <= viewers; user++ {
			watch(user, ID(1+rnd.below(items)), false)
		}
	}
	for _, bot := range []bool{true, false} {
		before := e.m.taste.prior
		for range 60 {
			for k := range ID(8) {
				user := 8000 + k
				if bot {
					user = 9000 + k
				}
				watch(user, ID(1+rnd.below(items)), bot)
			}
		}
		if changed := e.m.taste.prior != before; changed == bot {
			t.Errorf("bots: %v; what viewers are like changed: %v", bot, changed)
		}
	}
}

// TestBotsTeachLittle: a dozen accounts that see bad items to the end, and
// nothing else, move little what is foreseen of these items (a third of what
// they would with the weight of everybody), while as many people who like
// them are heard, with half as many watches of them.
func TestBotsTeachLittle(t *testing.T) {
	const items, viewers, pushed, crowd = 60, 200, 6, 12
	foreseen := func(bots, fans bool) (value float64) {
		e := newTown(t, Default(), 200)
		rnd := stream(1)
		watch := func(user, item ID, share float64) {
			e.show(user, Pick{Item: item, Propensity: 1}, int64(10_000*min(max(share+float64(rnd.unit()-.5), 0), 1)))
		}
		worth := func(item ID) float64 { // of the pushed items little, to everybody
			if item <= pushed {
				return .3
			}
			return .4 + .2*float64(item%3)
		}
		for i := range ID(items) {
			e.apply(Event{Kind: Born, Item: i + 1, Facts: &Facts{Author: i + 1, Tags: []ID{1 + i%4}, Duration: 10_000}})
		}
		for range 30 {
			for user := ID(1); user <= viewers; user++ {
				item := ID(1 + rnd.below(items))
				watch(user, item, worth(item))
			}
		}
		for k := range ID(crowd) {
			for i := range ID(12) {
				switch item := 1 + i%pushed; {
				case bots:
					watch(9000+k, item, 1)
				case fans && i%2 == 0: // who pass over some as well
					watch(9000+k, item, .9)
				case fans:
					watch(9000+k, 1+pushed+ID(rnd.below(items-pushed)), .5)
				}
			}
		}
		d := &desk{taste: e.m.taste.prior.mean} // of somebody of whom nothing is known
		for n := uint32(1); n <= pushed; n++ {
			x, _ := e.m.tasteOf(d, n, e.m.items.at(n))
			value += float64(x) / pushed
		}
		return value
	}
	calm, bots, fans := foreseen(false, false), foreseen(true, false), foreseen(false, true)
	t.Logf("log odds foreseen: %.2f, with bots %.2f, with as many people %.2f", calm, bots, fans)
	if moved := math.Abs(bots - calm); !(moved < .4) {
		t.Errorf("bots moved what is foreseen by %.2f", moved)
	}
	if moved := fans - calm; !(moved > .15) {
		t.Errorf("people moved what is foreseen by %.2f", moved)
	}
}

// TestAnItemOfMoreWatchesThanAreKeptIsLeftAsItIs: what early viewers said of it
// is not forgotten by solving it anew from the latest alone.
func TestAnItemOfMoreWatchesThanAreKeptIsLeftAsItIs(t *testing.T) {
	for _, c := range []struct {
		viewers ID
		solved  bool
	}{{mostRaters / 2, true}, {mostRaters * 3 / 2, false}} {
		e := newTown(t, Default(), 200)
		for item := ID(1); item <= 4; item++ {
			e.apply(Event{Kind: Born, Item: item, Facts: &Facts{Author: item, Tags: []ID{item}, Duration: 10_000}})
		}
		for user := ID(1); user <= c.viewers; user++ {
			e.show(user, Pick{Item: 2 + user%3, Propensity: 1}, 2000)
			e.show(user, Pick{Item: 1, Propensity: 1}, 1000+int64(user%8)*1000)
		}
		n := e.m.itemIDs.find(1)
		before := slices.Clone(e.m.taste.vecI.row(n))
		e.m.solveItem(n)
		if solved := !slices.Equal(before, e.m.taste.vecI.row(n)); solved != c.solved {
			t.Errorf("after %d watches solved anew: %v", c.viewers, solved)
		}
	}
}
