package api

import (
	"errors"
	"io/fs"
	"log/slog"
	"net/http"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/visit"
)

// serveLedger answers below /ledger/: the realm's verifier key, and what C2SP
// tlog-tiles names. Anybody may read it, from any site, in every phase.
func (a *API) serveLedger(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	path := r.PathValue("path")
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	var b []byte
	var err error
	switch path {
	case "key":
		b, err = v.LedgerKey(r.Context())
		b = append(b, '\n')
	case "certificate": // of a realm that was purged
		if b, err = v.DB.Certificate(r.Context()); err == nil && b == nil {
			err = fs.ErrNotExist
		}
	default:
		b, err = v.DB.Ledger().Fetch(r.Context(), path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return reelm.ErrNotFound
	}
	if err != nil {
		return err
	}
	if ledger.Immutable(path) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Content-Type", ledger.ContentType(path))
	if _, err := w.Write(b); err != nil {
		slog.Debug("answering with a part of the ledger", "error", err)
	}
	return nil
}
