package server

import (
	"context"
	"errors"
	"io/fs"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/realm"
)

// RealmRequest is what the verb `realm request` asks.
type RealmRequest struct {
	Name string
	realm.Request
}

// LedgerRedact is what the verb `ledger redact` asks.
type LedgerRedact struct {
	Realm              string
	Entry              int64
	Text, Reason, Note string
}

// Entered is the entry that a verb has made.
type Entered struct {
	Entry int64 `json:"entry"`
}

func (s *Server) realmRequest(ctx context.Context, in *RealmRequest) (*Entered, error) {
	r, err := s.set.Get(in.Name)
	if err != nil {
		return nil, err
	}
	n, err := r.NoteRequest(ctx, in.Request)
	return &Entered{n}, err
}

func (s *Server) ledgerRedact(ctx context.Context, in *LedgerRedact) (*Entered, error) {
	r, err := s.set.Get(in.Realm)
	if err != nil {
		return nil, err
	}
	err = r.DB.Redact(ctx, in.Entry, in.Text, in.Reason, in.Note)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &reelm.Error{Kind: reelm.NotFound, Code: "no-such-entry", Field: "entry", Detail: "the ledger has no such text beside an entry"}
	}
	if errors.Is(err, ledger.ErrFormat) {
		return nil, reelm.Wrong("reason", "bad-choice", "a word such as erasure, court-order or mistake")
	}
	if err != nil {
		return nil, err
	}
	entries, err := r.DB.Entries(ctx, 0, ledger.KindRedaction)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	return &Entered{entries[0].N}, nil
}
