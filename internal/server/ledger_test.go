package server_test

import (
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"reelm/internal/ledger"
	"reelm/internal/server"
	"reelm/internal/server/servertest"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// verb runs a verb on the server of a data folder.
func verb[O any](t testing.TB, data, name string, in any) (O, error) {
	t.Helper()
	c, err := server.Dial(t.Context(), data, quiet)
	if err != nil {
		t.Fatal(err)
	}
	var out O
	err = c.Call(t.Context(), name, in, &out)
	if cerr := c.Close(); cerr != nil {
		t.Error(cerr)
	}
	return out, err
}

func must[O any](t testing.TB, data, name string, in any) O {
	t.Helper()
	out, err := verb[O](t, data, name, in)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

// constitute changes the constitution, which is an act for the ledger.
func constitute(t testing.TB, data, doc string) {
	t.Helper()
	must[server.Constitution](t, data, "realm-constitution", server.RealmConstitution{Name: "main", Document: []byte(doc), Note: "a try"})
}

// stranger reads a ledger with the published packages alone.
type stranger struct {
	*servertest.House
	key note.Verifier
}

func (s *stranger) fetch(path string) []byte {
	s.Helper()
	return s.Must(200, "GET", "/ledger/"+path, "", nil).Body
}

func (s *stranger) head() tlog.Tree {
	s.Helper()
	n, err := note.Open(s.fetch("checkpoint"), note.VerifierList(s.key))
	if err != nil {
		s.Fatal(err)
	}
	lines := strings.Split(n.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || lines[0] != s.key.Name() {
		s.Fatal(lines, err)
	}
	b, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil {
		s.Fatal(err)
	}
	return tlog.Tree{N: size, Hash: tlog.Hash(b)}
}

// Height, ReadTiles and SaveTiles make it a tlog.TileReader.
func (s *stranger) Height() int                         { return 8 }
func (s *stranger) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (s *stranger) ReadTiles(tiles []tlog.Tile) (out [][]byte, err error) {
	for _, t := range tiles {
		// tlog's own path of a tile names the height, C2SP's does not.
		out = append(out, s.fetch("tile/"+strings.TrimPrefix(t.Path(), "tile/8/")))
	}
	return out, nil
}

func TestThirdPartiesVerifyTheLedgerOfARunningServer(t *testing.T) {
	h := servertest.Start(t)
	key, err := note.NewVerifier(strings.TrimSpace(string(h.Must(200, "GET", "/ledger/key", "", nil).Body)))
	if err != nil {
		t.Fatal(err)
	}
	s := &stranger{h, key}
	before := s.head()
	if before.N < 2 {
		t.Fatalf("a new realm's ledger has %d entries", before.N)
	}
	for i := range 3 {
		constitute(t, h.Config.Data, fmt.Sprintf(`{"weights":{"like":0.%d}}`, i+1))
	}
	after := s.head()
	if after.N < before.N+3 {
		t.Fatalf("%d entries became %d by three acts", before.N, after.N)
	}
	hashes := tlog.TileHashReader(after, s)
	proof, err := tlog.ProveTree(after.N, before.N, hashes)
	if err != nil {
		t.Fatal(err)
	}
	if err := tlog.CheckTree(proof, after.N, after.Hash, before.N, before.Hash); err != nil {
		t.Error("it does not go on from what was seen before:", err)
	}
	leaves, err := ledger.ParseBundle(s.fetch(fmt.Sprintf("tile/entries/000.p/%d", after.N)))
	if err != nil || !slices.ContainsFunc(leaves, func(b []byte) bool { return strings.Contains(string(b), `"like":0.3`) }) {
		t.Fatalf("%s %v", leaves, err)
	}
	for i, leaf := range leaves {
		p, err := tlog.ProveRecord(after.N, int64(i), hashes)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(p, after.N, after.Hash, int64(i), tlog.RecordHash(leaf)); err != nil {
			t.Errorf("entry %d: %v", i, err)
		}
	}
	if texts := string(s.fetch("texts/000")); !strings.Contains(texts, `"a try"`) {
		t.Error(texts)
	}
	if a := h.Do("GET", "/ledger/tile/0/000.p/200", "", nil); a.Status != 404 {
		t.Error("a tile that is not there:", a.Status)
	}
	if a := h.Do("GET", "/ledger/checkpoint", "rs_a-token-that-does-not-hold", nil); a.Status != 200 || a.Header.Get("Cache-Control") != "no-cache" || a.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Error(a.Status, a.Header)
	}
	if r, err := ledger.Verify(t.Context(), server.RemoteLedger(h.Base), ledger.Options{Older: [][]byte{s.fetch("checkpoint")}}); err != nil || r.Owners[0].Key == "" {
		t.Error(r, err)
	}
	p := must[server.LedgerProof](t, h.Config.Data, "ledger-prove", server.LedgerOf{Realm: "main", Index: after.N - 1, Old: -1})
	if _, _, err := ledger.CheckProof([]byte(p.Proof), []byte(p.Entry), key); err != nil {
		t.Error(err)
	}
	if _, err := verb[server.LedgerProof](t, h.Config.Data, "ledger-prove", server.LedgerOf{Realm: "main", Index: 1 << 40, Old: -1}); err == nil {
		t.Error("an entry that is not there was proved")
	}
}

// Whatever stored byte changes, the operator's verify says so; a database
// that was rolled back is told by the checkpoint beside it.
func TestTamperingWithWhatIsStoredIsFound(t *testing.T) {
	h := servertest.Start(t)
	file := filepath.Join(h.Config.Data, "realms", "main", "reelm.db")
	h.Stop()
	rolled := copyOf(t, file)
	h.Run()
	constitute(t, h.Config.Data, `{"explore":0.2}`)
	old := must[server.LedgerHead](t, h.Config.Data, "ledger-head", server.LedgerOf{Realm: "main"})
	constitute(t, h.Config.Data, `{"explore":0.3}`)
	h.Stop()
	good := copyOf(t, file)
	verify := func(older ...[]byte) error {
		t.Helper()
		_, err := verb[server.LedgerReport](t, h.Config.Data, "ledger-verify", server.LedgerOf{Realm: "main", Older: older})
		return err
	}
	if err := verify([]byte(old.Checkpoint)); err != nil {
		t.Fatal(err)
	}
	put := func(content []byte) {
		t.Helper()
		for _, f := range []string{file + "-wal", file + "-shm"} {
			if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// The server enters its model at a moment of its own: an entry is found by what it says.
	const meant = `WHERE n = (SELECT n FROM ledger_entry WHERE kind = 'constitution' AND instr(CAST(leaf AS TEXT), '"explore":0.2') > 0)`
	for _, change := range []string{
		`UPDATE ledger_entry SET leaf = CAST(replace(CAST(leaf AS TEXT), '"explore":0.2', '"explore":0.1') AS BLOB) ` + meant,
		`UPDATE ledger_entry SET hash = zeroblob(32) WHERE n = 1`,
		`UPDATE ledger_entry SET kind = 'phase' WHERE n = 1`,
		`DELETE FROM ledger_entry WHERE n = (SELECT max(n) FROM ledger_entry)`,
		`UPDATE ledger_text SET content = 'another reason' ` + meant,
		`UPDATE ledger_text SET salt = zeroblob(16) ` + meant,
		`UPDATE ledger_text SET name = 'notes' ` + meant,
		`UPDATE ledger_text SET content = '', salt = NULL, redacted = 'mistake' ` + meant,
		`DELETE FROM ledger_text`,
		`UPDATE ledger_month SET n = n + 1`,
		`UPDATE ledger_head SET checkpoint = CAST(replace(CAST(checkpoint AS TEXT), 'reelm/main', 'reelm/mein') AS BLOB)`,
		`UPDATE ledger_head SET checkpoint = zeroblob(300)`,
	} {
		put(good)
		db, err := sql.Open("sqlite", "file:"+file)
		if err != nil {
			t.Fatal(err)
		}
		res, err := db.Exec(change)
		if err != nil {
			t.Fatal(change, err)
		}
		if n, err := res.RowsAffected(); n == 0 || err != nil {
			t.Fatal("nothing changed:", change)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := verify(); err == nil {
			t.Error("not found:", change)
		}
	}
	put(rolled)
	if err := verify(); err == nil || !strings.Contains(err.Error(), "rolled back") {
		t.Error("a database of before:", err)
	}
	put(good)
	if err := verify(); err != nil {
		t.Error(err)
	}
}

func copyOf(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
