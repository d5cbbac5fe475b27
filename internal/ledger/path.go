package ledger

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight is fixed by C2SP tlog-tiles: 2^8 hashes to a tile.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// Resources of a ledger, relative to its prefix ("https://HOST/ledger/").
const (
	// CheckpointPath is that of the newest checkpoint.
	CheckpointPath = "checkpoint"
	tilePrefix     = "tile/"
	entriesPrefix  = "tile/entries/"
	textsPrefix    = "texts/"
	// a statement by its ID, in hexadecimal
	statementsPrefix = "statements/"
	entriesLevel     = -1 // of a tlog.Tile that means entries
)

// TilePath is the path of a tile (C2SP tlog-tiles); a Level of -1 means the
// bundle of entries.
func TilePath(t tlog.Tile) string {
	var b strings.Builder
	if t.L == entriesLevel {
		b.WriteString(entriesPrefix)
	} else {
		fmt.Fprintf(&b, "%s%d/", tilePrefix, t.L)
	}
	b.WriteString(number(t.N))
	if t.W < tileWidth {
		fmt.Fprintf(&b, ".p/%d", t.W)
	}
	return b.String()
}

// TextsPath is the path of the texts beside the entries 256 n to 256 n + 255.
func TextsPath(n int64) string { return textsPrefix + number(n) }

// number writes 1234067 as x001/x234/067.
func number(n int64) string {
	s := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		s = fmt.Sprintf("x%03d/%s", n%1000, s)
	}
	return s
}

// Immutable tells whether what is at a path never changes, so that it can
// be cached for ever: tiles, entries and statements are, the checkpoint and
// the texts (which can be redacted) are not.
func Immutable(path string) bool {
	return strings.HasPrefix(path, tilePrefix) || strings.HasPrefix(path, statementsPrefix)
}

// ContentType of what is at a path.
func ContentType(path string) string {
	switch {
	case strings.HasPrefix(path, tilePrefix):
		return "application/octet-stream"
	case strings.HasPrefix(path, textsPrefix):
		return "application/jsonl; charset=utf-8"
	}
	return "text/plain; charset=utf-8"
}

// parseTile reads what TilePath wrote. Anything else is fs.ErrNotExist: a
// path that cannot exist is answered like one that does not.
func parseTile(path string) (tlog.Tile, error) {
	none := fmt.Errorf("ledger: %.100q: %w", path, fs.ErrNotExist)
	t := tlog.Tile{H: tileHeight, W: tileWidth}
	rest, ok := strings.CutPrefix(path, entriesPrefix)
	if ok {
		t.L = entriesLevel
	} else {
		rest, ok = strings.CutPrefix(path, tilePrefix)
		level, after, found := strings.Cut(rest, "/")
		n, err := strconv.Atoi(level)
		if !ok || !found || err != nil || n < 0 || n > 63 {
			return tlog.Tile{}, none
		}
		t.L, rest = n, after
	}
	if before, width, partial := strings.Cut(rest, ".p/"); partial {
		w, err := strconv.Atoi(width)
		if err != nil || w < 1 || w >= tileWidth {
			return tlog.Tile{}, none
		}
		t.W, rest = w, before
	}
	var err error
	if t.N, err = parseNumber(rest); err != nil || TilePath(t) != path {
		return tlog.Tile{}, none
	}
	return t, nil
}

func parseNumber(s string) (n int64, err error) {
	for group := range strings.SplitSeq(s, "/") {
		g, err := strconv.ParseUint(strings.TrimPrefix(group, "x"), 10, 10)
		if err != nil || g > 999 || n > 1<<52 {
			return 0, fs.ErrNotExist
		}
		n = n*1000 + int64(g)
	}
	return n, nil
}

// parseStatement reads what StatementPath wrote.
func parseStatement(path string) (id tlog.Hash, err error) {
	b, err := hex.DecodeString(strings.TrimPrefix(path, statementsPrefix))
	if err == nil && len(b) == tlog.HashSize {
		id = tlog.Hash(b)
	}
	if StatementPath(id) != path {
		return id, fmt.Errorf("ledger: %.100q: %w", path, fs.ErrNotExist)
	}
	return id, nil
}

// parseTexts reads what TextsPath wrote.
func parseTexts(path string) (n int64, err error) {
	n, err = parseNumber(strings.TrimPrefix(path, textsPrefix))
	if err != nil || TextsPath(n) != path {
		return 0, fmt.Errorf("ledger: %.100q: %w", path, fs.ErrNotExist)
	}
	return n, nil
}

// Resources lists the paths of what a ledger of so many entries serves,
// without the checkpoint and the statements: hashes, entries, texts.
func Resources(size int64) []string {
	var out []string
	tiles := func(level int, count int64) {
		for n := int64(0); n*tileWidth < count; n++ {
			out = append(out, TilePath(tlog.Tile{H: tileHeight, L: level, N: n, W: int(min(tileWidth, count-n*tileWidth))}))
		}
	}
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		tiles(level, size>>(tileHeight*level))
	}
	tiles(entriesLevel, size)
	for n := int64(0); n*tileWidth < size; n++ {
		out = append(out, TextsPath(n))
	}
	return out
}
