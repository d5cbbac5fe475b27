package rec

// exhaustive is how many live items are all looked at; in a larger world the
// sources propose.
const exhaustive = 2048

// gather lets the sources propose and fills in what is known of each
// candidate.
func (m *model) gather(d *desk, w *who) {
	m.sense(d, w, m.arena.get(w.v.likes))
	if m.live <= exhaustive {
		for n := uint32(1); n < m.items.n; n++ {
			if m.items.at(n).showable() {
				d.propose(n, SourceTrending, 0)
			}
		}
	}
	m.tasted(d, w)
	m.followed(d, w)
	m.affine(d, w)
	m.trending(d, w)
	m.fresh(d, w)
	m.trim(d, w, 3*breadth) // first, so that only these have to be looked at
	m.keep(d, w)
	m.trim(d, w, breadth)
	d.rate()
	for i := range d.rated {
		m.fill(d, &d.rated[i], w)
	}
}

// sense sums up what the viewer's recent likes say about other items.
func (m *model) sense(d *desk, w *who, likes []uint32) {
	m.recall(d, likes, 1)
	m.recall(d, m.arena.get(w.v.others), -.5)
	m.similar(d, likes)
	d.until = w.stale
	m.crowd(d, likes, w.v, w.Time)
	copy(d.vec[:], m.viewerVector(likes, fadeSlow, fadeSlow, &d.normal))
	copy(d.session[:], m.viewerVector(likes, fadeFast, fadeFast, &d.normal))
	copy(d.lasting[:], m.viewerVector(likes, fadeLong, fadeLong, &d.normal))
	before := m.around(w.number)
	for range 2 { // the second step starts at what the first one found
		m.solveViewer(likes, m.arena.get(w.v.others), before, d.bayes.h[:], d.bayes.y[:])
		m.taste.prior.settle(d.bayes.h[:], d.bayes.y[:])
		d.taste = d.bayes.y
		before = d.taste[:]
	}
}

// The reach of a search for what suits the viewer's taste: so many items are
// looked at, and so many of them proposed.
const (
	tastedAmong = 1 << 14
	tastedMost  = 192
)

// tasted proposes what the viewer's taste foresees most of: among all items
// or, in a larger world, among those on the shelves that suit it best.
func (m *model) tasted(d *desk, w *who) {
	t := &m.taste
	if t.seen == 0 {
		return
	}
	keys := d.keys[:0]
	look := func(n uint32) {
		if q := t.vecI.row(n); q[1] != 0 { // else it was never watched
			keys = append(keys, ascending(q[0]+dot(d.taste[1:], q[1:]))<<32|uint64(^n))
		}
	}
	if t.vecI.n <= tastedAmong {
		for n := uint32(1); n < t.vecI.n; n++ {
			look(n)
		}
	} else {
		m.shelves.visit(d.taste[1:], look)
	}
	k := min(tastedMost, len(keys))
	highest(keys, k)
	for _, key := range keys[:k] {
		n := ^uint32(key)
		if it := m.items.at(n); it.watched > 0 && it.showable() {
			d.propose(n, SourceFactors, sigmoid(descended(key>>32)+d.taste[0]))
		}
	}
	d.keys = keys
}

// keep drops candidates that may not be shown.
func (m *model) keep(d *desk, w *who) {
	kept := d.cands[:0]
	for i := range d.cands {
		if c := &d.cands[i]; m.shows(c.item, w) {
			kept = append(kept, *c)
		}
	}
	d.cands = kept // the table of places is not used after this
}

// recallMost is how many of the latest serves of a kind are recalled.
const recallMost = 20

// recall sums up which tags, authors and sounds the latest serves of a viewer
// had, newer ones more; sign says whether they spoke for or against.
func (m *model) recall(d *desk, traces []uint32, sign float32) {
	weight := sign
	for i := len(traces) - 2; i >= max(0, len(traces)-2*recallMost); i -= 2 {
		it := m.items.at(traces[i])
		x := weight
		if sign < 0 {
			x = float32(weight * (1 - traceValue(traces[i+1])))
		}
		d.auths.add(it.author, x)
		d.snds.add(it.sound, x)
		for _, tag := range m.arena.get(it.tags) {
			d.tags.add(tag, x)
		}
		weight = float32(weight * .95)
	}
}

// similar proposes what goes with the latest likes and what follows them.
func (m *model) similar(d *desk, likes []uint32) {
	var q95, q70, q80 float32 = 1, 1, 1
	h := float32(min(len(likes)/2, coWindow) + 1)
	for q, i := 0, len(likes)-2; i >= 0 && q < coWindow; q, i = q+1, i-2 {
		from := m.items.at(likes[i])
		root := sqrt32(float32(from.near.n) + .5)
		from.near.each(&m.arena, func(other uint32, co, fwd float32) {
			to := m.items.at(other)
			cos := co / float32(root*sqrt32(float32(to.near.n)+.5)) / h
			c := d.propose(other, SourceSimilar, cos)
			if c == nil {
				return
			}
			c.co[0] += cos
			c.co[1] += float32(q95 * cos)
			c.co[2] += float32(q70 * cos)
			c.fwd += float32(q80*fwd) / (float32(from.near.n) + 5)
		})
		q95, q70, q80 = float32(q95*.95), float32(q70*.7), float32(q80*.8)
	}
}

// followed proposes the latest of the authors whom the viewer follows.
func (m *model) followed(d *desk, w *who) {
	for _, a := range m.arena.get(w.v.follow) {
		m.proposeGroup(d, w, m.authors.groups.at(a), SourceFollowed, .5)
	}
}

// affine proposes from the authors, sounds and tags of the latest likes and
// of what the viewer wants more of.
func (m *model) affine(d *desk, w *who) {
	wants := m.arena.get(w.v.wants)
	for i := 0; i < len(wants); i += 2 {
		if s, want := wantOf(wants[i+1]); want == More {
			m.proposeGroup(d, w, m.spaceOf(s).groups.at(wants[i]), SourceAffinity, .4)
		}
	}
	most := func(s *space, ws *weights) {
		for _, i := range ws.top(8, .2) {
			m.proposeGroup(d, w, s.groups.at(ws.keys[i]), SourceAffinity, min(float32(.05*ws.vals[i]), .3))
		}
	}
	most(&m.tags, &d.tags)
	most(&m.authors, &d.auths)
	most(&m.sounds, &d.snds)
}

// proposeGroup proposes the items of a group: the newest, and with profiling
// the hottest.
func (m *model) proposeGroup(d *desk, w *who, g *group, s Source, strength float32) {
	for _, n := range m.arena.get(g.newest) {
		d.propose(n, s, strength)
	}
	if !w.Profile {
		return
	}
	items := m.arena.get(g.items)
	for i := 0; i < len(items); i += 2 {
		d.propose(items[i], s, strength)
	}
}

// trending proposes what is liked by many now: everywhere, in the viewer's
// language, and by the viewers of the same region.
func (m *model) trending(d *desk, w *who) {
	for i := range m.hot {
		for _, n := range m.hot[i].items {
			d.propose(n, SourceTrending, .01)
		}
	}
	if w.lang != 0 {
		m.proposeGroup(d, w, m.langs.groups.at(w.lang), SourceTrending, .02)
	}
	if w.region != 0 {
		m.proposeGroup(d, w, m.regions.groups.at(w.region), SourceTrending, .02)
	}
}

// A request looks at the first debtWindow of the debts that the viewer may see;
// it proposes the first of them and those that suit the viewer's taste best.
const (
	debtReach  = 1024 // debts among which the window is looked for
	debtWindow = 64
	debtFirst  = 8
	debtFit    = 16
)

// fresh proposes items that still owe their first audience.
func (m *model) fresh(d *desk, w *who) {
	keys := d.keys[:0]
	k := 0
	for _, n := range m.debts.items[:min(debtReach, len(m.debts.items))] {
		if k == debtWindow {
			break
		}
		if d.out.has(n) || !m.shows(n, w) {
			continue
		}
		if k++; k <= debtFirst {
			d.propose(n, SourceFresh, .005)
			continue
		}
		v, _ := m.tasteOf(d, n, m.items.at(n))
		keys = append(keys, ascending(v)<<32|uint64(^n))
	}
	fit := min(debtFit, len(keys))
	highest(keys, fit)
	for _, k := range keys[:fit] {
		d.propose(^uint32(k), SourceFresh, .005)
	}
	d.keys = keys
}

// fill computes the features of a candidate.
func (m *model) fill(d *desk, c *rated, w *who) {
	it := m.items.at(c.item)
	f := &c.row
	pop, last := it.bank(w.stale, m.match.marks)
	dt := w.Time - last
	fade := fadings(dt)
	for h, x := range pop {
		x = float32(x * fade[h])
		if x < .001 {
			f[fPop+h] = lnLeast
		} else {
			f[fPop+h] = ln(x + .05)
		}
	}
	f[fAge] = ln(1 + float32(max(w.Time-it.born, 0))/float32(10*minute))
	f[fIdle] = ln(1 + float32(max(dt, 0))/float32(minute))
	for k := range c.co {
		f[fCo+k] = ln1(float32(c.co[k] * 100))
	}
	f[fFwd] = ln1(float32(c.fwd * 300))
	for k := range c.crowd {
		f[fCrowd+k] = ln1(float32(c.crowd[k] * 50))
	}
	if c.item < m.factors.items.n {
		q := m.factors.items.row(c.item)
		f[fFactors] = ln1(float32(50 * max(0, dot(d.vec[:], q))))
		f[fSession] = ln1(float32(50 * max(0, dot(d.session[:], q))))
		f[fLasting] = ln1(float32(50 * max(0, dot(d.lasting[:], q))))
	}
	m.fillTaste(d, c, it, w)
	if m.taste.seen > 0 {
		value, doubt := m.tasteOf(d, c.item, it)
		f[fValue] = min(max(value, -5), 5)
		c.doubt = doubt
	}
	f[fQuality] = logOdds(m.quality(it))
}

// lnLeast is ln .05, what an item without positives has.
const lnLeast = -2.995732

// fillTaste computes the features that compare the item with what the viewer
// liked and declared.
func (m *model) fillTaste(d *desk, c *rated, it *item, w *who) {
	f := &c.row
	tags := m.arena.get(it.tags)
	for _, tag := range tags {
		f[fTag] += d.tags.of(tag)
	}
	f[fTag] = signedLog(f[fTag] / sqrt32(float32(len(tags))+.5))
	f[fAuthor] = signedLog(d.auths.of(it.author))
	f[fSound] = signedLog(d.snds.of(it.sound))
	if it.author != 0 && find(m.arena.get(w.v.follow), 1, it.author) >= 0 {
		f[fFollow] = 1
	}
	if w.lang != 0 && it.lang != 0 {
		f[fLang] = -1
		if w.lang == it.lang {
			f[fLang] = 1
		}
	}
	wants := m.arena.get(w.v.wants)
	for i := 0; i < len(wants); i += 2 {
		if s, want := wantOf(wants[i+1]); m.has(it, s, wants[i]) {
			c.want += float32(want)
		}
	}
}

// signedLog is ln(1+x) for positive numbers and its mirror for negative ones.
func signedLog(x float32) float32 {
	if x < 0 {
		return -ln1(-x)
	}
	return ln1(x)
}

// quality is what a watch of this item is worth on average, as far as is
// known: of the item, else of its author and first tags, else of all.
func (m *model) quality(it *item) float32 {
	mean := (m.global.sum + 2.5) / (m.global.n + 5)
	if it.n < 100 {
		prior, n := m.authors.groups.at(it.author).mean(mean), float32(1)
		for k, tag := range m.arena.get(it.tags) {
			if k == 3 {
				break
			}
			prior += m.tags.groups.at(tag).mean(mean)
			n++
		}
		mean = prior / n
	}
	return (it.sum + float32(5*mean)) / (it.n + 5)
}

// mean is the mean watch value of a group, shrunk towards that of all.
func (g *group) mean(all float32) float32 { return (g.sum + float32(5*all)) / (g.n + 5) }
