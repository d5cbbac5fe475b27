package rec

import "slices"

// Outcome is what came, or is foreseen to come, of a serve: one number per
// head. Watch is a value between 0 and 1, the others are 1 where it happened
// or the probability that it does.
type Outcome Weights

// Value is what an outcome is worth.
func (w Weights) Value(o Outcome) float64 {
	f := Weights(o)
	have := f.list()
	sum := 0.0
	for k, weight := range w.list() {
		sum += float64(weight * have[k])
	}
	return sum
}

// outcomeOf writes out what the heads foresee.
func outcomeOf(p *[nHeads]float32) Outcome {
	return Outcome{
		Watch: float64(p[headWatch]), Complete: float64(p[headComplete]), Rewatch: float64(p[headRewatch]), Like: float64(p[headLike]),
		Comment: float64(p[headComment]), Share: float64(p[headShare]), Follow: float64(p[headFollow]), Skip: float64(p[headSkip]),
		NotInterested: float64(p[headNotInterested]), Report: float64(p[headReport]),
	}
}

// Odds is how a policy would have filled one slot of an answer.
type Odds struct {
	Item       ID      // what the slot held
	Propensity float64 // that the policy gives it this slot, given the slots before
	Foreseen   Outcome // of it; zero where the policy does not look at it
	Choices    []Choice
}

// Choice is an item that the policy could have taken instead, or as well.
type Choice struct {
	Item     ID
	P        float64 // their sum is 1
	Foreseen Outcome
}

// oddsDraws is how many draws stand for the chances within a pool. Their mean
// is without bias, and all of them together share what a slot explores.
const oddsDraws = 64

// Odds says how an answer to a request would have been filled under another
// constitution: for each slot of row, what could have stood there, given the
// items in the slots before. An item of zero is one that is not known. The
// engine has to stand where it stood when the answer was given; it learns
// nothing.
func (e *Engine) Odds(r Request, c Constitution, row []ID) ([]Odds, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	d := e.desks.Get().(*desk)
	defer e.desks.Put(d)
	e.mu.Lock()
	defer e.mu.Unlock()
	was := e.m.con
	e.m.con = c
	defer func() { e.m.con = was }()
	return e.m.odds(d, &r, row), nil
}

func (m *model) odds(d *desk, r *Request, row []ID) []Odds {
	d.clear()
	w := m.ask(r)
	m.exclude(d, &w)
	m.gather(d, &w)
	m.score(d, &w)
	order, fresh := d.order(), m.explorable(d, &w)
	rnd := stream(mix(w.seed + 1)) // not the draws of the answer itself
	out := make([]Odds, 0, len(row))
	before := make([]*rated, 0, len(row))
	left := len(order)
	saved := float64(w.v.saved)
	for _, id := range row {
		held := m.itemIDs.find(id)
		slot := Odds{Item: id}
		at := -1
		if left > 0 {
			at = m.oddsOf(d, order, fresh, before, held, &slot, &saved, &rnd, &w)
		}
		out = append(out, slot)
		switch {
		case at >= 0:
			d.rated[at].used = true
			before = append(before, &d.rated[at])
			left--
		case held != 0: // the diversity of what follows looks at it
			before = append(before, &rated{candidate: candidate{item: held}})
		}
	}
	return out
}

// oddsOf computes one slot and gives the place of what it held, -1 if the
// policy does not look at that.
func (m *model) oddsOf(d *desk, order, fresh []int, before []*rated, held uint32, slot *Odds, saved *float64, rnd *stream, w *who) int {
	best := m.best(d, order, before, w)
	pool, share := m.explore(d, fresh, before, best, *saved, w)
	at := slices.IndexFunc(d.rated, func(c rated) bool { return c.item == held && !c.used })
	*saved = purse(*saved, m.con.Explore, at >= 0 && at != best)
	if at >= 0 {
		slot.Foreseen = outcomeOf(&d.rated[at].heads)
		if at == best {
			slot.Propensity = 1 - share
		}
		if share > 0 {
			slot.Propensity += float64(share * m.chance(d, pool, at, w))
		}
	}
	choose := func(i int, p float64) {
		c := &d.rated[i]
		slot.Choices = append(slot.Choices, Choice{m.itemIDs.id(c.item), p, outcomeOf(&c.heads)})
	}
	if share <= 0 {
		choose(best, 1)
		return at
	}
	drawn := make([]int, len(pool))
	for range oddsDraws {
		drawn[slices.Index(pool, m.draw(d, pool, rnd, w))]++
	}
	if 1-share > 0 {
		choose(best, 1-share)
	}
	for k, i := range pool {
		choose(i, float64(share*float64(drawn[k]))/oddsDraws)
	}
	return at
}

// WatchValue is what watching an item for so many milliseconds is worth, 0 to
// 1, as far as is known now: its quantile among watches of items of about the
// same length.
func (e *Engine) WatchValue(item ID, watched int64) float64 {
	e.mu.RLock()
	defer e.mu.RUnlock()
	duration := uint32(0)
	if n := e.m.itemIDs.find(item); n != 0 {
		duration = e.m.items.at(n).duration
	}
	return float64(e.m.debias.value(watched, duration))
}
