package handover

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"reelm/internal/blob"
	"reelm/internal/store"
)

// media puts the media under their keys; those in have are there.
func (i *importing) media(ctx context.Context, into blob.Store, have map[string]string) error {
	if !i.c.includes(Media) {
		return nil
	}
	i.read.begin("importing media", i.c.manifest.Counts["media-bytes"])
	return i.c.under(mediaListDir, func(f File) error {
		return i.c.at(f).lines(f, func(line []byte) error {
			var m mediaLine
			if err := readJSON(line, f.Name, &m); err != nil {
				return err
			}
			if blob.CheckKey(m.Key) != nil || !sumForm.MatchString(m.SHA256) || m.Bytes < 0 || m.Pieces < 0 || m.Pieces > 1<<16 {
				return flaw("%s: media under the key %.200q", f.Name, m.Key)
			}
			i.c.counts["objects"]++
			i.c.counts["media-bytes"] += m.Bytes
			if have[m.Key] == m.SHA256 {
				return nil
			}
			return i.object(ctx, into, m)
		})
	})
}

func (i *importing) object(ctx context.Context, into blob.Store, m mediaLine) (err error) {
	if m.Pieces > 0 {
		return i.joined(ctx, into, m)
	}
	name := i.stage.object(m.SHA256)
	info, err := os.Stat(name)
	if err != nil || info.Size() != m.Bytes {
		return flaw("the media under %s are missing", m.Key)
	}
	i.read.done.Add(m.Bytes)
	if a, ok := into.(blob.Adopter); ok {
		// The same content may be there under two keys.
		link := filepath.Join(i.stage.dir, "adopted")
		if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a killed attempt
			return err
		}
		if err := os.Link(name, link); err != nil {
			return err
		}
		return a.Adopt(ctx, m.Key, link)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(into.Put(ctx, m.Key, f, m.Bytes), f.Close())
}

// joined puts media together that were cut.
func (i *importing) joined(ctx context.Context, into blob.Store, m mediaLine) error {
	r := &pieceReader{dir: i.stage, names: map[string]File{}}
	prefix := mediaDir + m.SHA256[:2] + "/" + m.SHA256 + "."
	if err := i.c.under(prefix, func(f File) error {
		r.names[f.Name] = f
		return nil
	}); err != nil {
		return err
	}
	for n := 1; n <= m.Pieces; n++ {
		f, ok := r.names[m.file(n)]
		if !ok {
			return flaw("%s is missing", m.file(n))
		}
		r.left = append(r.left, f)
	}
	h := sha256.New()
	if err := into.Put(ctx, m.Key, io.TeeReader(r, h), m.Bytes); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != m.SHA256 {
		return flaw("the pieces of %s are not those of its content", m.Key)
	}
	return nil
}

// pieceReader reads files one behind the other.
type pieceReader struct {
	dir   *stage
	names map[string]File
	left  []File
	f     *os.File
}

func (p *pieceReader) Read(b []byte) (int, error) {
	for {
		if p.f == nil {
			if len(p.left) == 0 {
				return 0, io.EOF
			}
			f, err := p.dir.open(p.left[0])
			if err != nil {
				return 0, err
			}
			p.f, p.left = f, p.left[1:]
		}
		n, err := p.f.Read(b)
		if err != io.EOF || n > 0 {
			return n, err
		}
		if err := p.f.Close(); err != nil {
			return 0, err
		}
		p.f = nil
	}
}

// references checks that what the rows name is there, but for what the
// manifest itself says is missing.
func (i *importing) references(ctx context.Context, db *store.DB, media blob.Store) error {
	if !i.c.includes(Media) {
		return nil
	}
	missing, example, err := missingMedia(ctx, db, media)
	if err != nil {
		return err
	}
	if said := i.c.manifest.Counts["missing"]; missing > said {
		return flaw("%d media that clips name are missing, and the manifest says %d; one of them is %s", missing, said, example)
	}
	return nil
}
