package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"reelm/internal/server/servertest"
)

// Each verb of the command line has a script in testdata/verbs.
func TestVerbs(t *testing.T) {
	program := servertest.Build(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/verbs",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(program)+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("REELM_DATA", filepath.Join(env.WorkDir, "data"))
			return nil
		},
		RequireExplicitExec: true,
	})
}
