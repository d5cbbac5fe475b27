package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"reelm/internal/ledger"
)

// Receiving writes into a realm what another one read out, in one
// transaction.
type Receiving struct {
	t      *tx
	tables map[string]*received
}

// received is a table with its statements.
type received struct {
	cells     *cells
	put, drop *sql.Stmt
}

// Receive writes what fn puts, all of it or nothing. It makes the realm
// nobody's.
func (db *DB) Receive(ctx context.Context, fn func(*Receiving) error) (err error) {
	defer wrap(&err, "Receive")
	err = db.change(ctx, func(t *tx) error {
		if !db.dialect.postgres {
			if err := t.must(ctx, `PRAGMA defer_foreign_keys = ON`); err != nil {
				return err
			}
		}
		r := &Receiving{t, map[string]*received{}}
		if err := fn(r); err != nil {
			return err
		}
		return r.clearIndex(ctx)
	})
	if err == nil {
		err = db.loadArrival(ctx)
	}
	return err
}

// clearIndex lets the next Open make the search's index anew.
func (r *Receiving) clearIndex(ctx context.Context) error {
	for _, q := range []string{"search_words", "search_docs", "vocabulary", "vocabulary_grams", "tags", "counters WHERE name = 'search'"} {
		if err := r.t.must(ctx, `DELETE FROM `+q); err != nil {
			return err
		}
	}
	return nil
}

// ErrUnique: a row collides with another one that has yet to change.
var ErrUnique = errors.New("a row collides with another one")

// Put adds a row or replaces the one with its key.
func (r *Receiving) Put(ctx context.Context, table string, row []byte) error {
	into, err := r.table(ctx, table)
	if err != nil {
		return err
	}
	args, err := into.cells.parse(row)
	if err != nil {
		return fmt.Errorf("a row of %s: %w", table, err)
	}
	if _, err := into.put.ExecContext(ctx, args...); err != nil {
		if r.t.db.dialect.unique(err) {
			err = fmt.Errorf("%w: %w", ErrUnique, err)
		}
		return fmt.Errorf("a row of %s: %w", table, err)
	}
	return nil
}

// Drop removes the row with the key of the given one.
func (r *Receiving) Drop(ctx context.Context, table string, row []byte) error {
	into, err := r.table(ctx, table)
	if err != nil {
		return err
	}
	args, err := into.cells.parse(row)
	if err != nil {
		return fmt.Errorf("a row of %s: %w", table, err)
	}
	keys := make([]any, len(into.cells.table.Key))
	for i, k := range into.cells.table.Key {
		keys[i] = args[into.cells.byName[k]]
	}
	_, err = into.drop.ExecContext(ctx, keys...)
	return err
}

func (r *Receiving) table(ctx context.Context, name string) (*received, error) {
	if t := r.tables[name]; t != nil {
		return t, nil
	}
	rule, err := ruleOf(name)
	if err != nil {
		return nil, err
	}
	if !rule.passes(Self) {
		return nil, errForeignTable
	}
	form, err := tableForm(ctx, r.t, rule)
	if err != nil {
		return nil, err
	}
	var names, set, where []string
	for _, c := range form.Columns {
		names = append(names, c.Name)
		if !slices.Contains(rule.key, c.Name) {
			set = append(set, c.Name+" = excluded."+c.Name)
		}
	}
	for i, k := range rule.key {
		where = append(where, fmt.Sprintf("%s = $%d", k, i+1))
	}
	act := "NOTHING"
	if len(set) > 0 {
		act = "UPDATE SET " + strings.Join(set, ", ")
	}
	t := &received{cells: newCells(form)}
	t.put, err = r.t.PrepareContext(ctx, fmt.Sprintf(`INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) DO %s`,
		name, strings.Join(names, ", "), placeholders(1, len(names)), strings.Join(rule.key, ", "), act))
	if err != nil {
		return nil, err
	}
	t.drop, err = r.t.PrepareContext(ctx, fmt.Sprintf(`DELETE FROM %s WHERE %s`, name, strings.Join(where, " AND ")))
	r.tables[name] = t
	return t, err
}

// parse reads a row's JSON as arguments, in the order of the columns.
func (c *cells) parse(row []byte) ([]any, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(row, &raw); err != nil {
		return nil, err
	}
	if len(raw) != len(c.table.Columns) {
		return nil, fmt.Errorf("it has %d columns, and the table %d", len(raw), len(c.table.Columns))
	}
	args := make([]any, len(c.table.Columns))
	for i, col := range c.table.Columns {
		v, ok := raw[col.Name]
		if !ok {
			return nil, fmt.Errorf("column %s is missing", col.Name)
		}
		if bytes.Equal(v, []byte("null")) {
			continue
		}
		var err error
		switch col.Type {
		case "integer":
			var n int64
			err = json.Unmarshal(v, &n)
			args[i] = n
		case "real":
			var f float64
			err = json.Unmarshal(v, &f)
			args[i] = f
		case "boolean":
			var b bool
			err = json.Unmarshal(v, &b)
			args[i] = b
		case "bytes":
			var s string
			if err = json.Unmarshal(v, &s); err == nil {
				args[i], err = base64.StdEncoding.DecodeString(s)
			}
		default:
			var s string
			err = json.Unmarshal(v, &s)
			args[i] = s
		}
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", col.Name, err)
		}
	}
	return args, nil
}

// CheckHeir finds what another operator must not bring: tables and settings
// that do not pass, staff, jobs that somebody holds.
func (r *Receiving) CheckHeir(ctx context.Context) error {
	for _, rule := range tableRules {
		var wrong []string
		if rule.to == toSelf {
			wrong = append(wrong, "1 = 1")
		}
		if rule.where != "" {
			wrong = append(wrong, "NOT ("+rule.where+")")
		}
		for _, column := range slices.Sorted(maps.Keys(rule.instead)) {
			wrong = append(wrong, column+" <> "+rule.instead[column])
		}
		if wrong == nil {
			continue
		}
		var found bool
		if err := r.t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM `+rule.name+` WHERE `+strings.Join(wrong, " OR ")+`)`).Scan(&found); err != nil {
			return err
		}
		if found {
			return fmt.Errorf("%w: in %s", ErrDoesNotPass, rule.name)
		}
	}
	return nil
}

// ErrDoesNotPass: a row that does not pass from one operator to another.
var ErrDoesNotPass = errors.New("there is what does not pass to another operator")

// Leaf adds an entry to the ledger as it stands elsewhere.
func (r *Receiving) Leaf(ctx context.Context, leaf []byte) error {
	t := r.t
	if err := t.lockLedger(ctx); err != nil {
		return err
	}
	e, err := ledger.ParseEntry(leaf)
	if err != nil {
		return err
	}
	return t.addRow(ctx, t.edge.Add(leaf), e)
}

// LedgerSize is how many entries the ledger has by now.
func (r *Receiving) LedgerSize(ctx context.Context) (n int64, err error) {
	if err := r.t.lockLedger(ctx); err != nil {
		return 0, err
	}
	return r.t.edge.Size(), nil
}

// Beside keeps a text beside an entry; a text that was redacted meanwhile
// goes.
func (r *Receiving) Beside(ctx context.Context, x ledger.Text) error {
	return r.t.must(ctx, `INSERT INTO ledger_text (n, name, salt, content, redacted) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (n, name) DO UPDATE SET salt = excluded.salt, content = excluded.content, redacted = excluded.redacted`,
		x.Entry, x.Name, x.Salt, x.Content, x.Redacted)
}

// Statement keeps a signed statement that an entry names.
func (r *Receiving) Statement(ctx context.Context, signed []byte) error {
	return r.t.keepStatement(ctx, StatementID(signed), signed)
}

// Checkpoint keeps the head that the former owner signed.
func (r *Receiving) Checkpoint(ctx context.Context, signed []byte) error {
	c, err := ledger.PeekCheckpoint(signed)
	if err != nil {
		return err
	}
	if err := r.t.lockLedger(ctx); err != nil {
		return err
	}
	if r.t.edge.Tree() != c.Tree {
		return fmt.Errorf("%w: the entries' root is not that of the checkpoint", ledger.ErrTampered)
	}
	return r.t.setHead(ctx, signed)
}

// Arrive notes by which manifest the realm came, and that it waits.
func (r *Receiving) Arrive(ctx context.Context, manifest, receipt []byte) error {
	return r.t.must(ctx, `INSERT INTO arrival (one, manifest, receipt, waits) VALUES (1, $1, $2, TRUE)
		ON CONFLICT (one) DO UPDATE SET manifest = excluded.manifest, receipt = excluded.receipt, waits = TRUE`, manifest, receipt)
}

// Statements lists the IDs of the statements that entries name.
func (s *Snapshot) Statements(ctx context.Context) (_ []tlog.Hash, err error) {
	defer wrap(&err, "Snapshot.Statements")
	return list(ctx, s.tx, func(r scanner) (h tlog.Hash, err error) {
		var b []byte
		if err := r.Scan(&b); err != nil {
			return h, err
		}
		if len(b) != len(h) {
			return h, fmt.Errorf("an ID of %d bytes", len(b))
		}
		return tlog.Hash(b), nil
	}, `SELECT id FROM ledger_statement ORDER BY id`)
}

// KeyOf is the key of a row of a table, as something to compare.
func KeyOf(t Table, row []byte) (string, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(row, &raw); err != nil {
		return "", err
	}
	var b strings.Builder
	for _, k := range t.Key {
		b.Write(raw[k])
		b.WriteByte(' ')
	}
	return b.String(), nil
}
