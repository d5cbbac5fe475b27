package media

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

var errTooMuch = errors.New("it wrote more than it may")

// process is one run of a tool in the sandbox.
type process struct {
	order
	flags  uintptr // namespaces
	stdin  io.Reader
	stdout io.Writer
}

// outcome is what a tool that ended left behind.
type outcome struct {
	code   int            // exit status, -1 when a signal ended it
	signal syscall.Signal // that signal
	stderr string         // the end of what it said
}

// run starts the helper, which becomes the tool, and waits for its end. The
// error tells of everything that kept the tool from running to its end by
// itself: ctx, the sandbox, our pipes. What the tool thought of its input is
// in the outcome.
func (p *process) run(ctx context.Context) (*outcome, error) {
	if os.Getenv(helperMark) != "" {
		return nil, errors.New("media: this program must call media.RunHelper first thing in main (and in TestMain)")
	}
	spec, err := json.Marshal(p.order)
	if err != nil {
		return nil, fmt.Errorf("media: order for the sandbox: %w", err)
	}
	status, statusW, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("media: pipe: %w", err)
	}
	defer status.Close()
	// A reader that has had enough ends the tool; otherwise it would run on
	// against a closed pipe.
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	tail := &tailWriter{max: 8 << 10}
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Args = []string{helperName, string(spec)}
	cmd.Env = []string{helperMark + "=1", "GOTRACEBACK=none", "GOMAXPROCS=1"}
	cmd.Dir = "/"
	cmd.Stdin = p.stdin
	cmd.Stderr = tail
	if p.stdout != nil {
		cmd.Stdout = &stoppingWriter{w: p.stdout, stop: stop}
	}
	cmd.ExtraFiles = []*os.File{statusW}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Cloneflags: p.flags}
	if p.flags&unix.CLONE_NEWUSER != 0 {
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 65534, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 65534, HostID: os.Getgid(), Size: 1}}
	}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second

	// Pdeathsig fires when the starting thread ends, not the process: keep
	// the thread until the child is gone.
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		statusW.Close()
		if err == nil {
			err = cmd.Wait()
		}
		done <- err
	}()
	said, readErr := io.ReadAll(io.LimitReader(status, 4<<10)) // ends when the tool starts
	err = <-done
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case len(said) > 0:
		return nil, fmt.Errorf("media: sandbox: %s", said)
	case readErr != nil:
		return nil, fmt.Errorf("media: sandbox: %w", readErr)
	}
	out := &outcome{stderr: tail.String()}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		out.code = exit.ExitCode()
		if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			out.signal = ws.Signal()
		}
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("media: running the sandbox: %w", err)
	}
	return out, nil
}

// isolations are the sets of namespaces to try, the best first.
func isolations() []uintptr {
	const all = unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS
	return []uintptr{unix.CLONE_NEWUSER | all, all, unix.CLONE_NEWUSER | unix.CLONE_NEWNET, 0}
}

// stoppingWriter calls stop when its reader fails.
type stoppingWriter struct {
	w    io.Writer
	stop context.CancelCauseFunc
}

func (s *stoppingWriter) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err != nil {
		s.stop(err)
	}
	return n, err
}

// tailWriter keeps the end of what is written to it.
type tailWriter struct {
	max int
	buf []byte
}

func (t *tailWriter) Write(p []byte) (int, error) {
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - t.max; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

func (t *tailWriter) String() string { return strings.TrimSpace(string(t.buf)) }
