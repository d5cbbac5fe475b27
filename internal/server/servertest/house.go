// Package servertest runs whole servers for tests, in this process or as a
// process of its own that can be killed, and speaks to them as clients do.
package servertest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/alecthomas/kong"

	"reelm/internal/server"
)

// Password is that of every account that tests make.
const Password = "vT7 plume orbit 42 quay"

// House is a running server.
type House struct {
	testing.TB
	Config server.Config
	Base   string // http://127.0.0.1:PORT
	Stop   func() // orderly; again does nothing

	program string
	process *exec.Cmd
}

// Start runs a server in this process on an empty folder and a free port,
// without limits, and stops it with the test. TestMain must call
// media.RunHelper.
func Start(t testing.TB, change ...func(*server.Config)) *House {
	t.Helper()
	h := &House{TB: t}
	p, err := kong.New(&h.Config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Parse(nil); err != nil {
		t.Fatal(err)
	}
	h.Config.Listen, h.Config.OpsListen, h.Config.Data, h.Config.Fast = "127.0.0.1:0", "", t.TempDir(), true
	h.Config.Limits.Enabled = false
	for _, f := range change {
		f(&h.Config)
	}
	h.Run()
	t.Cleanup(func() { h.Stop() })
	return h
}

// Run starts the server again, after Stop.
func (h *House) Run() {
	h.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s, err := server.Open(ctx, h.Config, true, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		cancel()
		h.Fatal(err)
	}
	address, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- s.Serve(ctx, func(a string) { address <- a }) }()
	select {
	case a := <-address:
		h.Base = "http://" + a
	case err := <-done:
		cancel()
		h.Fatal(err)
	}
	stopped := false
	h.Stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			h.Error(err)
		}
		if err := s.Close(); err != nil {
			h.Error(err)
		}
	}
}

// Build builds the program once for a test.
func Build(t testing.TB) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "reelm")
	cmd := exec.Command("go", "build", "-o", out, "reelm/cmd/reelm")
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, b)
	}
	return out
}

// Spawn runs the built program on a folder, as a process of its own.
func Spawn(t testing.TB, program, data string) *House {
	t.Helper()
	h := &House{TB: t, program: program}
	h.Config.Data = data
	h.Respawn()
	t.Cleanup(func() { h.Stop() })
	return h
}

// Respawn starts the process again, after Kill or Stop.
func (h *House) Respawn() {
	h.Helper()
	h.process = exec.Command(h.program, "serve", "--data", h.Config.Data, "--listen", "127.0.0.1:0", "--ops-listen=")
	h.process.Env = append(os.Environ(), "REELM_LIMITS_ENABLED=false")
	h.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var log strings.Builder
	h.process.Stderr = &log
	out, err := h.process.StdoutPipe()
	if err != nil {
		h.Fatal(err)
	}
	if err := h.process.Start(); err != nil {
		h.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for h.Base = ""; h.Base == "" && lines.Scan(); {
		if at, ok := strings.CutPrefix(lines.Text(), "Reelm is at "); ok {
			h.Base = strings.TrimSpace(at)
		}
	}
	if h.Base == "" {
		werr := h.process.Wait()
		h.Fatalf("the server did not start: %v\n%s", werr, log.String())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the process
	p := h.process
	h.Stop = func() {
		if h.process != p {
			return
		}
		h.process = nil
		if err := p.Process.Signal(syscall.SIGTERM); err != nil {
			h.Error(err)
		}
		if err := p.Wait(); err != nil {
			h.Errorf("the server ended with %v\n%s", err, log.String())
		}
	}
}

// Kill ends the process at once, as kill -9 does.
func (h *House) Kill() {
	h.Helper()
	p := h.process
	h.process = nil
	if err := p.Process.Kill(); err != nil {
		h.Fatal(err)
	}
	_ = p.Wait() // says that it was killed
}

// Resident is the memory of the process, in KB.
func (h *House) Resident() (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rss, _ := strings.Cut(string(status), "VmRSS:")
	var kb int
	_, err = fmt.Sscan(rss, &kb)
	return kb, err
}

// Pid is the number of the process.
func (h *House) Pid() int { return h.process.Process.Pid }

// Program is the path of the built program.
func (h *House) Program() string { return h.program }

// Verb runs the built program with some arguments.
func (h *House) Verb(args ...string) (stdout, stderr string, code int) {
	h.Helper()
	cmd := exec.Command(h.program, args...)
	var o, e strings.Builder
	cmd.Stdout, cmd.Stderr = &o, &e
	cmd.Env = append(os.Environ(), "REELM_DATA="+h.Config.Data)
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		h.Fatal(err)
	}
	return o.String(), e.String(), cmd.ProcessState.ExitCode()
}
