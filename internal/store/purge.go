package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"reelm"
	"reelm/internal/ledger"
)

// Census counts who and what there is.
func (db *DB) Census(ctx context.Context) (_ map[string]int64, err error) {
	defer wrap(&err, "Census")
	out := map[string]int64{}
	for _, table := range []string{"accounts", "clips", "comments", "follows", "likes"} {
		var n int64
		if err := db.read.QueryRowContext(ctx, `SELECT count(*) FROM `+table).Scan(&n); err != nil {
			return nil, err
		}
		out[table] = n
	}
	return out, nil
}

// EnterPurge ends a realm: from now on it is in the phase purged.
func (db *DB) EnterPurge(ctx context.Context, from reelm.Phase, p ledger.Purge) (err error) {
	defer wrap(&err, "EnterPurge")
	return db.update(ctx, func(t *tx) error {
		if err := t.setSetting(ctx, "phase", string(reelm.PhasePurged)); err != nil {
			return err
		}
		if err := t.must(ctx, `DELETE FROM phase_plan`); err != nil {
			return err
		}
		if _, err := t.enter(ctx, ledger.Phase{Act: "effective", From: string(from), Phase: string(reelm.PhasePurged)}, nil); err != nil {
			return err
		}
		_, err := t.enter(ctx, p, nil)
		return err
	})
}

// KeepCertificate keeps the certificate of purge beside the ledger.
func (db *DB) KeepCertificate(ctx context.Context, certificate []byte) (err error) {
	defer wrap(&err, "KeepCertificate")
	return db.update(ctx, func(t *tx) error {
		id := StatementID(certificate)
		if err := t.keepStatement(ctx, id, certificate); err != nil {
			return err
		}
		return t.must(ctx, `INSERT INTO certificate (one, id) VALUES (1, $1) ON CONFLICT (one) DO NOTHING`, id[:])
	})
}

// Certificate is that of the realm's purge, nil if it was not purged.
func (db *DB) Certificate(ctx context.Context) (_ []byte, err error) {
	defer wrap(&err, "Certificate")
	notes, err := list(ctx, db.read, scanID[[]byte], `SELECT s.note FROM certificate c JOIN ledger_statement s ON s.id = c.id`)
	if err != nil || len(notes) == 0 {
		return nil, err
	}
	return notes[0], nil
}

// settingsThatStay are those of a purged realm.
var settingsThatStay = []string{"phase", "host", "title", "languages", "farewell", "operator", "contact"}

// CopyLedger fills an empty database with the ledger of another one, its
// certificate, and the few settings that a page of farewell needs.
func (db *DB) CopyLedger(ctx context.Context, from *DB) (err error) {
	defer wrap(&err, "CopyLedger")
	values, err := from.Settings(ctx)
	if err != nil {
		return err
	}
	certificate, err := from.Certificate(ctx)
	if err != nil {
		return err
	}
	rows := from.Ledger()
	head, err := rows.Checkpoint(ctx)
	if err != nil {
		return err
	}
	c, err := ledger.PeekCheckpoint(head)
	if err != nil {
		return err
	}
	snap, err := from.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	ids, err := snap.Statements(ctx)
	if err != nil {
		return err
	}
	return db.Receive(ctx, func(r *Receiving) error {
		for n := int64(0); n < c.Tree.N; n += 256 {
			count := int(min(256, c.Tree.N-n))
			leaves, err := rows.Leaves(ctx, n, count)
			if err != nil {
				return err
			}
			texts, err := rows.Texts(ctx, n, count)
			if err != nil {
				return err
			}
			for _, l := range leaves {
				if err := r.Leaf(ctx, l); err != nil {
					return err
				}
			}
			for _, x := range texts {
				if err := r.Beside(ctx, x); err != nil {
					return err
				}
			}
		}
		for _, id := range ids {
			note, err := rows.Statement(ctx, id)
			if errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("statement %x has gone", id[:])
			}
			if err != nil {
				return err
			}
			if err := r.Statement(ctx, note); err != nil {
				return err
			}
		}
		for _, k := range settingsThatStay {
			if values[k] != "" {
				if err := r.t.setSetting(ctx, k, values[k]); err != nil {
					return err
				}
			}
		}
		if certificate != nil {
			id := StatementID(certificate)
			if err := r.t.must(ctx, `INSERT INTO certificate (one, id) VALUES (1, $1)`, id[:]); err != nil {
				return err
			}
		}
		return r.Checkpoint(ctx, head)
	})
}
