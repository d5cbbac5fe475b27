package rec

import (
	mathbits "math/bits"
	"slices"
)

// debts is the queue of items that still owe their guaranteed exposures. First
// come those of which the promise can be kept, as it looks, then those of which
// that is in doubt, each oldest first, which is the order of their numbers; then
// what is late, as it became so.
type debts struct {
	items []uint32
	sure  uint32      // of which the promise can be kept; they come first
	open  uint32      // with those of which it is in doubt
	took  [128]uint32 // minutes from birth to the last exposure, a ring
	n     uint32      // that ever were done

	// What the realm can pay is its share of exploration of what its feeds
	// show.
	shown float32 // impressions of answers, decayed
	span  float32 // hours in which they were, decayed likewise; 0 if nothing is known
	since uint32  // impressions since then
	at    int64   // when they were decayed
}

// owe puts an item whose first audience is not complete into the queue. What is
// new is taken to be payable until the queue is looked through again.
func (m *model) owe(n uint32, it *item) {
	if it.owed == 0 {
		return
	}
	it.state |= owes
	m.debts.items = slices.Insert(m.debts.items, int(m.debts.sure), n)
	m.debts.sure++
	m.debts.open++
}

func (d *debts) remove(n uint32) {
	i := find(d.items, 1, n)
	if i < 0 {
		return
	}
	d.items = slices.Delete(d.items, i, i+1)
	if uint32(i) < d.sure {
		d.sure--
	}
	if uint32(i) < d.open {
		d.open--
	}
}

// done takes an item that got its exposures out of the queue.
func (d *debts) done(n uint32, took int64) {
	d.remove(n)
	d.took[d.n%uint32(len(d.took))] = uint32(min(max(took, 0)/minute, 1<<30))
	d.n++
}

// pay notes an impression against the guaranteed exposure.
func (m *model) pay(n uint32, it *item) {
	if it.state&owes == 0 || it.audience() < it.owed {
		return
	}
	it.state &^= owes | isPromised | inDoubt | isLate
	it.owed = 0
	m.debts.done(n, m.clock.now-it.born)
}

// standing says where an item stands among the debts, what comes first is the
// least: 0, inDoubt or isLate.
func (m *model) standing(n uint32) uint32 { return m.items.at(n).state & (inDoubt | isLate) }

// afford notes an impression of an answer, and looks through the queue four
// times in as many impressions as it is long, after a quarter of an hour as if
// it were a quarter of that, so that it costs the same whatever is owed; once in a
// minute at most, below which a decay is lost in rounding.
func (m *model) afford() {
	d := &m.debts
	d.since++
	wait, dt := len(d.items)/4, m.clock.now-d.at
	if dt > hour/4 {
		wait /= 4
	}
	if d.since <= uint32(wait) || dt < minute {
		return
	}
	if d.at != 0 {
		f := halving(dt, day)
		d.shown = float32(d.shown*f) + float32(d.since)
		d.span = float32(d.span*f) + float32((1-f)*(24/ln2))
	}
	d.since, d.at = 0, m.clock.now
	m.standAll()
}

// reopen has all debts looked at again: with other promised hours another time
// is late.
func (d *debts) reopen() { d.open = uint32(len(d.items)) }

// standAll decides which promises can be kept: hour by hour of their births,
// those for which, beside the ones before them, half of what can be paid in the
// time that is left will do. Half, so that there is a choice of viewers; and an
// item for which it will not do does not take from those that come later. That
// is what deadlines ask for where there is enough for all, and where there is
// not, it does not break one promise after the other, each a little (Locke,
// Best-effort Decision Making for Real-time Scheduling, 1986). As long as nothing
// is known of what feeds show, everything can be paid that is not late; those are
// not promises yet. What is late stays so, and is not looked at again.
func (m *model) standAll() {
	d := &m.debts
	perHour := 1e9
	if d.span > 0 {
		perHour = float64(m.con.Explore * float64(d.shown/d.span/2))
	}
	open := d.items[:d.open]
	slices.Sort(open)
	of := make([]uint32, m.authors.groups.n) // items by author
	all := make([]debt, len(open))
	for k, n := range open {
		it := m.items.at(n)
		left := m.con.Guarantee.Hours - float64(m.clock.now-it.born)/float64(hour)
		all[k] = debt{n, it.author, isLate, it.state&isPromised != 0, it.born / hour, float64(it.owed - min(it.audience(), it.owed)), float64(perHour * left)}
		if left > 0 {
			all[k].standing = inDoubt
		}
		of[it.author]++
	}
	of[0] = 1 // nobody knows whose these are
	taken := 0.0
	for rest := all; len(rest) > 0; {
		k := 1
		for k < len(rest) && rest[k].hour == rest[0].hour {
			k++
		}
		taken += standHour(rest[:k], of, taken)
		rest = rest[k:]
	}
	sure, doubt, late := d.items[:0], []uint32(nil), slices.Clone(d.items[d.open:])
	for i := range all {
		x := &all[i]
		it := m.items.at(x.item)
		it.state = it.state&^(isPromised|inDoubt|isLate) | x.standing
		switch x.standing {
		case 0:
			sure = append(sure, x.item)
			if d.span > 0 {
				it.state |= isPromised
			}
		case inDoubt:
			doubt = append(doubt, x.item)
		default:
			late = append(late, x.item)
		}
	}
	d.sure = uint32(len(sure))
	d.open = uint32(len(sure) + len(doubt))
	d.items = append(append(sure, doubt...), late...)
}

// debt is what one item owes, while the queue is looked through.
type debt struct {
	item, author, standing uint32
	promised               bool
	hour                   int64   // of birth
	owed                   float64 // showings
	most                   float64 // that half of the share gives until it is late
}

// standHour decides it for those born in one hour, where others have taken
// some showings already, and gives how many these take. What is promised stays so
// unless the whole share would not pay it: it may have waited for viewers who
// care for it while the time ran, see bar. Of all others together half of what is
// left is taken at most, and whoever owes few comes first (1, then up to 3, 7 and
// so on): an import of thousands of items does not push out who comes after it,
// or who shows one in the same hour.
func standHour(born []debt, of []uint32, others float64) (taken float64) {
	last := 0
	for i := range born {
		x := &born[i]
		if x.standing != inDoubt {
			continue
		}
		if x.promised && others+taken+x.owed <= float64(2*x.most) {
			taken += x.owed
			x.standing = 0
			continue
		}
		last = max(last, mathbits.Len32(of[x.author]))
	}
	for few, full := 1, false; few <= last && !full; few++ {
		for i := range born {
			x := &born[i]
			if x.standing != inDoubt || mathbits.Len32(of[x.author]) != few {
				continue
			}
			if taken+x.owed > float64((x.most-others)/2) {
				full = true
				continue
			}
			taken += x.owed
			x.standing = 0
		}
	}
	return taken
}

func (d *debts) code(c *codec) {
	c.words(&d.items, 1<<30)
	c.u32(&d.sure)
	c.u32(&d.open)
	c.u32s(d.took[:])
	c.u32(&d.n)
	c.f32(&d.shown)
	c.f32(&d.span)
	c.u32(&d.since)
	c.i64(&d.at)
}
