package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"reelm"
	"reelm/internal/ledger"
)

// SetConstitution puts a ranking document in force: the engine hears of it,
// and the ledger holds it whole. note says why, in the operator's words.
func (db *DB) SetConstitution(ctx context.Context, version int64, doc []byte, note string) (err error) {
	defer wrap(&err, "SetConstitution(%d)", version)
	return db.update(ctx, func(t *tx) error {
		if err := t.must(ctx, `INSERT INTO constitutions (version, document, created) VALUES ($1, $2, $3)`, version, string(doc), t.now); err != nil {
			if db.dialect.unique(err) {
				return &reelm.Error{Kind: reelm.Conflict, Code: "constitution-changed", Detail: "the constitution was changed meanwhile; look at it again"}
			}
			return err
		}
		var texts map[string]string
		if note != "" {
			texts = map[string]string{"note": note}
		}
		if _, err := t.enter(ctx, ledger.Constitution{Version: version, Document: json.RawMessage(doc)}, texts); err != nil {
			return err
		}
		return t.emit(ctx, 0, &reelm.Record{Kind: reelm.RecordConstitution, Constitution: doc})
	})
}

// Constitution gives the ranking document in force; version 0: none was set.
func (db *DB) Constitution(ctx context.Context) (version int64, doc []byte, err error) {
	defer wrap(&err, "Constitution")
	return constitution(ctx, db.read)
}

func constitution(ctx context.Context, q querier) (version int64, doc []byte, err error) {
	var text string
	err = q.QueryRowContext(ctx, `SELECT version, document FROM constitutions ORDER BY version DESC LIMIT 1`).Scan(&version, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	return version, []byte(text), err
}
