package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"reelm"
)

// OwnKind is what is done for one person in the background.
type OwnKind string

// The kinds.
const (
	OwnExport  OwnKind = "export"  // an archive of everything of theirs
	OwnHistory OwnKind = "history" // what they watched leaves the log and the model
	OwnErase   OwnKind = "erase"   // the account and everything of it goes
)

// States of such work.
const (
	OwnWaiting = "waiting"
	OwnDone    = "ready"
	OwnFailed  = "failed"
)

// WakeOwn is the topic of Wake for new work of this kind.
const WakeOwn = "own"

// OwnWork is work for one person.
type OwnWork struct {
	Viewer   reelm.ViewerID
	Kind     OwnKind
	State    string
	Due      time.Time
	Progress int    // percent
	File     string // blob key of what was made
	Receipt  []byte // hash of the receipt's secret
	Error    string
	Created  time.Time
}

const ownColumns = `viewer, kind, state, due, progress, file, receipt, error, created`

func scanOwn(r scanner) (*OwnWork, error) {
	var w OwnWork
	var due, created int64
	err := r.Scan(&w.Viewer, &w.Kind, &w.State, &due, &w.Progress, &w.File, &w.Receipt, &w.Error, &created)
	w.Due, w.Created = fromMillis(due), fromMillis(created)
	return &w, notFound(err)
}

// OwnWork finds the work of a kind for a viewer, or ErrNotFound.
func (db *DB) OwnWork(ctx context.Context, viewer reelm.ViewerID, kind OwnKind) (_ *OwnWork, err error) {
	defer wrap(&err, "OwnWork(%s, %s)", viewer, kind)
	return scanOwn(db.read.QueryRowContext(ctx, `SELECT `+ownColumns+` FROM own_work WHERE viewer = $1 AND kind = $2`, viewer, kind))
}

// BeginOwnWork queues work for a viewer, in the place of finished work of the
// same kind; work that waits stays as it is.
func (db *DB) BeginOwnWork(ctx context.Context, viewer reelm.ViewerID, kind OwnKind) (err error) {
	defer wrap(&err, "BeginOwnWork(%s, %s)", viewer, kind)
	return db.update(ctx, func(t *tx) error { return t.beginOwn(ctx, viewer, kind, t.now, nil) })
}

func (t *tx) beginOwn(ctx context.Context, viewer reelm.ViewerID, kind OwnKind, due int64, receipt []byte) error {
	t.wakes = append(t.wakes, WakeOwn)
	return t.must(ctx, `INSERT INTO own_work (viewer, kind, state, due, receipt, created) VALUES ($1, $2, 'waiting', $3, $4, $5)
		ON CONFLICT (viewer, kind) DO UPDATE SET state = 'waiting', due = excluded.due, progress = 0, file = '', error = '',
			receipt = excluded.receipt, created = excluded.created
		WHERE own_work.state <> 'waiting'`, viewer, kind, due, receipt, t.now)
}

// DueOwnWork gives the work that is due, oldest first, and when the next is.
func (db *DB) DueOwnWork(ctx context.Context) (_ []*OwnWork, err error) {
	defer wrap(&err, "DueOwnWork")
	return list(ctx, db.read, scanOwn, `SELECT `+ownColumns+` FROM own_work WHERE state = 'waiting' AND due <= $1 ORDER BY due LIMIT 20`, db.now().UnixMilli())
}

// OldExports gives finished exports from before a time.
func (db *DB) OldExports(ctx context.Context, before time.Time) (_ []*OwnWork, err error) {
	defer wrap(&err, "OldExports")
	return list(ctx, db.read, scanOwn, `SELECT `+ownColumns+` FROM own_work WHERE kind = 'export' AND state <> 'waiting' AND created < $1`, before.UnixMilli())
}

// OwnProgress notes how far work is, in percent.
func (db *DB) OwnProgress(ctx context.Context, w *OwnWork, percent int) (err error) {
	defer wrap(&err, "OwnProgress(%s)", w.Kind)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `UPDATE own_work SET progress = $1 WHERE viewer = $2 AND kind = $3`, percent, w.Viewer, w.Kind)
	})
}

// EndOwnWork notes how work ended: with a file, or with an error.
func (db *DB) EndOwnWork(ctx context.Context, w *OwnWork, file, failure string) (err error) {
	defer wrap(&err, "EndOwnWork(%s)", w.Kind)
	state := OwnDone
	if failure != "" {
		state = OwnFailed
	}
	return db.update(ctx, func(t *tx) error {
		if file != "" {
			if err := t.must(ctx, `UPDATE objections SET exported = TRUE WHERE account = $1`, w.Viewer); err != nil {
				return err
			}
		}
		return t.must(ctx, `UPDATE own_work SET state = $1, progress = 100, file = $2, error = $3 WHERE viewer = $4 AND kind = $5`, state, file, failure, w.Viewer, w.Kind)
	})
}

// DropOwnWork forgets work, when what it made is deleted.
func (db *DB) DropOwnWork(ctx context.Context, viewer reelm.ViewerID, kind OwnKind) (err error) {
	defer wrap(&err, "DropOwnWork(%s, %s)", viewer, kind)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `DELETE FROM own_work WHERE viewer = $1 AND kind = $2`, viewer, kind)
	})
}

// Leave takes an account and everything of it out of everybody's sight, signs
// it out everywhere, and has it erased when the grace is over. receipt is the
// hash of a secret under which the receipt will lie.
func (db *DB) Leave(ctx context.Context, id reelm.AccountID, grace time.Duration, receipt []byte) (due time.Time, err error) {
	defer wrap(&err, "Leave(%s)", id)
	err = db.update(ctx, func(t *tx) error {
		at := t.now + grace.Milliseconds()
		due = fromMillis(at)
		if err := t.must(ctx, `UPDATE accounts SET leaving = $1 WHERE id = $2`, t.now, id); err != nil {
			return err
		}
		if err := t.must(ctx, `DELETE FROM sessions WHERE account = $1`, id); err != nil {
			return err
		}
		if err := t.must(ctx, `DELETE FROM own_work WHERE viewer = $1 AND kind = 'erase'`, id); err != nil {
			return err
		}
		if err := t.beginOwn(ctx, id.Viewer(), OwnErase, at, receipt); err != nil {
			return err
		}
		if err := t.index(ctx, newDocument(docAccount, int64(id))); err != nil {
			return err
		}
		return t.tellOfAll(ctx, id)
	})
	return due, err
}

// LeaveBrowser has a browser without an account erased at once.
func (db *DB) LeaveBrowser(ctx context.Context, viewer reelm.ViewerID, receipt []byte) (due time.Time, err error) {
	defer wrap(&err, "LeaveBrowser(%s)", viewer)
	err = db.update(ctx, func(t *tx) error {
		due = fromMillis(t.now)
		return t.beginOwn(ctx, viewer, OwnErase, t.now, receipt)
	})
	return due, err
}

// Stay takes a departure back: everything is as it was.
func (db *DB) Stay(ctx context.Context, id reelm.AccountID) (err error) {
	defer wrap(&err, "Stay(%s)", id)
	return db.update(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `UPDATE accounts SET leaving = 0 WHERE id = $1 AND leaving > 0`, id)
		if err != nil || n == 0 {
			return err
		}
		if err := t.must(ctx, `DELETE FROM own_work WHERE viewer = $1 AND kind = 'erase'`, id); err != nil {
			return err
		}
		a, err := accountBy(ctx, t, `a.id = $1`, id)
		if err != nil {
			return err
		}
		if err := t.indexAccount(ctx, a); err != nil {
			return err
		}
		return t.tellOfAll(ctx, id)
	})
}

// Receipt gives the note of an erasure by the hash of its secret. While the
// erasure is still to come it is ErrNotFound, and due says when that is.
func (db *DB) Receipt(ctx context.Context, hash []byte) (note string, due time.Time, err error) {
	defer wrap(&err, "Receipt")
	err = db.read.QueryRowContext(ctx, `SELECT note FROM receipts WHERE hash = $1`, hash).Scan(&note)
	if !errors.Is(err, sql.ErrNoRows) {
		return note, due, err
	}
	var at int64
	err = db.read.QueryRowContext(ctx, `SELECT due FROM own_work WHERE kind = 'erase' AND receipt = $1`, hash).Scan(&at)
	if err == nil {
		due = fromMillis(at)
	}
	return "", due, reelm.ErrNotFound
}

// AllClipsOf lists every clip of an account in whatever state.
func (db *DB) AllClipsOf(ctx context.Context, id reelm.AccountID) (_ []*reelm.Clip, err error) {
	defer wrap(&err, "AllClipsOf(%s)", id)
	return list(ctx, db.read, scanClip, `SELECT `+clipColumns+clipTables+`WHERE c.author = $1 ORDER BY c.created, c.id`, id)
}
