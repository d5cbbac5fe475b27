package rec

// group is what the items of one author, sound or tag have in common, and
// which of them to propose.
type group struct {
	sum, n  float32 // of watch values
	items   list    // item, heat: the hottest; of a region those that its viewers like
	newest  list    // items, oldest first: does not depend on anybody's watching
	fans    uint32  // followers, of an author
	watched uint32  // items of a tag that were watched
}

// space is one kind of ids with a group for each.
type space struct {
	index
	groups column[group]
}

// number gives the group's number, made where it is new.
func (s *space) number(id ID) uint32 {
	n, isNew := s.add(id)
	if isNew {
		for s.groups.n <= n {
			s.groups.add()
		}
	}
	return n
}

const (
	mostGroupItems  = 2 * 32
	mostGroupNewest = 16
)

// offer puts an item into a bounded list of (item, heat) or renews its heat
// there; where the list is full, the coldest gives way if it is colder.
func (a *arena) offer(l *list, most int, n uint32, h float32) {
	w := a.get(*l)
	coldest, at := h, -1
	for i := 0; i < len(w); i += 2 {
		if w[i] == n {
			w[i+1] = bits(h)
			return
		}
		if x := unbits(w[i+1]); x < coldest {
			coldest, at = x, i
		}
	}
	switch {
	case len(w) < most:
		a.push(l, most, n, bits(h))
	case at >= 0:
		w[at], w[at+1] = n, bits(h)
	}
}

// withdraw takes an item out of such a list.
func (a *arena) withdraw(l *list, n uint32) {
	if i := find(a.get(*l), 2, n); i >= 0 {
		a.removeAt(l, i, 2)
	}
}
