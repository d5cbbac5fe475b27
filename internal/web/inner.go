package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"reelm"
	"reelm/internal/api"
)

// call asks our own API on behalf of a visitor. Forms go through it, so that
// pages and programs meet the same rules, limits and errors.
func (s *Site) call(r *http.Request, method, path string, body, out any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if body == nil {
		b = nil
	}
	req, err := http.NewRequestWithContext(r.Context(), method, "/api/v1"+path, bytes.NewReader(b))
	if err != nil {
		return err
	}
	req.RemoteAddr, req.Host = r.RemoteAddr, r.Host
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	got := &recorder{header: http.Header{}, status: http.StatusOK}
	s.api.ServeHTTP(got, req)
	if got.status >= 300 {
		return got.failure()
	}
	if out == nil || got.body.Len() == 0 {
		return nil
	}
	if err := json.Unmarshal(got.body.Bytes(), out); err != nil {
		return fmt.Errorf("reading the API's answer to %s %s: %w", method, path, err)
	}
	return nil
}

// recorder keeps an answer in memory.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// kinds of errors by the status that the API gives them.
var kindOf = map[int]reelm.Kind{
	400: reelm.Invalid, 401: reelm.Unauthenticated, 403: reelm.Forbidden, 404: reelm.NotFound, 409: reelm.Conflict, 410: reelm.Gone,
	413: reelm.TooLarge, 422: reelm.Invalid, 429: reelm.Limited, 451: reelm.Blocked, 503: reelm.Unavailable,
}

// failure turns a problem back into the error that it was.
func (r *recorder) failure() error {
	var p api.Problem
	if err := json.Unmarshal(r.body.Bytes(), &p); err != nil {
		return fmt.Errorf("the API answered %d with what is no problem: %w", r.status, err)
	}
	code := p.Type
	for i := len(code) - 1; i >= 0; i-- {
		if code[i] == '/' {
			code = code[i+1:]
			break
		}
	}
	kind, ok := kindOf[p.Status]
	if !ok {
		return fmt.Errorf("the API answered %d: %s", p.Status, p.Detail)
	}
	if code == reelm.ErrPhase.Code {
		kind = reelm.Refused
	}
	return &reelm.Error{Kind: kind, Code: code, Field: p.Field, Detail: p.Detail, Args: p.Args}
}
