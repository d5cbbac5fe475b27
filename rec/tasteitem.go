package rec

// What is believed of items: see tastes.

const (
	mostRaters = 1024    // watches of an item that are kept to solve it anew
	tsweep     = 3       // one item is swept for so many watches,
	tsweepAll  = 1 << 18 // and after this many for four times as many
)

// solveItem finds an item's belief anew from its watches and what is believed
// of their viewers by now; in between, each watch moves it alone. Items of
// more watches than are kept stay as they are.
func (m *model) solveItem(n uint32) {
	t := &m.taste
	it := m.items.at(n)
	raters := m.arena.get(it.raters)
	if len(raters) == 0 || it.cov == 0 || it.watched > mostRaters {
		return
	}
	q := t.vecI.row(n)
	var tagged, was [tdims]float32
	copy(was[:], q)
	m.tagVector(it, tagged[:])
	h, y, cov := m.bayes.h[:], m.bayes.y[:], m.bayes.cov[:]
	clear(h)
	for i := range tdims {
		h[i*tdims+i] = 1 / aroundTags(i)
		y[i] = tagged[i] / aroundTags(i)
	}
	var by watches
	for k := 0; k < len(raters); k += 2 {
		p := t.vecV.row(raters[k])
		by.add(t, trust(p), traceOdds(raters[k+1]), p, p[variance], was[:], h, y)
	}
	by.end(h, y)
	inverse(h, cov, tdims)
	c := t.covI.row(it.cov - 1)
	doubt := float32(0)
	for i, k := 0, 0; i < tdims; i++ {
		q[i] = dot(cov[i*tdims:i*tdims+tdims], y)
		for j := 0; j <= i; j, k = j+1, k+1 {
			c[k] = cov[i*tdims+j]
		}
		if i > 0 {
			doubt += cov[i*tdims+i]
		}
	}
	it.doubt = doubt / (tdims - 1)
	m.spreadToTags(it, q, was[:])
	if it.showable() {
		it.shelf = m.shelves.put(n, q[1:], it.shelf)
	}
}

// spreadToTags tells the tags of an item that its vector moved.
func (m *model) spreadToTags(it *item, q, was []float32) {
	t := &m.taste
	m.tagRoom(it)
	for k, tag := range m.arena.get(it.tags) {
		if k == 4 {
			break
		}
		r := t.vecT.row(tag)
		for i := range r {
			r[i] += q[i] - was[i]
		}
	}
}

// beginItem starts an item's belief at that of its tags.
func (m *model) beginItem(it *item, q []float32) {
	t := &m.taste
	m.tagRoom(it)
	m.tagVector(it, q)
	if it.tags.n == 0 {
		r := stream(uint64(it.born) ^ uint64(it.author)<<40)
		for i := 1; i < tdims; i++ {
			q[i] = float32((r.unit() - .5) * .3)
		}
	}
	var row uint32
	if k := len(t.freed); k > 0 {
		row, t.freed = t.freed[k-1], t.freed[:k-1]
	} else {
		row = t.covI.add()
	}
	it.cov = row + 1
	c := t.covI.row(row)
	clear(c)
	for i := range tdims {
		c[i*(i+3)/2] = aroundTags(i)
	}
}

// kalman moves an item's belief by one observation r, the n-th of a viewer of
// vector p, which is linearized at what was foreseen.
func (t *tastes) kalman(it *item, q, p []float32, n uint32, r float32) {
	var x, s [tdims]float32
	copy(x[:], p)
	x[0] = 1
	c := t.covI.row(it.cov - 1)
	for i, k := 0, 0; i < tdims; i++ { // s = C x from the lower triangle
		row := c[k : k+i+1]
		k += i + 1
		xi := x[i]
		sum := float32(row[i] * xi)
		for j := range i {
			sum += float32(row[j] * x[j])
			s[j] += float32(row[j] * xi)
		}
		s[i] += sum
	}
	var size float32
	for i := 1; i < tdims; i++ {
		size += float32(q[i] * q[i])
	}
	spread := dot(x[:], s[:]) + float32(p[variance]*(size+float32(it.doubt*(tdims-1))))
	at := link(p[0] + dot(x[:], q))
	err, steep := r-at.mean, float32(at.slope*at.slope)
	weight, wrong, foreseen := trust(p), float32(err*err), float32(steep*spread)
	total := spread + t.noise/float32(weight*steep)
	judge(p, wrong/(t.noise+foreseen), n)
	t.noise += float32(.0005 * weight * (max(wrong-foreseen, .05) - t.noise))
	gain := err / float32(at.slope*total)
	trace := float32(0)
	for i, k := 0, 0; i < tdims; i++ {
		q[i] += float32(gain * s[i])
		a := s[i] / total
		row := c[k : k+i+1]
		k += i + 1
		for j := range row {
			row[j] -= float32(a * s[j])
		}
		if i > 0 {
			trace += row[i]
		}
	}
	it.doubt = trace / (tdims - 1)
	if it.watched >= tmost {
		t.release(it)
	}
}

// nudge moves an item whose covariance was let go: by a share that keeps what
// is known worth as many watches.
func (t *tastes) nudge(it *item, q, p []float32, r float32) {
	var x [tdims]float32
	copy(x[:], p)
	x[0] = 1
	at := link(p[0] + dot(x[:], q))
	step := float32(trust(p)*float32(at.slope*(r-at.mean))) / float32(tmost*(t.noise+float32(float32(at.slope*at.slope)*dot(x[:], x[:]))))
	for i := range q {
		q[i] += float32(step * x[i])
	}
}

// correctTaste moves what is believed of an item by what a longer watch of the
// same serve adds to an observation that was learned: a regression's mean is
// linear in what was observed, and its covariance does not depend on it.
func (m *model) correctTaste(n uint32, it *item, u uint32, value, was float32) {
	t := &m.taste
	by := oddsOf(value) - oddsOf(was)
	if by == 0 || it.watched == 0 || n >= t.vecI.n || u >= t.vecV.n {
		return
	}
	q, p := t.vecI.row(n), t.vecV.row(u)
	var before, x [tdims]float32
	copy(before[:], q)
	copy(x[:], p)
	x[0] = 1
	slope := link(p[0] + dot(x[:], q)).slope
	by = float32(float32(by*slope) * trust(p))
	if it.cov == 0 {
		step := by / float32(tmost*(t.noise+float32(float32(slope*slope)*dot(x[:], x[:]))))
		for i := range q {
			q[i] += float32(step * x[i])
		}
	} else {
		raters := m.arena.get(it.raters)
		k := len(raters) - 2
		for k >= 0 && raters[k] != u {
			k -= 2
		}
		if k < 0 {
			return // older than what is kept
		}
		raters[k+1] = trace(0, value)
		c := t.covI.row(it.cov - 1)
		for i := range q {
			s := float32(0)
			for j, xj := range x { // the lower triangle is kept
				row, col := max(i, j), min(i, j)
				s += float32(c[row*(row+1)/2+col] * xj)
			}
			q[i] += float32(by*s) / t.noise
		}
	}
	m.spreadToTags(it, q, before[:])
}

// release gives the covariance of an item back.
func (t *tastes) release(it *item) {
	if it.cov != 0 {
		clear(t.covI.row(it.cov - 1))
		t.freed = append(t.freed, it.cov-1)
		it.cov = 0
	}
}
