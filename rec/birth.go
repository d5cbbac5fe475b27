package rec

// applyItem changes what items there are.
func (m *model) applyItem(ev *Event) bool {
	n := m.itemIDs.find(ev.Item)
	if ev.Kind == Born {
		if n != 0 {
			return false
		}
		m.born(ev)
		return true
	}
	if n == 0 {
		return false
	}
	it := m.items.at(n)
	if it.state&isDead != 0 {
		return false
	}
	t := m.clock.see(ev.Time)
	switch ev.Kind {
	case Changed:
		m.leaveGroups(n, it)
		m.describe(it, ev.Facts)
		m.joinGroups(n, it, t)
	case Died:
		m.withdraw(n, it)
		m.arena.drop(&it.tags)
		m.arena.release(it.near.at)
		m.arena.drop(&it.fans)
		m.arena.drop(&it.raters)
		m.taste.release(it)
		it.near = near{}
		it.state = isDead
		m.live--
	case Limited:
		if it.state&isLimited != 0 {
			return false
		}
		m.withdraw(n, it)
		it.state |= isLimited
	case Unlimited:
		if it.state&isLimited == 0 {
			return false
		}
		it.state &^= isLimited
		m.joinGroups(n, it, t)
		m.owe(n, it)
	}
	return true
}

// born makes an item that may be recommended from now on.
func (m *model) born(ev *Event) {
	n, _ := m.itemIDs.add(ev.Item)
	for m.items.n <= n {
		m.items.add()
	}
	it := m.items.at(n)
	t := m.clock.see(ev.Time)
	*it = item{state: isLive, born: t, last: t, lastAct: t}
	m.describe(it, ev.Facts)
	m.joinGroups(n, it, t)
	m.live++
	it.owed = uint32(m.con.Guarantee.Exposures)
	m.owe(n, it)
}

// describe writes the facts of an item.
func (m *model) describe(it *item, f *Facts) {
	it.author, it.sound = m.authors.number(f.Author), m.sounds.number(f.Sound)
	it.lang, it.region = m.langs.number(f.Language), m.regions.number(f.Region)
	it.duration = uint32(min(f.Duration, maxWatched))
	m.arena.drop(&it.tags)
	for _, id := range f.Tags {
		if n := m.tags.number(id); n != 0 && it.tags.n < MaxTags && find(m.arena.get(it.tags), 1, n) < 0 {
			m.arena.push(&it.tags, MaxTags, n)
		}
	}
}

// joinGroups offers an item to the lists of its author, sound and tags, and
// to the newest of its language.
func (m *model) joinGroups(n uint32, it *item, t int64) {
	h := heat(it.pop[3], t, day)
	m.eachGroup(it, func(g *group) {
		m.arena.offer(&g.items, mostGroupItems, n, h)
		m.arena.push(&g.newest, mostGroupNewest, n)
	})
}

// leaveGroups takes it out of them.
func (m *model) leaveGroups(n uint32, it *item) {
	m.eachGroup(it, func(g *group) {
		m.arena.withdraw(&g.items, n)
		if i := find(m.arena.get(g.newest), 1, n); i >= 0 {
			m.arena.removeAt(&g.newest, i, 1)
		}
	})
}

// eachGroup calls f with the groups of an item: author, sound, language, tags.
func (m *model) eachGroup(it *item, f func(*group)) {
	if it.author != 0 {
		f(m.authors.groups.at(it.author))
	}
	if it.sound != 0 {
		f(m.sounds.groups.at(it.sound))
	}
	if it.lang != 0 {
		f(m.langs.groups.at(it.lang))
	}
	for _, n := range m.arena.get(it.tags) {
		f(m.tags.groups.at(n))
	}
}

// withdraw takes an item out of every source.
func (m *model) withdraw(n uint32, it *item) {
	m.leaveGroups(n, it)
	for i := range m.regions.groups.n {
		m.arena.withdraw(&m.regions.groups.at(i).items, n)
	}
	for i := range m.hot {
		m.hot[i].remove(n)
	}
	m.spoken[0].remove(n)
	if int(it.lang) < len(m.spoken) && it.lang != 0 {
		m.spoken[it.lang].remove(n)
	}
	m.shelves.take(n, it.shelf)
	it.shelf = 0
	m.debts.remove(n)
	it.state &^= owes | isPromised | inDoubt | isLate
}
