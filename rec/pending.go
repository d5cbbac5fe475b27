package rec

// pending are the serves whose outcome is not known yet. A serve is learned
// from when its viewer has gone four serves further, or when as many serves
// of all viewers came in between as there are places: late enough that a like
// is in, soon enough to matter. Late reactions to a serve that was learned
// from count everywhere but here.
type pending struct {
	rows column[pendingRow] // a ring, see pendingMost
	next uint32             // serves so far
}

const pendingMost = 1 << 15

// pendingRow is one serve and what came of it so far.
type pendingRow struct {
	item, viewer uint32
	done         uint32 // bit per head that came true
	hasValue     uint32
	value        float32 // of the watch
	propensity   float32
	row          features
	at           scene
}

// put takes in a serve and gives its place + 1; the serve that had the place
// is returned for learning.
func (p *pending) put(r pendingRow) (at uint32, old pendingRow) {
	i := p.next % pendingMost
	if p.rows.n <= i {
		p.rows.add()
	}
	p.next++
	slot := p.rows.at(i)
	old, *slot = *slot, r
	return i + 1, old
}

// at gives the serve at a place if it is still that of this viewer.
func (p *pending) at(place, viewer uint32) *pendingRow {
	if place == 0 {
		return nil
	}
	if r := p.rows.at(place - 1); r.viewer == viewer {
		return r
	}
	return nil
}

// cancel empties a place without learning.
func (p *pending) cancel(place uint32) {
	if place != 0 {
		*p.rows.at(place - 1) = pendingRow{}
	}
}
