package handover

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"reelm/internal/blob"
	"reelm/internal/realm"
	"reelm/internal/store"
)

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
