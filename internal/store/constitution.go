package store

import (
	"context"

	"reelm"
)

// SetConstitution puts a ranking document in force: the engine hears of it.
func (db *DB) SetConstitution(ctx context.Context, version int64, doc []byte) (err error) {
	defer wrap(&err, "SetConstitution(%d)", version)
	return db.update(ctx, func(t *tx) error {
		if err := t.must(ctx, `INSERT INTO constitutions (version, document, created) VALUES ($1, $2, $3)`, version, string(doc), t.now); err != nil {
			return err
		}
		return t.emit(ctx, 0, &reelm.Record{Kind: reelm.RecordConstitution, Constitution: doc})
	})
}
