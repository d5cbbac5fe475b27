package rec

// arena holds lists of 32-bit words whose lengths differ and change: the
// recent items of a viewer, what a viewer has seen, the neighbours of an
// item. A list lives in a block of one of a few sizes; blocks that are given back
// are used again, last first.
type arena struct {
	class [arenaClasses]blocks
}

const (
	arenaClasses = 14
)

// blockWords are the words of a block of each class: steps of a third and a
// half, so that little of a block is wasted.
var blockWords = [arenaClasses]int{4, 8, 16, 24, 32, 48, 64, 96, 128, 256, 512, 2048, 8192, 16384}

type blocks struct {
	chunks [][]uint32
	n      uint32   // blocks made so far
	free   []uint32 // blocks given back
}

// ref names a block: class in the high four bits, place below; 0 is no block.
type ref uint32

func (r ref) class() int { return int(r>>28) - 1 }

// size is how many words the block has.
func (r ref) size() int {
	if r == 0 {
		return 0
	}
	return blockWords[r.class()]
}

// perChunk is how many blocks of a class are allocated at once: 16 KiB worth,
// at least 4.
func perChunk(class int) uint32 { return uint32(max(1<<12/blockWords[class], 4)) }

// words gives the words of a block; nil for no block.
func (a *arena) words(r ref) []uint32 {
	if r == 0 {
		return nil
	}
	c := r.class()
	per := perChunk(c)
	i := uint32(r & (1<<28 - 1))
	size := uint32(blockWords[c])
	o := i % per * size
	return a.class[c].chunks[i/per][o : o+size : o+size]
}

// alloc gives a block of zeros with at least n words, at most the largest.
func (a *arena) alloc(n int) ref {
	c := 0
	for c < arenaClasses-1 && blockWords[c] < n {
		c++
	}
	b := &a.class[c]
	var i uint32
	if k := len(b.free); k > 0 {
		i = b.free[k-1]
		b.free = b.free[:k-1]
	} else {
		i = b.n
		if i%perChunk(c) == 0 {
			b.chunks = append(b.chunks, make([]uint32, int(perChunk(c))*blockWords[c]))
		}
		b.n++
	}
	return ref(c+1)<<28 | ref(i)
}

// release gives a block back.
func (a *arena) release(r ref) {
	if r == 0 {
		return
	}
	clear(a.words(r))
	b := &a.class[r.class()]
	b.free = append(b.free, uint32(r&(1<<28-1)))
}

// resize gives a block with at least n words that begins with what r held,
// and gives r back.
func (a *arena) resize(r ref, n int) ref {
	if n <= r.size() && r != 0 {
		return r
	}
	to := a.alloc(n)
	copy(a.words(to), a.words(r))
	a.release(r)
	return to
}

// list is a bounded sequence in an arena, oldest first.
type list struct {
	at ref
	n  uint32 // words used
}

func (a *arena) get(l list) []uint32 { return a.words(l.at)[:l.n:l.n] }

// push appends an entry of len(e) words and drops the oldest entry where the
// list would exceed most words (a multiple of len(e)).
func (a *arena) push(l *list, most int, e ...uint32) {
	if int(l.n)+len(e) > most {
		w := a.get(*l)
		copy(w, w[len(e):])
		l.n -= uint32(len(e))
	}
	l.at = a.resize(l.at, int(l.n)+len(e))
	copy(a.words(l.at)[l.n:], e)
	l.n += uint32(len(e))
}

// removeAt takes out an entry of the given width.
func (a *arena) removeAt(l *list, i, width int) {
	w := a.get(*l)
	copy(w[i:], w[i+width:])
	l.n -= uint32(width)
}

// drop empties the list and gives its block back.
func (a *arena) drop(l *list) {
	a.release(l.at)
	*l = list{}
}
