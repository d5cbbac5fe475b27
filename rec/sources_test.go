package rec

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"
)

// The operations whose results are the same on every machine.
var exactMath = map[string]bool{
	"Sqrt": true, "Abs": true, "Floor": true, "Min": true, "Max": true,
	"Float32bits": true, "Float32frombits": true, "Float64bits": true, "Float64frombits": true,
	"MaxFloat32": true, "Sqrt2": true, "MaxInt32": true,
}

// Everything in package rec has to compute the same on every machine: of math
// only the above, every product of floating-point numbers rounded before it
// is added to anything (else some machines fuse the two), no iteration over
// maps, no clock, no randomness but our own.
func TestSourcesComputeExactly(t *testing.T) {
	fset := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
		for _, im := range f.Imports {
			switch strings.Trim(im.Path.Value, `"`) {
			case "time", "math/rand", "math/rand/v2", "crypto/rand", "maps", "runtime", "unsafe":
				t.Errorf("%s: imports %s", fset.Position(im.Pos()), im.Path.Value)
			}
		}
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	if _, err := conf.Check("reelm/rec", fset, files, info); err != nil {
		t.Fatal(err)
	}
	products := 0
	for _, f := range files {
		rounded := map[ast.Expr]bool{}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "math" && !exactMath[n.Sel.Name] {
					t.Errorf("%s: math.%s differs between machines", fset.Position(n.Pos()), n.Sel.Name)
				}
			case *ast.CallExpr: // float32(x*y), float64(x*y)
				if tv := info.Types[n.Fun]; tv.IsType() && len(n.Args) == 1 {
					rounded[ast.Unparen(n.Args[0])] = true
				}
			case *ast.AssignStmt:
				if n.Tok == token.MUL_ASSIGN && isFloat(info, n.Lhs[0]) {
					t.Errorf("%s: *= on floating-point numbers is not rounded before what follows", fset.Position(n.Pos()))
				}
			case *ast.RangeStmt:
				if _, ok := info.Types[n.X].Type.Underlying().(*types.Map); ok {
					t.Errorf("%s: iterates over a map", fset.Position(n.Pos()))
				}
			case *ast.GoStmt:
				t.Errorf("%s: starts a goroutine", fset.Position(n.Pos()))
			case *ast.BinaryExpr:
				if n.Op != token.MUL || !isFloat(info, n) || info.Types[n].Value != nil {
					break
				}
				products++
				if !rounded[n] {
					t.Errorf("%s: a product that is not rounded at once: write float32(x*y)", fset.Position(n.Pos()))
				}
				for _, side := range []ast.Expr{n.X, n.Y} { // of x*y*z only the last is added to something
					rounded[ast.Unparen(side)] = true
				}
			}
			return true
		})
	}
	if products < 50 {
		t.Errorf("found %d products only: is the test blind?", products)
	}
}

func isFloat(info *types.Info, e ast.Expr) bool {
	b, ok := info.Types[e].Type.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsFloat != 0
}
