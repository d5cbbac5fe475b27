package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// root of the module, from here.
const root = "../.."

// families are keys that are put together while the program runs: what stands
// before the variable part. Those of error and fault are held against the
// codes below.
var families = []string{
	"date.month.", "error.", "admin.close.", "admin.sell.", "admin.state.", "error.kind.", "failure.do.", "fault.", "ledger.", "level.", "phase.", "report.reason.", "search.", "settings.learning.", "settings.theme.",
	"state.", "subject.", "transparency.diversity.", "transparency.source.", "transparency.weight.", "visibility.", "why.part.", "why.source.",
	"mute.kind.", "notice.", "notices.kind.", "talk.messages.", "clip.comments_from.", // of the app
}

// uses finds the keys that templates, Go and TypeScript ask for, and every
// other literal that looks like a key.
func uses(t *testing.T) (asked map[string]string, mentioned map[string]bool) {
	asked, mentioned = map[string]string{}, map[string]bool{}
	ask := regexp.MustCompile(`(?:\bt |\bT\(|\bt\()"([a-z0-9_.-]+)"`)
	literal := regexp.MustCompile("[\"`]([a-z0-9_-]+(?:\\.[a-z0-9_-]+)+)[\"`]")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch d.Name() {
			case "node_modules", "testdata", "static", ".git", "tools", "docs", "tmp":
				return fs.SkipDir
			}
			return nil
		}
		ext := filepath.Ext(path)
		if ext != ".go" && ext != ".ts" && ext != ".html" || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".test.ts") {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !strings.Contains(path, filepath.Join("internal", "words")) {
			for _, m := range ask.FindAllSubmatch(b, -1) {
				if key := string(m[1]); strings.Contains(key, ".") && !strings.HasSuffix(key, ".") {
					asked[key] = path
				}
			}
		}
		for _, m := range literal.FindAllSubmatch(b, -1) {
			mentioned[string(m[1])] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return asked, mentioned
}

func TestEveryKeyAskedForIsThere(t *testing.T) {
	asked, _ := uses(t)
	if len(asked) < 100 {
		t.Fatalf("only %d uses were found: is the test looking in the right place?", len(asked))
	}
	for key, path := range asked {
		if !Languages()[0].Has(key) {
			t.Errorf("%s asks for %s, which is in no catalogue", path, key)
		}
	}
}

func TestEveryKeyIsUsed(t *testing.T) {
	_, mentioned := uses(t)
	family := func(key string) bool {
		for _, f := range families {
			if strings.HasPrefix(key, f) {
				return true
			}
		}
		return false
	}
	for key := range Languages()[0].texts {
		if !mentioned[key] && !family(key) {
			t.Errorf("nothing uses %s", key)
		}
	}
}

// Every code that an error of the product can have is a text in both
// catalogues: `error.CODE`, or `fault.CODE` for what refuses an upload.
func TestEveryErrorCodeHasWords(t *testing.T) {
	fset := token.NewFileSet()
	found := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if n := d.Name(); n == "tools" || n == "testdata" || n == "node_modules" || n == "rec" || n == ".git" || n == "tmp" {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			code, ok := codeOf(n)
			if !ok {
				return true
			}
			found++
			for _, l := range Languages() {
				if !l.Has("error."+code) && !l.Has("fault."+code) {
					t.Errorf("%s: the error code %q has no words: add error.%s to internal/words/%s.json", fset.Position(n.Pos()), code, code, l.Code())
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 20 {
		t.Fatalf("only %d codes were found: is the test looking in the right place?", found)
	}
}

// Every part of a score can be said in words, also those that the engine gets
// tomorrow.
func TestEveryPartOfAScoreHasWords(t *testing.T) {
	names := regexp.MustCompile(`(?s)var (?:headNames|publicNames) = \[\w+\]string\{(.*?)\}`)
	part := regexp.MustCompile(`Part\{Name: "([a-z_]+)"`)
	quoted := regexp.MustCompile(`"([a-z_]+)"`)
	files, err := filepath.Glob(filepath.Join(root, "rec", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all := part.FindAllSubmatch(b, -1)
		for _, list := range names.FindAllSubmatch(b, -1) {
			all = append(all, quoted.FindAllSubmatch(list[1], -1)...)
		}
		for _, m := range all {
			found++
			if key := "why.part." + string(m[1]); !Languages()[0].Has(key) {
				t.Errorf("%s: the part %q has no words: add %s to the catalogues", file, m[1], key)
			}
		}
	}
	if found < 12 {
		t.Fatalf("only %d parts were found: is the test looking in the right place?", found)
	}
}

// codeOf reads the code of `Wrong(field, "code", ...)` and of
// `Error{Code: "code"}`.
func codeOf(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		if name == "Wrong" && len(n.Args) >= 2 {
			return literal(n.Args[1])
		}
	case *ast.CompositeLit:
		name := ""
		switch t := n.Type.(type) {
		case *ast.Ident:
			name = t.Name
		case *ast.SelectorExpr:
			name = t.Sel.Name
		}
		if name != "Error" {
			return "", false
		}
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Code" {
					return literal(kv.Value)
				}
			}
		}
	}
	return "", false
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}
