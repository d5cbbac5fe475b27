package eval

import (
	"iter"
	"math"

	"reelm/rec"
)

// Shown is one impression of a log as another policy sees it: what was
// chosen with which probability, what came of it, and with which probability
// the other policy would have chosen the same.
type Shown struct {
	Viewer     rec.ID  // impressions of one viewer hang together; those of 0 by themselves
	Propensity float64 // of the policy that logged it; must be positive
	Other      float64 // of the policy in question, for the same item and slot
	Reward     float64 // what came of it, in the value of the constitution
	Foreseen   float64 // what a model says of this item's reward
	Expected   float64 // what it says of the other policy's choice here: the mean of Foreseen under it
}

// Estimate is a mean reward per impression with its 95 % confidence interval.
type Estimate struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Judgement says how another policy would have done on the log.
type Judgement struct {
	Logged Estimate `json:"logged"` // what really came of it
	IPS    Estimate `json:"ips"`    // inverse propensity scores: unbiased, wide
	SNIPS  Estimate `json:"snips"`  // self-normalised (Swaminathan, Joachims, NIPS 2015): a little bias, much narrower
	DR     Estimate `json:"dr"`     // doubly robust (Dudik, Langford, Li, ICML 2011): right if either the propensities or the model are

	Impressions int     `json:"impressions"`
	Viewers     int     `json:"viewers"`
	Effective   float64 `json:"effective"` // impressions that the weights are worth: (sum w)^2 / sum w^2
	Skipped     int     `json:"skipped"`   // without a usable propensity
	Clipped     int     `json:"clipped"`   // whose weight was cut to MaxWeight
}

// MaxWeight bounds the weight of one impression: what it takes away in
// variance is worth more than the bias that it adds.
const MaxWeight = 100

// Judge estimates the mean reward per impression of another policy from
// impressions of the one that ran. Rows with numbers that cannot be are
// skipped and counted.
func Judge(log iter.Seq[Shown]) Judgement {
	c := newCourt()
	for s := range log {
		c.hear(s)
	}
	return c.judgement()
}

// weigh gives the weight of an impression; false if a number cannot be.
func (s *Shown) weigh() (w float64, clipped, ok bool) {
	if !(s.Propensity > 0 && s.Propensity <= 1 && s.Other >= 0 && s.Other <= 1) || bad(s.Reward) || bad(s.Foreseen) || bad(s.Expected) {
		return 0, false, false
	}
	w = s.Other / s.Propensity
	return min(w, MaxWeight), w > MaxWeight, true
}

// court hears impressions one by one.
type court struct {
	Judgement
	sww   float64
	group map[rec.ID]int
	sums  []sums // by viewer, in the order in which they were met
}

// sums are those of one viewer.
type sums struct{ n, reward, w, wr, dr float64 }

func newCourt() *court { return &court{group: map[rec.ID]int{}} }

func (c *court) hear(s Shown) {
	w, clipped, ok := s.weigh()
	if !ok {
		c.Skipped++
		return
	}
	if clipped {
		c.Clipped++
	}
	c.Impressions++
	c.sww += w * w
	at, met := c.group[s.Viewer]
	if !met || s.Viewer == 0 {
		at = len(c.sums)
		c.group[s.Viewer] = at
		c.sums = append(c.sums, sums{})
	}
	g := &c.sums[at]
	g.n++
	g.reward += s.Reward
	g.w += w
	g.wr += w * s.Reward
	g.dr += s.Expected + w*(s.Reward-s.Foreseen)
}

func (c *court) judgement() Judgement {
	j := c.Judgement
	j.Viewers = len(c.sums)
	sw := 0.0
	for i := range c.sums {
		sw += c.sums[i].w
	}
	if c.sww > 0 {
		j.Effective = sw * sw / c.sww
	}
	j.Logged, j.IPS, j.SNIPS, j.DR = c.ratio(logged).estimate(), c.ratio(ips).estimate(), c.ratio(snips).estimate(), c.ratio(dr).estimate()
	return j
}

// The estimators, each a ratio of two sums over impressions.
func logged(s *sums) (num, den float64) { return s.reward, s.n }
func ips(s *sums) (num, den float64)    { return s.wr, s.n }
func snips(s *sums) (num, den float64)  { return s.wr, s.w }
func dr(s *sums) (num, den float64)     { return s.dr, s.n }

// ratio is an estimate and how much each viewer moves it (delta method): what
// one viewer does hangs together, so viewers and not impressions are counted.
type ratio struct {
	mean  float64
	moves []float64
}

func (c *court) ratio(of func(*sums) (num, den float64)) ratio {
	r := ratio{moves: make([]float64, len(c.sums))}
	var num, den float64
	for i := range c.sums {
		x, y := of(&c.sums[i])
		num += x
		den += y
	}
	if den <= 0 {
		return r
	}
	r.mean = num / den
	for i := range c.sums {
		x, y := of(&c.sums[i])
		r.moves[i] = (x - r.mean*y) / den
	}
	return r
}

// minus is the difference of two estimates from the same viewers.
func (r ratio) minus(o ratio) ratio {
	out := ratio{mean: r.mean - o.mean, moves: make([]float64, len(r.moves))}
	for i := range r.moves {
		out.moves[i] = r.moves[i] - o.moves[i]
	}
	return out
}

func (r ratio) estimate() Estimate {
	n := float64(len(r.moves))
	if n < 2 {
		return Estimate{r.mean, r.mean, r.mean}
	}
	sum := 0.0
	for _, x := range r.moves {
		sum += x * x
	}
	half := normal95 * math.Sqrt(sum*n/(n-1))
	return Estimate{r.mean, r.mean - half, r.mean + half}
}

func bad(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }

// normal95 is the 97.5th percentile of the normal distribution.
const normal95 = 1.959964
