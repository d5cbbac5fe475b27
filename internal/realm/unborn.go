package realm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"reelm"
	"reelm/internal/blob"
	"reelm/internal/eventlog"
	"reelm/internal/ledger"
	"reelm/internal/store"
)

// Unborn is a realm that is being made of another one's archive. Nobody sees
// it before Birth, and whatever ends the process before leaves nothing that
// anybody could see.
type Unborn struct {
	Name  string
	DB    *store.DB
	Media blob.Store
	set   *Set
	dir   string
}

// Nursery is the folder in which a realm of this name is made, on the same
// disk as the realms.
func (s *Set) Nursery(name string) string { return filepath.Join(s.cfg.Data, "realms", "."+name) }

// Conceive begins a realm with a signing key of its own, and clears away what
// an earlier attempt left. An Error of kind Conflict: there is one.
func (s *Set) Conceive(ctx context.Context, name, secret string) (_ *Unborn, err error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	if _, err := s.Get(name); err == nil {
		return nil, &reelm.Error{Kind: reelm.Conflict, Code: "realm-exists", Field: "realm", Detail: fmt.Sprintf("there is a realm %s", name)}
	}
	u := &Unborn{Name: name, set: s, dir: filepath.Join(s.Nursery(name), "realm")}
	if err := u.clear(ctx); err != nil {
		return nil, err
	}
	for _, sub := range []string{"keys", "uploads", "model"} {
		if err := os.MkdirAll(filepath.Join(u.dir, sub), 0o700); err != nil {
			return nil, err
		}
	}
	key, err := ledger.ParseKey(secret)
	if err != nil {
		return nil, err
	}
	if err := WriteKey(filepath.Join(u.dir, "keys", "ledger"), []byte(secret+"\n")); err != nil {
		return nil, err
	}
	address, err := s.cfg.address(name, u.dir)
	if err != nil {
		return nil, err
	}
	if u.DB, err = store.Open(ctx, address, store.Options{Now: s.cfg.Now, Fast: s.cfg.Fast, Key: key}); err != nil {
		return nil, err
	}
	if u.Media, err = s.cfg.OpenMedia(ctx, name, filepath.Join(u.dir, "media")); err != nil {
		return nil, errors.Join(err, u.DB.Close())
	}
	return u, nil
}

// clear removes what is there of a realm that was not born.
func (u *Unborn) clear(ctx context.Context) error {
	if err := os.RemoveAll(u.dir); err != nil {
		return err
	}
	if err := u.set.cfg.Log.Delete(ctx, u.Name); err != nil {
		return err
	}
	if u.set.cfg.StoreURL != "" {
		address, err := store.SchemaURL(u.set.cfg.StoreURL, u.Name)
		if err != nil {
			return err
		}
		if err := store.DropSchema(ctx, address); err != nil {
			return err
		}
	}
	m, err := u.set.cfg.OpenMedia(ctx, u.Name, filepath.Join(u.dir, "media"))
	if err != nil {
		return err
	}
	err = m.DeletePrefix(ctx, "")
	if c, ok := m.(io.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	return err
}

// Dir is its folder until it is born.
func (u *Unborn) Dir() string { return u.dir }

// Log begins its event log at a position.
func (u *Unborn) Log(ctx context.Context, first uint64) (*eventlog.Import, error) {
	return u.set.cfg.Log.Import(ctx, u.Name, first)
}

func (u *Unborn) close() error {
	var err error
	if u.DB != nil {
		err = u.DB.Close()
	}
	if c, ok := u.Media.(io.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	u.DB, u.Media = nil, nil
	return err
}

// Abandon removes all of it.
func (u *Unborn) Abandon(ctx context.Context) error {
	return errors.Join(u.close(), u.clear(ctx), os.RemoveAll(u.set.Nursery(u.Name)))
}

// Birth puts the realm where the others are, and opens it. It is there after
// a loss of power, or is not.
func (u *Unborn) Birth(ctx context.Context) (*Realm, error) {
	if err := u.close(); err != nil {
		return nil, err
	}
	if err := syncTree(u.dir); err != nil {
		return nil, err
	}
	s := u.set
	s.mu.Lock()
	defer s.mu.Unlock()
	target := filepath.Join(s.cfg.Data, "realms", u.Name)
	if err := os.Rename(u.dir, target); err != nil {
		return nil, fmt.Errorf("putting realm %s in its place: %w", u.Name, err)
	}
	if err := syncPath(filepath.Dir(target)); err != nil {
		return nil, err
	}
	return s.openNamed(ctx, u.Name)
}

// openNamed opens a realm whose folder is there; s.mu is held.
func (s *Set) openNamed(ctx context.Context, name string) (*Realm, error) {
	r, err := open(ctx, s.cfg, name)
	if err != nil {
		return nil, err
	}
	s.realms[name] = r
	s.hosts, s.readAt = nil, r.now().Add(-2*fresh)
	return r, nil
}

// Rebuild closes a realm, lets fn work on what it stores, and opens it again.
// After an error of fn it is open too, if it can be.
func (s *Set) Rebuild(ctx context.Context, name string, fn func(Stored) error) (*Realm, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.realms[name]
	if r == nil {
		return nil, fmt.Errorf("realm %s is not open", name)
	}
	delete(s.realms, name)
	if err := r.Close(); err != nil {
		return nil, err
	}
	address, err := s.cfg.address(name, r.Dir)
	if err != nil {
		return nil, err
	}
	if err := fn(Stored{Name: name, Dir: r.Dir, Address: address, set: s}); err != nil && half(r.Dir) {
		return nil, err // it is in no state to be looked at
	} else if err != nil {
		_, oerr := s.openNamed(ctx, name)
		return nil, errors.Join(err, oerr)
	}
	return s.openNamed(ctx, name)
}

// Stored is what a closed realm stores.
type Stored struct {
	Name, Dir string
	Address   string // of its database
	set       *Set
}

// DeleteLog removes the event log.
func (r Stored) DeleteLog(ctx context.Context) error { return r.set.cfg.Log.Delete(ctx, r.Name) }

// ContinueLog adds messages with numbers of their own to the event log.
func (r Stored) ContinueLog(ctx context.Context) (*eventlog.Import, error) {
	return r.set.cfg.Log.Continue(ctx, r.Name)
}

// OpenMedia opens the media.
func (r Stored) OpenMedia(ctx context.Context) (blob.Store, error) {
	return r.set.cfg.OpenMedia(ctx, r.Name, filepath.Join(r.Dir, "media"))
}

// OpenDB opens the database as one of another key, or of none.
func (r Stored) OpenDB(ctx context.Context, address string, key ledger.Key) (*store.DB, error) {
	return store.Open(ctx, address, store.Options{Now: r.set.cfg.Now, Fast: r.set.cfg.Fast, Key: key})
}

func (c Config) address(name, dir string) (string, error) {
	if c.StoreURL == "" {
		return filepath.Join(dir, "reelm.db"), nil
	}
	return store.SchemaURL(c.StoreURL, name)
}

// syncTree writes the files and folders below a folder to the disk; media
// have seen to it themselves.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "media" {
			return fs.SkipDir
		}
		if !d.IsDir() && !d.Type().IsRegular() {
			return nil
		}
		return syncPath(path)
	})
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// There says whether a realm of this name has a folder here, opened or not.
func (s *Set) There(name string) (bool, error) {
	_, err := os.Stat(filepath.Join(s.cfg.Data, "realms", name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// halfMark is a file of a realm whose stores are being changed by hand: it is
// not opened while that is there.
const halfMark = "half"

func half(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, halfMark))
	return err == nil
}

// Half says whether a change of the realm's stores was left in the middle.
func (r *Realm) Half() bool { return half(r.Dir) }

// Begin marks the realm as half changed, until End.
func (r Stored) Begin() error {
	f, err := os.Create(filepath.Join(r.Dir, halfMark))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close(), syncPath(r.Dir))
}

// End takes the mark away.
func (r Stored) End() error {
	return errors.Join(os.Remove(filepath.Join(r.Dir, halfMark)), syncPath(r.Dir))
}

// Mend opens a realm that was left half changed, for whoever ends the change.
// Others do not find it before it is whole.
func (s *Set) Mend(ctx context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.realms[name] != nil || !half(filepath.Join(s.cfg.Data, "realms", name)) {
		return nil
	}
	if _, err := s.cfg.Log.Log(ctx, name); errors.Is(err, eventlog.ErrUnfinished) {
		im, err := s.cfg.Log.Import(ctx, name, 1)
		if err != nil {
			return err
		}
		if _, err := im.Finish(ctx, im.Last()); err != nil {
			return err
		}
	}
	_, err := s.openNamed(ctx, name)
	return err
}
