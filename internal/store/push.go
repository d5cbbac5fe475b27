package store

import (
	"context"
	"database/sql"
	"errors"

	"reelm"
)

// MaxPush is how many browsers of one account are told; the oldest go.
const MaxPush = 20

// Push is a browser that wants to be told.
type Push struct {
	Endpoint, P256dh, Auth string
	Language               string
	Origin                 string // scheme and host of the page it subscribed on
	// Session is the hash of the session that it subscribed in, and ends with;
	// nil: of none.
	Session []byte
}

// PushKey gives the realm's key pair for push services; where there is none,
// made makes it.
func (db *DB) PushKey(ctx context.Context, made func() (private, public string, err error)) (private, public string, err error) {
	defer wrap(&err, "PushKey")
	const q = `SELECT private, public FROM push_key WHERE one = 1`
	err = db.read.QueryRowContext(ctx, q).Scan(&private, &public)
	if !errors.Is(err, sql.ErrNoRows) {
		return private, public, err
	}
	err = db.update(ctx, func(t *tx) error {
		priv, pub, err := made()
		if err != nil {
			return err
		}
		if err := t.must(ctx, `INSERT INTO push_key (one, private, public) VALUES (1, $1, $2) ON CONFLICT (one) DO NOTHING`, priv, pub); err != nil {
			return err
		}
		return t.QueryRowContext(ctx, q).Scan(&private, &public)
	})
	return private, public, err
}

// AddPush keeps where a browser of an account wants to be told. A browser that
// was somebody else's becomes theirs.
func (db *DB) AddPush(ctx context.Context, account reelm.AccountID, p Push) (err error) {
	defer wrap(&err, "AddPush(%s)", account)
	return db.update(ctx, func(t *tx) error {
		id, err := t.next(ctx, "push_subscriptions")
		if err != nil {
			return err
		}
		if err := t.must(ctx, `INSERT INTO push_subscriptions (id, account, endpoint, p256dh, auth, language, origin, created, session) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (endpoint) DO UPDATE SET account = excluded.account, p256dh = excluded.p256dh, auth = excluded.auth, language = excluded.language, origin = excluded.origin, session = excluded.session`,
			id, account, p.Endpoint, p.P256dh, p.Auth, p.Language, p.Origin, t.now, p.Session); err != nil {
			return err
		}
		return t.must(ctx, `DELETE FROM push_subscriptions WHERE account = $1 AND id NOT IN (SELECT id FROM push_subscriptions WHERE account = $1 ORDER BY id DESC LIMIT $2)`, account, MaxPush)
	})
}

// DropPush forgets a browser of an account; 0 is whosever it is.
func (db *DB) DropPush(ctx context.Context, account reelm.AccountID, endpoint string) (err error) {
	defer wrap(&err, "DropPush(%s)", account)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `DELETE FROM push_subscriptions WHERE endpoint = $1 AND (account = $2 OR $2 = 0)`, endpoint, account)
	})
}

// Pushes lists the browsers of an account that are still signed in.
func (db *DB) Pushes(ctx context.Context, account reelm.AccountID) (_ []Push, err error) {
	defer wrap(&err, "Pushes(%s)", account)
	return list(ctx, db.read, func(r scanner) (p Push, err error) {
		return p, r.Scan(&p.Endpoint, &p.P256dh, &p.Auth, &p.Language, &p.Origin, &p.Session)
	}, `SELECT endpoint, p256dh, auth, language, origin, session FROM push_subscriptions p WHERE account = $1
		AND (session IS NULL OR EXISTS (SELECT 1 FROM sessions s WHERE s.hash = p.session AND s.expires > $2)) ORDER BY id`, account, db.now().UnixMilli())
}
