package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// What is wrong with a ledger.
var (
	// ErrTampered: bytes are not those that the signed root stands for.
	ErrTampered = errors.New("tampered with")
	// ErrRollback: a checkpoint that was seen earlier has more entries.
	ErrRollback = errors.New("rolled back")
	// ErrFork: two trees under one key, of which none goes on from the other.
	ErrFork = errors.New("forked")
	// ErrParted: an older checkpoint belongs to the branch of a former owner,
	// after the ledger parted. Follow tells whether that was in order.
	ErrParted = errors.New("parted")
	// ErrBreach: an act that the rule in force did not permit.
	ErrBreach = errors.New("breach of the rule")
)

// Options say what the caller knows already.
type Options struct {
	// Key is the verifier key that the newest checkpoint must be signed with.
	// Empty means that of the owner that the ledger itself names, which shows
	// that the ledger is whole, and not whose it is.
	Key string
	// Older are checkpoints that were seen earlier, in any order.
	Older [][]byte
	// Each, if there is one, is called with every entry in order.
	Each func(index int64, e Entry) error
}

// A Report is what Verify found in a ledger that is in order.
type Report struct {
	Checkpoint Checkpoint
	// Owners are the realm's owners in order, with the index of the entry from
	// which on each signs.
	Owners []Ownership
	// Parting is set where this is the branch of an owner that has passed the
	// realm on.
	Parting *Parting
	// Rule is the one in force for permits.
	Rule Rule
	// Kinds counts the entries.
	Kinds map[Kind]int64
	// Texts beside the tree, and how many of them were redacted.
	Texts, Redacted int64
}

// Ownership is the time of one owner.
type Ownership struct {
	From int64 // index of its owner entry
	Owner
}

// A Parting is where another owner's branch leaves this one.
type Parting struct {
	Size     int64     // entries that both have
	Manifest tlog.Hash // ID of what passed
	Key      string    // the new owner's verifier key
}

// Verify reads a whole ledger and checks everything in it against
// everything else: bytes against hashes, hashes against tiles, tiles against
// the root, the root against the signature of the owner in force, owners and
// exports against the statements that they name, texts against their
// commitments, and older checkpoints against the tree. It needs constant
// memory, and 300 bytes and a few microseconds an entry.
//
// The error names the first thing that is wrong and wraps one of the errors
// above, ErrFormat, ErrSignature, or the error of fetch.
func Verify(ctx context.Context, fetch Fetch, opts Options) (*Report, error) {
	signed, err := fetch(ctx, CheckpointPath)
	if err != nil {
		return nil, fmt.Errorf("reading the checkpoint: %w", err)
	}
	claim, err := PeekCheckpoint(signed)
	if err != nil {
		return nil, err
	}
	a := audit{ctx: ctx, fetch: fetch, opts: opts, report: &Report{Checkpoint: claim, Kinds: map[Kind]int64{}},
		roots: map[int64]tlog.Hash{}, exports: map[tlog.Hash]int64{}, redacted: map[textName]bool{}, redactions: map[textName]bool{}}
	if err := a.expect(); err != nil {
		return nil, err
	}
	for first := int64(0); first < claim.Tree.N; first += tileWidth {
		if err := a.bundle(first, int(min(tileWidth, claim.Tree.N-first))); err != nil {
			return nil, err
		}
	}
	for _, check := range []func() error{a.lastTiles, a.root, func() error { return a.signature(signed) }, a.older, a.allRedacted} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return a.report, nil
}

// audit is a walk over a ledger.
type audit struct {
	ctx    context.Context
	fetch  Fetch
	opts   Options
	report *Report

	edge   Edge
	levels [][]tlog.Hash // of each level, the hashes of the tile under way
	done   []int64       // of each level, the tiles before that

	roots        map[int64]tlog.Hash // at the sizes of older checkpoints
	constitution int64
	exports      map[tlog.Hash]int64 // manifest -> size, of the owner in force
	revocations  [][]byte
	redacted     map[textName]bool // beside the tree
	redactions   map[textName]bool // in the tree
}

type textName struct {
	entry int64
	name  string
}

// expect notes at which sizes roots will be asked for.
func (a *audit) expect() error {
	for i, signed := range a.opts.Older {
		c, err := PeekCheckpoint(signed)
		if err != nil {
			return fmt.Errorf("older checkpoint %d: %w", i+1, err)
		}
		a.roots[c.Tree.N] = tlog.Hash{}
	}
	a.noteRoot()
	return nil
}

func (a *audit) noteRoot() {
	if _, asked := a.roots[a.edge.Size()]; asked {
		a.roots[a.edge.Size()] = a.edge.Tree().Hash
	}
}

func (a *audit) bundle(first int64, count int) error {
	if err := context.Cause(a.ctx); err != nil {
		return err
	}
	t := tlog.Tile{H: tileHeight, L: entriesLevel, N: first / tileWidth, W: count}
	data, err := a.fetch(a.ctx, TilePath(t))
	if count < tileWidth && errors.Is(err, fs.ErrNotExist) {
		t.W = tileWidth
		data, err = a.fetch(a.ctx, TilePath(t))
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", TilePath(t), err)
	}
	leaves, err := ParseBundle(data)
	if err == nil && len(leaves) != t.W {
		err = fmt.Errorf("%w: it has %d entries", ErrTampered, len(leaves))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", TilePath(t), err)
	}
	commitments := map[textName]tlog.Hash{}
	for i, leaf := range leaves[:count] {
		e, err := a.leaf(first+int64(i), leaf)
		if err != nil {
			return fmt.Errorf("entry %d: %w", first+int64(i), err)
		}
		for name, hash := range e.Texts {
			commitments[textName{first + int64(i), name}] = hash
		}
	}
	if len(commitments) == 0 {
		return nil
	}
	return a.texts(first/tileWidth, commitments)
}

func (a *audit) leaf(index int64, leaf []byte) (Entry, error) {
	e, err := ParseEntry(leaf)
	if err != nil {
		// Whoever changed a byte has most often broken the format too; the tile
		// tells which it was.
		if terr := a.differs(index, leaf); terr != nil {
			err = terr
		}
		return e, err
	}
	if err := a.entry(index, e); err != nil {
		if terr := a.differs(index, leaf); terr != nil {
			err = terr
		}
		return e, err
	}
	row := a.edge.Add(leaf)
	if err := a.hash(0, row.Hash); err != nil {
		return e, err
	}
	for _, n := range row.Nodes {
		if err := a.hash(n.Level, n.Hash); err != nil {
			return e, err
		}
	}
	a.noteRoot()
	a.report.Kinds[e.Body.Kind()]++
	if a.opts.Each != nil {
		return e, a.opts.Each(index, e)
	}
	return e, nil
}

// differs tells whether a leaf is another than the hash in its tile.
func (a *audit) differs(index int64, leaf []byte) error {
	t := tlog.Tile{H: tileHeight, N: index / tileWidth, W: int(min(tileWidth, a.report.Checkpoint.Tree.N-index/tileWidth*tileWidth))}
	data, err := readTile(a.ctx, a.fetch, t)
	if err != nil {
		return err
	}
	at := index % tileWidth * tlog.HashSize
	if tlog.Hash(data[at:at+tlog.HashSize]) != tlog.RecordHash(leaf) {
		return fmt.Errorf("%w: its bytes do not hash to what stands in %s", ErrTampered, TilePath(t))
	}
	return nil
}

// hash collects the hashes of a level and compares each tile that is full.
func (a *audit) hash(level int, h tlog.Hash) error {
	for len(a.levels) <= level {
		a.levels, a.done = append(a.levels, nil), append(a.done, 0)
	}
	a.levels[level] = append(a.levels[level], h)
	if len(a.levels[level]) < tileWidth {
		return nil
	}
	return a.tile(level)
}

func (a *audit) lastTiles() error {
	for level, hashes := range a.levels {
		if len(hashes) > 0 {
			if err := a.tile(level); err != nil {
				return err
			}
		}
	}
	return nil
}

// tile compares the hashes of a level with the tile that is served.
func (a *audit) tile(level int) error {
	t := tlog.Tile{H: tileHeight, L: level, N: a.done[level], W: len(a.levels[level])}
	data, err := readTile(a.ctx, a.fetch, t)
	if err != nil {
		return err
	}
	for i, h := range a.levels[level] {
		if tlog.Hash(data[i*tlog.HashSize:(i+1)*tlog.HashSize]) != h {
			return fmt.Errorf("%w: hash %d in %s is not that of the entries below it", ErrTampered, i, TilePath(t))
		}
	}
	a.levels[level] = a.levels[level][:0]
	a.done[level]++
	return nil
}

func (a *audit) root() error {
	if got := a.edge.Tree(); got != a.report.Checkpoint.Tree {
		return fmt.Errorf("%w: the checkpoint's root %s is not that of its %d entries, %s", ErrTampered, a.report.Checkpoint.Tree.Hash, got.N, got.Hash)
	}
	return nil
}

// signature checks the newest checkpoint against the owner in force.
func (a *audit) signature(signed []byte) error {
	key := a.owner()
	if key == "" {
		if key = a.opts.Key; key == "" {
			return fmt.Errorf("%w: a ledger without entries names no key: one must be given", ErrSignature)
		}
	}
	if a.opts.Key != "" && a.opts.Key != key {
		return fmt.Errorf("%w: the ledger is signed by %s, not by the key that was given, %s", ErrSignature, key, a.opts.Key)
	}
	v, err := ParseVerifier(key)
	if err != nil {
		return err
	}
	_, err = OpenCheckpoint(signed, v)
	return err
}

// owner is the verifier key in force.
func (a *audit) owner() string {
	if n := len(a.report.Owners); n > 0 {
		return a.report.Owners[n-1].Key
	}
	return ""
}

// keyAt is the key that signs a tree of so many entries, or would.
func (a *audit) keyAt(size int64) string {
	key := a.opts.Key
	for i, o := range a.report.Owners {
		if i == 0 || o.From < size {
			key = o.Key
		}
	}
	return key
}

// older checks what was seen before against the tree of now.
func (a *audit) older() error {
	for i, signed := range a.opts.Older {
		if err := a.olderOne(signed); err != nil {
			return fmt.Errorf("older checkpoint %d: %w", i+1, err)
		}
	}
	return nil
}

func (a *audit) olderOne(signed []byte) error {
	key, err := ParseVerifier(a.keyAt(mustSize(signed)))
	if err != nil {
		return err
	}
	c, err := OpenCheckpoint(signed, key)
	if err != nil {
		if former := a.former(signed); former != nil {
			return former
		}
		return err
	}
	if c.Tree.N > a.edge.Size() {
		return fmt.Errorf("%w: %d entries were signed, and the ledger has %d", ErrRollback, c.Tree.N, a.edge.Size())
	}
	if root := a.roots[c.Tree.N]; root != c.Tree.Hash {
		return fmt.Errorf("%w: the root of %d entries was signed as %s, and now is %s", ErrFork, c.Tree.N, c.Tree.Hash, root)
	}
	return nil
}

// mustSize is the size in a checkpoint that expect has read before.
func mustSize(signed []byte) int64 {
	c, _ := PeekCheckpoint(signed)
	return c.Tree.N
}

// former explains a checkpoint of an owner whose time was over at its size.
func (a *audit) former(signed []byte) error {
	if len(a.report.Owners) < 2 {
		return nil
	}
	for i, o := range a.report.Owners[:len(a.report.Owners)-1] {
		v, err := ParseVerifier(o.Key)
		if err != nil {
			return err
		}
		if c, err := OpenCheckpoint(signed, v); err == nil && c.Tree.N > a.report.Owners[i+1].From {
			return fmt.Errorf("%w: %s signed %d entries, and passed the realm on after %d: this belongs to the former owner's branch", ErrParted, v.Name(), c.Tree.N, a.report.Owners[i+1].From)
		}
	}
	return nil
}

// texts checks the resource with the texts beside a bundle.
func (a *audit) texts(n int64, commitments map[textName]tlog.Hash) error {
	data, err := a.fetch(a.ctx, TextsPath(n))
	if err != nil {
		return fmt.Errorf("reading %s: %w", TextsPath(n), err)
	}
	texts, err := ParseTexts(data)
	if err != nil {
		return fmt.Errorf("%s: %w", TextsPath(n), err)
	}
	for _, t := range texts {
		name := textName{t.Entry, t.Name}
		commitment, ok := commitments[name]
		if !ok {
			// The checkpoint may be older than the texts.
			if t.Entry >= a.report.Checkpoint.Tree.N {
				continue
			}
			return fmt.Errorf("%w: %s has a text %.40q beside entry %d that nothing commits to, or has it twice", ErrTampered, TextsPath(n), t.Name, t.Entry)
		}
		if err := t.Verify(commitment); err != nil {
			return err
		}
		delete(commitments, name)
		a.report.Texts++
		if t.Redacted != "" {
			a.redacted[name] = true
			a.report.Redacted++
		}
	}
	for name := range commitments {
		return fmt.Errorf("%w: the text %s beside entry %d is missing", ErrTampered, name.name, name.entry)
	}
	return nil
}

// allRedacted checks that no text went without an entry, and none stayed.
func (a *audit) allRedacted() error {
	for name := range a.redacted {
		if !a.redactions[name] {
			if a.grown() {
				continue // the entry may have come since; the next look will tell
			}
			return fmt.Errorf("%w: the text %s beside entry %d is redacted, and no entry says so", ErrTampered, name.name, name.entry)
		}
	}
	for name := range a.redactions {
		if !a.redacted[name] {
			return fmt.Errorf("%w: an entry says that the text %s beside entry %d is redacted, and it is there", ErrTampered, name.name, name.entry)
		}
	}
	return nil
}

// grown tells whether a ledger that is being written has a newer checkpoint
// by now.
func (a *audit) grown() bool {
	signed, err := a.fetch(a.ctx, CheckpointPath)
	if err != nil {
		return false
	}
	c, err := PeekCheckpoint(signed)
	return err == nil && c.Tree.N > a.report.Checkpoint.Tree.N
}

// statement reads a statement that an entry names.
func statement[S Statement](a *audit, id tlog.Hash, key note.Verifier) (Signed[S], error) {
	data, err := a.fetch(a.ctx, StatementPath(id))
	if err != nil {
		return Signed[S]{}, fmt.Errorf("reading %s: %w", StatementPath(id), err)
	}
	s, err := Open[S](data, key)
	if err == nil && s.ID != id {
		err = fmt.Errorf("%w: it is another statement", ErrTampered)
	}
	if err != nil {
		return s, fmt.Errorf("%s: %w", StatementPath(id), err)
	}
	return s, nil
}

// bound are the parts of a realm that leave only with permits.
func bound(what []string) (parts []string) {
	for _, w := range what {
		if slices.Contains([]string{"algorithm", "log", "model"}, w) {
			parts = append(parts, w)
		}
	}
	return parts
}
