package rec

import "math"

// shelves hold the items of a large world by the direction of their taste
// vectors, so that a search for what suits a viewer looks at a few shelves
// and not at everything. Directions are fixed and random; an item stands
// where its vector points most, and whoever was solved lately stands in front.
type shelves struct {
	items [nShelves][]uint32 // the latest solved last
	dirs  matrix             // not part of what was learned
}

const (
	nShelves   = 128
	mostShelf  = 256 // items of a shelf
	visitShelf = 4   // shelves that a search looks at
)

func (s *shelves) start() {
	s.dirs.width = tdims - 1
	rnd := stream(11)
	for i := uint32(0); i < nShelves; i++ {
		s.dirs.add()
		row := s.dirs.row(i)
		for k := range row { // the sum of four even draws is nearly normal
			row[k] = rnd.unit() + rnd.unit() + rnd.unit() + rnd.unit() - 2
		}
		size := sqrt32(dot(row, row))
		for k := range row {
			row[k] /= size
		}
	}
}

// put places an item of the given vector; was is the shelf + 1 where it stood,
// and so is what is returned.
func (s *shelves) put(n uint32, q []float32, was uint32) uint32 {
	best, at := float32(-1), uint32(0)
	for i := uint32(0); i < nShelves; i++ {
		if x := dot(s.dirs.row(i), q); x > best {
			best, at = x, i
		}
	}
	s.take(n, was)
	row := append(s.items[at], n)
	if len(row) > mostShelf {
		row = row[:copy(row, row[1:])]
	}
	s.items[at] = row
	return at + 1
}

// take removes an item from the shelf was - 1, if it still stands there.
func (s *shelves) take(n, was uint32) {
	if was == 0 {
		return
	}
	row := s.items[was-1]
	if i := find(row, 1, n); i >= 0 {
		s.items[was-1] = append(row[:i], row[i+1:]...)
	}
}

// visit calls f with the items of the shelves that suit a taste best.
func (s *shelves) visit(p []float32, f func(n uint32)) {
	var keys [nShelves]uint64
	for i := range keys {
		keys[i] = ascending(dot(s.dirs.row(uint32(i)), p))<<32 | uint64(i)
	}
	highest(keys[:], visitShelf)
	for _, k := range keys[:visitShelf] {
		for _, n := range s.items[uint32(k)] {
			f(n)
		}
	}
}

func (s *shelves) code(c *codec) {
	for i := range s.items {
		c.words(&s.items[i], mostShelf)
	}
}

// ascending gives the bits of a number in an order that is that of numbers,
// descended the number of such bits.
func ascending(x float32) uint64 {
	b := math.Float32bits(x)
	if b>>31 != 0 {
		return uint64(^b)
	}
	return uint64(b | 1<<31)
}

func descended(b uint64) float32 {
	if b>>31 != 0 {
		return math.Float32frombits(uint32(b) &^ (1 << 31))
	}
	return math.Float32frombits(^uint32(b))
}
