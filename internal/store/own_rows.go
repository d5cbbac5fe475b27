package store

import (
	"context"
	"database/sql"

	"reelm"
)

// OwnTable is what one kind of thing holds of a person.
type OwnTable struct {
	Name string
	Rows []map[string]any
}

// ownQueries are what an archive of a person holds, by name. $1 is the person.
var ownQueries = []struct{ name, q string }{
	{"comments", `SELECT id, clip, parent, text, likes, created FROM comments WHERE author = $1 ORDER BY created, id`},
	{"likes", `SELECT clip, created FROM likes WHERE account = $1 ORDER BY created`},
	{"following", `SELECT a.handle, f.accepted, f.created FROM follows f JOIN accounts a ON a.id = f.followed WHERE f.follower = $1 ORDER BY f.created`},
	{"followers", `SELECT a.handle, f.accepted, f.created FROM follows f JOIN accounts a ON a.id = f.follower WHERE f.followed = $1 ORDER BY f.created`},
	{"blocks", `SELECT a.handle, b.created FROM blocks b JOIN accounts a ON a.id = b.blocked WHERE b.account = $1 ORDER BY b.created`},
	{"mutes", `SELECT kind, key, created FROM mutes WHERE viewer = $1 ORDER BY created, kind, key`},
	{"interests", `SELECT kind, key, level, created FROM interests WHERE viewer = $1 ORDER BY created, kind, key`},
	{"reports", `SELECT clip, account, comment, reason, text, state, created FROM reports WHERE reporter = $1 ORDER BY id`},
	{"comment_likes", `SELECT comment, created FROM comment_likes WHERE account = $1 ORDER BY created`},
	{"notifications", `SELECT n.kind, a.handle, n.clip, n.comment, n.created FROM notifications n JOIN accounts a ON a.id = n.actor WHERE n.account = $1 ORDER BY n.created, n.id`},
	{"messages", `SELECT o.handle AS with_, w.handle AS author, m.text, m.clip, m.created FROM messages m JOIN conversations c ON c.id = m.conversation
		JOIN accounts w ON w.id = m.author JOIN accounts o ON o.id = CASE WHEN c.a = $1 THEN c.b ELSE c.a END
		WHERE c.a = $1 AND m.id > c.a_cleared OR c.b = $1 AND m.id > c.b_cleared ORDER BY m.id`},
	{"collections", `SELECT coalesce(f.name, CASE WHEN k.folder = 0 THEN 'favourites' ELSE 'later' END) AS name, k.clip, k.created
		FROM kept k LEFT JOIN folders f ON f.id = k.folder WHERE k.account = $1 ORDER BY k.folder, k.created`},
	{"history", `SELECT clip, watched FROM history WHERE viewer = $1 ORDER BY watched, clip`},
	{"notification_settings", `SELECT off, no_push, quiet_from, quiet_until, zone FROM notify_settings WHERE account = $1`},
	{"watching", `SELECT daily, night_from, night_until, paged, autoplay, saver, captions FROM watching WHERE account = $1`},
	{"private_feeds", `SELECT created FROM rss_keys WHERE account = $1`},
	{"push", `SELECT endpoint, language, created FROM push_subscriptions WHERE account = $1 ORDER BY id`},
	{"sessions", `SELECT agent, created, seen, expires FROM sessions WHERE account = $1 ORDER BY created`},
}

// OwnRows gives what SQL holds of a person besides account and clips. Ids are
// written as everywhere outside, columns of no meaning to others left out.
func (db *DB) OwnRows(ctx context.Context, viewer reelm.ViewerID) (_ []OwnTable, err error) {
	defer wrap(&err, "OwnRows(%s)", viewer)
	var out []OwnTable
	for _, o := range ownQueries {
		rows, err := rowMaps(ctx, db.read, o.q, viewer)
		if err != nil {
			return nil, err
		}
		out = append(out, OwnTable{o.name, rows})
	}
	return out, nil
}

// idColumns hold ids of ours.
var idColumns = map[string]bool{"id": true, "clip": true, "parent": true, "account": true, "comment": true, "folder": true, "sound": true}

func rowMaps(ctx context.Context, q querier, query string, args ...any) (_ []map[string]any, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if cerr := rows.Close(); err == nil {
			err = cerr
		}
	}()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for rows.Next() {
		m, err := rowMap(rows, columns)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

func rowMap(rows *sql.Rows, columns []string) (map[string]any, error) {
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	m := make(map[string]any, len(columns))
	for i, name := range columns {
		switch v := values[i].(type) {
		case int64:
			m[name] = v
			if idColumns[name] {
				m[name] = nil
				if v != 0 {
					m[name] = reelm.FormatID(reelm.ClipID(v))
				}
			}
		case []byte:
			m[name] = string(v)
		default:
			m[name] = v
		}
	}
	return m, nil
}
