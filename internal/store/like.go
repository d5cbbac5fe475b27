package store

import (
	"context"

	"reelm"
)

// LikeClip notes that an account likes a clip. Doing it twice is once.
func (db *DB) LikeClip(ctx context.Context, account reelm.AccountID, clip reelm.ClipID) (err error) {
	defer wrap(&err, "LikeClip(%s, %s)", account, clip)
	return db.update(ctx, func(t *tx) error {
		c, err := t.seenClip(ctx, account, clip)
		if err != nil {
			return err
		}
		n, err := t.exec(ctx, `INSERT INTO likes (account, clip, created) VALUES ($1, $2, $3) ON CONFLICT (account, clip) DO NOTHING`, account, clip, t.now)
		if err != nil || n == 0 {
			return err
		}
		if err := t.notify(ctx, Told{c.Author, NoticeLike, account, clip}, 0, ""); err != nil {
			return err
		}
		return t.liked(ctx, account, clip, 1, reelm.RecordLike)
	})
}

// UnlikeClip takes a like back.
func (db *DB) UnlikeClip(ctx context.Context, account reelm.AccountID, clip reelm.ClipID) (err error) {
	defer wrap(&err, "UnlikeClip(%s, %s)", account, clip)
	return db.update(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `DELETE FROM likes WHERE account = $1 AND clip = $2`, account, clip)
		if err != nil || n == 0 {
			return err
		}
		return t.liked(ctx, account, clip, -1, reelm.RecordUnlike)
	})
}

func (t *tx) liked(ctx context.Context, account reelm.AccountID, clip reelm.ClipID, by int, kind reelm.RecordKind) error {
	if err := t.must(ctx, `UPDATE clips SET likes = likes + $1 WHERE id = $2`, by, clip); err != nil {
		return err
	}
	return t.emit(ctx, uint64(account), &reelm.Record{Kind: kind, Viewer: account.Viewer(), Clip: clip})
}
