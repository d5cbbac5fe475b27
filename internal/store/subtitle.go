package store

import (
	"context"

	"reelm"
)

// MaxSubtitles is in how many languages a clip has subtitles at most.
const MaxSubtitles = 20

// SetSubtitle keeps the subtitles of a clip in one language; the search finds
// their words in the same commit. It gives the file that they replace.
func (db *DB) SetSubtitle(ctx context.Context, clip reelm.ClipID, s reelm.Subtitle, words string) (old string, err error) {
	defer wrap(&err, "SetSubtitle(%s, %s)", clip, s.Language)
	err = db.update(ctx, func(t *tx) error {
		if err := t.QueryRowContext(ctx, `SELECT coalesce(max(file), '') FROM subtitles WHERE clip = $1 AND language = $2`, clip, s.Language).Scan(&old); err != nil {
			return err
		}
		if err := t.must(ctx, `INSERT INTO subtitles (clip, language, file, words, created) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (clip, language) DO UPDATE SET file = excluded.file, words = excluded.words, created = excluded.created`,
			clip, s.Language, s.File, words, t.now); err != nil {
			return err
		}
		var n int
		if err := t.QueryRowContext(ctx, `SELECT count(*) FROM subtitles WHERE clip = $1`, clip).Scan(&n); err != nil {
			return err
		}
		if n > MaxSubtitles {
			return reelm.Wrong("language", "too-many-subtitles", "at most %d languages", MaxSubtitles).With("max", MaxSubtitles)
		}
		return t.reindex(ctx, clip)
	})
	return old, err
}

// DropSubtitle takes the subtitles of one language away and gives their file.
func (db *DB) DropSubtitle(ctx context.Context, clip reelm.ClipID, language string) (file string, err error) {
	defer wrap(&err, "DropSubtitle(%s, %s)", clip, language)
	err = db.update(ctx, func(t *tx) error {
		if err := t.QueryRowContext(ctx, `DELETE FROM subtitles WHERE clip = $1 AND language = $2 RETURNING file`, clip, language).Scan(&file); err != nil {
			return notFound(err)
		}
		return t.reindex(ctx, clip)
	})
	return file, err
}

func (t *tx) reindex(ctx context.Context, clip reelm.ClipID) error {
	c, err := clipBy(ctx, t, `c.id = $1`, clip)
	if err != nil {
		return err
	}
	return t.indexClip(ctx, c)
}

// spokenWords are the words of a clip's subtitles.
func (t *tx) spokenWords(ctx context.Context, clip reelm.ClipID) (string, error) {
	rows, err := list(ctx, t, scanID[string], `SELECT words FROM subtitles WHERE clip = $1 ORDER BY language`, clip)
	all := ""
	for _, w := range rows {
		all += " " + w
	}
	return all, err
}

// FillSubtitles gives clips their subtitles.
func (db *DB) FillSubtitles(ctx context.Context, clips []*reelm.Clip) (err error) {
	defer wrap(&err, "FillSubtitles(%d clips)", len(clips))
	if len(clips) == 0 {
		return nil
	}
	args, by := make([]any, len(clips)), map[reelm.ClipID][]reelm.Subtitle{}
	for i, c := range clips {
		args[i] = c.ID
	}
	type row struct {
		clip reelm.ClipID
		reelm.Subtitle
	}
	rows, err := list(ctx, db.read, func(r scanner) (x row, err error) { return x, r.Scan(&x.clip, &x.Language, &x.File) },
		`SELECT clip, language, file FROM subtitles WHERE clip IN (`+placeholders(1, len(clips))+`) ORDER BY clip, language`, args...)
	for _, x := range rows {
		by[x.clip] = append(by[x.clip], x.Subtitle)
	}
	for _, c := range clips {
		c.Subtitles = by[c.ID]
	}
	return err
}
