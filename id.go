package reelm

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Ids are positive 63-bit random numbers: compact in SQL and in the model,
// meaningless to whoever reads one. Outside the server they are opaque
// strings of 13 lower-case characters (Crockford's base 32, most significant
// character first).
type (
	// AccountID names an account.
	AccountID int64
	// ClipID names a clip.
	ClipID int64
	// SoundID names a sound: the audio of a clip as a thing of its own.
	SoundID int64
	// CommentID names a comment.
	CommentID int64
	// ViewerID names whoever watches: the account's number for people who
	// signed in, a number of its own for a browser with a viewer token. Zero
	// is the visitor without either, of whom nothing is known.
	ViewerID int64
)

const (
	idAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	idLength   = 13
)

type anyID interface {
	~int64
}

// NewID draws a fresh id from r, which must be a cryptographic source where
// the id has to be hard to guess (an unlisted clip).
func NewID[T anyID](r io.Reader) (T, error) {
	var b [8]byte
	for {
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return 0, fmt.Errorf("drawing an id: %w", err)
		}
		if n := int64(binary.BigEndian.Uint64(b[:]) >> 1); n != 0 {
			return T(n), nil
		}
	}
}

// ParseID reads what FormatID wrote. Anything else is ErrNotFound: an id that
// cannot exist is answered like one that does not.
func ParseID[T anyID](s string) (T, error) {
	if len(s) != idLength {
		return 0, ErrNotFound
	}
	var n uint64
	for i := range len(s) {
		v := idDigit(s[i])
		if v < 0 || n>>59 != 0 {
			return 0, ErrNotFound
		}
		n = n<<5 | uint64(v)
	}
	if n == 0 || n>>63 != 0 {
		return 0, ErrNotFound
	}
	return T(n), nil
}

func idDigit(c byte) int {
	for i := range len(idAlphabet) {
		if idAlphabet[i] == c {
			return i
		}
	}
	return -1
}

// FormatID writes an id as people and programs outside see it.
func FormatID[T anyID](id T) string {
	var b [idLength]byte
	n := uint64(id)
	for i := idLength - 1; i >= 0; i-- {
		b[i] = idAlphabet[n&31]
		n >>= 5
	}
	return string(b[:])
}

// String implements fmt.Stringer.
func (id AccountID) String() string { return FormatID(id) }

// String implements fmt.Stringer.
func (id ClipID) String() string { return FormatID(id) }

// String implements fmt.Stringer.
func (id SoundID) String() string { return FormatID(id) }

// String implements fmt.Stringer.
func (id CommentID) String() string { return FormatID(id) }

// String implements fmt.Stringer.
func (id ViewerID) String() string { return FormatID(id) }

// Viewer is the account as one who watches.
func (id AccountID) Viewer() ViewerID { return ViewerID(id) }
