package sim

import "reelm/rec"

// Course is what a policy gave the newcomers: the mean true value of each
// swipe, over them.
type Course struct {
	Swipe  []float64   // by swipe
	Person [][]float64 // by newcomer and swipe
	Again  []float64   // share that had been seen before, by swipe; worth nothing
}

// Mean over swipes from..to, counted from 1, both included.
func (c *Course) Mean(from, to int) float64 {
	s := 0.0
	for _, v := range c.Swipe[from-1 : to] {
		s += v
	}
	return s / float64(to-from+1)
}

// run gives a policy the history, then walks the newcomers through their
// swipes.
func run(w World, seed uint64, make func(*place) (policy, error)) (*Course, error) {
	p := newPlace(w, seed)
	pol, err := make(p)
	if err != nil {
		return nil, err
	}
	history(p, pol)
	people := []*person{}
	for k := range w.Newcomers {
		people = append(people, p.person(uint64(1_000_000+k)+seed<<32))
	}
	return walk(p, pol, people, w.Past), nil
}

// walk takes people, whose numbers begin with first, through their swipes, all
// of them once in each round.
func walk(p *place, pol policy, people []*person, first int) *Course {
	c := &Course{Swipe: values(p.Rounds), Again: values(p.Rounds), Person: make([][]float64, len(people))}
	for round := range p.Rounds {
		p.bear()
		pol.born(len(p.things) - 1)
		if r, ok := pol.(interface{ round() }); ok {
			r.round()
		}
		for k, who := range people {
			user := first + k
			item := pol.pick(user, who)
			again := who.seen[item]
			truth, seen := p.swipe(who, item)
			if again {
				truth = 0
				c.Again[round] += 1 / float64(len(people))
			}
			pol.learn(user, item, seen)
			c.Swipe[round] += truth / float64(len(people))
			c.Person[k] = append(c.Person[k], truth)
		}
	}
	return c
}

func values(n int) []float64 { return make([]float64, n) }

// history is what happened before: viewers who saw half random and half
// popular items, while half of the items were born. It does not depend on the
// policy, which only watches. Every item gets its fair exposures: out of the
// random half, and where that would not do in the end, out of everything (if
// the history is long enough for it at all). The last tenth has no births.
// It gives the viewers as they are after it.
func history(p *place, pol policy) []*person {
	first := p.Items / 2
	rnd := rng(77)
	pop := &popular{p: p}
	live := 0
	birth := func() {
		pop.born(live)
		pol.born(live)
		live++
	}
	for live < first {
		birth()
	}
	people := []*person{}
	for k := range p.Past {
		people = append(people, p.person(uint64(k)))
	}
	owed := make([]int, p.Items)
	show := func(k, item int) {
		_, seen := p.swipe(people[k], item)
		pop.learn(k, item, seen)
		pol.learn(k, item, seen)
	}
	total := p.Past * p.Swipes
	oldest, left := 0, p.Items*p.Fair
	enough := left <= total
	for step := range total {
		for live < p.Items && (live-first)*total*9 < 10*step*(p.Items-first) {
			birth()
		}
		k := step % p.Past
		who := people[k]
		item := -1
		switch {
		case rnd.below(2) == 0 || enough && left >= total-step: // fair exposures come out of the random half
			for oldest < live && owed[oldest] >= p.Fair {
				oldest++
			}
			for i := oldest; i < live && item < 0; i++ {
				if owed[i] < p.Fair && !who.seen[i] {
					item = i
				}
			}
			for item < 0 || who.seen[item] {
				item = rnd.below(live)
			}
		default:
			item = pop.draw(who, &rnd)
		}
		if owed[item]++; owed[item] <= p.Fair {
			left--
		}
		show(k, item)
	}
	return people
}

// draw takes one of the popular at random: the best of twenty.
func (t *popular) draw(who *person, rnd *rng) int {
	best, at := -1e9, -1
	mean := t.all / max(t.cnt, 1)
	for tries := 0; tries < 20 || at < 0; tries++ {
		i := rnd.below(len(t.sum))
		if who.seen[i] {
			continue
		}
		if v := (t.sum[i] + 10*mean) / (t.n[i] + 10); v > best {
			best, at = v, i
		}
	}
	return at
}

// Outcome is how an engine did in one world.
type Outcome struct {
	World      string  `json:"world"`
	Random     float64 `json:"random"`     // all as shares of the oracle, swipes 41-60
	Popularity float64 `json:"popularity"` //
	Engine     float64 `json:"engine"`     //
	Early      float64 `json:"early"`      // of the oracle's swipes 11-20
	P10        float64 `json:"p10"`        // the 10th-percentile newcomer's share
	Gain       float64 `json:"gain"`       // (engine - popularity) / (oracle - popularity)
	Kept       float64 `json:"kept"`       // share of the items older than a day that got their guaranteed audience
	LatestDebt float64 `json:"debt_p90_h"` // hours from birth to the last owed exposure, 90th percentile of the latest
}

// Try measures the engine under a constitution in one world.
func Try(w World, seed uint64, c rec.Constitution) (*Outcome, error) {
	or, err := run(w, seed, func(p *place) (policy, error) { return oracle{p}, nil })
	if err != nil {
		return nil, err
	}
	ra, err := run(w, seed, func(p *place) (policy, error) { return &chance{p: p, rnd: 5}, nil })
	if err != nil {
		return nil, err
	}
	po, err := run(w, seed, func(p *place) (policy, error) { return &popular{p: p}, nil })
	if err != nil {
		return nil, err
	}
	var g *engine
	en, err := run(w, seed, func(p *place) (policy, error) {
		var err error
		g, err = newEngine(p, c)
		return g, err
	})
	if err != nil {
		return nil, err
	}
	if g.err != nil {
		return nil, g.err
	}
	kept, _ := g.promise()
	from, to := w.Rounds*2/3+1, w.Rounds
	v := or.Mean(from, to)
	return &Outcome{
		World: w.Name, Random: ra.Mean(from, to) / v, Popularity: po.Mean(from, to) / v, Engine: en.Mean(from, to) / v,
		Early: en.Mean(11, 20) / or.Mean(11, 20), P10: low(en, or, from, to),
		Kept: kept, LatestDebt: float64(g.e.Debt().P90) / 3600_000,
		Gain: (en.Mean(from, to) - po.Mean(from, to)) / (v - po.Mean(from, to)),
	}, nil
}
