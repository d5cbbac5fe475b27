package rec

// crosses correct what the heads foresee by what is special about exact
// combinations: this author, this tag in that region, this tag after a clip of
// that one. The heads see only how much of something there is, and that for all
// of its kind alike. Every combination that was met often enough has a weight
// per head, learned by FTRL-Proximal (McMahan et al., Ad Click Prediction,
// KDD 2013) on what is left after the heads; whatever carries nothing stays at
// zero. Ids are exact, rare ones are let in by count and old ones expire, as in
// Monolith (arXiv 2209.07663, sections 2.1 and 2.2.3).
//
// No combination names a viewer: what is known of one viewer alone lies in
// what Reset and forgetting take away.
type crosses struct {
	slots []cross // open hash table, a power of two; empty ones have key 0
	used  uint32
	rows  matrix   // by row: weights, then z and the root of n of FTRL, a place per head
	freed []uint32 // rows that are free
}

// cross is one combination.
type cross struct {
	key uint64
	n   uint32 // serves
	day uint32 // of the latest, by the log
	row uint32 // + 1; 0 while it is too rare
}

const (
	crossLeast = 1 << 8  // slots of the smallest table,
	crossMost  = 1 << 17 // and of the largest
	crossFrom  = 10      // serves from which on a combination has weights
	crossDays  = 30      // after which one that was not met is forgotten
	crossKeys  = 32      // of one serve
	crossTags  = 3       // tags of an item that are combined

	ftrlAlpha = .02
	ftrlBeta  = 1
	ftrlL1    = .2
	ftrlL2    = 1
)

// scene is under which circumstances an item is shown.
type scene struct {
	lang, region, age uint32
	last              uint32 // item that the viewer liked last
	hours             uint32 // eighth of the day, UTC
}

func (m *model) sceneOf(v *viewer, lang, region, age uint32, t int64) scene {
	s := scene{lang: lang, region: region, age: age, hours: uint32(((t%day)+day)%day/(3*hour)) + 1}
	if likes := m.arena.get(v.likes); len(likes) >= 2 {
		s.last = likes[len(likes)-2]
	}
	return s
}

// The kinds of combinations.
const (
	xTag = iota + 1
	xAuthor
	xSound
	xLangTag
	xLangAuthor
	xRegionTag
	xRegionAuthor
	xAgeTag
	xAfterTag
	xAfterAuthor
	xHours
)

// crossKey is exact: numbers stay below 2^28, as places of the arena do.
func crossKey(kind, a, b uint32) uint64 {
	return uint64(kind)<<56 | uint64(a&(1<<28-1))<<28 | uint64(b&(1<<28-1))
}

// crossed lists the combinations of an item in a scene.
func (m *model) crossed(it *item, s *scene, keys []uint64) []uint64 {
	put := func(kind, a, b uint32) {
		if a != 0 && b != 0 {
			keys = append(keys, crossKey(kind, a, b))
		}
	}
	tags := m.arena.get(it.tags)
	tags = tags[:min(len(tags), crossTags)]
	var before []uint32
	if s.last != 0 {
		o := m.items.at(s.last)
		before = m.arena.get(o.tags)
		before = before[:min(len(before), crossTags)]
		put(xAfterAuthor, o.author, it.author)
	}
	for _, tag := range tags {
		put(xTag, tag, 1)
		put(xLangTag, s.lang, tag)
		put(xRegionTag, s.region, tag)
		put(xAgeTag, s.age, tag)
		for _, b := range before {
			put(xAfterTag, b, tag)
		}
	}
	put(xAuthor, it.author, 1)
	put(xSound, it.sound, 1)
	put(xLangAuthor, s.lang, it.author)
	put(xRegionAuthor, s.region, it.author)
	put(xHours, s.hours, 1+uint32(durBucket(it.duration)))
	return keys
}

// find gives the slot of a key; its key is 0 where there is none.
func (x *crosses) find(key uint64) *cross {
	mask := uint64(len(x.slots) - 1)
	for h := mix(key) & mask; ; h = (h + 1) & mask {
		if c := &x.slots[h]; c.key == key || c.key == 0 {
			return c
		}
	}
}

// add sums up into to what the combinations add to each head, as logits.
func (x *crosses) add(keys []uint64, to *[nHeads]float32) {
	if len(x.slots) == 0 {
		return
	}
	for _, key := range keys {
		if c := x.find(key); c.row != 0 {
			x.addRow(c.row-1, to)
		}
	}
}

func (x *crosses) addRow(row uint32, to *[nHeads]float32) {
	for k, w := range x.rows.row(row)[:nHeads] {
		to[k] += w
	}
}

// learn moves the weights of rows towards what the heads did not foresee:
// wrong[k] is foreseen minus true of head k, bit k of known whether it is.
func (x *crosses) learn(rows []uint32, wrong *[nHeads]float32, known uint32) {
	for _, r := range rows {
		row := x.rows.row(r)
		for k, g := range wrong {
			if known>>k&1 == 0 {
				continue
			}
			w, z, root := &row[k], &row[nHeads+k], &row[2*nHeads+k]
			now := sqrt32(float32(*root**root) + float32(g*g))
			*z += g - float32((now-*root)/ftrlAlpha**w)
			*root = now
			*w = ftrl(*z, now)
		}
	}
}

// ftrl is the weight that belongs to a coordinate; root is that of the sum of
// its squared gradients.
func ftrl(z, root float32) float32 {
	sign := float32(1)
	if z < 0 {
		sign = -1
	}
	over := float32(sign*z) - ftrlL1
	if over <= 0 {
		return 0
	}
	return -float32(sign*over) / ((ftrlBeta+root)/ftrlAlpha + ftrlL2)
}

// meet notes that combinations were shown, lets in those whose turn it is, and
// gives the rows of those that are in.
func (x *crosses) meet(keys []uint64, today uint32, rows []uint32) []uint32 {
	if (int(x.used)+len(keys))*4 > len(x.slots)*3 {
		x.renew(today) // now, so that no row changes hands meanwhile
	}
	for _, key := range keys {
		if c := x.meetOne(key, today); c.row != 0 {
			rows = append(rows, c.row-1)
		}
	}
	return rows
}

func (x *crosses) meetOne(key uint64, today uint32) *cross {
	c := x.find(key)
	if c.key == 0 {
		c.key = key
		x.used++
	}
	c.n = min(c.n+1, 1<<30)
	c.day = max(c.day, today)
	if c.row == 0 && c.n >= crossFrom {
		if n := len(x.freed); n > 0 {
			c.row = x.freed[n-1] + 1
			x.freed = x.freed[:n-1]
		} else {
			x.rows.width = 3 * nHeads
			c.row = x.rows.add() + 1
		}
		clear(x.rows.row(c.row - 1))
	}
	return c
}

// renew makes the table anew, at most half full: without what expired and
// larger where that is not enough. The largest lets go of what is rare, then of
// what was not met for a shorter time, then of what is less rare.
func (x *crosses) renew(today uint32) {
	old, size := x.slots, max(len(x.slots), crossLeast)
	days, least := uint32(crossDays), uint32(0)
	keep := func(c *cross) bool { return c.key != 0 && c.day+days >= today && c.n >= least }
	for {
		n := 0
		for i := range old {
			if keep(&old[i]) {
				n++
			}
		}
		if 2*n <= size {
			break
		}
		switch {
		case size < crossMost:
			size *= 2
		case least < crossFrom:
			least = crossFrom
		case days > 0:
			days /= 2
		default:
			least *= 2
		}
	}
	x.slots, x.used = make([]cross, size), 0
	for i := range old {
		switch c := &old[i]; {
		case keep(c):
			*x.find(c.key) = *c
			x.used++
		case c.row != 0:
			x.freed = append(x.freed, c.row-1)
		}
	}
}

func (x *crosses) code(c *codec) {
	n := uint32(len(x.slots))
	c.u32(&n)
	if c.bad(n > crossMost || n&(n-1) != 0); c.err != nil {
		return
	}
	c.u32(&x.used)
	if c.reading() {
		x.slots = make([]cross, n)
		x.rows.width = 3 * nHeads
	}
	for i := range x.slots {
		if c.err != nil {
			return
		}
		s := &x.slots[i]
		c.u64(&s.key)
		if s.key != 0 {
			c.u32(&s.n)
			c.u32(&s.day)
			c.u32(&s.row)
		}
	}
	x.rows.code(c)
	c.words(&x.freed, 1<<28)
}
