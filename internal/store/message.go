package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"reelm"
)

// Message is what one of two people wrote to the other.
type Message struct {
	ID      int64 // rises with time
	Author  reelm.AccountID
	Text    string
	Clip    reelm.ClipID // 0: none
	Created time.Time
}

// Talk is a conversation as one side sees it.
type Talk struct {
	With  *reelm.Account
	Taken bool // not a request of a stranger
	New   bool // there is something one has not seen
	Last  Message
}

// side gives the columns of one side of a conversation.
func side(me, other reelm.AccountID) (a, b reelm.AccountID, mine, theirs string) {
	if me < other {
		return me, other, "a", "b"
	}
	return other, me, "b", "a"
}

// SendMessage writes to somebody. Whom they follow, whom they have answered
// and mutuals write at once; what others write waits apart, if they take
// messages of strangers at all.
func (db *DB) SendMessage(ctx context.Context, from, to reelm.AccountID, text string, clip reelm.ClipID) (_ *Message, err error) {
	defer wrap(&err, "SendMessage(%s, %s)", from, to)
	if from == to {
		return nil, reelm.Wrong("handle", "own-account", "nobody writes to themselves")
	}
	var made *Message
	err = db.update(ctx, func(t *tx) error {
		rel, err := relation(ctx, t, to, from) // of who gets it
		if err != nil {
			return err
		}
		if rel.Blocked {
			return reelm.ErrNotFound
		}
		var policy string
		if err := t.QueryRowContext(ctx, `SELECT messages_from FROM accounts WHERE id = $1 AND leaving = 0`, to).Scan(&policy); err != nil {
			return notFound(err)
		}
		a, b, mine, theirs := side(from, to)
		var taken bool
		err = t.QueryRowContext(ctx, `SELECT `+theirs+`_taken FROM conversations WHERE a = $1 AND b = $2`, a, b).Scan(&taken)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		taken = taken || rel.Follows
		if policy == "nobody" && !taken || policy == "followed" && !taken {
			return &reelm.Error{Kind: reelm.Forbidden, Code: "no-messages", Detail: "this person does not take messages from you"}
		}
		if clip != 0 {
			if _, err := t.seenClip(ctx, from, clip); err != nil {
				return err
			}
		}
		id, err := t.next(ctx, "messages")
		if err != nil {
			return err
		}
		conv, err := reelm.NewID[reelm.ClipID](db.rand)
		if err != nil {
			return err
		}
		if err := t.QueryRowContext(ctx, `INSERT INTO conversations (id, a, b, `+mine+`_taken, `+theirs+`_taken, `+mine+`_seen, last) VALUES ($1, $2, $3, TRUE, $4, $5, $5)
			ON CONFLICT (a, b) DO UPDATE SET last = excluded.last, `+mine+`_taken = TRUE, `+mine+`_seen = excluded.last, `+theirs+`_taken = conversations.`+theirs+`_taken OR excluded.`+theirs+`_taken
			RETURNING id`, conv, a, b, taken, id).Scan(&conv); err != nil {
			return err
		}
		if err := t.must(ctx, `INSERT INTO messages (id, conversation, author, text, clip, created) VALUES ($1, $2, $3, $4, $5, $6)`, id, conv, from, text, clip, t.now); err != nil {
			return err
		}
		made = &Message{ID: id, Author: from, Text: text, Clip: clip, Created: fromMillis(t.now)}
		t.news = append(t.news, Told{Account: from, Kind: NoticeMessage, Actor: from}) // other windows of the sender
		if !taken {
			return nil // strangers wait without ringing
		}
		return t.notify(ctx, Told{Account: to, Kind: NoticeMessage, Actor: from}, 0, text)
	})
	return made, err
}

// Talks lists conversations, the newest first: those taken up, or the
// requests of strangers. Whom one does not meet is not among them.
func (db *DB) Talks(ctx context.Context, me reelm.AccountID, requests bool, p Page) (_ []Talk, next Cursor, err error) {
	defer wrap(&err, "Talks(%s)", me)
	after := p.after()
	rows, err := list(ctx, db.read, func(r scanner) (k Talk, err error) {
		var created int64
		k.With, err = scanAccount(r, &k.Taken, &k.New, &k.Last.ID, &k.Last.Author, &k.Last.Text, &k.Last.Clip, &created)
		k.Last.Created = fromMillis(created)
		return k, err
	}, `SELECT `+accountColumns+`, CASE WHEN c.a = $1 THEN c.a_taken ELSE c.b_taken END,
			c.last > CASE WHEN c.a = $1 THEN c.a_seen ELSE c.b_seen END, m.id, m.author, m.text, m.clip, m.created
		FROM conversations c JOIN accounts a ON a.id = CASE WHEN c.a = $1 THEN c.b ELSE c.a END JOIN messages m ON m.id = c.last
		WHERE (c.a = $1 OR c.b = $1) AND CASE WHEN c.a = $1 THEN c.a_taken ELSE c.b_taken END = $2
			AND c.last > CASE WHEN c.a = $1 THEN c.a_cleared ELSE c.b_cleared END
			AND a.leaving = 0 AND a.id NOT IN `+unmet+` AND c.last < $3 ORDER BY c.last DESC LIMIT $4`, me, !requests, after.ID, p.limit()+1)
	if err != nil {
		return nil, Cursor{}, err
	}
	rows, next = cut(p, rows, func(k Talk) Cursor { return Cursor{At: k.Last.Created.UnixMilli(), ID: k.Last.ID} })
	return rows, next, nil
}

// Messages lists what two people wrote, the newest first, from after what I
// cleared, and notes that I have seen it.
func (db *DB) Messages(ctx context.Context, me, with reelm.AccountID, p Page) (_ []Message, next Cursor, err error) {
	defer wrap(&err, "Messages(%s, %s)", me, with)
	a, b, mine, _ := side(me, with)
	after := p.after()
	rows, err := list(ctx, db.read, func(r scanner) (m Message, err error) {
		var created int64
		err = r.Scan(&m.ID, &m.Author, &m.Text, &m.Clip, &created)
		m.Created = fromMillis(created)
		return m, err
	}, `SELECT m.id, m.author, m.text, m.clip, m.created FROM messages m JOIN conversations c ON c.id = m.conversation
		WHERE c.a = $1 AND c.b = $2 AND m.id > c.`+mine+`_cleared AND m.id < $3 ORDER BY m.id DESC LIMIT $4`, a, b, after.ID, p.limit()+1)
	if err != nil {
		return nil, Cursor{}, err
	}
	rows, next = cut(p, rows, func(m Message) Cursor { return Cursor{At: m.Created.UnixMilli(), ID: m.ID} })
	if len(rows) == 0 {
		return rows, next, nil
	}
	return rows, next, db.update(ctx, func(t *tx) error {
		return t.must(ctx, `UPDATE conversations SET `+mine+`_seen = $1 WHERE a = $2 AND b = $3 AND `+mine+`_seen < $1`, rows[0].ID, a, b)
	})
}

// TakeUp accepts a stranger's conversation.
func (db *DB) TakeUp(ctx context.Context, me, with reelm.AccountID) (err error) {
	defer wrap(&err, "TakeUp(%s, %s)", me, with)
	a, b, mine, _ := side(me, with)
	return db.update(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `UPDATE conversations SET `+mine+`_taken = TRUE WHERE a = $1 AND b = $2`, a, b)
		if err == nil && n == 0 {
			err = reelm.ErrNotFound
		}
		return err
	})
}

// ClearTalk takes a conversation out of my sight; the other side keeps theirs.
func (db *DB) ClearTalk(ctx context.Context, me, with reelm.AccountID) (err error) {
	defer wrap(&err, "ClearTalk(%s, %s)", me, with)
	a, b, mine, theirs := side(me, with)
	return db.update(ctx, func(t *tx) error {
		if err := t.must(ctx, `UPDATE conversations SET `+mine+`_cleared = last, `+mine+`_seen = last, `+mine+`_taken = FALSE WHERE a = $1 AND b = $2`, a, b); err != nil {
			return err
		}
		return t.must(ctx, `DELETE FROM messages WHERE conversation IN (SELECT id FROM conversations WHERE a = $1 AND b = $2)
			AND id <= (SELECT CASE WHEN `+mine+`_cleared < `+theirs+`_cleared THEN `+mine+`_cleared ELSE `+theirs+`_cleared END FROM conversations WHERE a = $1 AND b = $2)
			AND id <> (SELECT last FROM conversations WHERE a = $1 AND b = $2)`, a, b)
	})
}

// MessageSeenBy says whether a message was written to or by an account, so
// that it can report it.
func (db *DB) MessageSeenBy(ctx context.Context, id int64, account reelm.AccountID) (seen bool, err error) {
	defer wrap(&err, "MessageSeenBy(%d)", id)
	err = db.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM messages m JOIN conversations c ON c.id = m.conversation
		WHERE m.id = $1 AND (c.a = $2 OR c.b = $2))`, id, account).Scan(&seen)
	return seen, err
}
