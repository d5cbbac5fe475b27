package rec

// apply changes the model by one valid event and says whether it did.
func (m *model) apply(ev *Event) bool {
	switch ev.Kind {
	case Born, Changed, Died, Limited, Unlimited:
		return m.applyItem(ev)
	case Constitute:
		m.con = *ev.Constitution
		m.debts.reopen()
		m.clock.see(ev.Time)
		return true
	case Follow, Unfollow, Block, Unblock, Interest, Describe, Reset, Merge, Forget:
		return m.applyViewer(ev)
	}
	n := m.itemIDs.find(ev.Item)
	if n == 0 {
		return false
	}
	it := m.items.at(n)
	if it.state&isDead != 0 {
		return false
	}
	if ev.User == 0 || ev.CountOnly {
		m.countOnly(n, it, ev)
		return true
	}
	t := m.clock.see(ev.Time)
	m.observe(n, it, m.viewer(ev.User), t, ev)
	return true
}

// countOnly moves what an item's page shows, and of what is learned only the
// public acts of accounts: whatever a visitor without an account does moves
// nothing that others see, or bots would.
func (m *model) countOnly(n uint32, it *item, ev *Event) {
	if c := countOf(ev); c >= 0 {
		it.open[c]++
	}
	if ev.Kind == Unlike && it.open[cLike] > 0 {
		it.open[cLike]--
	}
	if ev.Kind == Impression {
		m.pay(n, it)
	}
	if ev.User != 0 && isAct(ev.Kind) {
		m.act(n, it, m.clock.see(ev.Time))
	}
}

// countOf is the counter that an event moves by one, -1 for none.
func countOf(ev *Event) int {
	switch ev.Kind {
	case Impression:
		return cImpression
	case Watch:
		if ev.Before == 0 {
			return cWatch
		}
	case Skip:
		return cSkip
	case Complete:
		return cComplete
	case Rewatch:
		return cRewatch
	case Like:
		return cLike
	case Comment:
		return cComment
	case Share:
		return cShare
	case NotInterested:
		return cNotInterested
	case Report:
		return cReport
	}
	return -1
}

// isAct says whether people do this in public.
func isAct(k Kind) bool { return k == Like || k == Comment || k == Share }

// act notes a public act.
func (m *model) act(n uint32, it *item, t int64) {
	it.act(t)
	h := heat(it.acts[0], it.lastAct, halvesActs[0])
	m.spoken[0].offer(n, h)
	if it.lang != 0 {
		m.speak(it.lang).offer(n, h)
	}
}

// speak gives the board of a language.
func (m *model) speak(lang uint32) *board {
	for uint32(len(m.spoken)) <= lang {
		m.spoken = append(m.spoken, board{})
	}
	return &m.spoken[lang]
}

// viewer gives the number of a viewer, made where it is new.
func (m *model) viewer(id ID) uint32 {
	n, _ := m.viewerIDs.add(id)
	for m.viewers.n <= n {
		m.viewers.add()
	}
	return n
}

// applyViewer changes what a viewer declared, or is.
func (m *model) applyViewer(ev *Event) bool {
	m.clock.see(ev.Time)
	switch ev.Kind {
	case Unfollow, Unblock, Reset, Forget:
		if m.viewerIDs.find(ev.User) == 0 {
			return false
		}
	case Merge:
		if m.viewerIDs.find(ev.From) == 0 {
			return false
		}
	}
	v := m.viewers.at(m.viewer(ev.User))
	switch ev.Kind {
	case Follow, Unfollow:
		m.follow(v, ev)
	case Block, Unblock:
		m.arena.toggle(&v.block, m.authors.number(ev.Author), ev.Kind == Block)
	case Interest:
		m.arena.declare(&v.wants, m.spaceOf(ev.Subject.Space).number(ev.Subject.ID), ev.Subject.Space, ev.Want)
	case Describe:
		v.lang, v.region = m.langs.number(ev.Viewer.Language), m.regions.number(ev.Viewer.Region)
		v.age = uint32(ev.Viewer.AgeBand)
	case Reset:
		m.resetTaste(v)
	case Forget:
		m.forget(v)
	case Merge:
		m.merge(v, m.viewers.at(m.viewerIDs.find(ev.From)))
	}
	return true
}

// follow keeps whom a viewer follows; coming from an item, it is also a
// reaction to that item.
func (m *model) follow(v *viewer, ev *Event) {
	a := m.authors.number(ev.Author)
	was := v.follow.n
	m.arena.toggle(&v.follow, a, ev.Kind == Follow)
	g := m.authors.groups.at(a)
	switch {
	case v.follow.n > was:
		g.fans++
		if n := m.itemIDs.find(ev.Item); n != 0 && !ev.CountOnly && m.items.at(n).state&isDead == 0 {
			m.react(n, m.viewerIDs.find(ev.User), m.clock.now, headFollow)
		}
	case v.follow.n < was && g.fans > 0:
		g.fans--
	}
}

// spaceOf is where the groups of a space are kept.
func (m *model) spaceOf(s Space) *space {
	switch s {
	case Author:
		return &m.authors
	case Sound:
		return &m.sounds
	}
	return &m.tags
}

// resetTaste drops what was learned of a viewer.
func (m *model) resetTaste(v *viewer) {
	m.arena.drop(&v.likes)
	m.arena.drop(&v.others)
	v.watched = 0 // what was believed is no longer looked at, see around
	for i := range v.pend {
		m.pending.cancel(v.pend[i])
		v.pend[i] = 0
	}
}

// forget drops everything of a viewer. What the viewer did stays in the
// counts of items until the log is folded without it.
func (m *model) forget(v *viewer) {
	m.resetTaste(v)
	for _, a := range m.arena.get(v.follow) {
		if g := m.authors.groups.at(a); g.fans > 0 {
			g.fans--
		}
	}
	for _, l := range []*list{&v.seen, &v.follow, &v.block, &v.wants} {
		m.arena.drop(l)
	}
	*v = viewer{}
}

// merge moves the taste of one viewer to another: both histories become one
// in the order of their times, and declarations of the receiver stand.
func (m *model) merge(to, from *viewer) {
	m.mergeTraces(&to.likes, &from.likes, mostLikes)
	m.mergeTraces(&to.others, &from.others, mostOthers)
	for _, n := range m.arena.get(from.seen) {
		if find(m.arena.get(to.seen), 1, n) < 0 {
			m.arena.push(&to.seen, mostSeen, n)
		}
	}
	for _, n := range m.arena.get(from.follow) {
		if find(m.arena.get(to.follow), 1, n) < 0 {
			m.arena.push(&to.follow, mostDecl, n)
			m.authors.groups.at(n).fans++
		}
	}
	for _, n := range m.arena.get(from.block) {
		m.arena.toggle(&to.block, n, true)
	}
	wants := m.arena.get(from.wants)
	for i := 0; i < len(wants); i += 2 {
		if find(m.arena.get(to.wants), 2, wants[i]) < 0 {
			m.arena.push(&to.wants, mostDecl, wants[i], wants[i+1])
		}
	}
	if to.lang == 0 && to.region == 0 && to.age == 0 {
		to.lang, to.region, to.age = from.lang, from.region, from.age
	}
	to.last = max(to.last, from.last)
	to.saved = min(to.saved, from.saved)
	m.forget(from)
}

// mergeTraces merges two lists of traces by time and keeps the latest.
func (m *model) mergeTraces(to, from *list, most int) {
	a, b := m.arena.get(*to), m.arena.get(*from)
	var all []uint32
	for len(a) > 0 || len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && a[1]>>8 <= b[1]>>8 {
			if find(m.arena.get(*from), 2, a[0]) < 0 { // the other one's is as good
				all = append(all, a[0], a[1])
			}
			a = a[2:]
		} else {
			all = append(all, b[0], b[1])
			b = b[2:]
		}
	}
	all = all[max(0, len(all)-most):]
	m.arena.drop(to)
	for i := 0; i < len(all); i += 2 {
		m.arena.push(to, most, all[i], all[i+1])
	}
}
