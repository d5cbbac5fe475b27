package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// MaxEntry is the largest entry in bytes. Bundles of entries give each 16
// bits for its length.
const MaxEntry = 60_000

// version of the entries that this package writes. A later one may add
// kinds; what is in the tree stays as it is.
const version = 1

// An Entry is one act, as it stands in the tree.
type Entry struct {
	// At is when it was done, in whole seconds of UTC.
	At time.Time
	// Body says what was done; its Kind is written beside it.
	Body Body
	// Texts are the commitments to what lies beside the tree, by name.
	Texts map[string]tlog.Hash
}

// A Body is what one kind of entry holds. The concrete types are in
// kinds.go; all of them are structs of this package, and Unknown.
type Body interface {
	Kind() Kind
	check() error
}

// Unknown is the body of an entry that a later version wrote. It verifies as
// well as any other; what it says is for that version to read.
type Unknown struct {
	Version int
	Name    Kind
	Raw     json.RawMessage
}

// Kind implements Body.
func (u Unknown) Kind() Kind { return u.Name }

func (u Unknown) check() error {
	return fmt.Errorf("%w: kind %.40q of version %d is not ours to write", ErrFormat, u.Name, u.Version)
}

// envelope is an entry's JSON.
type envelope struct {
	Version int                  `json:"v"`
	At      string               `json:"at"` // RFC 3339, UTC, seconds
	Kind    Kind                 `json:"kind"`
	Body    json.RawMessage      `json:"body"`
	Texts   map[string]tlog.Hash `json:"texts,omitempty"`
}

const timeFormat = "2006-01-02T15:04:05Z"

// NewEntry makes an entry and the texts to keep beside it, with salts from
// rand. at is passed in, as in everything here.
func NewEntry(rand io.Reader, at time.Time, body Body, texts map[string]string) (Entry, []Text, error) {
	e := Entry{At: at.UTC().Truncate(time.Second), Body: body}
	var beside []Text
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		t, hash, err := newText(rand, name, texts[name])
		if err != nil {
			return Entry{}, nil, err
		}
		if e.Texts == nil {
			e.Texts = map[string]tlog.Hash{}
		}
		e.Texts[name] = hash
		beside = append(beside, t)
	}
	if _, err := e.Encode(); err != nil {
		return Entry{}, nil, err
	}
	return e, beside, nil
}

// Encode writes the entry as it goes into the tree. The error wraps
// ErrFormat when a field holds what it must not.
func (e Entry) Encode() ([]byte, error) {
	if e.Body == nil {
		return nil, fmt.Errorf("%w: an entry without a body", ErrFormat)
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	body, err := json.Marshal(e.Body)
	if err != nil {
		return nil, fmt.Errorf("%w: body of kind %s: %w", ErrFormat, e.Body.Kind(), err)
	}
	leaf, err := canonical(envelope{version, e.At.UTC().Format(timeFormat), e.Body.Kind(), body, e.Texts})
	if err != nil {
		return nil, fmt.Errorf("%w: entry of kind %s: %w", ErrFormat, e.Body.Kind(), err)
	}
	if len(leaf) > MaxEntry {
		return nil, fmt.Errorf("%w: an entry of %d bytes, at most %d are allowed", ErrFormat, len(leaf), MaxEntry)
	}
	return leaf, nil
}

func (e Entry) check() error {
	if y := e.At.UTC().Year(); y < 1970 || y > 9999 {
		return fmt.Errorf("%w: an entry of the year %d", ErrFormat, y)
	}
	for name := range e.Texts {
		if err := slug("name of a text", name); err != nil {
			return err
		}
	}
	if len(e.Texts) > maxTexts {
		return fmt.Errorf("%w: %d texts beside one entry, at most %d are allowed", ErrFormat, len(e.Texts), maxTexts)
	}
	if err := e.Body.check(); err != nil {
		return fmt.Errorf("entry of kind %s: %w", e.Body.Kind(), err)
	}
	return nil
}

// ParseEntry reads a leaf of the tree. The error wraps ErrFormat when it is
// not an entry, or not in its one canonical spelling. What a later version
// added comes as Unknown.
func ParseEntry(leaf []byte) (Entry, error) {
	if len(leaf) > MaxEntry {
		return Entry{}, fmt.Errorf("%w: an entry of %d bytes", ErrFormat, len(leaf))
	}
	var env envelope
	if err := decodeStrict(leaf, &env); err != nil {
		return Entry{}, fmt.Errorf("entry: %w", err)
	}
	at, err := time.Parse(timeFormat, env.At)
	if err != nil {
		return Entry{}, fmt.Errorf("%w: time %.40q of an entry", ErrFormat, env.At)
	}
	if env.Version < 1 {
		return Entry{}, fmt.Errorf("%w: version %d of an entry", ErrFormat, env.Version)
	}
	e := Entry{At: at, Texts: env.Texts}
	known := false
	if env.Version == version {
		if e.Body, known, err = decodeBody(env.Kind, env.Body); err != nil {
			return Entry{}, fmt.Errorf("entry of kind %s: %w", env.Kind, err)
		}
	}
	var again []byte
	if known {
		again, err = e.Encode()
	} else {
		e.Body = Unknown{env.Version, env.Kind, env.Body}
		if err = slug("kind", string(env.Kind)); err == nil {
			again, err = canonical(env)
		}
	}
	if err != nil {
		return Entry{}, err
	}
	return e, same(again, leaf)
}

// same tells that JSON was read in its one spelling: with no name twice or
// in other letters, no bad UTF-8, nothing behind it.
func same(again, data []byte) error {
	if !bytes.Equal(again, data) {
		return fmt.Errorf("%w: not canonical JSON (RFC 8785)", ErrFormat)
	}
	return nil
}

// decodeCanonical reads JSON that must be the canonical form of v.
func decodeCanonical(data []byte, v any) error {
	if err := decodeStrict(data, v); err != nil {
		return err
	}
	again, err := canonical(v)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return same(again, data)
}

func decodeStrict(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return nil
}
