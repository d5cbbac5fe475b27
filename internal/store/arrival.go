package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"reelm/internal/ledger"
)

// A realm that came from another operator waits: its ledger ends where the
// former owner's manifest says, and what came after may be added (see
// receive.go). With the first thing that is written to it, or served from it,
// the ledger gets its owner entry, and from then on it is the new owner's.

// Arrival is how a realm came here.
type Arrival struct {
	Manifest []byte // the former owner's, signed
	Receipt  []byte // ours, signed
	Waits    bool   // for what came after
}

// Arrival tells how the realm came here, nil if it did not.
func (db *DB) Arrival(ctx context.Context) (_ *Arrival, err error) {
	defer wrap(&err, "Arrival")
	return arrival(ctx, db.read, "")
}

func arrival(ctx context.Context, q querier, lock string) (*Arrival, error) {
	var a Arrival
	err := q.QueryRowContext(ctx, `SELECT manifest, receipt, waits FROM arrival`+lock).Scan(&a.Manifest, &a.Receipt, &a.Waits)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &a, err
}

func (db *DB) loadArrival(ctx context.Context) error {
	a, err := arrival(ctx, db.read, "")
	if err != nil {
		return fmt.Errorf("looking how the realm came here: %w", err)
	}
	db.waits.Store(a != nil && a.Waits)
	return nil
}

// Waits says whether the realm still takes what came after its import.
func (db *DB) Waits() bool { return db.waits.Load() }

// Claim makes a realm that waits its new owner's.
func (db *DB) Claim(ctx context.Context) (err error) {
	defer wrap(&err, "Claim")
	if !db.waits.Load() {
		return nil
	}
	return db.update(ctx, func(*tx) error { return nil })
}

// enterOwner ends the waiting, if another process did not.
func (t *tx) enterOwner(ctx context.Context) error {
	a, err := arrival(ctx, t, t.db.dialect.forUpdate())
	if err != nil || a == nil || !a.Waits {
		return err
	}
	m, err := ledger.Peek[ledger.Manifest](a.Manifest) // import has verified it
	if err != nil {
		return err
	}
	if err := t.keepStatement(ctx, m.ID, a.Manifest); err != nil {
		return err
	}
	_, err = t.enter(ctx, ledger.Owner{Key: t.db.key.Verifier(), From: m.Statement.Realm, Manifest: m.ID, Checkpoint: m.Statement.Ledger}, nil)
	if err != nil {
		return err
	}
	return t.must(ctx, `UPDATE arrival SET waits = FALSE`)
}

// StatementID names a signed statement, which has been read before.
func StatementID(signed []byte) tlog.Hash {
	text, _, _ := strings.Cut(string(signed), "\n\n")
	return sha256.Sum256([]byte(text + "\n"))
}
