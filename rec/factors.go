package rec

// factors are vectors of items and viewers whose products say how likely a
// viewer comes to like an item: alternating least squares over implicit
// feedback (Hu, Koren, Volinsky, ICDM 2008) in the form of iALS++ (Rendle et
// al., 2021, arXiv 2110.14044), kept fresh in two ways: whatever a positive
// touches is solved anew at once, and a sweep goes round all others, a slice
// at each positive.
type factors struct {
	items, viewers matrix
	gramI, gramV   [dims * dims]float32 // sums of outer products
	sweepI, sweepV uint32               // where the sweep stands
}

const (
	dims       = 16
	unobserved = .1  // weight of each pair that was not observed
	factorReg  = .02 // of a row, times its observations and unobserved pairs
	fadeSlow   = .95 // weight of a like relative to the one after it, for the taste,
	fadeFast   = .8  // for the session,
	fadeLong   = .98 // and for what lasts

	// Likes that come in one sitting say the same of a taste, and the latest of
	// them no more than the others: in the vectors that items are learned from
	// they fade less.
	oneSitting  = 2 * minute
	fadeSitting = .99
)

func (f *factors) start() {
	f.items.width, f.viewers.width = dims, dims
}

// fit makes room for as many rows and starts new ones with small noise of
// their own number, without which all would stay equal.
func (f *factors) fit(mx *matrix, n uint32, salt uint64) {
	for mx.n < n {
		i := mx.add()
		r := mx.row(i)
		s := stream(uint64(i)*2 + salt)
		for k := range r {
			r[k] = float32((s.unit() - .5) * .1)
		}
	}
}

// put writes a row and keeps the sum of outer products true.
func put(g *[dims * dims]float32, row, x []float32) {
	for i := range dims {
		to := g[i*dims : i*dims+dims : i*dims+dims]
		a, b := x[i], row[i]
		for j := range to {
			to[j] += float32(a*x[j]) - float32(b*row[j])
		}
	}
	copy(row, x)
}

// normal are the normal equations of one row.
type normal struct {
	h [dims * dims]float32 // lower triangle used
	y [dims]float32

	sums four
}

// begin takes the part of what was not observed.
func (n *normal) begin(g *[dims * dims]float32) {
	for i := range n.h {
		n.h[i] = float32(unobserved * g[i])
	}
	n.y = [dims]float32{}
}

// solve gives the row; reg is added to the diagonal.
func (n *normal) solve(reg float32) []float32 {
	n.sums.flush(n.h[:], n.y[:])
	h := &n.h
	for i := range dims {
		h[i*dims+i] += reg
	}
	cholesky(h[:], n.y[:])
	return n.y[:]
}

// viewerVector solves a viewer from the latest likes, each weighing fade times
// the one after it, or sitting times if both came in one.
func (m *model) viewerVector(likes []uint32, fade, sitting float32, n *normal) []float32 {
	f := &m.factors
	n.begin(&f.gramI)
	weight, sum, next := float32(1), float32(0), int64(0)
	for i := len(likes) - 2; i >= 0; i -= 2 {
		t := traceTime(likes[i+1])
		switch {
		case next == 0:
		case next-t < oneSitting:
			weight = float32(weight * sitting)
		default:
			weight = float32(weight * fade)
		}
		next = t
		if likes[i] < f.items.n {
			n.sums.take(f.items.row(likes[i]), weight, weight, n.h[:], n.y[:])
			sum += weight
		}
	}
	return n.solve(float32(factorReg*(sum+float32(unobserved*float32(m.live)))) + 1e-4)
}

// itemVector solves an item from its latest fans.
func (m *model) itemVector(it *item, n *normal) []float32 {
	f := &m.factors
	n.begin(&f.gramV)
	fans := m.arena.get(it.fans)
	for _, v := range fans {
		if v < f.viewers.n {
			n.sums.take(f.viewers.row(v), 1, 1, n.h[:], n.y[:])
		}
	}
	return n.solve(float32(factorReg*(float32(len(fans))+float32(unobserved*float32(m.viewers.n)))) + 1e-4)
}

// refresh solves what a positive touched, and a slice of the sweep.
func (m *model) refresh(n, u uint32) {
	f := &m.factors
	f.fit(&f.items, m.items.n, 1)
	f.fit(&f.viewers, m.viewers.n, 2)
	m.refreshViewer(u)
	count := m.match.count
	if m.items.at(n).near.n <= settled || count%4 == 0 {
		m.refreshItem(n)
	}
	if count > sweepAll && count%4 != 0 {
		return
	}
	for range sweepSlice {
		if f.sweepV++; f.sweepV >= m.viewers.n {
			f.sweepV = 1
		}
		m.refreshViewer(f.sweepV)
		if f.sweepI++; f.sweepI >= m.items.n {
			f.sweepI = 1
		}
		m.refreshItem(f.sweepI)
	}
}

// A positive sweeps sweepSlice viewers and items; after sweepAll positives
// only every fourth does, and the vector of an item with more than settled
// positives, which one more hardly moves, is solved at every fourth.
const (
	sweepSlice = 1
	sweepAll   = 1 << 16
	settled    = 64
)

func (m *model) refreshViewer(u uint32) {
	if likes := m.arena.get(m.viewers.at(u).likes); len(likes) > 0 {
		put(&m.factors.gramV, m.factors.viewers.row(u), m.viewerVector(likes, fadeSlow, fadeSitting, &m.normal))
	}
}

func (m *model) refreshItem(n uint32) {
	if it := m.items.at(n); it.fans.n > 0 && it.state&isDead == 0 {
		put(&m.factors.gramI, m.factors.items.row(n), m.itemVector(it, &m.normal))
	}
}
