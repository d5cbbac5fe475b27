package rec

import (
	"cmp"
	"slices"
)

// Request asks for what to show next.
type Request struct {
	User     ID // 0: somebody of whom nothing is known
	Time     int64
	Limit    int
	Position uint64 // of the log; seeds exploration together with User and Time

	Viewer  Viewer        // of the request; zero fields are what the viewer declared
	Exclude []ID          // handed out already
	Allow   func(ID) bool // whether an item may be shown to this viewer; nil allows all

	// Profile allows what was learned of the viewer. Without it an answer
	// rests on what the viewer declared (follows, blocks, wants, language,
	// region, age band) and on public acts of all accounts; it depends on
	// nobody's watching, and not on Position.
	Profile bool

	// Plain ranks only: by score, without exploration, arrangement and the
	// memory of what was seen. Evaluation asks like this.
	Plain bool

	// Horizon is how long the answer will be used, in milliseconds: 0 for
	// the next few minutes. Something to be read over days weighs lasting
	// taste more and the moment less.
	Horizon int64
}

// Pick is one item of an answer.
type Pick struct {
	Item       ID
	Source     Source
	Propensity float64 // the probability that this item got this slot, given the slots before it
	Score      float64
	Parts      []Part // their contributions, added in order, are Score
	Context    []byte // comes back with the impression; at most MaxContext bytes
}

// Part is one addend of a score.
type Part struct {
	Name         string // a head of the constitution, or "declared"
	Value        float64
	Contribution float64
	Subject      Subject // what it speaks of, where that is one thing
}

// maxLimit bounds an answer.
const maxLimit = 1000

// Feed gives at most Limit items, best first. The same model and the same
// request give the same answer.
func (e *Engine) Feed(r Request) []Pick {
	d := e.desks.Get().(*desk)
	defer e.desks.Put(d)
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.m.feed(d, &r)
}

// feed answers a request: sources propose, heads score, arrangement picks.
func (m *model) feed(d *desk, r *Request) []Pick {
	r.Limit = min(r.Limit, maxLimit)
	if r.Limit <= 0 {
		return nil
	}
	d.clear()
	w := m.ask(r)
	m.exclude(d, &w)
	if r.Profile {
		m.gather(d, &w)
	} else {
		m.gatherPublic(d, &w)
	}
	m.score(d, &w)
	if r.Plain {
		return m.rank(d, &w)
	}
	return m.arrange(d, &w)
}

// who is a request with everything looked up.
type who struct {
	*Request
	number       uint32
	v            *viewer // never nil
	lang, region uint32
	age          uint32
	seed         uint64
	stale        bool   // what was known at the latest mark is asked for
	logit        *logit // next or later
}

// ask looks up who asks.
func (m *model) ask(r *Request) who {
	w := who{Request: r, number: m.viewerIDs.find(r.User)}
	w.v = m.viewers.at(w.number) // number 0 is an empty viewer
	w.lang, w.region, w.age = w.v.lang, w.v.region, w.v.age
	if r.Viewer.Language != 0 {
		w.lang = m.langs.find(r.Viewer.Language)
	}
	if r.Viewer.Region != 0 {
		w.region = m.regions.find(r.Viewer.Region)
	}
	if r.Viewer.AgeBand != 0 {
		w.age = uint32(r.Viewer.AgeBand)
	}
	w.seed = mix(uint64(r.User)) ^ mix(uint64(r.Time)+1)
	if r.Profile {
		w.seed ^= mix(r.Position + 2)
	}
	w.seed = mix(w.seed)
	return w
}

// exclude marks what this answer must not contain and is known beforehand.
func (m *model) exclude(d *desk, w *who) {
	for _, id := range w.Exclude {
		d.out.add(m.itemIDs.find(id))
	}
	if w.Profile && !w.Plain {
		for _, n := range m.arena.get(w.v.seen) {
			d.out.add(n)
		}
	}
}

// shows says whether an item may be shown to who asks: it is live, its author
// is not blocked, nothing of it is never wanted, and the caller allows it.
func (m *model) shows(n uint32, w *who) bool {
	it := m.items.at(n)
	if !it.showable() || it.author != 0 && find(m.arena.get(w.v.block), 1, it.author) >= 0 {
		return false
	}
	wants := m.arena.get(w.v.wants)
	for i := 0; i < len(wants); i += 2 {
		if s, want := wantOf(wants[i+1]); want == Never && m.has(it, s, wants[i]) {
			return false
		}
	}
	return w.Allow == nil || w.Allow(m.itemIDs.id(n))
}

// has says whether an item is of an author, a sound or a tag.
func (m *model) has(it *item, s Space, n uint32) bool {
	switch s {
	case Author:
		return it.author == n
	case Sound:
		return it.sound == n
	}
	return find(m.arena.get(it.tags), 1, n) >= 0
}

// rank gives the candidates by score; of equals the earlier born first.
func (m *model) rank(d *desk, w *who) []Pick {
	order := d.order()
	picks := make([]Pick, 0, min(w.Limit, len(order)))
	for _, k := range order[:cap(picks)] {
		picks = append(picks, m.pick(&d.rated[k], 1))
	}
	return picks
}

// order sorts the places of the candidates by score.
func (d *desk) order() []int {
	order := make([]int, len(d.rated))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &d.rated[i], &d.rated[j]
		if a.score != b.score {
			return cmp.Compare(b.score, a.score)
		}
		return cmp.Compare(a.item, b.item)
	})
	return order
}

// pick writes a candidate out.
func (m *model) pick(c *rated, propensity float64) Pick {
	p := Pick{Item: m.itemIDs.id(c.item), Source: c.source, Propensity: propensity, Score: c.score}
	m.parts(c, func(part Part) { p.Parts = append(p.Parts, part) })
	if !c.open {
		p.Context = c.row.encode()
	}
	return p
}
