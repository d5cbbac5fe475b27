package playertest

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// tus is a small tus 1.0 server for the uploader's tests. A file's name says
// how it behaves: cut breaks the first piece off in the middle, slow takes its
// time, refuse is too large.
type tus struct {
	mu      sync.Mutex
	next    int
	uploads map[string]*upload
}

type upload struct {
	name      string
	size, has int64
	pieces    int
}

func newTus() *tus { return &tus{uploads: map[string]*upload{}} }

func (s *tus) routes(mux *http.ServeMux) {
	mux.HandleFunc("POST /api/v1/uploads", s.create)
	mux.HandleFunc("HEAD /api/v1/uploads/{id}", s.head)
	mux.HandleFunc("PATCH /api/v1/uploads/{id}", s.patch)
	mux.HandleFunc("DELETE /api/v1/uploads/{id}", s.delete)
	mux.HandleFunc("GET /arrived/{id}", s.arrived)
}

func (s *tus) find(w http.ResponseWriter, r *http.Request) *upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.uploads[r.PathValue("id")]
	if u == nil {
		http.NotFound(w, r)
	}
	return u
}

func (s *tus) create(w http.ResponseWriter, r *http.Request) {
	var name string
	for _, pair := range strings.Split(r.Header.Get("Upload-Metadata"), ",") {
		if key, value, _ := strings.Cut(pair, " "); key == "filename" {
			b, _ := base64.StdEncoding.DecodeString(value)
			name = string(b)
		}
	}
	if strings.HasPrefix(name, "refuse") {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		fmt.Fprint(w, `{"type":"/problems/too_large","title":"Die Datei ist zu groß","status":413}`)
		return
	}
	size, err := strconv.ParseInt(r.Header.Get("Upload-Length"), 10, 64)
	if err != nil || r.Header.Get("Tus-Resumable") != "1.0.0" {
		http.Error(w, "no tus", http.StatusPreconditionFailed)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	id := strconv.Itoa(s.next)
	s.uploads[id] = &upload{name: name, size: size}
	w.Header().Set("Location", "/api/v1/uploads/"+id)
	w.WriteHeader(http.StatusCreated)
}

func (s *tus) head(w http.ResponseWriter, r *http.Request) {
	if u := s.find(w, r); u != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		w.Header().Set("Upload-Offset", strconv.FormatInt(u.has, 10))
		w.Header().Set("Upload-Length", strconv.FormatInt(u.size, 10))
	}
}

func (s *tus) patch(w http.ResponseWriter, r *http.Request) {
	u := s.find(w, r)
	if u == nil {
		return
	}
	s.mu.Lock()
	u.pieces++
	wrong := r.Header.Get("Upload-Offset") != strconv.FormatInt(u.has, 10) || r.Header.Get("Content-Type") != "application/offset+octet-stream"
	cut, slow := strings.HasPrefix(u.name, "cut") && u.pieces == 1, strings.HasPrefix(u.name, "slow") && u.pieces == 1
	s.mu.Unlock()
	if wrong {
		w.WriteHeader(http.StatusConflict)
		return
	}
	body := io.Reader(r.Body)
	if cut || slow {
		body = io.LimitReader(r.Body, u.size/2)
	}
	n, err := io.Copy(io.Discard, body)
	s.mu.Lock()
	u.has += n
	has := u.has
	s.mu.Unlock()
	if slow {
		io.Copy(io.Discard, r.Body) // only who has read all hears of the end
		<-r.Context().Done()
		return
	}
	if cut || err != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Upload-Offset", strconv.FormatInt(has, 10))
	w.WriteHeader(http.StatusNoContent)
}

func (s *tus) delete(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.uploads, r.PathValue("id"))
	w.WriteHeader(http.StatusNoContent)
}

func (s *tus) arrived(w http.ResponseWriter, r *http.Request) {
	if u := s.find(w, r); u != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		fmt.Fprint(w, u.has)
	}
}
