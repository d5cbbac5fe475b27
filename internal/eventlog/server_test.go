package eventlog_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"reelm/internal/eventlog"
)

func TestRealmsAreApart(t *testing.T) {
	s := open(t, eventlog.Config{})
	a, b := openLog(t, s, "a"), openLog(t, s, "a-b")
	appendNumbers(t, a, 1, 20)
	appendNumbers(t, b, 1, 5)
	if i, j := info(t, a), info(t, b); i.Last != 20 || j.Last != 5 {
		t.Fatal(i, j)
	}
	realms, err := s.Realms(soon(t))
	if err != nil || !slices.Equal(realms, []string{"a", "a-b"}) {
		t.Fatal(realms, err)
	}
	if err := s.Delete(soon(t), "a"); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(soon(t), "a"); err != nil {
		t.Fatal("again:", err)
	}
	if i := info(t, openLog(t, s, "a")); i.Last != 0 {
		t.Fatalf("a deleted log came back: %+v", i)
	}
	if i := info(t, b); i.Messages != 5 {
		t.Fatalf("the other realm's log is %+v", i)
	}
}

func TestDeletedLogLeavesNothingOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	s := open(t, eventlog.Config{Dir: dir})
	for range 20 { // at once again under the same name
		l := openLog(t, s, "main")
		for range 20 {
			appendOne(t, l, eventlog.Entry{Data: append([]byte("planted-secret"), make([]byte, 200_000)...)})
		}
		if err := s.Delete(soon(t), "main"); err != nil {
			t.Fatal(err)
		}
		grep(t, dir, "planted-secret")
	}
	closeServer(t, s)
}

func TestFolderBelongsToOneServer(t *testing.T) {
	dir := t.TempDir()
	s := open(t, eventlog.Config{Dir: dir})
	_, err := eventlog.Open(soon(t), eventlog.Config{Dir: dir})
	if !errors.Is(err, eventlog.ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Fatal(err)
	}
	closeServer(t, s)
	open(t, eventlog.Config{Dir: dir})
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		cfg  eventlog.Config
		want string
	}{
		"nowhere":      {eventlog.Config{}, "exactly one"},
		"two places":   {eventlog.Config{Dir: "x", URL: "nats://127.0.0.1"}, "exactly one"},
		"under a file": {eventlog.Config{Dir: filepath.Join(file, "log")}, "creating its folder"},
		"no cluster":   {eventlog.Config{URL: "nats://127.0.0.1:1"}, "connecting"},
	} {
		if _, err := eventlog.Open(soon(t), c.cfg); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// JetStream's own folder cannot be made: its fatal error becomes ours.
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "jetstream"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := eventlog.Open(soon(t), eventlog.Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), dir) {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(dir, "jetstream")); err != nil {
		t.Fatal(err)
	}
	open(t, eventlog.Config{Dir: dir}) // the failure left no lock
}

func TestEmbeddedListensNowhere(t *testing.T) {
	open(t, eventlog.Config{})
	if c, err := net.Dial("tcp", "127.0.0.1:4222"); err == nil {
		_ = c.Close()
		t.Skip("something else listens on NATS' port")
	}
	// Every socket of this process that listens is in /proc/net with an inode
	// that one of our descriptors names.
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("no /proc here")
	}
	listening := map[string]bool{}
	for _, f := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		b, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			if w := strings.Fields(line); len(w) > 9 && w[3] == "0A" {
				listening["socket:["+w[9]+"]"] = true
			}
		}
	}
	for _, fd := range fds {
		if to, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && listening[to] {
			t.Errorf("the process listens: descriptor %s is %s", fd.Name(), to)
		}
	}
}

func TestSyncCanBeCalledAnyTime(t *testing.T) {
	s := open(t, eventlog.Config{})
	l := openLog(t, s, "main")
	for i := range 3 {
		if err := l.Sync(soon(t)); err != nil {
			t.Fatal(err)
		}
		appendNumbers(t, l, 30*i+1, 30*i+30)
		if err := l.Sync(soon(t)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(readAll(t, l)); n != 90 {
		t.Fatalf("%d messages", n)
	}
}
