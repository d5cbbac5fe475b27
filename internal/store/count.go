package store

import "context"

// CountAccounts counts the accounts of the realm.
func (db *DB) CountAccounts(ctx context.Context) (n int64, err error) {
	defer wrap(&err, "CountAccounts")
	err = db.read.QueryRowContext(ctx, `SELECT count(*) FROM accounts`).Scan(&n)
	return n, err
}

// CountClips counts the clips that are there or on their way.
func (db *DB) CountClips(ctx context.Context) (n int64, err error) {
	defer wrap(&err, "CountClips")
	err = db.read.QueryRowContext(ctx, `SELECT count(*) FROM clips WHERE state NOT IN ('failed', 'removed')`).Scan(&n)
	return n, err
}
