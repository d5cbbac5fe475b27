package eval

import (
	"iter"
	"math"
)

// Shown is one impression of a log as another policy sees it: what was
// chosen with which probability, what came of it, and with which probability
// the other policy would have chosen the same.
type Shown struct {
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
	var j Judgement
	var reward, ips, dr moments
	var sw, sww, swr, swwr, swwrr float64
	for s := range log {
		if !(s.Propensity > 0 && s.Propensity <= 1 && s.Other >= 0 && s.Other <= 1) || bad(s.Reward) || bad(s.Foreseen) || bad(s.Expected) {
			j.Skipped++
			continue
		}
		w := s.Other / s.Propensity
		if w > MaxWeight {
			w = MaxWeight
			j.Clipped++
		}
		j.Impressions++
		reward.add(s.Reward)
		ips.add(w * s.Reward)
		dr.add(s.Expected + w*(s.Reward-s.Foreseen))
		sw += w
		sww += w * w
		swr += w * s.Reward
		swwr += w * w * s.Reward
		swwrr += w * w * s.Reward * s.Reward
	}
	j.Logged, j.IPS, j.DR = reward.estimate(), ips.estimate(), dr.estimate()
	if sw > 0 {
		j.Effective = sw * sw / sww
		mean := swr / sw
		// Delta method: the variance of a ratio of means.
		se := math.Sqrt(max(swwrr-2*mean*swwr+mean*mean*sww, 0)) / sw
		j.SNIPS = Estimate{mean, mean - normal95*se, mean + normal95*se}
	}
	return j
}

func bad(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }

// normal95 is the 97.5th percentile of the normal distribution.
const normal95 = 1.959964

// moments sum up a sample (Welford).
type moments struct {
	n          float64
	mean, sumq float64
}

func (m *moments) add(x float64) {
	m.n++
	d := x - m.mean
	m.mean += d / m.n
	m.sumq += d * (x - m.mean)
}

func (m *moments) estimate() Estimate {
	if m.n < 2 {
		return Estimate{m.mean, m.mean, m.mean}
	}
	se := math.Sqrt(m.sumq / (m.n - 1) / m.n)
	return Estimate{m.mean, m.mean - normal95*se, m.mean + normal95*se}
}
