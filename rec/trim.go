package rec

import "math"

// breadth is how many candidates the heads score for one answer.
const breadth = 144

// trim keeps about as many candidates, those that the sources are surest of: each source has
// its share of the breadth, by the constitution, for those that it proposes
// most strongly; of equals the first proposed. What is proposed because it owes its
// first audience stays. Plain requests keep all.
func (m *model) trim(d *desk, w *who, breadth int) {
	if w.Plain || len(d.cands) <= breadth {
		return
	}
	shares := m.con.Sources.list()
	var sum float64
	for _, x := range shares {
		sum += x
	}
	keep := d.keep[:0]
	for range d.cands {
		keep = append(keep, false)
	}
	for s, share := range shares {
		quota := int(float64(float64(breadth)*share) / sum)
		keys := d.keys[:0]
		for i := range d.cands {
			if x := d.cands[i].by[s]; x > 0 {
				keys = append(keys, uint64(math.Float32bits(x))<<32|uint64(^uint32(i)))
			}
		}
		highest(keys, quota)
		for _, k := range keys[:min(quota, len(keys))] {
			keep[^uint32(k)] = true
		}
		d.keys = keys
	}
	kept := d.cands[:0]
	for i := range d.cands {
		if keep[i] || d.cands[i].by[SourceFresh-1] > 0 {
			kept = append(kept, d.cands[i])
		}
	}
	d.cands, d.keep = kept, keep
}

// highest moves the k highest of distinct keys to the front (quickselect with
// the median of three).
func highest(keys []uint64, k int) {
	for k < len(keys) && len(keys) > 1 {
		a, b, c := keys[0], keys[len(keys)/2], keys[len(keys)-1]
		pivot := max(min(a, b), min(max(a, b), c))
		i, j := 0, len(keys)-1
		for i <= j {
			for keys[i] > pivot {
				i++
			}
			for keys[j] < pivot {
				j--
			}
			if i <= j {
				keys[i], keys[j] = keys[j], keys[i]
				i++
				j--
			}
		}
		switch {
		case k <= j+1:
			keys = keys[:j+1]
		case k > i:
			keys, k = keys[i:], k-i
		default:
			return
		}
	}
}
