package ledger

import (
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

// ParseVerifier reads a verifier key, "NAME+HASH+KEY".
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
	return v, nil
}

// ParseSigner reads a signing key, "PRIVATE+KEY+NAME+HASH+KEY". The error
// does not hold it.
func ParseSigner(key string) (note.Signer, error) {
	s, err := note.NewSigner(strings.TrimSpace(key))
	if err != nil {
		return nil, fmt.Errorf("%w: not a signing key: %w", ErrFormat, err)
	}
	if err := checkName(s.Name()); err != nil {
		return nil, err
	}
	return s, nil
}

// publicPart is the key itself, without its name: two names for one key are
// one signer.
func publicPart(key string) string { return key[strings.LastIndexByte(key, '+')+1:] }
