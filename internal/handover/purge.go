package handover

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/realm"
)

// Purge is the end of a realm: everything goes but the ledger with its last
// checkpoint, the certificate and the page of farewell.
type Purge struct {
	Receipt     []byte // the buyer's; else the realm must be closed
	Certificate string // where the certificate is written
	DryRun      bool
}

// Purged says what was done, or would be.
type Purged struct {
	Certificate []byte
	Counts      map[string]int64
	Steps       []string
}

// Run purges. It is called without anything that works for the realm. Killed
// in the middle it goes on where it was when it is run again: from the moment
// that the ledger says purged, nobody sees anything else.
func (x Purge) Run(ctx context.Context, set *realm.Set, name string) (*Purged, error) {
	r, err := set.Get(name)
	if err != nil {
		return nil, err
	}
	if !r.HasKey() {
		return nil, &reelm.Error{Kind: reelm.Conflict, Code: "purged-already", Detail: "the realm was purged, and its key destroyed"}
	}
	s, err := r.Settings(ctx)
	if err != nil {
		return nil, err
	}
	if err := x.allowed(ctx, r, s.Phase); err != nil {
		return nil, err
	}
	counts, err := r.DB.Census(ctx)
	if err != nil {
		return nil, err
	}
	info, err := r.Log.Info(ctx)
	if err != nil {
		return nil, err
	}
	counts["messages"] = int64(info.Messages)
	for object, err := range r.Media.List(ctx, "", "") {
		if err != nil {
			return nil, err
		}
		counts["objects"]++
		counts["bytes"] += object.Size
	}
	out := &Purged{Counts: counts, Steps: steps(counts, x.Certificate)}
	if x.DryRun {
		return out, nil
	}
	if err := canWrite(x.Certificate); err != nil {
		return nil, err
	}
	if out.Certificate, err = x.certify(ctx, r, s.Phase, counts); err != nil {
		return nil, err
	}
	if err := writeFile(x.Certificate, out.Certificate); err != nil {
		return nil, err
	}
	_, err = set.Rebuild(ctx, name, func(s realm.Stored) error { return erase(ctx, s, r.SigningKey(), out.Certificate) })
	return out, err
}

func steps(c map[string]int64, certificate string) []string {
	return []string{
		fmt.Sprintf("enter the purge into the ledger: %d accounts, %d clips, %d media objects of %d bytes, %d messages of the event log", c["accounts"], c["clips"], c["objects"], c["bytes"], c["messages"]),
		"sign the last checkpoint, and a certificate that names it",
		"write the certificate to " + certificate,
		"delete the event log",
		"delete the media",
		"delete the model, uploads, and what exports kept",
		"make the database anew with nothing but the ledger",
		"overwrite and delete the keys",
	}
}

// allowed says whether the realm may be purged now, and takes the receipt.
func (x Purge) allowed(ctx context.Context, r *realm.Realm, phase reelm.Phase) error {
	if x.Receipt != nil {
		if x.DryRun {
			s, err := ledger.OpenReceipt(x.Receipt)
			if err != nil {
				return badReceipt(err.Error())
			}
			return ourExport(ctx, r, s.Statement)
		}
		return TakeReceipt(ctx, r, x.Receipt)
	}
	if phase == reelm.PhaseClosed || phase == reelm.PhasePurged {
		return nil
	}
	return &reelm.Error{Kind: reelm.Refused, Code: "not-closed", Field: "phase", Detail: "a realm is purged when it is closed, or with the receipt of whoever has it now; this one is " + string(phase)}
}

// certify enters the purge, and signs the certificate.
func (x Purge) certify(ctx context.Context, r *realm.Realm, phase reelm.Phase, counts map[string]int64) ([]byte, error) {
	var receipt tlog.Hash
	got, err := r.DB.Entries(ctx, 0, ledger.KindReceipt)
	if err != nil {
		return nil, err
	}
	owner, err := lastOwner(ctx, r)
	if err != nil {
		return nil, err
	}
	if len(got) > 0 && got[0].N > owner {
		if b, ok := got[0].Body.(ledger.Received); ok {
			receipt = b.Receipt
		}
	}
	if phase != reelm.PhasePurged {
		err := r.DB.EnterPurge(ctx, phase, ledger.Purge{Receipt: receipt, Accounts: counts["accounts"], Clips: counts["clips"], Objects: counts["objects"], Bytes: counts["bytes"], Messages: counts["messages"]})
		if err != nil {
			return nil, err
		}
	}
	head, err := r.DB.Ledger().Fetch(ctx, ledger.CheckpointPath)
	if err != nil {
		return nil, err
	}
	c, err := ledger.PeekCheckpoint(head)
	if err != nil {
		return nil, err
	}
	if done, err := r.DB.Certificate(ctx); err != nil || done != nil {
		return done, err
	}
	last := sha256.Sum256(head)
	cert, err := ledger.Sign(ledger.Certificate{Realm: r.SigningKey().Verifier(), Name: r.Name, At: r.Now().UTC().Format("2006-01-02T15:04:05Z"),
		Checkpoint: hex.EncodeToString(last[:]), Size: c.Tree.N, Receipt: receipt, Counts: counts}, r.SigningKey())
	if err != nil {
		return nil, err
	}
	return cert, r.DB.KeepCertificate(ctx, cert)
}

// erase removes what is stored.
func erase(ctx context.Context, s realm.Stored, key ledger.Key, certificate []byte) error {
	if err := s.DeleteLog(ctx); err != nil {
		return err
	}
	media, err := s.OpenMedia(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(media.DeletePrefix(ctx, ""), closeStore(media)); err != nil {
		return err
	}
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != "keys" {
			if err := os.RemoveAll(filepath.Join(s.Dir, e.Name())); err != nil {
				return err
			}
		}
	}
	if err := s.KeepLedgerOnly(ctx); err != nil {
		return err
	}
	return s.DestroyKeys(key.Verifier())
}

// canWrite says before anything is done that the certificate will have a
// place.
func canWrite(name string) error {
	if name == "" {
		return reelm.Wrong("certificate", "needs-certificate", "say where the certificate is to be written")
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return f.Close()
}

func writeFile(name string, b []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}
