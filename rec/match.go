package rec

// logit is a conditional logit (McFadden, 1974) over the features. At a
// positive, the softmax of the weighted sums over the item and some that were
// not chosen should give the item; the weights move by damped Newton steps,
// which need no rate and find the scale of every feature by themselves.
// Because features are logarithms, one weight vector says how much taste and
// how much recency count in this world, and learns it anew when the world
// changes.
type logit struct {
	base *logit // whose weights these are added to, or nil
	w    [nFeatures]float64
	h    [nFeatures * nFeatures]float64 // damped curvature, lower triangle
	n    uint32                         // examples learned from
}

// match says which item a viewer comes to like: next, and later. The second
// is learned at the same positives, but from what was known at the latest
// mark, some time ago: what is hot now will not be, taste will.
type match struct {
	next, later logit

	recent [recentMost]uint32 // latest positives, a ring: half of the rivals
	count  uint32             // positives so far

	marks    uint32 // so far; items keep their bank as it was at the latest
	markAt   uint32 // count at the latest
	markTime int64
}

const (
	recentMost = 4096
	rivals     = 60    // items that were not chosen, per example
	forget     = .9998 // of the curvature, per example
	ridge      = 20
)

func (t *logit) start() {
	if t.base == nil {
		for i, x := range startMatch {
			t.w[i] = float64(x)
		}
	}
	for i := range nFeatures {
		t.h[i*nFeatures+i] = ridge
	}
}

// of gives the match of a row.
func (t *logit) of(f *features) float32 {
	s := 0.0
	for i, x := range f {
		s += float64(t.w[i] * float64(x))
	}
	if t.base != nil {
		return float32(s) + t.base.of(f)
	}
	return float32(s)
}

// example is one positive among rivals.
type example struct {
	rows   [rivals + 1]features // the first is the positive
	offset [rivals + 1]float64  // minus the logarithm of how likely each was drawn
	n      int
	p      [rivals + 1]float64
}

// learn takes a Newton step on one example.
func (t *logit) learn(ex *example) {
	top := -1e300
	for k := range ex.n {
		s := ex.offset[k] + float64(t.of(&ex.rows[k]))
		ex.p[k] = s
		top = max(top, s)
	}
	sum := 0.0
	for k := range ex.n {
		ex.p[k] = float64(exp(float32(ex.p[k] - top)))
		sum += ex.p[k]
	}
	var mean [nFeatures]float64
	for k := range ex.n {
		ex.p[k] /= sum
		for i, x := range ex.rows[k] {
			mean[i] += float64(ex.p[k] * float64(x))
		}
	}
	for i := range nFeatures {
		for j := 0; j <= i; j++ {
			t.h[i*nFeatures+j] = float64(t.h[i*nFeatures+j] * forget)
		}
		t.h[i*nFeatures+i] += float64((1 - forget) * ridge)
	}
	var g, x [nFeatures]float64
	for k := range ex.n {
		for i := range x {
			x[i] = float64(ex.rows[k][i]) - mean[i]
		}
		for i := range nFeatures {
			a := float64(ex.p[k] * x[i])
			row := t.h[i*nFeatures : i*nFeatures+i+1]
			for j := range row {
				row[j] += float64(a * x[j])
			}
		}
	}
	for i := range g {
		g[i] = float64(ex.rows[0][i]) - mean[i]
	}
	solve64(t.h, &g)
	for i := range g {
		t.w[i] += g[i]
	}
	t.n++
}

// solve64 solves h x = y in place of y by Cholesky.
func solve64(h [nFeatures * nFeatures]float64, y *[nFeatures]float64) {
	const n = nFeatures
	for j := range n {
		rj := h[j*n : j*n+n]
		for i := 0; i <= j; i++ {
			ri := h[i*n : i*n+n]
			s := rj[i]
			for k := range i {
				s -= float64(rj[k] * ri[k])
			}
			if i < j {
				rj[i] = s / ri[i]
			} else {
				rj[j] = sqrt64(max(s, 1e-9))
			}
		}
		s := y[j]
		for k := range j {
			s -= float64(rj[k] * y[k])
		}
		y[j] = s / rj[j]
	}
	for j := n - 1; j >= 0; j-- {
		s := y[j]
		for i := j + 1; i < n; i++ {
			s -= float64(h[i*n+j] * y[i])
		}
		y[j] = s / h[j*n+j]
	}
}

// markEvery is the share of the positives after which the next mark is set,
// as 1/markEvery, and markLeast the number at least.
const (
	markEvery = 10
	markLeast = 200
)

// teach makes examples of a positive, before anything else learns of it. In a
// large world it takes only some, drawn by their number.
func (m *model) teach(n, u uint32, t int64) {
	mt := &m.match
	mt.count++
	defer m.enlist(n)
	if m.live < 8 || mt.count < 32 || mix(uint64(mt.count))&m.thin() != 0 {
		return
	}
	w := who{Request: &Request{Time: t, Profile: true}, number: u, v: m.viewers.at(u)}
	w.lang, w.region, w.age = w.v.lang, w.v.region, w.v.age
	likes := m.arena.get(w.v.likes)
	m.exemplify(&mt.next, n, &w, likes, likes)
	if mt.count >= mt.markAt+max(mt.markAt/markEvery, markLeast) {
		mt.marks++
		mt.markAt, mt.markTime = mt.count, t
	}
	if m.thin() != 0 && mt.next.n%2 == 0 {
		return // what lasts changes slowly: half as many will do
	}
	if it := m.items.at(n); mt.marks > 0 && it.born < mt.markTime {
		w.stale = true
		w.Time = mt.markTime
		then := len(likes)
		for then > 0 && traceTime(likes[then-1]) > mt.markTime-minute {
			then -= 2
		}
		if then > 0 {
			m.exemplify(&mt.later, n, &w, likes[:then], likes)
		}
	}
}

// thinAfter is the number of positives up to which every one is an example;
// then it is every fourth, and with each doubling half as many. A world of at
// most smallWorld items, where an item sees more of each viewer, goes on four
// times as long.
const (
	thinAfter  = 32768
	smallWorld = 1 << 14
)

// thin is a mask: how many positives share one example.
func (m *model) thin() uint64 {
	after := uint32(thinAfter)
	if m.live <= smallWorld {
		after *= 4
	}
	if m.match.count < after {
		return 0
	}
	mask := uint64(3)
	for c := m.match.count / (2 * after); c > 0 && mask < 63; c /= 2 {
		mask = mask<<1 | 1
	}
	return mask
}

// exemplify learns from one positive among rivals, felt through the given
// likes of the viewer; none of all the likes is a rival.
func (m *model) exemplify(l *logit, n uint32, w *who, likes, all []uint32) {
	mt := &m.match
	d, ex := m.desk, m.example
	d.clear()
	m.sense(d, w, likes)
	ex.n = 0
	m.enter(d, ex, n, w)
	rnd := stream(mix(uint64(mt.count)))
	known := min(mt.count-1, recentMost)
	for range 4 * rivals {
		if ex.n > rivals {
			break
		}
		var k uint32
		if rnd.next()&1 == 0 {
			k = 1 + uint32(rnd.below(int(m.items.n-1)))
		} else {
			k = mt.recent[(mt.count-uint32(rnd.below(int(known)))-1)%recentMost]
		}
		if k == 0 || k == n || find(all, 2, k) >= 0 {
			continue
		}
		if it := m.items.at(k); it.showable() && (!w.stale || it.born < w.Time) {
			m.enter(d, ex, k, w)
		}
	}
	if ex.n > 8 {
		l.learn(ex)
	}
}

// enlist notes a positive among the latest.
func (m *model) enlist(n uint32) {
	at := &m.match.recent[m.match.count%recentMost]
	if *at != 0 {
		m.items.at(*at).among--
	}
	*at = n
	m.items.at(n).among++
}

// enter puts an item into an example.
func (m *model) enter(d *desk, ex *example, n uint32, w *who) {
	c := d.candidate(n)
	if c == nil {
		return
	}
	r := rated{candidate: *c}
	m.fill(d, &r, w)
	it := m.items.at(n)
	ex.rows[ex.n] = r.row
	known := float32(min(m.match.count-1, recentMost))
	often := float32(it.among) / known
	ex.offset[ex.n] = -float64(ln(.5/float32(m.items.n-1) + float32(.5*often)))
	ex.n++
}
