package feed

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"slices"
	"time"

	"reelm"
	"reelm/rec"
)

// patience is how long a request waits for the viewer's own last event.
const patience = 50 * time.Millisecond

// MaxLimit is the most clips of one request.
const MaxLimit = 50

// maxHanded is how many clips a cursor remembers as handed out.
const maxHanded = 120

// Request asks for clips for one viewer.
type Request struct {
	Viewer   reelm.ViewerID // 0: nobody
	Profiled bool           // what was learned of the viewer may be used
	Limit    int            // 0: 10
	At       time.Time
	Language string // "" is what the viewer declared
	Country  string
	Handed   []reelm.ClipID // handed out already, see Cursor
}

func (r *Request) limit() int {
	switch {
	case r.Limit <= 0:
		return 10
	case r.Limit > MaxLimit:
		return MaxLimit
	}
	return r.Limit
}

// For gives the next clips for a viewer, best first, and the cursor for those
// after them. It waits a moment for what this viewer did last, for nobody
// else.
func (f *Feed) For(ctx context.Context, r Request) (serves []reelm.Serve, next string, err error) {
	if pos, outbox := f.acks.of(r.Viewer); pos > 0 || outbox > 0 {
		f.wait(ctx, patience, func(m *model) bool { return m.pos >= pos && m.outbox >= outbox })
	}
	f.mu.RLock()
	serves = f.model.ask(&r)
	f.mu.RUnlock()
	nonces := make([]byte, 8*len(serves))
	if _, err := rand.Read(nonces); err != nil {
		return nil, "", err
	}
	handed := slices.Clone(r.Handed)
	for i := range serves {
		serves[i].Nonce = binary.BigEndian.Uint64(nonces[8*i:])
		handed = append(handed, serves[i].Clip)
	}
	if len(serves) < r.limit() {
		return serves, "", nil
	}
	return serves, handedCursor(handed), nil
}

// ask is what the model answers: a pure function of model and request.
func (m *model) ask(r *Request) []reelm.Serve {
	q := m.question(r)
	limit := r.limit()
	q.Limit = limit
	picks := m.engine.Feed(q)
	version, handed := m.engine.Constitution().Version, hashHanded(r.Handed)
	out := make([]reelm.Serve, len(picks))
	for i, p := range picks {
		s := reelm.Serve{
			Viewer: r.Viewer, Clip: reelm.ClipID(p.Item), Position: m.pos, Constitution: version, At: r.At.UTC().Truncate(time.Millisecond),
			Profiled: r.Profiled, Limit: limit, Slot: i, Language: r.Language, Country: r.Country, Handed: handed,
			Source: p.Source.String(), Propensity: p.Propensity, Score: p.Score, Context: p.Context,
		}
		for _, part := range p.Parts {
			s.Parts = append(s.Parts, reelm.Part{Name: part.Name, Value: part.Value, Contribution: part.Contribution, Subject: m.named(part.Subject)})
		}
		out[i] = s
	}
	return out
}

// question is a request in the engine's words.
func (m *model) question(r *Request) rec.Request {
	exclude := make([]rec.ID, len(r.Handed))
	for i, id := range r.Handed {
		exclude[i] = rec.ID(id)
	}
	return rec.Request{
		User: rec.ID(r.Viewer), Time: r.At.UnixMilli(), Limit: r.Limit, Position: m.pos, Exclude: exclude, Allow: m.allow(r), Profile: r.Profiled,
		Viewer: rec.Viewer{Language: wordID(r.Language), Region: wordID(r.Country)},
	}
}

// allow is what a viewer's muted words leave; nil for everything.
func (m *model) allow(r *Request) func(rec.ID) bool {
	muted := m.muted[r.Viewer]
	if len(muted) == 0 {
		return nil
	}
	return func(id rec.ID) bool { return !m.says(reelm.ClipID(id), muted) }
}

// says whether a clip's caption has one of some words.
func (m *model) says(id reelm.ClipID, words []uint32) bool {
	f := m.clips[id]
	return f != nil && slices.ContainsFunc(words, func(w uint32) bool { return slices.Contains(f.Words, w) })
}

// Direct gives a serve for a clip that the viewer chose: by a link, a
// profile, a search. What is done with it counts like everything else.
func (f *Feed) Direct(viewer reelm.ViewerID, clip reelm.ClipID, at time.Time) (reelm.Serve, error) {
	s := reelm.Serve{Viewer: viewer, Clip: clip, At: at.UTC().Truncate(time.Millisecond), Limit: 1, Source: rec.SourceNone.String(), Propensity: 1}
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return s, err
	}
	s.Nonce = binary.BigEndian.Uint64(b[:])
	f.mu.RLock()
	defer f.mu.RUnlock()
	s.Position, s.Constitution = f.model.pos, f.model.engine.Constitution().Version
	return s, nil
}

// hashHanded tells two lists of what was handed out apart.
func hashHanded(ids []reelm.ClipID) uint64 {
	if len(ids) == 0 {
		return 0
	}
	h := fnv.New64a()
	for _, id := range ids {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(id))) // never fails
	}
	return h.Sum64()
}

func handedCursor(ids []reelm.ClipID) string {
	if len(ids) > maxHanded {
		ids = ids[len(ids)-maxHanded:]
	}
	b := make([]byte, 0, 8*len(ids))
	for _, id := range ids {
		b = binary.BigEndian.AppendUint64(b, uint64(id))
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// ParseCursor reads the `next` of an earlier answer.
func ParseCursor(s string) ([]reelm.ClipID, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b)%8 != 0 || len(b) > 8*maxHanded {
		return nil, reelm.Wrong("next", "bad-cursor", "hand back the cursor as it came")
	}
	out := make([]reelm.ClipID, 0, len(b)/8)
	for ; len(b) > 0; b = b[8:] {
		out = append(out, reelm.ClipID(binary.BigEndian.Uint64(b)))
	}
	return out, nil
}

// Ask gives what a viewer would get from the present position, without
// serving it and without waiting.
func (f *Feed) Ask(r Request) (pos uint64, serves []reelm.Serve) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.model.pos, f.model.ask(&r)
}
