package reelm_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed is the table of docs/architecture.md: what each package may import
// of ours, with whatever those may import. Tests may import more.
var allowed = map[string][]string{
	"":                  {},
	"rec":               {},
	"rec/eval":          {"rec"},
	"rec/sim":           {"rec"},
	"internal/words":    {""},
	"internal/store":    {"", "internal/ledger"},
	"internal/blob":     {},
	"internal/eventlog": {},
	"internal/ledger":   {""},
	"internal/realm":    {"", "internal/store", "internal/blob", "internal/eventlog", "internal/ledger"},
	"internal/auth":     {"", "internal/realm"},
	"internal/media":    {""},
	"internal/clip":     {"", "internal/realm", "internal/media"},
	"internal/feed":     {"", "internal/realm", "rec", "rec/eval"},
	"internal/notify":   {"", "internal/realm", "internal/words"},
	"internal/safety":   {"", "internal/realm", "internal/media", "internal/notify"},
	"internal/studio":   {"", "internal/realm"},
	"internal/own":      {"", "internal/realm", "internal/feed"},
	"internal/handover": {"", "internal/realm", "internal/feed", "internal/clip"},
	"internal/visit":    {"internal/auth", "internal/own", "internal/clip", "internal/feed", "internal/notify", "internal/words"},
	"internal/api":      {"internal/visit", "internal/safety", "internal/studio", "internal/handover"},
	"internal/web":      {"internal/api"},
	"internal/demo":     {"internal/api"},
	"internal/server":   {"internal/web", "internal/demo"},
	"cmd/reelm":         {"internal/server", "internal/demo", "rec/eval", "rec/sim"},
}

// testHelpers are packages that only tests import.
var testHelpers = []string{"internal/store/storetest", "internal/realm/realmtest", "internal/server/servertest", "e2e"}

func reachable(pkg string, seen map[string]bool) map[string]bool {
	for _, p := range allowed[pkg] {
		if !seen[p] {
			seen[p] = true
			reachable(p, seen)
		}
	}
	return seen
}

func TestImportsGoDownOnly(t *testing.T) {
	fset := token.NewFileSet()
	found := 0
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "tools" || name == "player" || name == "testdata" || name == "tmp" || name != "." && strings.HasPrefix(name, ".") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		pkg := path.Dir(filepath.ToSlash(file))
		if pkg == "." {
			pkg = ""
		}
		if slices.ContainsFunc(testHelpers, func(h string) bool { return pkg == h || strings.HasPrefix(pkg, h+"/") }) {
			return nil
		}
		_, known := allowed[pkg]
		if !known {
			t.Errorf("%s: package %q is not in the table of packages", file, pkg)
			return nil
		}
		ok := reachable(pkg, map[string]bool{})
		src, err := parser.ParseFile(fset, file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		found++
		for _, imp := range src.Imports {
			p, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			ours, isOurs := strings.CutPrefix(p, "reelm/")
			if p == "reelm" {
				ours, isOurs = "", true
			}
			if isOurs && !ok[ours] {
				t.Errorf("%s: %q may not import %q", file, pkg, p)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found == 0 {
		t.Fatal("no Go files were read")
	}
}
