package reelm_test

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// Whoever wonders why a module is in the program finds its line.
func TestEveryDirectDependencyIsExplained(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	file, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`/v\d+$`)
	for _, r := range file.Require {
		short := path.Base(version.ReplaceAllString(r.Mod.Path, ""))
		if !r.Indirect && !strings.Contains(string(doc), short) {
			t.Errorf("docs/dependencies.md has no line for %s", r.Mod.Path)
		}
	}
}
