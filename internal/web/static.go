package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed static
var staticFiles embed.FS

// StaticPrefix is where static files are served.
const StaticPrefix = "/static/"

// Static serves the built player, the stylesheet, the icons: files of the
// binary, under addresses that carry a hash of their content and may be kept
// for ever. Under a plain or an old address the same file answers, to be asked
// for again each time.
type Static struct {
	files map[string]*asset
}

type asset struct {
	name string // "style.css"
	hash string // first 10 hex digits of SHA-256
	kind string // Content-Type
	body []byte
	gzip []byte // nil where it would not be smaller
}

// NewStatic reads and compresses the files once.
func NewStatic() (*Static, error) {
	s := &Static{files: map[string]*asset{}}
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		a, err := newAsset(strings.TrimPrefix(name, "static/"), body)
		s.files[a.name] = a
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the static files: %w", err)
	}
	return s, nil
}

func newAsset(name string, body []byte) (*asset, error) {
	sum := sha256.Sum256(body)
	a := &asset{name: name, hash: hex.EncodeToString(sum[:5]), body: body, kind: contentType(name)}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return a, err
	}
	if _, err := w.Write(body); err != nil {
		return a, err
	}
	if err := w.Close(); err != nil {
		return a, err
	}
	if b.Len() < len(body)*9/10 {
		a.gzip = b.Bytes()
	}
	return a, nil
}

// contentType does not ask the machine's tables for what browsers are strict
// about.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".ico":
		return "image/x-icon"
	case ".png":
		return "image/png"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
	}
	return "application/octet-stream"
}

// URL is the address of a file, with its hash: /static/style-0123456789.css.
func (s *Static) URL(name string) string {
	a, ok := s.files[name]
	if !ok {
		return StaticPrefix + name
	}
	ext := path.Ext(name)
	return StaticPrefix + strings.TrimSuffix(name, ext) + "-" + a.hash + ext
}

// Has says whether there is a file of that plain name.
func (s *Static) Has(name string) bool { return s.files[name] != nil }

// find gives the file of an address, and whether the address names exactly
// this content.
func (s *Static) find(name string) (a *asset, exact bool) {
	if a := s.files[name]; a != nil {
		return a, false
	}
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	i := strings.LastIndexByte(stem, '-')
	if i < 0 {
		return nil, false
	}
	a = s.files[stem[:i]+ext]
	return a, a != nil && a.hash == stem[i+1:]
}

// ServeHTTP answers GET and HEAD below StaticPrefix.
func (s *Static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, exact := s.find(strings.TrimPrefix(r.URL.Path, StaticPrefix))
	if a == nil {
		http.NotFound(w, r)
		return
	}
	a.serve(w, r, exact)
}

// File answers a fixed address, such as /favicon.ico, with a file.
func (s *Static) File(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a := s.files[name]
		if a == nil {
			http.NotFound(w, r)
			return
		}
		a.serve(w, r, false)
	}
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request, exact bool) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "no-cache")
	if exact {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, tag := a.body, a.hash
	if a.gzip != nil {
		h.Add("Vary", "Accept-Encoding")
		if takesGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body, tag = a.gzip, a.hash+"-gzip"
		}
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
