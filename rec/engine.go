package rec

import (
	"sync"
)

// Engine is a model that learns and answers.
//
// One goroutine at a time applies events; any number reads. Inside, a lock
// that prefers writers keeps them apart: a read waits at most for one event,
// or for those of one ApplyAll (some microseconds each; periodic work is cut into
// slices of the same size, one slice per event), and for the reads that began
// before it, an event for the reads under way. While a snapshot or a hash is made, events wait
// and reads do not.
type Engine struct {
	fold sync.Mutex   // held by whoever needs the model to stand still
	mu   sync.RWMutex // held for writing while an event changes the model
	m    *model

	desks sync.Pool // of *desk: the working memory of a read
}

// model is all that was learned. It is only ever touched under Engine's locks.
type model struct {
	applied uint64 // events that changed something
	clock   clock
	con     Constitution

	arena   arena
	authors space
	sounds  space
	tags    space
	langs   space
	regions space

	itemIDs index
	items   column[item]
	live    uint32 // items that are live

	viewerIDs index
	viewers   column[viewer]

	debias  debias
	pending pending
	heads   heads
	crosses crosses
	match   match
	factors factors
	taste   tastes
	shelves shelves
	hot     []board // by half-life, see hotHalves
	spoken  []board // by public acts, one per language; 0 is of all
	debts   debts
	global  group // watch values over all items

	// Working memory of learning; not part of what was learned.
	desk    *desk
	example *example
	normal  normal
	bayes   bayes
}

// New gives an engine that knows nothing, under the given constitution until
// an event brings another.
func New(c Constitution) (*Engine, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return newEngine(newModel(c)), nil
}

func newEngine(m *model) *Engine {
	e := &Engine{m: m}
	e.desks.New = func() any { return newDesk() }
	return e
}

func newModel(c Constitution) *model {
	m := &model{con: c, desk: newDesk(), example: &example{}}
	m.items.add() // number 0 is no item, and no viewer
	m.viewers.add()
	for _, s := range []*space{&m.authors, &m.sounds, &m.tags, &m.langs, &m.regions} {
		s.groups.add()
	}
	m.heads.start()
	m.match.next.start()
	m.match.later.base = &m.match.next
	m.match.later.start()
	m.factors.start()
	m.taste.start()
	m.shelves.start()
	m.hot = make([]board, len(hotHalves))
	m.spoken = make([]board, 1)
	return m
}

// Apply learns from the next event of the log. An error wraps [ErrEvent] and
// has changed nothing. These are no errors and change nothing: an event about
// an item that was never born or is gone (such are under way when an item is
// removed), a second birth, an end of what had not begun.
//
// Times may be out of order: what comes late counts as much as would be left
// of it by then. A time that lies more than a day ahead of all before it is
// taken for that of the latest event, until three events in a row say so.
func (e *Engine) Apply(ev Event) error {
	if err := ev.check(); err != nil {
		return err
	}
	e.fold.Lock()
	defer e.fold.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.m.apply(&ev) {
		e.m.applied++
	}
	return nil
}

// ApplyAll is Apply for events in a row, with the model locked once: where
// reads never cease, a lock for each event would make it wait for a read each
// time. Reads wait for all of them, so that some dozens are enough. It stops at
// the first that is refused and says how many it applied before.
func (e *Engine) ApplyAll(evs []Event) (int, error) {
	e.fold.Lock()
	defer e.fold.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range evs {
		if err := evs[i].check(); err != nil {
			return i, err
		}
		if e.m.apply(&evs[i]) {
			e.m.applied++
		}
	}
	return len(evs), nil
}

// Applied is how many events changed the model so far.
func (e *Engine) Applied() uint64 {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.m.applied
}

// Constitution is the one in force.
func (e *Engine) Constitution() Constitution {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.m.con
}

// clock is the time of the log: the latest time that can be believed.
type clock struct {
	now    int64
	ahead  int64 // earliest of the times in a row that are too far ahead
	streak uint32
}

// see gives the time to take an event for.
func (c *clock) see(t int64) int64 {
	switch {
	case c.now == 0 || t <= c.now+day:
		c.streak = 0
		c.now = max(c.now, t)
		return t
	case c.streak == 0:
		c.ahead = t
	default:
		c.ahead = min(c.ahead, t)
	}
	if c.streak++; c.streak < 3 {
		return c.now
	}
	c.now, c.streak = c.ahead, 0
	return min(t, c.now+day)
}
