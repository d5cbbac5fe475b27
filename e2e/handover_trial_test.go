package e2e

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reelm/internal/server/servertest"
)

// heap gives a realm media without clips: sparse files, of which every
// megabyte begins with bytes of its own.
func heap(t *testing.T, dir string, total int64) {
	t.Helper()
	const each = 64 << 20
	for n := int64(0); n*each < total; n++ {
		name := filepath.Join(dir, "realms", "main", "media", fmt.Sprintf("heap%04d", n), "540.mp4")
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		for at := int64(0); at < each; at += 1 << 20 {
			block := make([]byte, 0, 64<<10)
			for seed := sha256.Sum256(fmt.Appendf(nil, "%d %d", n, at)); len(block) < cap(block); seed = sha256.Sum256(seed[:]) {
				block = append(block, seed[:]...)
			}
			if _, err := f.WriteAt(block, at); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Truncate(each); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A large archive takes constant memory, and most of what tar, zstd and age
// make of the same data per second. The figures of a trial are in
// docs/benchmarks.md.
func TestALargeArchive(t *testing.T) {
	total := int64(512 << 20)
	trial := os.Getenv("REELM_TRIAL") != ""
	if trial {
		total = 10 << 30
	} else {
		t.Log("512 MiB; REELM_TRIAL=1 makes 10 GiB")
	}
	s := &sale{House: servertest.Spawn(t, servertest.Build(t), t.TempDir()), t: t, dir: t.TempDir()}
	heap(t, s.Config.Data, total)
	to := s.run(0, "handover", "keygen", "--out", s.file("key"))
	began := time.Now()
	sh := exec.Command("bash", "-o", "pipefail", "-c", `tar c -C "$1" media | zstd -q | age -r "$2" > "$3"`, "-", filepath.Join(s.Config.Data, "realms", "main"), to, s.file("stock"))
	if out, err := sh.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	stock := time.Since(began)
	if err := os.Remove(s.file("stock")); err != nil {
		t.Fatal(err)
	}
	began = time.Now()
	s.run(0, "handover", "export", "--to", to, "--out", s.file("large"))
	ours := time.Since(began)
	peak := high(t, s.Pid())
	rate := float64(stock) / float64(ours)
	t.Logf("%d MiB: tar|zstd|age %s, export %s: %.0f %% of the throughput; peak memory of the server %d MB", total>>20, stock.Round(time.Millisecond), ours.Round(time.Millisecond), 100*rate, peak>>10)
	if peak > 200<<10 {
		t.Errorf("the server took %d MB", peak>>10)
	}
	if trial && rate < 0.6 {
		t.Errorf("%.0f %% of the throughput of tar|zstd|age", 100*rate)
	}
	buyer := servertest.Spawn(t, s.Program(), t.TempDir())
	began = time.Now()
	s.run(0, "handover", "import", s.file("large"), "--data", buyer.Config.Data, "--realm", "bought", "--identity", s.file("key"), "--receipt", s.file("receipt"))
	t.Logf("import %s; peak memory of the server %d MB", time.Since(began).Round(time.Millisecond), high(t, buyer.Pid())>>10)
	if peak := high(t, buyer.Pid()); peak > 200<<10 {
		t.Errorf("the importing server took %d MB", peak>>10)
	}
	began = time.Now()
	s.run(0, "realm", "phase", "main", "read-only")
	s.run(0, "handover", "export", "--to", to, "--since", s.file("large.manifest"), "--out", s.file("last"))
	s.run(0, "handover", "import", s.file("last"), "--data", buyer.Config.Data, "--realm", "bought", "--identity", s.file("key"), "--receipt", s.file("receipt"))
	s.run(0, "realm", "phase", "bought", "open", "--data", buyer.Config.Data)
	pause := time.Since(began)
	t.Logf("cut-over %s", pause.Round(time.Millisecond))
	if trial && pause > 10*time.Second {
		t.Errorf("the cut-over took %s", pause)
	}
}

// high is the most memory that a process has had, in KB.
func high(t *testing.T, pid int) (kb int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		t.Fatal(err)
	}
	return kb
}
