package ledger

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// tiles reads a ledger's tiles as golang.org/x/mod/sumdb/tlog wants them.
type tiles struct {
	ctx   context.Context
	fetch Fetch
}

// hashes reads hashes of a tree and checks each against its root.
func hashes(ctx context.Context, fetch Fetch, tree tlog.Tree) tlog.HashReader {
	return tlog.TileHashReader(tree, tiles{ctx, fetch})
}

func (t tiles) Height() int { return tileHeight }

func (t tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(list))
	for i, tile := range list {
		b, err := readTile(t.ctx, t.fetch, tile)
		if err != nil {
			return nil, err
		}
		out[i] = b
	}
	return out, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// readTile reads a tile of hashes. A partial one may have been taken away
// when the full one came.
func readTile(ctx context.Context, fetch Fetch, t tlog.Tile) ([]byte, error) {
	want := t.W * tlog.HashSize
	b, err := fetch(ctx, TilePath(t))
	if t.W < tileWidth && errors.Is(err, fs.ErrNotExist) {
		t.W = tileWidth
		b, err = fetch(ctx, TilePath(t))
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", TilePath(t), err)
	}
	if len(b) != t.W*tlog.HashSize {
		return nil, fmt.Errorf("%w: %s has %d bytes", ErrTampered, TilePath(t), len(b))
	}
	return b[:want], nil
}

const proofHead = "c2sp.org/tlog-proof@v1"

// Prove makes the proof that an entry is in the tree of the newest
// checkpoint, in the text format of C2SP tlog-proof: whoever has the entry
// and the ledger's key checks it offline.
func Prove(ctx context.Context, fetch Fetch, key note.Verifier, index int64) ([]byte, error) {
	signed, c, err := head(ctx, fetch, key)
	if err != nil {
		return nil, err
	}
	if index < 0 || index >= c.Tree.N {
		return nil, fmt.Errorf("ledger: entry %d of %d: %w", index, c.Tree.N, fs.ErrNotExist)
	}
	proof, err := tlog.ProveRecord(c.Tree.N, index, hashes(ctx, fetch, c.Tree))
	if err != nil {
		return nil, fmt.Errorf("%w: proving entry %d: %w", ErrTampered, index, err)
	}
	return formatProof(fmt.Sprintf("%s\nindex %d\n", proofHead, index), proof, signed), nil
}

func head(ctx context.Context, fetch Fetch, key note.Verifier) ([]byte, Checkpoint, error) {
	signed, err := fetch(ctx, CheckpointPath)
	if err != nil {
		return nil, Checkpoint{}, fmt.Errorf("reading the checkpoint: %w", err)
	}
	c, err := OpenCheckpoint(signed, key)
	return signed, c, err
}

// CheckProof tells that an entry's bytes stand in a tree that the key has
// signed, and where. The error wraps ErrFormat, ErrSignature or ErrTampered.
func CheckProof(proof, leaf []byte, key note.Verifier) (index int64, c Checkpoint, err error) {
	lines, hashes, signed, err := splitProof(proof)
	if err != nil {
		return 0, c, err
	}
	if len(lines) == 3 && strings.HasPrefix(lines[1], "extra ") {
		lines = append(lines[:1], lines[2])
	}
	if len(lines) != 2 || lines[0] != proofHead {
		return 0, c, fmt.Errorf("%w: not a %s", ErrFormat, proofHead)
	}
	if index, err = parseCount(lines[1], "index "); err != nil {
		return 0, c, err
	}
	if c, err = OpenCheckpoint(signed, key); err != nil {
		return 0, c, err
	}
	if index >= c.Tree.N {
		return 0, c, fmt.Errorf("%w: entry %d of %d", ErrTampered, index, c.Tree.N)
	}
	if err := tlog.CheckRecord(hashes, c.Tree.N, c.Tree.Hash, index, tlog.RecordHash(leaf)); err != nil {
		return 0, c, fmt.Errorf("%w: entry %d is not in the tree: %w", ErrTampered, index, err)
	}
	return index, c, nil
}

// Extend makes the proof that the tree of the newest checkpoint goes on from
// one of old entries, in the format that C2SP tlog-witness takes: "old N",
// hashes, an empty line, the checkpoint.
func Extend(ctx context.Context, fetch Fetch, key note.Verifier, old int64) ([]byte, error) {
	signed, c, err := head(ctx, fetch, key)
	if err != nil {
		return nil, err
	}
	if old < 0 || old > c.Tree.N {
		return nil, fmt.Errorf("ledger: %d entries of %d: %w", old, c.Tree.N, fs.ErrNotExist)
	}
	var proof tlog.TreeProof
	if old > 0 && old < c.Tree.N {
		if proof, err = tlog.ProveTree(c.Tree.N, old, hashes(ctx, fetch, c.Tree)); err != nil {
			return nil, fmt.Errorf("%w: proving that it goes on from %d entries: %w", ErrTampered, old, err)
		}
	}
	return formatProof(fmt.Sprintf("old %d\n", old), tlog.RecordProof(proof), signed), nil
}

// CheckExtension tells that a signed tree goes on from an older one that the
// caller trusts, and returns it. The error wraps ErrFork when it does not.
func CheckExtension(proof []byte, old tlog.Tree, key note.Verifier) (Checkpoint, error) {
	lines, hashes, signed, err := splitProof(proof)
	if err != nil {
		return Checkpoint{}, err
	}
	if len(lines) != 1 {
		return Checkpoint{}, fmt.Errorf("%w: not a proof of extension", ErrFormat)
	}
	size, err := parseCount(lines[0], "old ")
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := OpenCheckpoint(signed, key)
	if err != nil {
		return Checkpoint{}, err
	}
	switch {
	case size != old.N:
		return c, fmt.Errorf("%w: the proof is about %d entries, not %d", ErrFormat, size, old.N)
	case c.Tree.N < old.N:
		return c, fmt.Errorf("%w: %d entries were signed before, and now %d", ErrRollback, old.N, c.Tree.N)
	case old.N == 0:
		return c, nil
	case old.N == c.Tree.N && old.Hash == c.Tree.Hash && len(hashes) == 0:
		return c, nil
	case old.N == c.Tree.N:
		return c, fmt.Errorf("%w: two roots of %d entries", ErrFork, old.N)
	}
	if err := tlog.CheckTree(tlog.TreeProof(hashes), c.Tree.N, c.Tree.Hash, old.N, old.Hash); err != nil {
		return c, fmt.Errorf("%w: the tree of %d entries does not go on from that of %d: %w", ErrFork, c.Tree.N, old.N, err)
	}
	return c, nil
}

func formatProof(head string, proof tlog.RecordProof, checkpoint []byte) []byte {
	b := []byte(head)
	for _, h := range proof {
		b = append(base64.StdEncoding.AppendEncode(b, h[:]), '\n')
	}
	b = append(b, '\n')
	return append(b, checkpoint...)
}

// maxProof bounds the lines of a proof: a tree has fewer than 2^63 leaves.
const maxProof = 64 + 3

// splitProof takes a proof apart: lines that are no hashes, hashes,
// checkpoint.
func splitProof(proof []byte) (lines []string, hashes tlog.RecordProof, checkpoint []byte, err error) {
	text, checkpoint, found := bytes.Cut(proof, []byte("\n\n"))
	if !found || len(text) > 1<<20 {
		return nil, nil, nil, fmt.Errorf("%w: not a proof", ErrFormat)
	}
	for n, l := range strings.Split(string(text), "\n") {
		h, err := base64.StdEncoding.Strict().DecodeString(l)
		switch {
		case n >= maxProof:
			return nil, nil, nil, fmt.Errorf("%w: too many lines in a proof", ErrFormat)
		case err == nil && len(h) == tlog.HashSize:
			hashes = append(hashes, tlog.Hash(h))
		case len(hashes) > 0:
			return nil, nil, nil, fmt.Errorf("%w: line %d of a proof is not a hash", ErrFormat, n+1)
		default:
			lines = append(lines, l)
		}
	}
	return lines, hashes, checkpoint, nil
}

func parseCount(line, prefix string) (int64, error) {
	digits, ok := strings.CutPrefix(line, prefix)
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || n < 0 || strconv.FormatInt(n, 10) != digits {
		return 0, fmt.Errorf("%w: want %q and a number, not %.60q", ErrFormat, prefix, line)
	}
	return n, nil
}
