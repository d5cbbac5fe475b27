package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"reelm"
)

// NoticeKind is what a notification tells.
type NoticeKind string

// The kinds of notifications.
const (
	NoticeLike        NoticeKind = "like"
	NoticeComment     NoticeKind = "comment"
	NoticeReply       NoticeKind = "reply"
	NoticeMention     NoticeKind = "mention"
	NoticeCommentLike NoticeKind = "comment_like"
	NoticeFollow      NoticeKind = "follow"
	NoticeRequest     NoticeKind = "follow_request"
	NoticeAccepted    NoticeKind = "follow_accepted"
	NoticeMessage     NoticeKind = "message" // settings only: messages have their own list
)

// NoticeKinds are all of them, as settings list them.
var NoticeKinds = []NoticeKind{NoticeLike, NoticeComment, NoticeReply, NoticeMention, NoticeCommentLike, NoticeFollow, NoticeRequest, NoticeAccepted, NoticeMessage}

// Notice is what happened: by one person, or by several to the same thing.
type Notice struct {
	Kind    NoticeKind
	Actors  []*reelm.Account // the newest three
	Others  int64            // how many more
	Clip    reelm.ClipID
	Comment reelm.CommentID
	Text    string // of the comment
	Seen    bool
	Created time.Time // of the newest
}

// Told is what Tell passes on: somebody has news.
type Told struct {
	Account reelm.AccountID
	Kind    NoticeKind
	Actor   reelm.AccountID
	Clip    reelm.ClipID
}

// OnTold has fn called after every commit of this process with whom it gave
// news. It is set once, before the database is used by others.
func (db *DB) OnTold(fn func([]Told)) { db.told = fn }

// notify gives somebody news, unless the actor is themselves, somebody whom
// they do not meet or mute, or of a kind that they switched off.
func (t *tx) notify(ctx context.Context, n Told, comment reelm.CommentID, text string) error {
	if n.Account == n.Actor || n.Account == 0 {
		return nil
	}
	rel, err := relation(ctx, t, n.Account, n.Actor)
	if err != nil || rel.Blocked {
		return err
	}
	m, err := mutesOf(ctx, t, n.Account.Viewer())
	if err != nil || m.HidesAccount(n.Actor) || m.HidesText(text) {
		return err
	}
	set, err := noticeSettings(ctx, t, n.Account)
	if err != nil || slices.Contains(set.Off, n.Kind) {
		return err
	}
	if n.Kind != NoticeMessage {
		id, err := t.next(ctx, "notifications")
		if err != nil {
			return err
		}
		made, err := t.exec(ctx, `INSERT INTO notifications (id, account, kind, actor, clip, comment, created) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (account, kind, actor, clip, comment) DO NOTHING`, id, n.Account, n.Kind, n.Actor, n.Clip, comment, t.now)
		if err != nil || made == 0 {
			return err
		}
	}
	t.news = append(t.news, n)
	return nil
}

// mentioned gives news to everybody whom a text names and who may see it.
func (t *tx) mentioned(ctx context.Context, actor reelm.AccountID, c *reelm.Clip, comment reelm.CommentID, text string, but ...reelm.AccountID) error {
	seen := map[string]bool{}
	for _, p := range reelm.Pieces(text) {
		if p.Kind != reelm.PieceMention || seen[p.Target] || len(seen) >= reelm.MaxMentions {
			continue
		}
		seen[p.Target] = true
		a, err := accountBy(ctx, t, `a.handle = $1`, p.Target)
		if errors.Is(err, reelm.ErrNotFound) || err == nil && slices.Contains(but, a.ID) {
			continue
		}
		if err != nil {
			return err
		}
		rel, err := relation(ctx, t, a.ID, c.Author)
		if err != nil {
			return err
		}
		if reelm.MaySee(c, rel) != nil {
			continue
		}
		if err := t.notify(ctx, Told{a.ID, NoticeMention, actor, c.ID}, comment, text); err != nil {
			return err
		}
	}
	return nil
}

// maxNotices is how many rows a page of notifications is grouped from.
const maxNotices = 200

// Notices lists what happened to somebody, the newest first. What several did
// to one thing is one notice.
func (db *DB) Notices(ctx context.Context, account reelm.AccountID, p Page) (_ []Notice, next Cursor, err error) {
	defer wrap(&err, "Notices(%s)", account)
	type row struct {
		n     Notice
		id    int64
		actor *reelm.Account
	}
	after := p.after()
	m, err := mutesOf(ctx, db.read, account.Viewer())
	if err != nil {
		return nil, Cursor{}, err
	}
	rows, err := list(ctx, db.read, func(r scanner) (x row, err error) {
		var created int64
		x.actor, err = scanAccount(r, &x.n.Kind, &x.n.Clip, &x.n.Comment, &x.n.Text, &x.n.Seen, &created, &x.id)
		x.n.Created = fromMillis(created)
		return x, err
	}, `SELECT `+accountColumns+`, n.kind, n.clip, n.comment, coalesce(o.text, ''), n.seen, n.created, n.id
		FROM notifications n JOIN accounts a ON a.id = n.actor LEFT JOIN comments o ON o.id = n.comment
		WHERE n.account = $2 AND (n.created, n.id) < ($3, $4) AND a.leaving = 0 AND a.id NOT IN `+unmet+`
		ORDER BY n.created DESC, n.id DESC LIMIT $5`, account, account, after.At, after.ID, maxNotices)
	if err != nil {
		return nil, Cursor{}, err
	}
	type key struct {
		kind    NoticeKind
		clip    reelm.ClipID
		comment reelm.CommentID
	}
	at := map[key]int{}
	var out []Notice
	for i, x := range rows {
		if m.HidesText(x.n.Text) {
			continue
		}
		k := key{x.n.Kind, x.n.Clip, x.n.Comment}
		if g, ok := at[k]; ok && (x.n.Kind == NoticeLike || x.n.Kind == NoticeCommentLike || x.n.Kind == NoticeFollow) {
			if len(out[g].Actors) < 3 {
				out[g].Actors = append(out[g].Actors, x.actor)
			} else {
				out[g].Others++
			}
			out[g].Seen = out[g].Seen && x.n.Seen
			continue
		}
		if len(out) == p.limit() {
			last := rows[i-1]
			return out, Cursor{At: last.n.Created.UnixMilli(), ID: last.id}, nil
		}
		at[k] = len(out)
		x.n.Actors = []*reelm.Account{x.actor}
		out = append(out, x.n)
	}
	if len(rows) == maxNotices {
		last := rows[len(rows)-1]
		next = Cursor{At: last.n.Created.UnixMilli(), ID: last.id}
	}
	return out, next, nil
}

// SeeNotices marks everything as seen.
func (db *DB) SeeNotices(ctx context.Context, account reelm.AccountID) (err error) {
	defer wrap(&err, "SeeNotices(%s)", account)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `UPDATE notifications SET seen = TRUE WHERE account = $1 AND NOT seen`, account)
	})
}

// Unseen counts what somebody has not looked at: notifications, and
// conversations they have taken up.
func (db *DB) Unseen(ctx context.Context, account reelm.AccountID) (notices, talks int64, err error) {
	defer wrap(&err, "Unseen(%s)", account)
	err = db.read.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM notifications n JOIN accounts a ON a.id = n.actor WHERE n.account = $1 AND NOT n.seen AND a.leaving = 0 AND n.actor NOT IN `+unmet+`),
		(SELECT count(*) FROM conversations c WHERE (c.a = $1 AND c.a_taken AND c.last > c.a_seen AND c.b NOT IN `+unmet+`)
			OR (c.b = $1 AND c.b_taken AND c.last > c.b_seen AND c.a NOT IN `+unmet+`))`, account).Scan(&notices, &talks)
	return notices, talks, err
}

// NoticeSettings is what somebody wants to hear of, and when not.
type NoticeSettings struct {
	Off    []NoticeKind // not at all
	NoPush []NoticeKind // not on the phone
	// Minutes after midnight in Zone; -1 for no quiet hours.
	QuietFrom, QuietUntil int
	Zone                  string // IANA
}

// Quiet says whether a moment lies in the quiet hours.
func (s NoticeSettings) Quiet(at time.Time) bool {
	if s.QuietFrom < 0 || s.QuietUntil < 0 || s.QuietFrom == s.QuietUntil {
		return false
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC
	}
	at = at.In(zone)
	m := at.Hour()*60 + at.Minute()
	if s.QuietFrom < s.QuietUntil {
		return m >= s.QuietFrom && m < s.QuietUntil
	}
	return m >= s.QuietFrom || m < s.QuietUntil
}

// NoticeSettings gives what somebody chose.
func (db *DB) NoticeSettings(ctx context.Context, account reelm.AccountID) (_ NoticeSettings, err error) {
	defer wrap(&err, "NoticeSettings(%s)", account)
	return noticeSettings(ctx, db.read, account)
}

func noticeSettings(ctx context.Context, q querier, account reelm.AccountID) (s NoticeSettings, err error) {
	var off, noPush string
	err = q.QueryRowContext(ctx, `SELECT off, no_push, quiet_from, quiet_until, zone FROM notify_settings WHERE account = $1`, account).
		Scan(&off, &noPush, &s.QuietFrom, &s.QuietUntil, &s.Zone)
	if errors.Is(err, sql.ErrNoRows) {
		return NoticeSettings{QuietFrom: -1, QuietUntil: -1, Zone: "UTC"}, nil
	}
	for _, k := range strings.Fields(off) {
		s.Off = append(s.Off, NoticeKind(k))
	}
	for _, k := range strings.Fields(noPush) {
		s.NoPush = append(s.NoPush, NoticeKind(k))
	}
	return s, err
}

// SetNoticeSettings keeps what somebody chose.
func (db *DB) SetNoticeSettings(ctx context.Context, account reelm.AccountID, s NoticeSettings) (err error) {
	defer wrap(&err, "SetNoticeSettings(%s)", account)
	join := func(kinds []NoticeKind) string {
		var b strings.Builder
		for _, k := range kinds {
			b.WriteString(string(k) + " ")
		}
		return strings.TrimSpace(b.String())
	}
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `INSERT INTO notify_settings (account, off, no_push, quiet_from, quiet_until, zone) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (account) DO UPDATE SET off = excluded.off, no_push = excluded.no_push, quiet_from = excluded.quiet_from,
				quiet_until = excluded.quiet_until, zone = excluded.zone`, account, join(s.Off), join(s.NoPush), s.QuietFrom, s.QuietUntil, s.Zone)
	})
}
