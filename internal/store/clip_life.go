package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"reelm"
)

// Preview is what the author sees before anybody else does.
type Preview struct {
	File          string // in the media folder, empty where browsers cannot play the source
	Duration      time.Duration
	Width, Height int // as shown
}

// SetPreview keeps what the probe found and the author's preview.
func (db *DB) SetPreview(ctx context.Context, j *Job, p Preview) (err error) {
	defer wrap(&err, "SetPreview(%s)", j.Clip)
	return db.update(ctx, func(t *tx) error {
		if err := t.holds(ctx, j); err != nil {
			return err
		}
		return t.must(ctx, `UPDATE clips SET preview = $1, duration_ms = $2, width = $3, height = $4 WHERE id = $5`,
			p.File, p.Duration.Milliseconds(), p.Width, p.Height, j.Clip)
	})
}

// First is what makes a clip public.
type First struct {
	Rendition reelm.Rendition
	Duration  time.Duration
	Poster    string
	ThumbHash []byte
	Waveform  []byte
	HasAudio  bool
	Gain      float64  // dB, for further renditions
	Hold      bool     // wait for a moderator
	Then      []NewJob // further work on this clip
}

// PublishClip ends the first job: the clip becomes ready exactly once, even
// if two workers believe to hold the job. The engine hears of it in the same
// transaction.
func (db *DB) PublishClip(ctx context.Context, j *Job, f First) (_ *reelm.Clip, err error) {
	defer wrap(&err, "PublishClip(%s)", j.Clip)
	var made *reelm.Clip
	err = db.update(ctx, func(t *tx) error {
		if err := t.finish(ctx, j); err != nil {
			return err
		}
		c, err := clipBy(ctx, t, `c.id = $1`, j.Clip)
		if err != nil {
			return err
		}
		if c.State != reelm.ClipProcessing {
			return ErrLeaseLost
		}
		renditions, err := json.Marshal([]rendition{rendition(f.Rendition)})
		if err != nil {
			return err
		}
		err = t.must(ctx, `
			UPDATE clips SET state = 'held', progress = 100, fault = '', fault_detail = '', fault_retry = FALSE, duration_ms = $1,
				poster = $2, thumbhash = $3, waveform = $4, renditions = $5, gain = $6 WHERE id = $7`,
			f.Duration.Milliseconds(), f.Poster, f.ThumbHash, f.Waveform, string(renditions), f.Gain, j.Clip)
		if err != nil {
			return err
		}
		for _, n := range f.Then {
			n.Clip = j.Clip
			if err := t.addJob(ctx, n); err != nil {
				return err
			}
		}
		if f.HasAudio && c.Sound == 0 {
			if err := t.addSound(ctx, c); err != nil {
				return err
			}
		}
		if !f.Hold {
			if err := t.release(ctx, j.Clip); err != nil {
				return err
			}
		}
		made, err = clipBy(ctx, t, `c.id = $1`, j.Clip)
		return err
	})
	return made, err
}

// addSound makes the audio of a clip a sound of its own.
func (t *tx) addSound(ctx context.Context, c *reelm.Clip) error {
	id, err := reelm.NewID[reelm.SoundID](t.db.rand)
	if err != nil {
		return err
	}
	if err := t.must(ctx, `INSERT INTO sounds (id, clip, author, created) VALUES ($1, $2, $3, $4)`, id, c.ID, c.Author, t.now); err != nil {
		return err
	}
	return t.must(ctx, `UPDATE clips SET sound = $1 WHERE id = $2`, id, c.ID)
}

// release makes a held clip ready: from here on others see it.
func (t *tx) release(ctx context.Context, id reelm.ClipID) error {
	n, err := t.exec(ctx, `UPDATE clips SET state = 'ready', published = $1 WHERE id = $2 AND state = 'held'`, t.now, id)
	if err != nil || n == 0 {
		return err
	}
	c, err := clipBy(ctx, t, `c.id = $1`, id)
	if err != nil {
		return err
	}
	if err := t.appear(ctx, c); err != nil {
		return err
	}
	if err := t.mentioned(ctx, c.Author, c, 0, c.Caption); err != nil {
		return err
	}
	return t.tellEngine(ctx, c)
}

// appear puts a ready clip where others find it: tag pages and counts.
func (t *tx) appear(ctx context.Context, c *reelm.Clip) error {
	if c.Visibility == reelm.Public {
		for _, tag := range c.Tags {
			if err := t.must(ctx, `INSERT INTO clip_tags (tag, published, clip) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
				tag, c.Published.UnixMilli(), c.ID); err != nil {
				return err
			}
		}
		if err := t.must(ctx, `UPDATE accounts SET clips = clips + 1 WHERE id = $1`, c.Author); err != nil {
			return err
		}
		if err := t.must(ctx, `UPDATE sounds SET uses = uses + 1 WHERE id = $1`, c.Sound); err != nil {
			return err
		}
	}
	return nil
}

// tellEngine lets the engine and the search hear what became of a clip.
func (t *tx) tellEngine(ctx context.Context, c *reelm.Clip) error {
	if err := t.indexClip(ctx, c); err != nil {
		return err
	}
	key := uint64(c.Author)
	switch shown := reelm.Recommendable(c); {
	case c.State == reelm.ClipRemoved && c.Born:
		return t.emit(ctx, key, &reelm.Record{Kind: reelm.RecordDied, Clip: c.ID})
	case !shown && !c.Born:
		return nil
	case !shown:
		return t.emit(ctx, key, &reelm.Record{Kind: reelm.RecordLimited, Clip: c.ID})
	case !c.Born:
		if err := t.must(ctx, `UPDATE clips SET born = TRUE WHERE id = $1`, c.ID); err != nil {
			return err
		}
		return t.emit(ctx, key, born(reelm.RecordBorn, c))
	}
	if err := t.emit(ctx, key, born(reelm.RecordChanged, c)); err != nil {
		return err
	}
	return t.emit(ctx, key, &reelm.Record{Kind: reelm.RecordUnlimited, Clip: c.ID})
}

func born(kind reelm.RecordKind, c *reelm.Clip) *reelm.Record {
	return &reelm.Record{Kind: kind, Clip: c.ID, Author: c.Author, Facts: &reelm.Facts{
		Sound: c.Sound, Tags: c.Tags, Language: c.Language, Duration: c.Duration.Milliseconds(),
		Words: reelm.WordHashes(c.Caption, 100),
	}}
}

// vanish takes a clip from where others find it.
func (t *tx) vanish(ctx context.Context, c *reelm.Clip) error {
	if c.Visibility == reelm.Public {
		if err := t.must(ctx, `DELETE FROM clip_tags WHERE clip = $1`, c.ID); err != nil {
			return err
		}
		if err := t.must(ctx, `UPDATE accounts SET clips = clips - 1 WHERE id = $1`, c.Author); err != nil {
			return err
		}
		if err := t.must(ctx, `UPDATE sounds SET uses = uses - 1 WHERE id = $1`, c.Sound); err != nil {
			return err
		}
	}
	return nil
}

// ClipEdit is what an author changes about a clip. Nil fields stay.
type ClipEdit struct {
	Caption    *reelm.Caption
	Language   *string
	Visibility *reelm.Visibility
	// CommentsFrom is who may comment: everybody, followers, off.
	CommentsFrom *string
}

// EditClip changes what an author may change, and gives the clip as it is then.
func (db *DB) EditClip(ctx context.Context, id reelm.ClipID, e ClipEdit) (_ *reelm.Clip, err error) {
	defer wrap(&err, "EditClip(%s)", id)
	var out *reelm.Clip
	err = db.update(ctx, func(t *tx) error {
		c, err := clipBy(ctx, t, `c.id = $1`, id)
		if err != nil {
			return err
		}
		if c.State == reelm.ClipReady {
			if err := t.vanish(ctx, c); err != nil {
				return err
			}
		}
		if e.Caption != nil {
			if err := t.must(ctx, `UPDATE clips SET caption = $1, tags = $2 WHERE id = $3`, e.Caption.Text, strings.Join(e.Caption.Tags, " "), id); err != nil {
				return err
			}
			if err := t.must(ctx, `DELETE FROM mentions WHERE clip = $1`, id); err != nil {
				return err
			}
			if err := t.mention(ctx, id, e.Caption.Mentions); err != nil {
				return err
			}
		}
		if err := t.must(ctx, `UPDATE clips SET language = coalesce($1, language), visibility = coalesce($2, visibility),
			comments_from = coalesce($3, comments_from) WHERE id = $4`, e.Language, e.Visibility, e.CommentsFrom, id); err != nil {
			return err
		}
		if out, err = clipBy(ctx, t, `c.id = $1`, id); err != nil || c.State != reelm.ClipReady {
			return err
		}
		if err := t.appear(ctx, out); err != nil {
			return err
		}
		return t.tellEngine(ctx, out)
	})
	return out, err
}

// DeleteClip removes a clip because its author wants it gone: its words go at
// once, its media by a job, and its address answers 410 from now on.
func (db *DB) DeleteClip(ctx context.Context, id reelm.ClipID) (err error) {
	defer wrap(&err, "DeleteClip(%s)", id)
	return db.update(ctx, func(t *tx) error {
		c, err := clipBy(ctx, t, `c.id = $1`, id)
		if err != nil {
			return err
		}
		if c.State == reelm.ClipRemoved {
			return nil
		}
		if c.State == reelm.ClipReady {
			if err := t.vanish(ctx, c); err != nil {
				return err
			}
		}
		if err := t.must(ctx, `UPDATE clips SET state = 'removed', removed_code = 'author', caption = '', tags = '' WHERE id = $1`, id); err != nil {
			return err
		}
		for _, q := range []string{`DELETE FROM notifications WHERE clip = $1`, `DELETE FROM mentions WHERE clip = $1`, `DELETE FROM comments WHERE clip = $1`, `DELETE FROM likes WHERE clip = $1`,
			`DELETE FROM jobs WHERE clip = $1`} {
			if err := t.must(ctx, q, id); err != nil {
				return err
			}
		}
		if err := t.addJob(ctx, NewJob{Clip: id, Kind: JobErase, Rank: RankErase}); err != nil {
			return err
		}
		c.State = reelm.ClipRemoved
		return t.tellEngine(ctx, c)
	})
}
