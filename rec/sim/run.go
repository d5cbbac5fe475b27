package sim

// Course is what a policy gave the newcomers: the mean true value of each
// swipe, over them.
type Course struct {
	Swipe  []float64   // by swipe
	Person [][]float64 // by newcomer and swipe
	Again  []float64   // share that had been seen before, by swipe; worth nothing
	Serves []Serve     // all of them, in order
	first  int         // item that was the first to be born on the way
}

// Serve is one swipe of a newcomer.
type Serve struct {
	Item, Round int
	Value       float64 // true value
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
	c := &Course{first: len(p.things), Swipe: values(p.Rounds), Again: values(p.Rounds), Person: make([][]float64, len(people))}
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
			c.Serves = append(c.Serves, Serve{item, round, truth})
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
