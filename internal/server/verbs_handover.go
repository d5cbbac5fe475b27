package server

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"os"

	"filippo.io/age"

	"reelm"
	"reelm/internal/handover"
)

// HandoverExport is what the verb `handover export` asks; paths are absolute.
type HandoverExport struct {
	Realm, To     string
	Include       []string
	Since         []byte
	Permits       [][]byte
	Out, Manifest string
}

// HandoverExported is what it gets.
type HandoverExported struct {
	Manifest string           `json:"manifest"` // ID
	Seq      int64            `json:"seq"`
	Files    int64            `json:"files"`
	Bytes    int64            `json:"bytes"`
	Counts   map[string]int64 `json:"counts"`
}

func (s *Server) handoverExport(ctx context.Context, in *HandoverExport, tell func(handover.Progress)) (*HandoverExported, error) {
	a, err := s.named(in.Realm)
	if err != nil {
		return nil, err
	}
	if err := a.Own.EraseObjectors(ctx); err != nil {
		return nil, err
	}
	out, err := handover.Export{To: in.To, Include: in.Include, Since: in.Since, Permits: in.Permits, Out: in.Out, Manifest: in.Manifest, Tell: tell}.Run(ctx, handover.Place{Realm: a.Realm, Feed: a.Feed})
	return exported(out), err
}

func exported(out *handover.Exported) *HandoverExported {
	if out == nil {
		return nil
	}
	return &HandoverExported{Manifest: hex.EncodeToString(out.Manifest[:]), Seq: out.Seq, Files: out.Files, Bytes: out.Bytes, Counts: out.Counts}
}

// HandoverImport is what the verbs `handover import` and `restore` ask.
type HandoverImport struct {
	Realm, From, Identity string // Identity: the text of an identity file
	Key, Receipt          string
}

// HandoverImported is what they get.
type HandoverImported struct {
	Manifest string           `json:"manifest"`
	Realm    string           `json:"realm"`
	Was      string           `json:"was"` // its name over there
	Seq      int64            `json:"seq"`
	Model    string           `json:"model,omitempty"`
	Counts   map[string]int64 `json:"counts"`
	Delta    bool             `json:"delta"`
	Again    bool             `json:"again,omitempty"`
	Notes    string           `json:"notes,omitempty"`
}

func (s *Server) handoverImport(ctx context.Context, in *HandoverImport, tell func(handover.Progress)) (*HandoverImported, error) {
	return s.importing(ctx, in, func(x handover.Import) (*handover.Imported, error) { return x.Run(ctx, s.set) }, tell)
}

func (s *Server) restore(ctx context.Context, in *HandoverImport, tell func(handover.Progress)) (*HandoverImported, error) {
	return s.importing(ctx, in, func(x handover.Import) (*handover.Imported, error) { return x.Restore(ctx, s.set) }, tell)
}

func (s *Server) importing(ctx context.Context, in *HandoverImport, run func(handover.Import) (*handover.Imported, error), tell func(handover.Progress)) (_ *HandoverImported, err error) {
	ids, err := ParseIdentities(in.Identity)
	if err != nil {
		return nil, err
	}
	if !s.handing.TryLock() {
		return nil, &reelm.Error{Kind: reelm.Conflict, Code: "import-runs", Detail: "another import is under way on this server"}
	}
	defer s.handing.Unlock()
	if err := s.detach(in.Realm); err != nil {
		return nil, err
	}
	var notes bytes.Buffer
	out, err := run(handover.Import{From: in.From, Identities: ids, Realm: in.Realm, Key: in.Key, Receipt: in.Receipt, Tell: tell, Notes: &notes})
	if r, rerr := s.set.Get(in.Realm); rerr == nil {
		err = errors.Join(err, s.attach(context.WithoutCancel(ctx), r))
	}
	if err != nil {
		return nil, err
	}
	return &HandoverImported{Manifest: hex.EncodeToString(out.Manifest[:]), Realm: in.Realm, Was: out.Name, Seq: out.Seq, Model: out.Model, Counts: out.Counts, Delta: out.Delta, Again: out.Again, Notes: notes.String()}, nil
}

// ParseIdentities reads an identity file; empty gives none.
func ParseIdentities(text string) ([]age.Identity, error) {
	if text == "" {
		return nil, nil
	}
	ids, err := age.ParseIdentities(bytes.NewReader([]byte(text)))
	if err != nil {
		return nil, reelm.Wrong("identity", "bad-identity", "no identity file such as reelm handover keygen writes")
	}
	return ids, nil
}

// detach ends what works for a realm, if it is here.
func (s *Server) detach(name string) error {
	s.mu.Lock()
	a := s.open[name]
	delete(s.open, name)
	s.mu.Unlock()
	if a == nil {
		return nil
	}
	return a.close()
}

// close ends what works for a realm.
func (a *attached) close() error {
	var err error
	if a.worker != nil {
		err = errors.Join(err, a.worker.Close())
	}
	if a.Live != nil {
		a.Live.Close()
	}
	if a.Own != nil {
		a.Own.Close()
	}
	return errors.Join(err, a.Feed.Close())
}

// claim makes a realm that came from another operator ours, with the first
// thing that is served from it.
func (s *Server) claim(ctx context.Context, a *attached) error {
	if !a.DB.Waits() {
		return nil
	}
	s.claiming.Lock()
	defer s.claiming.Unlock()
	if a.claimed {
		return nil
	}
	if err := a.DB.Claim(ctx); err != nil {
		return err
	}
	if err := os.RemoveAll(a.Path(handover.ArrivalDir)); err != nil {
		return err
	}
	a.claimed = true
	return s.work(context.WithoutCancel(ctx), a)
}

// Backup is what the verb `backup` asks.
type Backup struct {
	Realm, Out, To string
	Permits        [][]byte
}

func (s *Server) backup(ctx context.Context, in *Backup, tell func(handover.Progress)) (*HandoverExported, error) {
	a, err := s.named(in.Realm)
	if err != nil {
		return nil, err
	}
	out, err := handover.Backup(ctx, handover.Place{Realm: a.Realm, Feed: a.Feed}, in.Out, in.To, in.Permits, tell)
	return exported(out), err
}

// BackupKey is what the verb `backup keygen` asks.
type BackupKey struct{ Realm, Recipient string }

// Nothing is the answer of verbs that have none.
type Nothing struct{}

func (s *Server) backupKey(ctx context.Context, in *BackupKey) (*Nothing, error) {
	r, err := s.set.Get(in.Realm)
	if err != nil {
		return nil, err
	}
	if _, err := handover.ParseRecipient(in.Recipient); err != nil {
		return nil, err
	}
	return &Nothing{}, r.SetBackupKey(ctx, in.Recipient)
}

// HandoverPurge is what the verbs `handover purge` and `realm phase ... purged`
// ask.
type HandoverPurge struct {
	Realm       string
	Receipt     []byte
	Certificate string // path, absolute
	DryRun      bool
}

// HandoverPurged is what they get.
type HandoverPurged struct {
	Steps  []string         `json:"steps"`
	Counts map[string]int64 `json:"counts"`
	DryRun bool             `json:"dry_run,omitempty"`
}

func (s *Server) handoverPurge(ctx context.Context, in *HandoverPurge) (*HandoverPurged, error) {
	s.handing.Lock()
	defer s.handing.Unlock()
	if !in.DryRun {
		if err := s.detach(in.Realm); err != nil {
			return nil, err
		}
	}
	out, err := handover.Purge{Receipt: in.Receipt, Certificate: in.Certificate, DryRun: in.DryRun}.Run(ctx, s.set, in.Realm)
	if r, rerr := s.set.Get(in.Realm); rerr == nil && !in.DryRun {
		err = errors.Join(err, s.attach(context.WithoutCancel(ctx), r))
	}
	if err != nil {
		return nil, err
	}
	return &HandoverPurged{out.Steps, out.Counts, in.DryRun}, nil
}

// HandoverNote hands a signed statement to a realm.
type HandoverNote struct {
	Realm string
	Note  []byte
}

func (s *Server) handoverCertificate(ctx context.Context, in *HandoverNote) (*Nothing, error) {
	r, err := s.set.Get(in.Realm)
	if err != nil {
		return nil, err
	}
	return &Nothing{}, handover.TakeCertificate(ctx, r, in.Note)
}

func (s *Server) handoverReceipt(ctx context.Context, in *HandoverNote) (*Nothing, error) {
	r, err := s.set.Get(in.Realm)
	if err != nil {
		return nil, err
	}
	return &Nothing{}, handover.TakeReceipt(ctx, r, in.Note)
}
