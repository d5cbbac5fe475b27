package ledger

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// What is wrong with a signed thing.
var (
	// ErrSignature: a signature that is needed is missing or does not hold.
	ErrSignature = errors.New("signature")
	// ErrFormat: the bytes are not what they claim to be.
	ErrFormat = errors.New("format")
)

// maxName bounds a key's name in bytes.
const maxName = 128

// GenerateKey makes an Ed25519 key in the encoding of C2SP signed-note. The
// name is shown beside every signature and becomes the origin of the ledger:
// the address of the realm without its scheme, or anything else that nobody
// else uses, in printable ASCII without spaces and +.
//
// signer ("PRIVATE+KEY+...") is secret, verifier is for everybody.
func GenerateKey(rand io.Reader, name string) (signer, verifier string, err error) {
	if err := checkName(name); err != nil {
		return "", "", err
	}
	signer, verifier, err = note.GenerateKey(rand, name)
	if err != nil {
		return "", "", fmt.Errorf("making a key: %w", err)
	}
	return signer, verifier, nil
}

// checkName also keeps names apart from the first lines of statements, so
// that no checkpoint can be taken for one.
func checkName(name string) error {
	if name == "" || len(name) > maxName || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || r == '+' }) {
		return fmt.Errorf("%w: key name %.150q: 1 to %d printable ASCII characters but space and +", ErrFormat, name, maxName)
	}
	if strings.HasPrefix(name, statementPrefix) {
		return fmt.Errorf("%w: key name %q: %s is reserved", ErrFormat, name, statementPrefix)
	}
	return nil
}

// ParseVerifier reads a verifier key, "NAME+HASH+KEY", in its one spelling.
func ParseVerifier(key string) (note.Verifier, error) {
	if len(key) > maxName+64 {
		return nil, fmt.Errorf("%w: a verifier key of %d bytes", ErrFormat, len(key))
	}
	v, err := note.NewVerifier(key)
	if err != nil {
		return nil, fmt.Errorf("%w: verifier key %.200q: %w", ErrFormat, key, err)
	}
	if err := checkName(v.Name()); err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.DecodeString(publicPart(key))
	if err != nil || key != fmt.Sprintf("%s+%08x+%s", v.Name(), v.KeyHash(), base64.StdEncoding.EncodeToString(raw)) {
		return nil, fmt.Errorf("%w: verifier key %q: not as it is usually written", ErrFormat, key)
	}
	return v, nil
}

// publicPart is the key itself, without its name: two names for one key are
// one signer. (Base 64 has a + of its own.)
func publicPart(verifier string) string {
	parts := strings.SplitN(verifier, "+", 3)
	return parts[len(parts)-1]
}

// A Key signs. It is a note.Signer that knows its own verifier key.
type Key struct {
	note.Signer
	verifier string
}

// Verifier is the verifier key, for everybody.
func (k Key) Verifier() string { return k.verifier }

// ParseKey reads a signing key, "PRIVATE+KEY+NAME+HASH+KEY". The error does
// not hold it.
func ParseKey(secret string) (Key, error) {
	secret = strings.TrimSpace(secret)
	s, err := note.NewSigner(secret)
	if err != nil {
		return Key{}, fmt.Errorf("%w: not a signing key: %w", ErrFormat, err)
	}
	if err := checkName(s.Name()); err != nil {
		return Key{}, err
	}
	// NewSigner has read the same: one byte for the algorithm, and the seed.
	parts := strings.SplitN(secret, "+", 5)
	seed, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return Key{}, fmt.Errorf("%w: not an Ed25519 key", ErrFormat)
	}
	public := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	verifier, err := note.NewEd25519VerifierKey(s.Name(), public)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return Key{s, verifier}, nil
}
