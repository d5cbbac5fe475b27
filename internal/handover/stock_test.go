package handover_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// Somebody without Reelm opens an archive with Debian's age, zstd and tar,
// and reads it with nothing but docs/handover-format.md.
func TestStockToolsOpenAnArchive(t *testing.T) {
	for _, tool := range []string{"age", "zstd", "tar"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is needed: make packages-test", tool)
		}
	}
	tw := newTown(t, 3, 4)
	tw.watch()
	b := newBuyer(t)
	path, _ := tw.export(b)
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(b.identity.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cmd := exec.Command("bash", "-o", "pipefail", "-c", `age -d -i "$1" "$2" | zstd -dc | tar x -C "$3"`, "-", key, path, dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	verifier, err := note.NewVerifier(tw.r.SigningKey().Verifier())
	if err != nil {
		t.Fatal(err)
	}
	signed, err := os.ReadFile(filepath.Join(dir, "manifest.note"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Counts  map[string]int64
		Members []struct{ Name, SHA256 string }
	}
	if err := json.Unmarshal([]byte(strings.Split(n.Text, "\n")[1]), &manifest); err != nil {
		t.Fatal(err)
	}
	if got := hashFile(t, filepath.Join(dir, "files.ndjson")); got != manifest.Members[0].SHA256 {
		t.Errorf("files.ndjson is %s, signed as %s", got, manifest.Members[0].SHA256)
	}
	rows := map[string]int64{}
	eachJSON(t, filepath.Join(dir, "files.ndjson"), func(f map[string]any) {
		name := f["name"].(string)
		if got := hashFile(t, filepath.Join(dir, name)); got != f["sha256"] {
			t.Errorf("%s is %s, listed as %v", name, got, f["sha256"])
		}
		if table, ok := strings.CutPrefix(filepath.Dir(name), "tables/"); ok {
			eachJSON(t, filepath.Join(dir, name), func(map[string]any) { rows[table]++ })
		}
		if filepath.Dir(name) == "log" {
			eachJSON(t, filepath.Join(dir, name), func(m map[string]any) {
				if m["seq"].(float64) > 0 && m["data"].(map[string]any)["k"] != "" {
					rows["log"]++
				}
			})
		}
		if filepath.Dir(name) == "media-list" {
			eachJSON(t, filepath.Join(dir, name), func(m map[string]any) {
				sum := m["sha256"].(string)
				if hashFile(t, filepath.Join(dir, "media", sum[:2], sum)) != sum {
					t.Errorf("media %v are not what their name says", m["key"])
				}
				rows["objects"]++
			})
		}
	})
	for _, what := range []string{"accounts", "clips", "log", "objects"} {
		if rows[what] == 0 || rows[what] != manifest.Counts[what] {
			t.Errorf("%s: %d were read, the manifest says %d", what, rows[what], manifest.Counts[what])
		}
	}
}

func hashFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func eachJSON(t *testing.T, name string, fn func(map[string]any)) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		var m map[string]any
		if err := json.Unmarshal(s.Bytes(), &m); err != nil {
			t.Fatal(fmt.Errorf("%s: %w", name, err))
		}
		fn(m)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
