package ledger

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

func TestKeysAreWrittenAndReadAgain(t *testing.T) {
	rand := someRand(3)
	for range 200 { // a + in the base 64 of some
		secret, public, err := GenerateKey(rand, "reelm.example/ledger")
		if err != nil {
			t.Fatal(err)
		}
		k, err := ParseKey(secret + "\n")
		if err != nil || k.Verifier() != public {
			t.Fatalf("%s is the key of %s: %v", secret, k.Verifier(), err)
		}
		v, err := ParseVerifier(public)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := note.Sign(&note.Note{Text: "x\n"}, k)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := note.Open(signed, note.VerifierList(v)); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(public, publicPart(public)) || len(publicPart(public)) != 44 {
			t.Fatal(public, publicPart(public))
		}
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	good := newParty(t, "reelm.example/ledger").key
	if i := strings.Index(good, "f0a365fe"); i < 0 {
		t.Fatal(good)
	}
	for _, key := range []string{"", "x", strings.Replace(good, "f0a365fe", "F0A365FE", 1), strings.Replace(good, "reelm", "realm", 1), good + "=", good + " ", good[:len(good)-1] + "9",
		strings.Replace(good, "+", "++", 1), "a" + strings.Repeat("x", 300) + good} {
		if _, err := ParseVerifier(key); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", key, err)
		}
	}
	for _, name := range []string{"", "a b", "a+b", "a\n", "ä", strings.Repeat("x", 129), "reelm-statement/v1"} {
		if _, _, err := GenerateKey(someRand(1), name); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, secret := range []string{"", good, "PRIVATE+KEY+x+y+z"} {
		if _, err := ParseKey(secret); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", secret, err)
		}
	}
}
