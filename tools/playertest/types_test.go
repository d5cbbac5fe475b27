package playertest

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// typescript that the types are checked with. It is no part of the build.
const typescript = "typescript@7.0.2"

// TestTypes checks the player's types where npm can fetch the compiler; the
// bundler only strips them.
func TestTypes(t *testing.T) {
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed: the types are not checked here")
	}
	dir := t.TempDir()
	if out, err := exec.Command("npm", "install", "--prefix", dir, "--no-save", "--no-audit", "--no-fund", typescript).CombinedOutput(); err != nil {
		t.Skipf("npm could not fetch %s: the types are not checked here\n%s", typescript, out)
	}
	cmd := exec.Command(filepath.Join(dir, "node_modules", ".bin", "tsc"), "-p", player)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
