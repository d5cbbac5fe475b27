package store

import (
	"context"
	"database/sql"
	"errors"

	"reelm"
)

// FollowAccount makes one account follow another; a private account has to
// accept first. It says whether the follow holds at once.
func (db *DB) FollowAccount(ctx context.Context, follower, followed reelm.AccountID) (accepted bool, err error) {
	defer wrap(&err, "FollowAccount(%s, %s)", follower, followed)
	if follower == followed {
		return false, reelm.Wrong("handle", "own-account", "nobody follows themselves")
	}
	err = db.update(ctx, func(t *tx) error {
		rel, err := relation(ctx, t, follower, followed)
		if err != nil {
			return err
		}
		if rel.Blocked {
			return reelm.ErrNotFound
		}
		a, err := accountBy(ctx, t, `a.id = $1`, followed)
		if err != nil {
			return err
		}
		if accepted = rel.Follows || !a.Private; rel.Follows {
			return nil
		}
		n, err := t.exec(ctx, `INSERT INTO follows (follower, followed, accepted, created) VALUES ($1, $2, $3, $4)
			ON CONFLICT (follower, followed) DO NOTHING`, follower, followed, accepted, t.now)
		if err != nil || n == 0 {
			return err
		}
		kind := NoticeFollow
		if !accepted {
			kind = NoticeRequest
		}
		if err := t.notify(ctx, Told{followed, kind, follower, 0}, 0, ""); err != nil || !accepted {
			return err
		}
		return t.followed(ctx, follower, followed, 1, reelm.RecordFollow)
	})
	return accepted, err
}

// UnfollowAccount ends a follow or takes a request back.
func (db *DB) UnfollowAccount(ctx context.Context, follower, followed reelm.AccountID) (err error) {
	defer wrap(&err, "UnfollowAccount(%s, %s)", follower, followed)
	return db.update(ctx, func(t *tx) error { return t.unfollow(ctx, follower, followed) })
}

func (t *tx) unfollow(ctx context.Context, follower, followed reelm.AccountID) error {
	var accepted bool
	err := t.QueryRowContext(ctx, `DELETE FROM follows WHERE follower = $1 AND followed = $2 RETURNING accepted`, follower, followed).Scan(&accepted)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !accepted {
		return nil
	}
	if err != nil {
		return err
	}
	return t.followed(ctx, follower, followed, -1, reelm.RecordUnfollow)
}

func (t *tx) followed(ctx context.Context, follower, followed reelm.AccountID, by int, kind reelm.RecordKind) error {
	if err := t.must(ctx, `UPDATE accounts SET followers = followers + $1 WHERE id = $2`, by, followed); err != nil {
		return err
	}
	if err := t.must(ctx, `UPDATE accounts SET following = following + $1 WHERE id = $2`, by, follower); err != nil {
		return err
	}
	return t.emit(ctx, uint64(follower), &reelm.Record{Kind: kind, Viewer: follower.Viewer(), Author: followed})
}

// AnswerFollow accepts somebody's request to follow, or refuses it. Without a
// request it is ErrNotFound.
func (db *DB) AnswerFollow(ctx context.Context, account, follower reelm.AccountID, accept bool) (err error) {
	defer wrap(&err, "AnswerFollow(%s, %s)", account, follower)
	return db.update(ctx, func(t *tx) error {
		q := `DELETE FROM follows WHERE follower = $1 AND followed = $2 AND NOT accepted`
		if accept {
			q = `UPDATE follows SET accepted = TRUE WHERE follower = $1 AND followed = $2 AND NOT accepted`
		}
		n, err := t.exec(ctx, q, follower, account)
		if err != nil {
			return err
		}
		if n == 0 {
			return reelm.ErrNotFound
		}
		if err := t.must(ctx, `DELETE FROM notifications WHERE account = $1 AND actor = $2 AND kind = 'follow_request'`, account, follower); err != nil || !accept {
			return err
		}
		if err := t.notify(ctx, Told{follower, NoticeAccepted, account, 0}, 0, ""); err != nil {
			return err
		}
		return t.followed(ctx, follower, account, 1, reelm.RecordFollow)
	})
}

// acceptAll accepts what waits for an account that is no longer private.
func (t *tx) acceptAll(ctx context.Context, account reelm.AccountID) error {
	waiting, err := list(ctx, t, scanID[reelm.AccountID], `UPDATE follows SET accepted = TRUE WHERE followed = $1 AND NOT accepted RETURNING follower`, account)
	if err != nil {
		return err
	}
	for _, follower := range waiting {
		if err := t.followed(ctx, follower, account, 1, reelm.RecordFollow); err != nil {
			return err
		}
	}
	return nil
}

// People is a page of accounts.
type People struct {
	Accounts []*reelm.Account
	Next     Cursor
}

// met leaves out accounts with a block between them and $1.
const met = ` AND a.leaving = 0 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account = $1 AND b.blocked = a.id OR b.account = a.id AND b.blocked = $1)`

type dated struct {
	*reelm.Account
	at int64
}

func (db *DB) people(ctx context.Context, p Page, from string, viewer, of reelm.AccountID) (out People, err error) {
	after := p.after()
	rows, err := list(ctx, db.read, func(r scanner) (d dated, err error) {
		d.Account, err = scanAccount(r, &d.at)
		return d, err
	}, `SELECT `+accountColumns+`, l.created FROM `+from+` AND (l.created, a.id) < ($3, $4) ORDER BY l.created DESC, a.id DESC LIMIT $5`,
		viewer, of, after.At, after.ID, p.limit()+1)
	if err != nil {
		return out, err
	}
	rows, out.Next = cut(p, rows, func(d dated) Cursor { return Cursor{At: d.at, ID: int64(d.ID)} })
	for _, d := range rows {
		out.Accounts = append(out.Accounts, d.Account)
	}
	return out, nil
}

// FollowersOf lists who follows an account, the newest first, without those
// whom the viewer does not meet.
func (db *DB) FollowersOf(ctx context.Context, viewer, account reelm.AccountID, p Page) (_ People, err error) {
	defer wrap(&err, "FollowersOf(%s)", account)
	return db.people(ctx, p, `follows l JOIN accounts a ON a.id = l.follower WHERE l.followed = $2 AND l.accepted`+met, viewer, account)
}

// FollowedBy lists whom an account follows, the newest first.
func (db *DB) FollowedBy(ctx context.Context, viewer, account reelm.AccountID, p Page) (_ People, err error) {
	defer wrap(&err, "FollowedBy(%s)", account)
	return db.people(ctx, p, `follows l JOIN accounts a ON a.id = l.followed WHERE l.follower = $2 AND l.accepted`+met, viewer, account)
}

// FollowRequests lists who waits to be accepted.
func (db *DB) FollowRequests(ctx context.Context, account reelm.AccountID, p Page) (_ People, err error) {
	defer wrap(&err, "FollowRequests(%s)", account)
	return db.people(ctx, p, `follows l JOIN accounts a ON a.id = l.follower WHERE l.followed = $2 AND NOT l.accepted`+met, account, account)
}

// Blocks lists whom an account blocks.
func (db *DB) Blocks(ctx context.Context, account reelm.AccountID, p Page) (_ People, err error) {
	defer wrap(&err, "Blocks(%s)", account)
	return db.people(ctx, p, `blocks l JOIN accounts a ON a.id = l.blocked WHERE l.account = $2 AND l.account = $1`, account, account)
}

// Requested says whether a request to follow waits for its answer.
func (db *DB) Requested(ctx context.Context, follower, followed reelm.AccountID) (waits bool, err error) {
	defer wrap(&err, "Requested(%s, %s)", follower, followed)
	err = db.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM follows WHERE follower = $1 AND followed = $2 AND NOT accepted)`, follower, followed).Scan(&waits)
	return waits, err
}
