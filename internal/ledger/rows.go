package ledger

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A Fetch reads a resource of a ledger by its path relative to the ledger's
// prefix, whole, from wherever it lies. The error wraps fs.ErrNotExist when
// there is none.
type Fetch func(ctx context.Context, path string) ([]byte, error)

// Rows reads what an Edge gave to store. Each function returns exactly what
// it is asked for or an error; what is asked for lies within the size of the
// checkpoint.
type Rows struct {
	// Checkpoint is the newest one, signed.
	Checkpoint func(ctx context.Context) ([]byte, error)
	// Hashes are count (at most 256) hashes of a level from the first-th on: of
	// Row.Hash for level 0, of Node.Hash above.
	Hashes func(ctx context.Context, level int, first int64, count int) ([]tlog.Hash, error)
	// Leaves are count (at most 256) entries from the first-th on.
	Leaves func(ctx context.Context, first int64, count int) ([][]byte, error)
	// Texts are those beside count (at most 256) entries from the first-th
	// on, by entry and name.
	Texts func(ctx context.Context, first int64, count int) ([]Text, error)
	// Statement is the one with this ID, of those that entries name. The error
	// wraps fs.ErrNotExist when there is none.
	Statement func(ctx context.Context, id tlog.Hash) ([]byte, error)
}

// Fetch makes the resource at a path, which anybody may have asked for. Its
// method value is a Fetch.
func (r Rows) Fetch(ctx context.Context, path string) ([]byte, error) {
	signed, err := r.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	if path == CheckpointPath {
		return signed, nil
	}
	c, err := PeekCheckpoint(signed)
	if err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(path, textsPrefix):
		return r.texts(ctx, path, c.Tree.N)
	case strings.HasPrefix(path, statementsPrefix):
		id, err := parseStatement(path)
		if err != nil {
			return nil, err
		}
		return r.Statement(ctx, id)
	}
	t, err := parseTile(path)
	if err != nil {
		return nil, err
	}
	first := t.N * tileWidth
	if t.L > 6 || first+int64(t.W) > c.Tree.N>>(tileHeight*max(t.L, 0)) {
		return nil, fmt.Errorf("ledger: %.100q is not there yet: %w", path, fs.ErrNotExist)
	}
	if t.L == entriesLevel {
		leaves, err := r.Leaves(ctx, first, t.W)
		if err != nil {
			return nil, err
		}
		if len(leaves) != t.W {
			return nil, fmt.Errorf("%w: %d entries are stored in place of %d of %s", ErrTampered, len(leaves), t.W, path)
		}
		return appendBundle(nil, leaves)
	}
	hashes, err := r.Hashes(ctx, t.L, first, t.W)
	if err != nil {
		return nil, err
	}
	if len(hashes) != t.W {
		return nil, fmt.Errorf("%w: %d hashes are stored in place of %d of %s", ErrTampered, len(hashes), t.W, path)
	}
	data := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		data = append(data, h[:]...)
	}
	return data, nil
}

func (r Rows) texts(ctx context.Context, path string, size int64) ([]byte, error) {
	n, err := parseTexts(path)
	if err != nil {
		return nil, err
	}
	if n*tileWidth >= size {
		return nil, fmt.Errorf("ledger: %.100q is not there yet: %w", path, fs.ErrNotExist)
	}
	texts, err := r.Texts(ctx, n*tileWidth, int(min(tileWidth, size-n*tileWidth)))
	if err != nil {
		return nil, err
	}
	return FormatTexts(texts)
}

// appendBundle writes entries as C2SP tlog-tiles has them in a bundle: each
// behind its length in two bytes, high one first.
func appendBundle(b []byte, leaves [][]byte) ([]byte, error) {
	for _, l := range leaves {
		if len(l) > MaxEntry {
			return nil, fmt.Errorf("%w: an entry of %d bytes", ErrFormat, len(l))
		}
		b = binary.BigEndian.AppendUint16(b, uint16(len(l)))
		b = append(b, l...)
	}
	return b, nil
}

// ParseBundle reads the entries of a bundle.
func ParseBundle(b []byte) (leaves [][]byte, err error) {
	for len(b) > 0 {
		if len(leaves) == tileWidth || len(b) < 2 || len(b)-2 < int(binary.BigEndian.Uint16(b)) {
			return nil, fmt.Errorf("%w: a bundle of entries is cut off or too long", ErrFormat)
		}
		n := 2 + int(binary.BigEndian.Uint16(b))
		leaves = append(leaves, b[2:n:n])
		b = b[n:]
	}
	return leaves, nil
}

// FormatTexts writes texts as JSON lines.
func FormatTexts(texts []Text) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for _, t := range texts {
		if err := enc.Encode(t); err != nil {
			return nil, fmt.Errorf("writing the text %s beside entry %d: %w", t.Name, t.Entry, err)
		}
	}
	return b.Bytes(), nil
}

// ParseTexts reads what FormatTexts wrote.
func ParseTexts(b []byte) (texts []Text, err error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	for {
		var t Text
		err := dec.Decode(&t)
		if err == io.EOF {
			return texts, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: texts: %w", ErrFormat, err)
		}
		if len(texts) == tileWidth*maxTexts {
			return nil, fmt.Errorf("%w: too many texts", ErrFormat)
		}
		texts = append(texts, t)
	}
}
