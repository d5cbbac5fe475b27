package rec

// index gives ids dense numbers from 1 in the order of their first use; 0 is
// no number. It is an open hash table over a column of ids; the table itself
// is not part of a snapshot.
type index struct {
	ids   column[ID]
	table []uint32 // a power of two, at most 3/4 full
}

// id gives the id of a number.
func (x *index) id(n uint32) ID { return *x.ids.at(n) }

// find gives the number of an id, 0 if it has none.
func (x *index) find(id ID) uint32 {
	if id == 0 || len(x.table) == 0 {
		return 0
	}
	mask := uint64(len(x.table) - 1)
	for h := mix(uint64(id)) & mask; ; h = (h + 1) & mask {
		n := x.table[h]
		if n == 0 || *x.ids.at(n) == id {
			return n
		}
	}
}

// add gives the number of an id, a new one if it has none; isNew says which.
func (x *index) add(id ID) (n uint32, isNew bool) {
	if id == 0 {
		return 0, false
	}
	if n := x.find(id); n != 0 {
		return n, false
	}
	if x.ids.n == 0 {
		x.ids.add()
	}
	n = x.ids.add()
	*x.ids.at(n) = id
	if int(x.ids.n)*4 > len(x.table)*3 {
		x.rehash()
	} else {
		x.place(n)
	}
	return n, true
}

func (x *index) place(n uint32) {
	mask := uint64(len(x.table) - 1)
	h := mix(uint64(*x.ids.at(n))) & mask
	for x.table[h] != 0 {
		h = (h + 1) & mask
	}
	x.table[h] = n
}

// rehash makes the table fit the ids.
func (x *index) rehash() {
	size := 64
	for size*3 < int(x.ids.n)*4+8 {
		size *= 2
	}
	x.table = make([]uint32, size)
	for n := uint32(1); n < x.ids.n; n++ {
		x.place(n)
	}
}
