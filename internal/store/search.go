package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"reelm"
)

// Search is what somebody looks for. Filters are for clips.
type Search struct {
	Viewer   reelm.AccountID
	Text     string
	Newest   bool   // by age instead of by how well it fits
	Since    int64  // Unix milliseconds, 0 for no limit
	Language string // BCP 47, "" for any
	Shorter  int64  // milliseconds, 0 for no limit
	Longer   int64  // milliseconds
}

// term is one word of a query: what may stand in the index for it.
type term struct {
	exact  []byte
	ranges [][2][]byte
}

// maxTerms is how many words of a query count.
const maxTerms = 8

// terms reads a query. A word stands for itself and what begins with it;
// where the vocabulary has nothing of the sort, for the words that are spelled
// most like it.
func (db *DB) terms(ctx context.Context, text string) ([]term, error) {
	words := reelm.Words(text)
	words = words[:min(len(words), maxTerms)]
	var out []term
	for _, w := range words {
		if len(w) > maxWordBytes {
			return nil, nil
		}
		if slices.ContainsFunc(out, func(t term) bool { return string(t.exact) == w }) {
			continue
		}
		t := term{exact: []byte(w)}
		if utf8.RuneCountInString(w) < 2 {
			t.ranges = [][2][]byte{{[]byte(w), []byte(w + "\x00")}}
		} else {
			t.ranges = [][2][]byte{{[]byte(w), []byte(w + "\xff")}}
		}
		var known bool
		err := db.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM vocabulary WHERE word >= $1 AND word < $2)`, t.ranges[0][0], t.ranges[0][1]).Scan(&known)
		if err != nil {
			return nil, err
		}
		if !known {
			alike, err := db.spelledLike(ctx, w, 5)
			if err != nil {
				return nil, err
			}
			for _, a := range alike {
				t.ranges = append(t.ranges, [2][]byte{[]byte(a), []byte(a + "\x00")})
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// spelledLike gives known words at a small distance, the nearest first.
func (db *DB) spelledLike(ctx context.Context, word string, most int) ([]string, error) {
	grams := trigrams(word)
	if len(grams) == 0 {
		return nil, nil
	}
	args := make([]any, len(grams))
	for i, g := range grams {
		args[i] = []byte(g)
	}
	found, err := list(ctx, db.read, scanID[[]byte], `SELECT g.word FROM vocabulary_grams g JOIN vocabulary v ON v.word = g.word
		WHERE g.gram IN (`+placeholders(1, len(grams))+`) GROUP BY g.word, v.n ORDER BY count(*) DESC, v.n DESC, g.word LIMIT 60`, args...)
	if err != nil {
		return nil, err
	}
	type near struct {
		word string
		far  int
	}
	var out []near
	allowed := 1
	if utf8.RuneCountInString(word) > 5 {
		allowed = 2
	}
	for _, f := range found {
		if d := reelm.SpellingDistance(word, string(f), allowed); d <= allowed {
			out = append(out, near{string(f), d})
		}
	}
	slices.SortStableFunc(out, func(a, b near) int { return a.far - b.far })
	words := make([]string, 0, most)
	for _, n := range out[:min(most, len(out))] {
		words = append(words, n.word)
	}
	return words, nil
}

// matches writes a subselect of the documents of a kind that have all terms,
// with the sum of their weights, and adds its arguments to args.
func matches(kind string, terms []term, args *[]any) string {
	arg := func(v any) string {
		*args = append(*args, v)
		return "$" + strconv.Itoa(len(*args))
	}
	var parts []string
	k := arg(kind)
	for _, t := range terms {
		var either []string
		for _, r := range t.ranges {
			either = append(either, `word >= `+arg(r[0])+` AND word < `+arg(r[1]))
		}
		parts = append(parts, `SELECT doc, max(CASE WHEN word = `+arg(t.exact)+` THEN 2 * weight ELSE weight END) AS w FROM search_words
			WHERE kind = `+k+` AND (`+strings.Join(either, " OR ")+`) GROUP BY doc`)
	}
	return `(SELECT doc, CAST(sum(w) AS BIGINT) AS w FROM (` + strings.Join(parts, " UNION ALL ") +
		`) u GROUP BY doc HAVING count(*) = ` + strconv.Itoa(len(terms)) + `) m`
}

// rankUnit is above every time in Unix milliseconds and every count: how well
// a thing fits comes first, then how new or how known it is.
const rankUnit = int64(1) << 42

type ranked[T any] struct {
	what T
	rank int64
	id   int64
}

// found runs a search for one kind of thing and cuts the page.
func found[T any](ctx context.Context, db *DB, p Page, scan func(scanner, ...any) (T, error), id func(T) int64, q string, args ...any) ([]T, Cursor, error) {
	rows, err := list(ctx, db.read, func(r scanner) (x ranked[T], err error) {
		x.what, err = scan(r, &x.rank)
		if err == nil {
			x.id = id(x.what)
		}
		return x, err
	}, q, args...)
	if err != nil {
		return nil, Cursor{}, err
	}
	rows, next := cut(p, rows, func(x ranked[T]) Cursor { return Cursor{At: x.rank, ID: x.id} })
	out := make([]T, len(rows))
	for i, x := range rows {
		out[i] = x.what
	}
	return out, next, nil
}

// FindClips searches captions, tags, authors, sounds and subtitles.
func (db *DB) FindClips(ctx context.Context, s Search, p Page) (_ []*reelm.Clip, next Cursor, err error) {
	defer wrap(&err, "FindClips")
	terms, err := db.terms(ctx, s.Text)
	if err != nil || len(terms) == 0 {
		return nil, Cursor{}, err
	}
	m, err := mutesOf(ctx, db.read, s.Viewer.Viewer())
	if err != nil {
		return nil, Cursor{}, err
	}
	after := p.after()
	longest := s.Shorter
	if longest <= 0 {
		longest = 1<<63 - 1
	}
	args := []any{s.Viewer, s.Since, s.Language, s.Longer, longest, after.At, after.ID, p.limit() + 1}
	rank := `m.w * ` + strconv.FormatInt(rankUnit, 10) + ` + c.published`
	if s.Newest {
		rank = `c.published`
	}
	from := matches(docClip, terms, &args)
	clips, next, err := found(ctx, db, p, scanClipMore, func(c *reelm.Clip) int64 { return int64(c.ID) },
		`SELECT `+clipColumns+`, `+rank+` AS rank`+clipTables+`JOIN `+from+` ON m.doc = c.id WHERE `+seenBy+`
		AND c.published >= $2 AND (CAST($3 AS TEXT) = '' OR c.language = $3 OR c.language LIKE $3 || '-%') AND c.duration_ms >= $4 AND c.duration_ms < $5
		AND (`+rank+`, c.id) < ($6, $7) ORDER BY rank DESC, c.id DESC LIMIT $8`, args...)
	return slices.DeleteFunc(clips, m.HidesClip), next, err
}

func scanClipMore(r scanner, more ...any) (*reelm.Clip, error) { return scanClip(moreScanner{r, more}) }

// moreScanner scans further columns after those that a scan knows.
type moreScanner struct {
	scanner
	more []any
}

// Scan implements scanner.
func (s moreScanner) Scan(dest ...any) error { return s.scanner.Scan(append(dest, s.more...)...) }

// FindAccounts searches handles, names and bios.
func (db *DB) FindAccounts(ctx context.Context, s Search, p Page) (_ []*reelm.Account, next Cursor, err error) {
	defer wrap(&err, "FindAccounts")
	terms, err := db.terms(ctx, s.Text)
	if err != nil || len(terms) == 0 {
		return nil, Cursor{}, err
	}
	after := p.after()
	args := []any{s.Viewer, after.At, after.ID, p.limit() + 1}
	rank := `m.w * ` + strconv.FormatInt(rankUnit, 10) + ` + a.followers`
	from := matches(docAccount, terms, &args)
	return found(ctx, db, p, func(r scanner, more ...any) (*reelm.Account, error) { return scanAccount(r, more...) },
		func(a *reelm.Account) int64 { return int64(a.ID) },
		`SELECT `+accountColumns+`, `+rank+` AS rank FROM accounts a JOIN `+from+` ON m.doc = a.id
		WHERE a.id NOT IN `+unmet+` AND (`+rank+`, a.id) < ($2, $3) ORDER BY rank DESC, a.id DESC LIMIT $4`, args...)
}

// TagCount is a tag with the number of clips that everybody may see.
type TagCount struct {
	ID    int64
	Tag   string
	Clips int64
}

// FindTags searches tags.
func (db *DB) FindTags(ctx context.Context, s Search, p Page) (_ []TagCount, next Cursor, err error) {
	defer wrap(&err, "FindTags")
	terms, err := db.terms(ctx, s.Text)
	if err != nil || len(terms) == 0 {
		return nil, Cursor{}, err
	}
	after := p.after()
	args := []any{s.Viewer, after.At, after.ID, p.limit() + 1}
	rank := `m.w * ` + strconv.FormatInt(rankUnit, 10) + ` + g.clips`
	from := matches(docTag, terms, &args)
	return found(ctx, db, p, func(r scanner, more ...any) (t TagCount, err error) {
		return t, r.Scan(append([]any{&t.ID, &t.Tag, &t.Clips}, more...)...)
	}, func(t TagCount) int64 { return t.ID },
		`SELECT g.id, g.tag, g.clips, `+rank+` AS rank FROM tags g JOIN `+from+` ON m.doc = g.id
		WHERE NOT EXISTS (SELECT 1 FROM mutes WHERE viewer = $1 AND kind = 'tag' AND key = g.tag)
		AND (`+rank+`, g.id) < ($2, $3) ORDER BY rank DESC, g.id DESC LIMIT $4`, args...)
}

// FindSounds searches sounds by name, author and the caption they came with.
func (db *DB) FindSounds(ctx context.Context, s Search, p Page) (_ []*reelm.Sound, next Cursor, err error) {
	defer wrap(&err, "FindSounds")
	terms, err := db.terms(ctx, s.Text)
	if err != nil || len(terms) == 0 {
		return nil, Cursor{}, err
	}
	after := p.after()
	args := []any{s.Viewer, after.At, after.ID, p.limit() + 1}
	rank := `m.w * ` + strconv.FormatInt(rankUnit, 10) + ` + o.uses`
	from := matches(docSound, terms, &args)
	return found(ctx, db, p, func(r scanner, more ...any) (*reelm.Sound, error) {
		var o reelm.Sound
		return &o, r.Scan(append([]any{&o.ID, &o.Clip, &o.Author, &o.Handle, &o.Name, &o.Uses}, more...)...)
	}, func(o *reelm.Sound) int64 { return int64(o.ID) },
		`SELECT o.id, o.clip, o.author, a.handle, o.name, o.uses, `+rank+` AS rank FROM sounds o JOIN accounts a ON a.id = o.author JOIN `+from+` ON m.doc = o.id
		WHERE o.author NOT IN `+unmet+` AND NOT EXISTS (SELECT 1 FROM mutes WHERE viewer = $1 AND kind = 'sound' AND subject = o.id)
		AND (`+rank+`, o.id) < ($2, $3) ORDER BY rank DESC, o.id DESC LIMIT $4`, args...)
}

// KnownWords completes a word that somebody types, or corrects it: the words
// that most things have come first.
func (db *DB) KnownWords(ctx context.Context, begin string, most int) (_ []string, err error) {
	defer wrap(&err, "KnownWords")
	words := reelm.Words(begin)
	if len(words) == 0 {
		return nil, nil
	}
	w := words[len(words)-1]
	found, err := list(ctx, db.read, scanID[[]byte], `SELECT word FROM vocabulary WHERE word >= $1 AND word < $2 ORDER BY n DESC, word LIMIT $3`,
		[]byte(w), []byte(w+"\xff"), most)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(found))
	for i, f := range found {
		out[i] = string(f)
	}
	if len(out) == 0 {
		return db.spelledLike(ctx, w, most)
	}
	return out, nil
}
