package store

import (
	"context"

	"reelm"
)

// seenBy is the condition that keeps a list to what a viewer may see in it:
// ready, not limited to others, and no block between author and viewer. It
// uses $1, the viewer's account or 0. The rule itself is reelm.MaySee; lists
// repeat it in SQL so that pages are full, and a test holds the two together.
const seenBy = `
	c.state = 'ready' AND (
		c.author = $1
		OR c.visibility = 'public' AND NOT a.private
		OR c.visibility IN ('public', 'followers', 'mutuals') AND EXISTS (
			SELECT 1 FROM follows f WHERE f.follower = $1 AND f.followed = c.author AND f.accepted)
			AND (c.visibility <> 'mutuals' OR EXISTS (
				SELECT 1 FROM follows f WHERE f.follower = c.author AND f.followed = $1 AND f.accepted)))
	AND NOT EXISTS (
		SELECT 1 FROM blocks b WHERE b.account = $1 AND b.blocked = c.author OR b.account = c.author AND b.blocked = $1)`

func byPublished(c *reelm.Clip) Cursor { return Cursor{At: c.Published.UnixMilli(), ID: int64(c.ID)} }

func (db *DB) clipPage(ctx context.Context, p Page, from, where string, viewer reelm.AccountID, arg any) ([]*reelm.Clip, Cursor, error) {
	after := p.after()
	clips, err := list(ctx, db.read, scanClip, `SELECT `+clipColumns+clipTables+from+
		` WHERE `+where+` AND `+seenBy+` AND (c.published, c.id) < ($3, $4) ORDER BY c.published DESC, c.id DESC LIMIT $5`,
		viewer, arg, after.At, after.ID, p.limit()+1)
	if err != nil {
		return nil, Cursor{}, err
	}
	clips, next := cut(p, clips, byPublished)
	return clips, next, nil
}

// ClipsOf lists an author's clips as a viewer sees them, newest first.
func (db *DB) ClipsOf(ctx context.Context, viewer, author reelm.AccountID, p Page) (_ []*reelm.Clip, next Cursor, err error) {
	defer wrap(&err, "ClipsOf(%s)", author)
	return db.clipPage(ctx, p, ``, `c.author = $2`, viewer, author)
}

// OwnClips lists all clips of an author in whatever state they are, newest
// upload first: what the author alone sees.
func (db *DB) OwnClips(ctx context.Context, author reelm.AccountID, p Page) (_ []*reelm.Clip, next Cursor, err error) {
	defer wrap(&err, "OwnClips(%s)", author)
	after := p.after()
	clips, err := list(ctx, db.read, scanClip, `SELECT `+clipColumns+clipTables+
		`WHERE c.author = $1 AND c.state <> 'removed' AND (c.created, c.id) < ($2, $3) ORDER BY c.created DESC, c.id DESC LIMIT $4`,
		author, after.At, after.ID, p.limit()+1)
	if err != nil {
		return nil, Cursor{}, err
	}
	clips, next = cut(p, clips, func(c *reelm.Clip) Cursor { return Cursor{At: c.Created.UnixMilli(), ID: int64(c.ID)} })
	return clips, next, nil
}

// NewestClips lists public clips of everybody, newest first.
func (db *DB) NewestClips(ctx context.Context, viewer reelm.AccountID, p Page) (_ []*reelm.Clip, next Cursor, err error) {
	defer wrap(&err, "NewestClips")
	return db.clipPage(ctx, p, ``, `c.visibility = $2`, viewer, reelm.Public)
}

// ClipsByTag lists public clips with a folded tag, newest first.
func (db *DB) ClipsByTag(ctx context.Context, viewer reelm.AccountID, tag string, p Page) (_ []*reelm.Clip, next Cursor, err error) {
	defer wrap(&err, "ClipsByTag(%q)", tag)
	return db.clipPage(ctx, p, `JOIN clip_tags g ON g.clip = c.id`, `g.tag = $2`, viewer, tag)
}

// ClipsBySound lists clips that use a sound, newest first.
func (db *DB) ClipsBySound(ctx context.Context, viewer reelm.AccountID, sound reelm.SoundID, p Page) (_ []*reelm.Clip, next Cursor, err error) {
	defer wrap(&err, "ClipsBySound(%s)", sound)
	return db.clipPage(ctx, p, ``, `c.visibility = 'public' AND c.sound = $2`, viewer, sound)
}

// FollowingClips lists clips of whom a viewer follows, newest first.
func (db *DB) FollowingClips(ctx context.Context, viewer reelm.AccountID, p Page) (_ []*reelm.Clip, next Cursor, err error) {
	defer wrap(&err, "FollowingClips(%s)", viewer)
	return db.clipPage(ctx, p, `JOIN follows w ON w.followed = c.author AND w.follower = $2 AND w.accepted`,
		`c.visibility <> 'unlisted'`, viewer, viewer)
}

// Sound finds a sound with the number of clips that use it.
func (db *DB) Sound(ctx context.Context, id reelm.SoundID) (_ *reelm.Sound, err error) {
	defer wrap(&err, "Sound(%s)", id)
	var s reelm.Sound
	err = db.read.QueryRowContext(ctx, `
		SELECT s.id, s.clip, s.author, a.handle, s.name, s.uses FROM sounds s JOIN accounts a ON a.id = s.author WHERE s.id = $1`, id).
		Scan(&s.ID, &s.Clip, &s.Author, &s.Handle, &s.Name, &s.Uses)
	return &s, notFound(err)
}

// Personal is what a clip or account means to one viewer.
type Personal struct {
	Liked     map[reelm.ClipID]bool
	Following map[reelm.AccountID]bool
}

// PersonalTo says which of the clips a viewer likes and whose authors they
// follow.
func (db *DB) PersonalTo(ctx context.Context, viewer reelm.AccountID, clips []*reelm.Clip) (_ Personal, err error) {
	defer wrap(&err, "PersonalTo(%s)", viewer)
	p := Personal{Liked: map[reelm.ClipID]bool{}, Following: map[reelm.AccountID]bool{}}
	if viewer == 0 || len(clips) == 0 {
		return p, nil
	}
	byClip, byAuthor := []any{viewer}, []any{viewer}
	for _, c := range clips {
		byClip, byAuthor = append(byClip, c.ID), append(byAuthor, c.Author)
	}
	in := `(` + placeholders(2, len(clips)) + `)`
	liked, err := list(ctx, db.read, scanID[reelm.ClipID], `SELECT clip FROM likes WHERE account = $1 AND clip IN `+in, byClip...)
	if err != nil {
		return p, err
	}
	followed, err := list(ctx, db.read, scanID[reelm.AccountID], `SELECT followed FROM follows WHERE follower = $1 AND accepted AND followed IN `+in, byAuthor...)
	if err != nil {
		return p, err
	}
	for _, id := range liked {
		p.Liked[id] = true
	}
	for _, id := range followed {
		p.Following[id] = true
	}
	return p, nil
}

func scanID[T any](r scanner) (id T, err error) { return id, r.Scan(&id) }
