package store

import (
	"context"
	"maps"
	"slices"
	"strings"

	"reelm"
)

// Kinds of what the search finds.
const (
	docClip    = "clip"
	docAccount = "account"
	docTag     = "tag"
	docSound   = "sound"
)

// Weights of words by where they stand.
const (
	weightTitle  = 6 // handle, tag
	weightName   = 5
	weightText   = 4 // caption
	weightAuthor = 3
	weightSpoken = 1 // subtitles, bio
)

// maxIndexed bounds the words of one thing; maxWordBytes the length of one.
const (
	maxIndexed   = 2000
	maxWordBytes = 60
)

// document is what the index holds of one thing.
type document struct {
	kind  string
	id    int64
	words map[string]int64
	tags  []string
}

func newDocument(kind string, id int64) *document {
	return &document{kind: kind, id: id, words: map[string]int64{}}
}

// say adds a text's words; a word that stands in several places has the
// highest of their weights.
func (d *document) say(text string, weight int64) {
	for _, w := range reelm.Words(text) {
		if len(w) <= maxWordBytes && (len(d.words) < maxIndexed || d.words[w] > 0) {
			d.words[w] = max(d.words[w], weight)
		}
	}
}

// index makes the index say what a document says, nil words for nothing.
func (t *tx) index(ctx context.Context, d *document) error {
	old, err := list(ctx, t, scanID[[]byte], `SELECT word FROM search_words WHERE kind = $1 AND doc = $2`, d.kind, d.id)
	if err != nil {
		return err
	}
	var gone, fresh []string
	had := map[string]bool{}
	for _, w := range old {
		had[string(w)] = true
		if d.words[string(w)] == 0 {
			gone = append(gone, string(w))
		}
	}
	for _, w := range slices.Sorted(maps.Keys(d.words)) { // one order for all: no two writers wait for each other
		if !had[w] {
			fresh = append(fresh, w)
		}
	}
	slices.Sort(gone)
	if err := t.must(ctx, `DELETE FROM search_words WHERE kind = $1 AND doc = $2`, d.kind, d.id); err != nil {
		return err
	}
	words := slices.Sorted(maps.Keys(d.words))
	rows := make([][]any, len(words))
	for i, w := range words {
		rows[i] = []any{[]byte(w), d.kind, d.id, d.words[w]}
	}
	if err := t.insertRows(ctx, `INSERT INTO search_words (word, kind, doc, weight) VALUES `, ` ON CONFLICT DO NOTHING`, rows); err != nil {
		return err
	}
	if err := t.countWords(ctx, fresh, gone); err != nil {
		return err
	}
	if len(d.words) == 0 {
		return t.must(ctx, `DELETE FROM search_docs WHERE kind = $1 AND doc = $2`, d.kind, d.id)
	}
	return t.must(ctx, `INSERT INTO search_docs (kind, doc, tags) VALUES ($1, $2, $3) ON CONFLICT (kind, doc) DO UPDATE SET tags = excluded.tags`,
		d.kind, d.id, strings.Join(d.tags, " "))
}

// insertRows inserts many rows with few statements.
func (t *tx) insertRows(ctx context.Context, head, tail string, rows [][]any) error {
	for batch := range slices.Chunk(rows, 200) {
		var q strings.Builder
		var args []any
		q.WriteString(head)
		for i, row := range batch {
			if i > 0 {
				q.WriteByte(',')
			}
			q.WriteString("(" + placeholders(len(args)+1, len(row)) + ")")
			args = append(args, row...)
		}
		if err := t.must(ctx, q.String()+tail, args...); err != nil {
			return err
		}
	}
	return nil
}

// countWords keeps the vocabulary: words that came to a thing, and that left.
func (t *tx) countWords(ctx context.Context, fresh, gone []string) error {
	var counted, grams [][]any
	for _, w := range fresh {
		counted = append(counted, []any{[]byte(w), 1})
		for _, g := range trigrams(w) {
			grams = append(grams, []any{[]byte(g), []byte(w)})
		}
	}
	err := t.insertRows(ctx, `INSERT INTO vocabulary (word, n) VALUES `, ` ON CONFLICT (word) DO UPDATE SET n = vocabulary.n + 1`, counted)
	if err != nil {
		return err
	}
	if err := t.insertRows(ctx, `INSERT INTO vocabulary_grams (gram, word) VALUES `, ` ON CONFLICT DO NOTHING`, grams); err != nil {
		return err
	}
	for _, w := range gone {
		if err := t.must(ctx, `UPDATE vocabulary SET n = n - 1 WHERE word = $1`, []byte(w)); err != nil {
			return err
		}
		n, err := t.exec(ctx, `DELETE FROM vocabulary WHERE word = $1 AND n <= 0`, []byte(w))
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		for _, g := range trigrams(w) {
			if err := t.must(ctx, `DELETE FROM vocabulary_grams WHERE gram = $1 AND word = $2`, []byte(g), []byte(w)); err != nil {
				return err
			}
		}
	}
	return nil
}

// trigrams are the stretches of three runes of a word with its ends marked.
func trigrams(word string) []string {
	r := []rune("^" + word + "$")
	if len(r) < 5 { // of words below three runes nobody corrects a letter
		return nil
	}
	var out []string
	for i := 0; i+3 <= len(r); i++ {
		if g := string(r[i : i+3]); !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	return out
}

// indexClip puts a clip, its tags and the sound that began with it into the
// index, or takes them out: everybody's search finds what everybody may see.
func (t *tx) indexClip(ctx context.Context, c *reelm.Clip) error {
	d := newDocument(docClip, int64(c.ID))
	if reelm.MayCache(c) {
		d.tags = c.Tags
		d.say(c.Caption, weightText)
		d.say(strings.Join(c.Tags, " "), weightTitle)
		d.say(c.Handle+" "+c.AuthorName, weightAuthor)
		d.say(c.SoundName, weightAuthor)
		spoken, err := t.spokenWords(ctx, c.ID)
		if err != nil {
			return err
		}
		d.say(spoken, weightSpoken)
	}
	var before string
	if err := t.QueryRowContext(ctx, `SELECT coalesce(max(tags), '') FROM search_docs WHERE kind = 'clip' AND doc = $1`, c.ID).Scan(&before); err != nil {
		return err
	}
	if err := t.index(ctx, d); err != nil {
		return err
	}
	if err := t.countTags(ctx, strings.Fields(before), d.tags); err != nil {
		return err
	}
	return t.indexSound(ctx, c)
}

func (t *tx) indexSound(ctx context.Context, c *reelm.Clip) error {
	var first reelm.ClipID
	if err := t.QueryRowContext(ctx, `SELECT coalesce(max(clip), 0) FROM sounds WHERE id = $1`, c.Sound).Scan(&first); err != nil || first != c.ID {
		return err
	}
	d := newDocument(docSound, int64(c.Sound))
	if reelm.MayCache(c) {
		d.say(c.SoundName, weightTitle)
		d.say(c.Handle+" "+c.AuthorName, weightAuthor)
		d.say(c.Caption, weightSpoken)
	}
	return t.index(ctx, d)
}

func (t *tx) countTags(ctx context.Context, before, after []string) error {
	for _, tag := range before {
		if slices.Contains(after, tag) {
			continue
		}
		var id, clips int64
		err := t.QueryRowContext(ctx, `UPDATE tags SET clips = clips - 1 WHERE tag = $1 RETURNING id, clips`, tag).Scan(&id, &clips)
		if err != nil {
			return err
		}
		if clips > 0 {
			continue
		}
		if err := t.index(ctx, newDocument(docTag, id)); err != nil {
			return err
		}
		if err := t.must(ctx, `DELETE FROM tags WHERE id = $1`, id); err != nil {
			return err
		}
	}
	for _, tag := range after {
		if slices.Contains(before, tag) {
			continue
		}
		fresh, err := reelm.NewID[reelm.ClipID](t.db.rand)
		if err != nil {
			return err
		}
		var id, clips int64
		err = t.QueryRowContext(ctx, `INSERT INTO tags (id, tag, clips) VALUES ($1, $2, 1) ON CONFLICT (tag) DO UPDATE SET clips = tags.clips + 1
			RETURNING id, clips`, fresh, tag).Scan(&id, &clips)
		if err != nil {
			return err
		}
		if clips > 1 {
			continue
		}
		d := newDocument(docTag, id)
		d.say(tag, weightTitle)
		if err := t.index(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) indexAccount(ctx context.Context, a *reelm.Account) error {
	d := newDocument(docAccount, int64(a.ID))
	d.say(a.Handle, weightName)
	d.words[a.Handle] = weightTitle // whole too, with its dots and underscores
	d.say(a.Name, weightName)
	d.say(a.Bio, weightSpoken)
	return t.index(ctx, d)
}

// fillSearch indexes what was there before the index was. It runs once.
func (db *DB) fillSearch(ctx context.Context) (err error) {
	defer wrap(&err, "fillSearch")
	var done bool
	if err := db.write.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM counters WHERE name = 'search')`).Scan(&done); err != nil || done {
		return err
	}
	return db.update(ctx, func(t *tx) error {
		accounts, err := list(ctx, t, func(r scanner) (*reelm.Account, error) { return scanAccount(r) }, `SELECT `+accountColumns+` FROM accounts a`)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			if err := t.indexAccount(ctx, a); err != nil {
				return err
			}
		}
		clips, err := list(ctx, t, scanClip, `SELECT `+clipColumns+clipTables+`WHERE c.state = 'ready'`)
		if err != nil {
			return err
		}
		for _, c := range clips {
			if err := t.indexClip(ctx, c); err != nil {
				return err
			}
		}
		_, err = t.next(ctx, "search")
		return err
	})
}
