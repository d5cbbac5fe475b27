package realm

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"reelm/internal/ledger"
)

// signer holds the realm's signing key and keeps the newest checkpoint
// outside of the database, so that a database which was rolled back shows.
type signer struct {
	key  ledger.Key
	file string // of the checkpoint
	// destroyed is the verifier key of a realm that was purged.
	destroyed string

	mu   sync.Mutex
	size int64 // of the checkpoint kept
	err  error // why it could not be kept; the next verification tells
}

// NewSigningKey makes a key for a realm's ledger. Its name is the ledger's
// origin and nobody else's: host or name of the realm, and a random word, so
// that a realm that passes on leaves its former name to the former owner.
func NewSigningKey(realm string) (secret string, err error) {
	b := make([]byte, 5)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	name := "reelm/" + realm + "/" + strings.ToLower(base32.StdEncoding.EncodeToString(b))
	secret, _, err = ledger.GenerateKey(rand.Reader, name)
	return secret, err
}

// loadSigner reads the realm's signing key, or makes it for a new realm.
func (r *Realm) loadSigner() error {
	file := r.Path("keys", "ledger")
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if left, err := os.ReadFile(r.Path("keys", "verifier")); err == nil {
			r.signer.destroyed = strings.TrimSpace(string(left))
			r.signer.file = r.Path("keys", "checkpoint")
			return endDestruction(r.Path("keys")) // a purge has destroyed it
		}
		secret, err := NewSigningKey(r.Name)
		if err != nil {
			return err
		}
		b = []byte(secret + "\n")
		if err := WriteKey(file, b); err != nil {
			return err
		}
	} else if err != nil {
		return fmt.Errorf("reading the signing key of realm %s: %w", r.Name, err)
	}
	key, err := ledger.ParseKey(string(bytes.TrimSpace(b)))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	r.signer.key, r.signer.file = key, r.Path("keys", "checkpoint")
	return nil
}

// found begins the ledger of a realm that has none.
func (r *Realm) found(ctx context.Context, parent string) error {
	if err := r.DB.FoundLedger(ctx, parent); err != nil {
		return fmt.Errorf("founding the ledger of realm %s: %w", r.Name, err)
	}
	return nil
}

// SigningKey signs for the realm.
func (r *Realm) SigningKey() ledger.Key { return r.signer.key }

// HasKey says whether the realm can still sign: a purge destroys its key.
func (r *Realm) HasKey() bool { return r.signer.key.Signer != nil }

// keep writes the newest checkpoint to its file.
func (s *signer) keep(checkpoint []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := ledger.PeekCheckpoint(checkpoint)
	if err != nil || c.Tree.N <= s.size {
		return // a later one was quicker
	}
	s.size = c.Tree.N
	s.err = replace(s.file, checkpoint)
}

// replace writes a small file whole or not at all.
func replace(file string, content []byte) error {
	tmp := filepath.Join(filepath.Dir(file), "."+filepath.Base(file))
	if err := os.WriteFile(tmp, content, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, file)
}

// SeenCheckpoint is the newest checkpoint that was kept beside the database,
// nil if there is none.
func (r *Realm) SeenCheckpoint() ([]byte, error) {
	r.signer.mu.Lock()
	defer r.signer.mu.Unlock()
	b, err := os.ReadFile(r.signer.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, r.signer.err
	}
	return b, errors.Join(err, r.signer.err)
}

// LedgerKey is the verifier key that the ledger is signed with now, for
// everybody.
func (r *Realm) LedgerKey(ctx context.Context) ([]byte, error) {
	if r.signer.destroyed != "" {
		return []byte(r.signer.destroyed), nil
	}
	if r.DB.Waits() { // the ledger is still as the former owner signed it
		a, err := r.DB.Arrival(ctx)
		if err != nil {
			return nil, err
		}
		if a != nil && a.Waits {
			m, err := ledger.OpenManifest(a.Manifest)
			return []byte(m.Statement.Realm), err
		}
	}
	return []byte(r.signer.key.Verifier()), nil
}
