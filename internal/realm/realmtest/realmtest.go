// Package realmtest opens real realms for tests: SQLite without waiting for
// the disk, an embedded log, a folder of media, and a clock that stands still
// until it is moved.
package realmtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"reelm"
	"reelm/internal/blob"
	"reelm/internal/eventlog"
	"reelm/internal/realm"
	"reelm/internal/store"
)

// Clock stands still until it is moved.
type Clock struct {
	mu sync.Mutex
	t  time.Time
}

// NewClock starts on a fixed day.
func NewClock() *Clock { return &Clock{t: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)} }

// Now reads the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

// Add moves the clock.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// World is a data folder with realms.
type World struct {
	testing.TB
	*realm.Set
	Clock *Clock
	Dir   string
	// StoreURL is a PostgreSQL server, to be set between Shut and Reopen.
	StoreURL string
	// Media opens the media of a realm, to be set between Shut and Reopen; nil
	// is a folder.
	Media func(ctx context.Context, realm, dir string) (blob.Store, error)

	bus *eventlog.Server
}

// Open opens the realms of a folder; an empty name is a new one. Everything
// closes with the test, or with Close.
func Open(t testing.TB, dir string) *World {
	t.Helper()
	if dir == "" {
		dir = t.TempDir()
	}
	w := &World{TB: t, Clock: NewClock(), Dir: dir}
	w.Reopen()
	t.Cleanup(w.Shut)
	return w
}

// Reopen opens the folder, after Shut.
func (w *World) Reopen() {
	w.Helper()
	ctx := context.Background()
	var err error
	if w.bus, err = eventlog.Open(ctx, eventlog.Config{Dir: w.Dir + "/log"}); err != nil {
		w.Fatal(err)
	}
	media := w.Media
	if media == nil {
		media = func(_ context.Context, _, dir string) (blob.Store, error) { return blob.OpenFolder(dir) }
	}
	w.Set, err = realm.OpenAll(ctx, realm.Config{Data: w.Dir, StoreURL: w.StoreURL, Log: w.bus, Now: w.Clock.Now, Fast: true, OpenMedia: media})
	if err != nil {
		w.Fatal(err)
	}
}

// Shut closes everything, as a stopping server does.
func (w *World) Shut() {
	w.Helper()
	if w.Set == nil {
		return
	}
	if err := w.Set.Close(); err != nil {
		w.Error(err)
	}
	if err := w.bus.Close(context.Background()); err != nil {
		w.Error(err)
	}
	w.Set = nil
}

// Realm makes a realm, or finds it.
func (w *World) Realm(name string) *realm.Realm {
	w.Helper()
	if r, err := w.Get(name); err == nil {
		return r
	}
	r, err := w.Create(context.Background(), name, nil)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

// Account makes an account that allows learning.
func (w *World) Account(r *realm.Realm, handle string) *reelm.Account {
	w.Helper()
	a, err := r.DB.CreateAccount(context.Background(), store.NewAccount{Handle: handle, Password: "x", Birthday: "1990-05-17", Role: reelm.RoleViewer, Learn: true, Language: "en"})
	if err != nil {
		w.Fatal(err)
	}
	return a
}

// Clip publishes a clip of eight seconds without any media.
func (w *World) Clip(r *realm.Realm, author *reelm.Account, caption string) *reelm.Clip {
	w.Helper()
	ctx := context.Background()
	parsed, err := reelm.ParseCaption(caption)
	if err != nil {
		w.Fatal(err)
	}
	folder, err := realm.NewFolder()
	if err != nil {
		w.Fatal(err)
	}
	w.Clock.Add(time.Second)
	if _, err := r.DB.CreateClip(ctx, store.NewClip{Author: author.ID, Caption: parsed, Visibility: reelm.Public, Language: "en", Media: folder, Raw: "raw/" + folder, SHA256: []byte(folder), CoverMS: -1}); err != nil {
		w.Fatal(err)
	}
	j, err := r.DB.ClaimJob(ctx, "realmtest", store.RankFirst, store.RankFirst+1, time.Minute)
	if err != nil || j == nil {
		w.Fatal("no job:", err)
	}
	c, err := r.DB.PublishClip(ctx, j, store.First{Duration: 8 * time.Second, Poster: "poster.jpg",
		Rendition: reelm.Rendition{Height: 540, W: 540, H: 960, Codec: "h264", Codecs: "avc1.64001f", Bitrate: 900_000, Bytes: 1000, File: "540.mp4"}})
	if err != nil {
		w.Fatal(err)
	}
	return c
}
