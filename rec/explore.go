package rec

import (
	"cmp"
	"slices"
)

// poolMost is how many items a slot explores among.
const poolMost = debtFirst + debtFit

// explorable gives the places of the candidates that slots may explore, the
// ones to be preferred first: what owes its guaranteed exposure, by turns and in
// the order of debts. Without profiling it is everything, newest first.
func (m *model) explorable(d *desk, w *who) []int {
	fresh := d.fresh[:0]
	for i := range d.rated {
		c := &d.rated[i]
		if !w.Profile {
			fresh = append(fresh, i)
		} else if m.items.at(c.item).state&owes != 0 {
			fresh = append(fresh, i)
			c.turn = m.turn(c.item, w)
		}
	}
	slices.SortFunc(fresh, func(a, b int) int {
		x, y := &d.rated[a], &d.rated[b]
		if !w.Profile {
			return cmp.Compare(y.item, x.item)
		}
		return cmp.Or(cmp.Compare(x.turn, y.turn), cmp.Compare(x.item, y.item))
	})
	d.fresh = fresh
	return fresh
}

// turn orders what owes; of equals the viewer gets what suits best. Where more
// is owed than can be paid, what is promised and goes at any price by now comes
// first, by the hour in which it has to be there: then every slot counts. It is
// followed by what is promised and has time, what is in doubt, what is late.
func (m *model) turn(n uint32, w *who) int64 {
	const never = 1 << 32 // later than any hour
	x := int64(m.standing(n)) * never
	if x == 0 && int(m.debts.sure) < len(m.debts.items) && m.bar(n, w) >= anyPrice {
		return m.items.at(n).born/hour - never
	}
	return x
}

// explore gives the places of the candidates that this slot may explore, and
// the probability that it does. Debts wait for viewers who are likely to care:
// an item may be explored where what is foreseen of it comes near enough to
// what it would displace, and how near is enough depends on how long it has
// waited (see bar). Among those each gets the chance that Thompson sampling
// gives it: every item's value is drawn from what is believed of it, and the
// highest draw wins. What is in doubt has to wait for a slot that is open to
// nothing of which the promise can be kept, and what is late for one that is
// open to nothing else: where more is owed than can be paid, as many promises as
// possible are kept, and not all of them broken; and half of what a viewer can
// save is kept for what is not late. A viewer explores from what was
// saved up (see purse), so that the share of the constitution is spent where it
// costs least. Without profiling all that is new has equal chances, in every
// slot.
func (m *model) explore(d *desk, fresh []int, row []*rated, best int, saved float64, w *who) (pool []int, share float64) {
	pool = d.pool[:0]
	if m.con.Explore == 0 {
		return pool, 0 // whatever was saved
	}
	most := d.rated[best].score
	for _, i := range fresh {
		c := &d.rated[i]
		if c.used || m.sameAuthor(c, row) {
			continue
		}
		open := 1.0
		if w.Profile {
			loss := (most - c.score) / max(most, float64(.05*m.con.Weights.good()))
			open = min(max((m.bar(c.item, w)-loss)/barBlur, 0), 1)
		}
		if open == 0 {
			continue
		}
		if w.Profile && len(pool) > 0 && c.turn != d.rated[pool[0]].turn {
			break
		}
		share = max(share, open)
		if pool = append(pool, i); len(pool) == poolMost {
			break
		}
	}
	d.pool = pool
	if !w.Profile {
		return pool, float64(share * m.con.Explore)
	}
	least := m.con.Explore / 3
	if len(pool) > 0 && m.standing(d.rated[pool[0]].item) == isLate {
		saved, least = saved-purseMost/2., 0
	}
	return pool, float64(share * max(float64(exploreMost*min(saved, 1)), least))
}

// bar is the share of a slot's value that it may cost to show an item that
// still owes. It rises with the time that the item has waited, as in a Dutch
// auction, so that those come first whom it costs least; over three quarters of
// the promised hours, then the item goes at any price.
func (m *model) bar(n uint32, w *who) float64 {
	waited := float64(w.Time-m.items.at(n).born) / max(float64(m.con.Guarantee.Hours*(hour*3/4)), 1)
	if waited >= 1 {
		return anyPrice
	}
	return float64(barMost * waited)
}

const (
	exploreMost = .5  // a slot always leaves that much to what is best
	barMost     = .5  // what it may cost before any price will do
	barBlur     = .02 // over which the willingness grows from none to full
	anyPrice    = 1e9
)

// A viewer saves the constitution's share of every impression, and spends one
// for each item that was explored; savings are bounded, and so are debts, but
// far enough that pages which were fetched ahead are paid for. So nobody's feed
// explores more than the share, it explores what suits the viewer, and whoever
// is new does not begin with it. Without savings an open slot keeps a third of
// the share, since judging other policies lives on what had a chance.
const (
	purseMost  = 5
	purseLeast = -20
)

// purse is what a viewer has saved after one more impression.
func purse(saved, share float64, explored bool) float64 {
	saved += share
	if explored {
		saved--
	}
	return min(max(saved, purseLeast), purseMost)
}

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
