package rec

import (
	"fmt"
	"slices"
)

// verify checks what a checksum cannot: a snapshot that was made to harm can
// carry the right one. Afterwards no number in the model points outside of it
// and no block of the arena is used twice, so that nothing can panic or bleed
// into something else.
func (m *model) verify() error {
	if err := m.con.Validate(); err != nil {
		return fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	v := verifier{m: m}
	for i := range v.used {
		v.used[i] = make([]bool, m.arena.class[i].n)
	}
	items, viewers := m.items.n, m.viewers.n
	v.must(items >= 1 && viewers >= 1 && m.itemIDs.ids.n <= items && m.viewerIDs.ids.n <= viewers, "numbers of items or viewers")
	for _, row := range m.shelves.items {
		v.below(row, m.taste.vecI.n, "item on a shelf")
	}
	v.must(m.taste.vecI.n <= items && m.taste.vecV.n <= viewers && m.factors.items.n <= items && m.factors.viewers.n <= viewers, "vectors")
	for _, s := range []*space{&m.authors, &m.sounds, &m.tags, &m.langs, &m.regions} {
		v.must(s.groups.n >= 1 && s.ids.n <= s.groups.n, "groups")
		for i := uint32(0); i < s.groups.n && v.err == nil; i++ {
			g := s.groups.at(i)
			v.list(g.items, 2, mostGroupItems, items)
			v.list(g.newest, 1, mostGroupNewest, items)
		}
	}
	for i := uint32(0); i < items && v.err == nil; i++ {
		v.item(m.items.at(i))
	}
	for i := uint32(0); i < viewers && v.err == nil; i++ {
		v.viewer(m.viewers.at(i))
	}
	for i := uint32(0); i < m.pending.rows.n && v.err == nil; i++ {
		r := m.pending.rows.at(i)
		v.must(r.item < items && r.viewer < viewers && r.done < 1<<nHeads && r.at.last < items, "waiting serve")
	}
	v.must(m.pending.rows.n <= pendingMost && m.pending.rows.n >= min(m.pending.next, pendingMost), "waiting serves")
	used := uint32(0)
	for i := range m.crosses.slots {
		if c := &m.crosses.slots[i]; c.key != 0 {
			used++
			v.must(c.row <= m.crosses.rows.n, "combination")
		}
	}
	v.must(used == m.crosses.used && (used == 0 || int(used) < len(m.crosses.slots)), "combinations")
	v.below(m.crosses.freed, m.crosses.rows.n, "free row of combinations")
	v.below(m.match.recent[:], items, "latest positives")
	v.below(m.debts.items, items, "debts")
	v.must(m.debts.sure <= m.debts.open && int64(m.debts.open) <= int64(len(m.debts.items)), "debts that can be paid")
	v.must(len(m.hot) == len(hotHalves) && len(m.spoken) >= 1 && len(m.spoken) <= int(m.langs.groups.n), "boards")
	for _, bs := range [][]board{m.hot, m.spoken} {
		for i := range bs {
			v.below(bs[i].items, items, "board")
		}
	}
	v.must(slices.ContainsFunc(m.taste.prior.n[:], func(n float32) bool { return n > 0 }), "kinds of viewers")
	for _, n := range m.taste.freed {
		v.must(n < m.taste.covI.n, "free covariance")
	}
	for c := range m.arena.class {
		for _, n := range m.arena.class[c].free {
			v.claim(ref(c+1)<<28 | ref(n))
		}
	}
	return v.err
}

type verifier struct {
	m    *model
	used [arenaClasses][]bool
	err  error
}

func (v *verifier) must(ok bool, what string) {
	if !ok && v.err == nil {
		v.err = fmt.Errorf("%w: %s out of bounds", ErrSnapshot, what)
	}
}

// claim notes that a block is used, once.
func (v *verifier) claim(r ref) {
	if r == 0 || v.err != nil {
		return
	}
	c, i := r.class(), uint32(r&(1<<28-1))
	ok := c >= 0 && c < arenaClasses && i < uint32(len(v.used[c])) && !v.used[c][i]
	if v.must(ok, "block"); ok {
		v.used[c][i] = true
	}
}

func (v *verifier) below(w []uint32, n uint32, what string) {
	for _, x := range w {
		v.must(x < n, what)
	}
}

// list checks a list of entries whose first word is a number below n.
func (v *verifier) list(l list, width, most int, n uint32) {
	v.claim(l.at)
	v.must(int(l.n) <= most && int(l.n) <= l.at.size() && int(l.n)%width == 0, "list")
	if v.err != nil {
		return
	}
	w := v.m.arena.get(l)
	for i := 0; i < len(w); i += width {
		v.must(w[i] < n, "entry of a list")
	}
}

func (v *verifier) item(it *item) {
	m := v.m
	v.must(it.author < m.authors.groups.n && it.sound < m.sounds.groups.n && it.lang < m.langs.groups.n && it.region < m.regions.groups.n, "facts of an item")
	v.must(it.cov <= m.taste.covI.n && it.shelf <= nShelves, "covariance or shelf")
	v.list(it.tags, 1, MaxTags, m.tags.groups.n)
	v.list(it.fans, 1, mostFans, m.viewers.n)
	v.list(it.raters, 2, 2*mostRaters, m.taste.vecV.n)
	v.must(it.cov == 0 && it.raters.n == 0 || it.watched > 0, "watches of an item")
	v.claim(it.near.at)
	size := it.near.at.size()
	v.must(size == 0 || size >= nearWords && size <= nearMost && size&(size-1) == 0, "neighbours")
	if v.err != nil {
		return
	}
	w := m.arena.words(it.near.at)
	for k := 0; k < len(w); k += 2 {
		v.must(w[k] < m.items.n, "neighbour")
	}
}

func (v *verifier) viewer(x *viewer) {
	m := v.m
	v.list(x.likes, 2, mostLikes, m.items.n)
	v.list(x.others, 2, mostOthers, m.items.n)
	v.list(x.seen, 1, mostSeen, m.items.n)
	v.list(x.follow, 1, mostDecl, m.authors.groups.n)
	v.list(x.block, 1, mostDecl, m.authors.groups.n)
	v.list(x.wants, 2, mostDecl, ^uint32(0))
	v.must(x.lang < m.langs.groups.n && x.region < m.regions.groups.n, "language of a viewer")
	for _, p := range x.pend {
		v.must(p <= m.pending.rows.n, "place of a waiting serve")
	}
	if v.err != nil {
		return
	}
	w := m.arena.get(x.wants)
	for i := 0; i < len(w); i += 2 {
		s, want := wantOf(w[i+1])
		v.must(s >= Tag && s <= Sound && want >= Never && want <= More, "want")
		v.must(w[i] < m.spaceOf(s).groups.n, "subject")
	}
}
