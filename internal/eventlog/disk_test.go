package eventlog_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"reelm/internal/eventlog"
)

func TestNoRoomOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	s := open(t, eventlog.Config{Dir: dir})
	appendNumbers(t, openLog(t, s, "main"), 1, 10)
	closeServer(t, s)

	s = open(t, eventlog.Config{Dir: dir, MinFree: 1 << 62})
	l := openLog(t, s, "main") // reading goes on
	_, one := l.Append(soon(t), eventlog.Entry{})
	_, all := l.AppendAll(soon(t), make([]eventlog.Entry, 50))
	_, realm := s.Log(soon(t), "new")
	_, imp := s.Import(soon(t), "newer", 1)
	for what, err := range map[string]error{"Append": one, "AppendAll": all, "Log": realm, "Import": imp} {
		if !errors.Is(err, eventlog.ErrFull) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n, err := l.EraseSeqs(soon(t), []uint64{4}); n != 1 || err != nil {
		t.Errorf("erasing: %d, %v", n, err)
	}
	if ms := readAll(t, l); len(ms) != 9 {
		t.Errorf("%d messages", len(ms))
	}
}

// A disk of 100 MB is filled to the brim by somebody else and freed again.
func TestDiskRunsFullAndIsFreed(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=100m"); err != nil {
		t.Skip("cannot mount a small disk here:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	s := open(t, eventlog.Config{Dir: filepath.Join(dir, "log")})
	l := openLog(t, s, "main")
	appendNumbers(t, l, 1, 500)
	hog := filepath.Join(dir, "hog")
	if err := os.WriteFile(hog, make([]byte, 60<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(soon(t), eventlog.Entry{Data: []byte("x")}); !errors.Is(err, eventlog.ErrFull) {
		t.Fatal(err)
	}
	if err := os.Remove(hog); err != nil {
		t.Fatal(err)
	}
	if seq := appendOne(t, l, eventlog.Entry{Data: []byte("x")}); seq != 501 {
		t.Fatalf("number %d", seq)
	}
	closeServer(t, s)
}
