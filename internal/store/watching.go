package store

import (
	"context"
	"database/sql"
	"errors"

	"reelm"
)

// Watching is how somebody wants to watch.
type Watching struct {
	Daily                            int // minutes a day, 0: no limit
	NightFrom, NightUntil            int // minutes after midnight, -1: no night break
	Paged, Autoplay, Saver, Captions bool
}

// Watching gives what somebody chose, or what holds for who chose nothing.
func (db *DB) Watching(ctx context.Context, account reelm.AccountID) (w Watching, err error) {
	defer wrap(&err, "Watching(%s)", account)
	err = db.read.QueryRowContext(ctx, `SELECT daily, night_from, night_until, paged, autoplay, saver, captions FROM watching WHERE account = $1`, account).
		Scan(&w.Daily, &w.NightFrom, &w.NightUntil, &w.Paged, &w.Autoplay, &w.Saver, &w.Captions)
	if errors.Is(err, sql.ErrNoRows) {
		return Watching{NightFrom: -1, NightUntil: -1, Autoplay: true}, nil
	}
	return w, err
}

// SetWatching keeps what somebody chose.
func (db *DB) SetWatching(ctx context.Context, account reelm.AccountID, w Watching) (err error) {
	defer wrap(&err, "SetWatching(%s)", account)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `INSERT INTO watching (account, daily, night_from, night_until, paged, autoplay, saver, captions) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (account) DO UPDATE SET daily = excluded.daily, night_from = excluded.night_from, night_until = excluded.night_until,
				paged = excluded.paged, autoplay = excluded.autoplay, saver = excluded.saver, captions = excluded.captions`,
			account, w.Daily, w.NightFrom, w.NightUntil, w.Paged, w.Autoplay, w.Saver, w.Captions)
	})
}
