package own

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"reelm"
	"reelm/internal/feed"
	"reelm/internal/realm"
	"reelm/internal/store"
)

const (
	// lookEvery is how long work of other processes and later days waits at
	// most before it is seen.
	lookEvery = 30 * time.Second
	// exportLife is how long an archive is kept.
	exportLife = 7 * 24 * time.Hour
)

// Desk works for the people of one realm, one after the other.
type Desk struct {
	realm *realm.Realm
	feed  *feed.Feed
	log   *slog.Logger
	stop  context.CancelFunc
	done  sync.WaitGroup
	work  sync.Mutex // held by whoever works
}

// Open starts the desk of a realm.
func Open(ctx context.Context, r *realm.Realm, f *feed.Feed, log *slog.Logger) *Desk {
	d := &Desk{realm: r, feed: f, log: log.With("realm", r.Name)}
	ctx, d.stop = context.WithCancel(context.WithoutCancel(ctx))
	d.done.Go(func() { d.run(ctx) })
	return d
}

// Close stops the work; what was under way begins again next time.
func (d *Desk) Close() {
	d.stop()
	d.done.Wait()
}

func (d *Desk) run(ctx context.Context) {
	wake := d.realm.DB.Wake(store.WakeOwn)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := d.Work(ctx); err != nil && ctx.Err() == nil {
			d.log.Error("working for a person", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-tick.C:
		}
	}
}

// Work does everything that is due now.
func (d *Desk) Work(ctx context.Context) error {
	d.work.Lock()
	defer d.work.Unlock()
	if err := d.eraseObjectors(ctx); err != nil {
		return err
	}
	due, err := d.realm.DB.DueOwnWork(ctx)
	if err != nil {
		return err
	}
	for _, w := range due {
		if werr := d.do(ctx, w); werr != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			err = errors.Join(err, fmt.Errorf("%s: %w", w.Kind, werr))
		}
	}
	return errors.Join(err, d.tidy(ctx), d.realm.DB.Wipe(ctx))
}

func (d *Desk) do(ctx context.Context, w *store.OwnWork) error {
	switch w.Kind {
	case store.OwnExport:
		file, err := d.export(ctx, w)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			return errors.Join(err, d.realm.DB.EndOwnWork(ctx, w, "", err.Error()))
		}
		return d.realm.DB.EndOwnWork(ctx, w, file, "")
	case store.OwnHistory:
		_, err := d.feed.Forget(ctx, feed.CauseHistory, feed.Forgetting{Histories: []reelm.ViewerID{w.Viewer}})
		if err != nil {
			return err
		}
		return d.realm.DB.EndOwnWork(ctx, w, "", "")
	case store.OwnErase:
		return d.erase(ctx, w)
	}
	return fmt.Errorf("unknown work %q", w.Kind)
}

// tidy deletes archives and evidence whose time is over.
func (d *Desk) tidy(ctx context.Context) error {
	old, err := d.realm.DB.OldExports(ctx, d.realm.Now().Add(-exportLife))
	if err != nil {
		return err
	}
	for _, w := range old {
		if err := d.DropExport(ctx, w); err != nil {
			return err
		}
	}
	return d.realm.DB.EndSetApart(ctx)
}

// DropExport deletes an archive.
func (d *Desk) DropExport(ctx context.Context, w *store.OwnWork) error {
	if w.File != "" {
		if err := d.realm.Media.Delete(ctx, w.File); err != nil {
			return err
		}
	}
	return d.realm.DB.DropOwnWork(ctx, w.Viewer, store.OwnExport)
}

func (d *Desk) scratch() (*os.File, error) {
	if err := os.MkdirAll(d.realm.Path("exports"), 0o700); err != nil {
		return nil, err
	}
	return os.CreateTemp(d.realm.Path("exports"), "export-*")
}
