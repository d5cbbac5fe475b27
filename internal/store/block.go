package store

import (
	"context"
	"errors"

	"reelm"
)

// Block ends every contact between two accounts: follows in both directions
// go, and neither finds the other from now on.
func (db *DB) Block(ctx context.Context, account, blocked reelm.AccountID) (err error) {
	defer wrap(&err, "Block(%s, %s)", account, blocked)
	if account == blocked {
		return reelm.Wrong("handle", "own-account", "nobody blocks themselves")
	}
	return db.update(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `INSERT INTO blocks (account, blocked, created) VALUES ($1, $2, $3) ON CONFLICT (account, blocked) DO NOTHING`,
			account, blocked, t.now)
		if err != nil || n == 0 {
			return err
		}
		for _, pair := range [][2]reelm.AccountID{{account, blocked}, {blocked, account}} {
			if err := t.unfollow(ctx, pair[0], pair[1]); err != nil {
				return err
			}
		}
		return t.emitBlock(ctx, account, blocked, reelm.RecordBlock)
	})
}

// Unblock lifts a block. Follows do not come back.
func (db *DB) Unblock(ctx context.Context, account, blocked reelm.AccountID) (err error) {
	defer wrap(&err, "Unblock(%s, %s)", account, blocked)
	return db.update(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `DELETE FROM blocks WHERE account = $1 AND blocked = $2`, account, blocked)
		if err != nil || n == 0 {
			return err
		}
		var still bool
		if err := t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM blocks WHERE account = $1 AND blocked = $2)`, blocked, account).Scan(&still); err != nil {
			return err
		}
		if still {
			return nil
		}
		return t.emitBlock(ctx, account, blocked, reelm.RecordUnblock)
	})
}

// emitBlock tells the engine twice, once for each who no longer sees the
// other.
func (t *tx) emitBlock(ctx context.Context, a, b reelm.AccountID, kind reelm.RecordKind) error {
	return errors.Join(
		t.emit(ctx, uint64(a), &reelm.Record{Kind: kind, Viewer: a.Viewer(), Author: b}),
		t.emit(ctx, uint64(b), &reelm.Record{Kind: kind, Viewer: b.Viewer(), Author: a}))
}
