package rec

// The crowd of a viewer are the viewers who lately liked the same. Their
// other likes are the best single signal there is where things move fast.

const (
	mostFans   = 64  // latest viewers kept of an item
	crowdMost  = 200 // nearest viewers who are asked
	crowdLikes = 40  // latest likes of a viewer that are compared
)

// crowdHalves are the half-lives with which the likes of the crowd fade.
var crowdHalves = [2]int64{6 * hour, 7 * day}

// crowd finds who liked the same and proposes what else they liked.
func (m *model) crowd(d *desk, likes []uint32, self *viewer, now int64) {
	weight := float32(1)
	d.near.clear()
	for q, i := 0, len(likes)-2; i >= 0 && q < crowdLikes; q, i = q+1, i-2 {
		it := m.items.at(likes[i])
		x := weight / sqrt32(float32(it.near.n)+1)
		for _, v := range m.arena.get(it.fans) {
			d.near.add(v, x)
		}
		weight = float32(weight * .95)
	}
	d.near.rank(m, self)
	for k, v := range d.near.best {
		s := d.near.score[k]
		other := m.viewers.at(v)
		theirs := m.arena.get(other.likes)
		for i := 0; i < len(theirs); i += 2 {
			c := d.propose(theirs[i], SourceCrowd, s)
			if c == nil {
				continue
			}
			dt := now - traceTime(theirs[i+1])
			if dt < 0 && d.until {
				continue
			}
			for h := range crowdHalves {
				c.crowd[h] += float32(s * halving(dt, crowdHalves[h]))
			}
			c.crowd[len(crowdHalves)] += s
		}
	}
}

// table sums up numbers by key in an open hash table.
type table struct {
	slots []uint32 // place in keys + 1
	keys  []uint32
	vals  []float32
	liked []float32 // of the viewers in keys, see rank

	best  []uint32  // the keys of the highest values, highest first
	score []float32 // and these
}

const tableSlots = 1 << 12

func (t *table) clear() {
	if t.slots == nil {
		t.slots = make([]uint32, tableSlots)
	}
	clear(t.slots)
	t.keys, t.vals, t.best, t.score = t.keys[:0], t.vals[:0], t.best[:0], t.score[:0]
}

func (t *table) add(key uint32, x float32) {
	h := mix(uint64(key)) & (tableSlots - 1)
	for t.slots[h] != 0 {
		if k := t.slots[h] - 1; t.keys[k] == key {
			t.vals[k] += x
			return
		}
		h = (h + 1) & (tableSlots - 1)
	}
	if len(t.keys) >= tableSlots*3/4 {
		return
	}
	t.keys, t.vals = append(t.keys, key), append(t.vals, x)
	t.slots[h] = uint32(len(t.keys))
}

// rank finds the nearest viewers, of those who liked much the nearer ones.
func (t *table) rank(m *model, self *viewer) {
	t.liked = t.liked[:0]
	for _, key := range t.keys { // reading ahead: viewers are not in the cache, and alone in a loop they are fetched side by side
		v := m.viewers.at(key)
		liked := float32(v.liked)
		if v == self {
			liked = -1
		}
		t.liked = append(t.liked, liked)
	}
	for k, key := range t.keys {
		if t.liked[k] < 0 {
			continue
		}
		s := t.vals[k] / sqrt32(t.liked[k]+5)
		if len(t.best) == crowdMost && s <= t.score[crowdMost-1] {
			continue
		}
		at := len(t.best)
		for at > 0 && t.score[at-1] < s {
			at--
		}
		if len(t.best) < crowdMost {
			t.best, t.score = append(t.best, 0), append(t.score, 0)
		}
		copy(t.best[at+1:], t.best[at:])
		copy(t.score[at+1:], t.score[at:])
		t.best[at], t.score[at] = key, s
	}
}
