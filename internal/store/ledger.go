package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"reelm/internal/ledger"
)

// The ledger has one door: enter. An act and its entry commit together, so
// that neither is there without the other.

// ErrNoKey: the realm's signing key is not here, so nothing can be entered.
var ErrNoKey = errors.New("the realm's signing key is not here: nothing can be entered into the ledger")

// enter adds an entry for an act of this transaction; the commit signs the
// new checkpoint. Like emit it comes late in a transaction, since it locks the
// head of the ledger until the commit.
func (t *tx) enter(ctx context.Context, body ledger.Body, texts map[string]string) (n int64, err error) {
	if t.db.key.Signer == nil {
		return 0, ErrNoKey
	}
	if err := t.lockLedger(ctx); err != nil {
		return 0, err
	}
	e, beside, err := ledger.NewEntry(t.db.rand, fromMillis(t.now), body, texts)
	if err != nil {
		return 0, err
	}
	leaf, err := e.Encode()
	if err != nil {
		return 0, err
	}
	row := t.edge.Add(leaf)
	if err := t.addRow(ctx, row, e); err != nil {
		return 0, err
	}
	for _, b := range beside {
		if err := t.must(ctx, `INSERT INTO ledger_text (n, name, salt, content, redacted) VALUES ($1, $2, $3, $4, '')`, row.N, b.Name, b.Salt, b.Content); err != nil {
			return 0, err
		}
	}
	t.entered = true
	return row.N, nil
}

// lockLedger reads the head and locks it, unless that was done in this
// transaction.
func (t *tx) lockLedger(ctx context.Context) (err error) {
	if t.edge == nil {
		t.edge, err = t.ledgerEdge(ctx)
	}
	return err
}

// ledgerEdge reads the head and locks it.
func (t *tx) ledgerEdge(ctx context.Context) (*ledger.Edge, error) {
	var size int64
	var edge []byte
	err := t.QueryRowContext(ctx, `SELECT size, edge FROM ledger_head`+t.db.dialect.forUpdate()).Scan(&size, &edge)
	if errors.Is(err, sql.ErrNoRows) {
		return &ledger.Edge{}, nil
	}
	if err != nil {
		return nil, err
	}
	return ledger.LoadEdge(size, edge)
}

// addRow stores what a leaf gave.
func (t *tx) addRow(ctx context.Context, row ledger.Row, e ledger.Entry) error {
	kind := string(e.Body.Kind())
	if err := t.must(ctx, `INSERT INTO ledger_entry (n, kind, hash, leaf) VALUES ($1, $2, $3, $4)`, row.N, kind, row.Hash[:], row.Leaf); err != nil {
		return err
	}
	for _, n := range row.Nodes {
		if err := t.must(ctx, `INSERT INTO ledger_node (level, n, hash) VALUES ($1, $2, $3)`, n.Level, n.N, n.Hash[:]); err != nil {
			return err
		}
	}
	return t.must(ctx, `
		INSERT INTO ledger_month (month, kind, n) VALUES ($1, $2, 1)
		ON CONFLICT (month, kind) DO UPDATE SET n = ledger_month.n + 1`, e.At.Format("2006-01"), kind)
}

// signHead signs the tree as it is now: the last thing before the commit.
func (t *tx) signHead(ctx context.Context) error {
	if !t.entered {
		return nil
	}
	signed, err := ledger.SignCheckpoint(t.edge.Tree(), t.db.key)
	if err != nil {
		return err
	}
	t.signed = signed
	return t.setHead(ctx, signed)
}

func (t *tx) setHead(ctx context.Context, signed []byte) error {
	edge, err := t.edge.MarshalBinary()
	if err != nil {
		return err
	}
	return t.must(ctx, `
		INSERT INTO ledger_head (one, size, edge, checkpoint) VALUES (1, $1, $2, $3)
		ON CONFLICT (one) DO UPDATE SET size = excluded.size, edge = excluded.edge, checkpoint = excluded.checkpoint`,
		t.edge.Size(), edge, signed)
}

// keepStatement keeps a signed statement that an entry of this transaction
// names, for the ledger to serve.
func (t *tx) keepStatement(ctx context.Context, id tlog.Hash, note []byte) error {
	return t.must(ctx, `INSERT INTO ledger_statement (id, note) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, id[:], note)
}

// Note is a signed statement with its ID.
type Note struct {
	ID   tlog.Hash
	Note []byte
}

// Entering is an act that changes nothing but the ledger.
type Entering struct {
	Body       ledger.Body
	Texts      map[string]string
	Statements []Note // that Body names
}

// Enter notes acts in the ledger, all or none, and gives the index of the
// first.
func (db *DB) Enter(ctx context.Context, acts ...Entering) (first int64, err error) {
	defer wrap(&err, "Enter(%d acts)", len(acts))
	err = db.update(ctx, func(t *tx) error {
		for i, a := range acts {
			n, err := t.enterWith(ctx, a)
			if err != nil {
				return err
			}
			if i == 0 {
				first = n
			}
		}
		return nil
	})
	return first, err
}

func (t *tx) enterWith(ctx context.Context, a Entering) (int64, error) {
	for _, s := range a.Statements {
		if err := t.keepStatement(ctx, s.ID, s.Note); err != nil {
			return 0, err
		}
	}
	return t.enter(ctx, a.Body, a.Texts)
}

// FoundLedger begins the ledger of a realm that has none: with its owner,
// and with the constitution if one is in force. parent is the verifier key
// of the realm that this one was split off, or empty.
func (db *DB) FoundLedger(ctx context.Context, parent string) (err error) {
	defer wrap(&err, "FoundLedger")
	if _, err := (ledgerRows{db.read}).checkpoint(ctx); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return db.update(ctx, func(t *tx) error {
		if err := t.lockLedger(ctx); err != nil || t.edge.Size() > 0 {
			return err
		}
		if _, err := t.enter(ctx, ledger.Owner{Key: db.key.Verifier(), Parent: parent}, nil); err != nil {
			return err
		}
		version, doc, err := constitution(ctx, t)
		if err != nil || version == 0 {
			return err
		}
		_, err = t.enter(ctx, ledger.Constitution{Version: version, Document: json.RawMessage(doc)}, nil)
		return err
	})
}

// Ledger reads what enter stored, for proofs, tiles and verification.
func (db *DB) Ledger() ledger.Rows {
	return ledgerRows{db.read}.rows()
}

// ledgerRows reads the ledger through a pool, or as it was at one moment.
type ledgerRows struct{ q querier }

func (l ledgerRows) rows() ledger.Rows {
	return ledger.Rows{Checkpoint: l.checkpoint, Hashes: l.hashes, Leaves: l.leaves, Texts: l.texts, Statement: l.statement}
}

func (l ledgerRows) checkpoint(ctx context.Context) (signed []byte, err error) {
	defer wrap(&err, "Ledger: checkpoint")
	err = l.q.QueryRowContext(ctx, `SELECT checkpoint FROM ledger_head`).Scan(&signed)
	if errors.Is(err, sql.ErrNoRows) {
		err = fs.ErrNotExist
	}
	return signed, err
}

func (l ledgerRows) hashes(ctx context.Context, level int, first int64, count int) (_ []tlog.Hash, err error) {
	defer wrap(&err, "Ledger: %d hashes of level %d from %d", count, level, first)
	scan := func(r scanner) (h tlog.Hash, err error) {
		var b []byte
		if err := r.Scan(&b); err != nil {
			return h, err
		}
		if len(b) != tlog.HashSize {
			return h, fmt.Errorf("%w: a hash of %d bytes is stored", ledger.ErrTampered, len(b))
		}
		return tlog.Hash(b), nil
	}
	if level == 0 {
		return list(ctx, l.q, scan, `SELECT hash FROM ledger_entry WHERE n >= $1 AND n < $2 ORDER BY n`, first, first+int64(count))
	}
	return list(ctx, l.q, scan, `SELECT hash FROM ledger_node WHERE level = $1 AND n >= $2 AND n < $3 ORDER BY n`, level, first, first+int64(count))
}

func (l ledgerRows) leaves(ctx context.Context, first int64, count int) (_ [][]byte, err error) {
	defer wrap(&err, "Ledger: %d entries from %d", count, first)
	return list(ctx, l.q, scanID[[]byte], `SELECT leaf FROM ledger_entry WHERE n >= $1 AND n < $2 ORDER BY n`, first, first+int64(count))
}

func (l ledgerRows) texts(ctx context.Context, first int64, count int) (_ []ledger.Text, err error) {
	defer wrap(&err, "Ledger: texts beside %d entries from %d", count, first)
	return list(ctx, l.q, scanText, `
		SELECT n, name, salt, content, redacted FROM ledger_text WHERE n >= $1 AND n < $2 ORDER BY n, name`, first, first+int64(count))
}

func scanText(r scanner) (x ledger.Text, err error) {
	err = r.Scan(&x.Entry, &x.Name, &x.Salt, &x.Content, &x.Redacted)
	return x, err
}

func (l ledgerRows) statement(ctx context.Context, id tlog.Hash) (note []byte, err error) {
	defer wrap(&err, "Ledger: statement %x", id[:])
	err = l.q.QueryRowContext(ctx, `SELECT note FROM ledger_statement WHERE id = $1`, id[:]).Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		err = fs.ErrNotExist
	}
	return note, err
}

// Entry is an entry of the ledger with the texts beside it.
type Entry struct {
	N int64
	ledger.Entry
	Beside []ledger.Text
}

// Text gives the text of a name: empty where there is none or it was
// redacted.
func (e Entry) Text(name string) string {
	for _, t := range e.Beside {
		if t.Name == name {
			return t.Content
		}
	}
	return ""
}

// EntriesPage is how many entries Entries gives at most.
const EntriesPage = 100

// Entries lists the newest entries below an index (0 or less: from the end)
// of some kinds (none: all), newest first, with what lies beside them.
func (db *DB) Entries(ctx context.Context, below int64, kinds ...ledger.Kind) (_ []Entry, err error) {
	defer wrap(&err, "Entries(below %d)", below)
	if below <= 0 {
		below = 1<<63 - 1
	}
	args := []any{below, EntriesPage}
	q := `SELECT n, leaf FROM ledger_entry WHERE n < $1`
	if len(kinds) > 0 {
		q += ` AND kind IN (` + placeholders(3, len(kinds)) + `)`
		for _, k := range kinds {
			args = append(args, string(k))
		}
	}
	found, err := list(ctx, db.read, func(r scanner) (e Entry, err error) {
		var leaf []byte
		if err := r.Scan(&e.N, &leaf); err != nil {
			return e, err
		}
		e.Entry, err = ledger.ParseEntry(leaf)
		return e, err
	}, q+` ORDER BY n DESC LIMIT $2`, args...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	byN := make([]any, len(found))
	for i, e := range found {
		byN[i] = e.N
	}
	texts, err := list(ctx, db.read, scanText, `
		SELECT n, name, salt, content, redacted FROM ledger_text WHERE n IN (`+placeholders(1, len(byN))+`) ORDER BY n, name`, byN...)
	if err != nil {
		return nil, err
	}
	for _, x := range texts {
		i := slices.IndexFunc(found, func(e Entry) bool { return e.N == x.Entry })
		found[i].Beside = append(found[i].Beside, x)
	}
	return found, nil
}

// MonthFigure is how many entries of a kind a month has.
type MonthFigure struct {
	Month string // 2026-11
	Kind  ledger.Kind
	N     int64
}

// LedgerMonths gives the figures of every month, oldest first.
func (db *DB) LedgerMonths(ctx context.Context) (_ []MonthFigure, err error) {
	defer wrap(&err, "LedgerMonths")
	return list(ctx, db.read, func(r scanner) (f MonthFigure, err error) {
		return f, r.Scan(&f.Month, &f.Kind, &f.N)
	}, `SELECT month, kind, n FROM ledger_month ORDER BY month, kind`)
}

// Redact takes a text beside the tree away, and notes that it did.
func (db *DB) Redact(ctx context.Context, entry int64, text, reason, note string) (err error) {
	defer wrap(&err, "Redact(%d, %s)", entry, text)
	return db.update(ctx, func(t *tx) error {
		if _, err := (ledger.Text{Entry: entry, Name: text}).Redact(reason); err != nil {
			return err
		}
		n, err := t.exec(ctx, `UPDATE ledger_text SET salt = NULL, content = '', redacted = $1 WHERE n = $2 AND name = $3 AND redacted = ''`, reason, entry, text)
		if err != nil {
			return err
		}
		if n == 0 {
			return fs.ErrNotExist
		}
		texts := map[string]string{}
		if note != "" {
			texts["note"] = note
		}
		_, err = t.enter(ctx, ledger.Redaction{Entry: entry, Text: text, Reason: reason}, texts)
		return err
	})
}

// LedgerFigures gives what is noted beside the tree: how many of the first
// size entries are of each kind, and the figures by month and kind ("2026-11
// phase").
func (db *DB) LedgerFigures(ctx context.Context, size int64) (kinds map[ledger.Kind]int64, months map[string]int64, err error) {
	defer wrap(&err, "LedgerFigures")
	kinds, months = map[ledger.Kind]int64{}, map[string]int64{}
	counted, err := list(ctx, db.read, func(r scanner) (f MonthFigure, err error) { return f, r.Scan(&f.Kind, &f.N) },
		`SELECT kind, count(*) FROM ledger_entry WHERE n < $1 GROUP BY kind`, size)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range counted {
		kinds[f.Kind] = f.N
	}
	figures, err := db.LedgerMonths(ctx)
	for _, f := range figures {
		months[f.Month+" "+string(f.Kind)] = f.N
	}
	return kinds, months, err
}
