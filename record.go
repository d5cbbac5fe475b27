package reelm

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// RecordKind is what a message of the event log tells.
type RecordKind string

// The kinds of records. Those marked (age) leave the log when they are older
// than log.retention; the others stay as long as their subject does.
const (
	RecordServe        RecordKind = "serve"        // what a viewer did with one serve (age)
	RecordBorn         RecordKind = "born"         // a clip may be recommended from now on
	RecordChanged      RecordKind = "changed"      // its caption, tags or sound
	RecordDied         RecordKind = "died"         // gone for good
	RecordLimited      RecordKind = "limited"      // not to be recommended: a moderator's or the author's wish
	RecordUnlimited    RecordKind = "unlimited"    // to be recommended again
	RecordLike         RecordKind = "like"         // (age)
	RecordUnlike       RecordKind = "unlike"       // (age)
	RecordComment      RecordKind = "comment"      // (age)
	RecordReport       RecordKind = "report"       // (age)
	RecordFollow       RecordKind = "follow"       //
	RecordUnfollow     RecordKind = "unfollow"     //
	RecordBlock        RecordKind = "block"        //
	RecordUnblock      RecordKind = "unblock"      //
	RecordInterest     RecordKind = "interest"     // a viewer's level for a subject
	RecordMute         RecordKind = "mute"         // a viewer's muted words, all of them
	RecordReset        RecordKind = "reset"        // a viewer's taste begins anew
	RecordAbout        RecordKind = "about"        // a viewer's language, country, age band, learning
	RecordMerge        RecordKind = "merge"        // a viewer's taste moves to an account
	RecordConstitution RecordKind = "constitution" // the whole document
)

// Record is one message of the event log, written as one JSON object. Field
// names are short because there are many; docs/log-format.md explains them to
// whoever reads an archive without Reelm.
type Record struct {
	Kind   RecordKind `json:"k"`
	At     int64      `json:"t"`           // Unix milliseconds
	Outbox int64      `json:"o,omitempty"` // number in the outbox, 0 if it never was there
	Viewer ViewerID   `json:"u,omitempty"`
	Clip   ClipID     `json:"c,omitempty"`
	Author AccountID  `json:"a,omitempty"` // followed, blocked; of a born clip
	From   ViewerID   `json:"f,omitempty"` // merge: whose taste moves

	Served *Served  `json:"s,omitempty"` // serve
	Deeds  []Deed   `json:"e,omitempty"` // serve
	Facts  *Facts   `json:"b,omitempty"` // born, changed
	About  *About   `json:"v,omitempty"` // about
	Liking *Liking  `json:"i,omitempty"` // interest
	Muted  []uint32 `json:"m,omitempty"` // mute: hashes of words

	Constitution json.RawMessage `json:"d,omitempty"`
}

// Served is what the log keeps of a serve's token.
type Served struct {
	ID           uint64  `json:"id"` // hash of the token: the same serve twice is one
	At           int64   `json:"t"`  // of the request, Unix milliseconds
	Position     uint64  `json:"n"`
	Constitution int64   `json:"d,omitempty"`
	Slot         int     `json:"l,omitempty"`
	Source       string  `json:"s"`
	Propensity   float64 `json:"p"`
	Score        float64 `json:"q"`
	Profiled     bool    `json:"f,omitempty"`
	Context      []byte  `json:"x,omitempty"`
	Language     string  `json:"g,omitempty"` // of the request
	CountOnly    bool    `json:"z,omitempty"` // the viewer did not allow learning
}

// Deed is one thing done with a serve.
type Deed struct {
	Kind    EventKind `json:"k"`
	At      int64     `json:"t"`
	Watched int64     `json:"w,omitempty"` // milliseconds, in total for the serve
}

// Facts are what the engine knows of a clip.
type Facts struct {
	Sound    SoundID  `json:"s,omitempty"`
	Tags     []string `json:"g,omitempty"`
	Language string   `json:"l,omitempty"`
	Duration int64    `json:"w"`           // milliseconds
	Words    []uint32 `json:"m,omitempty"` // hashes of the caption's words, for muted words
}

// About is what a viewer tells of themselves.
type About struct {
	Language string  `json:"l,omitempty"`
	Country  string  `json:"c,omitempty"`
	Band     AgeBand `json:"b,omitempty"`
	Learn    bool    `json:"f"`
}

// Liking is a viewer's level for a subject.
type Liking struct {
	Subject
	Level Level `json:"level"`
}

// MaxRecord is the most bytes a record has.
const MaxRecord = 64 << 10

// Encode writes the record as the log keeps it.
func (r *Record) Encode() ([]byte, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encoding a %s record: %w", r.Kind, err)
	}
	if len(b) > MaxRecord {
		return nil, fmt.Errorf("a %s record of %d bytes exceeds %d", r.Kind, len(b), MaxRecord)
	}
	return b, nil
}

// DecodeRecord reads a record. What it cannot read is an error; a kind that
// it does not know is not, so that an older program can follow a newer log.
func DecodeRecord(b []byte) (*Record, error) {
	if len(b) > MaxRecord {
		return nil, fmt.Errorf("a record of %d bytes exceeds %d", len(b), MaxRecord)
	}
	var r Record
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(&r); err != nil {
		return nil, fmt.Errorf("reading a record: %w", err)
	}
	if d.More() {
		return nil, fmt.Errorf("reading a record: something follows it")
	}
	if r.Kind == "" {
		return nil, fmt.Errorf("reading a record: it has no kind")
	}
	if r.Kind == RecordServe && r.Served == nil || (r.Kind == RecordBorn || r.Kind == RecordChanged) && r.Facts == nil ||
		r.Kind == RecordAbout && r.About == nil || r.Kind == RecordInterest && r.Liking == nil ||
		r.Kind == RecordConstitution && len(r.Constitution) == 0 {
		return nil, fmt.Errorf("reading a record: a %s without its content", r.Kind)
	}
	return &r, nil
}

// WordHashes gives the hashes of the words of a text, folded, each once, in
// order: what muted words are compared by, so that captions need not be on
// the log (FNV-1a, 32 bit).
func WordHashes(text string, max int) []uint32 {
	var out []uint32
	seen := map[uint32]bool{}
	for _, w := range Words(text) {
		h := uint32(2166136261)
		for i := range len(w) {
			h = (h ^ uint32(w[i])) * 16777619
		}
		if !seen[h] && len(out) < max {
			seen[h] = true
			out = append(out, h)
		}
	}
	return out
}
