package store

import (
	"context"

	"reelm/internal/ledger"
)

// Forgetting is something that has to leave the event log.
type Forgetting struct {
	N        int64
	Cause    string // person, history, clip, age, split
	What     string // in JSON; the feed's
	Position uint64 // at which Old was the model's hash; 0 before it is known
	Old      string // hexadecimal
	At       int64  // Unix milliseconds
}

// BeginForgetting notes what has to be forgotten, before any of it is gone.
func (db *DB) BeginForgetting(ctx context.Context, cause, what string) (n int64, err error) {
	defer wrap(&err, "BeginForgetting(%s)", cause)
	err = db.update(ctx, func(t *tx) error {
		if n, err = t.next(ctx, "forgettings"); err != nil {
			return err
		}
		return t.must(ctx, `INSERT INTO forgettings (n, cause, what, created) VALUES ($1, $2, $3, $4)`, n, cause, what, t.now)
	})
	return n, err
}

// ForgettingFrom notes the model's hash before a forgetting, which cannot be
// known any more once it has begun.
func (db *DB) ForgettingFrom(ctx context.Context, n int64, position uint64, old string) (err error) {
	defer wrap(&err, "ForgettingFrom(%d)", n)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `UPDATE forgettings SET position = $1, old = $2 WHERE n = $3`, int64(position), old, n)
	})
}

// EndForgetting notes that all of it is gone: in the ledger too.
func (db *DB) EndForgetting(ctx context.Context, n int64, entry ledger.Forgetting) (err error) {
	defer wrap(&err, "EndForgetting(%d)", n)
	return db.update(ctx, func(t *tx) error {
		changed, err := t.exec(ctx, `UPDATE forgettings SET done = TRUE WHERE n = $1 AND NOT done`, n)
		if err != nil || changed == 0 {
			return err
		}
		_, err = t.enter(ctx, entry, nil)
		return err
	})
}

// Forgettings lists what was forgotten above a number, or, if undone is set,
// what was begun and not ended.
func (db *DB) Forgettings(ctx context.Context, above int64, undone bool) (_ []Forgetting, err error) {
	defer wrap(&err, "Forgettings(%d)", above)
	return list(ctx, db.read, func(r scanner) (f Forgetting, err error) {
		var pos int64
		err = r.Scan(&f.N, &f.Cause, &f.What, &pos, &f.Old, &f.At)
		f.Position = uint64(pos)
		return f, err
	}, `SELECT n, cause, what, position, old, created FROM forgettings WHERE n > $1 AND done <> $2 ORDER BY n`, above, undone)
}
