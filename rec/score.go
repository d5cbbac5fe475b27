package rec

// score asks the heads about every candidate and adds up what they are worth.
func (m *model) score(d *desk, w *who) {
	w.logit = &m.match.next
	if w.Horizon > 0 && m.match.later.n > 0 {
		w.logit = &m.match.later
	}
	at := m.sceneOf(w.v, w.lang, w.region, w.age, w.Time)
	var buf [crossKeys]uint64
	keys := buf[:0]
	for i := range d.rated {
		c := &d.rated[i]
		if !c.open {
			c.match = w.logit.of(&c.row)
			more := [nHeads]float32{}
			keys = m.crossed(m.items.at(c.item), &at, keys[:0])
			m.crosses.add(keys, &more)
			c.heads = m.heads.foresee(&c.row, c.match, &more)
		}
		c.score = 0
		m.parts(c, func(p Part) { c.score += p.Contribution })
	}
}

// declaredWeight is what one "more" or "less" is worth, as a share of all
// that is good.
const declaredWeight = .15

// parts calls f with the addends of a score, in the order in which they are
// added.
func (m *model) parts(c *rated, f func(Part)) {
	weights := m.con.Weights.list()
	if c.open {
		for k, v := range c.public {
			if v != 0 {
				f(Part{Name: publicNames[k], Value: float64(v), Contribution: float64(publicWeights[k] * float64(v))})
			}
		}
	}
	for k, weight := range weights {
		if weight != 0 && !c.open {
			v := float64(c.heads[k])
			f(Part{Name: headNames[k], Value: v, Contribution: float64(weight * v)})
		}
	}
	if c.want != 0 {
		v := float64(c.want)
		f(Part{Name: "declared", Value: v, Contribution: float64(declaredWeight * m.con.Weights.good() * v)})
	}
}
