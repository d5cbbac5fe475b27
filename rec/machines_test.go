package rec

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// fingerprint is what a machine makes of a log: the model's hash and answers
// to the byte.
func fingerprint(t testing.TB) string {
	log := testLog(11, 4000)
	e := fold(t, log)
	s := fmt.Sprintf("%x", e.Hash())
	for user := range ID(12) {
		for _, p := range e.Feed(Request{User: user, Time: lastTime(log), Limit: 5, Position: 3, Profile: user != 4, Horizon: int64(user % 2)}) {
			s += fmt.Sprintf(" %d:%x:%x", p.Item, p.Score, p.Propensity)
		}
	}
	return s
}

const printFingerprint = "REELM_PRINT_FINGERPRINT"

// TestFingerprint is what the other machine runs.
func TestFingerprint(t *testing.T) {
	f := fingerprint(t)
	if f != fingerprint(t) {
		t.Error("one machine gives two fingerprints")
	}
	if os.Getenv(printFingerprint) != "" {
		fmt.Println("fingerprint", f)
	}
}

func TestOtherMachinesAgree(t *testing.T) {
	if os.Getenv(printFingerprint) != "" {
		return // we are the other machine
	}
	want := fingerprint(t)
	for _, m := range []struct {
		name, run string // the program that runs it, empty for the machine itself
		env       []string
	}{
		{"arm64", "qemu-aarch64-static", []string{"GOARCH=arm64"}},
		{"amd64 with fused multiply-add", "", []string{"GOARCH=amd64", "GOAMD64=v3"}},
	} {
		t.Run(m.name, func(t *testing.T) {
			if m.run != "" {
				if _, err := exec.LookPath(m.run); err != nil {
					t.Skipf("%s is not installed: apt-get install qemu-user-static", m.run)
				}
			} else if runtime.GOARCH != "amd64" || !hasFMA() {
				t.Skip("this machine has no fused multiply-add for amd64 programs")
			}
			bin := filepath.Join(t.TempDir(), "rec.test")
			build := exec.Command("go", "test", "-c", "-o", bin, ".")
			build.Env = append(append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0", "GOFLAGS="), m.env...)
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("building: %v\n%s", err, out)
			}
			args := []string{bin, "-test.run", "^TestFingerprint$", "-test.v"}
			if m.run != "" {
				args = append([]string{m.run}, args...)
			}
			run := exec.Command(args[0], args[1:]...)
			run.Env = append(os.Environ(), printFingerprint+"=1")
			out, err := run.CombinedOutput()
			if err != nil {
				t.Fatalf("running: %v\n%s", err, out)
			}
			_, got, found := strings.Cut(string(out), "fingerprint ")
			if got, _, _ = strings.Cut(got, "\n"); !found || got != want {
				t.Errorf("another model or other answers:\n%.120s\n%.120s", want, got)
			}
		})
	}
}

func hasFMA() bool {
	b, err := os.ReadFile("/proc/cpuinfo")
	return err == nil && strings.Contains(string(b), " fma ") && strings.Contains(string(b), " avx2 ")
}
