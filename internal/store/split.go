package store

import (
	"context"
	"errors"
	"strings"

	"reelm"
	"reelm/internal/ledger"
)

// A split makes a realm of its own of the people of one country or language:
// their accounts, clips, and what they did with each other. What leads across
// the border is treated alike on both sides:
//
//   - follows, blocks and likes across it end
//   - a comment stays with its author's side if the clip is there too, else
//     it goes, and so do the answers to it
//   - a sound lives on with the oldest clip on each side that uses it

// Split says which part becomes a realm of its own.
type Split struct {
	Name              string // of the new realm
	Host              string // its address
	Country, Language string // one of them: of the accounts that go
	Key               string // verifier key of the new realm
}

// BeginSplit notes a split and who goes. From now on they find the way to the
// new address, and change nothing here any more.
func (db *DB) BeginSplit(ctx context.Context, s Split) (people []reelm.AccountID, err error) {
	defer wrap(&err, "BeginSplit(%s)", s.Name)
	err = db.update(ctx, func(t *tx) error {
		if err := t.must(ctx, `INSERT INTO splits (name, host, country, language, key, created) VALUES ($1, $2, $3, $4, $5, $6)`,
			s.Name, s.Host, s.Country, s.Language, s.Key, t.now); err != nil {
			if db.dialect.unique(err) {
				return &reelm.Error{Kind: reelm.Conflict, Code: "split-begun", Detail: "this split has begun already"}
			}
			return err
		}
		if err := t.must(ctx, `INSERT INTO split_people (id) SELECT id FROM accounts WHERE country = $1 AND $1 <> '' OR language = $2 AND $2 <> ''`, s.Country, s.Language); err != nil {
			return err
		}
		if err := t.must(ctx, `INSERT INTO country_blocks (scope, subject, country, by_whom, order_, appeal, created) VALUES ('left', 0, $1, '', '', $2, $3)
			ON CONFLICT (scope, subject, country) DO UPDATE SET appeal = excluded.appeal`, leftOf(s), s.Host, t.now); err != nil {
			return err
		}
		people, err = list(ctx, t, scanID[reelm.AccountID], `SELECT id FROM split_people ORDER BY id`)
		return err
	})
	return people, err
}

// leftOf is what stands for a part that left where countries stand; languages
// are written in small letters.
func leftOf(s Split) string { return s.Country + s.Language }

// AbandonSplit takes back what BeginSplit noted.
func (db *DB) AbandonSplit(ctx context.Context, s Split) (err error) {
	defer wrap(&err, "AbandonSplit(%s)", s.Name)
	return db.update(ctx, func(t *tx) error {
		if err := t.must(ctx, `DELETE FROM country_blocks WHERE scope = 'left' AND country = $1`, leftOf(s)); err != nil {
			return err
		}
		return t.endSplit(ctx, s)
	})
}

func (t *tx) endSplit(ctx context.Context, s Split) error {
	if err := t.must(ctx, `DELETE FROM split_people`); err != nil {
		return err
	}
	return t.must(ctx, `DELETE FROM splits WHERE name = $1`, s.Name)
}

// Splits lists the splits that have begun and are not done, and who goes.
func (db *DB) Splits(ctx context.Context) (_ []Split, people []reelm.AccountID, err error) {
	defer wrap(&err, "Splits")
	found, err := list(ctx, db.read, func(r scanner) (s Split, err error) {
		return s, r.Scan(&s.Name, &s.Host, &s.Country, &s.Language, &s.Key)
	}, `SELECT name, host, country, language, key FROM splits`)
	if err != nil || len(found) == 0 {
		return nil, nil, err
	}
	people, err = list(ctx, db.read, scanID[reelm.AccountID], `SELECT id FROM split_people ORDER BY id`)
	return found, people, err
}

// LeaveSplit takes the people of a split, whose part is a realm of its own by
// now, out of this one, and says so in the ledger.
func (db *DB) LeaveSplit(ctx context.Context, s Split, entry ledger.Split) (err error) {
	defer wrap(&err, "LeaveSplit(%s)", s.Name)
	err = db.update(ctx, func(t *tx) error {
		if err := t.part(ctx, false); err != nil {
			return err
		}
		if err := t.endSplit(ctx, s); err != nil {
			return err
		}
		_, err := t.enter(ctx, entry, nil)
		return err
	})
	return db.deleted(ctx, err)
}

// KeepSplit leaves only the given people in a realm that received everything,
// and whose log ends with the record told as the given number.
func (r *Receiving) KeepSplit(ctx context.Context, people []reelm.AccountID, told int64) error {
	if err := r.t.must(ctx, `UPDATE counters SET n = $1 WHERE name = 'outbox'`, told); err != nil {
		return err
	}
	for _, id := range people {
		if err := r.t.must(ctx, `INSERT INTO split_people (id) VALUES ($1) ON CONFLICT (id) DO NOTHING`, id); err != nil {
			return err
		}
	}
	if err := r.t.part(ctx, true); err != nil {
		return err
	}
	// The index is made when the realm is opened.
	return errors.Join(r.t.must(ctx, `DELETE FROM split_people`), r.t.must(ctx, `DELETE FROM country_blocks WHERE scope = 'left'`), r.t.must(ctx, `DELETE FROM counters WHERE name = 'search' OR name LIKE 'objection-%'`))
}

// partings take away whoever is on the other side of the border. {gone:x}
// stands for: account x is on the other side; {gone-viewer:x} for: viewer x is.
// An anonymous browser stays where it was.
var partings = []string{
	`DELETE FROM likes WHERE {gone:account} OR clip IN (SELECT id FROM clips WHERE {gone:author})`,
	`DELETE FROM follows WHERE {gone:follower} OR {gone:followed}`,
	`DELETE FROM blocks WHERE {gone:account} OR {gone:blocked}`,
	`DELETE FROM comments WHERE {gone:author} OR clip IN (SELECT id FROM clips WHERE {gone:author}) OR parent IN (SELECT id FROM comments WHERE {gone:author})`,
	`UPDATE sounds SET clip = (SELECT c.id FROM clips c WHERE c.sound = sounds.id AND NOT ({gone:c.author}) ORDER BY c.created, c.id LIMIT 1)
		WHERE clip IN (SELECT id FROM clips WHERE {gone:author}) AND EXISTS (SELECT 1 FROM clips c WHERE c.sound = sounds.id AND NOT ({gone:c.author}))`,
	`UPDATE sounds SET author = (SELECT c.author FROM clips c WHERE c.id = sounds.clip) WHERE {gone:author} AND clip IN (SELECT id FROM clips WHERE NOT ({gone:author}))`,
	`DELETE FROM mutes WHERE {gone-viewer:viewer} OR kind = 'account' AND {gone:subject} OR kind = 'sound' AND subject IN (SELECT id FROM sounds WHERE {gone:author})`,
	`DELETE FROM interests WHERE {gone-viewer:viewer}`,
	`DELETE FROM own_work WHERE {gone-viewer:viewer}`,
	`DELETE FROM objections WHERE {gone:account}`,
	`DELETE FROM history WHERE {gone-viewer:viewer}`,
	`DELETE FROM history_paused WHERE {gone-viewer:viewer}`,
	`DELETE FROM viewers WHERE {gone-viewer:id}`,
	`DELETE FROM set_apart WHERE report IN (SELECT id FROM reports WHERE {gone:account} AND account <> 0 OR clip IN (SELECT id FROM clips WHERE {gone:author}))`,
	`DELETE FROM reports WHERE {gone:account} AND account <> 0 OR clip IN (SELECT id FROM clips WHERE {gone:author})`,
	`UPDATE reports SET reporter = 0 WHERE reporter <> 0 AND {gone:reporter}`,
	`DELETE FROM country_blocks WHERE scope = 'account' AND {gone:subject} OR scope = 'clip' AND subject IN (SELECT id FROM clips WHERE {gone:author})`,
	`DELETE FROM accounts WHERE {gone:id}`, // takes clips, sounds, jobs, mentions, sessions, conversations, notifications and folders along
	`DELETE FROM notifications WHERE clip <> 0 AND clip NOT IN (SELECT id FROM clips)`,
	`UPDATE messages SET clip = 0 WHERE clip <> 0 AND clip NOT IN (SELECT id FROM clips)`,
	`UPDATE comments SET likes = (SELECT count(*) FROM comment_likes l WHERE l.comment = comments.id)`,
	`UPDATE clips SET likes = (SELECT count(*) FROM likes l WHERE l.clip = clips.id), comments = (SELECT count(*) FROM comments o WHERE o.clip = clips.id AND NOT o.held)`,
	`UPDATE comments SET replies = (SELECT count(*) FROM comments o WHERE o.parent = comments.id) WHERE parent = 0`,
	`UPDATE accounts SET followers = (SELECT count(*) FROM follows f WHERE f.followed = accounts.id AND f.accepted),
		following = (SELECT count(*) FROM follows f WHERE f.follower = accounts.id AND f.accepted)`,
	`UPDATE clips SET sound = 0 WHERE sound <> 0 AND sound NOT IN (SELECT id FROM sounds)`,
	`UPDATE sounds SET uses = (SELECT count(*) FROM clips c JOIN accounts a ON a.id = c.author
		WHERE c.sound = sounds.id AND c.state = 'ready' AND c.visibility = 'public' AND NOT a.private)`,
}

// part leaves one side of the border: the people of split_people, or the
// others.
func (t *tx) part(ctx context.Context, theirs bool) error {
	gone, goneViewer := `IN (SELECT id FROM split_people)`, `({x} IN (SELECT id FROM split_people) OR {x} IN (SELECT id FROM viewers WHERE account IN (SELECT id FROM split_people)))`
	if theirs {
		gone, goneViewer = `NOT IN (SELECT id FROM split_people)`, `{x} NOT IN (SELECT id FROM split_people)`
	}
	if !theirs { // a realm that is being made has no index yet
		if err := t.unindexParted(ctx, gone); err != nil {
			return err
		}
	}
	for _, q := range partings {
		if err := t.must(ctx, expand(q, gone, goneViewer)); err != nil {
			return err
		}
	}
	if theirs { // another host: its browsers subscribe anew, with a key of its own
		for _, q := range []string{`DELETE FROM push_subscriptions`, `DELETE FROM push_key`} {
			if err := t.must(ctx, q); err != nil {
				return err
			}
		}
	}
	return t.dropForeignInterests(ctx)
}

// expand replaces {gone:x} and {gone-viewer:x}.
func expand(q, gone, goneViewer string) string {
	for _, sort := range []string{"{gone:", "{gone-viewer:"} {
		for {
			before, rest, found := strings.Cut(q, sort)
			if !found {
				break
			}
			column, after, _ := strings.Cut(rest, "}")
			condition := column + " " + gone
			if sort == "{gone-viewer:" {
				condition = strings.ReplaceAll(goneViewer, "{x}", column)
			}
			q = before + condition + after
		}
	}
	return q
}

// unindexParted takes whoever goes out of the search, and their records that
// have not reached the log.
func (t *tx) unindexParted(ctx context.Context, gone string) error {
	people, err := list(ctx, t, scanID[reelm.AccountID], `SELECT id FROM accounts WHERE id `+gone)
	if err != nil {
		return err
	}
	for _, id := range people {
		clips, err := list(ctx, t, scanClip, `SELECT `+clipColumns+clipTables+`WHERE c.author = $1`, id)
		if err != nil {
			return err
		}
		for _, c := range clips {
			c.State = reelm.ClipRemoved
			if err := t.indexClip(ctx, c); err != nil {
				return err
			}
		}
		if err := t.index(ctx, newDocument(docAccount, int64(id))); err != nil {
			return err
		}
		if err := t.forgetOutbox(ctx, id, clips); err != nil {
			return err
		}
	}
	return nil
}

// dropForeignInterests forgets interests in people and sounds that are not
// here: their keys are ids as people read them.
func (t *tx) dropForeignInterests(ctx context.Context) error {
	type interest struct {
		kind, key string
	}
	found, err := list(ctx, t, func(r scanner) (i interest, err error) { return i, r.Scan(&i.kind, &i.key) },
		`SELECT DISTINCT kind, key FROM interests WHERE kind IN ('`+string(reelm.SubjectAuthor)+`', '`+string(reelm.SubjectSound)+`')`)
	if err != nil {
		return err
	}
	for _, i := range found {
		table := "sounds"
		if i.kind == string(reelm.SubjectAuthor) {
			table = "accounts"
		}
		var there bool
		if id, err := reelm.ParseID[reelm.AccountID](i.key); err == nil {
			if err := t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM `+table+` WHERE id = $1)`, id).Scan(&there); err != nil {
				return err
			}
		}
		if !there {
			if err := t.must(ctx, `DELETE FROM interests WHERE kind = $1 AND key = $2`, i.kind, i.key); err != nil {
				return err
			}
		}
	}
	return nil
}

// SplitMedia lists what of the media belongs to some people: folders of clips,
// uploads as they came, pictures.
func (db *DB) SplitMedia(ctx context.Context, people []reelm.AccountID, fn func(folder, raw, avatar string) error) (err error) {
	defer wrap(&err, "SplitMedia")
	for _, id := range people {
		a, err := accountBy(ctx, db.read, `a.id = $1`, id)
		if err != nil {
			if err = notFound(err); reelm.KindOf(err) == reelm.NotFound {
				continue
			}
			return err
		}
		if a.Avatar != "" {
			if err := fn("", "", a.Avatar); err != nil {
				return err
			}
		}
		clips, err := list(ctx, db.read, scanClip, `SELECT `+clipColumns+clipTables+`WHERE c.author = $1`, id)
		if err != nil {
			return err
		}
		for _, c := range clips {
			if err := fn(c.Media, c.Raw, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// notLeaving refuses an upload that began before its author's part left, and
// would go with neither side.
func (t *tx) notLeaving(ctx context.Context, author reelm.AccountID) error {
	var goes bool
	if err := t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM split_people WHERE id = $1)`, author).Scan(&goes); err != nil || !goes {
		return err
	}
	return &reelm.Error{Kind: reelm.Gone, Code: "moving", Detail: "your account moves to another address at this moment; upload again there"}
}
