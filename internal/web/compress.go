package web

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// takesGzip says whether the client can read gzip (RFC 9110, 12.5.3).
func takesGzip(r *http.Request) bool {
	for _, offer := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(offer), ";")
		if strings.EqualFold(name, "gzip") || name == "*" {
			weight = strings.ReplaceAll(weight, " ", "")
			return weight != "q=0" && weight != "q=0.0" && weight != "q=0.00" && weight != "q=0.000"
		}
	}
	return false
}

// Compress sends text compressed to who can read it. Answers that are encoded
// already, streams and media pass as they are.
func Compress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !takesGzip(r) || r.Header.Get("Range") != "" {
			next.ServeHTTP(w, r)
			return
		}
		c := &compressor{ResponseWriter: w}
		defer c.close()
		next.ServeHTTP(c, r)
	})
}

// writers are reused: one holds about 800 KB.
var writers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, 5) // fails only for levels that do not exist
	return w
}}

type compressor struct {
	http.ResponseWriter
	gz      *gzip.Writer
	decided bool
}

// Unwrap lets http.ResponseController reach what it needs.
func (c *compressor) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *compressor) WriteHeader(status int) {
	if !c.decided && status >= 200 {
		c.decided = true
		c.decide(status)
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *compressor) decide(status int) {
	h := c.Header()
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	switch kind {
	case "text/html", "application/json", "application/problem+json", "application/rss+xml", "application/manifest+json":
	default:
		return
	}
	h.Add("Vary", "Accept-Encoding")
	if status == http.StatusNoContent || status == http.StatusNotModified || h.Get("Content-Encoding") != "" {
		return
	}
	h.Set("Content-Encoding", "gzip")
	h.Del("Content-Length")
	c.gz = writers.Get().(*gzip.Writer)
	c.gz.Reset(c.ResponseWriter)
}

func (c *compressor) Write(b []byte) (int, error) {
	if !c.decided {
		if c.Header().Get("Content-Type") == "" {
			c.Header().Set("Content-Type", http.DetectContentType(b))
		}
		c.WriteHeader(http.StatusOK)
	}
	if c.gz != nil {
		return c.gz.Write(b)
	}
	return c.ResponseWriter.Write(b)
}

// Flush passes on what is there, for whoever streams.
func (c *compressor) Flush() {
	if c.gz != nil {
		c.gz.Flush() // an error shows at the next write
	}
	http.NewResponseController(c.ResponseWriter).Flush()
}

func (c *compressor) close() {
	if c.gz == nil {
		return
	}
	c.gz.Close() // the client went away if this fails
	c.gz.Reset(nil)
	writers.Put(c.gz)
}
