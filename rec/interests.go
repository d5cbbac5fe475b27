package rec

import "slices"

// Interests is what the engine believes of a viewer, and what the viewer
// said.
type Interests struct {
	Learned  []Taste // strongest first
	Declared []Declared
	Follows  []ID // authors, in the order of following
	Blocks   []ID // authors
	Viewer   Viewer
	Likes    int // how many recent positives the beliefs rest on
}

// Taste is how much a viewer seems to like a subject: above 0 more than they
// pass it over, at most 1.
type Taste struct {
	Subject  Subject
	Strength float64
}

// Declared is what a viewer wants of a subject, in so many words.
type Declared struct {
	Subject Subject
	Want    Want
}

// interestsMost is how many subjects of a space are told.
const interestsMost = 20

// Interests tells what is known of a viewer; of an unknown one, nothing.
func (e *Engine) Interests(user ID) Interests {
	d := e.desks.Get().(*desk)
	defer e.desks.Put(d)
	e.mu.RLock()
	defer e.mu.RUnlock()
	m := e.m
	var out Interests
	n := m.viewerIDs.find(user)
	if n == 0 {
		return out
	}
	v := m.viewers.at(n)
	d.clear()
	m.recall(d, m.arena.get(v.likes), 1)
	m.recall(d, m.arena.get(v.others), -.5)
	m.tastes(&out, &m.tags, &d.tags, Tag)
	m.tastes(&out, &m.authors, &d.auths, Author)
	m.tastes(&out, &m.sounds, &d.snds, Sound)
	slices.SortStableFunc(out.Learned, func(a, b Taste) int {
		switch {
		case a.Strength > b.Strength:
			return -1
		case a.Strength < b.Strength:
			return 1
		}
		return 0
	})
	wants := m.arena.get(v.wants)
	for i := 0; i < len(wants); i += 2 {
		s, w := wantOf(wants[i+1])
		out.Declared = append(out.Declared, Declared{Subject{s, m.spaceOf(s).id(wants[i])}, w})
	}
	for _, a := range m.arena.get(v.follow) {
		out.Follows = append(out.Follows, m.authors.id(a))
	}
	for _, a := range m.arena.get(v.block) {
		out.Blocks = append(out.Blocks, m.authors.id(a))
	}
	out.Likes = int(v.likes.n / 2)
	out.Viewer = Viewer{AgeBand: uint8(v.age)}
	if v.lang != 0 {
		out.Viewer.Language = m.langs.id(v.lang)
	}
	if v.region != 0 {
		out.Viewer.Region = m.regions.id(v.region)
	}
	return out
}

// tastes writes out the strongest of one space.
func (m *model) tastes(out *Interests, s *space, ws *weights, sp Space) {
	for _, i := range ws.top(interestsMost, .1) {
		x := ws.vals[i]
		out.Learned = append(out.Learned, Taste{Subject{sp, s.id(ws.keys[i])}, float64(x / (x + 3))})
	}
}

// Counts are how often what was done with an item: Known by viewers of whom
// something is kept, Open by all others.
type Counts struct {
	Known, Open Tally
	Owed        int // exposures of the guarantee that are still to come
}

// Tally is one number per sort of event.
type Tally struct {
	Impressions, Watches, Skips, Completes, Rewatches, Likes, Comments, Shares, NotInterested, Reports int
}

func tally(c *[nCounts]uint32) Tally {
	return Tally{
		int(c[cImpression]), int(c[cWatch]), int(c[cSkip]), int(c[cComplete]), int(c[cRewatch]),
		int(c[cLike]), int(c[cComment]), int(c[cShare]), int(c[cNotInterested]), int(c[cReport]),
	}
}

// Counts of an item; false if there is none of this id or it is gone.
func (e *Engine) Counts(item ID) (Counts, bool) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	n := e.m.itemIDs.find(item)
	if n == 0 || e.m.items.at(n).state&isDead != 0 {
		return Counts{}, false
	}
	it := e.m.items.at(n)
	c := Counts{Known: tally(&it.counts), Open: tally(&it.open)}
	if it.state&owes != 0 {
		c.Owed = int(it.owed - min(it.audience(), it.owed))
	}
	return c, true
}

// Debt is how the guarantee of a first audience is kept now.
type Debt struct {
	Items     int   // that still owe
	Doubtful  int   // of them those that are late, or will hardly be in time
	Exposures int   // that they owe together
	Oldest    int64 // birth of the oldest of them, Unix milliseconds; 0 if none
	Median    int64 // milliseconds from birth to the last owed exposure, of the latest 128 items
	P90       int64
	Done      int // items that ever got all theirs
}

// Debt tells it.
func (e *Engine) Debt() Debt {
	e.mu.RLock()
	defer e.mu.RUnlock()
	m := e.m
	d := Debt{Items: len(m.debts.items), Doubtful: len(m.debts.items) - int(m.debts.sure), Done: int(m.debts.n)}
	for _, n := range m.debts.items {
		it := m.items.at(n)
		d.Exposures += int(it.owed - min(it.audience(), it.owed))
		if d.Oldest == 0 || it.born < d.Oldest {
			d.Oldest = it.born
		}
	}
	took := slices.Clone(m.debts.took[:min(int(m.debts.n), len(m.debts.took))])
	slices.Sort(took)
	if k := len(took); k > 0 {
		d.Median, d.P90 = int64(took[k/2])*minute, int64(took[k*9/10])*minute
	}
	return d
}
