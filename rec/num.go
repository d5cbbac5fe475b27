package rec

import "math"

// The functions of this file replace those of package math whose results
// differ between architectures (Exp, Log, Pow: assembly on some, fused
// multiply-add on others). They use only additions, divisions and products
// that are rounded at once: float32(x*y) is never fused with what follows it.
// A test reads the sources of the package for products without it.

// exp2 gives 2 to the power of x, relative error below 3e-7, 0 below -126 and
// the largest power of two above 127.
func exp2(x float32) float32 {
	if !(x > -126) { // also NaN
		return 0
	}
	if x > 127 {
		x = 127
	}
	n := float32(math.Floor(float64(x)))
	f := x - n
	// Minimax polynomial of 2^f on [0, 1).
	p := float32(1.8775767e-3)
	p = float32(p*f) + 8.9893397e-3
	p = float32(p*f) + 5.5826318e-2
	p = float32(p*f) + 2.4015361e-1
	p = float32(p*f) + 6.9315308e-1
	p = float32(p*f) + 9.9999994e-1
	return float32(p * math.Float32frombits(uint32(int32(n)+127)<<23))
}

// log2e is 1/ln 2, ln2 its inverse.
const (
	log2e = 1.4426950408889634
	ln2   = 0.6931471805599453
)

// exp is the natural exponential.
func exp(x float32) float32 { return exp2(float32(x * log2e)) }

// ln is the natural logarithm of a positive number, absolute error below
// 2e-7; of zero or less it is that of the smallest normal number.
func ln(x float32) float32 {
	if !(x > 1.1754944e-38) {
		x = 1.1754944e-38
	}
	if x > math.MaxFloat32 {
		x = math.MaxFloat32
	}
	b := math.Float32bits(x)
	e := int32(b>>23) - 127
	m := math.Float32frombits(b&0x7fffff | 127<<23) // in [1, 2)
	if m > math.Sqrt2 {
		m = m / 2
		e++
	}
	// ln m = 2 artanh((m-1)/(m+1)), |s| <= .172
	s := (m - 1) / (m + 1)
	q := float32(s * s)
	p := float32(2.0 / 9)
	p = float32(p*q) + 2.0/7
	p = float32(p*q) + 2.0/5
	p = float32(p*q) + 2.0/3
	p = float32(p*q) + 2
	return float32(float32(e)*ln2) + float32(p*s)
}

// ln1 is ln(1+x) for x that is not negative, and often zero.
func ln1(x float32) float32 {
	if x == 0 {
		return 0
	}
	return ln(1 + x)
}

// sigmoid is 1/(1+exp(-x)).
func sigmoid(x float32) float32 { return 1 / (1 + exp(-x)) }

// logOdds is the inverse of sigmoid, bounded to about +-11.
func logOdds(p float32) float32 {
	p = min(max(p, 1.5e-5), 1-1.5e-5)
	return ln(p / (1 - p))
}

// bits and unbits carry a number through a list of words.
func bits(x float32) uint32 { return math.Float32bits(x) }

func unbits(w uint32) float32 { return math.Float32frombits(w) }

// sqrt32 and sqrt64 are exact on every machine.
func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func sqrt64(x float64) float64 { return math.Sqrt(x) }

// halving gives 2 to the power of -dt/half, both in milliseconds; 1 where dt
// is not positive or half is zero (which stands for ever).
func halving(dt, half int64) float32 {
	if dt <= 0 || half == 0 {
		return 1
	}
	return exp2(-float32(float64(dt) / float64(half)))
}

// dot is the scalar product of two vectors of one length, in a fixed order of
// additions: eight partial sums, so that they do not wait for each other.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3, s4, s5, s6, s7 float32
	i := 0
	for ; i+8 <= len(a); i += 8 {
		x, y := a[i:i+8:i+8], b[i:i+8:i+8]
		s0 += float32(x[0] * y[0])
		s1 += float32(x[1] * y[1])
		s2 += float32(x[2] * y[2])
		s3 += float32(x[3] * y[3])
		s4 += float32(x[4] * y[4])
		s5 += float32(x[5] * y[5])
		s6 += float32(x[6] * y[6])
		s7 += float32(x[7] * y[7])
	}
	for ; i < len(a); i++ {
		s0 += float32(a[i] * b[i])
	}
	return ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7))
}

// mix is a bijection of 64 bits that leaves no pattern (the finaliser of
// SplitMix64: Steele, Lea, Flood, OOPSLA 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// stream is a reproducible sequence of random numbers (SplitMix64).
type stream uint64

func (s *stream) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	return mix(uint64(*s))
}

// unit gives a number in the open interval (0, 1).
func (s *stream) unit() float32 { return (float32(s.next()>>41) + .5) / (1 << 23) }

// below gives a number in [0, n); n must be positive. The bias of less than
// n/2^32 does not matter here.
func (s *stream) below(n int) int { return int(s.next() >> 32 * uint64(n) >> 32) }
