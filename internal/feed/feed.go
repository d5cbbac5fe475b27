package feed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"reelm"
	"reelm/internal/eventlog"
	"reelm/internal/realm"
	"reelm/rec"
)

// Feed is the engine of one realm at work. It is safe for concurrent use.
type Feed struct {
	realm *realm.Realm
	log   *slog.Logger
	stop  context.CancelFunc
	done  chan struct{}

	mu    sync.RWMutex // held by the fold while it applies a record
	model *model
	moved chan struct{} // closed and replaced when the model has moved

	relaying sync.Mutex
	relayed  int64 // highest outbox number on the log

	acks acks
	fail error // why the fold stopped; under mu

	forgetting  sync.Mutex
	provisional bool // the model is ahead of a fold that makes it anew: no snapshots; under mu
}

// Open relays the outbox, folds to the end of the log, and then follows it
// until Close.
func Open(ctx context.Context, r *realm.Realm, log *slog.Logger) (*Feed, error) {
	f := &Feed{realm: r, log: log.With("realm", r.Name), done: make(chan struct{}), moved: make(chan struct{}), acks: newAcks()}
	var err error
	if f.model, err = f.loadSnapshot(); err != nil {
		return nil, err
	}
	info, err := r.Log.Info(ctx)
	if err != nil {
		return nil, err
	}
	if f.model.pos > info.Last { // the power took the log's end with it
		f.log.Warn("the snapshot is ahead of the log; folding from the start", "snapshot", f.model.pos, "log", info.Last)
		if f.model, err = newModel(); err != nil {
			return nil, err
		}
	}
	if err := f.catchUp(ctx); err != nil {
		return nil, err
	}
	f.relayed = f.model.outbox
	queued, err := r.DB.OutboxEnd(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.relay(ctx); err != nil {
		return nil, err
	}
	if err := f.catchUp(ctx); err != nil {
		return nil, err
	}
	// Records that were forgotten are not on the log any more, and nobody has
	// to wait for their numbers.
	f.model.outbox = max(f.model.outbox, queued)
	begun, err := r.DB.Forgettings(ctx, 0, true)
	if err != nil {
		return nil, err
	}
	f.provisional = len(begun) > 0
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	f.stop = stop
	go f.run(run)
	return f, nil
}

// Close stops following and keeps a snapshot.
func (f *Feed) Close() error {
	f.stop()
	<-f.done
	return f.saveSnapshot()
}

// catchUp folds what the log holds now.
func (f *Feed) catchUp(ctx context.Context) error {
	last, err := f.realm.Log.Last(ctx)
	if err != nil {
		return err
	}
	if last <= f.model.pos {
		return nil
	}
	err = f.realm.Log.Read(ctx, f.model.pos+1, last, func(m eventlog.Message) error {
		f.fold(m, nil)
		return nil
	})
	if err == nil {
		f.model.pos = last // what came last may have been erased
	}
	return err
}

// foldTogether is how many messages are applied under one lock. Where requests
// never cease, the fold waits for one of them each time that it takes the lock.
const foldTogether = 32

// follow folds what arrives, until ctx ends.
func (f *Feed) follow(ctx context.Context) error {
	arrived := make(chan eventlog.Message, foldTogether)
	var wg sync.WaitGroup
	wg.Go(func() {
		for m := range arrived {
			f.fold(m, arrived)
		}
	})
	defer wg.Wait()
	defer close(arrived)
	return f.realm.Log.Follow(ctx, f.Position()+1, func(m eventlog.Message) error {
		select {
		case arrived <- m:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
}

// fold applies a message, and those that have arrived after it. A record that
// cannot be learned is reported and passed over: every node passes over the
// same ones.
func (f *Feed) fold(m eventlog.Message, more <-chan eventlog.Message) {
	var failed []error
	f.mu.Lock()
	for n := 1; ; n++ {
		if err := f.model.apply(m.Seq, m.Data); err != nil {
			failed = append(failed, err)
		}
		if n == foldTogether || len(more) == 0 {
			break
		}
		m = <-more
	}
	moved := f.moved
	f.moved = make(chan struct{})
	f.mu.Unlock()
	close(moved)
	for _, err := range failed {
		f.log.Error("a record was passed over", "error", err)
	}
}

// relayEvery is how long the relay waits at most before it looks for records
// of other processes.
const relayEvery = time.Second

// snapshotEvery is how often the model is kept while it moves.
const snapshotEvery = 5 * time.Minute

func (f *Feed) run(ctx context.Context) {
	defer close(f.done)
	var wg sync.WaitGroup
	wg.Go(func() {
		err := f.follow(ctx)
		if err != nil && ctx.Err() == nil {
			f.log.Error("the fold has stopped", "error", err)
			f.mu.Lock()
			f.fail = err
			f.mu.Unlock()
		}
	})
	wg.Go(func() { f.keepRelaying(ctx) })
	wg.Go(func() { f.keepSnapshots(ctx) })
	wg.Go(func() {
		if err := f.goOnForgetting(ctx); err != nil && ctx.Err() == nil {
			f.log.Error("going on with what has to be forgotten", "error", err)
		}
	})
	wg.Wait()
}

func (f *Feed) keepSnapshots(ctx context.Context) {
	tick := time.NewTicker(snapshotEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := f.saveSnapshot(); err != nil {
				f.log.Error("keeping a snapshot", "error", err)
			}
		}
	}
}

// Position is that of the last record which the model has learned.
func (f *Feed) Position() uint64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.model.pos
}

// Model gives the position and the hash of what was learned up to it.
func (f *Feed) Model() (pos uint64, hash [32]byte) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.model.pos, f.model.engine.Hash()
}

// Healthy says whether the fold follows the log.
func (f *Feed) Healthy() error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.fail != nil {
		return fmt.Errorf("the fold of realm %s has stopped: %w", f.realm.Name, f.fail)
	}
	return nil
}

// Counts gives how often a clip was viewed and shared.
func (f *Feed) Counts(id reelm.ClipID) (views, shares int64) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	c := f.model.counts[id]
	return c.Views, c.Shares
}

// Constitution is the document in force.
func (f *Feed) Constitution() rec.Constitution {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.model.engine.Constitution()
}

// Debt says how the promise of a first audience is kept.
func (f *Feed) Debt() rec.Debt {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.model.engine.Debt()
}

// wait waits until the model satisfies a condition, or for patience.
func (f *Feed) wait(ctx context.Context, patience time.Duration, reached func(*model) bool) bool {
	var timer <-chan time.Time
	for {
		f.mu.RLock()
		ok, moved := reached(f.model), f.moved
		f.mu.RUnlock()
		if ok {
			return true
		}
		if timer == nil {
			t := time.NewTimer(patience)
			defer t.Stop()
			timer = t.C
		}
		select {
		case <-moved:
		case <-timer:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// Settle waits until everything that was acknowledged before the call has
// been learned. Verbs and tests use it; requests use their own patience.
func (f *Feed) Settle(ctx context.Context) error {
	n, err := f.realm.DB.OutboxEnd(ctx)
	if err != nil {
		return err
	}
	if err := f.relay(ctx); err != nil {
		return err
	}
	last, err := f.realm.Log.Last(ctx)
	if err != nil {
		return err
	}
	if !f.wait(ctx, time.Minute, func(m *model) bool { return m.outbox >= n && m.pos >= last }) {
		return errors.Join(errors.New("the model did not catch up with the log"), ctx.Err(), f.Healthy())
	}
	return nil
}
