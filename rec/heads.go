package rec

// heads foresee what a viewer will do with a serve: one logistic regression
// per head over the features, learned online with a rate of its own per
// coordinate (AdaGrad: Duchi, Hazan, Singer, JMLR 2011).
type heads struct {
	w [nHeads][nFeatures + 2]float32 // the last two: of the match, and the bias
	g [nHeads][nFeatures + 2]float32 // sums of squared gradients
}

const (
	hMatch = nFeatures
	hBias  = nFeatures + 1
	rate   = .05
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
			h.w[k][hMatch], h.w[k][fValue] = .02, 1
		case k < headSkip:
			h.w[k][hMatch], h.w[k][fValue] = .1, .7
		default:
			h.w[k][hMatch], h.w[k][fValue] = -.1, -.7
		}
		for i := range h.g[k] {
			h.g[k][i] = 1
		}
	}
}

// logit of a head for a row.
func (h *heads) logit(k int, f *features, match float32) float32 {
	w := &h.w[k]
	return dot(w[:nFeatures], f[:]) + float32(w[hMatch]*match) + w[hBias]
}

// foresee gives all heads for a row.
func (h *heads) foresee(f *features, match float32) (p [nHeads]float32) {
	for k := range p {
		p[k] = sigmoid(h.logit(k, f, match))
	}
	return p
}

// learn moves one head towards what happened.
func (h *heads) learn(k int, f *features, match, y float32) {
	err := sigmoid(h.logit(k, f, match)) - y
	w, g := &h.w[k], &h.g[k]
	for i := range w {
		x := float32(1)
		switch {
		case i < nFeatures:
			x = f[i]
		case i == hMatch:
			x = match
		}
		d := float32(err * x)
		g[i] += float32(d * d)
		w[i] -= float32(rate*d) / sqrt32(g[i])
	}
}

// startMatch are the weights of the match before anything was learned: hot
// now rather than ever, young, in the taste of the viewer.
var startMatch = features{
	fPop: .1, fPop + 1: .15, fPop + 2: .15, fPop + 3: .1, fPop + 4: 0, fPop + 5: -.05, fPop + 6: -.1,
	fAge: -.2, fIdle: -.1, fCo: .1, fCo + 1: .15, fCo + 2: .1, fFwd: .1, fCrowd: .1, fCrowd + 1: .1, fFactors: .1,
	fTag: 1, fAuthor: .6, fSound: .4, fFollow: .6, fQuality: .3, fLang: .5,
}
