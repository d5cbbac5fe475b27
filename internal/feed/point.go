package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"reelm/internal/eventlog"
	"reelm/internal/store"
)

// Point is a moment of a realm that goes on: what SQL held, what the log held
// up to Seq, and the model of exactly that.
type Point struct {
	Seq   uint64
	Model [32]byte
	SQL   *store.Snapshot
	done  func()
}

// Point keeps the present moment and writes its model to a file ("" for
// none). Until ReadLog is called the log below the moment stays as it is:
// nothing is forgotten.
func (f *Feed) Point(ctx context.Context, file string) (_ *Point, err error) {
	if err := f.lockForgetting(ctx); err != nil {
		return nil, err
	}
	p := &Point{done: f.forgetting.Unlock}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	held := false
	err = f.realm.DB.Still(ctx, func(queued int64) error {
		if held { // the transaction is tried again
			held = false
			f.mu.RUnlock()
			if err := p.SQL.Close(); err != nil {
				return err
			}
		}
		if err := f.relay(ctx); err != nil {
			return err
		}
		if !f.wait(ctx, time.Minute, func(m *model) bool { return m.outbox >= queued }) {
			return errors.Join(errors.New("the model did not catch up with the outbox"), ctx.Err(), f.Healthy())
		}
		if p.SQL, err = f.realm.DB.Snapshot(ctx); err != nil {
			return err
		}
		f.mu.RLock() // the fold rests here, and SQL goes on
		held = true
		return nil
	})
	if held {
		defer f.mu.RUnlock()
	}
	if err != nil {
		return nil, err
	}
	p.Seq, p.Model = f.model.pos, f.model.engine.Hash()
	if file != "" {
		err = writeSnapshot(file, f.model)
	}
	return p, err
}

// lockForgetting waits until nothing is being forgotten, and keeps it so.
func (f *Feed) lockForgetting(ctx context.Context) error {
	for {
		f.forgetting.Lock()
		f.mu.RLock()
		under := f.provisional
		f.mu.RUnlock()
		if !under {
			return nil
		}
		f.forgetting.Unlock()
		if !f.wait(ctx, time.Hour, func(*model) bool { return !f.provisional }) {
			return errors.Join(errors.New("something is being forgotten; try again when it is done"), ctx.Err())
		}
	}
}

// LogRead lets forgetting go on. Again it does nothing.
func (p *Point) LogRead() {
	if p.done != nil {
		p.done()
		p.done = nil
	}
}

// Close lets go of the moment.
func (p *Point) Close() error {
	p.LogRead()
	if p.SQL == nil {
		return nil
	}
	return p.SQL.Close()
}

// A Fold makes a model of records that no log of ours holds yet: those of an
// archive.
type Fold struct{ m *model }

// NewFold begins with nothing, or with the newest snapshot of a folder.
func NewFold(dir string) (*Fold, error) {
	m, err := newModel()
	if err != nil || dir == "" {
		return &Fold{m}, err
	}
	names, err := listSnapshots(dir)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("there is no model in %s", dir)
	}
	m, err = readSnapshot(dir + "/" + names[0])
	return &Fold{m}, err
}

// Apply folds a record; what cannot be read is told to notes and passed over,
// as every node does.
func (f *Fold) Apply(m eventlog.Message, notes io.Writer) {
	if err := f.m.apply(m.Seq, m.Data); err != nil {
		fmt.Fprintln(notes, "passed over:", err)
	}
}

// Seq is the position that was folded last.
func (f *Fold) Seq() uint64 { return f.m.pos }

// Hash is that of what was learned.
func (f *Fold) Hash() [32]byte { return f.m.engine.Hash() }

// Save keeps the model as that of a position in a folder of snapshots, in
// place of those that are there.
func (f *Fold) Save(dir string, pos uint64) error {
	f.m.pos = max(f.m.pos, pos)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	old, err := listSnapshots(dir)
	if err != nil {
		return err
	}
	if err := writeSnapshot(dir+"/"+snapshotName(f.m.pos), f.m); err != nil {
		return err
	}
	for _, n := range old {
		if n != snapshotName(f.m.pos) {
			err = errors.Join(err, os.Remove(dir+"/"+n))
		}
	}
	return err
}
