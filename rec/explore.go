package rec

import "slices"

// poolMost is how many items a slot explores among.
const poolMost = 16

// explore gives the places in order of the items that a slot may explore: the
// oldest debts of guaranteed exposure that this viewer can see. Each gets the
// chance that Thompson sampling gives it: every item's value is drawn from
// what is believed of it, and the highest draw wins. Without profiling these
// are the newest items, with equal chances.
func (m *model) explore(d *desk, order []int, row []*candidate, w *who) []int {
	pool := d.pool[:0]
	for k, i := range order {
		n := d.cands[i].item
		if w.Profile && m.items.at(n).state&owes == 0 || m.sameAuthor(&d.cands[i], row) {
			continue
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
	if !w.Profile {
		for _, k := range pool {
			d.cands[order[k]].chance = 1 / float64(len(pool))
		}
		return pool
	}
	m.chances(d, order, pool)
	return pool
}

// spread is how far the value of an item may be from what is foreseen, as the
// scale of a logistic distribution, by the number of watches it had.
func spread(n float32) float32 { return .25 / sqrt32(n+2) }

// chances computes the probability of each item of a pool to have the highest
// draw: the integral over its own distribution of the probability that all
// others stay below, by the midpoint rule.
func (m *model) chances(d *desk, order, pool []int) {
	const steps = 64
	var sum float64
	for _, k := range pool {
		c := &d.cands[order[k]]
		mu, s := float32(c.score), spread(m.items.at(c.item).n)
		var p float64
		for i := range steps {
			u := (float32(i) + .5) / steps
			x := mu + float32(s*ln(u/(1-u)))
			all := float32(1)
			for _, j := range pool {
				if j != k {
					o := &d.cands[order[j]]
					all = float32(all * sigmoid((x-float32(o.score))/spread(m.items.at(o.item).n)))
				}
			}
			p += float64(all)
		}
		c.chance = p
		sum += p
	}
	for _, k := range pool {
		c := &d.cands[order[k]]
		c.chance = c.chance / sum
	}
}

// draw picks one of a pool by its chances.
func draw(d *desk, order, pool []int, rnd *stream) int {
	u := float64(rnd.unit())
	for _, k := range pool {
		if c := d.cands[order[k]].chance; u < c {
			return k
		} else {
			u -= c
		}
	}
	return pool[len(pool)-1]
}
