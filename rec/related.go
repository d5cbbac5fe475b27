package rec

import (
	"cmp"
	"slices"
)

// Related is an item that goes with another one.
type Related struct {
	Item     ID
	Strength float64 // above 0; comparable within one answer only
}

// What two items have in common counts so much: the cosine of who liked both,
// that of their vectors, the share of their tags that both have, the same
// sound, the same author.
const (
	relatedCo     = 1
	relatedFans   = .5
	relatedTags   = .5
	relatedSound  = .3
	relatedAuthor = .1

	relatedPerAuthor = 2 // items of one author in an answer, so that it does not become their profile
)

// Similar gives at most r.Limit items that go with an item, the closest first,
// out of those that r.User may be shown; r.Exclude, r.Allow and what the viewer
// blocks or never wants are left out. Without r.Profile it rests on tags, sound
// and author alone, not on anybody's watching. An unknown item has none.
func (e *Engine) Similar(item ID, r Request) []Related {
	d := e.desks.Get().(*desk)
	defer e.desks.Put(d)
	e.mu.RLock()
	defer e.mu.RUnlock()
	m := e.m
	n := m.itemIDs.find(item)
	if n == 0 || r.Limit <= 0 {
		return nil
	}
	d.clear()
	r.Plain = true // whatever goes with it, seen or not
	w := m.ask(&r)
	m.exclude(d, &w)
	d.out.add(n)
	m.gatherRelated(d, n, &w)
	m.keep(d, &w)
	d.rate()
	from := rated{candidate: candidate{item: n}}
	for i := range d.rated {
		d.rated[i].score = m.related(&from, &d.rated[i], &w)
	}
	var out []Related
	by := map[uint32]int{}
	for _, i := range d.order() {
		c := &d.rated[i]
		if c.score <= 0 || len(out) == min(r.Limit, maxLimit) {
			break
		}
		if a := m.items.at(c.item).author; a != 0 {
			if by[a]++; by[a] > relatedPerAuthor {
				continue
			}
		}
		out = append(out, Related{m.itemIDs.id(c.item), c.score})
	}
	return out
}

// gatherRelated proposes what was liked by the same viewers, and what has the
// same tags, sound or author.
func (m *model) gatherRelated(d *desk, n uint32, w *who) {
	it := m.items.at(n)
	if w.Profile {
		root := sqrt32(float32(it.near.n) + .5)
		it.near.each(&m.arena, func(other uint32, co, _ float32) {
			cos := co / float32(root*sqrt32(float32(m.items.at(other).near.n)+.5))
			if c := d.propose(other, SourceSimilar, cos); c != nil {
				c.co[0] = cos
			}
		})
	}
	if it.sound != 0 {
		m.proposeGroup(d, w, m.sounds.groups.at(it.sound), SourceAffinity, 0)
	}
	if it.author != 0 {
		m.proposeGroup(d, w, m.authors.groups.at(it.author), SourceAffinity, 0)
	}
	for _, tag := range m.arena.get(it.tags) {
		m.proposeGroup(d, w, m.tags.groups.at(tag), SourceAffinity, 0)
	}
}

// related says how close a candidate is to an item.
func (m *model) related(from, c *rated, w *who) float64 {
	a, b := m.items.at(from.item), m.items.at(c.item)
	sum := 0.0
	if w.Profile {
		sum += float64(relatedCo * float64(c.co[0]))
		sum += float64(relatedFans * m.sameFans(from, c))
	}
	ours, theirs := m.arena.get(a.tags), m.arena.get(b.tags)
	both := 0
	for _, tag := range ours {
		if slices.Contains(theirs, tag) {
			both++
		}
	}
	if both > 0 {
		sum += float64(float64(relatedTags*float64(both)) / float64(len(ours)+len(theirs)-both))
	}
	if a.sound != 0 && a.sound == b.sound {
		sum += relatedSound
	}
	if a.author != 0 && a.author == b.author {
		sum += relatedAuthor
	}
	return sum
}

// Suggestion is an author whom a viewer may want to follow.
type Suggestion struct {
	Author ID
	Score  float64 // sum of the scores of the best of their items for this viewer
}

// suggestBest is how many items of an author speak for them.
const suggestBest = 3

// Suggest gives at most r.Limit authors whom r.User does not follow, the one
// first whose items they would be shown first: an author's score is the sum of
// those of their three best items. It rests on the same as Feed; without
// r.Profile on nobody's watching. Items that were seen speak for their author
// too.
func (e *Engine) Suggest(r Request) []Suggestion {
	d := e.desks.Get().(*desk)
	defer e.desks.Put(d)
	e.mu.RLock()
	defer e.mu.RUnlock()
	m := e.m
	if r.Limit <= 0 {
		return nil
	}
	d.clear()
	r.Plain = true
	w := m.ask(&r)
	m.exclude(d, &w)
	if r.Profile {
		m.gather(d, &w)
	} else {
		m.gatherPublic(d, &w)
	}
	m.score(d, &w)
	follows := m.arena.get(w.v.follow)
	var out []Suggestion
	at, items := map[uint32]int{}, []int{}
	for _, i := range d.order() {
		c := &d.rated[i]
		a := m.items.at(c.item).author
		if c.score <= 0 {
			break
		}
		if a == 0 || slices.Contains(follows, a) {
			continue
		}
		k, known := at[a]
		if !known {
			k = len(out)
			at[a] = k
			out, items = append(out, Suggestion{Author: m.authors.id(a)}), append(items, 0)
		}
		if items[k]++; items[k] <= suggestBest {
			out[k].Score += c.score
		}
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int { return cmp.Compare(b.Score, a.Score) })
	return out[:min(len(out), r.Limit)]
}
