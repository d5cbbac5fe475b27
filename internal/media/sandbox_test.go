package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"reelm"
)

// everywhere are the layers that every Linux since 5.10 gives to everybody.
var everywhere = []Layer{LayerRlimits, LayerNoNewPrivs, LayerNoCaps, LayerSeccomp, LayerParent}

func TestLayers(t *testing.T) {
	states, err := lab(t).Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(states) != len(AllLayers()) {
		t.Errorf("%d layers reported, %d exist", len(states), len(AllLayers()))
	}
	for i, s := range states {
		if s.Layer != AllLayers()[i] || s.Detail == "" {
			t.Errorf("state %d is %+v", i, s)
		}
		if !s.Holds {
			t.Logf("missing here: %s: %s", s.Layer, s.Detail)
		}
	}
	if lost := missing(states, everywhere); len(lost) > 0 {
		t.Errorf("layers that every machine gives are missing: %v", lost)
	}
}

// TestLayersWithoutNamespaces is the machine that forbids namespaces: the
// rest must still stand, and say so.
func TestLayersWithoutNamespaces(t *testing.T) {
	states, err := tryLayers(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if lost := missing(states, everywhere); len(lost) > 0 {
		t.Errorf("missing: %v", lost)
	}
	if lost := missing(states, []Layer{LayerNetNS, LayerPidNS, LayerUserNS}); len(lost) != 3 {
		t.Errorf("namespaces that were not asked for are said to hold: %+v", states)
	}
}

func TestDemandedLayers(t *testing.T) {
	if _, err := New(Config{Demand: everywhere}); err != nil {
		t.Error(err)
	}
	if _, err := New(Config{Demand: []Layer{"moat"}}); err == nil || !strings.Contains(err.Error(), "moat") {
		t.Errorf("a layer that does not exist: %v", err)
	}
	if _, err := New(Config{FFmpeg: "no-such-tool"}); !errors.Is(err, ErrNoTool) {
		t.Errorf("a missing tool: %v", err)
	}
}

func TestVersion(t *testing.T) {
	v, err := lab(t).Version(t.Context())
	if err != nil || !strings.HasPrefix(v, "ffmpeg version ") || strings.Contains(v, "\n") {
		t.Errorf("%q, %v", v, err)
	}
}

// TestLackingTool is an ffmpeg that is built without what is needed: that is
// nobody's upload's fault.
func TestLackingTool(t *testing.T) {
	for _, said := range []string{"Unknown encoder 'libx264'", "[AVFilterGraph] No such filter: 'zscale'", "Unrecognized option 'fps_mode'.",
		"ffmpeg: error while loading shared libraries: libx.so"} {
		if err := (&outcome{code: 1, stderr: said}).ours(); err == nil || faultCode(err) != "" {
			t.Errorf("%q: %v", said, err)
		}
	}
	if err := (&outcome{code: 1, stderr: "Invalid data found when processing input"}).ours(); err != nil {
		t.Error(err)
	}
}

// naive runs ffmpeg in the sandbox with no precaution but the sandbox.
func naive(t *testing.T, l *Lab, read string, write []string, args ...string) *outcome {
	t.Helper()
	out, err := l.run(t.Context(), job{tool: l.ffmpeg, read: read, write: write, wall: time.Minute,
		args: append([]string{"-nostdin", "-v", "error", "-y"}, args...)})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSandboxHoldsAlone runs the commands that are known to leak, without the
// options that keep ffmpeg from it: the walls alone must stop them.
func TestSandboxHoldsAlone(t *testing.T) {
	l := lab(t)
	dir := t.TempDir()
	private := filepath.Join(dir, "private.mp4")
	ffmpeg(t, "-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-y", private)
	outside := t.TempDir()
	result := filepath.Join(outside, "out.mp4")
	reset := func() {
		if err := os.WriteFile(result, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	wantNothing := func(t *testing.T, out *outcome) {
		t.Helper()
		if st, err := os.Stat(result); err != nil || st.Size() > 0 || out.code == 0 {
			t.Errorf("it came out: %d bytes, exit %d: %s", st.Size(), out.code, out.stderr)
		}
	}
	playlist := func(t *testing.T, name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}

	t.Run("own file", func(t *testing.T) { // the control: without a leak it works
		reset()
		if out := naive(t, l, private, []string{result}, "-i", private, "-f", "mp4", result); out.code != 0 {
			t.Fatalf("%+v", out)
		}
	})
	t.Run("playlist", func(t *testing.T) {
		reset()
		list := playlist(t, "list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://"+private+"\n#EXT-X-ENDLIST\n")
		wantNothing(t, naive(t, l, list, []string{result}, "-allowed_extensions", "ALL", "-i", list, "-f", "mp4", result))
	})
	t.Run("concat", func(t *testing.T) {
		reset()
		list := playlist(t, "list.mp4", "ffconcat version 1.0\nfile private.mp4\n")
		wantNothing(t, naive(t, l, list, []string{result}, "-i", list, "-f", "mp4", result))
	})
	t.Run("foreign file", func(t *testing.T) {
		reset()
		wantNothing(t, naive(t, l, private, []string{result}, "-f", "u8", "-ar", "8000", "-ac", "1", "-i", "/etc/passwd", "-f", "mp4", result))
	})
	t.Run("write elsewhere", func(t *testing.T) {
		reset()
		other := filepath.Join(outside, "other.mp4")
		naive(t, l, private, []string{result}, "-i", private, "-f", "mp4", other)
		naive(t, l, private, []string{result}, "-i", private, "-c", "copy", "-f", "mp4", private)
		onlyFiles(t, outside, "out.mp4")
	})
	t.Run("network", func(t *testing.T) {
		reset()
		called := make(chan struct{}, 10)
		srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called <- struct{}{} }))
		defer srv.Close()
		wantNothing(t, naive(t, l, private, []string{result}, "-i", srv.URL+"/v.mp4", "-f", "mp4", result))
		naive(t, l, private, []string{result}, "-i", private, "-f", "mpegts", "udp://"+srv.Listener.Addr().String())
		if len(called) > 0 {
			t.Error("it called home")
		}
	})
	t.Run("unix socket", func(t *testing.T) {
		reset()
		sock := filepath.Join(dir, "sock")
		ln, err := net.Listen("unix", sock)
		if err != nil {
			t.Skip(err)
		}
		defer ln.Close()
		wantNothing(t, naive(t, l, private, []string{result}, "-i", "unix:"+sock, "-f", "mp4", result))
	})
	t.Run("another program", func(t *testing.T) {
		out, err := l.run(t.Context(), job{tool: l.ffmpeg, read: private, wall: time.Minute,
			args: []string{"-v", "error", "-i", private, "-f", "null", "-"}})
		if err != nil || out.code != 0 {
			t.Fatal(out, err)
		}
		_, err = l.run(t.Context(), job{tool: "/no/such/tool", read: private, wall: time.Minute})
		if err == nil || faultCode(err) != "" {
			t.Errorf("a tool that cannot be started: %v", err)
		}
	})
}

// TestLimitsBite lets jobs run into each rlimit: the end is ours, not the
// file's.
func TestLimitsBite(t *testing.T) {
	l := lab(t)
	dir := t.TempDir()
	in := filepath.Join(dir, "in.mp4")
	ffmpeg(t, "-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-y", in)
	sh, err := filepath.EvalSymlinks("/bin/sh")
	if err != nil {
		t.Skip(err)
	}
	t.Run("set", func(t *testing.T) {
		var printed bytes.Buffer
		_, err := l.run(t.Context(), job{tool: sh, args: []string{"-c", "ulimit -a"}, read: in, wall: time.Minute,
			stdout: &printed, limits: limits{CPU: 77, File: 1 << 20}})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"77", "64", "4194304"} { // CPU seconds, files, memory in kB
			if !slices.Contains(strings.Fields(printed.String()), want) {
				t.Errorf("no limit of %s in\n%s", want, printed.String())
			}
		}
	})
	t.Run("file", func(t *testing.T) {
		out := filepath.Join(dir, "out.raw")
		if err := os.WriteFile(out, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		o, err := l.run(t.Context(), job{tool: l.ffmpeg, read: in, write: []string{out}, wall: time.Minute, limits: limits{File: 100_000},
			args: []string{"-v", "error", "-y", "-f", "lavfi", "-i", "color=s=640x640:d=10", "-f", "rawvideo", out}})
		if err != nil {
			t.Fatal(err)
		}
		if st, err := os.Stat(out); err != nil || st.Size() > 100_000 {
			t.Errorf("it wrote %d bytes", st.Size())
		}
		wantOurs(t, o.ours(), reelm.FaultInternal)
	})
	t.Run("processor", func(t *testing.T) {
		o, err := l.run(t.Context(), job{tool: sh, args: []string{"-c", "while :; do :; done"}, read: in, wall: time.Minute, limits: limits{CPU: 1}})
		if err != nil {
			t.Fatal(err)
		}
		wantOurs(t, o.ours(), reelm.FaultTimeout)
	})
	t.Run("memory", func(t *testing.T) {
		o, err := l.run(t.Context(), job{tool: l.ffmpeg, read: in, wall: time.Minute,
			args: []string{"-v", "error", "-f", "lavfi", "-i", "color=s=8000x8000:r=1:d=9,format=gbrpf32le,tmix=frames=9", "-f", "null", "-"}})
		if err != nil {
			t.Fatal(err)
		}
		wantOurs(t, o.ours(), reelm.FaultInternal)
	})
	t.Run("no new process", func(t *testing.T) {
		var printed bytes.Buffer
		o, err := l.run(t.Context(), job{tool: sh, args: []string{"-c", "/bin/ls; (echo forked); echo end"}, read: in, wall: time.Minute, stdout: &printed})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(printed.String(), "forked") || o.code == 0 {
			t.Errorf("it could fork: %q %+v", printed.String(), o)
		}
	})
}

func wantOurs(t *testing.T, err error, code string) {
	t.Helper()
	f, ok := errors.AsType[*reelm.Fault](err)
	if !ok || f.Code != code || !f.Retry {
		t.Errorf("%v, want %s that may be tried again", err, code)
	}
}

// TestDeadline lets an encode run out of time: the process is gone, the fault
// is worth another try, nothing is left.
func TestDeadline(t *testing.T) {
	l := lab(t)
	in := slowClip(t)
	src, err := l.Probe(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	hurried := labWith(t, Config{Patience: 0.003})
	dir := t.TempDir()
	_, err = hurried.First(t.Context(), in, src, dir, nil)
	wantOurs(t, err, reelm.FaultTimeout)
	onlyFiles(t, dir)
}

// TestCancel stops an encode that is under way.
func TestCancel(t *testing.T) {
	l := lab(t)
	in := slowClip(t)
	src, err := l.Probe(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the clip was deleted")
	_, err = l.First(ctx, in, src, dir, func(float64) { cancel(reason) })
	if !errors.Is(err, reason) {
		t.Errorf("%v", err)
	}
	onlyFiles(t, dir)
}

// slowClip takes many seconds to encode.
func slowClip(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "slow.mp4")
	ffmpeg(t, "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30:d=2", "-vf", "noise=alls=30", "-c:v", "libx264", "-preset", "ultrafast", "-y", path+".2.mp4")
	ffmpeg(t, "-stream_loop", "60", "-i", path+".2.mp4", "-c", "copy", "-y", path)
	return path
}

// TestDiesWithParent kills a process in the middle of an encode: its ffmpeg
// goes with it.
func TestDiesWithParent(t *testing.T) {
	in, dir := slowClip(t), t.TempDir()
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe")
	cmd.Env = append(os.Environ(), childMark+"=encode", "MEDIA_TEST_IN="+in, "MEDIA_TEST_DIR="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 1)
	if _, err := out.Read(buf); err != nil { // it is encoding
		t.Fatal(err)
	}
	pids := runningIn(t, dir)
	if len(pids) == 0 {
		t.Fatal("no ffmpeg is running")
	}
	var watched []unix.PollFd
	for _, pid := range pids {
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		watched = append(watched, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
	}
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	for i := range watched {
		n, err := unix.Poll(watched[i:i+1], 10_000)
		for errors.Is(err, unix.EINTR) {
			n, err = unix.Poll(watched[i:i+1], 10_000)
		}
		if n != 1 || err != nil {
			t.Errorf("process %d outlived its parent (%v)", pids[i], err)
		}
	}
}

// TestRungsYield looks at a further rung while it is made: it must run only
// when nobody else wants the processor, a first rendition as everybody does.
func TestRungsYield(t *testing.T) {
	l := labWith(t, Config{})
	in := slowClip(t)
	src, err := l.Probe(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	policy := func(start func(ctx context.Context, dir string, progress func(float64)) error) uint32 {
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		found := uint32(99)
		err := start(ctx, dir, func(float64) {
			if pids := runningIn(t, dir); len(pids) > 0 && found == 99 {
				if attr, err := unix.SchedGetAttr(pids[0], 0); err == nil {
					found = attr.Policy
				}
			}
			cancel()
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		return found
	}
	if p := policy(func(ctx context.Context, dir string, progress func(float64)) error {
		_, err := l.Rung(ctx, in, src, l.Plan(src).Rungs[0], 0, dir, progress)
		return err
	}); p != unix.SCHED_IDLE {
		t.Errorf("a further rung runs with policy %d", p)
	}
	if p := policy(func(ctx context.Context, dir string, progress func(float64)) error {
		_, err := l.First(ctx, in, src, dir, progress)
		return err
	}); p != unix.SCHED_NORMAL {
		t.Errorf("a first rendition runs with policy %d", p)
	}
}

// runningIn finds the processes whose command line names a folder.
func runningIn(t *testing.T, dir string) []int {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, f := range files {
		line, err := os.ReadFile(f)
		var pid int
		if err == nil && bytes.Contains(line, []byte(dir+"/")) && bytes.Contains(line, []byte("-progress")) {
			if _, err := fmt.Sscanf(f, "/proc/%d/cmdline", &pid); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// TestAsOrdinaryUser runs the whole way as nobody, where the tests are root.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("the other tests are an ordinary user's already")
	}
	root, err := os.MkdirTemp("", "reelm-nobody-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	in := filepath.Join(root, "in.mp4")
	ffmpeg(t, "-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-f", "lavfi", "-i", "sine=d=1", "-y", in)
	for _, p := range []string{root, in} {
		if err := os.Chown(p, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe")
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), childMark+"=first", "MEDIA_TEST_IN="+in, "MEDIA_TEST_DIR="+root, "TMPDIR="+root)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534, NoSetGroups: true}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "uid 65534 made h264-64.mp4") {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// childMark asks the test binary to be one of the programs below instead of
// running tests.
const childMark = "MEDIA_TEST_CHILD"

// child is a small program that uses a Lab.
func child(what string) {
	ctx := context.Background()
	in, dir := os.Getenv("MEDIA_TEST_IN"), os.Getenv("MEDIA_TEST_DIR")
	fail := func(err error) {
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	l, err := New(Config{})
	fail(err)
	states, err := l.Layers(ctx)
	fail(err)
	if lost := missing(states, everywhere); len(lost) > 0 {
		fail(fmt.Errorf("missing: %v", lost))
	}
	src, err := l.Probe(ctx, in)
	fail(err)
	var told bool
	first, err := l.First(ctx, in, src, dir, func(float64) {
		if what == "encode" && !told {
			told = true
			os.Stdout.WriteString("!")
		}
	})
	fail(err)
	fmt.Printf("uid %d made %s\n", os.Getuid(), first.Rendition.File)
}

// TestForgottenHelper is a program whose main does not call RunHelper: it must
// not start itself for ever.
func TestForgottenHelper(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe")
	cmd.Env = append(os.Environ(), childMark+"=first", helperMark+"=1", "MEDIA_TEST_IN=/dev/null", "MEDIA_TEST_DIR="+t.TempDir())
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "RunHelper") {
		t.Errorf("%v: %s", err, out)
	}
}
