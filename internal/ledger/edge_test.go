package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// stored is the same tree as golang.org/x/mod keeps it: every hash.
type stored []tlog.Hash

func (s *stored) add(t testing.TB, leaf []byte) {
	t.Helper()
	n := int64(0)
	for tlog.StoredHashCount(n) < int64(len(*s)) {
		n++
	}
	hs, err := tlog.StoredHashes(n, leaf, s)
	if err != nil {
		t.Fatal(err)
	}
	*s = append(*s, hs...)
}

func (s *stored) ReadHashes(indexes []int64) (out []tlog.Hash, err error) {
	for _, i := range indexes {
		out = append(out, (*s)[i])
	}
	return out, nil
}

func TestEdgeGivesTheTreeOfTheRFC(t *testing.T) {
	var e Edge
	var all stored
	nodes := map[int]int64{}
	for n := int64(0); n < 2000; n++ {
		want, err := tlog.TreeHash(n, &all)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Tree(); got.N != n || got.Hash != want {
			t.Fatalf("the tree of %d leaves is %v, not %v", n, got, want)
		}
		b, err := e.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := LoadEdge(n, b)
		if err != nil || loaded.Tree() != e.Tree() {
			t.Fatalf("after %d leaves the edge is loaded as another: %v", n, err)
		}
		if _, err := LoadEdge(n+1, b); n > 0 && err == nil && len(b) != 0 && (n+1)&n != 0 && popcount(n) != popcount(n+1) {
			t.Fatalf("the edge of %d leaves is taken for one of %d", n, n+1)
		}
		e = *loaded
		leaf := fmt.Appendf(nil, "leaf %d", n)
		row := e.Add(leaf)
		all.add(t, leaf)
		if row.N != n || row.Hash != tlog.RecordHash(leaf) {
			t.Fatalf("row %+v", row)
		}
		for _, node := range row.Nodes {
			if node.N != nodes[node.Level] {
				t.Fatalf("node %d of level %d comes after %d", node.N, node.Level, nodes[node.Level]-1)
			}
			nodes[node.Level]++
			if want := all[tlog.StoredHashIndex(node.Level*tileHeight, node.N)]; node.Hash != want {
				t.Fatalf("node %+v is not %v", node, want)
			}
		}
	}
	if nodes[1] != 7 || nodes[2] != 0 {
		t.Errorf("%v nodes", nodes)
	}
}

func popcount(n int64) (c int) {
	for ; n > 0; n &= n - 1 {
		c++
	}
	return c
}

func TestPathsAreThoseOfTheSpecification(t *testing.T) {
	for path, tile := range map[string]tlog.Tile{
		"tile/0/000":                  {H: 8, L: 0, N: 0, W: 256},
		"tile/0/x001/x234/067":        {H: 8, L: 0, N: 1234067, W: 256},
		"tile/2/x001/000.p/1":         {H: 8, L: 2, N: 1000, W: 1},
		"tile/63/999.p/255":           {H: 8, L: 63, N: 999, W: 255},
		"tile/entries/x273/112.p/112": {H: 8, L: -1, N: 273112, W: 112},
	} {
		if got := TilePath(tile); got != path {
			t.Errorf("%+v is at %s, not %s", tile, got, path)
		}
		if got, err := parseTile(path); got != tile || err != nil {
			t.Errorf("%s is %+v, %v", path, got, err)
		}
	}
	for _, path := range []string{"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/data/000",
		"tile/0/001/000", "tile/0/x000/001", "tile/0/x1/000", "tile/0/x001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p/1/",
		"tile/0/../000", "tile/0/+00", "tile/0/x999/x999/x999/x999/x999/x999/999", "texts/000", "tile/entries/000/"} {
		if got, err := parseTile(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is %+v, %v", path, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		tile := tlog.Tile{H: 8, L: rapid.IntRange(-1, 63).Draw(t, "L"), N: rapid.Int64Range(0, 1<<50).Draw(t, "N"), W: rapid.IntRange(1, 256).Draw(t, "W")}
		if got, err := parseTile(TilePath(tile)); got != tile || err != nil {
			t.Fatalf("%+v is read as %+v, %v", tile, got, err)
		}
	})
}

func FuzzFetch(f *testing.F) {
	m := found(f, newParty(f, "reelm.example/ledger"))
	m.manyActs(300)
	for _, p := range []string{"checkpoint", "tile/0/000", "tile/0/001.p/45", "tile/1/000.p/1", "tile/entries/001.p/3", "texts/001", StatementPath(tlog.Hash{1}), "tile/7/000.p/1", "texts/x999/999"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, path string) {
		b, err := m.fetch(context.Background(), path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("%q: %v", path, err)
		}
		if err == nil && len(b) == 0 {
			t.Fatalf("%q is empty", path)
		}
	})
}
