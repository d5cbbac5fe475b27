// Package api is the JSON API below /api/v1 with its OpenAPI document, the
// resumable uploads, live updates, and the media.
//
// routes.go is the whole list of routes; each resource has a file. Handlers
// return errors; problem.go alone turns them into answers.
package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"reelm"
	"reelm/internal/auth"
	"reelm/internal/visit"
)

// API answers the routes of every realm.
type API struct {
	desk   *auth.Desk
	limits reelm.Limits
	now    func() time.Time
	huma   huma.API
	mux    *http.ServeMux
	routed []string
	tus    resumable
	rules  rules

	acts, comments, events, eventsFrom *auth.Rates
}

// New builds the API. Requests have to carry a visit.
func New(desk *auth.Desk, limits reelm.Limits, now func() time.Time) *API {
	speakProblems()
	a := &API{desk: desk, limits: limits, now: now, mux: http.NewServeMux()}
	if limits.Enabled {
		a.acts = auth.NewRates(limits.ActsPerMinute, time.Minute)
		a.comments = auth.NewRates(limits.CommentsPerMinute, time.Minute)
		a.events = auth.NewRates(limits.EventsPerMinute, time.Minute)
		a.eventsFrom = auth.NewRates(limits.EventsPerMinute*10, time.Minute)
	}
	cfg := huma.DefaultConfig("Reelm", "1")
	cfg.Info.Description = "A short-video platform that its owner can really own. Errors are application/problem+json (RFC 9457)."
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath, cfg.CreateHooks = "/api/openapi", "", "", nil
	cfg.Servers = []*huma.Server{{URL: "/api/v1"}}
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer",
		Description: "A session token of POST /sessions, or a viewer token of POST /viewers. Reelm's own pages send it as a cookie."}}
	a.huma = humago.New(prefixed{a.mux, "/api/v1"}, cfg)
	a.routes()
	return a
}

// ServeHTTP answers below /api/, /media/ and /ledger/.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if v := visit.From(r.Context()); v != nil {
		if err := v.Enter(r.Context(), r.URL.Path); err != nil {
			WriteProblem(w, r, err)
			return
		}
	}
	if _, pattern := a.mux.Handler(r); pattern == "" {
		WriteProblem(w, r, a.noRoute(r))
		return
	}
	if v := visit.From(r.Context()); v != nil && v.BadToken != nil && !strings.HasPrefix(r.URL.Path, "/ledger/") {
		WriteProblem(w, r, v.BadToken)
		return
	}
	a.mux.ServeHTTP(w, r)
}

// noRoute tells an unknown path from a method that it does not have.
func (a *API) noRoute(r *http.Request) error {
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := a.mux.Handler(other); pattern != "" && method != r.Method {
			return errMethod
		}
	}
	return errRoute
}

var errRoute = &reelm.Error{Kind: reelm.NotFound, Code: "no-route", Detail: "the API has no such address"}

var errMethod = &reelm.Error{Kind: reelm.NotAllowed, Code: "method-not-allowed", Detail: "this address does not take this method"}

// handle adds a route that is not huma's: it streams.
func (a *API) handle(pattern string, h func(http.ResponseWriter, *http.Request) error) {
	a.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			WriteProblem(w, r, err)
		}
	})
}

// prefixed puts the API's prefix in front of huma's routes, except the
// document's own.
type prefixed struct {
	mux    *http.ServeMux
	prefix string
}

// HandleFunc implements humago.Mux.
func (p prefixed) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	var method, path string
	if _, err := fmt.Sscanf(pattern, "%s %s", &method, &path); err != nil {
		path = pattern
	}
	if len(path) < 5 || path[:5] != "/api/" {
		path = p.prefix + path
	}
	p.mux.HandleFunc(method+" "+path, h)
}

// ServeHTTP implements humago.Mux.
func (p prefixed) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

func logClose(err error) { slog.Warn("closing a file that was served", "error", err) }
