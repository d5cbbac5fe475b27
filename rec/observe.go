package rec

// observe learns from what a known viewer did with an item.
func (m *model) observe(n uint32, it *item, u uint32, t int64, ev *Event) {
	v := m.viewers.at(u)
	v.last = max(v.last, t)
	if c := countOf(ev); c >= 0 && c != cSkip && c != cComplete && c != cRewatch {
		it.counts[c]++ // those three are also derived from watches: see react
	}
	if isAct(ev.Kind) {
		m.act(n, it, t)
	}
	switch ev.Kind {
	case Impression:
		m.serve(n, it, u, v, ev)
	case Watch:
		m.watch(n, it, u, t, ev)
	case Unlike:
		if it.counts[cLike] > 0 {
			it.counts[cLike]--
		}
		if i := find(m.arena.get(v.likes), 2, n); i >= 0 {
			m.arena.removeAt(&v.likes, i, 2)
		}
	case Skip:
		m.react(n, u, t, headSkip)
	case Complete:
		m.react(n, u, t, headComplete)
	case Rewatch:
		m.react(n, u, t, headRewatch)
	case Like:
		m.react(n, u, t, headLike)
	case Comment:
		m.react(n, u, t, headComment)
	case Share:
		m.react(n, u, t, headShare)
	case NotInterested:
		m.react(n, u, t, headNotInterested)
	case Report:
		m.react(n, u, t, headReport)
	}
}

// serve notes an impression: seen, exposed, and waiting for its outcome.
func (m *model) serve(n uint32, it *item, u uint32, v *viewer, ev *Event) {
	if find(m.arena.get(v.seen), 1, n) < 0 {
		m.arena.push(&v.seen, mostSeen, n)
	}
	m.pay(n, it)
	if ev.Source != SourceNone {
		m.afford()
	}
	v.saved = float32(purse(float64(v.saved), m.con.Explore, ev.Source == SourceFresh))
	r := pendingRow{item: n, viewer: u, propensity: float32(ev.Propensity), at: m.sceneOf(v, v.lang, v.region, v.age, ev.Time)}
	if !r.row.decode(ev.Context) {
		return
	}
	if p := v.pend[0]; p != 0 {
		if old := m.pending.at(p, u); old != nil {
			m.conclude(old)
			m.pending.cancel(p)
		}
	}
	copy(v.pend[:], v.pend[1:])
	at, old := m.pending.put(r)
	v.pend[len(v.pend)-1] = at
	if old.viewer != 0 {
		m.conclude(&old)
	}
}

// outcome gives the waiting serve of an item to a viewer, nil if there is
// none.
func (m *model) outcome(n, u uint32) *pendingRow {
	v := m.viewers.at(u)
	for i := len(v.pend) - 1; i >= 0; i-- {
		if r := m.pending.at(v.pend[i], u); r != nil && r.item == n {
			return r
		}
	}
	return nil
}

// conclude learns from a serve whose outcome is known.
func (m *model) conclude(r *pendingRow) {
	var y [nHeads]float32
	for k := range y {
		y[k] = float32(r.done >> k & 1)
	}
	y[headWatch] = r.value
	known := uint32(1<<nHeads - 1)
	if r.hasValue == 0 {
		known &^= 1 << headWatch
	}
	match := m.match.next.of(&r.row)
	if it := m.items.at(r.item); it.state&isDead == 0 {
		var buf [crossKeys]uint64
		var more [nHeads]float32
		keys := m.crossed(it, &r.at, buf[:0])
		var in [crossKeys]uint32
		rows := m.crosses.meet(keys, uint32(max(m.clock.now, 0)/day), in[:0])
		for _, row := range rows {
			m.crosses.addRow(row, &more)
		}
		wrong := m.heads.foresee(&r.row, match, &more)
		for k := range wrong {
			wrong[k] -= y[k]
		}
		m.crosses.learn(rows, &wrong, known)
	}
	m.heads.learn(&r.row, match, &y, known)
}

// watch learns from a watched time, or from what a longer one adds to it.
func (m *model) watch(n uint32, it *item, u uint32, t int64, ev *Event) {
	value := m.debias.value(ev.Watched, it.duration)
	before, was := int64(-1), float32(0)
	if ev.Before > 0 {
		before = ev.Before
		was = m.debias.value(before, it.duration)
		m.eachValue(it, func(sum, _ *float32) { *sum += value - was })
	} else {
		m.eachValue(it, func(sum, n *float32) { *sum += value; *n++ })
	}
	m.debias.learn(before, ev.Watched, it.duration)
	if r := m.outcome(n, u); r != nil {
		r.value, r.hasValue = value, 1
	}
	if before < 0 {
		m.learnTaste(n, it, u, value)
	} else {
		m.correctTaste(n, it, u, value, was)
	}
	m.note(n, u, t, value)
	for _, d := range derive(ev.Before, ev.Watched, int64(it.duration)) {
		if d >= 0 {
			m.react(n, u, t, d)
		}
	}
	if value >= likedFrom {
		m.like(n, it, u, t, value)
	}
}

// likedFrom is the watch value from which a watch is a positive.
const likedFrom = .75

// derive says which reactions a watch shows by itself, -1 for none: left
// within two seconds, seen to the end, begun again. Each is told once, by the
// event that passes its mark.
func derive(before, watched, dur int64) [2]int {
	out := [2]int{-1, -1}
	if before == 0 && watched < 2*second && (dur == 0 || watched < dur/2) {
		out[0] = headSkip
	}
	if end := dur - dur/20; dur > 0 && before < end && watched >= end {
		out[0] = headComplete
	}
	if again := dur + dur/2; dur > 0 && before < again && watched >= again {
		out[1] = headRewatch
	}
	return out
}

// eachValue calls f with the sums of watch values of the item and its groups.
func (m *model) eachValue(it *item, f func(sum, n *float32)) {
	f(&it.sum, &it.n)
	f(&m.global.sum, &m.global.n)
	m.eachGroup(it, func(g *group) { f(&g.sum, &g.n) })
}

// react learns from a reaction of a viewer to an item.
func (m *model) react(n, u uint32, t int64, head int) {
	it := m.items.at(n)
	once := head == headSkip || head == headComplete || head == headRewatch
	if r := m.outcome(n, u); r != nil {
		if once && r.done>>head&1 != 0 {
			return // told and derived
		}
		r.done |= 1 << head
	}
	if once {
		it.counts[countOfHead(head)]++
	}
	switch head {
	case headSkip:
		if find(m.arena.get(m.viewers.at(u).others), 2, n) < 0 { // else a watch said more exactly how short
			m.note(n, u, t, 0)
		}
	case headNotInterested, headReport:
		v := m.viewers.at(u)
		if i := find(m.arena.get(v.likes), 2, n); i >= 0 {
			m.arena.removeAt(&v.likes, i, 2)
		}
		m.note(n, u, t, 0)
	case headComplete:
		m.like(n, it, u, t, .8)
	default:
		m.like(n, it, u, t, 1)
	}
}

// countOfHead is the counter of the reactions that watches also show.
func countOfHead(head int) int {
	switch head {
	case headSkip:
		return cSkip
	case headComplete:
		return cComplete
	}
	return cRewatch
}

// note keeps a serve that was no positive (yet).
func (m *model) note(n, u uint32, t int64, value float32) {
	v := m.viewers.at(u)
	if value >= likedFrom || find(m.arena.get(v.likes), 2, n) >= 0 {
		return
	}
	if i := find(m.arena.get(v.others), 2, n); i >= 0 {
		m.arena.removeAt(&v.others, i, 2)
	}
	m.arena.push(&v.others, mostOthers, n, trace(t, value))
}

// like learns from a positive: the first of a viewer for an item.
func (m *model) like(n uint32, it *item, u uint32, t int64, value float32) {
	v := m.viewers.at(u)
	likes := m.arena.get(v.likes)
	if i := find(likes, 2, n); i >= 0 {
		if value > traceValue(likes[i+1]) {
			likes[i+1] = trace(t, value)
		}
		return
	}
	if i := find(m.arena.get(v.others), 2, n); i >= 0 {
		m.arena.removeAt(&v.others, i, 2)
	}
	m.teach(n, u, t)
	m.engage(n, it, likes)
	m.arena.push(&v.likes, mostLikes, n, trace(t, value))
	m.arena.push(&it.fans, mostFans, u)
	v.liked++
	m.refresh(n, u)
	it.bump(t, 1, m.match.marks)
	for i := range m.hot {
		m.hot[i].offer(n, heat(it.pop[hotPop[i]], it.last, hotHalves[i]))
	}
	h := heat(it.pop[3], it.last, day)
	m.eachGroup(it, func(g *group) { m.arena.offer(&g.items, mostGroupItems, n, h) })
	m.warm(v.region, n, t)
}

// The window of recent likes that a new one is counted with.
const (
	coWindow  = 16
	fwdWindow = 10
)

// engage counts a positive together with the viewer's latest ones, and as
// what follows them: less, the longer ago they were.
func (m *model) engage(n uint32, it *item, likes []uint32) {
	it.near.n++
	fwd := float32(1 / fwdUnit)
	for q, i := 0, len(likes)-2; i >= 0 && q < coWindow; q, i = q+1, i-2 {
		other := m.items.at(likes[i])
		if other.state&isDead != 0 {
			continue
		}
		f := uint32(0)
		if q < fwdWindow {
			f = uint32(fwd)
			fwd = float32(fwd * .8)
		}
		other.near.add(&m.arena, n, 1, f)
		it.near.add(&m.arena, likes[i], 1, 0)
	}
}
