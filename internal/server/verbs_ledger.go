package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"time"

	"golang.org/x/mod/sumdb/note"

	"reelm"
	"reelm/internal/feed"
	"reelm/internal/ledger"
	"reelm/internal/realm"
)

// LedgerOf names a realm's ledger, and an entry of it.
type LedgerOf struct {
	Realm string
	Index int64    // prove
	Old   int64    // prove: that the tree goes on from so many entries; -1: prove the entry
	Older [][]byte // verify: checkpoints that were seen earlier
}

// LedgerHead is what the verb `ledger head` gets.
type LedgerHead struct {
	Key        string `json:"key"`
	Size       int64  `json:"size"`
	Root       string `json:"root"`
	Checkpoint string `json:"checkpoint"`
}

// LedgerProof is what the verb `ledger prove` gets.
type LedgerProof struct {
	Proof string `json:"proof"`
	Entry string `json:"entry,omitempty"`
}

// LedgerReport is what the verb `ledger verify` gets.
type LedgerReport struct {
	Size     int64                 `json:"size"`
	Root     string                `json:"root"`
	Origin   string                `json:"origin"`
	Owners   []string              `json:"owners"` // verifier keys, first the first
	Passed   string                `json:"passed_to,omitempty"`
	PassedAt int64                 `json:"passed_at,omitempty"`
	Kinds    map[ledger.Kind]int64 `json:"kinds"`
	Texts    int64                 `json:"texts"`
	Redacted int64                 `json:"redacted"`
}

// NewLedgerReport puts a report into the form in which it is printed.
func NewLedgerReport(r *ledger.Report) *LedgerReport {
	out := &LedgerReport{Size: r.Checkpoint.Tree.N, Root: r.Checkpoint.Tree.Hash.String(), Origin: r.Checkpoint.Origin, Kinds: r.Kinds, Texts: r.Texts, Redacted: r.Redacted}
	for _, o := range r.Owners {
		out.Owners = append(out.Owners, o.Key)
	}
	if r.Parting != nil {
		out.Passed, out.PassedAt = r.Parting.Key, r.Parting.Size
	}
	return out
}

func (s *Server) ledgerHead(ctx context.Context, in *LedgerOf) (*LedgerHead, error) {
	r, v, err := s.ledgerOf(ctx, in.Realm)
	if err != nil {
		return nil, err
	}
	signed, err := r.DB.Ledger().Fetch(ctx, ledger.CheckpointPath)
	if err != nil {
		return nil, err
	}
	c, err := ledger.OpenCheckpoint(signed, v)
	if err != nil {
		return nil, err
	}
	key, err := r.LedgerKey(ctx)
	return &LedgerHead{Key: string(key), Size: c.Tree.N, Root: c.Tree.Hash.String(), Checkpoint: string(signed)}, err
}

// ledgerOf finds a realm and the key that its ledger is signed with.
func (s *Server) ledgerOf(ctx context.Context, name string) (*realm.Realm, note.Verifier, error) {
	r, err := s.set.Get(name)
	if err != nil {
		return nil, nil, err
	}
	key, err := r.LedgerKey(ctx)
	if err != nil {
		return nil, nil, err
	}
	v, err := ledger.ParseVerifier(string(key))
	return r, v, err
}

func (s *Server) ledgerProve(ctx context.Context, in *LedgerOf) (*LedgerProof, error) {
	r, v, err := s.ledgerOf(ctx, in.Realm)
	if err != nil {
		return nil, err
	}
	rows := r.DB.Ledger()
	var proof []byte
	var leaves [][]byte
	if in.Old >= 0 {
		proof, err = ledger.Extend(ctx, rows.Fetch, v, in.Old)
	} else if proof, err = ledger.Prove(ctx, rows.Fetch, v, in.Index); err == nil {
		leaves, err = rows.Leaves(ctx, in.Index, 1)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &reelm.Error{Kind: reelm.NotFound, Code: "no-such-entry", Field: "entry", Detail: "the ledger has no such entry"}
	}
	if err != nil {
		return nil, err
	}
	out := &LedgerProof{Proof: string(proof)}
	if len(leaves) == 1 {
		out.Entry = string(leaves[0])
	}
	return out, nil
}

// ledgerVerify checks everything that is stored of a ledger against
// everything else, and against the checkpoint that was kept beside it.
func (s *Server) ledgerVerify(ctx context.Context, in *LedgerOf) (*LedgerReport, error) {
	r, err := s.set.Get(in.Realm)
	if err != nil {
		return nil, err
	}
	key, err := r.LedgerKey(ctx)
	if err != nil {
		return nil, err
	}
	months := map[string]int64{}
	opts := ledger.Options{Key: string(key), Older: in.Older, Each: func(_ int64, e ledger.Entry) error {
		months[e.At.Format("2006-01")+" "+string(e.Body.Kind())]++
		return nil
	}}
	seen, err := r.SeenCheckpoint()
	if err != nil {
		return nil, fmt.Errorf("the checkpoint beside the database: %w", err)
	}
	if seen != nil {
		opts.Older = append(opts.Older, seen)
	}
	rep, err := ledger.Verify(ctx, r.DB.Ledger().Fetch, opts)
	if err != nil {
		return nil, err
	}
	if err := s.verifyFigures(ctx, r, rep, months); err != nil {
		return nil, err
	}
	return NewLedgerReport(rep), nil
}

// verifyFigures holds what is counted beside the tree, for pages to be quick,
// against the entries.
func (s *Server) verifyFigures(ctx context.Context, r *realm.Realm, rep *ledger.Report, months map[string]int64) error {
	kinds, figures, err := r.DB.LedgerFigures(ctx, rep.Checkpoint.Tree.N)
	if err != nil {
		return err
	}
	if !maps.Equal(kinds, rep.Kinds) {
		return fmt.Errorf("%w: the kinds noted beside the entries are not theirs", ledger.ErrTampered)
	}
	now, err := r.DB.Ledger().Fetch(ctx, ledger.CheckpointPath)
	if err != nil {
		return err
	}
	if c, err := ledger.PeekCheckpoint(now); err != nil || c.Tree != rep.Checkpoint.Tree {
		return err // it was written meanwhile; the figures are of later
	}
	if !maps.Equal(figures, months) {
		return fmt.Errorf("%w: the figures by month are not those of the entries", ledger.ErrTampered)
	}
	return nil
}

// VerifyServe is what the verb `ledger verify-serve` asks.
type VerifyServe struct{ Realm, Token, After string }

// ServeVerified is what it gets.
type ServeVerified struct {
	Clip         string    `json:"clip"`
	Position     uint64    `json:"position"`
	Constitution int64     `json:"constitution"`
	At           time.Time `json:"at"`
	Source       string    `json:"source"`
	Score        float64   `json:"score"`
	// Verdict: same, differs, forgotten (what the log said then was changed by a
	// forgetting since), chosen (by the viewer), page (the cursor is needed).
	Verdict    string   `json:"verdict"`
	Got        string   `json:"got,omitempty"` // the clip that it gives now
	GotScore   float64  `json:"got_score,omitempty"`
	Forgetting []string `json:"forgettings,omitempty"`
}

func (s *Server) verifyServe(ctx context.Context, in *VerifyServe) (*ServeVerified, error) {
	a, err := s.named(in.Realm)
	if err != nil {
		return nil, err
	}
	if err := a.Feed.Settle(ctx); err != nil {
		return nil, err
	}
	v, err := feed.VerifyServe(ctx, a.Realm, in.Token, in.After, s.log)
	if err != nil {
		return nil, err
	}
	out := &ServeVerified{Clip: v.Serve.Clip.String(), Position: v.Serve.Position, Constitution: v.Serve.Constitution, At: v.Serve.At,
		Source: v.Serve.Source, Score: v.Serve.Score, Verdict: "differs"}
	if v.Got.Clip != 0 {
		out.Got, out.GotScore = v.Got.Clip.String(), v.Got.Score
	}
	entries, err := a.DB.Entries(ctx, 0, ledger.KindForgetting)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !e.At.Before(v.Serve.At.Truncate(time.Second)) {
			out.Forgetting = append(out.Forgetting, fmt.Sprintf("entry %d of %s", e.N, e.At.Format(time.RFC3339)))
		}
	}
	switch {
	case v.Chosen:
		out.Verdict = "chosen"
	case v.Handed:
		out.Verdict = "page"
	case v.Same:
		out.Verdict = "same"
	case len(out.Forgetting) > 0:
		out.Verdict = "forgotten"
	}
	return out, nil
}
