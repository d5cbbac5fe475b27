package ledger

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func TestWholeLedgerVerifies(t *testing.T) {
	owner := newParty(t, "reelm.example/ledger")
	m := found(t, owner)
	older := [][]byte{m.checkpoint}
	for _, n := range []int{1, 100, 153, 1, 1, 400} { // to 255, 256 and 257 entries
		m.manyActs(n)
		older = append(older, m.checkpoint)
	}
	m.manyModels(65000) // a third level of tiles begins with 65,536
	older = append(older, m.checkpoint)
	seen := int64(0)
	r, err := m.verify(Options{Key: owner.key, Older: older, Each: func(i int64, e Entry) error {
		if i != seen {
			t.Errorf("entry %d comes after %d", i, seen-1)
		}
		seen++
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if r.Checkpoint.Tree != m.edge.Tree() || seen != m.edge.Size() || len(r.Owners) != 1 || r.Owners[0].Key != owner.key || r.Parting != nil || r.Kinds[KindOwner] != 1 || r.Kinds[KindModel] < 65000 || r.Texts != 2*r.Kinds[KindDecision] {
		t.Errorf("%+v", r)
	}
	if _, err := m.verify(Options{}); err != nil {
		t.Error("without a key:", err)
	}
	if _, err := m.verify(Options{Key: newParty(t, "reelm.example/ledger2").key}); !errors.Is(err, ErrSignature) {
		t.Error("with another key:", err)
	}
	stop := errors.New("stop")
	if _, err := m.verify(Options{Each: func(i int64, _ Entry) error {
		if i == 9 {
			return stop
		}
		return nil
	}}); !errors.Is(err, stop) {
		t.Error(err)
	}
}

func TestEmptyLedgerVerifies(t *testing.T) {
	owner := newParty(t, "reelm.example/ledger")
	m := &memory{t: t, owner: owner, rand: someRand(1)}
	m.sign()
	if _, err := m.verify(Options{Key: owner.key}); err != nil {
		t.Error(err)
	}
	if _, err := m.verify(Options{}); !errors.Is(err, ErrSignature) {
		t.Error("without a key:", err)
	}
}

// Whatever bit of whatever is stored changes: Verify says so. Only texts of
// its own name and what nothing names are free.
func TestAnyFlippedBitIsFound(t *testing.T) {
	owner := newParty(t, "reelm.example/ledger")
	good := found(t, owner)
	good.manyActs(600)
	want := map[string]error{"leaf": ErrTampered, "hash": ErrTampered, "node": ErrTampered, "salt": ErrTampered, "text": ErrTampered, "name": ErrTampered}
	rapid.Check(t, func(rt *rapid.T) {
		m := good.copy()
		n := rapid.IntRange(0, len(m.rows)-1).Draw(rt, "row")
		what := rapid.SampledFrom([]string{"leaf", "hash", "node", "salt", "text", "name", "checkpoint"}).Draw(rt, "what")
		bit := byte(1) << rapid.IntRange(0, 7).Draw(rt, "bit")
		flip := func(b []byte) { b[rapid.IntRange(0, len(b)-1).Draw(rt, "byte")] ^= bit }
		beside := func(change func(*Text)) {
			n = 2 + n%150*4 // a decision
			change(&m.texts[int64(n)][0])
		}
		switch what {
		case "leaf":
			flip(m.rows[n].Leaf)
		case "hash":
			flip(m.rows[n].Hash[:])
		case "node":
			flip(m.nodes[1][n%len(m.nodes[1])][:])
		case "salt":
			beside(func(t *Text) { t.Salt = append([]byte(nil), t.Salt...); flip(t.Salt) })
		case "text":
			beside(func(t *Text) { t.Content = strings.Replace(t.Content, "t", "T", 1) })
		case "name":
			beside(func(t *Text) { t.Name = "another" })
		case "checkpoint":
			m.checkpoint = append([]byte(nil), m.checkpoint[:len(m.checkpoint)-4]...)
			flip(m.checkpoint)
			m.checkpoint = append(m.checkpoint, good.checkpoint[len(good.checkpoint)-4:]...)
		}
		_, err := m.verify(Options{Key: owner.key})
		if err == nil || want[what] != nil && !errors.Is(err, want[what]) {
			rt.Fatalf("%s at %d: %v", what, n, err)
		}
	})
}

// The operator itself, who has the key, changes the past and signs again.
func TestWhoeverSawAnOlderCheckpointFindsThePastChanged(t *testing.T) {
	owner := newParty(t, "reelm.example/ledger")
	m := found(t, owner)
	m.manyActs(300)
	old := m.checkpoint
	m.manyActs(300)

	short := found(t, owner)
	short.manyActs(200)
	if _, err := short.verify(Options{Older: [][]byte{old}}); !errors.Is(err, ErrRollback) {
		t.Error("rolled back:", err)
	}
	other := found(t, owner)
	other.manyActs(150)
	other.add(day(9), Model{Seq: 1, Hash: strings.Repeat("f", 64)}, nil)
	other.manyActs(400)
	if _, err := other.verify(Options{}); err != nil {
		t.Fatal("by itself it is a ledger:", err)
	}
	if _, err := other.verify(Options{Older: [][]byte{old}}); !errors.Is(err, ErrFork) {
		t.Error("forked:", err)
	}
	forged, err := SignCheckpoint(m.edge.Tree(), newParty(t, "somebody").signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.verify(Options{Older: [][]byte{old, forged}}); !errors.Is(err, ErrSignature) {
		t.Error("a checkpoint of somebody else:", err)
	}
	if _, err := m.verify(Options{Older: [][]byte{[]byte("nonsense\n")}}); !errors.Is(err, ErrFormat) {
		t.Error("no checkpoint:", err)
	}
}

func TestTextsAreRedactedInTheOpenOnly(t *testing.T) {
	owner := newParty(t, "reelm.example/ledger")
	m := found(t, owner)
	n := m.add(day(1), Request{From: "court", Country: "DE", Act: "removal", Outcome: "done", Number: 1}, map[string]string{"who": "the district court", "what": "the clip of Anna"})
	m.manyActs(20)
	redact := func(m *memory) {
		var err error
		if m.texts[n][0], err = m.texts[n][0].Redact("erasure"); err != nil {
			t.Fatal(err)
		}
	}
	open := m.copy()
	open.add(day(30), Redaction{Entry: n, Text: "what", Reason: "erasure"}, map[string]string{"note": "at her request"})
	if _, err := open.verify(Options{}); !errors.Is(err, ErrTampered) {
		t.Error("an entry says so, and it is still there:", err)
	}
	redact(open)
	r, err := open.verify(Options{Older: [][]byte{m.checkpoint}})
	if err != nil || r.Redacted != 1 {
		t.Fatal(r, err)
	}
	b, err := open.fetch(context.Background(), TextsPath(0))
	if err != nil || strings.Contains(string(b), "Anna") || !strings.Contains(string(b), `"redacted":"erasure"`) || !strings.Contains(string(b), "district court") {
		t.Errorf("%s, %v", b, err)
	}
	secret := m.copy()
	redact(secret)
	if _, err := secret.verify(Options{}); !errors.Is(err, ErrTampered) {
		t.Error("redacted, and no entry says so:", err)
	}
	gone := m.copy()
	gone.texts[n] = gone.texts[n][:1]
	if _, err := gone.verify(Options{}); !errors.Is(err, ErrTampered) {
		t.Error("gone without a word:", err)
	}
	more := m.copy()
	more.texts[n+1] = append(more.texts[n+1], Text{Entry: n + 1, Name: "note", Salt: make([]byte, 16), Content: "slipped in"})
	if _, err := more.verify(Options{}); !errors.Is(err, ErrTampered) {
		t.Error("nothing commits to it:", err)
	}
	if _, err := m.texts[n][1].Redact("because I say so"); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}

// A reader sees a checkpoint, and then texts, tiles and entries that are
// newer.
func TestLedgerVerifiesWhileItIsWritten(t *testing.T) {
	owner := newParty(t, "reelm.example/ledger")
	m := found(t, owner)
	n := m.add(day(1), Block{Act: "set", Scope: "clip", Country: "DE"}, map[string]string{"by": "the ministry"})
	m.manyActs(300)
	calls := 0
	growing := func(ctx context.Context, path string) ([]byte, error) {
		if calls++; calls == 3 {
			m.add(day(30), Redaction{Entry: n, Text: "by", Reason: "mistake"}, nil)
			m.texts[n][0], _ = m.texts[n][0].Redact("mistake") // the reason is a word
			m.manyActs(400)
		}
		if full, _, partial := strings.Cut(path, ".p/"); partial {
			if _, err := m.fetch(ctx, full); err == nil {
				return nil, fs.ErrNotExist // only the full one is left
			}
		}
		return m.fetch(ctx, path)
	}
	if _, err := Verify(context.Background(), growing, Options{}); err != nil {
		t.Error(err)
	}
}

func TestFirstEntryNamesTheOwner(t *testing.T) {
	owner := newParty(t, "reelm.example/ledger")
	m := &memory{t: t, owner: owner, nodes: map[int][]tlog.Hash{}, texts: map[int64][]Text{}, rand: someRand(1)}
	m.add(day(0), Phase{Act: "effective", From: "open", Phase: "closed"}, nil)
	if _, err := m.verify(Options{Key: owner.key}); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}

func TestStorageThatFailsIsNotTampering(t *testing.T) {
	owner := newParty(t, "reelm.example/ledger")
	m := found(t, owner)
	m.manyActs(300)
	broken := errors.New("the disk is broken")
	for n := range 8 {
		calls := 0
		_, err := Verify(context.Background(), func(ctx context.Context, path string) ([]byte, error) {
			if calls++; calls > n {
				return nil, broken
			}
			return m.fetch(ctx, path)
		}, Options{})
		if err != nil && !errors.Is(err, broken) {
			t.Errorf("after %d reads: %v", n, err)
		}
	}
}
