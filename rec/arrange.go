package rec

// arrange fills the slots one by one. Each slot explores with the probability
// that the constitution sets; else it takes the candidate with the best score
// after what it loses for being like the ones before it. Never two of one
// author in a row, unless there is nobody else.
func (m *model) arrange(d *desk, w *who) []Pick {
	order := d.order()
	fresh := m.explorable(d, w)
	picks := make([]Pick, 0, min(w.Limit, len(order)))
	row := make([]*rated, 0, cap(picks)) // picked so far
	rnd := stream(w.seed)
	saved := float64(w.v.saved)
	for len(picks) < cap(picks) {
		best := m.best(d, order, row, w)
		pool, share := m.explore(d, fresh, row, best, saved, w)
		i := best
		if float64(rnd.unit()) < share {
			i = m.draw(d, pool, &rnd, w)
		}
		c := &d.rated[i]
		p := 0.0
		if i == best {
			p = 1 - share
		}
		if share > 0 {
			p += float64(share * m.chance(d, pool, i, w))
		}
		if i != best {
			c.source = SourceFresh
		}
		c.used = true
		picks = append(picks, m.pick(c, p))
		row = append(row, c)
		saved = purse(saved, m.con.Explore, i != best)
	}
	return picks
}

// best gives the place of the candidate to take next.
func (m *model) best(d *desk, order []int, row []*rated, w *who) int {
	best, bestValue := 0, 0.0
	found := false
	for pass := range 2 {
		for _, i := range order {
			c := &d.rated[i]
			if c.used || pass == 0 && m.sameAuthor(c, row) {
				continue
			}
			if found && c.score <= bestValue {
				break // sorted by score, and nothing adds to it
			}
			if v := c.score - m.likeness(c, row, w); !found || v > bestValue {
				best, bestValue, found = i, v, true
			}
		}
		if found {
			break
		}
	}
	return best
}

// sameAuthor says whether the item before is by the same author.
func (m *model) sameAuthor(c *rated, row []*rated) bool {
	if len(row) == 0 {
		return false
	}
	a := m.items.at(c.item).author
	return a != 0 && a == m.items.at(row[len(row)-1].item).author
}

// likeness is what a candidate loses for what it has in common with the items
// shortly before it; the nearest count most.
func (m *model) likeness(c *rated, row []*rated, w *who) float64 {
	dv := &m.con.Diversity
	it := m.items.at(c.item)
	tags := m.arena.get(it.tags)
	loss, weight := 0.0, 1.0
	for back := 0; back < dv.Window && back < len(row); back++ {
		o := m.items.at(row[len(row)-1-back].item)
		if it.author != 0 && it.author == o.author {
			loss += float64(weight * dv.Author)
		}
		if it.sound != 0 && it.sound == o.sound {
			loss += float64(weight * dv.Sound)
		}
		for _, tag := range tags {
			if find(m.arena.get(o.tags), 1, tag) >= 0 {
				loss += float64(weight*dv.Tag) / float64(len(tags))
			}
		}
		if dv.Taste > 0 && w.Profile { // factors are learned from watching
			loss += float64(weight * dv.Taste * m.sameFans(c, row[len(row)-1-back]))
		}
		weight = float64(weight * .8)
	}
	return float64(loss * max(c.score, 0))
}

// sameFans says how much two items are liked by the same people: the cosine of
// their vectors, from 0 to 1.
func (m *model) sameFans(a, b *rated) float64 {
	f := &m.factors.items
	if a.item >= f.n || b.item >= f.n {
		return 0
	}
	x, y := f.row(a.item), f.row(b.item)
	for _, c := range []*rated{a, b} {
		if c.norm == 0 {
			v := f.row(c.item)
			c.norm = dot(v, v)
		}
	}
	return float64(max(dot(x, y), 0) / sqrt32(float32(a.norm*b.norm)+1e-12))
}
