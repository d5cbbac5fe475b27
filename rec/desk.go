package rec

import "slices"

// candidate is one item on the desk and what the sources say of it. There are
// thousands: it fits a cache line.
type candidate struct {
	item   uint32
	source Source
	by     [nSources]float32 // how strongly each source proposed it
	co     [3]float32
	fwd    float32
	crowd  [3]float32
}

// rated is one of the candidates that are left for the heads.
type rated struct {
	candidate
	row    features
	match  float32
	heads  [nHeads]float32
	doubt  float32          // variance of what is foreseen for the item
	want   float32          // what the viewer declared, summed
	public [nPublic]float32 // addends of the ranking without profiling
	open   bool             // ranked without profiling
	used   bool             // picked
	turn   int64            // among what owes, see turn
	score  float64
	norm   float32 // squared, of the item's vector; 0: not asked for yet
}

// desk is the working memory of one read: candidates by item number, and
// what must not become one.
type desk struct {
	slots   []uint32 // open hash table: place in cands + 1
	cands   []candidate
	rated   []rated
	out     marks  // items not to be shown
	fresh   []int  // see explorable
	pool    []int  // of one slot, see explore
	keep    []bool // see trim
	keys    []uint64
	tags    weights
	auths   weights
	snds    weights
	near    table         // viewers who like the same
	vec     [dims]float32 // of the viewer
	session [dims]float32 // of the viewer's newest likes
	lasting [dims]float32 // of what lasts
	normal  normal
	taste   [tdims]float32 // of the viewer, see tastes
	bayes   bayes
	until   bool
}

const deskSlots = 1 << 13

func newDesk() *desk {
	return &desk{slots: make([]uint32, deskSlots)}
}

// clear readies the desk for the next request.
func (d *desk) clear() {
	clear(d.slots)
	d.cands, d.rated = d.cands[:0], d.rated[:0]
	d.out.clear()
	d.tags.clear()
	d.auths.clear()
	d.snds.clear()
}

// deskMost is how many candidates a desk takes; more are not looked at.
const deskMost = deskSlots * 5 / 8

// candidate gives the place of an item on the desk, put there if there is
// room; nil if not.
func (d *desk) candidate(item uint32) *candidate {
	h := mix(uint64(item)) & uint64(len(d.slots)-1)
	for {
		k := d.slots[h]
		if k == 0 {
			break
		}
		if d.cands[k-1].item == item {
			return &d.cands[k-1]
		}
		h = (h + 1) & uint64(len(d.slots)-1)
	}
	if len(d.cands) >= deskMost {
		return nil
	}
	d.cands = append(d.cands, candidate{item: item})
	d.slots[h] = uint32(len(d.cands))
	return &d.cands[len(d.cands)-1]
}

// rate makes what is left of the candidates ready for rating.
func (d *desk) rate() {
	for i := range d.cands {
		d.rated = append(d.rated, rated{candidate: d.cands[i]})
	}
}

// propose notes that a source names an item, and how strongly.
func (d *desk) propose(item uint32, s Source, strength float32) *candidate {
	if d.out.has(item) {
		return nil
	}
	c := d.candidate(item)
	if c != nil {
		if c.source == SourceNone || strength > c.by[c.source-1] {
			c.source = s
		}
		c.by[s-1] += strength
	}
	return c
}

// marks is a set of numbers.
type marks struct {
	slots []uint32
	n     int
}

func (s *marks) clear() {
	if s.n > 0 {
		clear(s.slots)
		s.n = 0
	}
}

func (s *marks) place(n uint32) int {
	mask := uint64(len(s.slots) - 1)
	h := mix(uint64(n)) & mask
	for s.slots[h] != 0 && s.slots[h] != n {
		h = (h + 1) & mask
	}
	return int(h)
}

func (s *marks) has(n uint32) bool { return s.n > 0 && s.slots[s.place(n)] == n }

func (s *marks) add(n uint32) {
	if n == 0 {
		return
	}
	if 2*(s.n+1) > len(s.slots) {
		old := s.slots
		s.slots = make([]uint32, max(64, 2*len(old)))
		for _, o := range old {
			if o != 0 {
				s.slots[s.place(o)] = o
			}
		}
	}
	if p := s.place(n); s.slots[p] == 0 {
		s.slots[p] = n
		s.n++
	}
}

// weights is a table of numbers with a weight each, in the order of their
// first use. It takes weightsMost of them; more are left out.
type weights struct {
	slots []uint16 // open hash table: place in keys + 1
	keys  []uint32
	vals  []float32
}

const (
	weightSlots = 1 << 10
	weightsMost = weightSlots * 3 / 4
)

func (w *weights) clear() {
	if w.slots == nil {
		w.slots = make([]uint16, weightSlots)
	}
	if len(w.keys) > 0 {
		clear(w.slots)
	}
	w.keys, w.vals = w.keys[:0], w.vals[:0]
}

// place gives where in slots a number is, or belongs.
func (w *weights) place(n uint32) uint32 {
	h := n * 0x9e3779b1 >> 22
	for w.slots[h] != 0 && w.keys[w.slots[h]-1] != n {
		h = (h + 1) & (weightSlots - 1)
	}
	return h
}

func (w *weights) add(n uint32, x float32) {
	if n == 0 {
		return
	}
	h := w.place(n)
	if k := w.slots[h]; k != 0 {
		w.vals[k-1] += x
		return
	}
	if len(w.keys) < weightsMost {
		w.keys, w.vals = append(w.keys, n), append(w.vals, x)
		w.slots[h] = uint16(len(w.keys))
	}
}

func (w *weights) of(n uint32) float32 {
	if n == 0 || len(w.keys) == 0 {
		return 0
	}
	if k := w.slots[w.place(n)]; k != 0 {
		return w.vals[k-1]
	}
	return 0
}

// top gives the places of the at most k highest weights of at least least,
// highest first; of equals the first.
func (w *weights) top(k int, least float32) []int {
	var out []int
	for i, x := range w.vals {
		if x < least {
			continue
		}
		at := len(out)
		for at > 0 && w.vals[out[at-1]] < x {
			at--
		}
		if at < k {
			out = slices.Insert(out, at, i)
			out = out[:min(len(out), k)]
		}
	}
	return out
}
