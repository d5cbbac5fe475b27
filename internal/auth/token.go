package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// The sorts of tokens, told by their prefix.
const (
	sessionPrefix = "rs_"
	viewerPrefix  = "rv_"
)

// newToken gives a fresh token and the hash under which it is stored.
func newToken(prefix string) (token string, hash []byte, err error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", nil, err
	}
	token = prefix + base64.RawURLEncoding.EncodeToString(b)
	return token, hashToken(token), nil
}

func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// SessionOf names the session of a token, as Identity does.
func SessionOf(token string) []byte { return hashToken(token) }

// wellFormed says whether a string can be a token at all, so that nonsense
// costs no look-up.
func wellFormed(token, prefix string) bool {
	return strings.HasPrefix(token, prefix) && len(token) == len(prefix)+43
}
