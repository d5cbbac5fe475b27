package feed

import (
	"context"
	"errors"
	"time"

	"reelm"
	"reelm/internal/eventlog"
)

// MaxBatch is the most events of one beacon.
const MaxBatch = 100

// Report is one event as a client sends it.
type Report struct {
	Serve   string
	Kind    string
	Watched int64      // milliseconds, of a watch
	At      *time.Time // nil: now
}

// Rejected names an event of a batch that did not count, and why.
type Rejected struct {
	Index int
	Err   error
}

// From is who sends events.
type From struct {
	Viewer  reelm.ViewerID
	Account reelm.AccountID // 0 for a browser
	Learns  bool
}

// Record puts a batch of events on the log. What is forged, foreign, expired
// or repeated is named; the other events count. It returns when they are
// stored, and they count in this viewer's next feed. The likes of an account
// are given back: they are acts for SQL, not for the log.
func (f *Feed) Record(ctx context.Context, from From, batch []Report) (accepted int, rejected []Rejected, likes []Like, err error) {
	now := f.realm.Now()
	var order []uint64
	records := map[uint64]*reelm.Record{}
	for i, rep := range batch {
		s, id, deed, err := f.check(from, rep, now)
		if err != nil {
			var e *reelm.Error
			if !errors.As(err, &e) {
				return 0, nil, nil, err
			}
			rejected = append(rejected, Rejected{i, e})
			continue
		}
		accepted++
		r := records[id]
		if r == nil {
			r = &reelm.Record{Kind: reelm.RecordServe, At: now.UnixMilli(), Viewer: from.Viewer, Clip: s.Clip, Served: &reelm.Served{
				ID: id, At: s.At.UnixMilli(), Position: s.Position, Constitution: s.Constitution, Slot: s.Slot, Source: s.Source,
				Propensity: s.Propensity, Score: s.Score, Profiled: s.Profiled, Context: s.Context, Language: s.Language, CountOnly: !from.Learns}}
			records[id] = r
			order = append(order, id)
		}
		if from.Account != 0 && (deed.Kind == reelm.EventLike || deed.Kind == reelm.EventUnlike) {
			likes = append(likes, Like{Clip: s.Clip, On: deed.Kind == reelm.EventLike})
			continue
		}
		r.Deeds = append(r.Deeds, deed)
	}
	if len(order) == 0 {
		return accepted, rejected, likes, nil
	}
	entries := make([]eventlog.Entry, len(order))
	for i, id := range order {
		data, err := records[id].Encode()
		if err != nil {
			return 0, nil, nil, err
		}
		entries[i] = eventlog.Entry{Key: uint64(from.Viewer), Ages: true, Data: data}
	}
	seqs, err := f.realm.Log.AppendAll(ctx, entries)
	if err != nil {
		return 0, nil, nil, (&reelm.Error{Kind: reelm.Unavailable, Code: "log-unavailable", Detail: "the event log does not answer; send the events again"}).Because(err)
	}
	f.acks.note(from.Viewer, seqs[len(seqs)-1], 0)
	return accepted, rejected, likes, nil
}

// Like is a like that an account sent as an event.
type Like struct {
	Clip reelm.ClipID
	On   bool
}

// check reads one event and holds it against its serve.
func (f *Feed) check(from From, rep Report, now time.Time) (*reelm.Serve, uint64, reelm.Deed, error) {
	var deed reelm.Deed
	kind, err := reelm.ParseEventKind(rep.Kind)
	if err != nil {
		return nil, 0, deed, err
	}
	s, id, err := Verify(f.realm, rep.Serve)
	if err != nil {
		return nil, 0, deed, err
	}
	switch {
	case s.Viewer != 0 && s.Viewer != from.Viewer:
		return nil, 0, deed, ErrForeignServe
	case now.Sub(s.At) > serveLife*time.Millisecond || s.At.Sub(now) > time.Minute:
		return nil, 0, deed, ErrServeExpired
	case kind == reelm.EventWatch && (rep.Watched < 0 || rep.Watched > reelm.MaxWatched.Milliseconds()):
		return nil, 0, deed, reelm.Wrong("watched_ms", "bad-watched", "0 to %d milliseconds", reelm.MaxWatched.Milliseconds())
	}
	at := now
	if rep.At != nil {
		at = *rep.At
		if at.Before(s.At.Add(-time.Minute)) || at.After(now.Add(time.Minute)) {
			return nil, 0, deed, reelm.Wrong("at", "bad-time", "a time between the serve and now")
		}
	}
	deed = reelm.Deed{Kind: kind, At: at.UnixMilli()}
	if kind == reelm.EventWatch {
		deed.Watched = rep.Watched
	}
	if f.known(id, deed) {
		return nil, 0, deed, ErrRepeated
	}
	return s, id, deed, nil
}

// known says whether the model has counted a deed already. The fold decides
// again, from what the log says.
func (f *Feed) known(id uint64, d reelm.Deed) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	seen := f.model.serves.seen[id]
	if seen == nil {
		return false
	}
	switch d.Kind {
	case reelm.EventWatch:
		return d.Watched <= seen.Watched
	case reelm.EventSkip:
		return seen.Deeds&didSkip != 0
	case reelm.EventComplete:
		return seen.Deeds&didComplete != 0
	case reelm.EventShare:
		return seen.Deeds&didShare != 0
	case reelm.EventNotInterested:
		return seen.Deeds&didNotInterested != 0
	case reelm.EventLike:
		return seen.Deeds&didLike != 0
	case reelm.EventUnlike:
		return seen.Deeds&didUnlike != 0
	}
	return false
}

// Acted notes that a viewer did something in SQL that their next feed should
// know of.
func (f *Feed) Acted(ctx context.Context, viewer reelm.ViewerID) error {
	n, err := f.realm.DB.OutboxEnd(ctx)
	if err != nil {
		return err
	}
	f.acks.note(viewer, 0, n)
	return nil
}
