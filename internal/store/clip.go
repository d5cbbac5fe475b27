package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"reelm"
)

// Whoever leaves has shown the clips to nobody else from that moment on.
const clipVisibility = `CASE WHEN a.leaving > 0 THEN 'only-me' ELSE c.visibility END`

const clipColumns = `c.id, c.author, a.handle, a.name, a.avatar, a.private, c.limited, c.born, c.state,
	` + clipVisibility + `, c.caption, c.tags, c.language,
	c.sound, coalesce(s.name, ''), c.media, c.raw, c.original, c.cover_ms, c.preview, c.progress, c.fault, c.fault_detail, c.fault_retry,
	c.duration_ms, c.width, c.height, c.poster, c.thumbhash, c.waveform, c.gain, c.renditions, c.likes, c.comments, c.removed_code,
	c.created, c.published`

const clipTables = ` FROM clips c JOIN accounts a ON a.id = c.author LEFT JOIN sounds s ON s.id = c.sound `

// rendition is how a reelm.Rendition lies in the renditions column.
type rendition struct {
	Height  int    `json:"height"`
	W       int    `json:"w"`
	H       int    `json:"h"`
	Codec   string `json:"codec"`
	Codecs  string `json:"codecs"`
	Bitrate int    `json:"bitrate"`
	Bytes   int64  `json:"bytes"`
	File    string `json:"file"`
}

func scanClip(row scanner) (*reelm.Clip, error) {
	var c reelm.Clip
	var f reelm.Fault
	var tags, renditions string
	var ms, created, published int64
	err := row.Scan(&c.ID, &c.Author, &c.Handle, &c.AuthorName, &c.Avatar, &c.Private, &c.Limited, &c.Born, &c.State, &c.Visibility, &c.Caption,
		&tags, &c.Language, &c.Sound, &c.SoundName, &c.Media, &c.Raw, &c.Original, &c.CoverMS, &c.Preview, &c.Progress, &f.Code, &f.Detail, &f.Retry,
		&ms, &c.Width, &c.Height, &c.Poster, &c.ThumbHash, &c.Waveform, &c.Gain, &renditions, &c.Counts.Likes, &c.Counts.Comments,
		&c.RemovedCode, &created, &published)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, reelm.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	var rs []rendition
	if err := json.Unmarshal([]byte(renditions), &rs); err != nil {
		return nil, fmt.Errorf("renditions of clip %s: %w", c.ID, err)
	}
	for _, r := range rs {
		c.Renditions = append(c.Renditions, reelm.Rendition(r))
	}
	if f.Code != "" {
		c.Fault = &f
	}
	c.Tags = strings.Fields(tags)
	c.Duration = time.Duration(ms) * time.Millisecond
	c.Created, c.Published = fromMillis(created), fromMillis(published)
	return &c, nil
}

// Clip finds a clip by id, whatever its state. Who may see it is the
// caller's question to reelm.MaySee.
func (db *DB) Clip(ctx context.Context, id reelm.ClipID) (_ *reelm.Clip, err error) {
	defer wrap(&err, "Clip(%s)", id)
	return clipBy(ctx, db.read, `c.id = $1`, id)
}

// ClipByMedia finds a clip by the folder of its media.
func (db *DB) ClipByMedia(ctx context.Context, media string) (_ *reelm.Clip, err error) {
	defer wrap(&err, "ClipByMedia(%q)", media)
	return clipBy(ctx, db.read, `c.media = $1`, media)
}

func clipBy(ctx context.Context, q querier, where string, args ...any) (*reelm.Clip, error) {
	return scanClip(q.QueryRowContext(ctx, `SELECT `+clipColumns+clipTables+`WHERE `+where, args...))
}

// ClipsByID finds clips and keeps the order of the ids. Unknown ids are left
// out.
func (db *DB) ClipsByID(ctx context.Context, ids []reelm.ClipID) (_ []*reelm.Clip, err error) {
	defer wrap(&err, "ClipsByID(%d ids)", len(ids))
	return clipsByID(ctx, db.read, scanClip, `SELECT `+clipColumns+clipTables, ids)
}

// ClipOutlines is ClipsByID with what decides who may see a clip and who
// mutes it, and no more: id, author and whether the account is private, state,
// visibility, caption, tags and sound. It costs a third of ClipsByID.
func (db *DB) ClipOutlines(ctx context.Context, ids []reelm.ClipID) (_ []*reelm.Clip, err error) {
	defer wrap(&err, "ClipOutlines(%d ids)", len(ids))
	return clipsByID(ctx, db.read, func(row scanner) (*reelm.Clip, error) {
		var c reelm.Clip
		var tags string
		err := row.Scan(&c.ID, &c.Author, &c.Private, &c.State, &c.Visibility, &c.Caption, &tags, &c.Sound)
		c.Tags = strings.Fields(tags)
		return &c, err
	}, `SELECT c.id, c.author, a.private, c.state, `+clipVisibility+`, c.caption, c.tags, c.sound FROM clips c JOIN accounts a ON a.id = c.author `, ids)
}

func clipsByID(ctx context.Context, q querier, scan func(scanner) (*reelm.Clip, error), from string, ids []reelm.ClipID) ([]*reelm.Clip, error) {
	found := make(map[reelm.ClipID]*reelm.Clip, len(ids))
	for rest := range slices.Chunk(ids, 200) {
		args := make([]any, len(rest))
		for i, id := range rest {
			args[i] = id
		}
		clips, err := list(ctx, q, scan, from+`WHERE c.id IN (`+placeholders(1, len(rest))+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, c := range clips {
			found[c.ID] = c
		}
	}
	out := make([]*reelm.Clip, 0, len(ids))
	for _, id := range ids {
		if c := found[id]; c != nil {
			out = append(out, c)
		}
	}
	return out, nil
}

// NewClip is what an upload begins with.
type NewClip struct {
	Author     reelm.AccountID
	Caption    reelm.Caption
	Language   string
	Visibility reelm.Visibility
	Sound      reelm.SoundID
	Media      string // unguessable folder of its media
	Raw        string // blob key of the bytes as they came
	SHA256     []byte // of those bytes
	Again      bool   // the author knows that they have uploaded it before
	CoverMS    int64  // -1: we choose
	Upload     string // id of the resumable upload it came by, empty for none
	PerDay     int    // most clips of this author in 24 hours, 0 for no limit
}

// CreateClip keeps an upload and the job that makes it playable. The same
// bytes again, while the first are processing or ready, are a Conflict with
// the argument `id`.
func (db *DB) CreateClip(ctx context.Context, n NewClip) (_ *reelm.Clip, err error) {
	defer wrap(&err, "CreateClip(by %s)", n.Author)
	var made *reelm.Clip
	err = db.update(ctx, func(t *tx) error {
		if err := t.notLeaving(ctx, n.Author); err != nil {
			return err
		}
		if !n.Again {
			var same reelm.ClipID
			err := t.QueryRowContext(ctx, `SELECT id FROM clips WHERE author = $1 AND sha256 = $2 AND state IN ('processing', 'held', 'ready') AND NOT again`,
				n.Author, n.SHA256).Scan(&same)
			if err == nil {
				return Duplicate(same)
			}
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		if err := t.checkUploadsPerDay(ctx, n.Author, n.PerDay); err != nil {
			return err
		}
		id, err := reelm.NewID[reelm.ClipID](db.rand)
		if err != nil {
			return err
		}
		err = t.must(ctx, `
			INSERT INTO clips (id, author, state, visibility, caption, tags, language, sound, media, raw, sha256, again, cover_ms, created)
			VALUES ($1, $2, 'processing', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			id, n.Author, n.Visibility, n.Caption.Text, strings.Join(n.Caption.Tags, " "), n.Language, n.Sound, n.Media, n.Raw, n.SHA256, n.Again, n.CoverMS, t.now)
		if err != nil {
			return err
		}
		if n.Upload != "" {
			if err := t.must(ctx, `DELETE FROM uploads WHERE id = $1`, n.Upload); err != nil {
				return err
			}
		}
		if err := t.mention(ctx, id, n.Caption.Mentions); err != nil {
			return err
		}
		if err := t.addJob(ctx, NewJob{Clip: id, Kind: JobFirst, Rank: RankFirst}); err != nil {
			return err
		}
		made, err = clipBy(ctx, t, `c.id = $1`, id)
		return err
	})
	if db.dialect.unique(err) { // two uploads of the same bytes at the same moment
		var same reelm.ClipID
		if db.read.QueryRowContext(ctx, `SELECT id FROM clips WHERE author = $1 AND sha256 = $2 AND NOT again AND state IN ('processing', 'held', 'ready')`,
			n.Author, n.SHA256).Scan(&same) == nil {
			return nil, Duplicate(same)
		}
	}
	return made, err
}

// Duplicate is the answer to bytes that the account has published already.
func Duplicate(of reelm.ClipID) error {
	return (&reelm.Error{Kind: reelm.Conflict, Code: "duplicate-upload", Field: "file",
		Detail: "you have uploaded this video already"}).With("id", of.String())
}

func (t *tx) checkUploadsPerDay(ctx context.Context, author reelm.AccountID, most int) error {
	if most <= 0 {
		return nil
	}
	var n int
	if err := t.QueryRowContext(ctx, `SELECT count(*) FROM clips WHERE author = $1 AND created > $2`, author, t.now-24*time.Hour.Milliseconds()).Scan(&n); err != nil {
		return err
	}
	if n >= most {
		return (&reelm.Error{Kind: reelm.Limited, Code: "uploads-per-day", Field: "file",
			Detail: fmt.Sprintf("at most %d uploads in 24 hours", most)}).With("max", most)
	}
	return nil
}

// UploadsToday counts an author's clips of the last 24 hours.
func (db *DB) UploadsToday(ctx context.Context, author reelm.AccountID) (n int, err error) {
	defer wrap(&err, "UploadsToday(%s)", author)
	err = db.read.QueryRowContext(ctx, `SELECT count(*) FROM clips WHERE author = $1 AND created > $2`, author,
		db.now().Add(-24*time.Hour).UnixMilli()).Scan(&n)
	return n, err
}

func (t *tx) mention(ctx context.Context, clip reelm.ClipID, handles []string) error {
	for _, h := range handles {
		if err := t.must(ctx, `
			INSERT INTO mentions (clip, account) SELECT $1, id FROM accounts WHERE handle = $2
			ON CONFLICT (clip, account) DO NOTHING`, clip, h); err != nil {
			return err
		}
	}
	return nil
}
