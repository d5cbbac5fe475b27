// Package realm opens realms: the unit of ownership. A Realm is its stores,
// keys, settings and phase; a Set is all realms of one server, found by name
// or by the Host of a request.
package realm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	"reelm"
	"reelm/internal/blob"
	"reelm/internal/eventlog"
	"reelm/internal/store"
)

// Main is the realm that a server has unless told otherwise.
const Main = "main"

// Realm is one opened realm. It is safe for concurrent use.
type Realm struct {
	Name  string
	Dir   string // its folder below DATA/realms
	DB    *store.DB
	Media blob.Store
	Log   *eventlog.Log
	Bus   *eventlog.Server // signals between the processes of this realm

	now      func() time.Time
	secret   []byte
	derived  sync.Map // keys by purpose, see Key
	signer   signer
	settings cached[Settings]
	blocks   cached[*Blocks]
	used     cached[int64] // bytes of media
	// countries: the server can tell where visitors are.
	countries bool
}

var validName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// CheckName refuses names that cannot be a folder, a schema and a stream.
func CheckName(name string) error {
	if !validName.MatchString(name) {
		return reelm.Wrong("realm", "bad-realm-name", "a realm's name has 1 to 31 of a-z, 0-9 and -, and begins with a letter")
	}
	return nil
}

func open(ctx context.Context, cfg Config, name string) (_ *Realm, err error) {
	r := &Realm{Name: name, Dir: filepath.Join(cfg.Data, "realms", name), Bus: cfg.Log, now: cfg.Now, countries: cfg.Countries}
	for _, sub := range []string{"", "keys", "uploads", "model"} {
		if err := os.MkdirAll(filepath.Join(r.Dir, sub), 0o700); err != nil {
			return nil, fmt.Errorf("making the folder of realm %s: %w", name, err)
		}
	}
	if r.secret, err = loadSecret(filepath.Join(r.Dir, "keys", "secret")); err != nil {
		return nil, err
	}
	address, err := cfg.address(name, r.Dir)
	if err != nil {
		return nil, err
	}
	if err := r.loadSigner(); err != nil {
		return nil, err
	}
	r.DB, err = store.Open(ctx, address, store.Options{Now: cfg.Now, Fast: cfg.Fast, Key: r.signer.key, Signed: r.signer.keep})
	if err != nil {
		return nil, fmt.Errorf("opening realm %s: %w", name, err)
	}
	if err := r.found(ctx, ""); err != nil {
		return nil, errors.Join(err, r.DB.Close())
	}
	if r.Media, err = cfg.OpenMedia(ctx, name, filepath.Join(r.Dir, "media")); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the media of realm %s: %w", name, err), r.DB.Close())
	}
	if r.Log, err = cfg.Log.Log(ctx, name); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the log of realm %s: %w", name, err), r.DB.Close())
	}
	r.settings = cached[Settings]{now: cfg.Now, load: r.loadSettings}
	r.blocks = cached[*Blocks]{now: cfg.Now, load: r.loadBlocks}
	r.used = cached[int64]{now: cfg.Now, load: r.addMedia, life: mediaFresh}
	if _, err := r.Settings(ctx); err != nil {
		return nil, errors.Join(err, r.DB.Close())
	}
	return r, nil
}

// Close closes the realm's own stores.
func (r *Realm) Close() error {
	err := r.DB.Close()
	if c, ok := r.Media.(io.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	return err
}

// Now is the time as this realm sees it.
func (r *Realm) Now() time.Time { return r.now() }

// Path gives a path inside the realm's folder.
func (r *Realm) Path(parts ...string) string {
	return filepath.Join(append([]string{r.Dir}, parts...)...)
}

// fresh is how old a cached answer may be. An act of the operator on another
// node holds here within this time.
const fresh = 800 * time.Millisecond

// cached keeps one value that is cheap to load and asked for all the time.
type cached[T any] struct {
	now  func() time.Time
	load func(context.Context) (T, error)

	mu  sync.Mutex
	at  time.Time
	val T

	life time.Duration // 0: fresh
}

func (c *cached[T]) get(ctx context.Context) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if !c.at.IsZero() && now.Sub(c.at) < max(c.life, fresh) && !now.Before(c.at) {
		return c.val, nil
	}
	v, err := c.load(ctx)
	if err != nil {
		return v, err
	}
	c.val, c.at = v, now
	return v, nil
}

func (c *cached[T]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Time{}
}

// names lists the realms whose folders exist.
func names(data string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(data, "realms"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the realms: %w", err)
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() && CheckName(e.Name()) == nil {
			out = append(out, e.Name())
		}
	}
	return out, nil
}
