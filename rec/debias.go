package rec

import mathbits "math/bits"

// debias turns watched milliseconds into a value between 0 and 1 that does
// not favour short or long items: the share of watches of items of about the
// same duration that were shorter (duration-deconfounded quantiles, after
// Zhan et al., D2Q, KDD 2022, arXiv 2206.06003). Until a bucket has seen
// enough, the plain ratio stands in for the quantile.
type debias struct {
	hist [durBuckets][watchBins]uint32
}

const (
	durBuckets = 20 // half octaves of duration from 1 s; the first is of unknown duration
	watchBins  = 80 // quarter octaves of the watched share from 1/1024 or, of unknown duration, of time from 20 ms
	priorMass  = 50 // watches that the plain ratio is worth
	histMost   = 1 << 20
)

func durBucket(ms uint32) int {
	if ms == 0 {
		return 0
	}
	return 1 + min(steps(ms/1000, 1), durBuckets-2)
}

// watchBin places a watched time among those of items of about the same
// duration, as a share of the duration, so that what is a little longer than
// others of its bucket is not at a disadvantage; where no duration is known,
// as such. The rest is how far into its bin it lies.
func watchBin(ms int64, dur uint32) (bin int, rest float32) {
	x := uint32(min(ms/20, 1<<31))
	if dur > 0 {
		x = uint32(min(ms*1024/int64(dur), 1<<31))
	}
	if x <= 1 {
		return 0, .5
	}
	o := mathbits.Len32(x) - 1
	f := uint64(x) << (32 - o) & (1<<32 - 1) // the part after the leading bit
	bin = o<<2 + int(f>>30)
	if bin >= watchBins {
		return watchBins - 1, .5
	}
	return bin, float32(f<<2&(1<<32-1)) / (1 << 32)
}

// steps counts steps of 2^-shift octaves from 1 up to x; 0 for 0 and 1.
func steps(x uint32, shift int) int {
	if x <= 1 {
		return 0
	}
	o := mathbits.Len32(x) - 1
	frac := int(uint64(x)<<(32-o)>>(32-shift)) & (1<<shift - 1)
	return o<<shift + frac
}

// plain is the value of a watch when nothing is known of its like: the ratio,
// or for unknown durations a saturating curve.
func plain(ms int64, dur uint32) float32 {
	if dur == 0 {
		return float32(ms) / float32(ms+10*second)
	}
	r := float32(ms) / float32(dur)
	if r <= 1 {
		return float32(r * .85)
	}
	return 1 - .15/r
}

// value is the debiased value of a watch.
func (d *debias) value(ms int64, dur uint32) float32 {
	h := &d.hist[durBucket(dur)]
	b, rest := watchBin(ms, dur)
	var below, total uint32
	for i, c := range h {
		total += c
		if i < b {
			below += c
		}
	}
	q := float32(below) + float32(rest*float32(h[b]))
	return (q + float32(priorMass*plain(ms, dur))) / (float32(total) + priorMass)
}

// learn counts a watch; before is what the same serve had counted for, -1 for
// nothing.
func (d *debias) learn(before, ms int64, dur uint32) {
	h := &d.hist[durBucket(dur)]
	if before >= 0 {
		if b, _ := watchBin(before, dur); h[b] > 0 {
			h[b]--
		}
	}
	b, _ := watchBin(ms, dur)
	if h[b]++; h[b] > histMost {
		for i := range h {
			h[i] /= 2
		}
	}
}
