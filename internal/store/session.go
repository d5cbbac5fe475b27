package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"reelm"
)

// Session is a signed-in browser or program.
type Session struct {
	Hash                   []byte // SHA-256 of the token
	Agent                  string // what the browser called itself, shortened
	Created, Seen, Expires time.Time
}

// CreateSession keeps a session by the hash of its token.
func (db *DB) CreateSession(ctx context.Context, account reelm.AccountID, s Session) (err error) {
	defer wrap(&err, "CreateSession(%s)", account)
	return db.update(ctx, func(t *tx) error {
		if err := t.must(ctx, `DELETE FROM sessions WHERE account = $1 AND expires < $2`, account, t.now); err != nil {
			return err
		}
		return t.must(ctx, `INSERT INTO sessions (hash, account, agent, created, seen, expires) VALUES ($1, $2, $3, $4, $4, $5)`,
			s.Hash, account, s.Agent, t.now, s.Expires.UnixMilli())
	})
}

// AccountOfSession gives the account that a session's token belongs to.
// reelm.ErrNotFound: unknown or expired.
func (db *DB) AccountOfSession(ctx context.Context, hash []byte) (_ *reelm.Account, _ Session, err error) {
	defer wrap(&err, "AccountOfSession")
	s := Session{Hash: hash}
	var created, seen, expires int64
	a, err := scanAccount(db.read.QueryRowContext(ctx, `
		SELECT `+accountColumns+`, s.agent, s.created, s.seen, s.expires
		FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.hash = $1`, hash), &s.Agent, &created, &seen, &expires)
	if err != nil {
		return nil, s, err
	}
	s.Created, s.Seen, s.Expires = fromMillis(created), fromMillis(seen), fromMillis(expires)
	if !s.Expires.After(db.now()) {
		return nil, s, reelm.ErrNotFound
	}
	return a, s, nil
}

// TouchSession notes that a session was used, and lengthens it.
func (db *DB) TouchSession(ctx context.Context, hash []byte, expires time.Time) (err error) {
	defer wrap(&err, "TouchSession")
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `UPDATE sessions SET seen = $1, expires = $2 WHERE hash = $3`, t.now, expires.UnixMilli(), hash)
	})
}

// EndSession forgets a session.
func (db *DB) EndSession(ctx context.Context, hash []byte) (err error) {
	defer wrap(&err, "EndSession")
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `DELETE FROM sessions WHERE hash = $1`, hash)
	})
}

// Sessions lists where an account is signed in, last used first.
func (db *DB) Sessions(ctx context.Context, account reelm.AccountID) (_ []Session, err error) {
	defer wrap(&err, "Sessions(%s)", account)
	return list(ctx, db.read, func(r scanner) (s Session, err error) {
		var created, seen, expires int64
		err = r.Scan(&s.Hash, &s.Agent, &created, &seen, &expires)
		s.Created, s.Seen, s.Expires = fromMillis(created), fromMillis(seen), fromMillis(expires)
		return s, err
	}, `SELECT hash, agent, created, seen, expires FROM sessions WHERE account = $1 AND expires > $2 ORDER BY seen DESC LIMIT 200`,
		account, db.now().UnixMilli())
}

// CreateViewer makes a viewer for a browser that said yes to learning.
func (db *DB) CreateViewer(ctx context.Context, hash []byte, language, country string) (id reelm.ViewerID, err error) {
	defer wrap(&err, "CreateViewer")
	err = db.update(ctx, func(t *tx) error {
		if id, err = reelm.NewID[reelm.ViewerID](db.rand); err != nil {
			return err
		}
		if err := t.must(ctx, `INSERT INTO viewers (id, hash, created) VALUES ($1, $2, $3)`, id, hash, t.now); err != nil {
			return err
		}
		return t.emit(ctx, uint64(id), &reelm.Record{Kind: reelm.RecordAbout, Viewer: id,
			About: &reelm.About{Language: language, Country: country, Learn: true}})
	})
	return id, err
}

// ViewerByToken finds a browser's viewer. reelm.ErrNotFound: unknown, or its
// taste has moved to an account.
func (db *DB) ViewerByToken(ctx context.Context, hash []byte) (id reelm.ViewerID, err error) {
	defer wrap(&err, "ViewerByToken")
	err = db.read.QueryRowContext(ctx, `SELECT id FROM viewers WHERE hash = $1 AND account = 0`, hash).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, reelm.ErrNotFound
	}
	return id, err
}

// mergeViewer moves a browser's taste to an account, once.
func (t *tx) mergeViewer(ctx context.Context, from reelm.ViewerID, to reelm.AccountID) error {
	n, err := t.exec(ctx, `UPDATE viewers SET account = $1 WHERE id = $2 AND account = 0`, to, from)
	if err != nil || n == 0 {
		return err
	}
	if err := t.must(ctx, `
		INSERT INTO interests (viewer, kind, key, level, created)
		SELECT $1, kind, key, level, created FROM interests WHERE viewer = $2
		ON CONFLICT (viewer, kind, key) DO NOTHING`, to, from); err != nil {
		return err
	}
	if err := t.must(ctx, `DELETE FROM interests WHERE viewer = $1`, from); err != nil {
		return err
	}
	return t.emit(ctx, uint64(to), &reelm.Record{Kind: reelm.RecordMerge, Viewer: to.Viewer(), From: from})
}
