package ledger

import (
	"context"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// BenchmarkAppend is all that an entry costs but its storage: JSON, hash,
// edge, signed checkpoint.
func BenchmarkAppend(b *testing.B) {
	owner, rand := newParty(b, "reelm.example/ledger"), someRand(1)
	var e Edge
	payload, over := 0, 0
	for n := 0; b.Loop(); n++ {
		entry, texts, err := NewEntry(rand, day(n%9000), Decision{Act: "removed", Subject: "clip", Rule: "spam"}, map[string]string{"reason": "the same advertisement"})
		if err != nil {
			b.Fatal(err)
		}
		leaf, err := entry.Encode()
		if err != nil {
			b.Fatal(err)
		}
		row := e.Add(leaf)
		if _, err := SignCheckpoint(e.Tree(), owner.signer); err != nil {
			b.Fatal(err)
		}
		payload += len(leaf) + len(texts)
		over += tlog.HashSize * (1 + len(row.Nodes))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64(over)/float64(b.N), "B-over-payload/entry")
}

// BenchmarkMillion proves and verifies in a ledger of a million entries.
func BenchmarkMillion(b *testing.B) {
	owner, ctx := newParty(b, "reelm.example/ledger"), context.Background()
	m := found(b, owner)
	m.manyModels(1_000_000)
	b.Run("prove", func(b *testing.B) {
		n := int64(0)
		for b.Loop() {
			if _, err := Prove(ctx, m.fetch, owner.verifier, n); err != nil {
				b.Fatal(err)
			}
			n = (n + 777_777) % 1_000_000
		}
	})
	b.Run("check", func(b *testing.B) {
		p, err := Prove(ctx, m.fetch, owner.verifier, 12345)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, _, err := CheckProof(p, m.rows[12345].Leaf, owner.verifier); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("extend", func(b *testing.B) {
		n := int64(1)
		for b.Loop() {
			if _, err := Extend(ctx, m.fetch, owner.verifier, n); err != nil {
				b.Fatal(err)
			}
			n = (n + 777_777) % 1_000_000
		}
	})
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if _, err := m.verify(Options{Key: owner.key}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)*1e6/b.Elapsed().Seconds(), "entries/s")
	})
}
