package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	// MaxText is the largest text beside an entry, in bytes of UTF-8.
	MaxText  = 64 << 10
	maxTexts = 16
	saltSize = 16
)

// A Text lies beside the entry with the index Entry, whose Texts hold its
// commitment under Name. Redacted, it has a reason and neither salt nor
// content any more.
type Text struct {
	Entry    int64  `json:"entry"`
	Name     string `json:"name"`
	Salt     []byte `json:"salt,omitempty"`
	Content  string `json:"text,omitempty"`
	Redacted string `json:"redacted,omitempty"` // a word: erasure, court-order, ...
}

// Commit is the commitment to a text: SHA-256 over the salt, which is 16
// random bytes, and the text in UTF-8. Without the salt nobody can tell
// whether a guess at the text is right.
func Commit(salt []byte, text string) tlog.Hash {
	h := sha256.New()
	h.Write(salt)
	h.Write([]byte(text))
	return tlog.Hash(h.Sum(nil))
}

// newText commits to a text for an entry whose index is not known yet.
func newText(rand io.Reader, name, content string) (Text, tlog.Hash, error) {
	if len(content) > MaxText || !utf8.ValidString(content) {
		return Text{}, tlog.Hash{}, fmt.Errorf("%w: the text %s: want valid UTF-8 of at most %d bytes", ErrFormat, name, MaxText)
	}
	t := Text{Name: name, Salt: make([]byte, saltSize), Content: content}
	if _, err := io.ReadFull(rand, t.Salt); err != nil {
		return Text{}, tlog.Hash{}, fmt.Errorf("drawing a salt: %w", err)
	}
	return t, Commit(t.Salt, content), nil
}

// Verify tells whether a text is the one that was committed to, or was
// redacted.
func (t Text) Verify(commitment tlog.Hash) error {
	if t.Redacted != "" {
		if len(t.Salt) > 0 || t.Content != "" {
			return fmt.Errorf("%w: the text %s beside entry %d is redacted and still there", ErrFormat, t.Name, t.Entry)
		}
		return slug("reason of a redaction", t.Redacted)
	}
	if len(t.Salt) != saltSize {
		return fmt.Errorf("%w: the text %s beside entry %d has a salt of %d bytes", ErrFormat, t.Name, t.Entry, len(t.Salt))
	}
	if got := Commit(t.Salt, t.Content); got != commitment {
		return fmt.Errorf("%w: the text %s beside entry %d is not the one that was committed to (%s)", ErrTampered, t.Name, t.Entry, base64.StdEncoding.EncodeToString(commitment[:]))
	}
	return nil
}

// Redact is the text without salt and content. The act belongs into the
// ledger too, as a Redaction.
func (t Text) Redact(reason string) (Text, error) {
	if err := slug("reason of a redaction", reason); err != nil {
		return Text{}, err
	}
	return Text{Entry: t.Entry, Name: t.Name, Redacted: reason}, nil
}
