package rec

import (
	"cmp"
	"slices"
)

// poolMost is how many items a slot explores among.
const poolMost = debtOldest + debtFit

// explorable gives the places of the candidates that slots may explore, the
// ones to be preferred first: what owes its guaranteed exposure, oldest first.
// Without profiling it is everything, newest first.
func (m *model) explorable(d *desk, w *who) []int {
	fresh := d.fresh[:0]
	for i := range d.rated {
		if !w.Profile || m.items.at(d.rated[i].item).state&owes != 0 {
			fresh = append(fresh, i)
		}
	}
	slices.SortFunc(fresh, func(a, b int) int {
		x, y := d.rated[a].item, d.rated[b].item
		if !w.Profile {
			x, y = y, x
		}
		return cmp.Compare(x, y)
	})
	d.fresh = fresh
	return fresh
}

// explore gives the places of the candidates that this slot may explore. Each
// gets the chance that Thompson sampling gives it: every item's value is drawn
// from what is believed of it, and the highest draw wins. If some are late,
// it is among those alone. Without profiling chances are equal.
func (m *model) explore(d *desk, fresh []int, row []*rated, w *who) []int {
	pool := d.pool[:0]
	late := false
	for _, i := range fresh {
		c := &d.rated[i]
		if c.used || m.sameAuthor(c, row) {
			continue
		}
		if w.Profile && m.late(c.item, w) != late {
			if late {
				continue
			}
			late, pool = true, pool[:0]
		}
		if pool = append(pool, i); len(pool) == poolMost {
			break
		}
	}
	d.pool = pool
	return pool
}

// late says whether an item has waited for its audience for half of the time
// that is promised.
func (m *model) late(n uint32, w *who) bool {
	return float64(w.Time-m.items.at(n).born) > float64(m.con.Guarantee.Hours*(hour/2))
}

// pressure is the part of the exploration share that a slot spends. Debts wait
// for viewers who are likely to care: at first a slot explores only if the
// best of the pool is foreseen to be worth nearly as much as what it displaces,
// and the longer the oldest has waited, the more may be lost. What is late
// gets the whole share, and so do the newest items where no profile may be
// used. Whoever is new gets less of it at first: nobody can say yet whether
// such a viewer is likely to care, and first impressions count most.
func (m *model) pressure(d *desk, pool []int, best int, w *who) float64 {
	if len(pool) == 0 {
		return 0
	}
	if !w.Profile || m.late(d.rated[pool[0]].item, w) {
		return 1
	}
	top, oldest := d.rated[pool[0]].score, w.Time
	for _, i := range pool {
		top = max(top, d.rated[i].score)
		oldest = min(oldest, m.items.at(d.rated[i].item).born)
	}
	waited := float64(w.Time-oldest) / float64(m.con.Guarantee.Hours*(hour/2)) // below 1, else it is late
	most := d.rated[best].score
	loss := (most - top) / max(most, float64(.05*m.con.Weights.good()))
	share := min(max((lossLeast+float64((1-lossLeast)*waited)-loss)/lossBlur, 0), 1)
	return float64(share * min(max(float64(w.v.seen.n)/settledIn, .1), 1))
}

// lossLeast is the share of a slot's value that exploring may cost when no
// debt has waited yet; over lossBlur the willingness grows from none to full.
const (
	lossLeast = .15
	lossBlur  = .1
	settledIn = 30 // items after which a viewer is no longer new
)

// spread is how far the value of an item may be from what is foreseen, as the
// scale of a logistic distribution, by the number of watches it had.
func spread(n float32) float32 { return .25 / sqrt32(n+2) }

// chance is the probability that exploration takes the candidate at a place:
// with profiling that it has the highest draw, the integral over its own
// distribution of the probability that all others stay below, by the midpoint
// rule in the cube root of the tail; else that of an even draw.
func (m *model) chance(d *desk, pool []int, at int, w *who) float64 {
	k := slices.Index(pool, at)
	if k < 0 {
		return 0
	}
	if !w.Profile || len(pool) == 1 {
		return 1 / float64(len(pool))
	}
	const steps = 64
	var mu, s [poolMost]float32
	for j, i := range pool {
		mu[j], s[j] = m.belief(&d.rated[i])
	}
	sum := float32(0)
	for i := range steps {
		v := (float32(i) + .5) / steps
		u := float32(v * float32(v*v)) // from the top, and closest there: what is rarely drawn wins by its highest draws
		x := mu[k] + float32(s[k]*ln((1-u)/u))
		all := float32(1)
		for j := range pool {
			if j != k {
				all = float32(all * sigmoid((x-mu[j])/s[j]))
			}
			if all < 1e-7 {
				all = 0
				break
			}
		}
		sum += float32(3 * float32(float32(v*v)*all))
	}
	return float64(sum) / steps
}

// belief is the centre and the scale of what is believed of a candidate's
// value.
func (m *model) belief(c *rated) (mu, scale float32) {
	return float32(c.score), spread(m.items.at(c.item).n)
}

// draw takes one of a pool: with profiling that of the highest draw.
func (m *model) draw(d *desk, pool []int, rnd *stream, w *who) int {
	if !w.Profile {
		return pool[rnd.below(len(pool))]
	}
	best, top := pool[0], float32(0)
	for k, i := range pool {
		mu, s := m.belief(&d.rated[i])
		u := rnd.unit()
		if x := mu + float32(s*ln(u/(1-u))); k == 0 || x > top {
			best, top = i, x
		}
	}
	return best
}
