package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxCheckpoint bounds a checkpoint with all its signatures, in bytes:
// witnesses may add theirs.
const maxCheckpoint = 16 << 10

func emptyTree() tlog.Tree { return tlog.Tree{Hash: sha256.Sum256(nil)} }

// A Checkpoint is what a ledger's owner signed: at so many entries the tree
// had this root.
type Checkpoint struct {
	Origin string
	Tree   tlog.Tree
}

// SignCheckpoint signs a tree as C2SP tlog-checkpoint has it. The key's name
// is the origin.
func SignCheckpoint(tree tlog.Tree, key note.Signer) ([]byte, error) {
	text := fmt.Sprintf("%s\n%d\n%s\n", key.Name(), tree.N, tree.Hash)
	signed, err := note.Sign(&note.Note{Text: text}, key)
	if err != nil {
		return nil, fmt.Errorf("signing the checkpoint of %d entries: %w", tree.N, err)
	}
	return signed, nil
}

// OpenCheckpoint reads a checkpoint that the key must have signed under its
// name as origin. The error wraps ErrSignature or ErrFormat. Signatures of
// others (witnesses) are passed over.
func OpenCheckpoint(signed []byte, key note.Verifier) (Checkpoint, error) {
	if len(signed) > maxCheckpoint {
		return Checkpoint{}, fmt.Errorf("%w: a checkpoint of %d bytes", ErrFormat, len(signed))
	}
	n, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: the checkpoint is not signed by %s: %w", ErrSignature, key.Name(), err)
	}
	c, err := parseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != key.Name() {
		return Checkpoint{}, fmt.Errorf("%w: the checkpoint's origin is %.150q, and it is signed by %s", ErrFormat, c.Origin, key.Name())
	}
	return c, nil
}

// PeekCheckpoint reads a checkpoint without a look at its signatures.
func PeekCheckpoint(signed []byte) (Checkpoint, error) {
	text, _, found := strings.Cut(string(signed), "\n\n")
	if !found || len(signed) > maxCheckpoint {
		return Checkpoint{}, fmt.Errorf("%w: not a checkpoint", ErrFormat)
	}
	return parseCheckpoint(text + "\n")
}

// parseCheckpoint reads origin, size and root. Extension lines are allowed
// by the specification, and passed over.
func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return Checkpoint{}, fmt.Errorf("%w: a checkpoint has three lines at least", ErrFormat)
	}
	for _, l := range lines[:len(lines)-1] {
		if l == "" {
			return Checkpoint{}, fmt.Errorf("%w: a checkpoint has no empty lines", ErrFormat)
		}
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("%w: size %.40q of a checkpoint", ErrFormat, lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return Checkpoint{}, fmt.Errorf("%w: root %.60q of a checkpoint", ErrFormat, lines[2])
	}
	return Checkpoint{lines[0], tlog.Tree{N: size, Hash: tlog.Hash(root)}}, nil
}
