package rec

import (
	"errors"
	"math"
	"testing"
)

// TestOddsAreTheEnginesOwn: asked about the constitution in force, odds are
// what the picks themselves carry, and all that can be chosen sums to one.
func TestOddsAreTheEnginesOwn(t *testing.T) {
	log := testLog(5, 3000)
	e := fold(t, log)
	con := e.Constitution()
	con.Explore = .3
	if err := e.Apply(Event{Kind: Constitute, Time: lastTime(log), Constitution: &con}); err != nil {
		t.Fatal(err)
	}
	before := e.Hash()
	for user := range ID(20) {
		r := Request{User: user + 1, Time: lastTime(log), Limit: 8, Position: uint64(user), Profile: true}
		picks := e.Feed(r)
		var row []ID
		for _, p := range picks {
			row = append(row, p.Item)
		}
		odds, err := e.Odds(r, con, row)
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range odds {
			if o.Item != picks[i].Item || math.Abs(o.Propensity-picks[i].Propensity) > 1e-6 {
				t.Errorf("viewer %d, slot %d: odds %v of %d, the pick said %v of %d", r.User, i, o.Propensity, o.Item, picks[i].Propensity, picks[i].Item)
			}
			sum := 0.0
			for _, c := range o.Choices {
				sum += c.P
			}
			if math.Abs(sum-1) > 1e-9 {
				t.Errorf("viewer %d, slot %d: choices sum to %v", r.User, i, sum)
			}
		}
		total, counted := 0.0, map[ID]bool{}
		for _, c := range odds[0].Choices {
			one, err := e.Odds(r, con, []ID{c.Item})
			if err != nil {
				t.Fatal(err)
			}
			if !counted[c.Item] { // the best one stands there twice where it may also be explored
				counted[c.Item] = true
				total += one[0].Propensity
			}
		}
		if math.Abs(total-1) > .01 {
			t.Errorf("viewer %d: the propensities of all choices sum to %v", r.User, total)
		}
	}
	if e.Hash() != before {
		t.Error("asking for odds has taught the engine something")
	}
	bad := con
	bad.Explore = 7
	if _, err := e.Odds(Request{User: 1, Limit: 1, Profile: true}, bad, []ID{1}); !errors.Is(err, ErrConstitution) {
		t.Errorf("a bad constitution: %v", err)
	}
	if odds, err := e.Odds(Request{User: 1, Limit: 1, Profile: true}, con, []ID{0, 999_999}); err != nil || odds[0].Propensity != 0 || odds[1].Propensity != 0 {
		t.Errorf("unknown items: %+v %v", odds, err)
	}
}

// TestPropensitiesAreTheFrequencies: over many positions, what is shown as
// often as its propensity says.
func TestPropensitiesAreTheFrequencies(t *testing.T) {
	log := testLog(6, 3000)
	e := fold(t, log)
	con := e.Constitution()
	con.Explore = .5
	if err := e.Apply(Event{Kind: Constitute, Time: lastTime(log), Constitution: &con}); err != nil {
		t.Fatal(err)
	}
	r := Request{User: 7, Time: lastTime(log), Limit: 1, Profile: true}
	const n = 4000
	often, said := map[ID]float64{}, map[ID]float64{}
	for i := range n {
		r.Position = uint64(i)
		p := e.Feed(r)[0]
		often[p.Item]++
		said[p.Item] = p.Propensity
	}
	sum := 0.0
	for item, p := range said {
		sum += p
		if sd := math.Sqrt(n * p * (1 - p)); math.Abs(often[item]-n*p) > 5*sd+2 {
			t.Errorf("item %d was shown %v times of %d with a propensity of %v", item, often[item], n, p)
		}
	}
	if sum < .9 || sum > 1.001 || len(said) < 4 {
		t.Errorf("propensities of %d items sum to %v", len(said), sum)
	}
}
