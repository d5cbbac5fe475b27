package store

import (
	"context"
)

// Settings gives all settings of the realm.
func (db *DB) Settings(ctx context.Context) (_ map[string]string, err error) {
	defer wrap(&err, "Settings")
	return settingsOf(ctx, db.read)
}

func settingsOf(ctx context.Context, q querier) (map[string]string, error) {
	pairs, err := list(ctx, q, func(r scanner) (p [2]string, err error) {
		return p, r.Scan(&p[0], &p[1])
	}, `SELECT key, value FROM settings`)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(pairs))
	for _, p := range pairs {
		out[p[0]] = p[1]
	}
	return out, nil
}

// SetSettings changes settings, all or none, together with acts that the
// ledger has to know of; an empty value forgets one.
func (db *DB) SetSettings(ctx context.Context, values map[string]string, acts ...Entering) (err error) {
	defer wrap(&err, "SetSettings")
	return db.update(ctx, func(t *tx) error {
		for k, v := range values {
			if err := t.setSetting(ctx, k, v); err != nil {
				return err
			}
		}
		for _, a := range acts {
			if _, err := t.enterWith(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) setSetting(ctx context.Context, key, value string) error {
	if value == "" {
		return t.must(ctx, `DELETE FROM settings WHERE key = $1`, key)
	}
	return t.must(ctx, `INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
}
