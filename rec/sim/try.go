package sim

import (
	"slices"

	"reelm/rec"
)

// Outcome is how an engine did in one world, and what others did there.
type Outcome struct {
	World string  `json:"world"`
	Seeds int     `json:"seeds"` // over which everything is averaged
	Score []Score `json:"score"` // in the order of the names below

	Kept  float64 `json:"kept"`       // share of the items older than a day that got their guaranteed audience within a day of their birth
	Young float64 `json:"kept_young"` // the same of those born when the newcomers had come: what the engine alone can answer for
	Debt  float64 `json:"debt_p90_h"` // hours from birth to the last owed exposure, 90th percentile of the latest
}

// Names of what is compared.
const (
	Random     = "random"
	Popularity = "popularity"
	ItemKNN    = "item-knn"
	Engine     = "engine"
	Greedy     = "engine without exploration"
	Oracle     = "oracle"
)

// Score is how one of them did. Values are true ones, as shares of what the
// oracle gave in the same swipes.
type Score struct {
	Policy  string  `json:"policy"`
	Value   float64 `json:"value"`   // swipes 41 to 60
	Early   float64 `json:"early"`   // swipes 11 to 20
	P10     float64 `json:"p10"`     // the 10th-percentile newcomer, swipes 41 to 60
	Gain    float64 `json:"gain"`    // (this - popularity) / (oracle - popularity)
	After10 float64 `json:"after10"` // swipes 1 to 10
	After50 float64 `json:"after50"` // swipes 41 to 50
	Last    float64 `json:"last"`    // the last ten swipes
	Regret  float64 `json:"regret"`  // value that the mean newcomer missed, over all swipes, not a share

	// Exposure is the share of all swipes that the tenth of the authors with
	// the most had.
	Exposure float64 `json:"exposure_top_authors"`

	// Good items of authors whom nobody knew: how many, the fans that each had
	// in the end, the share of them that found 100, and the median hours it
	// took those.
	Good    float64 `json:"good"`
	Fans    float64 `json:"good_fans"`
	Found   float64 `json:"good_found"`
	FansIn  float64 `json:"good_hours_to_100_fans"`
	sampled float64
}

// Try measures the engine under a constitution in one world, over seeds.
func Try(w World, seeds []uint64, c rec.Constitution) (*Outcome, error) {
	o := &Outcome{World: w.Name, Seeds: len(seeds)}
	for _, seed := range seeds {
		if err := o.add(w, seed, c, 1/float64(len(seeds))); err != nil {
			return nil, err
		}
	}
	for i := range o.Score {
		if s := &o.Score[i]; s.sampled > 0 {
			s.FansIn /= s.sampled
		}
	}
	return o, nil
}

// Of gives the score of a policy.
func (o *Outcome) Of(policy string) Score {
	for _, s := range o.Score {
		if s.Policy == policy {
			return s
		}
	}
	return Score{}
}

// add measures one seed, which counts for a share of the outcome.
func (o *Outcome) add(w World, seed uint64, c rec.Constitution, share float64) error {
	best, err := run(w, seed, func(p *place) (policy, error) { return oracle{p}, nil })
	if err != nil {
		return err
	}
	var g *engine
	ask := func(c rec.Constitution) func(p *place) (policy, error) {
		return func(p *place) (policy, error) {
			var err error
			g, err = newEngine(p, c)
			return g, err
		}
	}
	greedy := c
	greedy.Explore = 0
	var popularity *Course
	for i, x := range []struct {
		name string
		make func(*place) (policy, error)
	}{
		{Random, func(p *place) (policy, error) { return &chance{p: p, rnd: 5}, nil }},
		{Popularity, func(p *place) (policy, error) { return &popular{p: p}, nil }},
		{ItemKNN, func(p *place) (policy, error) { return newNeighbours(p), nil }},
		{Greedy, ask(greedy)},
		{Engine, ask(c)},
		{Oracle, nil},
	} {
		course := best
		if x.make != nil {
			if course, err = run(w, seed, x.make); err != nil {
				return err
			}
		}
		if g != nil && g.err != nil {
			return g.err
		}
		if x.name == Popularity {
			popularity = course
		}
		if len(o.Score) == i {
			o.Score = append(o.Score, Score{Policy: x.name})
		}
		o.Score[i].add(w, seed, course, best, popularity, share)
	}
	kept, _ := g.promise(0)
	young, _ := g.promise(w.Items)
	o.Kept += share * kept
	o.Young += share * young
	o.Debt += share * float64(g.e.Debt().P90) / 3600_000
	return nil
}

// add takes in what a policy did in the world of one seed.
func (s *Score) add(w World, seed uint64, c, best, popularity *Course, share float64) {
	of := func(from, to int) float64 { return share * c.Mean(from, to) / best.Mean(from, to) }
	from, to := min(41, w.Rounds*2/3+1), min(60, w.Rounds)
	s.Value += of(from, to)
	s.Early += of(11, 20)
	s.After10 += of(1, 10)
	s.After50 += of(max(1, min(50, w.Rounds)-9), min(50, w.Rounds))
	s.Last += of(w.Rounds-9, w.Rounds)
	s.P10 += share * low(c, best, from, to)
	s.Regret += share * float64(w.Rounds) * (best.Mean(1, w.Rounds) - c.Mean(1, w.Rounds))
	if popularity != nil {
		base := popularity.Mean(from, to)
		s.Gain += share * (c.Mean(from, to) - base) / (best.Mean(from, to) - base)
	}
	p := newPlace(w, seed) // who made what is the same for all
	for range w.Rounds {
		p.bear()
	}
	s.Exposure += share * exposure(p, c)
	good, found, each, hours := fans(p, c)
	s.Good += share * float64(good)
	s.Fans += share * each
	if good > 0 {
		s.Found += share * float64(found) / float64(good)
	}
	if found > 0 {
		s.FansIn += hours
		s.sampled++
	}
}

// exposure is the share of the swipes of the tenth of the authors that had
// most of them.
func exposure(p *place, c *Course) float64 {
	of := map[int]int{}
	for _, x := range p.things {
		of[x.author] = 0
	}
	for _, x := range c.Serves {
		of[p.things[x.Item].author]++
	}
	counts := []int{}
	for _, n := range of {
		counts = append(counts, n)
	}
	slices.Sort(counts)
	top := 0
	for _, n := range counts[len(counts)-len(counts)/10:] {
		top += n
	}
	return float64(top) / float64(len(c.Serves))
}

// A fan is a newcomer who was shown an item and to whom it is worth at least
// fanFrom. An item is good if its own quality is a standard deviation above
// the mean; it counts if it was born in the first third of the rounds, so that
// there is time to find fans.
const (
	fanFrom    = .5
	fansWanted = 100
)

// fans says how many good items of unknown authors there are, how many of them
// found the fans they want, how many each has in the end, and the median hours
// that those needed.
func fans(p *place, c *Course) (good, found int, each, hours float64) {
	isGood := func(item int) bool {
		return item >= c.first && item-c.first <= p.Rounds/3 && p.things[item].quality >= p.Quality
	}
	for i := range p.things {
		if isGood(i) {
			good++
		}
	}
	n, all := map[int]int{}, 0
	var took []float64
	for _, x := range c.Serves {
		if !isGood(x.Item) || x.Value < fanFrom {
			continue
		}
		all++
		if n[x.Item]++; n[x.Item] == fansWanted {
			took = append(took, float64(x.Round-(x.Item-c.first)+1)*roundTime/3600_000)
		}
	}
	each = float64(all) / float64(max(good, 1))
	if len(took) == 0 {
		return good, 0, each, 0
	}
	slices.Sort(took)
	return good, len(took), each, took[len(took)/2]
}
