package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func TestProofsHoldAndOnlyForWhatTheyProve(t *testing.T) {
	owner, ctx := newParty(t, "reelm.example/ledger"), context.Background()
	m := found(t, owner)
	m.manyActs(700)
	half := m.copy()
	var older []tlog.Tree // of every size
	var e Edge
	for _, r := range m.rows {
		older = append(older, e.Tree())
		e.Add(r.Leaf)
	}
	older = append(older, e.Tree())
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, int64(len(m.rows))-1).Draw(t, "entry")
		proof, err := Prove(ctx, m.fetch, owner.verifier, n)
		if err != nil {
			t.Fatal(err)
		}
		index, c, err := CheckProof(proof, m.rows[n].Leaf, owner.verifier)
		if err != nil || index != n || c.Tree != m.edge.Tree() {
			t.Fatalf("entry %d: %d, %+v, %v", n, index, c, err)
		}
		other := (n + 1) % int64(len(m.rows))
		if _, _, err := CheckProof(proof, m.rows[other].Leaf, owner.verifier); !errors.Is(err, ErrTampered) {
			t.Fatalf("the proof for entry %d holds for %d: %v", n, other, err)
		}
		flipped := bytes.Clone(proof)
		// The last letter of a signature has bits that mean nothing.
		at := rapid.IntRange(0, len(proof)-4).Draw(t, "flip")
		flipped[at] ^= 1 << rapid.IntRange(0, 6).Draw(t, "bit")
		if _, _, err := CheckProof(flipped, m.rows[n].Leaf, owner.verifier); err == nil {
			t.Fatalf("with a flipped bit at %d it still holds:\n%s", at, flipped)
		}

		size := rapid.Int64Range(0, int64(len(m.rows))).Draw(t, "size")
		ext, err := Extend(ctx, m.fetch, owner.verifier, size)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := CheckExtension(ext, older[size], owner.verifier); err != nil || c.Tree != m.edge.Tree() {
			t.Fatalf("from %d: %+v, %v", size, c, err)
		}
		if size > 0 {
			wrong := older[size]
			wrong.Hash[7] ^= 1
			if _, err := CheckExtension(ext, wrong, owner.verifier); !errors.Is(err, ErrFork) {
				t.Fatalf("it goes on from another tree of %d: %v", size, err)
			}
		}
		at = rapid.IntRange(0, len(ext)-4).Draw(t, "flip in extension")
		flipped = bytes.Clone(ext)
		flipped[at] ^= 1
		if _, err := CheckExtension(flipped, older[size], owner.verifier); err == nil {
			t.Fatalf("with a flipped bit at %d it still holds:\n%s", at, flipped)
		}
	})
	if _, err := Prove(ctx, m.fetch, owner.verifier, int64(len(m.rows))); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := Prove(ctx, m.fetch, newParty(t, "somebody").verifier, 3); !errors.Is(err, ErrSignature) {
		t.Error(err)
	}
	// A ledger that was rolled back after its head was seen.
	seen := m.edge.Tree()
	half.manyActs(1)
	ext, err := Extend(ctx, found(t, owner).fetch, owner.verifier, 0)
	if err != nil {
		t.Fatal(err)
	}
	ext = bytes.Replace(ext, []byte("old 0"), fmt.Appendf(nil, "old %d", seen.N), 1)
	if _, err := CheckExtension(ext, seen, owner.verifier); !errors.Is(err, ErrRollback) {
		t.Error(err)
	}
}

func TestProofHasTheFormatOfTheSpecification(t *testing.T) {
	owner := newParty(t, "reelm.example/ledger")
	m := found(t, owner)
	m.manyActs(4)
	proof, err := Prove(context.Background(), m.fetch, owner.verifier, 2)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "entry.tlog-proof", string(proof))
	extra := strings.Replace(string(proof), "\nindex", "\nextra YWdl\nindex", 1)
	if _, _, err := CheckProof([]byte(extra), m.rows[2].Leaf, owner.verifier); err != nil {
		t.Error("with extra data:", err)
	}
}

// A published client reads the ledger over HTTP: nothing of ours but the
// paths is used.
func TestPublishedPackagesReadTheLedger(t *testing.T) {
	owner := newParty(t, "reelm.example/ledger")
	m := found(t, owner)
	m.manyModels(66000) // three levels of tiles
	server := httptest.NewServer(http.StripPrefix("/ledger/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := m.fetch(r.Context(), r.URL.Path)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", ContentType(r.URL.Path))
		_, _ = w.Write(b) // to a client of this test
	})))
	defer server.Close()
	get := func(path string) []byte {
		t.Helper()
		r, err := http.Get(server.URL + "/ledger/" + path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil || r.StatusCode != 200 {
			t.Fatal(path, r.Status, err)
		}
		return b
	}
	n, err := note.Open(get("checkpoint"), note.VerifierList(owner.verifier))
	if err != nil {
		t.Fatal(err)
	}
	var origin, root string
	var size int64
	if _, err := fmt.Sscan(n.Text, &origin, &size, &root); err != nil || origin != "reelm.example/ledger" {
		t.Fatal(origin, err)
	}
	hash, err := tlog.ParseHash(root)
	if err != nil {
		t.Fatal(err)
	}
	tree := tlog.Tree{N: size, Hash: hash}
	reader := tlog.TileHashReader(tree, httpTiles(func(tile tlog.Tile) []byte {
		return get(strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
	}))
	bundle := get(fmt.Sprintf("tile/entries/%03d.p/%d", size/256, size%256))
	for i := size / 256 * 256; i < size; i++ {
		length := int(bundle[0])<<8 | int(bundle[1])
		leaf := bundle[2 : 2+length]
		bundle = bundle[2+length:]
		proof, err := tlog.ProveRecord(size, i, reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(proof, size, hash, i, tlog.RecordHash(leaf)); err != nil {
			t.Fatal(err)
		}
	}
	if len(bundle) > 0 || size != 66001 {
		t.Errorf("%d bytes are left in the bundle of %d entries", len(bundle), size)
	}
	for _, i := range []int64{0, 255, 256, 65535, 65536} {
		if _, err := tlog.ProveRecord(size, i, reader); err != nil {
			t.Error(i, err)
		}
	}
}

type httpTiles func(tlog.Tile) []byte

func (httpTiles) Height() int { return 8 }

func (f httpTiles) ReadTiles(tiles []tlog.Tile) (out [][]byte, err error) {
	for _, t := range tiles {
		out = append(out, f(t))
	}
	return out, nil
}

func (httpTiles) SaveTiles([]tlog.Tile, [][]byte) {}

func FuzzCheckProof(f *testing.F) {
	owner := newParty(f, "reelm.example/ledger")
	m := found(f, owner)
	m.manyActs(9)
	for i := range int64(10) {
		p, err := Prove(context.Background(), m.fetch, owner.verifier, i)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(p)
		if p, err = Extend(context.Background(), m.fetch, owner.verifier, i); err != nil {
			f.Fatal(err)
		}
		f.Add(p)
	}
	leaf := []byte("not an entry of it")
	f.Fuzz(func(t *testing.T, proof []byte) {
		if _, _, err := CheckProof(proof, leaf, owner.verifier); err == nil {
			t.Fatal("proven")
		}
		_, _ = CheckExtension(proof, tlog.Tree{N: 3}, owner.verifier)
	})
}
