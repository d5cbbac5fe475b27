package rec

// heads foresee what a viewer will do with a serve: one logistic regression
// per head, learned online by Newton steps. It is over the match, which sums up
// what is hot and what goes with what, and the features from fTag on, which
// speak of taste and of the item. The rows of all heads are the same, so that
// they share one matrix: what is known of the weights, which every serve makes
// surer (a Kalman filter). It holds each weight near where it starts until the
// rows say otherwise; steps with a rate per coordinate (AdaGrad), over all
// features, move those that go together against each other and rank worse than
// the start for thousands of serves.
type heads struct {
	w [nHeads][nWeights]float32    // the last two: of the match, and the bias
	p [nWeights * nWeights]float64 // inverse of prior + sum of outer products of rows
	v [nHeads]float32              // mean variance of the outcome
	n uint32                       // serves learned from
}

const (
	hFirst   = fTag // the first feature that the heads see
	hMatch   = nFeatures - hFirst
	hBias    = hMatch + 1
	nWeights = hBias + 1

	headPrior = 30   // serves of a feature of size 1 that the start weight is worth
	headDrift = 6e-7 // by which what is known of a weight gets less certain,
	driftEach = 256  // every so many serves
	leastVar  = .05  // of an outcome: bounds the steps of what is rare
)

// startBias is what each head foresees before it learned anything, as a
// logit: about what short video platforms see.
var startBias = [nHeads]float32{
	headWatch: 0, headComplete: -1, headRewatch: -3, headLike: -3, headComment: -5,
	headShare: -5, headFollow: -5.5, headSkip: -1, headNotInterested: -6, headReport: -8,
}

// start sets the weights to what is believed before anything was learned:
// whoever matches better is liked more and skipped less.
func (h *heads) start() {
	for k := range h.w {
		h.w[k][hBias] = startBias[k]
		switch {
		case k == headWatch:
			h.w[k][hMatch], h.w[k][fValue-hFirst] = .02, 1
		case k < headSkip:
			h.w[k][hMatch], h.w[k][fValue-hFirst] = .1, .7
		default:
			h.w[k][hMatch], h.w[k][fValue-hFirst] = -.1, -.7
		}
		q := sigmoid(startBias[k])
		h.v[k] = float32(q * (1 - q))
	}
	for i := range nWeights {
		h.p[i*nWeights+i] = 1.0 / headPrior
	}
	h.p[hBias*nWeights+hBias] = .1
}

// headRow is what the heads see of a row of features.
type headRow [nWeights]float32

func (f *features) headRow(match float32) (x headRow) {
	copy(x[:], f[hFirst:])
	x[hMatch], x[hBias] = match, 1
	return x
}

// foresee gives all heads for a row; more is added to their logits.
func (h *heads) foresee(f *features, match float32, more *[nHeads]float32) (p [nHeads]float32) {
	x := f.headRow(match)
	for k := range p {
		p[k] = sigmoid(dot(h.w[k][:], x[:]) + more[k])
	}
	return p
}

// learn moves the heads towards what happened; bit k of known says whether
// y[k] is.
func (h *heads) learn(f *features, match float32, y *[nHeads]float32, known uint32) {
	r := f.headRow(match)
	var x, px [nWeights]float64
	for i, v := range r {
		x[i] = float64(v)
	}
	s := 1.0
	for i := range x {
		row := h.p[i*nWeights : i*nWeights+nWeights]
		sum := 0.0
		for j, v := range row {
			sum += float64(v * x[j])
		}
		px[i] = sum
		s += float64(sum * x[i])
	}
	for i := range px {
		row := h.p[i*nWeights : i*nWeights+nWeights]
		a := px[i] / s
		for j, v := range px {
			row[j] -= float64(a * v)
		}
	}
	if h.n++; h.n%driftEach == 0 {
		for i := range nWeights {
			d := &h.p[i*nWeights+i]
			*d = min(*d+headDrift, max(*d, 1.0/headPrior))
		}
	}
	for k := range h.w {
		if known>>k&1 == 0 {
			continue
		}
		q := sigmoid(dot(h.w[k][:], r[:]))
		h.v[k] += float32(.005 * (float32(q*(1-q)) - h.v[k]))
		step := float64((y[k]-q)/max(h.v[k], leastVar)) / s
		for i := range px {
			h.w[k][i] += float32(step * px[i])
		}
	}
}

// startMatch are the weights of the match before anything was learned: hot
// now rather than ever, young, in the taste of the viewer.
var startMatch = features{
	fPop: .1, fPop + 1: .15, fPop + 2: .15, fPop + 3: .1, fPop + 4: 0, fPop + 5: -.05, fPop + 6: -.1,
	fAge: -.2, fIdle: -.1, fCo: .1, fCo + 1: .15, fCo + 2: .1, fFwd: .1, fCrowd: .1, fCrowd + 1: .1, fFactors: .1,
	fTag: 1, fAuthor: .6, fSound: .4, fFollow: .6, fQuality: .3, fLang: .5,
}
