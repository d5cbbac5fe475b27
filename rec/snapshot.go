package rec

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
)

// snapshotMagic begins every snapshot: a name and the version of the layout.
const snapshotMagic = "reelm rec model 10\n"

// Hash names what was learned: two models with one hash give the same answers
// and learn the same from the same events.
func (e *Engine) Hash() [32]byte {
	e.fold.Lock()
	defer e.fold.Unlock()
	e.mu.RLock()
	defer e.mu.RUnlock()
	h := sha256.New()
	b := bufio.NewWriterSize(h, 1<<18)
	c := &codec{w: b, buf: make([]byte, codecBuf)}
	e.m.code(c)
	_ = b.Flush() // a hash takes everything
	return [32]byte(h.Sum(nil))
}

// Snapshot writes the model: the magic, the state, and the SHA-256 of the
// state, which is also its Hash. Events wait until it is written, reads do
// not.
func (e *Engine) Snapshot(w io.Writer) error {
	e.fold.Lock()
	defer e.fold.Unlock()
	e.mu.RLock()
	defer e.mu.RUnlock()
	h := sha256.New()
	b := bufio.NewWriterSize(io.MultiWriter(w, h), 1<<18)
	if _, err := io.WriteString(w, snapshotMagic); err != nil {
		return err
	}
	c := &codec{w: b, buf: make([]byte, codecBuf)}
	if e.m.code(c); c.err != nil {
		return c.err
	}
	if err := b.Flush(); err != nil {
		return err
	}
	_, err := w.Write(h.Sum(nil))
	return err
}

// Restore reads what Snapshot wrote. An error wraps [ErrSnapshot] where the
// bytes are not one.
func Restore(r io.Reader) (*Engine, error) {
	magic := make([]byte, len(snapshotMagic))
	if _, err := io.ReadFull(r, magic); err != nil || string(magic) != snapshotMagic {
		return nil, errors.Join(ErrSnapshot, err)
	}
	h := sha256.New()
	br := bufio.NewReaderSize(r, 1<<18)
	c := &codec{r: io.TeeReader(br, h), buf: make([]byte, codecBuf)}
	m := newModel(Default())
	if m.code(c); c.err != nil {
		return nil, c.err
	}
	var sum [32]byte
	if _, err := io.ReadFull(br, sum[:]); err != nil || sum != [32]byte(h.Sum(nil)) {
		return nil, errors.Join(ErrSnapshot, err)
	}
	if err := m.verify(); err != nil {
		return nil, err
	}
	return newEngine(m), nil
}

// code writes or reads the whole state, in a fixed order.
func (m *model) code(c *codec) {
	c.u64(&m.applied)
	c.i64(&m.clock.now)
	c.i64(&m.clock.ahead)
	c.u32(&m.clock.streak)
	m.con.code(c)
	m.arena.code(c)
	for _, s := range []*space{&m.authors, &m.sounds, &m.tags, &m.langs, &m.regions} {
		s.index.code(c)
		entries(c, &s.groups, func(g *group) { g.code(c) })
	}
	m.itemIDs.code(c)
	entries(c, &m.items, func(it *item) { it.code(c) })
	c.u32(&m.live)
	m.viewerIDs.code(c)
	entries(c, &m.viewers, func(v *viewer) { v.code(c) })
	m.debias.code(c)
	m.pending.code(c)
	m.heads.code(c)
	m.crosses.code(c)
	m.match.code(c)
	m.factors.code(c)
	m.taste.code(c)
	m.shelves.code(c)
	codeBoards(c, &m.hot)
	codeBoards(c, &m.spoken)
	m.debts.code(c)
	m.global.code(c)
}

func (k *Constitution) code(c *codec) {
	var b []byte
	if !c.reading() {
		b, c.err = json.Marshal(k)
	}
	n := uint32(len(b))
	c.u32(&n)
	if c.bad(n > 1<<16); c.err != nil {
		return
	}
	if c.reading() {
		b = make([]byte, n)
	}
	if c.raw(b); c.err == nil && c.reading() {
		if err := json.Unmarshal(b, k); err != nil {
			c.err = errors.Join(ErrSnapshot, err)
		}
	}
}

func (a *arena) code(c *codec) {
	for i := range a.class {
		b := &a.class[i]
		n := b.n
		c.u32(&n)
		if c.reading() {
			*b = blocks{}
		}
		per := perChunk(i)
		for k := uint32(0); k*per < n && c.err == nil; k++ {
			if c.reading() {
				b.chunks = append(b.chunks, make([]uint32, int(per)*blockWords[i]))
			}
			c.u32s(b.chunks[k][:int(min(per, n-k*per))*blockWords[i]])
		}
		b.n = n
		c.words(&b.free, 1<<28)
	}
}

func (x *index) code(c *codec) {
	entries(c, &x.ids, func(id *ID) { c.u64((*uint64)(id)) })
	if c.reading() && c.err == nil && x.ids.n > 0 {
		x.rehash()
	}
}

func (l *list) code(c *codec) {
	c.u32((*uint32)(&l.at))
	c.u32(&l.n)
}

func (g *group) code(c *codec) {
	c.f32(&g.sum)
	c.f32(&g.n)
	g.items.code(c)
	g.newest.code(c)
	c.u32(&g.fans)
	c.u32(&g.watched)
}

func (it *item) code(c *codec) {
	for _, x := range []*uint32{&it.author, &it.sound, &it.lang, &it.region, &it.duration, &it.state, &it.owed, &it.among, &it.watched, &it.cov, &it.shelf, &it.near.n} {
		c.u32(x)
	}
	it.tags.code(c)
	it.fans.code(c)
	it.raters.code(c)
	c.u32((*uint32)(&it.near.at))
	c.i64(&it.born)
	c.i64(&it.last)
	c.i64(&it.lastAct)
	c.f32s(it.pop[:])
	c.u32(&it.marked)
	c.f32s(it.then[:])
	c.i64(&it.thenLast)
	c.f32s(it.acts[:])
	c.f32(&it.doubt)
	c.f32(&it.sum)
	c.f32(&it.n)
	c.u32s(it.counts[:])
	c.u32s(it.open[:])
}

func (v *viewer) code(c *codec) {
	c.i64(&v.last)
	for _, l := range []*list{&v.likes, &v.others, &v.seen, &v.follow, &v.block, &v.wants} {
		l.code(c)
	}
	c.u32(&v.lang)
	c.u32(&v.region)
	c.u32(&v.age)
	c.u32(&v.liked)
	c.u32(&v.watched)
	c.f32(&v.saved)
	c.u32s(v.pend[:])
}

func (d *debias) code(c *codec) {
	for i := range d.hist {
		c.u32s(d.hist[i][:])
	}
}

func (p *pending) code(c *codec) {
	entries(c, &p.rows, func(r *pendingRow) {
		for _, x := range []*uint32{&r.item, &r.viewer, &r.done, &r.hasValue, &r.at.lang, &r.at.region, &r.at.age, &r.at.last, &r.at.hours} {
			c.u32(x)
		}
		c.f32(&r.value)
		c.f32(&r.propensity)
		c.f32s(r.row[:])
	})
	c.u32(&p.next)
}

func (h *heads) code(c *codec) {
	for k := range h.w {
		c.f32s(h.w[k][:])
	}
	for i := range h.p {
		c.f64(&h.p[i])
	}
	c.f32s(h.v[:])
	c.u32(&h.n)
}

func codeBoards(c *codec, bs *[]board) {
	n := uint32(len(*bs))
	c.u32(&n)
	if c.bad(n > 1<<20); c.err != nil {
		return
	}
	if c.reading() {
		*bs = nil
	}
	for i := uint32(0); i < n && c.err == nil; i++ {
		if c.reading() {
			*bs = append(*bs, board{})
		}
		b := &(*bs)[i]
		c.words(&b.items, boardMost)
		if c.reading() {
			b.heats = make([]float32, len(b.items))
		}
		c.f32s(b.heats)
	}
}

func (t *match) code(c *codec) {
	for _, l := range []*logit{&t.next, &t.later} {
		for i := range l.w {
			c.f64(&l.w[i])
		}
		for i := range l.h {
			c.f64(&l.h[i])
		}
		c.u32(&l.n)
	}
	c.u32(&t.count)
	c.u32s(t.recent[:])
	c.u32(&t.marks)
	c.u32(&t.markAt)
	c.i64(&t.markTime)
}

func (f *factors) code(c *codec) {
	f.items.code(c)
	f.viewers.code(c)
	c.f32s(f.gramI[:])
	c.f32s(f.gramV[:])
	c.u32(&f.sweepI)
	c.u32(&f.sweepV)
}

func (m *matrix) code(c *codec) {
	n := m.n
	c.u32(&n)
	if c.reading() {
		*m = matrix{width: m.width}
	}
	for i := uint32(0); i < n && c.err == nil; i++ {
		if c.reading() {
			m.add()
		}
		c.f32s(m.row(i))
	}
}

func (t *tastes) code(c *codec) {
	for _, mx := range []*matrix{&t.vecI, &t.covI, &t.vecV, &t.vecT} {
		mx.code(c)
	}
	c.words(&t.freed, 1<<28)
	t.prior.code(c)
	c.f32(&t.noise)
	c.u32(&t.solved)
	c.u32(&t.at)
	c.u32(&t.seen)
}

func (k *kinds) code(c *codec) {
	c.f32s(k.n[:])
	for i := range k.centre {
		c.f32s(k.centre[i][:])
	}
	for i := range k.pull {
		c.f32s(k.pull[i][:])
	}
	c.f32s(k.cov[:])
	c.f32s(k.mean[:])
	c.f32s(k.prec[:])
	c.f32s(k.size[:])
	c.f32s(k.base[:])
}
