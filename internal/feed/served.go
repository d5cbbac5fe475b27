package feed

import (
	"reelm"
	"reelm/rec"
)

// seenServe is what the fold remembers of a serve that came back.
type seenServe struct {
	ID      uint64
	At      int64 // when the serve was given out
	Watched int64 // milliseconds so far
	Deeds   uint16
}

// Bits of seenServe.Deeds.
const (
	didSkip = 1 << iota
	didComplete
	didRewatch
	didShare
	didLike
	didUnlike
	didNotInterested
)

// serveMemory remembers serves for as long as their tokens are good.
type serveMemory struct {
	seen  map[uint64]*seenServe
	queue []*seenServe // in the order in which they came
}

func newServeMemory() serveMemory { return serveMemory{seen: map[uint64]*seenServe{}} }

// get finds a serve or remembers it, and says whether it is new.
func (s *serveMemory) get(id uint64, at int64) (*seenServe, bool) {
	if v := s.seen[id]; v != nil {
		return v, false
	}
	v := &seenServe{ID: id, At: at}
	s.seen[id] = v
	s.queue = append(s.queue, v)
	return v, true
}

// forget drops serves whose tokens ended before now.
func (s *serveMemory) forget(now int64) {
	n := 0
	for n < len(s.queue) && s.queue[n].At < now-serveLife-2*serveGrace {
		delete(s.seen, s.queue[n].ID)
		n++
	}
	s.queue = s.queue[n:]
}

// served folds what a viewer did with one serve: the first record of a serve
// is its impression, and nothing counts twice.
func (m *model) served(r *reelm.Record) error {
	s := r.Served
	if r.At < s.At || r.At > s.At+serveLife+serveGrace {
		return nil // not from within the life of its token
	}
	m.serves.forget(r.At)
	seen, first := m.serves.get(s.ID, s.At)
	ev := rec.Event{Time: r.At, User: rec.ID(r.Viewer), Item: rec.ID(r.Clip), CountOnly: s.CountOnly}
	do := func(kind rec.Kind, at int64) error {
		ev.Kind, ev.Time = kind, at
		return m.engine.Apply(ev)
	}
	if first {
		ev.Slot, ev.Source, ev.Propensity, ev.Context = s.Slot, rec.ParseSource(s.Source), s.Propensity, s.Context
		m.count(r.Clip, tally{Views: 1})
		if err := do(rec.Impression, r.At); err != nil {
			return err
		}
		ev.Context = nil
	}
	var duration int64
	if f := m.clips[r.Clip]; f != nil {
		duration = f.Duration
	}
	for _, d := range r.Deeds {
		if err := m.deed(&ev, seen, d, duration, do); err != nil {
			return err
		}
	}
	return nil
}

func (m *model) deed(ev *rec.Event, seen *seenServe, d reelm.Deed, duration int64, do func(rec.Kind, int64) error) error {
	once := func(bit uint16, kind rec.Kind) error {
		if seen.Deeds&bit != 0 {
			return nil
		}
		seen.Deeds |= bit
		return do(kind, d.At)
	}
	switch d.Kind {
	case reelm.EventWatch:
		return m.watch(ev, seen, d, duration, do, once)
	case reelm.EventSkip:
		return once(didSkip, rec.Skip)
	case reelm.EventComplete:
		return once(didComplete, rec.Complete)
	case reelm.EventShare:
		if seen.Deeds&didShare == 0 {
			m.count(reelm.ClipID(ev.Item), tally{Shares: 1})
		}
		return once(didShare, rec.Share)
	case reelm.EventNotInterested:
		return once(didNotInterested, rec.NotInterested)
	case reelm.EventLike:
		return once(didLike, rec.Like)
	case reelm.EventUnlike:
		return once(didUnlike, rec.Unlike)
	}
	return nil
}

// Thresholds from which the fold derives what clients need not send.
const (
	skipBelow     = 2000 // milliseconds
	completeShare = 95   // percent of the duration
	rewatchShare  = 150
)

// watch adds what a serve was watched beyond what is known, and derives the
// quick skip, the completion and the second round.
func (m *model) watch(ev *rec.Event, seen *seenServe, d reelm.Deed, duration int64, do func(rec.Kind, int64) error, once func(uint16, rec.Kind) error) error {
	if d.Watched <= seen.Watched && (seen.Watched > 0 || seen.Deeds&didSkip != 0) {
		return nil
	}
	ev.Before, ev.Watched = seen.Watched, d.Watched
	seen.Watched = d.Watched
	if err := do(rec.Watch, d.At); err != nil {
		return err
	}
	ev.Before, ev.Watched = 0, 0
	if d.Watched < skipBelow && (duration == 0 || d.Watched*2 < duration) && ev.Before == 0 {
		if err := once(didSkip, rec.Skip); err != nil {
			return err
		}
	}
	if duration > 0 && d.Watched*100 >= duration*completeShare {
		if err := once(didComplete, rec.Complete); err != nil {
			return err
		}
	}
	if duration > 0 && d.Watched*100 >= duration*rewatchShare {
		return once(didRewatch, rec.Rewatch)
	}
	return nil
}

func (m *model) count(clip reelm.ClipID, add tally) {
	c := m.counts[clip]
	c.Views += add.Views
	c.Shares += add.Shares
	m.counts[clip] = c
}
