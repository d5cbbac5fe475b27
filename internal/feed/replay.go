package feed

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"reelm/internal/eventlog"
	"reelm/internal/realm"
)

// Replayed is what folding the log again gives.
type Replayed struct {
	Seq   uint64
	Model [32]byte
}

// Replay folds the log again, up to a position (0: its end), from the newest
// usable snapshot if fromSnapshot is set and otherwise from the start. It
// tells notes where it had to begin at the start instead.
func Replay(ctx context.Context, r *realm.Realm, until uint64, fromSnapshot bool, notes io.Writer, log *slog.Logger) (Replayed, error) {
	m, err := modelAt(ctx, r, until, fromSnapshot, notes, log)
	if err != nil {
		return Replayed{}, err
	}
	return Replayed{Seq: m.pos, Model: m.engine.Hash()}, nil
}

// modelAt makes the model of a position (0: the log's end).
func modelAt(ctx context.Context, r *realm.Realm, until uint64, fromSnapshot bool, notes io.Writer, log *slog.Logger) (*model, error) {
	last, err := r.Log.Last(ctx)
	if err != nil {
		return nil, err
	}
	if until == 0 || until > last {
		until = last
	}
	m, err := newModel()
	if err != nil {
		return nil, err
	}
	if fromSnapshot {
		kept, err := readSnapshots(r, log, until)
		if err != nil {
			return nil, err
		}
		if kept == nil {
			fmt.Fprintln(notes, "there is no usable snapshot; folding from the start")
		} else {
			m = kept
		}
	}
	if m.pos < until {
		err := r.Log.Read(ctx, m.pos+1, until, func(msg eventlog.Message) error {
			if err := m.apply(msg.Seq, msg.Data); err != nil {
				fmt.Fprintln(notes, "passed over:", err)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	m.pos = until // what came last may have been erased
	return m, nil
}
