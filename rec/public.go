package rec

// gatherPublic proposes without profiling: whom the viewer follows, what they
// want, what accounts liked, commented on and shared, in their language and
// everywhere, and the newest.
func (m *model) gatherPublic(d *desk, w *who) {
	if m.live <= exhaustive {
		for n := uint32(1); n < m.items.n; n++ {
			if m.items.at(n).showable() {
				d.propose(n, SourceTrending, 0)
			}
		}
	}
	m.followed(d, w)
	m.affine(d, w)
	boards := []uint32{0}
	if w.lang != 0 && int(w.lang) < len(m.spoken) {
		boards = append(boards, w.lang)
	}
	for _, b := range boards {
		for _, n := range m.spoken[b].items {
			d.propose(n, SourceTrending, .01)
		}
	}
	for n, k := m.items.n-1, 0; n > 0 && k < 2*debtWindow; n, k = n-1, k+1 {
		d.propose(n, SourceFresh, .005)
	}
	m.keep(d, w)
	d.rate()
	for i := range d.rated {
		m.fillPublic(d, &d.rated[i], w)
	}
}

// The addends of the ranking without profiling.
const (
	pLiked = iota // liked, commented on, shared by many
	pNew
	pFollowed
	pLanguage
	nPublic
)

var publicNames = [nPublic]string{"liked_by_many", "new", "followed", "language"}

// publicWeights are fixed: what is learned from watching must not move them.
var publicWeights = [nPublic]float64{.1, .3, .6, .3}

// fillPublic computes the addends of the ranking without profiling.
func (m *model) fillPublic(d *desk, c *rated, w *who) {
	it := m.items.at(c.item)
	c.open = true
	m.fillTaste(d, c, it, w)
	now := float32(it.acts[0] * halving(w.Time-it.lastAct, halvesActs[0]))
	lately := float32(it.acts[1] * halving(w.Time-it.lastAct, halvesActs[1]))
	c.public[pLiked] = ln(1+now) + ln(1+lately)
	c.public[pNew] = halving(w.Time-it.born, 2*day)
	c.public[pFollowed] = c.row[fFollow]
	c.public[pLanguage] = c.row[fLang]
}
