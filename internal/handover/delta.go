package handover

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"reelm/internal/blob"
	"reelm/internal/eventlog"
	"reelm/internal/feed"
	"reelm/internal/ledger"
	"reelm/internal/realm"
	"reelm/internal/store"
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

// changedLog finds the messages that were taken off the log since.
func (d *difference) changedLog(ctx context.Context) error {
	type span struct{ from, to uint64 }
	var files []File
	if err := eachFile(filepath.Join(d.dir, listName), func(f File) error {
		if strings.HasPrefix(f.Name, logDir) {
			files = append(files, f)
		}
		return nil
	}); err != nil {
		return err
	}
	now, all := map[string]bool{}, int64(0)
	kept := map[uint64]bool{}
	if err := d.c.under(logDir, func(f File) error {
		now[f.SHA256] = true
		all += f.Count
		if !d.c.has(f) {
			return nil
		}
		return d.c.lines(f, func(line []byte) error {
			m, err := parseMessage(line)
			if err == nil && m.Seq <= uint64(d.base.Statement.Seq) {
				kept[m.Seq] = true
			}
			return err
		})
	}); err != nil {
		return err
	}
	d.c.counts["log"] = all
	for n, f := range files {
		if now[f.SHA256] {
			continue
		}
		s := span{firstOf(f), uint64(d.base.Statement.Seq)}
		if n+1 < len(files) {
			s.to = firstOf(files[n+1]) - 1
		}
		if err := d.r.Log.Read(ctx, s.from, s.to, func(m eventlog.Message) error {
			if !kept[m.Seq] {
				d.gone = append(d.gone, m.Seq)
			}
			delete(kept, m.Seq)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// firstOf is the position in the name of a file of the log.
func firstOf(f File) (n uint64) {
	_, _ = fmt.Sscanf(strings.TrimPrefix(f.Name, logDir), "%d", &n) // 0 where it is none: read from the start
	return n
}

// refold makes the model: from the one that is here, or from the start where
// something left the log.
func (d *difference) refold(ctx context.Context) (*feed.Fold, error) {
	dir := d.r.Path("model")
	if len(d.gone) > 0 {
		dir = ""
	}
	fold, err := feed.NewFold(dir)
	if err != nil {
		return nil, err
	}
	if len(d.gone) > 0 {
		gone := map[uint64]bool{}
		for _, seq := range d.gone {
			gone[seq] = true
		}
		err := d.r.Log.Read(ctx, 1, uint64(d.base.Statement.Seq), func(m eventlog.Message) error {
			if !gone[m.Seq] {
				fold.Apply(m, d.Notes)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return fold, d.newMessages(func(m eventlog.Message) error {
		fold.Apply(m, d.Notes)
		return nil
	})
}

// newMessages reads what came after the archive before.
func (d *difference) newMessages(fn func(eventlog.Message) error) error {
	last := uint64(d.base.Statement.Seq)
	return d.c.under(logDir, func(f File) error {
		if !d.c.has(f) {
			return nil
		}
		return d.c.lines(f, func(line []byte) error {
			m, err := parseMessage(line)
			if err != nil || m.Seq <= uint64(d.base.Statement.Seq) {
				return err
			}
			if m.Seq <= last || m.Seq > uint64(d.c.manifest.Seq) {
				return flaw("message %d of the log comes after %d, and the log ends at %d", m.Seq, last, d.c.manifest.Seq)
			}
			last = m.Seq
			m.Data = append([]byte(nil), m.Data...)
			return fn(m)
		})
	})
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

func (d *difference) applyLog(ctx context.Context, s realm.Stored) error {
	if err := d.eraseGone(ctx, s); err != nil {
		return err
	}
	im, err := s.ContinueLog(ctx)
	if err != nil {
		return err
	}
	if err := d.newMessages(func(m eventlog.Message) error {
		if m.Seq <= im.Last() {
			return nil // an attempt before has added it
		}
		return im.Add(ctx, m)
	}); err != nil {
		return err
	}
	_, err = im.Finish(ctx, uint64(d.c.manifest.Seq))
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

// applyRows brings the tables to their new state: by the files that changed
// or, where rows collide on the way, by all of them.
func (d *difference) applyRows(ctx context.Context, s realm.Stored, media blob.Store) error {
	db, err := s.OpenDB(ctx, s.Address, d.r.SigningKey())
	if err != nil {
		return err
	}
	return errors.Join(d.receiveOn(ctx, db, nil), db.Close())
}

// receiveOn writes the rows, or with an error to end with only tries to.
func (d *difference) receiveOn(ctx context.Context, db *store.DB, end error) error {
	err := d.receive(ctx, db, false, end)
	if errors.Is(err, store.ErrUnique) {
		err = d.receive(ctx, db, true, end)
	}
	return err
}

// errTried ends a transaction that was only to show that it can be done.
var errTried = errors.New("only tried")

// tryRows finds rows that cannot be written, before anything has changed.
func (d *difference) tryRows(ctx context.Context) error {
	d.receipt = []byte("tried")
	if err := d.receiveOn(ctx, d.r.DB, errTried); !errors.Is(err, errTried) {
		return asFlaw(err)
	}
	return nil
}

func (d *difference) receive(ctx context.Context, db *store.DB, all bool, end error) error {
	before := &stage{dir: d.dir}
	now := map[string]bool{}
	if err := d.c.under(tablesDir, func(f File) error {
		now[f.Name[:strings.LastIndex(f.Name, "/")]+f.SHA256] = true
		return nil
	}); err != nil {
		return err
	}
	was := map[string]bool{}
	var dropped []File
	if err := eachFile(filepath.Join(d.dir, listName), func(f File) error {
		if !strings.HasPrefix(f.Name, tablesDir) {
			return nil
		}
		id := f.Name[:strings.LastIndex(f.Name, "/")] + f.SHA256
		if was[id] = true; all || !now[id] {
			dropped = append(dropped, f)
		}
		return nil
	}); err != nil {
		return err
	}
	return db.Receive(ctx, func(r *store.Receiving) error {
		for n := len(d.c.schema.Tables) - 1; n >= 0; n-- {
			if err := d.dropRows(ctx, r, d.c.schema.Tables[n], before, dropped, was, all); err != nil {
				return err
			}
		}
		for _, t := range d.c.schema.Tables {
			err := d.c.under(tablesDir+t.Name+"/", func(f File) error {
				if !all && was[tablesDir+t.Name+f.SHA256] {
					return nil
				}
				return d.c.at(f).lines(f, func(row []byte) error { return r.Put(ctx, t.Name, row) })
			})
			if err != nil {
				return err
			}
		}
		if err := d.c.ledgerInto(ctx, r); err != nil {
			return err
		}
		if err := r.CheckHeir(ctx); err != nil {
			return asFlaw(err)
		}
		return errors.Join(r.Arrive(ctx, d.c.note, d.receipt), end)
	})
}

// dropRows removes the rows of a table that are in files which are gone, and
// in none of those that came.
func (d *difference) dropRows(ctx context.Context, r *store.Receiving, t store.Table, before *stage, dropped []File, was map[string]bool, all bool) error {
	stay := map[string]bool{}
	if !all {
		err := d.c.under(tablesDir+t.Name+"/", func(f File) error {
			if was[tablesDir+t.Name+f.SHA256] {
				return nil
			}
			return d.c.at(f).lines(f, func(row []byte) error {
				k, err := store.KeyOf(t, row)
				stay[k] = true
				return err
			})
		})
		if err != nil {
			return err
		}
	}
	for _, f := range dropped {
		if !strings.HasPrefix(f.Name, tablesDir+t.Name+"/") {
			continue
		}
		err := before.lines(f, func(row []byte) error {
			if k, err := store.KeyOf(t, row); err != nil || stay[k] {
				return err
			}
			return r.Drop(ctx, t.Name, row)
		})
		if err != nil {
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
