package store

import (
	"context"

	"reelm"
)

// SetInterest keeps a viewer's level for a subject; neutral forgets it.
func (db *DB) SetInterest(ctx context.Context, viewer reelm.ViewerID, s reelm.Subject, level reelm.Level) (err error) {
	defer wrap(&err, "SetInterest(%s, %s)", viewer, s.Kind)
	return db.update(ctx, func(t *tx) error {
		var err error
		if level == reelm.LevelNeutral {
			err = t.must(ctx, `DELETE FROM interests WHERE viewer = $1 AND kind = $2 AND key = $3`, viewer, s.Kind, s.Key)
		} else {
			err = t.must(ctx, `INSERT INTO interests (viewer, kind, key, level, created) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (viewer, kind, key) DO UPDATE SET level = excluded.level, created = excluded.created`, viewer, s.Kind, s.Key, level, t.now)
		}
		if err != nil {
			return err
		}
		return t.emitWant(ctx, viewer, s)
	})
}

// Interests lists what a viewer told the engine in words.
func (db *DB) Interests(ctx context.Context, viewer reelm.ViewerID) (_ []reelm.Liking, err error) {
	defer wrap(&err, "Interests(%s)", viewer)
	return list(ctx, db.read, func(r scanner) (l reelm.Liking, err error) {
		return l, r.Scan(&l.Kind, &l.Key, &l.Level)
	}, `SELECT kind, key, level FROM interests WHERE viewer = $1 ORDER BY created DESC LIMIT 500`, viewer)
}

// ResetTaste forgets what a viewer told the engine and what it learned.
func (db *DB) ResetTaste(ctx context.Context, viewer reelm.ViewerID) (err error) {
	defer wrap(&err, "ResetTaste(%s)", viewer)
	return db.update(ctx, func(t *tx) error {
		if err := t.must(ctx, `DELETE FROM interests WHERE viewer = $1`, viewer); err != nil {
			return err
		}
		if err := t.emit(ctx, uint64(viewer), &reelm.Record{Kind: reelm.RecordReset, Viewer: viewer}); err != nil {
			return err
		}
		muted, err := mutes(ctx, t, viewer)
		if err != nil {
			return err
		}
		for _, m := range muted { // what is muted stays so
			if m.Kind == reelm.MuteWord {
				continue
			}
			if err := t.emitWant(ctx, viewer, subjectOf(m)); err != nil {
				return err
			}
		}
		return nil
	})
}
