package store_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/mod/modfile"
)

// modernc.org/libc does not follow semantic versioning: SQLite works with the
// version that it was translated for, and with no other.
func TestLibcIsTheOneThatSQLiteWasMadeFor(t *testing.T) {
	module := func(path string) (m struct{ Version, GoMod string }) {
		t.Helper()
		out, err := exec.Command("go", "list", "-m", "-json", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	b, err := os.ReadFile(module("modernc.org/sqlite").GoMod)
	if err != nil {
		t.Fatal(err)
	}
	f, err := modfile.Parse("go.mod", b, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range f.Require {
		if r.Mod.Path != "modernc.org/libc" {
			continue
		}
		if ours := module("modernc.org/libc").Version; ours != r.Mod.Version {
			t.Errorf("libc is %s, sqlite asks for %s: go get modernc.org/libc@%[2]s", ours, r.Mod.Version)
		}
		return
	}
	t.Error("sqlite no longer asks for libc: this test can go")
}
