package rec

// viewer is what the engine keeps of one viewer.
type viewer struct {
	last   int64 // time of the latest event
	likes  list  // recent positives: item, trace
	others list  // recent serves that were none: item, trace
	seen   list  // items shown, oldest first
	follow list  // numbers of authors
	block  list  // numbers of authors
	wants  list  // what was declared: subject, want

	lang, region uint32
	age          uint32
	watched      uint32    // watches so far
	liked        uint32    // positives so far
	saved        float32   // of the share of exploration, see purse
	pend         [4]uint32 // places of serves that wait for their outcome, see pending
}

const (
	mostLikes  = 2 * 64
	mostOthers = 2 * 96
	mostSeen   = 4096
	mostDecl   = 8192 // words of follows, of blocks, of wants
)

// trace packs when and how much: minutes since epoch in the high 24 bits, the
// log odds of the value in 24ths in the low eight. Log odds keep what is
// special apart from what is merely good.
func trace(t int64, value float32) uint32 {
	m := uint32(min(max(t-epoch, 0)/minute, 1<<24-1))
	return m<<8 | uint32(128.5+float32(24*oddsOf(value)))
}

// oddsOf are the log odds of a watch value, bounded: less above, where they
// tell the best from the good.
func oddsOf(value float32) float32 { return min(max(logOdds(value), -3), 5) }

// traceOdds are the log odds of a trace's value, traceValue the value.
func traceOdds(w uint32) float32 { return (float32(w&0xff) - 128) / 24 }

func traceValue(w uint32) float32 { return sigmoid(traceOdds(w)) }

func traceTime(w uint32) int64 { return epoch + int64(w>>8)*minute }

// The entries of wants: the subject's number and, in one word, its space and
// how much of it is wanted.
func wantWord(s Space, w Want) uint32 { return uint32(s)<<8 | uint32(uint8(w)) }

func wantOf(word uint32) (Space, Want) { return Space(word >> 8), Want(int8(uint8(word))) }

// find gives the place of an entry in a list of the given width by its first
// word, -1 if there is none.
func find(w []uint32, width int, first uint32) int {
	for i := 0; i < len(w); i += width {
		if w[i] == first {
			return i
		}
	}
	return -1
}

// toggle adds a number to a list, or takes it out.
func (a *arena) toggle(l *list, n uint32, on bool) {
	i := find(a.get(*l), 1, n)
	switch {
	case on && i < 0:
		a.push(l, mostDecl, n)
	case !on && i >= 0:
		a.removeAt(l, i, 1)
	}
}

// declare writes what a viewer wants of a subject; Neutral takes it out.
func (a *arena) declare(l *list, n uint32, s Space, w Want) {
	words := a.get(*l)
	for i := 0; i < len(words); i += 2 {
		if sp, _ := wantOf(words[i+1]); words[i] == n && sp == s {
			a.removeAt(l, i, 2)
			break
		}
	}
	if w != Neutral {
		a.push(l, mostDecl, n, wantWord(s, w))
	}
}
