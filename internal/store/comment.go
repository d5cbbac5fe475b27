package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"reelm"
)

const commentColumns = `c.id, c.clip, c.parent, c.author, a.handle, a.name, a.avatar, c.text, c.likes, c.replies, c.created, c.edited, c.pinned, c.held`

const commentTables = ` FROM comments c JOIN accounts a ON a.id = c.author `

func scanComment(r scanner) (*reelm.Comment, error) {
	var c reelm.Comment
	var created, edited int64
	err := r.Scan(&c.ID, &c.Clip, &c.Parent, &c.Author, &c.Handle, &c.Name, &c.Avatar, &c.Text, &c.Likes, &c.Replies, &created, &edited, &c.Pinned, &c.Held)
	c.Created, c.Edited = fromMillis(created), fromMillis(edited)
	return &c, notFound(err)
}

func commentBy(ctx context.Context, q querier, where string, args ...any) (*reelm.Comment, error) {
	return scanComment(q.QueryRowContext(ctx, `SELECT `+commentColumns+commentTables+`WHERE `+where, args...))
}

// AddComment puts a comment under a clip, or under a comment of that clip. A
// reply to a reply goes under the first comment, so that threads have two
// levels. One with a word that the clip's author filters waits for them.
func (db *DB) AddComment(ctx context.Context, author reelm.AccountID, clip reelm.ClipID, text string, parent reelm.CommentID) (_ *reelm.Comment, err error) {
	defer wrap(&err, "AddComment(%s, %s)", author, clip)
	var made *reelm.Comment
	err = db.update(ctx, func(t *tx) error {
		c, err := t.seenClip(ctx, author, clip)
		if err != nil {
			return err
		}
		held, err := t.commentable(ctx, author, c, text)
		if err != nil {
			return err
		}
		var answered reelm.AccountID
		if parent != 0 {
			p, err := commentBy(ctx, t, `c.id = $1 AND c.clip = $2`, parent, clip)
			if err != nil || p.Held {
				return reelm.Wrong("reply_to", "no-such-comment", "the comment that this answers is not there")
			}
			if answered = p.Author; p.Parent != 0 {
				parent = p.Parent
			}
			if err := t.must(ctx, `UPDATE comments SET replies = replies + 1 WHERE id = $1`, parent); err != nil {
				return err
			}
		}
		id, err := reelm.NewID[reelm.CommentID](db.rand)
		if err != nil {
			return err
		}
		if err := t.must(ctx, `INSERT INTO comments (id, clip, parent, author, text, held, created) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			id, clip, parent, author, text, held, t.now); err != nil {
			return err
		}
		if made, err = commentBy(ctx, t, `c.id = $1`, id); err != nil {
			return err
		}
		if held {
			return t.notify(ctx, Told{c.Author, NoticeComment, author, clip}, id, "")
		}
		return t.commented(ctx, c, made, answered)
	})
	return made, err
}

// commented counts a comment that others see, and tells whom it concerns.
func (t *tx) commented(ctx context.Context, c *reelm.Clip, made *reelm.Comment, answered reelm.AccountID) error {
	if err := t.must(ctx, `UPDATE clips SET comments = comments + 1 WHERE id = $1`, c.ID); err != nil {
		return err
	}
	if answered != 0 {
		if err := t.notify(ctx, Told{answered, NoticeReply, made.Author, c.ID}, made.ID, made.Text); err != nil {
			return err
		}
	}
	if answered != c.Author {
		if err := t.notify(ctx, Told{c.Author, NoticeComment, made.Author, c.ID}, made.ID, made.Text); err != nil {
			return err
		}
	}
	if err := t.mentioned(ctx, made.Author, c, made.ID, made.Text, answered, c.Author); err != nil {
		return err
	}
	return t.emit(ctx, uint64(made.Author), &reelm.Record{Kind: reelm.RecordComment, Viewer: made.Author.Viewer(), Clip: c.ID})
}

// commentable says whether somebody may comment, and whether the comment has
// to wait.
func (t *tx) commentable(ctx context.Context, who reelm.AccountID, c *reelm.Clip, text string) (held bool, err error) {
	if who == c.Author {
		return false, nil
	}
	var from, filter string
	err = t.QueryRowContext(ctx, `SELECT c.comments_from, a.comment_filter FROM clips c JOIN accounts a ON a.id = c.author WHERE c.id = $1`, c.ID).Scan(&from, &filter)
	if err != nil {
		return false, err
	}
	rel, err := relation(ctx, t, who, c.Author)
	if err != nil {
		return false, err
	}
	if from == "off" || from == "followers" && !rel.Follows {
		return false, &reelm.Error{Kind: reelm.Forbidden, Code: "comments-closed", Field: "text", Detail: "comments under this clip are not open to you"}
	}
	words := reelm.Words(text)
	return slices.ContainsFunc(strings.Fields(filter), func(w string) bool { return slices.Contains(words, w) }), nil
}

// CommentSort is the order of a list of comments.
type CommentSort string

// The orders.
const (
	CommentsNewest CommentSort = "newest"
	CommentsTop    CommentSort = "top"
)

// Comments lists the comments of a clip, or the replies to one of them; the
// pinned one first. What waits for the clip's author only they and its author
// see.
func (db *DB) Comments(ctx context.Context, viewer reelm.AccountID, clip reelm.ClipID, parent reelm.CommentID, sort CommentSort, p Page) (_ []*reelm.Comment, next Cursor, err error) {
	defer wrap(&err, "Comments(%s)", clip)
	m, err := mutesOf(ctx, db.read, viewer.Viewer())
	if err != nil {
		return nil, Cursor{}, err
	}
	rank := `c.created`
	if sort == CommentsTop {
		rank = `c.likes`
	}
	rank += ` + CASE WHEN c.pinned THEN ` + pinnedRank + ` ELSE 0 END`
	after := p.after()
	rows, err := db.commentRows(ctx, rank, `AND c.parent = $3 AND (`+rank+`, c.id) < ($4, $5) ORDER BY `+rank+` DESC, c.id DESC LIMIT $6`,
		viewer, clip, parent, after.At, after.ID, p.limit()+1)
	if err != nil {
		return nil, Cursor{}, err
	}
	rows, next = cut(p, rows, func(c rankedComment) Cursor { return Cursor{At: c.rank, ID: int64(c.ID)} })
	return shownComments(rows, m), next, nil
}

// CommentsNow gives those of some comments of a clip, answers too, that are
// there for a viewer.
func (db *DB) CommentsNow(ctx context.Context, viewer reelm.AccountID, clip reelm.ClipID, ids []reelm.CommentID) (_ []*reelm.Comment, err error) {
	defer wrap(&err, "CommentsNow(%s)", clip)
	if len(ids) == 0 {
		return nil, nil
	}
	m, err := mutesOf(ctx, db.read, viewer.Viewer())
	if err != nil {
		return nil, err
	}
	args := []any{viewer, clip}
	for _, id := range ids {
		args = append(args, id)
	}
	rows, err := db.commentRows(ctx, `c.created`, `AND c.id IN (`+placeholders(3, len(ids))+`) ORDER BY c.created DESC, c.id DESC`, args...)
	return shownComments(rows, m), err
}

type rankedComment struct {
	*reelm.Comment
	rank int64
}

// commentRows reads comments that $1 may see under the clip $2.
func (db *DB) commentRows(ctx context.Context, rank, rest string, args ...any) ([]rankedComment, error) {
	return list(ctx, db.read, func(r scanner) (x rankedComment, err error) {
		var liked bool
		if x.Comment, err = scanComment(moreScanner{r, []any{&liked, &x.rank}}); err == nil {
			x.Liked = liked
		}
		return x, err
	}, `
		SELECT `+commentColumns+`, EXISTS (SELECT 1 FROM comment_likes l WHERE l.account = $1 AND l.comment = c.id), `+rank+commentTables+`
		WHERE c.clip = $2 AND (a.leaving = 0 OR a.id = $1)
		AND (NOT c.held OR c.author = $1 OR EXISTS (SELECT 1 FROM clips k WHERE k.id = c.clip AND k.author = $1)) AND NOT EXISTS (
			SELECT 1 FROM blocks b WHERE b.account = $1 AND b.blocked = c.author OR b.account = c.author AND b.blocked = $1) `+rest, args...)
}

func shownComments(rows []rankedComment, m reelm.Mutes) []*reelm.Comment {
	out := make([]*reelm.Comment, 0, len(rows))
	for _, r := range rows {
		if !m.HidesComment(r.Comment) {
			out = append(out, r.Comment)
		}
	}
	return out
}

// pinnedRank is above every time and every count.
const pinnedRank = `4398046511104`

// commentOfSeen loads a comment for an act of somebody who has to see its
// clip, and says whether it is theirs.
func (t *tx) commentOfSeen(ctx context.Context, actor reelm.AccountID, id reelm.CommentID) (*reelm.Comment, *reelm.Clip, reelm.Relation, error) {
	c, err := commentBy(ctx, t, `c.id = $1`, id)
	if err != nil {
		return nil, nil, reelm.Relation{}, err
	}
	clip, err := t.seenClip(ctx, actor, c.Clip)
	if err != nil {
		return nil, nil, reelm.Relation{}, err
	}
	rel, err := relation(ctx, t, actor, clip.Author)
	if err != nil {
		return nil, nil, rel, err
	}
	toAuthor, err := relation(ctx, t, actor, c.Author)
	if err == nil && (toAuthor.Blocked && !rel.Moderator || c.Held && c.Author != actor && !rel.Self && !rel.Moderator) {
		err = reelm.ErrNotFound
	}
	return c, clip, rel, err
}

// CommentSeen says whether somebody may see a comment.
func (db *DB) CommentSeen(ctx context.Context, actor reelm.AccountID, id reelm.CommentID) (err error) {
	defer wrap(&err, "CommentSeen(%s)", id)
	return db.update(ctx, func(t *tx) error {
		_, _, _, err := t.commentOfSeen(ctx, actor, id)
		return err
	})
}

// LikeComment notes that somebody likes a comment, or no longer does.
func (db *DB) LikeComment(ctx context.Context, account reelm.AccountID, id reelm.CommentID, on bool) (likes int64, err error) {
	defer wrap(&err, "LikeComment(%s, %s)", account, id)
	err = db.update(ctx, func(t *tx) error {
		c, _, _, err := t.commentOfSeen(ctx, account, id)
		if err != nil {
			return err
		}
		q, by := `INSERT INTO comment_likes (account, comment, created) VALUES ($1, $2, $3) ON CONFLICT (account, comment) DO NOTHING`, 1
		args := []any{account, id, t.now}
		if !on {
			q, by, args = `DELETE FROM comment_likes WHERE account = $1 AND comment = $2`, -1, args[:2]
		}
		n, err := t.exec(ctx, q, args...)
		if err != nil {
			return err
		}
		if likes = c.Likes; n == 0 {
			return nil
		}
		likes += int64(by)
		if err := t.must(ctx, `UPDATE comments SET likes = likes + $1 WHERE id = $2`, by, id); err != nil || !on {
			return err
		}
		return t.notify(ctx, Told{c.Author, NoticeCommentLike, account, c.Clip}, id, "")
	})
	return likes, err
}

// EditWindow is how long a comment can be changed.
const EditWindow = 5 * time.Minute

// EditComment changes one's own comment within EditWindow.
func (db *DB) EditComment(ctx context.Context, actor reelm.AccountID, id reelm.CommentID, text string) (_ *reelm.Comment, err error) {
	defer wrap(&err, "EditComment(%s)", id)
	var out *reelm.Comment
	err = db.update(ctx, func(t *tx) error {
		c, clip, _, err := t.commentOfSeen(ctx, actor, id)
		if err != nil {
			return err
		}
		if c.Author != actor {
			return reelm.ErrForbidden
		}
		if t.now-c.Created.UnixMilli() > EditWindow.Milliseconds() {
			return (&reelm.Error{Kind: reelm.Forbidden, Code: "edit-too-late", Detail: "a comment can be changed for a few minutes"}).With("n", int64(EditWindow.Minutes()))
		}
		held, err := t.commentable(ctx, actor, clip, text)
		if err != nil {
			return err
		}
		if held && !c.Held {
			return reelm.Wrong("text", "filtered-word", "it has a word that the clip's author filters")
		}
		if err := t.must(ctx, `UPDATE comments SET text = $1, edited = $2 WHERE id = $3`, text, t.now, id); err != nil {
			return err
		}
		out, err = commentBy(ctx, t, `c.id = $1`, id)
		return err
	})
	return out, err
}

// PinComment puts one comment first, or lets it down; approving one that
// waits shows it to everybody. The clip's author may.
func (db *DB) PinComment(ctx context.Context, actor reelm.AccountID, id reelm.CommentID, on bool) (err error) {
	defer wrap(&err, "PinComment(%s)", id)
	return db.update(ctx, func(t *tx) error {
		c, _, rel, err := t.commentOfSeen(ctx, actor, id)
		if err != nil {
			return err
		}
		if !rel.Self || c.Parent != 0 || c.Held {
			return reelm.ErrForbidden
		}
		if err := t.must(ctx, `UPDATE comments SET pinned = FALSE WHERE clip = $1 AND pinned`, c.Clip); err != nil || !on {
			return err
		}
		return t.must(ctx, `UPDATE comments SET pinned = TRUE WHERE id = $1`, id)
	})
}

// ApproveComment shows a comment that waits to everybody.
func (db *DB) ApproveComment(ctx context.Context, actor reelm.AccountID, id reelm.CommentID) (under reelm.ClipID, err error) {
	defer wrap(&err, "ApproveComment(%s)", id)
	err = db.update(ctx, func(t *tx) error {
		c, clip, rel, err := t.commentOfSeen(ctx, actor, id)
		if err != nil {
			return err
		}
		under = c.Clip
		if !rel.Self {
			return reelm.ErrForbidden
		}
		if !c.Held {
			return nil
		}
		if err := t.must(ctx, `UPDATE comments SET held = FALSE WHERE id = $1`, id); err != nil {
			return err
		}
		return t.commented(ctx, clip, c, 0)
	})
	return under, err
}

// DeleteComment removes a comment with its replies. Its author may, the
// author of the clip, and moderators. It says under which clip it was.
func (db *DB) DeleteComment(ctx context.Context, actor reelm.AccountID, id reelm.CommentID) (from reelm.ClipID, err error) {
	defer wrap(&err, "DeleteComment(%s)", id)
	err = db.update(ctx, func(t *tx) error {
		c, err := commentBy(ctx, t, `c.id = $1`, id)
		if err != nil {
			return err
		}
		from = c.Clip
		clip, err := clipBy(ctx, t, `c.id = $1`, c.Clip)
		if err != nil {
			return err
		}
		rel, err := relation(ctx, t, actor, clip.Author)
		if err != nil {
			return err
		}
		if c.Author != actor && !rel.Self && !rel.Moderator {
			if reelm.MaySee(clip, rel) != nil {
				return reelm.ErrNotFound
			}
			return reelm.ErrForbidden
		}
		if err := t.must(ctx, `DELETE FROM notifications WHERE comment IN (SELECT id FROM comments WHERE id = $1 OR parent = $1)`, id); err != nil {
			return err
		}
		var shown int64
		if err := t.QueryRowContext(ctx, `SELECT count(*) FROM comments WHERE (id = $1 OR parent = $1) AND NOT held`, id).Scan(&shown); err != nil {
			return err
		}
		if err := t.must(ctx, `DELETE FROM comments WHERE id = $1 OR parent = $1`, id); err != nil {
			return err
		}
		if err := t.must(ctx, `UPDATE comments SET replies = replies - 1 WHERE id = $1`, c.Parent); err != nil {
			return err
		}
		return t.must(ctx, `UPDATE clips SET comments = comments - $1 WHERE id = $2`, shown, c.Clip)
	})
	return from, err
}
