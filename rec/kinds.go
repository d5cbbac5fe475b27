package rec

// kinds say what viewers are like before much is known of one of them. Most
// like a few subjects and leave the rest, so that one normal distribution
// around the mean of all would say little: it is a mixture of normal
// distributions of one covariance around several centres, learned online by
// giving each viewer to the nearest (classification EM: Celeux and Govaert,
// 1992). A viewer's belief is the mixture's: every centre counts as far as the
// serves speak for it.
type kinds struct {
	n      [nKinds]float32 // viewers that a centre was learned from, lately
	centre [nKinds][tdims]float32
	cov    [tdims * tdims]float32 // around the centres

	// What follows from these, made anew now and then.
	mean [tdims]float32 // of all viewers
	prec [tdims * tdims]float32
	pull [tdims][nKinds]float32 // precision times centre
	size [nKinds]float32        // of the centre, squared, without its level
	base [nKinds]float32        // log of the kind's share, less what its place costs
}

const (
	nKinds    = 16
	kindsKept = 1024 // viewers that the shares of the kinds speak of
	kindLeast = 8    // a kind of fewer of them gives its place to a new one,
	kindBorn  = 16   // which begins with so many
)

func (k *kinds) start() {
	k.n[0] = 1
	for i := range tdims {
		k.cov[i*tdims+i] = .5
	}
	k.cov[0] = .05
	k.derive()
}

// derive makes anew what follows from the centres and the covariance.
func (k *kinds) derive() {
	h := k.cov
	inverse(h[:], k.prec[:], tdims)
	sum := float32(0)
	for _, n := range k.n {
		sum += n
	}
	clear(k.mean[:])
	for i, n := range k.n {
		if n == 0 {
			continue
		}
		c := k.centre[i][:]
		cost := float32(0)
		for j := range tdims {
			k.mean[j] += float32(n / sum * c[j])
			x := dot(k.prec[j*tdims:j*tdims+tdims], c)
			k.pull[j][i] = x
			cost += float32(x * c[j])
		}
		k.size[i] = dot(c[1:], c[1:])
		k.base[i] = ln(n/sum) - cost/2
	}
}

// nearest is the kind whose centre is nearest.
func (k *kinds) nearest(mean []float32) int {
	best, at := float32(0), -1
	for i, n := range k.n {
		if n == 0 {
			continue
		}
		d := float32(0)
		for j, x := range k.centre[i] {
			x -= mean[j]
			d += float32(x * x)
		}
		if at < 0 || d < best {
			best, at = d, i
		}
	}
	return at
}

// settle finds what to believe of a viewer. h is the precision, the prior's
// and that of the serves, and becomes its Cholesky factor; y is what the serves
// say, weighted, and becomes the mean. What it returns is how far the kinds that
// are possible lie from each other: a variance, the mean over all places but the
// first.
func (k *kinds) settle(h, y []float32) (apart float32) {
	factor(h, tdims)
	var z [tdims][nKinds]float32 // all kinds side by side
	var odds [nKinds]float32
	for j := range z { // forward, see solve.go
		d, zj := h[j*tdims+j], &z[j]
		for i := range zj {
			zj[i] = float32(d * (k.pull[j][i] + (y[j] + zj[i])))
		}
		for i := range zj {
			odds[i] += float32(zj[i] * zj[i])
		}
		for l := j + 1; l < tdims; l++ {
			axpy(z[l][:], zj[:], -h[j*tdims+l])
		}
	}
	kind := -1
	for i, n := range k.n {
		odds[i] = k.base[i] + odds[i]/2
		if n > 0 && (kind < 0 || odds[i] > odds[kind]) {
			kind = i
		}
	}
	clear(y)
	sum, top := float32(0), odds[kind]
	var mean [tdims]float32
	for i, n := range k.n {
		if n == 0 || odds[i] < top-12 {
			odds[i] = 0
			continue
		}
		odds[i] = exp(odds[i] - top)
		sum += odds[i]
		apart += float32(odds[i] * k.size[i])
		for j := range mean {
			y[j] += float32(odds[i] * z[j][i])
			mean[j] += float32(odds[i] * k.centre[i][j])
		}
	}
	for j := range mean {
		y[j] /= sum
		mean[j] /= sum
	}
	apart = apart/sum - dot(mean[1:], mean[1:])
	back(h, y)
	return max(apart, 0) / (tdims - 1)
}

// learn takes in one more viewer of a kind: what is believed of it, a mean and
// a covariance; share is what it moves of the covariance of all.
func (k *kinds) learn(mean, cov []float32, share float32) {
	least, kind := 0, k.nearest(mean)
	for i := range k.n {
		k.n[i] = float32(k.n[i] * (1 - 1./kindsKept))
		if k.n[i] < k.n[least] {
			least = i
		}
	}
	c := &k.centre[kind]
	for i := range tdims {
		for j := range tdims {
			d := float32((mean[i]-c[i])*(mean[j]-c[j])) + cov[i*tdims+j]
			k.cov[i*tdims+j] += float32(share * (d - k.cov[i*tdims+j]))
		}
	}
	k.n[kind]++
	for i := range c {
		c[i] += float32((mean[i] - c[i]) / k.n[kind])
	}
	if k.n[least] < kindLeast {
		copy(k.centre[least][:], mean)
		k.n[least] = kindBorn
	}
}
