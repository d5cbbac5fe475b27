package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"reelm/internal/ledger"
)

// Still runs fn while nothing can commit that the engine has to hear of. fn
// gets the number of the last record that was queued for it.
func (db *DB) Still(ctx context.Context, fn func(queued int64) error) (err error) {
	defer wrap(&err, "Still")
	return db.change(ctx, func(t *tx) error {
		var n int64
		err := t.QueryRowContext(ctx, `
			INSERT INTO counters (name, n) VALUES ('outbox', 0)
			ON CONFLICT (name) DO UPDATE SET n = counters.n
			RETURNING n`).Scan(&n)
		if err != nil {
			return err
		}
		return fn(n)
	})
}

// Snapshot is the database as it was at one moment. Close it soon: what is
// deleted meanwhile stays on the disk.
type Snapshot struct {
	db *DB
	tx *sql.Tx
}

// Snapshot keeps the present moment.
func (db *DB) Snapshot(ctx context.Context) (_ *Snapshot, err error) {
	defer wrap(&err, "Snapshot")
	var opts *sql.TxOptions
	if db.dialect.postgres {
		opts = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	tx, err := db.read.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	var n int64 // the moment is that of the first query
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM settings`).Scan(&n); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return &Snapshot{db, tx}, nil
}

// Close lets go of the moment.
func (s *Snapshot) Close() error {
	if err := s.tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}

// Settings gives all settings.
func (s *Snapshot) Settings(ctx context.Context) (map[string]string, error) {
	return settingsOf(ctx, s.tx)
}

// Constitution gives the ranking document in force.
func (s *Snapshot) Constitution(ctx context.Context) (version int64, doc []byte, err error) {
	return constitution(ctx, s.tx)
}

// Ledger reads the ledger.
func (s *Snapshot) Ledger() ledger.Rows { return ledgerRows{s.tx}.rows() }

// Rows reads a table out in the order of its key: each row is one JSON
// object, its key beside it.
func (s *Snapshot) Rows(ctx context.Context, table Table, to Audience, fn func(row, key []byte) error) (err error) {
	defer wrap(&err, "Snapshot.Rows(%s)", table.Name)
	rule, err := ruleOf(table.Name)
	if err != nil || !rule.passes(to) {
		return errors.Join(err, errForeignTable)
	}
	columns := make([]string, len(table.Columns))
	for i, c := range table.Columns {
		columns[i] = c.Name
		if e, ok := rule.instead[c.Name]; ok && to == Heir {
			columns[i] = e
		}
	}
	q := `SELECT ` + strings.Join(columns, ", ") + ` FROM ` + table.Name
	if rule.where != "" && to == Heir {
		q += ` WHERE ` + rule.where
	}
	rows, err := s.tx.QueryContext(ctx, q+` ORDER BY `+strings.Join(table.Key, ", "))
	if err != nil {
		return err
	}
	defer func() {
		if cerr := rows.Close(); err == nil {
			err = cerr
		}
	}()
	into := newCells(table)
	var row, key []byte
	for rows.Next() {
		if err := rows.Scan(into.ptrs...); err != nil {
			return err
		}
		if row, err = into.appendRow(row[:0]); err != nil {
			return err
		}
		if key, err = into.appendKey(key[:0]); err != nil {
			return err
		}
		if err := fn(row, key); err != nil {
			return err
		}
	}
	return rows.Err()
}

var errForeignTable = errors.New("this table is not read out")

func ruleOf(table string) (tableRule, error) {
	for _, r := range tableRules {
		if r.name == table {
			return r, nil
		}
	}
	return tableRule{}, fmt.Errorf("there is no table %.40q", table)
}

// cells are where a row of a table is scanned into.
type cells struct {
	table  Table
	names  [][]byte // `"name":`
	ptrs   []any
	byName map[string]int
}

func newCells(t Table) *cells {
	c := &cells{table: t, byName: map[string]int{}}
	for i, col := range t.Columns {
		name, _ := json.Marshal(col.Name) // of a string: never fails
		c.names = append(c.names, append(name, ':'))
		c.byName[col.Name] = i
		var p any
		switch col.Type {
		case "integer":
			p = new(sql.NullInt64)
		case "real":
			p = new(sql.NullFloat64)
		case "boolean":
			p = new(sql.NullBool)
		case "bytes":
			p = new([]byte)
		default:
			p = new(sql.NullString)
		}
		c.ptrs = append(c.ptrs, p)
	}
	return c
}

func (c *cells) appendRow(b []byte) ([]byte, error) {
	b = append(b, '{')
	for i := range c.ptrs {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = c.appendCell(append(b, c.names[i]...), i); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

func (c *cells) appendKey(b []byte) (_ []byte, err error) {
	for _, k := range c.table.Key {
		if b, err = c.appendCell(append(b, ' '), c.byName[k]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (c *cells) appendCell(b []byte, i int) ([]byte, error) {
	v := any(nil)
	switch p := c.ptrs[i].(type) {
	case *sql.NullInt64:
		if p.Valid {
			v = p.Int64
		}
	case *sql.NullFloat64:
		if p.Valid {
			v = p.Float64
		}
	case *sql.NullBool:
		if p.Valid {
			v = p.Bool
		}
	case *[]byte:
		if *p != nil {
			v = *p
		}
	case *sql.NullString:
		if p.Valid {
			v = p.String
		}
	}
	cell, err := json.Marshal(v)
	return append(b, cell...), err
}
