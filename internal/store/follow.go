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
		if err != nil || n == 0 || !accepted {
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
