package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A statement is a signed note (C2SP signed-note, Ed25519) of two lines: what
// it is, and what it says in canonical JSON.
//
//	reelm-statement/v1 permit
//	{"at":"2026-01-02T15:04:05Z",...}
//
//	— authority.example/key iGFZ...
//
// It is named by its ID, the SHA-256 of its text (both lines with their line
// ends): more signatures do not change it.
const (
	statementPrefix = "reelm-statement/"
	statementHead   = statementPrefix + "v1 "
	// maxStatement bounds a statement in bytes.
	maxStatement = 1 << 20
)

// A Statement is what can be signed: PermitRequest, Permit, Revocation,
// Manifest, Receipt or Certificate.
type Statement interface {
	// Sort is the word in the first line.
	Sort() string
	check() error
}

// Signed is a statement that was read.
type Signed[S Statement] struct {
	Statement S
	ID        tlog.Hash
}

// Sign writes and signs a statement.
func Sign(s Statement, keys ...note.Signer) ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Sort(), err)
	}
	body, err := canonical(s)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrFormat, s.Sort(), err)
	}
	signed, err := note.Sign(&note.Note{Text: statementHead + s.Sort() + "\n" + string(body) + "\n"}, keys...)
	if err != nil {
		return nil, fmt.Errorf("signing the %s: %w", s.Sort(), err)
	}
	if len(signed) > maxStatement {
		return nil, fmt.Errorf("%w: a %s of %d bytes, at most %d are allowed", ErrFormat, s.Sort(), len(signed), maxStatement)
	}
	return signed, nil
}

// Open reads a statement that the key must have signed. Signatures by other
// keys are passed over. The error wraps ErrSignature or ErrFormat.
func Open[S Statement](signed []byte, key note.Verifier) (Signed[S], error) {
	n, err := readNote(signed, key)
	if err != nil {
		return Signed[S]{}, err
	}
	if len(n.Sigs) == 0 {
		return Signed[S]{}, fmt.Errorf("%w: it is signed by %s, and not by %s", ErrSignature, signers(n), key.Name())
	}
	return parse[S](n.Text)
}

// Peek reads a statement without a look at its signatures: to show it, or to
// find the key that it names.
func Peek[S Statement](signed []byte) (Signed[S], error) {
	n, err := readNote(signed)
	if err != nil {
		return Signed[S]{}, err
	}
	return parse[S](n.Text)
}

// SortOf tells what sort of statement it claims to be.
func SortOf(signed []byte) (string, error) {
	n, err := readNote(signed)
	if err != nil {
		return "", err
	}
	head, _, _ := strings.Cut(n.Text, "\n")
	sort, ok := strings.CutPrefix(head, statementHead)
	if !ok {
		return "", fmt.Errorf("%w: not a statement: it begins with %.60q", ErrFormat, head)
	}
	return sort, slug("sort of a statement", sort)
}

// readNote gives the note also where none of the keys signed it.
func readNote(signed []byte, keys ...note.Verifier) (*note.Note, error) {
	if len(signed) > maxStatement {
		return nil, fmt.Errorf("%w: a statement of %d bytes", ErrFormat, len(signed))
	}
	n, err := note.Open(signed, note.VerifierList(keys...))
	if unverified, ok := err.(*note.UnverifiedNoteError); ok {
		return unverified.Note, nil
	}
	if invalid, ok := err.(*note.InvalidSignatureError); ok {
		return nil, fmt.Errorf("%w: that of %s does not hold: the text was changed", ErrSignature, invalid.Name)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: not a signed statement: %w", ErrFormat, err)
	}
	return n, nil
}

func parse[S Statement](text string) (Signed[S], error) {
	var out Signed[S]
	want := statementHead + out.Statement.Sort()
	head, body, _ := strings.Cut(text, "\n")
	if head != want {
		return out, fmt.Errorf("%w: want a note that begins with %q, not with %.60q", ErrFormat, want, head)
	}
	body, ok := strings.CutSuffix(body, "\n")
	if !ok || strings.Contains(body, "\n") {
		return out, fmt.Errorf("%w: a %s has two lines", ErrFormat, out.Statement.Sort())
	}
	if err := decodeCanonical([]byte(body), &out.Statement); err != nil {
		return out, fmt.Errorf("%s: %w", out.Statement.Sort(), err)
	}
	if err := out.Statement.check(); err != nil {
		return out, fmt.Errorf("%s: %w", out.Statement.Sort(), err)
	}
	out.ID = sha256.Sum256([]byte(text))
	return out, nil
}

func signers(n *note.Note) string {
	var names []string
	for _, s := range n.UnverifiedSigs {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}

// StatementPath is where a ledger serves a statement that an entry names.
func StatementPath(id tlog.Hash) string { return statementsPrefix + hex.EncodeToString(id[:]) }
