package store_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"reelm/internal/ledger"
	"reelm/internal/store"
	"reelm/internal/store/storetest"
)

// The document that ledgers of these tests begin with.
const document = `{"version":1,"weights":{"like":1}}`

func removed(reason string) store.Entering {
	return store.Entering{Body: ledger.Decision{Act: "removed", Subject: "clip", Rule: "spam"}, Texts: map[string]string{"reason": reason, "subject": "clip 1"}}
}

func TestLedgerOnSQLVerifies(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.DB) {
		key := storetest.Key(t, "reelm/main/test")
		var older [][]byte
		var mu sync.Mutex
		db := open(store.Options{Key: key, Now: newClock().now, Signed: func(c []byte) {
			mu.Lock()
			defer mu.Unlock()
			older = append(older, c)
		}})
		if err := db.FoundLedger(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		if err := db.FoundLedger(t.Context(), ""); err != nil { // once is enough
			t.Fatal(err)
		}
		if err := db.SetConstitution(t.Context(), 1, []byte(document), "to begin with"); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for w := range 4 { // several at once, past a full tile
			wg.Go(func() {
				for i := range 75 {
					if _, err := db.Enter(t.Context(), removed(fmt.Sprintf("the same advertisement %d %d", w, i))); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if err := db.Redact(t.Context(), 5, "reason", "mistake", "it was not an advertisement"); err != nil {
			t.Fatal(err)
		}
		if len(older) != 1+1+300+1 {
			t.Errorf("%d checkpoints were signed", len(older))
		}
		r, err := ledger.Verify(t.Context(), db.Ledger().Fetch, ledger.Options{Key: key.Verifier(), Older: older})
		if err != nil {
			t.Fatal(err)
		}
		want := map[ledger.Kind]int64{ledger.KindOwner: 1, ledger.KindConstitution: 1, ledger.KindDecision: 300, ledger.KindRedaction: 1}
		if diff := cmp.Diff(want, r.Kinds); diff != "" || r.Redacted != 1 {
			t.Error(diff, r.Redacted)
		}
		months, err := db.LedgerMonths(t.Context())
		if err != nil || len(months) != 4 || months[1] != (store.MonthFigure{Month: "2026-11", Kind: ledger.KindDecision, N: 300}) {
			t.Errorf("%v %v", months, err)
		}
		page, err := db.Entries(t.Context(), 0, ledger.KindConstitution, ledger.KindRedaction)
		if err != nil || len(page) != 2 || page[0].N != 302 || page[1].Text("note") != "to begin with" {
			t.Errorf("%+v %v", page, err)
		}
		if page, err := db.Entries(t.Context(), 302); err != nil || len(page) != store.EntriesPage || page[0].N != 301 || !strings.HasPrefix(page[0].Text("reason"), "the same") {
			t.Errorf("%d entries, %v", len(page), err)
		}
	})
}

// An act fails when its entry cannot be written, and an entry does not stay
// without its act.
func TestActAndEntryStandAndFallTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.DB) {
		key := storetest.Key(t, "reelm/main/test")
		db := open(store.Options{Key: key})
		if err := db.FoundLedger(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		size := func() int64 {
			t.Helper()
			r, err := ledger.Verify(t.Context(), db.Ledger().Fetch, ledger.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return r.Checkpoint.Tree.N
		}
		if err := db.SetConstitution(t.Context(), 1, []byte(`"no object"`), ""); !errors.Is(err, ledger.ErrFormat) {
			t.Error("the entry cannot be written:", err)
		}
		if v, _, err := db.Constitution(t.Context()); v != 0 || err != nil {
			t.Error("the act was done without its entry:", v, err)
		}
		if err := db.SetConstitution(t.Context(), 1, []byte(document), ""); err != nil {
			t.Fatal(err)
		}
		before := size()
		if err := db.SetConstitution(t.Context(), 1, []byte(document), ""); err == nil {
			t.Error("version 1 was set twice")
		}
		if _, err := db.Enter(t.Context(), removed("spam"), store.Entering{Body: ledger.Phase{Act: "No Word"}}); err == nil {
			t.Error("an entry with a bad word")
		}
		if err := db.Redact(t.Context(), 0, "note", "mistake", ""); !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
		if after := size(); after != before {
			t.Errorf("%d entries became %d without an act", before, after)
		}
		keyless := open(store.Options{Key: ledger.Key{Signer: noSigner{}}})
		if _, err := keyless.Enter(t.Context(), removed("spam")); err == nil {
			t.Error("an entry that nobody signed")
		}
		if after := size(); after != before {
			t.Errorf("%d entries became %d", before, after)
		}
	})
}

// noSigner cannot sign.
type noSigner struct{}

func (noSigner) Name() string                { return "nobody" }
func (noSigner) KeyHash() uint32             { return 0 }
func (noSigner) Sign([]byte) ([]byte, error) { return nil, errors.New("the key is locked away") }

func TestStatementsAreServedByTheirID(t *testing.T) {
	db := storetest.SQLite(t, store.Options{})
	if err := db.FoundLedger(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	id := tlog.RecordHash([]byte("x"))
	_, err := db.Enter(t.Context(), store.Entering{Body: ledger.PermitAct{Act: "asked", Statements: []tlog.Hash{id}}, Statements: []store.Note{{ID: id, Note: []byte("a note")}}})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := db.Ledger().Fetch(t.Context(), ledger.StatementPath(id)); string(b) != "a note" || err != nil {
		t.Error(string(b), err)
	}
	if _, err := db.Ledger().Fetch(t.Context(), ledger.StatementPath(tlog.RecordHash([]byte("y")))); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func BenchmarkEnter(b *testing.B) {
	db := storetest.SQLite(b, store.Options{})
	if err := db.FoundLedger(b.Context(), ""); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := db.Enter(b.Context(), store.Entering{Body: ledger.Decision{Act: "removed", Subject: "clip", Rule: "spam"}}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
