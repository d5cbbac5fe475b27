package rec

import "slices"

// poolMost is how many items a slot explores among, and pressed from how many
// on all of the exploration share is spent.
const (
	poolMost = 64
	pressed  = 8
)

// explore gives the places in order of the items that a slot may explore: the
// oldest debts of guaranteed exposure that this viewer can see. Each gets the
// chance that Thompson sampling gives it: every item's value is drawn from
// what is believed of it, and the highest draw wins. Without profiling these
// are the newest items, with equal chances.
func (m *model) explore(d *desk, order []int, row []*candidate, w *who) []int {
	pool := d.pool[:0]
	late := false
	for k, i := range order {
		n := d.cands[i].item
		if w.Profile && m.items.at(n).state&owes == 0 || m.sameAuthor(&d.cands[i], row) {
			continue
		}
		if w.Profile && m.late(n, w) != late {
			if late {
				continue
			}
			late, pool = true, pool[:0] // those alone
		}
		at := len(pool)
		for at > 0 && (d.cands[order[pool[at-1]]].item > n) == w.Profile {
			at--
		}
		if at < poolMost {
			pool = slices.Insert(pool, at, k)
			pool = pool[:min(len(pool), poolMost)]
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

// pressure is the part of the exploration share that a slot spends. Debts that
// are not late wait for viewers who are likely to care: the fewer there are,
// the less often a slot explores. What is late gets the whole
// share, and so do the newest items where nothing is known of the viewer.
func (m *model) pressure(d *desk, order, pool []int, w *who) float64 {
	if len(pool) == 0 {
		return 0
	}
	if !w.Profile || m.late(d.cands[order[pool[0]]].item, w) {
		return 1
	}
	return min(float64(len(pool))/pressed, 1)
}

// spread is how far the value of an item may be from what is foreseen, as the
// scale of a logistic distribution, by the number of watches it had.
func spread(n float32) float32 { return .25 / sqrt32(n+2) }

// chance is the probability that exploration takes the item at place k of
// order: with profiling that it has the highest draw, the integral over its
// own distribution of the probability that all others stay below, by the
// midpoint rule in the cube root of the tail; else that of an even draw.
func (m *model) chance(d *desk, order, pool []int, k int, w *who) float64 {
	if !slices.Contains(pool, k) {
		return 0
	}
	if !w.Profile || len(pool) == 1 {
		return 1 / float64(len(pool))
	}
	const steps = 64
	mu, s := m.belief(&d.cands[order[k]])
	sum := float32(0)
	for i := range steps {
		v := (float32(i) + .5) / steps
		u := float32(v * float32(v*v)) // from the top, and closest there: what is rarely drawn wins by its highest draws
		x := mu + float32(s*ln((1-u)/u))
		all := float32(1)
		for _, j := range pool {
			if j != k {
				mu, s := m.belief(&d.cands[order[j]])
				all = float32(all * sigmoid((x-mu)/s))
			}
		}
		sum += float32(3 * float32(float32(v*v)*all))
	}
	return float64(sum) / steps
}

// belief is the centre and the scale of what is believed of a candidate's
// value.
func (m *model) belief(c *candidate) (mu, scale float32) {
	return float32(c.score), spread(m.items.at(c.item).n)
}

// draw takes one of a pool: with profiling that of the highest draw.
func (m *model) draw(d *desk, order, pool []int, rnd *stream, w *who) int {
	if !w.Profile {
		return pool[rnd.below(len(pool))]
	}
	best, top := pool[0], float32(0)
	for i, k := range pool {
		mu, s := m.belief(&d.cands[order[k]])
		u := rnd.unit()
		if x := mu + float32(s*ln(u/(1-u))); i == 0 || x > top {
			best, top = k, x
		}
	}
	return best
}
