package feed

import (
	"fmt"
	"hash/fnv"

	"reelm"
	"reelm/rec"
)

// serveLife is how long a serve's token is good, in milliseconds. The fold
// ignores deeds on an older serve, so what it remembers of serves may be
// forgotten after that time without changing anything.
const serveLife = 24 * 60 * 60 * 1000

// serveGrace is how much later than its time a record may stand on the log.
const serveGrace = 60 * 60 * 1000

// model is everything that the log says up to a position.
type model struct {
	engine *rec.Engine
	pos    uint64 // of the last record that was applied
	outbox int64  // highest outbox number that was applied

	clips  map[reelm.ClipID]*clipFacts
	tags   map[rec.ID]string
	counts map[reelm.ClipID]tally
	muted  map[reelm.ViewerID][]uint32
	about  map[reelm.ViewerID]reelm.About
	serves serveMemory
}

// clipFacts are what words of explanation and muted words need of a clip.
type clipFacts struct {
	Author   reelm.AccountID
	Sound    reelm.SoundID
	Duration int64
	Words    []uint32
}

type tally struct{ Views, Shares int64 }

func newModel() (*model, error) {
	e, err := rec.New(rec.Default())
	if err != nil {
		return nil, fmt.Errorf("making an engine: %w", err)
	}
	return &model{
		engine: e, clips: map[reelm.ClipID]*clipFacts{}, tags: map[rec.ID]string{}, counts: map[reelm.ClipID]tally{},
		muted: map[reelm.ViewerID][]uint32{}, about: map[reelm.ViewerID]reelm.About{}, serves: newServeMemory(),
	}, nil
}

// wordID names a tag, language or country for the engine.
func wordID(word string) rec.ID {
	if word == "" {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(word)) // never fails
	return rec.ID(h.Sum64() | 1)
}

// apply folds the record at a position. An error names the position; the
// model has then learned what came before it.
func (m *model) apply(pos uint64, data []byte) (err error) {
	if pos <= m.pos {
		return nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("record %d of the log: %w", pos, err)
		}
	}()
	r, err := reelm.DecodeRecord(data)
	m.pos = pos
	if err != nil {
		return err
	}
	if r.Outbox != 0 {
		if r.Outbox <= m.outbox {
			return nil
		}
		m.outbox = r.Outbox
	}
	return m.learn(r)
}

func (m *model) learn(r *reelm.Record) error {
	ev := rec.Event{Time: r.At, User: rec.ID(r.Viewer), Item: rec.ID(r.Clip), Author: rec.ID(r.Author)}
	switch r.Kind {
	case reelm.RecordServe:
		return m.served(r)
	case reelm.RecordBorn, reelm.RecordChanged:
		ev.Kind = rec.Born
		if r.Kind == reelm.RecordChanged {
			ev.Kind = rec.Changed
		}
		ev.Facts = m.keepFacts(r)
	case reelm.RecordDied:
		ev.Kind = rec.Died
		delete(m.clips, r.Clip)
		delete(m.counts, r.Clip)
	case reelm.RecordLimited:
		ev.Kind = rec.Limited
	case reelm.RecordUnlimited:
		ev.Kind = rec.Unlimited
	case reelm.RecordLike:
		ev.Kind = rec.Like
	case reelm.RecordUnlike:
		ev.Kind = rec.Unlike
	case reelm.RecordComment:
		ev.Kind = rec.Comment
	case reelm.RecordReport:
		ev.Kind = rec.Report
	case reelm.RecordFollow:
		ev.Kind = rec.Follow
	case reelm.RecordUnfollow:
		ev.Kind = rec.Unfollow
	case reelm.RecordBlock:
		ev.Kind = rec.Block
	case reelm.RecordUnblock:
		ev.Kind = rec.Unblock
	case reelm.RecordInterest:
		return m.interest(ev, r.Liking)
	case reelm.RecordMute:
		if m.muted[r.Viewer] = r.Muted; len(r.Muted) == 0 {
			delete(m.muted, r.Viewer)
		}
		return nil
	case reelm.RecordReset:
		ev.Kind = rec.Reset
	case reelm.RecordAbout:
		ev.Kind = rec.Describe
		ev.Viewer = rec.Viewer{Language: wordID(r.About.Language), Region: wordID(r.About.Country), AgeBand: uint8(r.About.Band)}
		m.about[r.Viewer] = *r.About
	case reelm.RecordMerge:
		ev.Kind, ev.From = rec.Merge, rec.ID(r.From)
		delete(m.about, r.From)
		if words, ok := m.muted[r.From]; ok {
			m.muted[r.Viewer] = append(m.muted[r.Viewer], words...)
			delete(m.muted, r.From)
		}
	case reelm.RecordConstitution:
		c, err := rec.ParseConstitution(r.Constitution)
		if err != nil {
			return err
		}
		ev.Kind, ev.Constitution = rec.Constitute, &c
	default:
		return nil // of a newer program
	}
	ev.CountOnly = m.quiet(r)
	return m.engine.Apply(ev)
}

// quiet says whether a public act may only be counted: the account does not
// allow learning.
func (m *model) quiet(r *reelm.Record) bool {
	switch r.Kind {
	case reelm.RecordLike, reelm.RecordUnlike, reelm.RecordComment, reelm.RecordReport:
		return !m.about[r.Viewer].Learn
	}
	return false
}

func (m *model) keepFacts(r *reelm.Record) *rec.Facts {
	f := r.Facts
	m.clips[r.Clip] = &clipFacts{Author: r.Author, Sound: f.Sound, Duration: f.Duration, Words: f.Words}
	out := &rec.Facts{Author: rec.ID(r.Author), Sound: rec.ID(f.Sound), Language: wordID(f.Language), Duration: f.Duration}
	for _, tag := range f.Tags {
		if len(out.Tags) == rec.MaxTags {
			break
		}
		id := wordID(tag)
		m.tags[id] = tag
		out.Tags = append(out.Tags, id)
	}
	return out
}

func (m *model) interest(ev rec.Event, l *reelm.Liking) error {
	s, err := m.subject(l.Subject)
	if err != nil {
		return err
	}
	ev.Kind, ev.Subject = rec.Interest, s
	switch l.Level {
	case reelm.LevelMore:
		ev.Want = rec.More
	case reelm.LevelLess:
		ev.Want = rec.Less
	case reelm.LevelNever:
		ev.Want = rec.Never
	}
	return m.engine.Apply(ev)
}

// subject names a subject for the engine.
func (m *model) subject(s reelm.Subject) (rec.Subject, error) {
	switch s.Kind {
	case reelm.SubjectTag:
		id := wordID(s.Key)
		m.tags[id] = s.Key
		return rec.Subject{Space: rec.Tag, ID: id}, nil
	case reelm.SubjectAuthor:
		id, err := reelm.ParseID[reelm.AccountID](s.Key)
		return rec.Subject{Space: rec.Author, ID: rec.ID(id)}, err
	case reelm.SubjectSound:
		id, err := reelm.ParseID[reelm.SoundID](s.Key)
		return rec.Subject{Space: rec.Sound, ID: rec.ID(id)}, err
	}
	return rec.Subject{}, reelm.Wrong("kind", "bad-subject", "%q is none of tag, author, sound", s.Kind)
}

// named gives an engine's subject its name back; nil where it has none.
func (m *model) named(s rec.Subject) *reelm.Subject {
	switch s.Space {
	case rec.Tag:
		if tag, ok := m.tags[s.ID]; ok {
			return &reelm.Subject{Kind: reelm.SubjectTag, Key: tag}
		}
	case rec.Author:
		return &reelm.Subject{Kind: reelm.SubjectAuthor, Key: reelm.AccountID(s.ID).String()}
	case rec.Sound:
		return &reelm.Subject{Kind: reelm.SubjectSound, Key: reelm.SoundID(s.ID).String()}
	}
	return nil
}
