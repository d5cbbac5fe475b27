package store

import (
	"context"
	"database/sql"
	"errors"

	"reelm"
)

// Mutes lists what a viewer mutes, newest first.
func (db *DB) Mutes(ctx context.Context, viewer reelm.ViewerID) (_ []reelm.Mute, err error) {
	defer wrap(&err, "Mutes(%s)", viewer)
	return mutes(ctx, db.read, viewer)
}

func mutes(ctx context.Context, q querier, viewer reelm.ViewerID) ([]reelm.Mute, error) {
	return list(ctx, q, func(r scanner) (m reelm.Mute, err error) { return m, r.Scan(&m.Kind, &m.Key) },
		`SELECT kind, key FROM mutes WHERE viewer = $1 ORDER BY created DESC, kind, key LIMIT $2`, viewer, reelm.MaxMutes)
}

// MutesOf gives what a viewer mutes, ready for asking. Nobody (0) mutes
// nothing.
func (db *DB) MutesOf(ctx context.Context, viewer reelm.ViewerID) (_ reelm.Mutes, err error) {
	defer wrap(&err, "MutesOf(%s)", viewer)
	return mutesOf(ctx, db.read, viewer)
}

func mutesOf(ctx context.Context, q querier, viewer reelm.ViewerID) (reelm.Mutes, error) {
	if viewer == 0 {
		return reelm.Mutes{}, nil
	}
	rows, err := mutes(ctx, q, viewer)
	return reelm.NewMutes(viewer, rows), err
}

// AddMutes mutes more. What is muted already stays as it is.
func (db *DB) AddMutes(ctx context.Context, viewer reelm.ViewerID, more []reelm.Mute) (err error) {
	defer wrap(&err, "AddMutes(%s)", viewer)
	return db.update(ctx, func(t *tx) error { return t.changeMutes(ctx, viewer, more, nil) })
}

// RemoveMutes unmutes.
func (db *DB) RemoveMutes(ctx context.Context, viewer reelm.ViewerID, less []reelm.Mute) (err error) {
	defer wrap(&err, "RemoveMutes(%s)", viewer)
	return db.update(ctx, func(t *tx) error { return t.changeMutes(ctx, viewer, nil, less) })
}

// SetMutes makes a list what a viewer mutes, and nothing else.
func (db *DB) SetMutes(ctx context.Context, viewer reelm.ViewerID, all []reelm.Mute) (err error) {
	defer wrap(&err, "SetMutes(%s)", viewer)
	return db.update(ctx, func(t *tx) error {
		was, err := mutes(ctx, t, viewer)
		if err != nil {
			return err
		}
		wanted := map[reelm.Mute]bool{}
		for _, m := range all {
			wanted[m] = true
		}
		var less []reelm.Mute
		for _, m := range was {
			if !wanted[m] {
				less = append(less, m)
			}
		}
		return t.changeMutes(ctx, viewer, all, less)
	})
}

// changeMutes changes SQL and tells the engine: words as the whole list of
// their hashes, the rest as subjects that are never wanted.
func (t *tx) changeMutes(ctx context.Context, viewer reelm.ViewerID, more, less []reelm.Mute) error {
	words := false
	var subjects []reelm.Mute
	changed := func(n int64, m reelm.Mute) {
		switch {
		case n == 0:
		case m.Kind == reelm.MuteWord:
			words = true
		default:
			subjects = append(subjects, m)
		}
	}
	for _, m := range more {
		n, err := t.exec(ctx, `INSERT INTO mutes (viewer, kind, key, subject, created) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (viewer, kind, key) DO NOTHING`, viewer, m.Kind, m.Key, m.Subject(), t.now)
		if err != nil {
			return err
		}
		changed(n, m)
	}
	for _, m := range less {
		n, err := t.exec(ctx, `DELETE FROM mutes WHERE viewer = $1 AND kind = $2 AND key = $3`, viewer, m.Kind, m.Key)
		if err != nil {
			return err
		}
		changed(n, m)
	}
	var total int
	if err := t.QueryRowContext(ctx, `SELECT count(*) FROM mutes WHERE viewer = $1`, viewer).Scan(&total); err != nil {
		return err
	}
	if total > reelm.MaxMutes {
		return reelm.Wrong("items", "too-many-mutes", "at most %d", reelm.MaxMutes).With("max", reelm.MaxMutes)
	}
	for _, m := range subjects {
		if err := t.emitWant(ctx, viewer, subjectOf(m)); err != nil {
			return err
		}
	}
	if !words {
		return nil
	}
	return t.emitWords(ctx, viewer)
}

func (t *tx) emitWords(ctx context.Context, viewer reelm.ViewerID) error {
	hashes, err := list(ctx, t, scanID[int64], `SELECT subject FROM mutes WHERE viewer = $1 AND kind = 'word' ORDER BY key`, viewer)
	if err != nil {
		return err
	}
	r := &reelm.Record{Kind: reelm.RecordMute, Viewer: viewer}
	for _, h := range hashes {
		r.Muted = append(r.Muted, uint32(h))
	}
	return t.emit(ctx, uint64(viewer), r)
}

var subjectKinds = map[reelm.MuteKind]reelm.SubjectKind{
	reelm.MuteTag: reelm.SubjectTag, reelm.MuteAccount: reelm.SubjectAuthor, reelm.MuteSound: reelm.SubjectSound,
}

func subjectOf(m reelm.Mute) reelm.Subject {
	return reelm.Subject{Kind: subjectKinds[m.Kind], Key: m.Key}
}

// emitWant tells the engine what holds for a subject now: never if it is
// muted, else what the viewer said.
func (t *tx) emitWant(ctx context.Context, viewer reelm.ViewerID, s reelm.Subject) error {
	level := reelm.LevelNeutral
	err := t.QueryRowContext(ctx, `SELECT level FROM interests WHERE viewer = $1 AND kind = $2 AND key = $3`, viewer, s.Kind, s.Key).Scan(&level)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var muted bool
	for mute, subject := range subjectKinds {
		if subject != s.Kind {
			continue
		}
		if err := t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM mutes WHERE viewer = $1 AND kind = $2 AND key = $3)`, viewer, mute, s.Key).Scan(&muted); err != nil {
			return err
		}
	}
	if muted {
		level = reelm.LevelNever
	}
	return t.emit(ctx, uint64(viewer), &reelm.Record{Kind: reelm.RecordInterest, Viewer: viewer, Liking: &reelm.Liking{Subject: s, Level: level}})
}

// Unwanted says which clips stay out of what is shown to a viewer who did not
// ask for them: a block lies between viewer and author, or the viewer mutes
// them.
func (db *DB) Unwanted(ctx context.Context, viewer reelm.ViewerID, clips []*reelm.Clip) (_ map[reelm.ClipID]bool, err error) {
	defer wrap(&err, "Unwanted(%s)", viewer)
	out := map[reelm.ClipID]bool{}
	if viewer == 0 || len(clips) == 0 {
		return out, nil
	}
	blocked, err := db.blockedEitherWay(ctx, viewer)
	if err != nil {
		return nil, err
	}
	m, err := mutesOf(ctx, db.read, viewer)
	if err != nil {
		return nil, err
	}
	for _, c := range clips {
		if blocked[c.Author] || m.HidesClip(c) {
			out[c.ID] = true
		}
	}
	return out, nil
}

func (db *DB) blockedEitherWay(ctx context.Context, viewer reelm.ViewerID) (map[reelm.AccountID]bool, error) {
	ids, err := list(ctx, db.read, scanID[reelm.AccountID],
		`SELECT blocked FROM blocks WHERE account = $1 UNION SELECT account FROM blocks WHERE blocked = $1`, viewer)
	if err != nil {
		return nil, err
	}
	out := make(map[reelm.AccountID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
