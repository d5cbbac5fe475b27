package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"reelm/internal/ledger"
	"reelm/internal/store"
	"reelm/internal/store/storetest"
)

// A large ledger in SQL: how quickly it grows, what it takes on the disk, and
// how long a proof takes. The figures of a trial are in docs/benchmarks.md.
func TestALargeLedger(t *testing.T) {
	total, trial := 3000, os.Getenv("REELM_TRIAL") != ""
	if trial {
		total = 1_000_000
	} else {
		t.Log("3,000 entries; REELM_TRIAL=1 makes 1,000,000")
	}
	ctx := t.Context()
	key := storetest.Key(t, "reelm/main/large")
	file := filepath.Join(t.TempDir(), "ledger.db")
	db, err := store.Open(ctx, file, store.Options{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.FoundLedger(ctx, ""); err != nil {
		t.Fatal(err)
	}
	empty := onDisk(t, file)
	const batch = 200
	payload := int64(0)
	began := time.Now()
	for n := 0; n < total; n += batch {
		acts := make([]store.Entering, batch)
		for i := range acts {
			acts[i].Body = ledger.Model{Seq: int64(n + i + 1), Hash: fmt.Sprintf("%064x", n+i)}
			e, _, err := ledger.NewEntry(nil, time.Now(), acts[i].Body, nil)
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := e.Encode()
			if err != nil {
				t.Fatal(err)
			}
			payload += int64(len(leaf))
		}
		if _, err := db.Enter(ctx, acts...); err != nil {
			t.Fatal(err)
		}
	}
	rate := float64(total) / time.Since(began).Seconds()
	over := float64(onDisk(t, file)-empty-payload) / float64(total)
	verifier, err := ledger.ParseVerifier(key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	began = time.Now()
	const proofs = 100
	for i := range proofs {
		index := int64(i) * int64(total) / proofs
		proof, err := ledger.Prove(ctx, db.Ledger().Fetch, verifier, index)
		if err != nil {
			t.Fatal(err)
		}
		leaves, err := db.Ledger().Leaves(ctx, index, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := ledger.CheckProof(proof, leaves[0], verifier); err != nil || got != index {
			t.Fatalf("entry %d: %d, %v", index, got, err)
		}
	}
	proof := time.Since(began) / proofs
	began = time.Now()
	if _, err := ledger.Verify(ctx, db.Ledger().Fetch, ledger.Options{Key: key.Verifier()}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d entries: %.0f entries/s, %.0f bytes an entry over its payload, a proof %s, all verified in %s", total, rate, over, proof, time.Since(began).Round(time.Millisecond))
	if trial && (rate < 2000 || proof > 10*time.Millisecond || over > 200) {
		t.Error("that is short of 2,000 entries/s, 10 ms a proof and 200 bytes an entry")
	}
}

// onDisk is the size of a database with what is on its way into it.
func onDisk(t *testing.T, file string) (n int64) {
	t.Helper()
	for _, f := range []string{file, file + "-wal"} {
		if info, err := os.Stat(f); err == nil {
			n += info.Size()
		}
	}
	return n
}
