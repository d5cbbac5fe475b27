package realm

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"reelm/internal/ledger"
	"reelm/internal/store"
)

// KeepLedgerOnly replaces the database by one that holds the ledger, and what
// a page of farewell needs. Ended in the middle it can be called again.
func (r Stored) KeepLedgerOnly(ctx context.Context) error {
	scratch := filepath.Join(r.Dir, "ledger.db")
	if store.IsPostgres(r.Address) {
		var err error
		if scratch, err = store.SchemaURL(r.set.cfg.StoreURL, r.Name+"-ledger"); err != nil {
			return err
		}
		if err := store.DropSchema(ctx, scratch); err != nil {
			return err
		}
	} else if err := removeDatabase(scratch); err != nil {
		return err
	}
	from, err := r.OpenDB(ctx, r.Address, ledger.Key{})
	if err != nil {
		return err
	}
	to, err := r.OpenDB(ctx, scratch, ledger.Key{})
	if err != nil {
		return errors.Join(err, from.Close())
	}
	if err := errors.Join(to.CopyLedger(ctx, from), to.Close(), from.Close()); err != nil {
		return err
	}
	if store.IsPostgres(r.Address) {
		return store.ReplaceSchema(ctx, r.Address, scratch)
	}
	for _, behind := range []string{"-wal", "-shm"} {
		if err := overwrite(r.Address + behind); err != nil {
			return err
		}
	}
	if err := overwriteKeepingName(r.Address, scratch); err != nil {
		return err
	}
	return syncPath(r.Dir)
}

// overwriteKeepingName puts a file in the place of another one, whose bytes
// are overwritten first.
func overwriteKeepingName(old, with string) error {
	kept := old + ".purged"
	if err := os.Link(old, kept); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := os.Rename(with, old); err != nil {
		return err
	}
	return overwrite(kept)
}

func removeDatabase(file string) error {
	var err error
	for _, behind := range []string{"", "-wal", "-shm"} {
		if rerr := os.Remove(file + behind); !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}
	return err
}

// overwrite writes zeros over a file and removes it. What a disk keeps of
// older blocks is beyond a program.
func overwrite(file string) error {
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	zeros := make([]byte, 1<<16)
	for left := int64(0); err == nil && left < info.Size(); left += int64(len(zeros)) {
		_, err = f.Write(zeros[:min(int64(len(zeros)), info.Size()-left)])
	}
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(file))
}

// DestroyKeys overwrites and removes the realm's keys. The verifier key stays,
// for whoever verifies the ledger.
func (r Stored) DestroyKeys(verifier string) error {
	keys := filepath.Join(r.Dir, "keys")
	if err := replace(filepath.Join(keys, "verifier"), []byte(verifier+"\n")); err != nil {
		return err
	}
	for _, name := range destroyedKeys {
		// Under another name, so that nobody takes a half overwritten key for one.
		file := filepath.Join(keys, name)
		if err := os.Rename(file, file+".gone"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("destroying the realm's keys: %w", err)
		}
	}
	return errors.Join(endDestruction(keys), syncPath(keys))
}

var destroyedKeys = []string{"secret", "ledger"}

// endDestruction overwrites keys that were to be destroyed.
func endDestruction(keys string) (err error) {
	for _, name := range destroyedKeys {
		err = errors.Join(err, overwrite(filepath.Join(keys, name+".gone")))
	}
	return err
}
