package ledger

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// oneOfEach is an entry of every kind, with all fields set.
func oneOfEach(t testing.TB) []Body {
	t.Helper()
	owner, next := newParty(t, "reelm.example/ledger").key, newParty(t, "buyer.example/ledger").key
	checkpoint, err := SignCheckpoint(emptyTree(), newParty(t, "reelm.example/ledger").signer)
	if err != nil {
		t.Fatal(err)
	}
	h := func(b byte) tlog.Hash { return tlog.Hash{b} }
	x := strings.Repeat("0123456789abcdef", 4)
	rule := Rule{Require: []string{owner, next}, Threshold: 1}
	return []Body{
		Owner{Key: owner}, Owner{Key: owner, Parent: next}, Owner{Key: next, From: owner, Manifest: h(1), Checkpoint: string(checkpoint)},
		Constitution{Version: 3, Document: json.RawMessage(`{"explore":0.1,"weights":{"like":1.5,"skip":-2}}`)},
		Model{Seq: 1 << 40, Hash: x},
		Forgetting{Cause: "person", People: 1, Clips: 2, Messages: 345, Seq: 678, Old: x, New: x},
		Decision{Act: "removed", Subject: "clip", Rule: "hate", Automatic: true, Appeal: true, Country: "DE"},
		Request{From: "court", Country: "US", Act: "removal", Outcome: "partly", Number: 3},
		Phase{Act: "scheduled", From: "open", Phase: "announced", When: "2031-01-01T00:00:00Z"},
		Block{Act: "set", Scope: "clip", Country: "FR"},
		RuleChange{Rule: rule, Permits: []tlog.Hash{h(2)}},
		PermitAct{Act: "refused", Statements: []tlog.Hash{h(3), h(4)}, Reason: "expired", What: []string{"algorithm", "log"}, Recipient: "age1recipient", Constitution: 3, Missing: 1},
		Export{Manifest: h(5), Size: 6, Recipient: "age1recipient", What: []string{"people", "media"}, Seq: 7, Model: x, Bytes: 8, Constitution: 3, Permits: []tlog.Hash{h(6)}},
		Received{Receipt: h(7), Manifest: h(8), Key: next, Size: 9},
		Split{Key: next, Country: "DE", Language: "de", Accounts: 10, Clips: 11},
		Purge{Receipt: h(9), Accounts: 1, Clips: 2, Objects: 3, Bytes: 4, Messages: 5},
		Certified{Certificate: h(10), Key: owner},
		Redaction{Entry: 4, Text: "reason", Reason: "court-order"},
	}
}

func TestEveryKindIsWrittenAndReadAgain(t *testing.T) {
	kinds := map[Kind]bool{}
	for i, body := range oneOfEach(t) {
		e, texts, err := NewEntry(someRand(byte(i)), day(i), body, map[string]string{"reason": "because", "who": "The Court of Ω"})
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseEntry(leaf)
		if err != nil || !reflect.DeepEqual(got, e) {
			t.Errorf("%s:\n%v\n%+v\n%+v", leaf, err, got, e)
		}
		if len(texts) != 2 || texts[0].Verify(e.Texts["reason"]) != nil || texts[0].Verify(e.Texts["who"]) == nil {
			t.Errorf("%+v", texts)
		}
		kinds[body.Kind()] = true
	}
	for _, k := range []Kind{KindOwner, KindConstitution, KindModel, KindForgetting, KindDecision, KindRequest, KindPhase, KindBlock, KindRule, KindPermit, KindExport, KindReceipt, KindSplit, KindPurge, KindCertificate, KindRedaction} {
		if _, known, _ := decodeBody(k, nil); !known || !kinds[k] {
			t.Errorf("kind %s is not tried", k)
		}
	}
}

// The bytes of an entry are for ever: testdata/entries.jsonl holds them.
func TestEntriesKeepTheirFormat(t *testing.T) {
	var got strings.Builder
	for i, body := range oneOfEach(t) {
		e, _, err := NewEntry(someRand(byte(i)), day(i), body, map[string]string{"reason": "because"})
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got.Write(leaf)
		got.WriteByte('\n')
	}
	golden(t, "entries.jsonl", got.String())
}

// golden compares with a file in testdata. REELM_GOLDEN=1 writes it, for
// formats that are new.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("REELM_GOLDEN") == "1" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Errorf("%s, %v:\n%s", path, err, got)
	}
}

func TestNoFieldTakesASentence(t *testing.T) {
	good := func() []Body { return oneOfEach(t) }
	for i := range good() {
		// Every string of every body, one after the other.
		fields := reflect.TypeOf(good()[i])
		for f := range fields.NumField() {
			if fields.Field(f).Type.Kind() != reflect.String {
				continue
			}
			v := reflect.New(fields)
			v.Elem().Set(reflect.ValueOf(good()[i]))
			v.Elem().Field(f).SetString("Anna Schmidt, Hauptstr. 3, posted this")
			if _, err := (Entry{At: day(0), Body: v.Elem().Interface().(Body)}).Encode(); !errors.Is(err, ErrFormat) {
				t.Errorf("%s.%s takes a sentence: %v", fields.Name(), fields.Field(f).Name, err)
			}
		}
	}
}

func TestEntriesThatAreRefused(t *testing.T) {
	key := newParty(t, "a").key
	big := Constitution{Version: 1, Document: json.RawMessage(`{"x":"` + strings.Repeat("x", MaxEntry) + `"}`)}
	for name, e := range map[string]Entry{
		"no body":          {At: day(0)},
		"too large":        {At: day(0), Body: big},
		"no time":          {Body: Owner{Key: key}},
		"negative":         {At: day(0), Body: Model{Seq: -1, Hash: "0123456789abcdef"}},
		"beyond 2^53":      {At: day(0), Body: Model{Seq: 1 << 53, Hash: "0123456789abcdef"}},
		"text name":        {At: day(0), Body: Owner{Key: key}, Texts: map[string]tlog.Hash{"A name": {}}},
		"half a parting":   {At: day(0), Body: Owner{Key: key, From: key}},
		"unknown":          {At: day(0), Body: Unknown{2, "x", json.RawMessage(`{}`)}},
		"no such country":  {At: day(0), Body: Block{Act: "set", Scope: "clip", Country: "Germany"}},
		"zero hash":        {At: day(0), Body: Received{Key: key}},
		"document no JSON": {At: day(0), Body: Constitution{Version: 1, Document: json.RawMessage(`{x}`)}},
	} {
		if b, err := e.Encode(); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v: %s", name, err, b)
		}
	}
	model := `{"at":"2026-01-02T15:04:05Z","body":{"model":"0123456789abcdef","seq":1},"kind":"model","v":1}`
	if _, err := ParseEntry([]byte(model)); err != nil {
		t.Fatal(err)
	}
	for name, leaf := range map[string]string{
		"nothing":         ``,
		"white space":     strings.Replace(model, ",", ", ", 1),
		"other order":     `{"kind":"model","at":"2026-01-02T15:04:05Z","body":{"model":"0123456789abcdef","seq":1},"v":1}`,
		"number's style":  strings.Replace(model, `"seq":1`, `"seq":1.0`, 1),
		"a field twice":   strings.Replace(model, `"seq":1`, `"seq":1,"seq":1`, 1),
		"another field":   strings.Replace(model, `"seq":1`, `"seq":1,"who":"Anna"`, 1),
		"another field 2": strings.Replace(model, `"v":1`, `"v":1,"who":"Anna"`, 1),
		"no version":      strings.Replace(model, `,"v":1`, ``, 1),
		"time's style":    strings.Replace(model, `05Z`, `05+00:00`, 1),
		"no body":         strings.Replace(model, `"body":{"model":"0123456789abcdef","seq":1},`, ``, 1),
		"escapes":         strings.Replace(model, `"kind":"model"`, `"kind":"m\u006fdel"`, 1),
		"bad UTF-8":       strings.Replace(model, `"kind":"model"`, "\"kind\":\"mod\xff\"", 1),
	} {
		if e, err := ParseEntry([]byte(leaf)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v: %+v", name, err, e)
		}
	}
}

func TestEntriesOfLaterVersionsAreReadAsUnknown(t *testing.T) {
	for _, leaf := range []string{
		`{"at":"2036-01-02T15:04:05Z","body":{"anything":[1]},"kind":"model","v":2}`,
		`{"at":"2036-01-02T15:04:05Z","body":{"anything":[1]},"kind":"amnesty","v":1}`,
	} {
		e, err := ParseEntry([]byte(leaf))
		u, ok := e.Body.(Unknown)
		if err != nil || !ok || string(u.Raw) != `{"anything":[1]}` {
			t.Errorf("%s: %+v, %v", leaf, e, err)
		}
	}
}

func FuzzParseEntry(f *testing.F) {
	for _, body := range oneOfEach(f) {
		leaf, err := Entry{At: day(0), Body: body, Texts: map[string]tlog.Hash{"a": {1}}}.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(leaf)
	}
	f.Fuzz(func(t *testing.T, leaf []byte) {
		e, err := ParseEntry(leaf)
		if err != nil {
			return
		}
		if _, unknown := e.Body.(Unknown); unknown {
			return
		}
		again, err := e.Encode()
		if err != nil || string(again) != string(leaf) {
			t.Fatalf("%v: %s was read, and is written as %s", err, leaf, again)
		}
	})
}
