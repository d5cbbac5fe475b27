package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func static(t *testing.T) *Static {
	t.Helper()
	s, err := NewStatic()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(h http.Handler, path string, header ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestStaticFilesAreKeptForEverUnderTheirHash(t *testing.T) {
	s := static(t)
	url := s.URL("style.css")
	if !strings.HasPrefix(url, "/static/style-") || !strings.HasSuffix(url, ".css") {
		t.Fatalf("the address is %s", url)
	}
	res := ask(s, url)
	if res.StatusCode != 200 || res.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || res.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	for _, other := range []string{"/static/style.css", "/static/style-0000000000.css"} {
		res := ask(s, other)
		if res.StatusCode != 200 || res.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d %v", other, res.StatusCode, res.Header)
		}
		if again := ask(s, other, "If-None-Match", res.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %d", other, again.StatusCode)
		}
	}
	for _, none := range []string{"/static/", "/static/none.js", "/static/../site.go", "/static/-.css"} {
		if res := ask(s, none); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", none, res.StatusCode)
		}
	}
	if ask(s, s.URL("feed.js")).Header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Error("a script of the wrong type is not run")
	}
}

func TestStaticFilesAreCompressedForWhoCanReadThat(t *testing.T) {
	s := static(t)
	plain := body(t, ask(s, s.URL("style.css")).Body)
	res := ask(s, s.URL("style.css"), "Accept-Encoding", "br;q=0.5, gzip")
	if res.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(res.Header.Get("Vary"), "Accept-Encoding") {
		t.Fatalf("%v", res.Header)
	}
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body(t, z) != plain {
		t.Error("compressed it is another file")
	}
	if res := ask(s, s.URL("style.css"), "Accept-Encoding", "gzip;q=0"); res.Header.Get("Content-Encoding") != "" {
		t.Error("it is compressed for who said no")
	}
	if res := ask(s, s.URL("icon-192.png"), "Accept-Encoding", "gzip"); res.Header.Get("Content-Encoding") != "" {
		t.Error("a picture is compressed once more")
	}
}

func TestCompress(t *testing.T) {
	text := strings.Repeat("words and words ", 100)
	answer := func(kind, body string, status int, more ...string) http.Handler {
		return Compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			for i := 0; i+1 < len(more); i += 2 {
				w.Header().Set(more[i], more[i+1])
			}
			w.WriteHeader(status)
			io.WriteString(w, body)
		}))
	}
	for _, c := range []struct {
		what  string
		h     http.Handler
		takes string
		want  string
	}{
		{"a page", answer("text/html; charset=utf-8", text, 200), "gzip, br", "gzip"},
		{"a page for who cannot", answer("text/html", text, 200), "", ""},
		{"a video", answer("video/mp4", text, 200), "gzip", ""},
		{"a stream of events", answer("text/event-stream", text, 200), "gzip", ""},
		{"what is compressed", answer("text/html", text, 200, "Content-Encoding", "br"), "gzip", "br"},
		{"a redirect", answer("text/html", "", 304), "gzip", ""},
	} {
		res := ask(c.h, "/", "Accept-Encoding", c.takes)
		if got := res.Header.Get("Content-Encoding"); got != c.want {
			t.Errorf("%s is %q, not %q", c.what, got, c.want)
		}
		if c.want != "gzip" {
			continue
		}
		z, err := gzip.NewReader(res.Body)
		if err != nil || body(t, z) != text {
			t.Errorf("%s is another one: %v", c.what, err)
		}
	}
}
