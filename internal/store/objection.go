package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"reelm"
)

// HandoverKey is the setting that names who takes the realm over: from then
// on people may object.
const HandoverKey = "handover.to"

// Objections counts those who object to the change of hands. Who took an
// objection back is not counted.
type Objections struct {
	Made     int64 // all of them
	Exports  int64 // of these, whose archive was made
	Erasures int64 // and who are erased
}

// Open is how many who object are still here.
func (o Objections) Open() int64 { return o.Made - o.Erasures }

// Objection is that of one person.
type Objection struct {
	Created  time.Time
	Exported bool // the archive was made
}

// Object notes that somebody objects; again changes nothing.
func (db *DB) Object(ctx context.Context, id reelm.AccountID) (err error) {
	defer wrap(&err, "Object(%s)", id)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `INSERT INTO objections (account, created) VALUES ($1, $2) ON CONFLICT (account) DO NOTHING`, id, t.now)
	})
}

// Unobject takes an objection back.
func (db *DB) Unobject(ctx context.Context, id reelm.AccountID) (err error) {
	defer wrap(&err, "Unobject(%s)", id)
	return db.update(ctx, func(t *tx) error { return t.must(ctx, `DELETE FROM objections WHERE account = $1`, id) })
}

// Objection is that of somebody, nil if they do not object.
func (db *DB) Objection(ctx context.Context, id reelm.AccountID) (_ *Objection, err error) {
	defer wrap(&err, "Objection(%s)", id)
	var o Objection
	var at int64
	err = db.read.QueryRowContext(ctx, `SELECT created, exported FROM objections WHERE account = $1`, id).Scan(&at, &o.Exported)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	o.Created = fromMillis(at)
	return &o, err
}

// Objectors lists those who object and are still here.
func (db *DB) Objectors(ctx context.Context) (_ []reelm.AccountID, err error) {
	defer wrap(&err, "Objectors")
	return list(ctx, db.read, scanID[reelm.AccountID], `SELECT account FROM objections ORDER BY account`)
}

// Objections counts them.
func (db *DB) Objections(ctx context.Context) (_ Objections, err error) {
	defer wrap(&err, "Objections")
	return objections(ctx, db.read)
}

// Objections counts them at the snapshot's moment.
func (s *Snapshot) Objections(ctx context.Context) (Objections, error) { return objections(ctx, s.tx) }

func objections(ctx context.Context, q querier) (o Objections, err error) {
	var here, exported, gone int64
	err = q.QueryRowContext(ctx, `
		SELECT (SELECT count(*) FROM objections), (SELECT count(*) FROM objections WHERE exported),
			(SELECT coalesce(max(n), 0) FROM counters WHERE name = 'objection-exports'),
			(SELECT coalesce(max(n), 0) FROM counters WHERE name = 'objection-erasures')`).Scan(&here, &exported, &gone, &o.Erasures)
	o.Made, o.Exports = here+o.Erasures, exported+gone
	return o, err
}

// eraseObjection counts an objection whose maker is erased.
func (t *tx) eraseObjection(ctx context.Context, id reelm.AccountID) error {
	for _, q := range []string{
		`INSERT INTO counters (name, n) SELECT 'objection-exports', count(*) FROM objections WHERE account = $1 AND exported
			ON CONFLICT (name) DO UPDATE SET n = counters.n + excluded.n`,
		`INSERT INTO counters (name, n) SELECT 'objection-erasures', count(*) FROM objections WHERE account = $1
			ON CONFLICT (name) DO UPDATE SET n = counters.n + excluded.n`,
		`DELETE FROM objections WHERE account = $1`,
	} {
		if err := t.must(ctx, q, id); err != nil {
			return err
		}
	}
	return nil
}
