package feed

import (
	"context"
	"fmt"
	"io"
	"slices"

	"reelm"
	"reelm/internal/eventlog"
	"reelm/internal/realm"
	"reelm/rec"
	"reelm/rec/eval"
)

// Trial is what a comparison of two constitutions found on the realm's own
// log.
type Trial struct {
	Seq uint64 `json:"seq"` // up to which the log was read
	eval.Verdict
	Open   int `json:"open"`   // impressions left out: without profiling, where no weights rank
	Chosen int `json:"chosen"` // left out: not the engine's choice, but a link, a profile, a search
}

// Judge asks of the realm's log how a constitution would have done against
// another one, on its latest impressions (most of them, at least one). The log
// is folded again, and every answer that was seen is asked again at the moment
// when it was given. Records that cannot be read are told to notes and passed
// over.
func Judge(ctx context.Context, r *realm.Realm, policy, against rec.Constitution, worth rec.Weights, most int, notes io.Writer) (*Trial, error) {
	trial, err := eval.NewTrial(policy, against, worth)
	if err != nil {
		return nil, err
	}
	last, err := r.Log.Last(ctx)
	if err != nil {
		return nil, err
	}
	h := newHistory(most)
	if err := r.Log.Read(ctx, 1, last, h.read); err != nil {
		return nil, err
	}
	m, err := newModel()
	if err != nil {
		return nil, err
	}
	out := &Trial{Seq: last, Open: h.open, Chosen: h.chosen}
	asked := h.decisions()
	hear := func(before uint64) error { // answers that were given before a position was known
		for len(asked) > 0 && asked[0].position < before {
			row, err := trial.Hear(m.engine, asked[0].decision(m, h.exclude(asked[0])))
			if err != nil {
				return err
			}
			h.hand(asked[0], row)
			asked = asked[1:]
		}
		return ctx.Err()
	}
	err = r.Log.Read(ctx, 1, last, func(msg eventlog.Message) error {
		if err := hear(msg.Seq); err != nil {
			return err
		}
		if err := m.apply(msg.Seq, msg.Data); err != nil {
			fmt.Fprintln(notes, "passed over:", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := hear(last + 1); err != nil {
		return nil, err
	}
	out.Verdict = trial.Verdict()
	return out, nil
}

// history is what the log says of serves and of what came of them.
type history struct {
	most   int
	serves []*pastServe
	byID   map[uint64]*pastServe
	latest map[seenClip]*pastServe // the serve that a like, a comment, a report belongs to
	length map[reelm.ClipID]int64  // milliseconds
	handed map[reelm.ViewerID][]handedOut

	open, chosen int
}

type seenClip struct {
	viewer reelm.ViewerID
	clip   reelm.ClipID
}

// pastServe is a serve that was seen.
type pastServe struct {
	*reelm.Served
	viewer  reelm.ViewerID
	clip    reelm.ClipID
	seq     uint64 // of its first record
	watched int64
	outcome rec.Outcome // all but the watch
}

func newHistory(most int) *history {
	return &history{most: max(most, 1), byID: map[uint64]*pastServe{}, latest: map[seenClip]*pastServe{}, length: map[reelm.ClipID]int64{}, handed: map[reelm.ViewerID][]handedOut{}}
}

// read takes in a message.
func (h *history) read(msg eventlog.Message) error {
	r, err := reelm.DecodeRecord(msg.Data)
	if err != nil {
		return nil // the fold tells of it
	}
	switch r.Kind {
	case reelm.RecordBorn, reelm.RecordChanged:
		h.length[r.Clip] = r.Facts.Duration
	case reelm.RecordServe:
		h.served(r, msg.Seq)
	case reelm.RecordLike, reelm.RecordUnlike, reelm.RecordComment, reelm.RecordReport, reelm.RecordFollow:
		p := h.latest[seenClip{r.Viewer, r.Clip}]
		if p == nil || r.At > p.At+serveLife {
			return nil
		}
		switch r.Kind {
		case reelm.RecordLike:
			p.outcome.Like = 1
		case reelm.RecordUnlike:
			p.outcome.Like = 0
		case reelm.RecordComment:
			p.outcome.Comment = 1
		case reelm.RecordReport:
			p.outcome.Report = 1
		case reelm.RecordFollow:
			p.outcome.Follow = 1
		}
	}
	return nil
}

func (h *history) served(r *reelm.Record, seq uint64) {
	p := h.byID[r.Served.ID]
	if p == nil {
		switch {
		case rec.ParseSource(r.Served.Source) == rec.SourceNone:
			h.chosen++
			return
		case !r.Served.Profiled || r.Served.CountOnly:
			h.open++
			return
		}
		s := *r.Served
		s.Context = nil
		p = &pastServe{Served: &s, viewer: r.Viewer, clip: r.Clip, seq: seq}
		h.byID[s.ID] = p
		h.serves = append(h.serves, p)
		h.latest[seenClip{r.Viewer, r.Clip}] = p
		if len(h.serves) >= 2*h.most {
			h.shorten()
		}
	}
	for _, d := range r.Deeds {
		switch d.Kind {
		case reelm.EventWatch:
			p.watched = max(p.watched, d.Watched)
		case reelm.EventSkip:
			p.outcome.Skip = 1
		case reelm.EventComplete:
			p.outcome.Complete = 1
		case reelm.EventShare:
			p.outcome.Share = 1
		case reelm.EventNotInterested:
			p.outcome.NotInterested = 1
		case reelm.EventLike:
			p.outcome.Like = 1
		case reelm.EventUnlike:
			p.outcome.Like = 0
		}
	}
}

// shorten keeps the latest serves.
func (h *history) shorten() {
	gone := len(h.serves) - h.most
	if gone <= 0 {
		return
	}
	for _, p := range h.serves[:gone] {
		delete(h.byID, p.ID)
		if at := (seenClip{p.viewer, p.clip}); h.latest[at] == p {
			delete(h.latest, at)
		}
	}
	h.serves = slices.Delete(h.serves, 0, gone)
}

// pastAnswer is one answer, and what was seen of it.
type pastAnswer struct {
	viewer   reelm.ViewerID
	at       int64
	position uint64
	language string
	slots    map[int]*pastServe
	end      int // one more than the last slot that was seen
	length   map[reelm.ClipID]int64
}

// decisions gives the answers in the order of their positions.
func (h *history) decisions() []*pastAnswer {
	h.shorten()
	type key struct {
		viewer   reelm.ViewerID
		at       int64
		position uint64
	}
	found := map[key]*pastAnswer{}
	var out []*pastAnswer
	for _, p := range h.serves {
		if p.Slot < 0 || p.Slot >= MaxLimit {
			continue
		}
		k := key{p.viewer, p.At, p.Position}
		a := found[k]
		if a == nil {
			a = &pastAnswer{viewer: p.viewer, at: p.At, position: p.Position, language: p.Language, slots: map[int]*pastServe{}, length: h.length}
			found[k] = a
			out = append(out, a)
		}
		a.slots[p.Slot] = p
		a.end = max(a.end, p.Slot+1)
	}
	slices.SortStableFunc(out, func(a, b *pastAnswer) int {
		switch {
		case a.position < b.position:
			return -1
		case a.position > b.position:
			return 1
		}
		return 0
	})
	return out
}

// fetchedAhead is how long clips that were handed out are taken to be with the
// viewer still, in milliseconds.
const fetchedAhead = 60 * 60 * 1000

// exclude are the clips that had been handed to the viewer shortly before: a
// page that is fetched ahead repeats none of them.
func (h *history) exclude(a *pastAnswer) (out []rec.ID) {
	mine := map[rec.ID]bool{}
	for _, p := range a.slots {
		mine[rec.ID(p.clip)] = true
	}
	handed := h.handed[a.viewer]
	for len(handed) > 0 && handed[0].at < a.at-fetchedAhead {
		handed = handed[1:]
	}
	h.handed[a.viewer] = handed
	for _, p := range handed {
		if p.at < a.at && !mine[p.clip] {
			out = append(out, p.clip)
		}
	}
	return out
}

// handedOut is a clip that was handed to a viewer, seen or not.
type handedOut struct {
	at   int64
	clip rec.ID
}

// hand notes what an answer held.
func (h *history) hand(a *pastAnswer, row []rec.ID) {
	for _, id := range row {
		h.handed[a.viewer] = append(h.handed[a.viewer], handedOut{a.at, id})
	}
}

// decision is the answer as a trial hears it, with what came of it in the
// eyes of the model of that moment.
func (a *pastAnswer) decision(m *model, exclude []rec.ID) eval.Decision {
	q := Request{Viewer: a.viewer, Language: a.language}
	d := eval.Decision{Request: rec.Request{
		User: rec.ID(a.viewer), Time: a.at, Position: a.position, Exclude: exclude, Profile: true,
		Viewer: rec.Viewer{Language: wordID(a.language)}, Allow: m.allow(&q),
	}, Slots: make([]eval.Slot, a.end)}
	for i, p := range a.slots {
		o := p.outcome
		duration := a.length[p.clip]
		if p.watched > 0 {
			o.Watch = m.engine.WatchValue(rec.ID(p.clip), p.watched)
			if p.watched < skipBelow && (duration == 0 || p.watched*2 < duration) {
				o.Skip = 1
			}
		}
		if duration > 0 && p.watched*100 >= duration*completeShare {
			o.Complete = 1
		}
		if duration > 0 && p.watched*100 >= duration*rewatchShare {
			o.Rewatch = 1
		}
		d.Slots[i] = eval.Slot{Item: rec.ID(p.clip), Propensity: p.Propensity, Outcome: o}
	}
	return d
}
