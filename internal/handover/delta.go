package handover

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"reelm/internal/blob"
	"reelm/internal/feed"
	"reelm/internal/ledger"
	"reelm/internal/realm"
)

// What came after is added to a realm that waits. It is verified before
// anything changes; from then on every step can be done again, and a realm
// that was left in the middle is not opened before the import has been run
// again (realm.Half).

// delta adds what came after to a realm that waits for it.
func (i *importing) delta(ctx context.Context) (_ *Imported, err error) {
	if err := i.set.Mend(ctx, i.Realm); err != nil {
		return nil, err
	}
	r, err := i.set.Get(i.Realm)
	if err != nil {
		return nil, err
	}
	a, err := r.DB.Arrival(ctx)
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, exists(i.Realm)
	}
	base, err := ledger.Peek[ledger.Manifest](a.Manifest)
	if err != nil {
		return nil, err
	}
	dir := r.Path(ArrivalDir)
	if !a.Waits {
		err := exists(i.Realm)
		if peek, perr := i.peek(ctx); perr == nil && peek == base.ID {
			return nil, errors.Join(err, errors.New("it was imported from this archive, and is in use since"))
		}
		return nil, err
	}
	if err := i.readAll(ctx, &base, dir); err != nil {
		return nil, err
	}
	if i.c.id == base.ID && !r.Half() { // the same archive again
		out := i.done(a.Receipt, "")
		out.Again = true
		return out, writeNote(i.Receipt, a.Receipt)
	}
	d := &difference{importing: i, r: r, base: base, dir: dir}
	if err := d.find(ctx); err != nil {
		return nil, err
	}
	if d.receipt, err = i.receipt(r.SigningKey(), d.model, r.Now()); err != nil {
		return nil, err
	}
	if err := d.apply(ctx); err != nil {
		return nil, err
	}
	out := i.done(d.receipt, d.model)
	out.Delta = true
	return out, writeNote(i.Receipt, d.receipt)
}

// peek tells which archive it is.
func (i *importing) peek(ctx context.Context) (id [32]byte, err error) {
	if err := i.stage.take(ctx, i.From, i.Identities); err != nil {
		return id, err
	}
	c, err := openContents(i.stage, expect{})
	if err != nil {
		return id, err
	}
	return c.id, nil
}

// difference is what changes from one archive to the next.
type difference struct {
	*importing
	r    *realm.Realm
	base ledger.Signed[ledger.Manifest]
	dir  string // what is kept of the archive before

	gone    []uint64 // messages that leave the log
	fold    *feed.Fold
	model   string
	receipt []byte
}

// find verifies, and works out what has to be done to the log.
func (d *difference) find(ctx context.Context) error {
	if err := d.changedLog(ctx); err != nil {
		return err
	}
	d.read.begin("folding", 0)
	var err error
	if d.fold, err = d.refold(ctx); err != nil {
		return err
	}
	if d.model, err = d.sameModel(d.fold); err != nil {
		return err
	}
	if err := d.c.under(tablesDir, func(f File) error {
		d.c.counts[strings.ReplaceAll(strings.Split(f.Name, "/")[1], "_", "-")] += f.Count
		return nil
	}); err != nil {
		return err
	}
	for _, t := range d.c.schema.Tables {
		d.c.counts[strings.ReplaceAll(t.Name, "_", "-")] += 0
	}
	if err := d.c.checkCounts(); err != nil {
		return err
	}
	return d.tryRows(ctx)
}

// apply changes the realm. It is closed meanwhile.
func (d *difference) apply(ctx context.Context) error {
	_, err := d.set.Rebuild(ctx, d.Realm, func(s realm.Stored) error {
		if err := s.Begin(); err != nil {
			return err
		}
		if err := d.applyLog(ctx, s); err != nil {
			return err
		}
		media, err := s.OpenMedia(ctx)
		if err != nil {
			return err
		}
		old, err := d.oldMedia()
		if err == nil {
			err = d.media(ctx, media, old)
		}
		if err == nil {
			err = d.applyRows(ctx, s, media)
		}
		if err == nil {
			err = d.dropMedia(ctx, media, old)
		}
		if err = errors.Join(err, closeStore(media)); err != nil {
			return err
		}
		if err := d.fold.Save(filepath.Join(s.Dir, "model"), uint64(d.c.manifest.Seq)); err != nil {
			return err
		}
		if err := d.c.keepFor(d.dir); err != nil {
			return err
		}
		return s.End()
	})
	return err
}

func (d *difference) eraseGone(ctx context.Context, s realm.Stored) error {
	if len(d.gone) == 0 {
		return nil
	}
	_, err := d.r.Log.EraseSeqs(ctx, d.gone)
	return err
}

// oldMedia gives the content of the keys that are there.
func (d *difference) oldMedia() (map[string]string, error) {
	old := map[string]string{}
	from := &stage{dir: d.dir}
	err := eachFile(filepath.Join(d.dir, listName), func(f File) error {
		if !strings.HasPrefix(f.Name, mediaListDir) {
			return nil
		}
		return from.lines(f, func(line []byte) error {
			var m mediaLine
			if err := json.Unmarshal(line, &m); err != nil {
				return err
			}
			old[m.Key] = m.SHA256
			return nil
		})
	})
	return old, err
}

// dropMedia deletes what is not there any more.
func (d *difference) dropMedia(ctx context.Context, media blob.Store, old map[string]string) error {
	if !d.c.includes(Media) {
		return nil
	}
	if err := d.c.under(mediaListDir, func(f File) error {
		return d.c.at(f).lines(f, func(line []byte) error {
			var m mediaLine
			if err := json.Unmarshal(line, &m); err != nil {
				return err
			}
			delete(old, m.Key)
			return nil
		})
	}); err != nil {
		return err
	}
	for key := range old {
		if err := media.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

func closeStore(s blob.Store) error {
	if c, ok := s.(interface{ Close() error }); ok {
		return c.Close()
	}
	return nil
}

// keys puts a backup's keys in their place.
func (i *importing) keys(u *realm.Unborn) error {
	return i.c.under(keysDir, func(f File) error {
		name := filepath.Base(f.Name)
		if name == "ledger" {
			return nil // it is there
		}
		if name != "secret" && name != "checkpoint" {
			return flaw("%s is no key of a realm", f.Name)
		}
		b, err := i.c.read(f)
		if err != nil {
			return err
		}
		err = realm.WriteKey(filepath.Join(u.Dir(), "keys", name), b)
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	})
}

// Tidy removes what exports of an ended process left half written and, once
// the realm takes no later archives, what it keeps for them.
func Tidy(r *realm.Realm) error {
	left, err := filepath.Glob(r.Path(ExportsDir, ".work-*"))
	for _, dir := range left {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	if r.DB.Waits() {
		return err
	}
	return errors.Join(err, os.RemoveAll(r.Path(ArrivalDir)))
}
