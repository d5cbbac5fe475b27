package rec

// near are the neighbours of an item: with which other items it was liked by
// the same viewers, and which were liked after it. It is a set-associative
// table of counters, one cache line per set, so that an increment touches one
// line: eight entries of two words, the neighbour's number and two counts.
// Counts are never decayed: that would break the cosine that is made of them.
type near struct {
	at ref
	n  uint32 // positives of the item that entered the counts
}

const (
	nearWays  = 8             // entries of a set
	nearWords = 2 * nearWays  // words of a set
	nearMost  = 8 * nearWords // words of the largest table: 64 neighbours
	fwdUnit   = 1.0 / 256     // of the count of what follows
)

// An entry's second word: the symmetric count above, what follows below.
const nearCo = 1 << 16

// add counts co more viewers who liked both, and fwd (in fwdUnit) of what
// follows. Where a set is full, the table doubles up to its most; then the
// smallest entry loses one, and its place once it has nothing left.
func (nb *near) add(a *arena, other uint32, co, fwd uint32) {
	if nb.at == 0 {
		nb.at = a.alloc(nearWords)
	}
	for {
		set := nearSet(a.words(nb.at), other)
		least, leastAt := ^uint32(0), 0
		for k := 0; k < nearWords; k += 2 {
			switch {
			case set[k] == other:
				set[k+1] = nearSum(set[k+1], co, fwd)
				return
			case set[k] == 0:
				set[k], set[k+1] = other, nearSum(0, co, fwd)
				return
			case set[k+1] < least:
				least, leastAt = set[k+1], k
			}
		}
		if nb.at.size() < nearMost {
			nb.grow(a)
			continue
		}
		if least < 2*nearCo {
			set[leastAt], set[leastAt+1] = other, nearSum(0, co, fwd)
		} else {
			set[leastAt+1] -= nearCo
		}
		return
	}
}

// nearSum adds to both counts, each bounded.
func nearSum(w, co, fwd uint32) uint32 {
	c, f := w>>16+co, w&0xffff+fwd
	return min(c, 0xffff)<<16 | min(f, 0xffff)
}

// nearSet is the set of a table in which an item has its place.
func nearSet(w []uint32, other uint32) []uint32 {
	h := int(other*0x9e3779b1>>16) & (len(w)/nearWords - 1) * nearWords
	return w[h : h+nearWords : h+nearWords]
}

// grow doubles the table. The entries of a set part between two sets.
func (nb *near) grow(a *arena) {
	to := a.alloc(2 * nb.at.size())
	from, into := a.words(nb.at), a.words(to)
	for k := 0; k < len(from); k += 2 {
		if from[k] == 0 {
			continue
		}
		set := nearSet(into, from[k])
		for j := 0; j < nearWords; j += 2 {
			if set[j] == 0 {
				set[j], set[j+1] = from[k], from[k+1]
				break
			}
		}
	}
	a.release(nb.at)
	nb.at = to
}

// each calls f with every neighbour and its counts.
func (nb *near) each(a *arena, f func(other uint32, co, fwd float32)) {
	w := a.words(nb.at)
	for k := 0; k < len(w); k += 2 {
		if w[k] != 0 {
			f(w[k], float32(w[k+1]>>16), float32(float32(w[k+1]&0xffff)*fwdUnit))
		}
	}
}
