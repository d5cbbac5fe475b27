package feed

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"reelm"
	"reelm/internal/eventlog"
	"reelm/internal/store"
)

// relayBatch is how many records go to the log at once.
const relayBatch = 500

// relay puts what waits in the outbox on the log, in order. Every record has
// an id of its own, so that one which was put there twice is stored once; and
// the fold skips what is not above the highest number it has seen.
func (f *Feed) relay(ctx context.Context) error {
	f.relaying.Lock()
	defer f.relaying.Unlock()
	for {
		rows, err := f.realm.DB.Outbox(ctx, f.relayed, relayBatch)
		if err != nil || len(rows) == 0 {
			return err
		}
		entries := make([]eventlog.Entry, len(rows))
		for i, q := range rows {
			r, err := reelm.DecodeRecord(q.Record)
			if err != nil {
				return fmt.Errorf("outbox number %d: %w", q.N, err)
			}
			entries[i] = eventlog.Entry{Key: q.Key, Ages: ages(r.Kind), ID: "outbox-" + strconv.FormatInt(q.N, 10), Data: q.Record}
		}
		seqs, err := f.realm.Log.AppendAll(ctx, entries)
		if len(seqs) > 0 {
			f.relayed = rows[len(seqs)-1].N
		}
		if err != nil {
			return fmt.Errorf("relaying the outbox: %w", err)
		}
	}
}

// ages says which records leave the log by age: what viewers did with clips.
func ages(k reelm.RecordKind) bool {
	switch k {
	case reelm.RecordServe, reelm.RecordLike, reelm.RecordUnlike, reelm.RecordComment, reelm.RecordReport:
		return true
	}
	return false
}

func (f *Feed) keepRelaying(ctx context.Context) {
	wake := f.realm.DB.Wake(store.WakeOutbox)
	tick := time.NewTicker(relayEvery)
	defer tick.Stop()
	trimmed := f.realm.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-tick.C:
		}
		if err := f.relay(ctx); err != nil && ctx.Err() == nil {
			f.log.Error("relaying the outbox", "error", err)
		}
		if now := f.realm.Now(); now.Sub(trimmed) > store.OutboxKept/4 {
			trimmed = now
			if err := f.trim(ctx); err != nil && ctx.Err() == nil {
				f.log.Error("trimming the outbox", "error", err)
			}
		}
	}
}

// trim forgets outbox rows that the log holds on the disk.
func (f *Feed) trim(ctx context.Context) error {
	f.mu.RLock()
	upTo := f.model.outbox
	f.mu.RUnlock()
	if f.realm.DB.Waits() { // for its new owner; there is nothing to trim
		return nil
	}
	if err := f.realm.Log.Sync(ctx); err != nil {
		return err
	}
	return f.realm.DB.TrimOutbox(ctx, upTo)
}
