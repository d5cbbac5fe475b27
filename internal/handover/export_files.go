package handover

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"reelm/internal/blob"
	"reelm/internal/eventlog"
	"reelm/internal/ledger"
	"reelm/internal/store"
)

func (e *export) log(ctx context.Context) error {
	c := &chunker{p: e.pack}
	var first uint64
	c.name = func(int) string { return fmt.Sprintf("%s%016d.ndjson", logDir, first) }
	var line []byte
	err := e.p.Log.Read(ctx, 1, e.point.Seq, func(m eventlog.Message) error {
		if c.rows > 0 && m.Seq/chunkSpan != first/chunkSpan {
			if err := c.cut(); err != nil {
				return err
			}
		}
		if c.rows == 0 {
			first = m.Seq
		}
		line = appendMessage(line[:0], m)
		return c.add(line)
	})
	e.counts["log"] = c.all
	return errors.Join(err, c.cut())
}

// schema is what schema.json holds.
type schema struct {
	Version int64         `json:"version"` // of the database's schema
	Tables  []store.Table `json:"tables"`
}

func (e *export) tables(ctx context.Context) error {
	s := schema{}
	var err error
	if s.Version, err = e.p.DB.SchemaVersion(ctx); err != nil {
		return err
	}
	if s.Tables, err = e.p.DB.Tables(ctx, e.audience); err != nil {
		return err
	}
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := e.pack.bytes(schemaName, int64(len(s.Tables)), append(b, '\n')); err != nil {
		return err
	}
	for _, t := range s.Tables {
		c := &chunker{p: e.pack, name: numbered(tablesDir + t.Name + "/")}
		err := e.point.SQL.Rows(ctx, t, e.audience, func(row, key []byte) error {
			if err := c.add(row); err != nil {
				return err
			}
			if cutsBehind(key) {
				return c.cut()
			}
			return nil
		})
		if err = errors.Join(err, c.cut()); err != nil {
			return err
		}
		e.counts[strings.ReplaceAll(t.Name, "_", "-")] = c.all
	}
	var doc []byte
	if e.constitution, doc, err = e.point.SQL.Constitution(ctx); err != nil || doc == nil {
		return err
	}
	return e.pack.bytes(constitutionName, 1, doc)
}

// ledger writes the ledger as it is served.
func (e *export) ledger(ctx context.Context) (err error) {
	fetch := e.point.SQL.Ledger().Fetch
	if e.checkpoint, err = fetch(ctx, ledger.CheckpointPath); err != nil {
		return err
	}
	c, err := ledger.PeekCheckpoint(e.checkpoint)
	if err != nil {
		return err
	}
	e.counts["ledger"] = c.Tree.N
	put := func(path string) error {
		b, err := fetch(ctx, path)
		if err != nil {
			return err
		}
		return e.pack.bytes(ledgerDir+path, 1, b)
	}
	if err := e.pack.bytes(ledgerDir+"key", 1, []byte(e.p.SigningKey().Verifier()+"\n")); err != nil {
		return err
	}
	for _, path := range append([]string{ledger.CheckpointPath}, ledger.Resources(c.Tree.N)...) {
		if err := put(path); err != nil {
			return err
		}
	}
	ids, err := e.point.SQL.Statements(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := put(ledger.StatementPath(id)); err != nil {
			return err
		}
	}
	return nil
}

// media writes what is stored, and under which keys.
func (e *export) media(ctx context.Context) (err error) {
	var total int64
	for info, err := range e.p.Media.List(ctx, "", "") {
		if err != nil {
			return err
		}
		total += info.Size
	}
	e.pack.read.begin("writing", total)
	old := ""
	if e.since != nil {
		old = e.kept(e.since.ID, "media")
	}
	before, err := openSeen(old)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, before.close()) }()
	keep, err := newSpool(filepath.Join(e.work, "media"))
	if err != nil {
		return err
	}
	for info, err := range e.p.Media.List(ctx, "", "") {
		if err != nil {
			return errors.Join(err, keep.f.Close())
		}
		line, err := e.object(ctx, before, info)
		if errors.Is(err, fs.ErrNotExist) {
			continue // erased meanwhile
		}
		if err == nil {
			err = keep.add(seen{line, info.Modified.UnixNano()})
		}
		if err != nil {
			return errors.Join(err, keep.f.Close())
		}
		e.counts["objects"]++
		e.counts["media-bytes"] += info.Size
	}
	if err := keep.close(); err != nil {
		return err
	}
	c := &chunker{p: e.pack, name: numbered(mediaListDir)}
	err = eachLine(filepath.Join(e.work, "media"), func(b []byte) error {
		var s seen
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		line, err := json.Marshal(s.mediaLine)
		if err != nil {
			return err
		}
		if err := c.add(line); err != nil {
			return err
		}
		if cutsBehind([]byte(s.Key)) {
			return c.cut()
		}
		return nil
	})
	return errors.Join(err, c.cut())
}

// object writes one object, unless the other side has it.
func (e *export) object(ctx context.Context, before *seenBefore, info blob.Info) (line mediaLine, err error) {
	open := func(off, n int64) (io.ReadCloser, error) { return e.p.Media.Get(ctx, info.Key, off, n) }
	known, err := before.of(info.Key, info.Size, info.Modified.UnixNano())
	if err != nil {
		return line, err
	}
	if known == nil || info.Size > pieceSize {
		line = mediaLine{Key: info.Key, Bytes: info.Size}
		h := sha256.New()
		if err := copyPiece(h, open, 0, info.Size); err != nil {
			return line, err
		}
		line.SHA256 = hex.EncodeToString(h.Sum(nil))
	} else {
		line = known.mediaLine
	}
	if info.Size > pieceSize {
		line.Pieces = int((info.Size + pieceSize - 1) / pieceSize)
		name := mediaDir + line.SHA256[:2] + "/" + line.SHA256
		return line, e.pack.pieces(name, info.Size, open)
	}
	f := File{line.file(0), line.SHA256, info.Size, 1}
	if _, ok := e.pack.have[f.sum()]; ok {
		return line, e.pack.put(f, nil)
	}
	r, err := open(0, info.Size)
	if err != nil {
		return line, err
	}
	return line, errors.Join(e.pack.put(f, r), r.Close())
}
