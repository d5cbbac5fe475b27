package blob_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"reelm/internal/blob"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); os.Getenv("REELM_TRIAL") != "1" && f.Value.String() == "100" {
		_ = f.Value.Set("20") // a number is a valid value
	}
	goleak.VerifyTestMain(m,
		// connections that wait for the next request, of the S3 client and of
		// the default client
		goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"),
		goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

func openFolder(t testing.TB, dir string) *blob.Folder {
	t.Helper()
	f, err := blob.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func TestFolder(t *testing.T) {
	conformance(t, func(t *testing.T) blob.Store { return openFolder(t, filepath.Join(t.TempDir(), "media")) })
}

// files lists everything in a folder, also what is no object.
func files(t testing.TB, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestFolderSurvivesAKillInTheMiddleOfAPut(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	put(t, f, "a/b", "whole")
	// What a killed process leaves.
	if err := os.WriteFile(filepath.Join(dir, ".staging", "XYZ"), []byte("ha"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, ".staging", "deleted", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	f = openFolder(t, dir)
	if got := files(t, dir); !slices.Equal(got, []string{"a/b"}) {
		t.Error(got)
	}
	if get(t, f, "a/b", 0, -1) != "whole" {
		t.Error("what was put is not there")
	}
}

func TestFolderLeavesNoEmptyFoldersAndNoRests(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	put(t, f, "a/b/c", "1")
	put(t, f, "a/d/e/f", "2")
	if err := f.Put(t.Context(), "a/g", strings.NewReader("short"), 100); err == nil {
		t.Fatal("half a file was taken")
	}
	if err := f.Delete(t.Context(), "a/b/c"); err != nil {
		t.Fatal(err)
	}
	if err := f.DeletePrefix(t.Context(), "a/d/e"); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != ".staging" || len(files(t, dir)) != 0 {
		t.Error(entries, files(t, dir), err)
	}
}

func TestNoSymbolicLinkLeadsOut(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	f := openFolder(t, dir)
	put(t, f, "in/side", "x")
	for link, to := range map[string]string{"file": secret, "folder": outside, "up": "../" + filepath.Base(outside)} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"file", "folder/secret", "up/secret"} {
		if r, err := f.Open(key); err == nil {
			t.Errorf("%s was opened", key)
			_ = r.Close()
		}
		if _, err := f.Stat(t.Context(), key); err == nil {
			t.Errorf("%s is told about", key)
		}
		_ = f.Delete(t.Context(), key) // may fail or not
		if key != "file" {             // there the link itself is replaced, which is fine
			if err := f.Put(t.Context(), key, strings.NewReader("overwritten"), 11); err == nil {
				t.Errorf("%s was written", key)
			}
		}
	}
	if got := keys(t, f, "", ""); !slices.Equal(got, []string{"in/side"}) {
		t.Error(got)
	}
	for _, prefix := range []string{"folder", "up", ""} {
		if err := f.DeletePrefix(t.Context(), prefix); err != nil {
			t.Error(prefix, err)
		}
	}
	if b, err := os.ReadFile(secret); err != nil || string(b) != "secret" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestOpenGivesAFile(t *testing.T) {
	f := openFolder(t, t.TempDir())
	put(t, f, "clips/1.mp4", "0123456789")
	r, err := f.Open("clips/1.mp4")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Delete(t.Context(), "clips/1.mp4"); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 4) // whoever has it open reads on
	if _, err := r.ReadAt(b, 6); err != nil || string(b) != "6789" {
		t.Errorf("%q, %v", b, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestOnlyRegularFilesAreObjects(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "not a key"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Open("pipe"); !errors.Is(err, fs.ErrNotExist) { // and does not wait for a writer
		t.Error(err)
	}
	if got := keys(t, f, "", ""); len(got) != 0 {
		t.Error(got)
	}
}

func TestAdoptTakesAFileOver(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, filepath.Join(dir, "media"))
	elsewhere := []string{dir}
	if d, err := os.MkdirTemp("/dev/shm", "reelm-blob"); err == nil { // another disk, on most machines
		t.Cleanup(func() { _ = os.RemoveAll(d) })
		elsewhere = append(elsewhere, d)
	}
	for _, from := range elsewhere {
		path := filepath.Join(from, "upload")
		if err := os.WriteFile(path, []byte("from "+from), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"a/b", "a"} { // the second is a folder by now
			err := f.Adopt(t.Context(), key, path)
			if (err == nil) != (key == "a/b") {
				t.Fatal(key, err)
			}
			if err != nil {
				continue
			}
			if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("something is left at %s", path)
			}
			if err := os.WriteFile(path, []byte("next"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != "next" {
			t.Errorf("what was not adopted: %q, %v", b, err)
		}
		if got := get(t, f, "a/b", 0, -1); got != "from "+from {
			t.Errorf("%q", got)
		}
		link := filepath.Join(from, "link")
		if err := os.Symlink("/etc/hostname", link); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{link, from, filepath.Join(from, "nothing")} {
			if err := f.Adopt(t.Context(), "c", bad); err == nil {
				t.Errorf("%s was adopted", bad)
			}
		}
	}
	if got := files(t, filepath.Join(dir, "media")); !slices.Equal(got, []string{"a/b"}) {
		t.Error(got)
	}
}

func FuzzKey(f *testing.F) {
	for _, key := range append(badKeys, "a", "clips/9f/9f3ac1/540.mp4", "a.b/c-d/E_f", "...") {
		f.Add(key)
	}
	dir := f.TempDir()
	inside := filepath.Join(dir, "in", "side")
	store, err := blob.OpenFolder(inside)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, key string) {
		valid := blob.CheckKey(key) == nil
		if valid && (!filepath.IsLocal(key) || filepath.Clean(key) != key) {
			t.Fatalf("%q is allowed", key)
		}
		if err := store.Put(t.Context(), key, strings.NewReader("x"), 1); (err == nil) != valid {
			t.Fatalf("%q, allowed %v: %v", key, valid, err)
		}
		for _, name := range files(t, dir) {
			if name != "in/side/"+key {
				t.Fatalf("%q made %q", key, name)
			}
		}
		if err := store.DeletePrefix(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	})
}
