package store

import (
	"context"
	"slices"

	"reelm"
)

const commentColumns = `c.id, c.clip, c.parent, c.author, a.handle, a.name, a.avatar, c.text, c.likes, c.replies, c.created`

func scanComment(r scanner) (*reelm.Comment, error) {
	var c reelm.Comment
	var created int64
	err := r.Scan(&c.ID, &c.Clip, &c.Parent, &c.Author, &c.Handle, &c.Name, &c.Avatar, &c.Text, &c.Likes, &c.Replies, &created)
	c.Created = fromMillis(created)
	return &c, notFound(err)
}

// AddComment puts a comment under a clip, or under a comment of that clip. A
// reply to a reply goes under the first comment, so that threads have two
// levels.
func (db *DB) AddComment(ctx context.Context, author reelm.AccountID, clip reelm.ClipID, text string, parent reelm.CommentID) (_ *reelm.Comment, err error) {
	defer wrap(&err, "AddComment(%s, %s)", author, clip)
	var made *reelm.Comment
	err = db.update(ctx, func(t *tx) error {
		if _, err := t.seenClip(ctx, author, clip); err != nil {
			return err
		}
		if parent != 0 {
			p, err := scanComment(t.QueryRowContext(ctx, `SELECT `+commentColumns+` FROM comments c JOIN accounts a ON a.id = c.author
				WHERE c.id = $1 AND c.clip = $2`, parent, clip))
			if err != nil {
				return reelm.Wrong("reply_to", "no-such-comment", "the comment that this answers is not there")
			}
			if p.Parent != 0 {
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
		if err := t.must(ctx, `INSERT INTO comments (id, clip, parent, author, text, created) VALUES ($1, $2, $3, $4, $5, $6)`,
			id, clip, parent, author, text, t.now); err != nil {
			return err
		}
		if err := t.must(ctx, `UPDATE clips SET comments = comments + 1 WHERE id = $1`, clip); err != nil {
			return err
		}
		if made, err = scanComment(t.QueryRowContext(ctx, `SELECT `+commentColumns+` FROM comments c JOIN accounts a ON a.id = c.author WHERE c.id = $1`, id)); err != nil {
			return err
		}
		return t.emit(ctx, uint64(author), &reelm.Record{Kind: reelm.RecordComment, Viewer: author.Viewer(), Clip: clip})
	})
	return made, err
}

// Comments lists the comments of a clip, or the replies to one of them,
// newest first.
func (db *DB) Comments(ctx context.Context, viewer reelm.AccountID, clip reelm.ClipID, parent reelm.CommentID, p Page) (_ []*reelm.Comment, next Cursor, err error) {
	defer wrap(&err, "Comments(%s)", clip)
	m, err := mutesOf(ctx, db.read, viewer.Viewer())
	if err != nil {
		return nil, Cursor{}, err
	}
	after := p.after()
	rows, err := list(ctx, db.read, scanComment, `
		SELECT `+commentColumns+` FROM comments c JOIN accounts a ON a.id = c.author
		WHERE c.clip = $1 AND c.parent = $2 AND (a.leaving = 0 OR a.id = $3) AND NOT EXISTS (
			SELECT 1 FROM blocks b WHERE b.account = $3 AND b.blocked = c.author OR b.account = c.author AND b.blocked = $3)
		AND (c.created, c.id) < ($4, $5) ORDER BY c.created DESC, c.id DESC LIMIT $6`,
		clip, parent, viewer, after.At, after.ID, p.limit()+1)
	if err != nil {
		return nil, Cursor{}, err
	}
	rows, next = cut(p, rows, func(c *reelm.Comment) Cursor { return Cursor{At: c.Created.UnixMilli(), ID: int64(c.ID)} })
	return slices.DeleteFunc(rows, m.HidesComment), next, nil
}

// DeleteComment removes a comment with its replies. Its author may, and the
// author of the clip.
func (db *DB) DeleteComment(ctx context.Context, actor reelm.AccountID, id reelm.CommentID) (err error) {
	defer wrap(&err, "DeleteComment(%s)", id)
	return db.update(ctx, func(t *tx) error {
		c, err := scanComment(t.QueryRowContext(ctx, `SELECT `+commentColumns+` FROM comments c JOIN accounts a ON a.id = c.author WHERE c.id = $1`, id))
		if err != nil {
			return err
		}
		clip, err := clipBy(ctx, t, `c.id = $1`, c.Clip)
		if err != nil {
			return err
		}
		rel, err := relation(ctx, t, actor, clip.Author)
		if err != nil {
			return err
		}
		if c.Author != actor && !rel.Self && !rel.Moderator {
			return reelm.ErrForbidden
		}
		n, err := t.exec(ctx, `DELETE FROM comments WHERE id = $1 OR parent = $1`, id)
		if err != nil {
			return err
		}
		if err := t.must(ctx, `UPDATE comments SET replies = replies - 1 WHERE id = $1`, c.Parent); err != nil {
			return err
		}
		return t.must(ctx, `UPDATE clips SET comments = comments - $1 WHERE id = $2`, n, c.Clip)
	})
}
