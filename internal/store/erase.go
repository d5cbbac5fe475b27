package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"reelm"
)

// AppealPeriod is how long what a pending report needs is set apart after
// the person is gone (Digital Services Act, article 20: six months).
const AppealPeriod = 183 * 24 * time.Hour

// Erasure says what an erasure took.
type Erasure struct {
	Clips, Comments, Likes, Follows, Messages int64
	Reports                                   int64 // whose subject was set apart
	Until                                     time.Time
}

// evidence is what of a person a pending report keeps.
type evidence struct {
	Handle  string `json:"handle,omitempty"`
	Caption string `json:"caption,omitempty"`
	Comment string `json:"comment,omitempty"`
	Clip    string `json:"clip,omitempty"`
}

// EraseAccount takes an account and everything of it out of the database: as
// if it had never been there, except for what pending reports need. note
// makes the receipt, which is kept in the same transaction.
func (db *DB) EraseAccount(ctx context.Context, id reelm.AccountID, receipt []byte, note func(Erasure) (string, error)) (err error) {
	defer wrap(&err, "EraseAccount(%s)", id)
	err = db.update(ctx, func(t *tx) error {
		var e Erasure
		if err := t.setApart(ctx, id, &e); err != nil {
			return err
		}
		clips, err := list(ctx, t, scanClip, `SELECT `+clipColumns+clipTables+`WHERE c.author = $1`, id)
		if err != nil {
			return err
		}
		for _, c := range clips {
			c.State = reelm.ClipRemoved
			if err := t.indexClip(ctx, c); err != nil {
				return err
			}
		}
		e.Clips = int64(len(clips))
		if err := t.index(ctx, newDocument(docAccount, int64(id))); err != nil {
			return err
		}
		if err := t.eraseObjection(ctx, id); err != nil {
			return err
		}
		for _, s := range erasures {
			n, err := t.exec(ctx, s.q, id)
			if err != nil {
				return err
			}
			if s.count != nil {
				*s.count(&e) += n
			}
		}
		if err := t.forgetOutbox(ctx, id, clips); err != nil {
			return err
		}
		text, err := note(e)
		if err != nil || len(receipt) == 0 {
			return err
		}
		return t.must(ctx, `INSERT INTO receipts (hash, note, created) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING`, receipt, text, t.now)
	})
	return db.deleted(ctx, err)
}

// deleted ends a change that took people's rows away. What reads the database
// just now may keep them in SQLite's write-ahead log for a while: the change
// stands all the same, and Wipe is called again.
func (db *DB) deleted(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	db.unwiped.Store(true)
	if err := db.Wipe(ctx); !errors.Is(err, ErrRead) {
		return err
	}
	return nil
}

// ErrRead says that something has been reading the database for more than ten
// seconds, an export or a backup, so that what was deleted is still in the
// write-ahead log.
var ErrRead = errors.New("what was deleted stays in the write-ahead log until those who read the database are done")

// Wipe takes what was deleted out of SQLite's write-ahead log too, where older
// versions of pages stay until they happen to be written over. It does nothing
// if nothing was deleted since. PostgreSQL recycles its log by itself.
func (db *DB) Wipe(ctx context.Context) error {
	if db.dialect.postgres || !db.unwiped.CompareAndSwap(true, false) {
		return nil
	}
	var busy, frames, moved int
	err := db.write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved)
	if err == nil && busy != 0 {
		err = ErrRead
	}
	if err != nil {
		db.unwiped.Store(true)
		return fmt.Errorf("emptying the write-ahead log: %w", err)
	}
	return nil
}

// erasures are the statements that take an account away, in order: counts of
// others first, then what no foreign key takes along, then the account.
var erasures = []struct {
	q     string
	count func(*Erasure) *int64
}{
	{`UPDATE clips SET likes = likes - 1 WHERE id IN (SELECT clip FROM likes WHERE account = $1)`, nil},
	{`DELETE FROM likes WHERE account = $1`, func(e *Erasure) *int64 { return &e.Likes }},
	{`UPDATE accounts SET followers = followers - 1 WHERE id IN (SELECT followed FROM follows WHERE follower = $1 AND accepted)`, nil},
	{`UPDATE accounts SET following = following - 1 WHERE id IN (SELECT follower FROM follows WHERE followed = $1 AND accepted)`, nil},
	{`DELETE FROM follows WHERE follower = $1 OR followed = $1`, func(e *Erasure) *int64 { return &e.Follows }},
	{`UPDATE clips SET sound = 0 WHERE author <> $1 AND sound IN (SELECT id FROM sounds WHERE author = $1)`, nil},
	{`UPDATE sounds SET uses = (SELECT count(*) FROM clips c JOIN accounts a ON a.id = c.author
		WHERE c.sound = sounds.id AND c.state = 'ready' AND c.visibility = 'public' AND c.author <> $1)
		WHERE id IN (SELECT sound FROM clips WHERE author = $1)`, nil},
	{`UPDATE clips SET comments = (SELECT count(*) FROM comments o WHERE o.clip = clips.id AND o.author <> $1
		AND NOT EXISTS (SELECT 1 FROM comments p WHERE p.id = o.parent AND p.author = $1))
		WHERE author <> $1 AND id IN (SELECT clip FROM comments WHERE author = $1)`, nil},
	{`UPDATE comments SET replies = (SELECT count(*) FROM comments o WHERE o.parent = comments.id AND o.author <> $1)
		WHERE parent = 0 AND id IN (SELECT parent FROM comments WHERE author = $1)`, nil},
	{`DELETE FROM comments WHERE parent IN (SELECT id FROM comments WHERE author = $1)`, nil},
	{`DELETE FROM comments WHERE author = $1`, func(e *Erasure) *int64 { return &e.Comments }},
	{`DELETE FROM notifications WHERE clip IN (SELECT id FROM clips WHERE author = $1) OR actor = $1 OR account = $1`, nil},
	{`DELETE FROM messages WHERE author = $1`, func(e *Erasure) *int64 { return &e.Messages }},
	{`UPDATE messages SET clip = 0 WHERE clip IN (SELECT id FROM clips WHERE author = $1)`, nil},
	{`UPDATE comments SET likes = likes - 1 WHERE id IN (SELECT comment FROM comment_likes WHERE account = $1)`, nil},
	{`DELETE FROM comment_likes WHERE account = $1`, func(e *Erasure) *int64 { return &e.Likes }},
	{`DELETE FROM interests WHERE viewer = $1 OR viewer IN (SELECT id FROM viewers WHERE account = $1)`, nil},
	{`DELETE FROM mutes WHERE viewer = $1 OR kind = 'account' AND subject = $1 OR viewer IN (SELECT id FROM viewers WHERE account = $1)`, nil},
	{`DELETE FROM mutes WHERE kind = 'sound' AND subject IN (SELECT id FROM sounds WHERE author = $1)`, nil},
	{`DELETE FROM history WHERE viewer = $1 OR viewer IN (SELECT id FROM viewers WHERE account = $1)`, nil},
	{`DELETE FROM history_paused WHERE viewer = $1`, nil},
	{`DELETE FROM viewers WHERE account = $1 OR id = $1`, nil},
	{`DELETE FROM own_work WHERE viewer = $1`, nil},
	{`UPDATE reports SET reporter = 0 WHERE reporter = $1`, nil},
	{`DELETE FROM reports WHERE account = $1 OR clip IN (SELECT id FROM clips WHERE author = $1)`, nil},
	{`DELETE FROM accounts WHERE id = $1`, nil}, // takes clips, sounds, sessions and the rest along
}

// setApart keeps what pending reports on somebody need.
func (t *tx) setApart(ctx context.Context, id reelm.AccountID, e *Erasure) error {
	type pending struct {
		n    int64
		what evidence
	}
	rows, err := list(ctx, t, func(r scanner) (p pending, err error) {
		return p, r.Scan(&p.n, &p.what.Handle, &p.what.Caption, &p.what.Comment)
	}, `SELECT r.id, a.handle, coalesce(c.caption, ''), coalesce(o.text, '') FROM reports r JOIN accounts a ON a.id = $1
		LEFT JOIN clips c ON c.id = r.clip AND c.author = $1 LEFT JOIN comments o ON o.id = r.comment AND o.author = $1
		WHERE r.state = 'open' AND (r.account = $1 OR c.id IS NOT NULL OR o.id IS NOT NULL)`, id)
	if err != nil {
		return err
	}
	e.Until = fromMillis(t.now + AppealPeriod.Milliseconds())
	for _, p := range rows {
		b, err := json.Marshal(p.what)
		if err != nil {
			return err
		}
		if err := t.must(ctx, `INSERT INTO set_apart (report, what, until, created) VALUES ($1, $2, $3, $4) ON CONFLICT (report) DO NOTHING`,
			p.n, string(b), e.Until.UnixMilli(), t.now); err != nil {
			return err
		}
		e.Reports++
	}
	return nil
}

// EndSetApart deletes what was set apart long enough.
func (db *DB) EndSetApart(ctx context.Context) (err error) {
	defer wrap(&err, "EndSetApart")
	var n int64
	err = db.update(ctx, func(t *tx) (err error) {
		n, err = t.exec(ctx, `DELETE FROM set_apart WHERE until <= $1`, t.now)
		return err
	})
	if n == 0 {
		return err
	}
	return db.deleted(ctx, err)
}

// forgetOutbox takes records that the log has had, or must not get, out of the
// outbox, so that they cannot reach the log again.
func (t *tx) forgetOutbox(ctx context.Context, id reelm.AccountID, clips []*reelm.Clip) error {
	mine, subjects := map[reelm.ClipID]bool{}, map[string]bool{id.String(): true}
	for _, c := range clips {
		mine[c.ID], subjects[c.Sound.String()] = true, true
	}
	type row struct {
		n      int64
		record []byte
	}
	rows, err := list(ctx, t, func(r scanner) (x row, err error) { return x, r.Scan(&x.n, &x.record) }, `SELECT n, record FROM outbox`)
	if err != nil {
		return err
	}
	for _, x := range rows {
		r, err := reelm.DecodeRecord(x.record)
		if err != nil || r.Viewer != id.Viewer() && r.From != id.Viewer() && r.Author != id && !mine[r.Clip] && (r.Liking == nil || !subjects[r.Liking.Key]) {
			continue
		}
		if err := t.must(ctx, `DELETE FROM outbox WHERE n = $1`, x.n); err != nil {
			return err
		}
	}
	return nil
}
