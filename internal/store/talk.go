package store

import (
	"context"

	"reelm"
)

// TalkSettings gives the words whose comments wait for somebody, and who may
// write to them.
func (db *DB) TalkSettings(ctx context.Context, id reelm.AccountID) (filter, messagesFrom string, err error) {
	defer wrap(&err, "TalkSettings(%s)", id)
	err = db.read.QueryRowContext(ctx, `SELECT comment_filter, messages_from FROM accounts WHERE id = $1`, id).Scan(&filter, &messagesFrom)
	return filter, messagesFrom, notFound(err)
}

// SetTalk changes them; nil stays.
func (db *DB) SetTalk(ctx context.Context, id reelm.AccountID, filter, messagesFrom *string) (err error) {
	defer wrap(&err, "SetTalk(%s)", id)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `UPDATE accounts SET comment_filter = coalesce($1, comment_filter), messages_from = coalesce($2, messages_from) WHERE id = $3`, filter, messagesFrom, id)
	})
}

// CommentsClosed says whether a clip's author keeps somebody from commenting.
func (db *DB) CommentsClosed(ctx context.Context, who reelm.AccountID, c *reelm.Clip) (closed bool, err error) {
	defer wrap(&err, "CommentsClosed(%s, %s)", who, c.ID)
	from, err := db.CommentsFrom(ctx, c.ID)
	if err != nil || who == c.Author || from == "everybody" {
		return false, err
	}
	if from == "off" {
		return true, nil
	}
	rel, err := relation(ctx, db.read, who, c.Author)
	return !rel.Follows, err
}

// CommentsFrom says who may comment on a clip: everybody, followers, off.
func (db *DB) CommentsFrom(ctx context.Context, clip reelm.ClipID) (from string, err error) {
	defer wrap(&err, "CommentsFrom(%s)", clip)
	err = db.read.QueryRowContext(ctx, `SELECT comments_from FROM clips WHERE id = $1`, clip).Scan(&from)
	return from, notFound(err)
}
