package store

import (
	"context"
	"database/sql"
	"errors"

	"reelm"
)

func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return reelm.ErrNotFound
	}
	return err
}

// Relation says how a viewer's account stands to another one.
func (db *DB) Relation(ctx context.Context, viewer, other reelm.AccountID) (_ reelm.Relation, err error) {
	defer wrap(&err, "Relation(%s, %s)", viewer, other)
	return relation(ctx, db.read, viewer, other)
}

func relation(ctx context.Context, q querier, viewer, other reelm.AccountID) (r reelm.Relation, err error) {
	if viewer == 0 {
		return r, nil
	}
	var role reelm.Role
	err = q.QueryRowContext(ctx, `
		SELECT a.role,
			EXISTS (SELECT 1 FROM follows WHERE follower = $1 AND followed = $2 AND accepted),
			EXISTS (SELECT 1 FROM follows WHERE follower = $2 AND followed = $1 AND accepted),
			EXISTS (SELECT 1 FROM blocks WHERE account = $1 AND blocked = $2 OR account = $2 AND blocked = $1)
		FROM accounts a WHERE a.id = $1`, viewer, other).Scan(&role, &r.Follows, &r.Followed, &r.Blocked)
	r.Self = viewer == other
	r.Moderator = role == reelm.RoleModerator || role == reelm.RoleAdmin
	if errors.Is(err, sql.ErrNoRows) { // a browser, or an account that has just gone
		return reelm.Relation{}, nil
	}
	return r, err
}

// seenClip loads a clip for an act and checks that the actor may see it.
func (t *tx) seenClip(ctx context.Context, actor reelm.AccountID, id reelm.ClipID) (*reelm.Clip, error) {
	c, err := clipBy(ctx, t, `c.id = $1`, id)
	if err != nil {
		return nil, err
	}
	rel, err := relation(ctx, t, actor, c.Author)
	if err != nil {
		return nil, err
	}
	if err := reelm.MaySee(c, rel); err != nil {
		return nil, err
	}
	if c.State != reelm.ClipReady {
		return nil, reelm.ErrNotFound
	}
	return c, nil
}
