package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"reelm/internal/blob"
)

// conformance is what every Store does. open gives an empty one.
func conformance(t *testing.T, open func(t *testing.T) blob.Store) {
	for name, test := range map[string]func(*testing.T, blob.Store){
		"put and get":           putAndGet,
		"ranges":                ranges,
		"replace":               replace,
		"not there":             notThere,
		"delete":                deleteOne,
		"delete a folder":       deletePrefix,
		"list":                  list,
		"wrong size":            wrongSize,
		"broken reader":         brokenReader,
		"hostile keys":          hostileKeys,
		"ended context":         endedContext,
		"many at once":          manyAtOnce,
		"never half an object":  neverHalf,
		"large":                 large,
		"behaves as a map does": behavesAsMap,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func put(t testing.TB, s blob.Store, key, content string) {
	t.Helper()
	if err := s.Put(t.Context(), key, strings.NewReader(content), int64(len(content))); err != nil {
		t.Fatal(err)
	}
}

func get(t testing.TB, s blob.Store, key string, off, n int64) string {
	t.Helper()
	r, err := s.Get(t.Context(), key, off, n)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func keys(t testing.TB, s blob.Store, prefix, after string) []string {
	t.Helper()
	keys := []string{}
	for o, err := range s.List(t.Context(), prefix, after) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	return keys
}

func putAndGet(t *testing.T, s blob.Store) {
	start := time.Now()
	for key, content := range map[string]string{"a": "one", "clips/9f/9f3ac1/540.mp4": "two", "empty": "", "A-b_c.D/0": "\x00\xff\n"} {
		put(t, s, key, content)
		if got := get(t, s, key, 0, -1); got != content {
			t.Errorf("%s is %q", key, got)
		}
		i, err := s.Stat(t.Context(), key)
		if err != nil || i.Key != key || i.Size != int64(len(content)) || i.Modified.Before(start.Add(-time.Hour)) || i.Modified.After(start.Add(time.Hour)) {
			t.Errorf("%s: %+v, %v", key, i, err)
		}
	}
}

func ranges(t *testing.T, s blob.Store) {
	put(t, s, "ten", "0123456789")
	put(t, s, "empty", "")
	for _, c := range []struct {
		key    string
		off, n int64
		want   string
	}{
		{"ten", 0, -1, "0123456789"}, {"ten", 0, 10, "0123456789"}, {"ten", 0, 1, "0"}, {"ten", 3, 4, "3456"},
		{"ten", 9, 1, "9"}, {"ten", 9, -1, "9"}, {"ten", 7, 100, "789"}, {"ten", 0, 0, ""}, {"ten", 5, 0, ""},
		{"ten", 10, -1, ""}, {"ten", 10, 5, ""}, {"ten", 10, 0, ""},
		{"empty", 0, -1, ""}, {"empty", 0, 7, ""}, {"empty", 0, 0, ""},
	} {
		if got := get(t, s, c.key, c.off, c.n); got != c.want {
			t.Errorf("%s from %d, %d bytes: %q", c.key, c.off, c.n, got)
		}
	}
	for _, c := range []struct{ off, n int64 }{{11, -1}, {11, 1}, {11, 0}, {-1, 1}, {1 << 60, 1}} {
		if _, err := s.Get(t.Context(), "ten", c.off, c.n); !errors.Is(err, blob.ErrRange) {
			t.Errorf("from %d, %d bytes: %v", c.off, c.n, err)
		}
	}
}

func replace(t *testing.T, s blob.Store) {
	put(t, s, "x/y", "a long first version")
	put(t, s, "x/y", "short")
	if got := get(t, s, "x/y", 0, -1); got != "short" {
		t.Errorf("%q", got)
	}
	if got := keys(t, s, "", ""); !slices.Equal(got, []string{"x/y"}) {
		t.Error(got)
	}
}

func notThere(t *testing.T, s blob.Store) {
	put(t, s, "folder/object", "x")
	for _, key := range []string{"nothing", "no/thing", "folder", "folder/object2"} {
		_, get := s.Get(t.Context(), key, 0, -1)
		_, none := s.Get(t.Context(), key, 0, 0)
		_, part := s.Get(t.Context(), key, 5, 5)
		_, stat := s.Stat(t.Context(), key)
		for what, err := range map[string]error{"get": get, "get nothing": none, "get a part": part, "stat": stat} {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s %s: %v", what, key, err)
			}
		}
		if o, ok := s.(blob.Opener); ok {
			if _, err := o.Open(key); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("open %s: %v", key, err)
			}
		}
	}
}

func deleteOne(t *testing.T, s blob.Store) {
	put(t, s, "a/b/c", "1")
	put(t, s, "a/b/d", "2")
	for range 2 {
		if err := s.Delete(t.Context(), "a/b/c"); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"a/b", "a", "q/r/s"} { // no objects
		if err := s.Delete(t.Context(), key); err != nil {
			t.Fatal(key, err)
		}
	}
	if got := keys(t, s, "", ""); !slices.Equal(got, []string{"a/b/d"}) {
		t.Fatal(got)
	}
	if err := s.Delete(t.Context(), "a/b/d"); err != nil {
		t.Fatal(err)
	}
	put(t, s, "a", "where the folder was")
}

func deletePrefix(t *testing.T, s blob.Store) {
	for _, key := range []string{"c/1/x", "c/1/y/z", "c/10", "c/2", "c-1", "d"} {
		put(t, s, key, key)
	}
	for prefix, left := range map[string][]string{"c/1": {"c-1", "c/10", "c/2", "d"}} {
		for range 2 {
			if err := s.DeletePrefix(t.Context(), prefix); err != nil {
				t.Fatal(err)
			}
		}
		if got := keys(t, s, "", ""); !slices.Equal(got, left) {
			t.Fatal(got)
		}
	}
	if err := s.DeletePrefix(t.Context(), "d"); err != nil { // an object, no folder
		t.Fatal(err)
	}
	if got := keys(t, s, "", ""); !slices.Equal(got, []string{"c-1", "c/10", "c/2", "d"}) {
		t.Fatal(got)
	}
	if err := s.DeletePrefix(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if got := keys(t, s, "", ""); len(got) != 0 {
		t.Fatal(got)
	}
	put(t, s, "c/1/x", "again")
}

func list(t *testing.T, s blob.Store) {
	all := []string{"B", "a", "b-c", "b.c", "b/-", "b/c/d", "b/c0", "b0", "c/d/e/f"}
	for _, i := range rand.Perm(len(all)) {
		put(t, s, all[i], all[i])
	}
	for _, c := range []struct {
		prefix, after string
		want          []string
	}{
		{"", "", all},
		{"", "b-c", all[3:]},
		{"", "b/c", all[5:]}, // not a key
		{"", "b/c/d", all[6:]},
		{"", "zz", nil},
		{"b", "", all[4:7]},
		{"b", "b/-", all[5:7]},
		{"b/c", "", all[5:6]},
		{"nothing/here", "", nil},
		{"a", "", nil}, // an object
	} {
		if got := keys(t, s, c.prefix, c.after); !slices.Equal(got, c.want) {
			t.Errorf("under %q after %q: %q", c.prefix, c.after, got)
		}
	}
	for o, err := range s.List(t.Context(), "", "") {
		if err != nil || o.Key != "B" || o.Size != 1 || o.Modified.IsZero() {
			t.Errorf("%+v, %v", o, err)
		}
		break // and no more
	}
}

func wrongSize(t *testing.T, s blob.Store) {
	put(t, s, "old", "as it was")
	for _, c := range []struct {
		content string
		size    int64
	}{{"short", 6}, {"", 1}, {"long", 3}, {"x", 0}, {"x", -1}} {
		for _, key := range []string{"new", "old"} {
			if err := s.Put(t.Context(), key, strings.NewReader(c.content), c.size); !errors.Is(err, blob.ErrSize) {
				t.Errorf("%q as %d bytes: %v", c.content, c.size, err)
			}
			// Also from a reader that tells its end together with its last bytes.
			if err := s.Put(t.Context(), key, iotest.DataErrReader(strings.NewReader(c.content)), c.size); !errors.Is(err, blob.ErrSize) {
				t.Errorf("%q as %d bytes: %v", c.content, c.size, err)
			}
		}
	}
	if got := keys(t, s, "", ""); !slices.Equal(got, []string{"old"}) || get(t, s, "old", 0, -1) != "as it was" {
		t.Error(got)
	}
	if err := s.Put(t.Context(), "whole", iotest.DataErrReader(strings.NewReader("whole")), 5); err != nil {
		t.Error(err)
	}
	if err := s.Put(t.Context(), "slow", iotest.OneByteReader(strings.NewReader("whole")), 5); err != nil {
		t.Error(err)
	}
}

func brokenReader(t *testing.T, s blob.Store) {
	broken := errors.New("the upload broke off")
	for _, before := range []int{0, 1, 100} {
		r := io.MultiReader(bytes.NewReader(make([]byte, before)), iotest.ErrReader(broken))
		if err := s.Put(t.Context(), "x", r, 100); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", before, err)
		}
	}
	if got := keys(t, s, "", ""); len(got) != 0 {
		t.Error(got)
	}
}

var badKeys = []string{"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/..", "./a", ".hidden", "a/.b", "a\\b", "a b", "a\nb", "a\x00b", "ä",
	"a:b", "*", "%2e%2e", ".staging/x", strings.Repeat("a", 129), strings.Repeat("a/", 256) + "a"}

func hostileKeys(t *testing.T, s blob.Store) {
	put(t, s, "a/b", "x")
	for _, key := range badKeys {
		_, getErr := s.Get(t.Context(), key, 0, -1)
		_, statErr := s.Stat(t.Context(), key)
		errs := map[string]error{
			"put": s.Put(t.Context(), key, strings.NewReader("x"), 1), "get": getErr, "stat": statErr, "delete": s.Delete(t.Context(), key),
		}
		if key != "" {
			errs["delete prefix"] = s.DeletePrefix(t.Context(), key)
			for _, err := range s.List(t.Context(), key, "") {
				errs["list"] = err
			}
		}
		if o, ok := s.(blob.Opener); ok {
			_, errs["open"] = o.Open(key)
		}
		if a, ok := s.(blob.Adopter); ok {
			errs["adopt"] = a.Adopt(t.Context(), key, "/etc/hostname")
		}
		if p, ok := s.(blob.Presigner); ok {
			_, errs["presign"] = p.Presign(t.Context(), key, time.Minute)
		}
		for what, err := range errs {
			if !errors.Is(err, blob.ErrKey) {
				t.Errorf("%s %q: %v", what, key, err)
			}
		}
	}
	if got := keys(t, s, "", ""); !slices.Equal(got, []string{"a/b"}) {
		t.Error(got)
	}
}

func endedContext(t *testing.T, s blob.Store) {
	put(t, s, "a/b", "x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Put(ctx, "c", strings.NewReader("x"), 1); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := s.Get(ctx, "a/b", 0, -1); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	var last error
	for _, err := range s.List(ctx, "", "") {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Error(last)
	}
	if err := s.DeletePrefix(ctx, ""); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if got := keys(t, s, "", ""); !slices.Equal(got, []string{"a/b"}) {
		t.Error(got)
	}
}

func manyAtOnce(t *testing.T, s blob.Store) {
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 20 {
				// All share folders, which come and go.
				key := fmt.Sprintf("f/%d/%d", i%3, w)
				content := fmt.Sprint(w, i)
				put(t, s, key, content)
				if got := get(t, s, key, 0, -1); got != content {
					t.Errorf("%s: %q", key, got)
				}
				if err := s.Delete(t.Context(), key); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := keys(t, s, "", ""); len(got) != 0 {
		t.Error(got)
	}
}

func neverHalf(t *testing.T, s blob.Store) {
	const size = 256 << 10
	version := func(c byte) []byte { return bytes.Repeat([]byte{c}, size) }
	put(t, s, "x", string(version('0')))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for c := byte('1'); c <= '9'; c++ {
			if err := s.Put(t.Context(), "x", bytes.NewReader(version(c)), size); err != nil {
				t.Error(err)
			}
		}
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		got := get(t, s, "x", 0, -1)
		if len(got) != size || strings.Trim(got, got[:1]) != "" {
			t.Fatalf("%d bytes, beginning with %q", len(got), got[:1])
		}
	}
	if get(t, s, "x", 0, 1) != "9" {
		t.Error("the last version is not there")
	}
}

// large is above the size that goes to S3 in parts.
func large(t *testing.T, s blob.Store) {
	const size = 40<<20 + 7
	content := make([]byte, size)
	seed := rand.NewChaCha8([32]byte{})
	_, _ = seed.Read(content) // never fails
	if err := s.Put(t.Context(), "large", bytes.NewReader(content), size); err != nil {
		t.Fatal(err)
	}
	if got := get(t, s, "large", 0, -1); got != string(content) {
		t.Fatalf("%d other bytes", len(got))
	}
	for _, off := range []int64{0, 16<<20 - 2, size - 3} {
		if got := get(t, s, "large", off, 5); got != string(content[off:min(off+5, size)]) {
			t.Errorf("at %d: %q", off, got)
		}
	}
	if err := s.Put(t.Context(), "cut", bytes.NewReader(content[:size-1]), size); !errors.Is(err, blob.ErrSize) {
		t.Error(err)
	}
	if got := keys(t, s, "", ""); !slices.Equal(got, []string{"large"}) {
		t.Error(got)
	}
}

func behavesAsMap(t *testing.T, s blob.Store) {
	key := rapid.SampledFrom([]string{"a/1", "a/2", "a/b/1", "a/b/2", "a-b", "c"})
	prefix := rapid.SampledFrom([]string{"", "a", "a/b", "c", "d"})
	rapid.Check(t, func(rt *rapid.T) {
		if err := s.DeletePrefix(t.Context(), ""); err != nil {
			rt.Fatal(err)
		}
		m := map[string]string{}
		rt.Repeat(map[string]func(*rapid.T){
			"put": func(rt *rapid.T) {
				k, v := key.Draw(rt, "key"), rapid.StringN(0, 20, -1).Draw(rt, "content")
				put(t, s, k, v)
				m[k] = v
			},
			"delete": func(rt *rapid.T) {
				k := key.Draw(rt, "key")
				if err := s.Delete(t.Context(), k); err != nil {
					rt.Fatal(err)
				}
				delete(m, k)
			},
			"delete prefix": func(rt *rapid.T) {
				p := prefix.Draw(rt, "prefix")
				if err := s.DeletePrefix(t.Context(), p); err != nil {
					rt.Fatal(err)
				}
				for k := range m {
					if p == "" || strings.HasPrefix(k, p+"/") {
						delete(m, k)
					}
				}
			},
			"": func(rt *rapid.T) {
				var want []string
				for k, v := range m {
					want = append(want, k)
					if got := get(t, s, k, 0, -1); got != v {
						rt.Fatalf("%s is %q, not %q", k, got, v)
					}
				}
				slices.Sort(want)
				if got := keys(t, s, "", ""); !slices.Equal(got, want) {
					rt.Fatalf("%q, want %q", got, want)
				}
			},
		})
	})
}
