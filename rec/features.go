package rec

import "math"

// The features of a candidate, what the ranking is learned over. Most are
// logarithms, so that a weighted sum of them is a product of powers: taste to
// the a times recency to the b.
const (
	fPop      = 0              // ln of each decayed count of the bank
	fAge      = fPop + nHalves // ln of the time since birth
	fIdle     = fAge + 1       // ln of the time since the last positive
	fCo       = fIdle + 1      // goes with the viewer's recent likes: all alike, newer ones more, the newest most
	fFwd      = fCo + 3        // follows the viewer's recent likes
	fCrowd    = fFwd + 1       // liked by viewers who like the same: lately, this week, ever
	fFactors  = fCrowd + 3     // product of the vectors of item and viewer
	fSession  = fFactors + 1   // the same with newer likes counting more: the session
	fLasting  = fSession + 1   // the same with older likes counting almost as much: what lasts
	fTag      = fLasting + 1   // tags in common with recent likes, less with what was passed over
	fAuthor   = fTag + 1
	fSound    = fAuthor + 1
	fFollow   = fSound + 1   // 1 if by a followed author
	fQuality  = fFollow + 1  // logit of the mean watch value, shrunk
	fValue    = fQuality + 1 // log odds of the foreseen watch value
	fLang     = fValue + 1   // 1 if in the viewer's language, -1 if in another
	nFeatures = fLang + 1
)

// features is one candidate's row.
type features [nFeatures]float32

const contextVersion = 2

// encode packs a row into an opaque context: a version byte, then two bytes
// per feature (the high half of a float32: eight bits of precision are enough
// to learn from).
func (f *features) encode() []byte {
	b := make([]byte, 1, 1+2*nFeatures)
	b[0] = contextVersion
	for _, x := range f {
		w := math.Float32bits(x) + 1<<15 // round
		b = append(b, byte(w>>24), byte(w>>16))
	}
	return b
}

// decode reads a context, also one that an earlier build wrote, since logs
// are folded anew after every upgrade; false for one of another version or with
// numbers that no feature has.
func (f *features) decode(b []byte) bool {
	n := nFeatures
	if len(b) > 0 && b[0] == 1 {
		n-- // without fLasting
	}
	if len(b) != 1+2*n || b[0] != contextVersion && b[0] != 1 {
		return false
	}
	for i := range n {
		x := math.Float32frombits(uint32(b[1+2*i])<<24 | uint32(b[2+2*i])<<16)
		if !(x > -100 && x < 100) { // also NaN
			return false
		}
		f[i] = x
	}
	if b[0] == 1 {
		copy(f[fLasting+1:], f[fLasting:n])
		f[fLasting] = f[fFactors]
	}
	return true
}
