package eval

import "math"

// popularity ranks by the number of positives, decayed with a half-life in
// milliseconds; 0 for not at all. With decay it is what a site without taste
// would show as trending.
type popularity struct {
	history
	half  float64
	score []float64 // at time last
	last  int64
}

func newPopularity(s *split, half float64) *popularity {
	return &popularity{history: newHistory(s.users, s.items), half: half, score: make([]float64, s.items)}
}

func (p *popularity) learn(r row) {
	p.add(r)
	if !r.positive {
		return
	}
	if p.half > 0 {
		// Scores keep the unit of time 0 of the log and are scaled down
		// together when they grow too large.
		if p.last == 0 {
			p.last = r.time
		}
		x := float64(r.time-p.last) / p.half
		if x > 500 {
			f := math.Exp2(-x)
			for i := range p.score {
				p.score[i] *= f
			}
			p.last, x = r.time, 0
		}
		p.score[r.item] += math.Exp2(x)
		return
	}
	p.score[r.item]++
}

func (p *popularity) ready() {}

func (p *popularity) top(user int32, _ int64, n int) []int32 { return p.best(user, p.score, n) }
