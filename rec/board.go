package rec

// board keeps the hottest items by a heat that does not change while time
// passes (see heat), so that it has to be touched only at events.
type board struct {
	items []uint32
	heats []float32
}

const boardMost = 256

// hotHalves are the half-lives of the boards of what is liked now.
var hotHalves = [3]int64{3 * hour, day, 7 * day}

// hotPop is the place of each of hotHalves in the bank.
var hotPop = [3]int{1, 3, 4}

// offer puts an item on the board or renews its heat there.
func (b *board) offer(n uint32, h float32) {
	if len(b.items) == boardMost && h < b.heats[0] {
		return // heats only grow: it is not on the board
	}
	b.remove(n)
	if len(b.items) == boardMost {
		copy(b.items, b.items[1:])
		copy(b.heats, b.heats[1:])
		b.items, b.heats = b.items[:boardMost-1], b.heats[:boardMost-1]
	}
	lo, hi := 0, len(b.heats) // ascending by heat; the later of equals above
	for lo < hi {
		mid := (lo + hi) / 2
		if b.heats[mid] <= h {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	b.items = append(b.items, 0)
	b.heats = append(b.heats, 0)
	copy(b.items[lo+1:], b.items[lo:])
	copy(b.heats[lo+1:], b.heats[lo:])
	b.items[lo], b.heats[lo] = n, h
}

// remove takes an item off the board.
func (b *board) remove(n uint32) {
	if i := find(b.items, 1, n); i >= 0 {
		b.items = append(b.items[:i], b.items[i+1:]...)
		b.heats = append(b.heats[:i], b.heats[i+1:]...)
	}
}

// warm counts a positive of a viewer of a region among what is liked there
// now: the hottest items of a region are those that its viewers like, wherever
// they come from.
func (m *model) warm(region, n uint32, t int64) {
	if region == 0 {
		return
	}
	g := m.regions.groups.at(region)
	pop := float32(1)
	w := m.arena.get(g.items)
	if i := find(w, 2, n); i >= 0 {
		pop += exp2(unbits(w[i+1])-float32(float64(t-epoch)/float64(day))) - .05 // the inverse of heat
	}
	m.arena.offer(&g.items, mostGroupItems, n, heat(pop, t, day))
}
