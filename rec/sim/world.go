package sim

import "math"

// World says what a simulated world is like. Tastes and items are unit
// vectors; a viewer's expected value of an item is
//
//	sigmoid(Base + Slope taste.item + quality)
//
// and what is observed of a serve is that value with noise, or junk.
type World struct {
	Name    string
	Dims    int
	Topics  int
	Spread  float64 // of items around their topic
	Wander  float64 // of viewers around the sum of their one to three topics
	Slope   float64
	Base    float64
	Quality float64 // standard deviation of an item's own quality
	Noise   float64 // of an observation
	Junk    float64 // share of observations that mean nothing
	Drift   float64 // of a taste, per swipe
	Wrong   float64 // share of items with a wrong tag

	Items     int // at the end of the history, half of them born during it
	Past      int // viewers of the history
	Swipes    int // of each of them
	Fair      int // exposures that each item gets in the history
	Newcomers int
	Rounds    int // swipes of each newcomer; one more item is born in each
}

// Default is the world of which the others are variations.
func Default() World {
	return World{
		Name: "default", Dims: 24, Topics: 16, Spread: .6, Wander: .5, Slope: 6, Base: -2.2, Quality: .5,
		Noise: .25, Junk: .1, Drift: .03, Wrong: .2,
		Items: 2000, Past: 1000, Swipes: 100, Fair: 30, Newcomers: 400, Rounds: 60,
	}
}

// Worlds are the default and its variations, by name.
func Worlds() []World {
	vary := func(name string, change func(*World)) World {
		w := Default()
		w.Name = name
		change(&w)
		return w
	}
	return []World{
		Default(),
		vary("history x 3", func(w *World) { w.Past *= 3 }),
		vary("more topics", func(w *World) { w.Topics, w.Dims = 30, 32 }),
		vary("noise", func(w *World) { w.Noise, w.Junk = .4, .2 }),
		vary("thin history", func(w *World) { w.Past, w.Swipes = 200, 50 }),
		vary("drift x 3", func(w *World) { w.Drift *= 3 }),
		vary("weak topics", func(w *World) { w.Spread, w.Wander = 1.2, 1 }),
		vary("flat values", func(w *World) { w.Slope, w.Base = 2.5, -.8 }),
	}
}

// thing is an item of a world.
type thing struct {
	vec     []float64
	quality float64
	topic   int
	tag     int // its topic, or a wrong one
	author  int
	length  int64 // ms
}

// person is a viewer of a world.
type person struct {
	taste []float64
	rnd   rng // of this person's observations and drift
	seen  map[int]bool
}

// place is a world with everything in it.
type place struct {
	World
	rnd     rng
	centres [][]float64
	things  []thing
}

func newPlace(w World, seed uint64) *place {
	p := &place{World: w, rnd: rng(seed * 0x9e3779b97f4a7c15)}
	for range w.Topics {
		p.centres = append(p.centres, unit(p.rnd.vector(w.Dims)))
	}
	for range w.Items {
		p.bear()
	}
	return p
}

// vector draws a vector of expected length 1.
func (r *rng) vector(d int) []float64 {
	v := make([]float64, d)
	for i := range v {
		v[i] = r.normal() / math.Sqrt(float64(d))
	}
	return v
}

func unit(v []float64) []float64 {
	n := 0.0
	for _, x := range v {
		n += x * x
	}
	n = math.Sqrt(n)
	for i := range v {
		v[i] /= n
	}
	return v
}

func addTo(v, x []float64, by float64) {
	for i := range v {
		v[i] += by * x[i]
	}
}

// bear makes one more item.
func (p *place) bear() {
	t := thing{topic: p.rnd.below(p.Topics), quality: p.Quality * p.rnd.normal(), author: p.rnd.below(p.Items/10 + 1)}
	if k := len(p.things) - p.Items; k >= 0 {
		t.author = p.Items/10 + 1 + k // whom nobody knows yet
	}
	t.length = int64(8000 + p.rnd.below(40_000))
	t.vec = append([]float64(nil), p.centres[t.topic]...)
	addTo(t.vec, p.rnd.vector(p.Dims), p.Spread)
	unit(t.vec)
	t.tag = t.topic
	if p.rnd.unit() < p.Wrong {
		t.tag = p.rnd.below(p.Topics)
	}
	p.things = append(p.things, t)
}

// person makes a viewer; the same number is the same viewer in every run.
func (p *place) person(n uint64) *person {
	r := rng(mix(n+1) ^ uint64(p.Topics))
	v := make([]float64, p.Dims)
	for range 1 + r.below(3) {
		addTo(v, p.centres[r.below(p.Topics)], 1)
	}
	unit(v)
	addTo(v, r.vector(p.Dims), p.Wander)
	return &person{taste: unit(v), rnd: r, seen: map[int]bool{}}
}

func mix(z uint64) uint64 {
	r := rng(z)
	return r.next()
}

// value is what an item is truly worth to a viewer now.
func (p *place) value(who *person, item int) float64 {
	t := &p.things[item]
	dot := 0.0
	for i, x := range who.taste {
		dot += x * t.vec[i]
	}
	return 1 / (1 + math.Exp(-(p.Base + p.Slope*dot + t.quality)))
}

// swipe shows an item to a viewer: the true value, what is observed of it,
// and a taste that has moved.
func (p *place) swipe(who *person, item int) (truth, seen float64) {
	truth = p.value(who, item)
	seen = truth + p.Noise*who.rnd.normal()
	if who.rnd.unit() < p.Junk {
		seen = who.rnd.unit()
	}
	who.seen[item] = true
	addTo(who.taste, who.rnd.vector(p.Dims), p.Drift)
	unit(who.taste)
	return truth, seen
}
