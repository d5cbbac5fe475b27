package sim

import (
	"math"

	"reelm/rec"
)

// policy decides what a viewer gets next, and learns what came of it.
type policy interface {
	born(item int)
	pick(user int, who *person) int
	learn(user, item int, seen float64)
}

// oracle knows the truth.
type oracle struct{ p *place }

func (o oracle) born(int)                {}
func (o oracle) learn(int, int, float64) {}

func (o oracle) pick(_ int, who *person) int {
	best, at := -1.0, 0
	for i := range o.p.things {
		if who.seen[i] {
			continue
		}
		if v := o.p.value(who, i); v > best {
			best, at = v, i
		}
	}
	return at
}

// chance shows anything.
type chance struct {
	p   *place
	rnd rng
}

func (c *chance) born(int)                {}
func (c *chance) learn(int, int, float64) {}

func (c *chance) pick(_ int, who *person) int {
	for {
		if i := c.rnd.below(len(c.p.things)); !who.seen[i] {
			return i
		}
	}
}

// popular shows what was worth most on average, shrunk towards the mean of
// all: the best ranking that knows nothing of the viewer.
type popular struct {
	p        *place
	sum, n   []float64
	all, cnt float64
}

func (t *popular) born(int) { t.sum, t.n = append(t.sum, 0), append(t.n, 0) }

func (t *popular) learn(_, item int, seen float64) {
	t.sum[item] += seen
	t.n[item]++
	t.all += seen
	t.cnt++
}

func (t *popular) pick(_ int, who *person) int {
	best, at := math.Inf(-1), 0
	mean := t.all / math.Max(t.cnt, 1)
	for i := range t.sum {
		if who.seen[i] {
			continue
		}
		if v := (t.sum[i] + 10*mean) / (t.n[i] + 10); v > best {
			best, at = v, i
		}
	}
	return at
}

// engine is the one under test.
type engine struct {
	p     *place
	e     *rec.Engine
	now   int64
	asked uint64           // feeds so far
	ctx   map[int]rec.Pick // of the last answer, by user
	err   error

	foreign bool // what is learned now is another node's, see shards

	birth map[int]int64 // when items were born
	paid  map[int]int64 // when they had their guaranteed first audience
}

// roundTime is how long a round of all newcomers takes.
const roundTime = 40 * 60_000

func newEngine(p *place, c rec.Constitution) (*engine, error) {
	e, err := rec.New(c)
	return &engine{p: p, e: e, now: loadStart, ctx: map[int]rec.Pick{}, birth: map[int]int64{}, paid: map[int]int64{}}, err
}

func (g *engine) apply(ev rec.Event) {
	g.now += 200
	ev.Time = g.now
	ev.CountOnly = g.foreign && ev.User != 0
	if err := g.e.Apply(ev); err != nil && g.err == nil {
		g.err = err
	}
}

func (g *engine) born(item int) {
	t := &g.p.things[item]
	g.birth[item] = g.now
	g.apply(rec.Event{Kind: rec.Born, Item: rec.ID(item + 1), Facts: &rec.Facts{
		Author: rec.ID(t.author + 1), Tags: []rec.ID{rec.ID(t.tag + 1)}, Duration: t.length,
	}})
}

func (g *engine) pick(user int, _ *person) int {
	g.asked++
	picks := g.e.Feed(rec.Request{User: rec.ID(user + 1), Time: g.now, Position: g.asked, Limit: 1, Profile: true})
	if len(picks) == 0 {
		return 0
	}
	g.ctx[user] = picks[0]
	return int(picks[0].Item) - 1
}

// learn tells the engine: an impression, and a watch whose time grows with
// the observation. How fast it grows does not matter: the engine reads
// quantiles.
func (g *engine) learn(user, item int, seen float64) {
	ev := rec.Event{Kind: rec.Impression, User: rec.ID(user + 1), Item: rec.ID(item + 1), Propensity: 1}
	if p, ok := g.ctx[user]; ok && int(p.Item) == item+1 {
		ev.Source, ev.Propensity, ev.Context = p.Source, p.Propensity, p.Context
	}
	g.apply(ev)
	if _, ok := g.paid[item]; !ok {
		if c, ok := g.e.Counts(ev.Item); ok && c.Owed == 0 {
			g.paid[item] = g.now
		}
	}
	watched := float64(g.p.things[item].length) * .25 * math.Exp2(2.5*seen)
	g.apply(rec.Event{Kind: rec.Watch, User: rec.ID(user + 1), Item: rec.ID(item + 1), Watched: int64(math.Min(watched, 3600_000))})
}

// round lets the time between two rounds go by.
func (g *engine) round() { g.now += roundTime }

// like adds a like to what a viewer did.
func (g *engine) like(user, item int) {
	g.apply(rec.Event{Kind: rec.Like, User: rec.ID(user + 1), Item: rec.ID(item + 1)})
}

// promise is the share of the items, from one of them on, born at least a day
// before the end whose guaranteed first audience came within a day, and how
// many they are.
func (g *engine) promise(first int) (kept float64, items int) {
	const day = 24 * 3600_000
	for item, at := range g.birth {
		if item < first || at > g.now-day {
			continue
		}
		items++
		if paid, ok := g.paid[item]; ok && paid-at <= day {
			kept++
		}
	}
	return kept / float64(max(items, 1)), items
}
