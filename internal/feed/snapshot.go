package feed

import (
	"bufio"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"reelm"
	"reelm/internal/realm"
	"reelm/rec"
)

// A snapshot file is snapshotMagic, then what the fold holds beside the
// engine (gob, one value), then the engine's own snapshot, then the SHA-256 of
// everything before it. A file of another version or with a wrong sum is
// passed over, and the log is folded instead.
const (
	snapshotMagic = "reelm model 1\n"
	keepSnapshots = 2
)

// beside is what a snapshot keeps beside the engine.
type beside struct {
	Pos    uint64
	Outbox int64
	Clips  map[reelm.ClipID]*clipFacts
	Tags   map[rec.ID]string
	Counts map[reelm.ClipID]tally
	Muted  map[reelm.ViewerID][]uint32
	About  map[reelm.ViewerID]reelm.About
	Serves []*seenServe
}

func snapshotName(pos uint64) string { return fmt.Sprintf("%020d.snapshot", pos) }

// saveSnapshot keeps the model, unless the last one kept is as new.
func (f *Feed) saveSnapshot() error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	dir := f.realm.Path("model")
	name := filepath.Join(dir, snapshotName(f.model.pos))
	if _, err := os.Stat(name); err == nil || f.model.pos == 0 || f.provisional {
		return nil
	}
	if err := writeSnapshot(name, f.model); err != nil {
		return fmt.Errorf("keeping a snapshot of realm %s: %w", f.realm.Name, err)
	}
	return trimSnapshots(dir)
}

func writeSnapshot(name string, m *model) (err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".snapshot-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tmp.Close(), os.Remove(tmp.Name()))
		}
	}()
	sum := sha256.New()
	buf := bufio.NewWriterSize(tmp, 1<<20)
	w := io.MultiWriter(buf, sum)
	if _, err := io.WriteString(w, snapshotMagic); err != nil {
		return err
	}
	err = gob.NewEncoder(w).Encode(beside{m.pos, m.outbox, m.clips, m.tags, m.counts, m.muted, m.about, m.serves.queue})
	if err != nil {
		return err
	}
	if err := m.engine.Snapshot(w); err != nil {
		return err
	}
	if _, err := buf.Write(sum.Sum(nil)); err != nil {
		return err
	}
	if err := errors.Join(buf.Flush(), tmp.Sync()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), name); err != nil {
		return err
	}
	return tmp.Close()
}

func listSnapshots(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing snapshots: %w", err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".snapshot") && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	slices.Reverse(names) // newest first
	return names, nil
}

func trimSnapshots(dir string) error {
	names, err := listSnapshots(dir)
	for _, n := range names[min(len(names), keepSnapshots):] {
		err = errors.Join(err, os.Remove(filepath.Join(dir, n)))
	}
	return err
}

func (f *Feed) loadSnapshot() (*model, error) {
	m, err := readSnapshots(f.realm, f.log, ^uint64(0))
	if m == nil && err == nil {
		m, err = newModel()
	}
	return m, err
}

// readSnapshots gives the newest usable snapshot that is not past a position,
// nil if there is none.
func readSnapshots(r *realm.Realm, log *slog.Logger, until uint64) (*model, error) {
	dir := r.Path("model")
	names, err := listSnapshots(dir)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		m, err := readSnapshot(filepath.Join(dir, n))
		if err != nil {
			log.Warn("a snapshot cannot be used", "file", n, "error", err)
			continue
		}
		if m.pos <= until {
			return m, nil
		}
	}
	return nil, nil
}

var errSnapshot = errors.New("the snapshot is damaged or of another version")

func readSnapshot(name string) (_ *model, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	size := info.Size() - sha256.Size
	if size < int64(len(snapshotMagic)) {
		return nil, errSnapshot
	}
	sum := sha256.New()
	if _, err := io.CopyN(sum, file, size); err != nil {
		return nil, err
	}
	want := make([]byte, sha256.Size)
	if _, err := io.ReadFull(file, want); err != nil {
		return nil, err
	}
	if string(sum.Sum(nil)) != string(want) {
		return nil, errSnapshot
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(io.LimitReader(file, size), 1<<20)
	magic := make([]byte, len(snapshotMagic))
	if _, err := io.ReadFull(r, magic); err != nil || string(magic) != snapshotMagic {
		return nil, errors.Join(errSnapshot, err)
	}
	var b beside
	if err := gob.NewDecoder(r).Decode(&b); err != nil {
		return nil, errors.Join(errSnapshot, err)
	}
	m, err := newModel()
	if err != nil {
		return nil, err
	}
	if m.engine, err = rec.Restore(r); err != nil {
		return nil, err
	}
	m.restore(&b)
	return m, nil
}

func (m *model) restore(b *beside) {
	m.pos, m.outbox = b.Pos, b.Outbox
	for id, c := range b.Clips {
		m.clips[id] = c
	}
	for id, t := range b.Tags {
		m.tags[id] = t
	}
	for id, c := range b.Counts {
		m.counts[id] = c
	}
	for id, w := range b.Muted {
		m.muted[id] = w
	}
	for id, a := range b.About {
		m.about[id] = a
	}
	for _, s := range b.Serves {
		m.serves.seen[s.ID] = s
		m.serves.queue = append(m.serves.queue, s)
	}
}
