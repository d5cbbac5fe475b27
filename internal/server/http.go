package server

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"runtime/debug"
	"strings"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/visit"
)

// front is the public handler: health, then for everything else a visit, and
// then the API, the media or the pages.
func (s *Server) front() http.Handler {
	proxies, err := s.cfg.proxies()
	if err != nil { // Validate has seen it
		proxies = []netip.Prefix{}
	}
	door := &visit.Door{Desk: s.desk, Places: s.place, Proxies: proxies}
	if s.geo != nil {
		door.Country = s.geo.Of
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api.WriteProblem(w, r, &reelm.Error{Kind: reelm.Forbidden, Code: "cross-origin", Detail: "another site has sent this request"})
	}))
	inner := cross.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := door.Open(r)
		if errors.Is(err, visit.ErrHost) {
			http.Error(w, err.Error(), http.StatusMisdirectedRequest)
			return
		}
		if err != nil {
			api.WriteProblem(w, r, err)
			return
		}
		r = r.WithContext(visit.With(r.Context(), v))
		if p := r.URL.Path; strings.HasPrefix(p, "/api/") || strings.HasPrefix(p, "/media/") || strings.HasPrefix(p, "/ledger/") {
			s.api.ServeHTTP(w, r)
			return
		}
		s.site.ServeHTTP(w, r)
	}))
	mux := http.NewServeMux()
	s.health(mux)
	mux.Handle("/", recovered(inner))
	return mux
}

// recovered answers a panic with our problem and keeps the server alive.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			slog.Error("a request made us panic", "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
			api.WriteProblem(w, r, fmt.Errorf("panic: %v", p))
		}()
		next.ServeHTTP(w, r)
	})
}

func (s *Server) health(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, nil) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { answer(w, s.healthy(r)) })
}

func (s *Server) healthy(r *http.Request) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var err error
	for _, a := range s.open {
		err = errors.Join(err, a.DB.Ping(r.Context()), a.Feed.Healthy())
	}
	return err
}

func answer(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	text := "ok\n"
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		text = err.Error() + "\n"
	}
	if _, err := w.Write([]byte(text)); err != nil {
		slog.Debug("answering a health check", "error", err)
	}
}

// ops is what operators and their machines see.
func (s *Server) ops() http.Handler {
	mux := http.NewServeMux()
	s.health(mux)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics(), promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
