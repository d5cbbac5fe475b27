package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"

	"reelm"
)

// RSSKey gives the secret in the addresses of somebody's private feeds, "" if
// they have none.
func (db *DB) RSSKey(ctx context.Context, account reelm.AccountID) (key string, err error) {
	defer wrap(&err, "RSSKey(%s)", account)
	err = db.read.QueryRowContext(ctx, `SELECT key FROM rss_keys WHERE account = $1`, account).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return key, err
}

// NewRSSKey makes a secret of 130 random bits; the one before ends.
func (db *DB) NewRSSKey(ctx context.Context, account reelm.AccountID) (err error) {
	defer wrap(&err, "NewRSSKey(%s)", account)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `INSERT INTO rss_keys (account, key, created) VALUES ($1, $2, $3)
			ON CONFLICT (account) DO UPDATE SET key = excluded.key, created = excluded.created`, account, rand.Text(), t.now)
	})
}

// EndRSSKey ends somebody's private feeds.
func (db *DB) EndRSSKey(ctx context.Context, account reelm.AccountID) (err error) {
	defer wrap(&err, "EndRSSKey(%s)", account)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `DELETE FROM rss_keys WHERE account = $1`, account)
	})
}

// AccountByRSSKey finds whose private feeds a secret opens.
func (db *DB) AccountByRSSKey(ctx context.Context, key string) (_ *reelm.Account, err error) {
	defer wrap(&err, "AccountByRSSKey")
	var id reelm.AccountID
	err = db.read.QueryRowContext(ctx, `SELECT account FROM rss_keys WHERE key = $1`, key).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, reelm.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return db.Account(ctx, id)
}
