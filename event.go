package reelm

import "time"

// EventKind is what a viewer did with a serve.
type EventKind string

// The kinds of events that viewers send. Comments, follows and reports have
// routes of their own and reach the log through the outbox.
const (
	EventWatch         EventKind = "watch"
	EventSkip          EventKind = "skip"
	EventComplete      EventKind = "complete"
	EventShare         EventKind = "share"
	EventNotInterested EventKind = "not_interested"
	EventLike          EventKind = "like"
	EventUnlike        EventKind = "unlike"
)

// ParseEventKind reads a kind as clients send it.
func ParseEventKind(s string) (EventKind, error) {
	switch k := EventKind(s); k {
	case EventWatch, EventSkip, EventComplete, EventShare, EventNotInterested, EventLike, EventUnlike:
		return k, nil
	}
	return "", Wrong("kind", "bad-kind", "%q is no kind of event", s)
}

// MaxWatched bounds what one serve may report as watched: a clip of ten
// minutes looped for a day is not watching.
const MaxWatched = 6 * time.Hour

// Event is one thing a viewer did with a serve.
type Event struct {
	Kind    EventKind
	Watched time.Duration // of a watch: in total for this serve so far
	At      time.Time
}

// Part is one addend of a score: the weight's name, what the head said, and
// what both make together.
type Part struct {
	Name         string  `json:"name"`
	Value        float64 `json:"value"`
	Contribution float64 `json:"contribution"`
	// Subject is the clip's tag, author or sound that the part speaks of,
	// where it speaks of one.
	Subject *Subject `json:"subject,omitempty"`
}

// Subject is something that a viewer can want more or less of.
type Subject struct {
	Kind SubjectKind `json:"kind"`
	Key  string      `json:"key"` // a folded tag, or the id of an account or sound
}

// SubjectKind is what sort of thing a subject is.
type SubjectKind string

// The kinds of subjects.
const (
	SubjectTag    SubjectKind = "tag"
	SubjectAuthor SubjectKind = "author"
	SubjectSound  SubjectKind = "sound"
)

// Level is how much of a subject a viewer wants, in the viewer's own words.
type Level string

// The levels.
const (
	LevelMore    Level = "more"
	LevelNeutral Level = "neutral"
	LevelLess    Level = "less"
	LevelNever   Level = "never"
)

// ParseLevel reads a level.
func ParseLevel(s string) (Level, error) {
	switch l := Level(s); l {
	case LevelMore, LevelNeutral, LevelLess, LevelNever:
		return l, nil
	}
	return "", Wrong("level", "bad-level", "%q is none of more, neutral, less, never", s)
}

// Serve is one clip shown to one viewer by one decision of the engine. Its
// signed form is the token that the API calls `serve`.
type Serve struct {
	Viewer       ViewerID // zero: bound to nobody
	Clip         ClipID
	Position     uint64 // of the log, when the engine decided
	Constitution int64  // version
	At           time.Time
	Profiled     bool
	Limit        int    // how many clips were asked for
	Slot         int    // 0 for the first
	Language     string // of the request
	Country      string // of the request, where known
	Source       string
	Propensity   float64
	Score        float64
	Parts        []Part
	Context      []byte // the engine's own row of features, back with the event
	Handed       uint64 // hash of what was excluded as handed out already, 0 for nothing
	Nonce        uint64 // makes two serves of the same thing two
}
