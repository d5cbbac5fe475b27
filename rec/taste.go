package rec

// tastes foresee what a watch is worth from what the item and the viewer are
// like: a linear model of the log odds of the watch value with a vector for each, learned by
// Bayesian regression on one side with the other as it is believed to be.
//
//   - An item's belief is a normal distribution, moved by every watch (a
//     Kalman step). Before its first watch it is that of its tags.
//   - A viewer's belief is solved at the request from the latest serves, with
//     what viewers are like as prior (see kinds).
//
// The prior of viewers and the noise are estimated along the way; how far
// items spread around their tags is set. It fixes the scale, which is
// arbitrary, and estimating it as well (variational EM) ends with items that
// cannot leave their tags. That everything starts at the prior and moves no
// further than the data carries it is what makes the difference for newcomers
// of both kinds.
//
// Place 0 of a vector is the item's or the viewer's own level; it is added,
// not multiplied. What is observed of the sum flattens out towards both ends
// (see link): among what is not liked at all, less liked cannot be seen.
type tastes struct {
	vecI   matrix   // by item: mean
	covI   matrix   // covariances, lower triangles, of items under observation
	freed  []uint32 // rows of covI that are free
	vecV   matrix   // by viewer: mean as of some serve lately, its mean variance, and how odd the viewer is (see trust)
	vecT   matrix   // by tag: sum of the vectors of its items
	prior  kinds    // of viewers
	noise  float32  // variance of an observation
	solved uint32   // viewers solved so far
	seen   uint32   // observations so far
	at     uint32   // where the sweep over items stands
}

const (
	tdims    = 20
	variance = tdims     // places of a viewer's row after the mean: mean variance, and
	oddness  = tdims + 1 // the viewer's mean squared error over what is usual, less 1
	tcov     = tdims * (tdims + 1) / 2
	tmost    = 2000 // watches after which an item's covariance is let go
	teaches  = 24   // watches from which on a viewer teaches what viewers are like; after fewer, what is believed is mostly the prior
	itemVar  = .12  // of an item's places around the mean of its tags,
	levelVar = .3   // and of its level
)

// aroundTags is the variance of place i of an item around its tags.
func aroundTags(i int) float32 {
	if i == 0 {
		return levelVar
	}
	return itemVar
}

func (t *tastes) start() {
	t.vecI.width, t.covI.width, t.vecV.width, t.vecT.width = tdims, tcov, oddness+1, tdims
	t.prior.start()
	t.noise = 1.5
}

// tagVector writes what is believed of an item of these tags before its first
// watch.
func (m *model) tagVector(it *item, out []float32) {
	clear(out)
	tags := m.arena.get(it.tags)
	n := float32(0)
	for k, tag := range tags {
		if k == 4 {
			break
		}
		if tag < m.taste.vecT.n {
			worth := float32(m.tags.groups.at(tag).watched) + tagWorth
			for i, x := range m.taste.vecT.row(tag) {
				out[i] += x / worth
			}
		}
		n++
	}
	if n > 1 {
		for i := range out {
			out[i] /= n
		}
	}
}

// tagWorth is how many items the start vector of a tag is worth.
const tagWorth = 3

// tagRoom makes rows for tags, which begin somewhere of their own: if all
// began at the same place, no taste could tell them apart.
func (m *model) tagRoom(it *item) {
	mx := &m.taste.vecT
	for k, tag := range m.arena.get(it.tags) {
		if k == 4 {
			break
		}
		for mx.n <= tag {
			i := mx.add()
			s := stream(uint64(i)*4 + 3)
			r := mx.row(i)
			for k := 1; k < tdims; k++ {
				r[k] = float32(tagWorth * 1.2 * (s.unit() - .5))
			}
		}
	}
}

func (t *tastes) room(mx *matrix, n uint32) {
	for mx.n < n {
		mx.add()
	}
}

// What is observed on average where the sum of the vectors is x: a logistic
// curve between two bounds, with a slope of one in its middle.
const (
	linkLow  = -1
	linkHigh = 3
	linkMid  = (linkLow + linkHigh) / 2.
	linkStep = 32 // entries of the table for one unit of x
	linkFar  = 6  // from the middle, where it is flat
)

// linked is one place of the curve.
type linked struct{ mean, slope float32 }

// linkTable is the curve; the fold looks at it for every watch that it
// weighs.
var linkTable = func() (t [2*linkFar*linkStep + 1]linked) {
	for i := range t {
		s := sigmoid(float32(4 / float32(linkHigh-linkLow) * (float32(i)/linkStep - linkFar)))
		t[i] = linked{linkLow + float32((linkHigh-linkLow)*s), max(float32(4*float32(s*(1-s))), .15)}
	}
	return t
}()

// link gives the place of the curve at x. The slope is never quite nothing, so
// that a belief that went astray finds back.
func link(x float32) linked {
	i := float32((x-linkMid+linkFar)*linkStep) + .5
	switch last := len(linkTable) - 1; {
	case !(i > 0): // also NaN
		return linkTable[0]
	case i < float32(last):
		return linkTable[int(i)]
	default:
		return linkTable[last]
	}
}

// weigh linearizes an observation r at what is foreseen of it, x: as one of the
// sum itself, with how much it weighs and, times that, how far it is from what
// else is in the sum.
func (t *tastes) weigh(r, x, rest float32) (weight, weighted float32) {
	at := link(x)
	per := at.slope / t.noise
	weight = float32(at.slope * per)
	return weight, float32(weight*(x-rest)) + float32(per*(r-at.mean))
}

// around is where a viewer's observations are linearized: what was believed
// of the viewer before, or what viewers are like.
func (m *model) around(u uint32) []float32 {
	if t := &m.taste; u != 0 && u < t.vecV.n && m.viewers.at(u).watched > 0 {
		return t.vecV.row(u)
	}
	return m.taste.prior.mean[:]
}

// solveViewer finds a viewer's vector from the latest serves, by one step from
// what was believed before (extended Kalman), and returns the precision of the
// belief in h.
func (m *model) solveViewer(likes, others []uint32, before, h, y []float32) {
	t := &m.taste
	copy(h, t.prior.prec[:])
	clear(y)
	var seen watches
	for _, traces := range [2][]uint32{likes, others} {
		for k := len(traces) - 2; k >= 0; k -= 2 {
			n := traces[k]
			it := m.items.at(n)
			if n < t.vecI.n && it.watched > 0 {
				seen.add(t, 1, traceOdds(traces[k+1]), t.vecI.row(n), it.doubt, before, h, y)
			}
		}
	}
	seen.end(h, y)
}

// watches are the observations of a regression of one side, an item or a
// viewer, on what is believed of the other.
type watches struct {
	sums  four
	rows  [4][tdims]float32
	doubt float32 // about the other side, weighted: the same in all directions
}

// add takes in one watch: what it weighs, its odds, the other side and the
// doubt about it, and what was believed of this side before.
func (w *watches) add(t *tastes, trust, odds float32, other []float32, doubt float32, before, h, y []float32) {
	x := other[0] + before[0] + dot(before[1:tdims], other[1:tdims])
	weight, r := t.weigh(odds, x, other[0])
	weight, r = float32(weight*trust), float32(r*trust)
	row := &w.rows[w.sums.n]
	copy(row[:], other)
	row[0] = 1
	w.sums.take(row[:], weight, r, h, y)
	w.doubt += float32(weight * doubt)
}

// end adds what waits, and the doubt as noise.
func (w *watches) end(h, y []float32) {
	w.sums.flush(h, y)
	for i := 1; i < tdims; i++ {
		h[i*tdims+i] += w.doubt
	}
}

// learnTaste moves what is believed of an item by one watch, and now and then
// what is believed of its viewer.
func (m *model) learnTaste(n uint32, it *item, u uint32, value float32) {
	t := &m.taste
	t.room(&t.vecI, m.items.n)
	t.room(&t.vecV, m.viewers.n)
	v := m.viewers.at(u)
	p := t.vecV.row(u)
	before := m.around(u)
	v.watched++
	if w := v.watched; w <= 4 || w <= 16 && w%2 == 0 || w%4 == 0 {
		m.believeViewer(v, before, p)
	}
	q := t.vecI.row(n)
	var was [tdims]float32
	if it.watched == 0 {
		m.beginItem(it, q)
	} else {
		copy(was[:], q)
	}
	it.watched++
	if it.cov == 0 {
		t.nudge(it, q, p, oddsOf(value))
	} else {
		t.kalman(it, q, p, v.watched, oddsOf(value))
	}
	m.spreadToTags(it, q, was[:])
	if it.watched == 1 {
		for k, tag := range m.arena.get(it.tags) {
			if k == 4 {
				break
			}
			m.tags.groups.at(tag).watched++
		}
	}
	t.seen++
	if it.cov != 0 {
		m.arena.push(&it.raters, 2*mostRaters, u, trace(0, value))
		if it.watched&(it.watched-1) == 0 && it.watched > 2 {
			m.solveItem(n)
		}
	} else {
		m.arena.drop(&it.raters)
	}
	if t.seen%tsweep == 0 && (t.seen < tsweepAll || t.seen%(4*tsweep) == 0) {
		if t.at++; t.at >= m.items.n {
			t.at = 1
		}
		m.solveItem(t.at)
	}
}

// believeViewer solves a viewer and, every now and then, learns from it what
// viewers are like.
func (m *model) believeViewer(v *viewer, before, p []float32) {
	t := &m.taste
	h, y := m.bayes.h[:], m.bayes.y[:]
	m.solveViewer(m.arena.get(v.likes), m.arena.get(v.others), before, h, y)
	t.solved++
	doubt := t.prior.settle(h, y)
	copy(p, y[:tdims])
	if v.watched >= teaches && trust(p) == 1 && t.solved%4 == 0 {
		cov := m.bayes.cov[:]
		inverted(h, cov, tdims)
		for i := 1; i < tdims; i++ {
			doubt += cov[i*tdims+i] / (tdims - 1)
		}
		t.prior.learn(p[:tdims], cov, max(.001, 1/float32(t.solved/8+20)))
		if t.solved%256 == 0 {
			t.prior.derive()
		}
	} else {
		doubt += meanVariance(h, tdims)
	}
	p[variance] = doubt
}

// bayes is working memory.
type bayes struct {
	h, cov [tdims * tdims]float32
	y      [tdims]float32
}

// tasteOf gives what a watch of an item is foreseen to be worth to the viewer
// whose vector is on the desk, as log odds, and how uncertain the item's part
// of it is (a variance).
func (m *model) tasteOf(d *desk, n uint32, it *item) (value, doubt float32) {
	t := &m.taste
	var q [tdims]float32
	if it.watched > 0 && n < t.vecI.n {
		copy(q[:], t.vecI.row(n))
		doubt = it.doubt
	} else {
		m.tagVector(it, q[:])
		doubt = itemVar
	}
	p := &d.taste
	value = q[0] + p[0] + dot(p[1:tdims], q[1:])
	return value, doubt
}
