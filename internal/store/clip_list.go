package store

import (
	"context"
	"slices"

	"reelm"
)

// seenBy is the condition that keeps a list to what a viewer may see in it:
// ready, not limited to others, and no block between author and viewer. It
// uses $1, the viewer's account or 0. The rule itself is reelm.MaySee; lists
// repeat it in SQL so that pages are full, and a test holds the two together.
const seenBy = `
	c.state = 'ready' AND (
		c.author = $1
		OR a.leaving = 0 AND (c.visibility = 'public' AND NOT a.private
		OR c.visibility IN ('public', 'followers', 'mutuals') AND EXISTS (
			SELECT 1 FROM follows f WHERE f.follower = $1 AND f.followed = c.author AND f.accepted)
			AND (c.visibility <> 'mutuals' OR EXISTS (
				SELECT 1 FROM follows f WHERE f.follower = c.author AND f.followed = $1 AND f.accepted))))
	AND NOT EXISTS (
		SELECT 1 FROM blocks b WHERE b.account = $1 AND b.blocked = c.author OR b.account = c.author AND b.blocked = $1)`

func byPublished(c *reelm.Clip) Cursor { return Cursor{At: c.Published.UnixMilli(), ID: int64(c.ID)} }

// clipPage gives a page of clips that a viewer may see and has not muted. The
// viewer is an account, or a browser by its number.
func (db *DB) clipPage(ctx context.Context, p Page, from, where string, viewer reelm.AccountID, arg any) ([]*reelm.Clip, Cursor, error) {
	m, err := mutesOf(ctx, db.read, viewer.Viewer())
	if err != nil {
		return nil, Cursor{}, err
	}
	return db.clipPageBut(ctx, p, from, where, viewer, arg, m.HidesClip)
}

// maxLooks is how often a page is filled up after clips were left out of it.
const maxLooks = 5

func (db *DB) clipPageBut(ctx context.Context, p Page, from, where string, viewer reelm.AccountID, arg any, hides func(*reelm.Clip) bool) ([]*reelm.Clip, Cursor, error) {
	var out []*reelm.Clip
	for range maxLooks {
		after := p.after()
		rows, err := list(ctx, db.read, scanClip, `SELECT `+clipColumns+clipTables+from+
			` WHERE `+where+` AND `+seenBy+` AND (c.published, c.id) < ($3, $4) ORDER BY c.published DESC, c.id DESC LIMIT $5`,
			viewer, arg, after.At, after.ID, p.limit()+1)
		if err != nil {
			return nil, Cursor{}, err
		}
		rows, next := cut(p, rows, byPublished)
		for i, c := range rows {
			if hides(c) {
				continue
			}
			if out = append(out, c); len(out) == p.limit() && (i+1 < len(rows) || next != Cursor{}) {
				return out, byPublished(c), nil
			}
		}
		if p.After = next; next == (Cursor{}) {
			break
		}
	}
	return out, p.After, nil
}

// ClipsOf lists an author's clips as a viewer sees them, newest first. Who
// goes to a profile on purpose sees it whatever they have muted.
func (db *DB) ClipsOf(ctx context.Context, viewer, author reelm.AccountID, p Page) (_ []*reelm.Clip, next Cursor, err error) {
	defer wrap(&err, "ClipsOf(%s)", author)
	return db.clipPageBut(ctx, p, ``, `c.author = $2`, viewer, author, func(*reelm.Clip) bool { return false })
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

// SoundSeen finds a sound for a viewer. Where the viewer may not see the clip
// that it comes from, the sound has no author and no name, and it is there
// only as long as a clip that the viewer sees uses it.
func (db *DB) SoundSeen(ctx context.Context, viewer reelm.AccountID, id reelm.SoundID) (_ *reelm.Sound, err error) {
	defer wrap(&err, "SoundSeen(%s)", id)
	s, err := db.Sound(ctx, id)
	if err != nil {
		return nil, err
	}
	c, err := db.Clip(ctx, s.Clip)
	if err != nil {
		return nil, err
	}
	rel, err := relation(ctx, db.read, viewer, c.Author)
	if err != nil {
		return nil, err
	}
	if reelm.MaySee(c, rel) == nil {
		return s, nil
	}
	using, _, err := db.ClipsBySound(ctx, viewer, id, Page{Limit: 1})
	if err == nil && len(using) == 0 {
		err = reelm.ErrNotFound
	}
	s.Author, s.Handle, s.Name, s.Clip = 0, "", "", 0
	return s, err
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
	// Likes and comments of people whom the viewer does not meet: blocked in
	// either direction, or muted. Counts leave them out.
	HiddenLikes, HiddenComments map[reelm.ClipID]int64
}

// PersonalTo says which of the clips a viewer likes and whose authors they
// follow.
func (db *DB) PersonalTo(ctx context.Context, viewer reelm.AccountID, clips []*reelm.Clip) (_ Personal, err error) {
	defer wrap(&err, "PersonalTo(%s)", viewer)
	p := Personal{Liked: map[reelm.ClipID]bool{}, Following: map[reelm.AccountID]bool{},
		HiddenLikes: map[reelm.ClipID]int64{}, HiddenComments: map[reelm.ClipID]int64{}}
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
	if err := db.countHidden(ctx, &p, in, byClip); err != nil {
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

// FollowedAmong says which of some accounts a viewer follows.
func (db *DB) FollowedAmong(ctx context.Context, viewer reelm.AccountID, accounts []*reelm.Account) (_ map[reelm.AccountID]bool, err error) {
	defer wrap(&err, "FollowedAmong(%s)", viewer)
	out := map[reelm.AccountID]bool{}
	if viewer == 0 || len(accounts) == 0 {
		return out, nil
	}
	args := []any{viewer}
	for _, a := range accounts {
		args = append(args, a.ID)
	}
	ids, err := list(ctx, db.read, scanID[reelm.AccountID],
		`SELECT followed FROM follows WHERE follower = $1 AND accepted AND followed IN (`+placeholders(2, len(accounts))+`)`, args...)
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}

// Strangers gives those of some accounts, in their order, to whom a viewer
// could be introduced: not their own, not followed or asked, nobody who is
// leaving or has nothing to show, and no block or mute in between.
func (db *DB) Strangers(ctx context.Context, viewer reelm.AccountID, ids []reelm.AccountID) (_ []*reelm.Account, err error) {
	defer wrap(&err, "Strangers(%s, %d ids)", viewer, len(ids))
	if len(ids) == 0 {
		return nil, nil
	}
	args := []any{viewer}
	for _, id := range ids {
		args = append(args, id)
	}
	found, err := list(ctx, db.read, func(r scanner) (*reelm.Account, error) { return scanAccount(r) },
		`SELECT `+accountColumns+` FROM accounts a WHERE a.id IN (`+placeholders(2, len(ids))+`) AND a.id <> $1 AND a.leaving = 0 AND a.clips > 0
		AND NOT a.private AND a.id NOT IN `+unmet+` AND a.id NOT IN (SELECT followed FROM follows WHERE follower = $1)`, args...)
	slices.SortFunc(found, func(a, b *reelm.Account) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return found, err
}

// unmet are the accounts that $1 does not meet.
const unmet = `(SELECT blocked FROM blocks WHERE account = $1 UNION SELECT account FROM blocks WHERE blocked = $1
	UNION SELECT subject FROM mutes WHERE viewer = $1 AND kind = 'account')`

func (db *DB) countHidden(ctx context.Context, p *Personal, in string, args []any) error {
	var any bool
	if err := db.read.QueryRowContext(ctx, `SELECT EXISTS `+unmet, args[0]).Scan(&any); err != nil || !any {
		return err
	}
	for q, into := range map[string]map[reelm.ClipID]int64{
		`SELECT clip, count(*) FROM likes WHERE clip IN ` + in + ` AND account IN ` + unmet + ` GROUP BY clip`:   p.HiddenLikes,
		`SELECT clip, count(*) FROM comments WHERE clip IN ` + in + ` AND author IN ` + unmet + ` GROUP BY clip`: p.HiddenComments,
	} {
		type counted struct {
			clip reelm.ClipID
			n    int64
		}
		rows, err := list(ctx, db.read, func(r scanner) (c counted, err error) { return c, r.Scan(&c.clip, &c.n) }, q, args...)
		if err != nil {
			return err
		}
		for _, c := range rows {
			into[c.clip] = c.n
		}
	}
	return nil
}

func scanID[T any](r scanner) (id T, err error) { return id, r.Scan(&id) }
