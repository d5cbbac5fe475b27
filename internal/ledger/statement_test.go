package ledger

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// statements are one of each sort, with all fields set.
func statements(t testing.TB) []Statement {
	t.Helper()
	realm, buyer := newParty(t, "reelm.example/ledger"), newParty(t, "buyer.example/ledger")
	terms := Terms{Realm: realm.key, What: []string{"algorithm", "log"}, Constitution: 3, Recipient: "age1recipient", Purpose: "Verkauf an Käufer GmbH, § 12"}
	change := Terms{Realm: realm.key, Constitution: 3, Change: &Rule{Require: []string{buyer.key}, Threshold: 1}}
	checkpoint, err := SignCheckpoint(tlog.Tree{N: 12, Hash: tlog.Hash{1}}, realm.signer)
	if err != nil {
		t.Fatal(err)
	}
	x, at := strings.Repeat("0123456789abcdef", 4), formatTime(day(1))
	return []Statement{
		PermitRequest{terms, at}, PermitRequest{change, at},
		Permit{Terms: terms, By: buyer.key, At: at, Request: tlog.Hash{1}, Until: formatTime(day(9)), UntilSeq: 10}, Permit{Terms: change, By: buyer.key, At: at, Request: tlog.Hash{1}, UntilSeq: 10},
		Revocation{Realm: realm.key, By: buyer.key, Permits: []tlog.Hash{{2}}, At: at},
		Manifest{Realm: realm.key, Name: "main", At: at, Recipient: "age1recipient", Include: []string{"people", "media"}, Where: "country=DE", Since: tlog.Hash{3}, Seq: 4, Model: x,
			Constitution: 3, Ledger: string(checkpoint), Permits: []tlog.Hash{{4}}, Counts: map[string]int64{"accounts": 5}, Members: []Member{{"people/accounts.ndjson", x, 6, 7}}},
		Receipt{Key: buyer.key, At: at, Manifest: tlog.Hash{5}, Size: 12, Seq: 4, Model: x, Counts: map[string]int64{"accounts": 5}},
		Certificate{Realm: realm.key, Name: "main", At: at, Checkpoint: x, Size: 14, Receipt: tlog.Hash{6}, Counts: map[string]int64{"accounts": 5}},
	}
}

// open opens whatever sort it is.
func open(signed []byte, key note.Verifier) (Statement, tlog.Hash, error) {
	sort, err := SortOf(signed)
	if err != nil {
		return nil, tlog.Hash{}, err
	}
	switch sort {
	case "permit-request":
		return as[PermitRequest](signed, key)
	case "permit":
		return as[Permit](signed, key)
	case "revocation":
		return as[Revocation](signed, key)
	case "manifest":
		return as[Manifest](signed, key)
	case "receipt":
		return as[Receipt](signed, key)
	case "certificate":
		return as[Certificate](signed, key)
	}
	return nil, tlog.Hash{}, errors.New("unknown sort")
}

func as[S Statement](signed []byte, key note.Verifier) (Statement, tlog.Hash, error) {
	s, err := Open[S](signed, key)
	return s.Statement, s.ID, err
}

func TestStatementsAreSignedAndReadAgain(t *testing.T) {
	realm, other := newParty(t, "reelm.example/ledger"), newParty(t, "other.example")
	var all strings.Builder
	for _, s := range statements(t) {
		signed, err := Sign(s, realm.signer)
		if err != nil {
			t.Fatal(err)
		}
		got, id, err := open(signed, realm.verifier)
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("%v\n%+v\n%+v", err, got, s)
		}
		text, _, _ := bytes.Cut(signed, []byte("\n\n"))
		if id != sha256.Sum256(append(text, '\n')) {
			t.Error("the ID is not the hash of the text")
		}
		if _, _, err := open(signed, other.verifier); !errors.Is(err, ErrSignature) {
			t.Errorf("%s is taken as another's: %v", s.Sort(), err)
		}
		twice, err := Sign(s, other.signer, realm.signer)
		if err != nil {
			t.Fatal(err)
		}
		if _, again, err := open(twice, realm.verifier); err != nil || again != id {
			t.Errorf("signed by two it has another name, or %v", err)
		}
		if _, err := note.Open(signed, note.VerifierList(realm.verifier)); err != nil {
			t.Error("x/mod does not read it:", err)
		}
		all.Write(signed)
		all.WriteString("\n")
	}
	golden(t, "statements.txt", all.String())
}

func TestChangedStatementsAreRefused(t *testing.T) {
	realm := newParty(t, "reelm.example/ledger")
	all := statements(t)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(all).Draw(t, "statement")
		signed, err := Sign(s, realm.signer)
		if err != nil {
			t.Fatal(err)
		}
		at := rapid.IntRange(0, len(signed)-4).Draw(t, "byte") // the last letter of a signature has bits that mean nothing
		signed[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if got, _, err := open(signed, realm.verifier); err == nil {
			t.Fatalf("with a flipped bit at %d: %+v", at, got)
		}
	})
}

func TestOneSortIsNotTakenForAnother(t *testing.T) {
	realm := newParty(t, "reelm.example/ledger")
	checkpoint, err := SignCheckpoint(emptyTree(), realm.signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Peek[Permit](checkpoint); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	for _, s := range statements(t) {
		signed, err := Sign(s, realm.signer)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := OpenCheckpoint(signed, realm.verifier); !errors.Is(err, ErrFormat) {
			t.Errorf("a %s is a checkpoint: %v", s.Sort(), err)
		}
		if _, err := Open[Permit](signed, realm.verifier); s.Sort() != "permit" && !errors.Is(err, ErrFormat) {
			t.Errorf("a %s is a permit: %v", s.Sort(), err)
		}
		if _, err := OpenReceipt(signed); s.Sort() == "receipt" && !errors.Is(err, ErrSignature) {
			t.Errorf("a receipt for another key is taken: %v", err)
		}
	}
	if _, _, err := GenerateKey(someRand(1), "reelm-statement/v1"); !errors.Is(err, ErrFormat) {
		t.Error("a key is named so that its checkpoints look like statements:", err)
	}
}

func TestStatementsThatAreRefused(t *testing.T) {
	realm := newParty(t, "reelm.example/ledger")
	good := statements(t)
	permit, manifest := good[2].(Permit), good[5].(Manifest)
	for name, s := range map[string]Statement{
		"no end":          Permit{Terms: permit.Terms, By: permit.By, At: permit.At, Request: permit.Request},
		"nobody's":        Permit{Terms: permit.Terms, At: permit.At, Request: permit.Request, UntilSeq: 1},
		"purpose":         PermitRequest{Terms{Realm: realm.key, What: []string{"log"}, Recipient: "x", Purpose: "two\nlines"}, permit.At},
		"no realm":        PermitRequest{Terms{What: []string{"log"}, Recipient: "x"}, permit.At},
		"nothing":         PermitRequest{Terms{Realm: realm.key, Recipient: "x"}, permit.At},
		"nobody":          PermitRequest{Terms{Realm: realm.key, What: []string{"log"}}, permit.At},
		"change and what": PermitRequest{Terms{Realm: realm.key, What: []string{"log"}, Recipient: "x", Change: &Rule{}}, permit.At},
		"no permits":      Revocation{Realm: realm.key, By: permit.By, At: permit.At},
		"member": func() Statement {
			m := manifest
			m.Members = []Member{{Name: "../x", SHA256: manifest.Members[0].SHA256}}
			return m
		}(),
		"hash":   func() Statement { m := manifest; m.Members = []Member{{Name: "x", SHA256: "00"}}; return m }(),
		"ledger": func() Statement { m := manifest; m.Ledger = strings.Replace(m.Ledger, "12", "13", 1); return m }(),
		"counts": func() Statement { m := manifest; m.Counts = map[string]int64{"Anna Schmidt": 1}; return m }(),
	} {
		if _, err := Sign(s, realm.signer); !errors.Is(err, ErrFormat) && !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	signed, err := Sign(permit, realm.signer)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"nothing":     nil,
		"cut off":     signed[:len(signed)/2],
		"no line end": signed[:len(signed)-1],
		"huge":        append(bytes.Repeat([]byte("x"), 2<<20), signed...),
		"line before": append([]byte("Dear authority,\n"), signed...),
	} {
		if _, err := Open[Permit](b, realm.verifier); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

func FuzzOpen(f *testing.F) {
	realm := newParty(f, "reelm.example/ledger")
	for _, s := range statements(f) {
		signed, err := Sign(s, realm.signer)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(signed)
	}
	f.Fuzz(func(t *testing.T, signed []byte) {
		s, id, err := open(signed, realm.verifier)
		if err != nil {
			return
		}
		again, err := Sign(s, realm.signer)
		if err != nil {
			t.Fatal(err)
		}
		if _, id2, err := open(again, realm.verifier); err != nil || id2 != id {
			t.Fatalf("%v: read, and written as another", err)
		}
	})
}
