package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"reelm"
	"reelm/internal/visit"
	"reelm/internal/words"
)

// Problem is how the API says that something failed (RFC 9457). Type ends in
// a code that never changes; the words may.
type Problem struct {
	Type   string         `json:"type" example:"/problems/not-found" doc:"Its last segment is a stable code."`
	Title  string         `json:"title" doc:"What happened, in the visitor's language."`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty" doc:"What was expected, in plain English."`
	Field  string         `json:"field,omitempty" doc:"The input that is wrong."`
	Args   map[string]any `json:"args,omitempty" doc:"Numbers and names that belong to the text, such as the id of the clip that was uploaded before."`
	Errors []FieldProblem `json:"errors,omitempty" doc:"Every input that is wrong, where there are several."`
}

// FieldProblem is one wrong input.
type FieldProblem struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// ProblemOf turns an error into the answer to it.
func ProblemOf(err error, lang *words.Lang) *Problem {
	e, ok := errors.AsType[*reelm.Error](err)
	if !ok {
		e = &reelm.Error{Kind: reelm.Internal, Code: "internal", Detail: "this is our fault, and it has been noted"}
	}
	p := &Problem{Type: "/problems/" + e.Code, Title: e.Detail, Status: e.Kind.HTTPStatus(), Detail: e.Detail, Field: e.Field, Args: e.Args}
	if lang != nil {
		p.Title = lang.Error(e)
	}
	return p
}

// WriteProblem answers a request with an error and logs what is ours to mend.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	var lang *words.Lang
	if v := visit.From(r.Context()); v != nil {
		lang = v.Lang
	}
	if maxed, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = (&reelm.Error{Kind: reelm.TooLarge, Code: reelm.FaultTooLarge, Detail: fmt.Sprintf("at most %d bytes", maxed.Limit)}).With("max", maxed.Limit)
	}
	p := ProblemOf(err, lang)
	logInternal(r, p, err)
	b, merr := json.Marshal(p)
	if merr != nil {
		b = []byte(`{"type":"/problems/internal","status":500}`)
	}
	BlockedBy(w.Header(), err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		if _, err := w.Write(b); err != nil {
			slog.Debug("answering with a problem", "error", err)
		}
	}
}

// BlockedBy names who keeps something from a country (RFC 7725, section 4):
// the page that says who ordered it, and where to appeal.
func BlockedBy(h http.Header, err error) {
	if reelm.KindOf(err) == reelm.Blocked {
		h.Add("Link", `</transparency#asked>; rel="blocked-by"`)
	}
}

// headed gives an error the headers that its answer needs.
func headed(err error) error {
	h := http.Header{}
	if BlockedBy(h, err); len(h) == 0 {
		return err
	}
	return huma.ErrorWithHeaders(err, h)
}

func logInternal(r *http.Request, p *Problem, err error) {
	if p.Status >= 500 && r.Context().Err() == nil {
		slog.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
}

var humaProblems sync.Once

// speakProblems makes huma answer with our problems. It is the library's one
// global setting.
func speakProblems() {
	humaProblems.Do(func() {
		huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
			return humaProblem(nil, status, msg, errs)
		}
		huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
			return humaProblem(ctx, status, msg, errs)
		}
	})
}

// humaProblem turns what huma found, or what a handler returned, into a
// problem.
func humaProblem(ctx huma.Context, status int, msg string, errs []error) huma.StatusError {
	var lang *words.Lang
	if ctx != nil {
		if v := visit.From(ctx.Context()); v != nil {
			lang = v.Lang
		}
	}
	for _, err := range errs {
		if e, ok := errors.AsType[*reelm.Error](err); ok {
			return ProblemOf(e, lang)
		}
	}
	e := &reelm.Error{Kind: reelm.Invalid, Code: "bad-request", Detail: msg}
	switch status {
	case http.StatusRequestEntityTooLarge:
		e = &reelm.Error{Kind: reelm.TooLarge, Code: "too-large", Detail: msg}
	case http.StatusRequestTimeout:
		e.Code = "too-slow"
	case http.StatusUnsupportedMediaType, http.StatusNotAcceptable:
		e.Code = "bad-media-type"
	case http.StatusInternalServerError:
		e = &reelm.Error{Kind: reelm.Internal, Code: "internal", Detail: "this is our fault, and it has been noted"}
		if ctx == nil || ctx.Context().Err() == nil {
			slog.Error("request failed", "error", errors.Join(errs...), "message", msg)
		}
	}
	p := ProblemOf(e, lang)
	if status != http.StatusUnprocessableEntity && status >= 400 {
		p.Status = status
	}
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer)
		if !ok {
			continue
		}
		f := d.ErrorDetail()
		field := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(f.Location, "body."), "query."), "path.")
		p.Errors = append(p.Errors, FieldProblem{Field: field, Detail: f.Message})
	}
	if len(p.Errors) > 0 && p.Field == "" {
		p.Field, p.Detail = p.Errors[0].Field, p.Errors[0].Field+": "+p.Errors[0].Detail
	}
	return p
}
