package realm

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// loadSecret reads the realm's secret, or makes it: 32 random bytes from
// which every symmetric key of the realm is derived. It does not pass with a
// handover, so tokens signed with it end there.
func loadSecret(file string) ([]byte, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		b = make([]byte, 32)
		if _, err := rand.Read(b); err != nil {
			return nil, err
		}
		return b, WriteKey(file, fmt.Appendf(nil, "%x\n", b))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the realm's secret: %w", err)
	}
	secret, err := hex.DecodeString(string(bytes.TrimSpace(b)))
	if err != nil || len(secret) != 32 {
		return nil, fmt.Errorf("%s is damaged: restore it from a backup, or delete it, and everybody's links to private clips end", file)
	}
	return secret, nil
}

// WriteKey writes a key's file, readable by its owner only, whole or not at
// all, and refuses to replace one.
func WriteKey(file string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".key-*") // mode 0600
	if err != nil {
		return fmt.Errorf("writing a key: %w", err)
	}
	_, werr := f.Write(content)
	err = errors.Join(werr, f.Sync(), f.Close())
	if err == nil {
		err = os.Link(f.Name(), file)
	}
	return errors.Join(err, os.Remove(f.Name()))
}

// Key derives a key of 32 bytes for one purpose (RFC 5869).
func (r *Realm) Key(purpose string) ([]byte, error) {
	if k, ok := r.derived.Load(purpose); ok {
		return slices.Clone(k.([]byte)), nil
	}
	k, err := hkdf.Key(sha256.New, r.secret, nil, "reelm "+purpose, 32)
	if err != nil {
		return nil, fmt.Errorf("deriving the key for %s: %w", purpose, err)
	}
	r.derived.Store(purpose, slices.Clone(k))
	return k, nil
}

// MAC authenticates a message for one purpose with 16 bytes.
func (r *Realm) MAC(purpose string, message []byte) ([]byte, error) {
	k, err := r.Key(purpose)
	if err != nil {
		return nil, err
	}
	m := hmac.New(sha256.New, k)
	m.Write(message)
	return m.Sum(nil)[:16], nil
}

// NewFolder draws an unguessable name for a clip's media.
func NewFolder() (string, error) {
	b := make([]byte, 20)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	return base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").EncodeToString(b), nil
}
