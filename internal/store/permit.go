package store

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"reelm/internal/ledger"
)

// Revocations gives the signed statements that took permits back.
func (db *DB) Revocations(ctx context.Context) (out [][]byte, err error) {
	defer wrap(&err, "Revocations")
	for below := int64(0); ; {
		acts, err := db.Entries(ctx, below, ledger.KindPermit)
		if err != nil || len(acts) == 0 {
			return out, err
		}
		for _, e := range acts {
			act, ok := e.Body.(ledger.PermitAct)
			if !ok || act.Act != "revoked" {
				continue
			}
			for _, id := range act.Statements {
				note, err := db.statement(ctx, id)
				if err != nil {
					return nil, err
				}
				out = append(out, note)
			}
		}
		if below = acts[len(acts)-1].N; below == 0 {
			return out, nil
		}
	}
}

func (db *DB) statement(ctx context.Context, id tlog.Hash) ([]byte, error) {
	return ledgerRows{db.read}.statement(ctx, id)
}
