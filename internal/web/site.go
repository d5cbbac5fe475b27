package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/visit"
)

// Site answers everything that is not the API: pages, forms, feeds, files.
// Requests have to carry a visit.
type Site struct {
	api      *api.API
	limits   reelm.Limits
	static   *Static
	renderer *Renderer
	mux      *http.ServeMux
	handler  http.Handler
	routed   []string
}

// Routes lists the pages and forms, as "METHOD /pattern".
func (s *Site) Routes() []string { return slices.Clone(s.routed) }

// New builds the site on top of the API, whose rules its forms go through.
func New(a *api.API, limits reelm.Limits, now func() time.Time) (*Site, error) {
	static, err := NewStatic()
	if err != nil {
		return nil, err
	}
	renderer, err := NewRenderer(static, now)
	if err != nil {
		return nil, err
	}
	s := &Site{api: a, limits: limits, static: static, renderer: renderer, mux: http.NewServeMux()}
	s.routes()
	s.handler = Secure(Compress(http.HandlerFunc(s.route)))
	return s, nil
}

// ServeHTTP answers a request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// route lets a visitor whose token no longer holds in as nobody, and takes the
// token from the browser.
func (s *Site) route(w http.ResponseWriter, r *http.Request) {
	if v := visit.From(r.Context()); v.BadToken != nil {
		nobody := *v
		nobody.BadToken = nil
		r = r.WithContext(visit.With(r.Context(), &nobody))
		forget(w, v, visit.CookieSession, visit.CookieViewer)
	}
	if err := visit.From(r.Context()).Enter(r.Context(), r.URL.Path); err != nil {
		s.fail(w, r, err)
		return
	}
	if _, pattern := s.mux.Handler(r); pattern == "" {
		s.fail(w, r, noRoute(s.mux, r))
		return
	}
	s.mux.ServeHTTP(w, r)
}

// noRoute tells an unknown page from a form that was sent to a page.
func noRoute(mux *http.ServeMux, r *http.Request) error {
	other := r.Clone(r.Context())
	for _, other.Method = range []string{http.MethodGet, http.MethodPost} {
		if _, pattern := mux.Handler(other); pattern != "" && other.Method != r.Method {
			return &reelm.Error{Kind: reelm.NotAllowed, Code: "method-not-allowed", Detail: "this page does not take this method"}
		}
	}
	return reelm.ErrNotFound
}

// action answers a request or says what failed.
type action func(w http.ResponseWriter, r *http.Request, v *visit.Visit) error

// on adds a route for what one can do in a phase of the realm.
func (s *Site) on(pattern string, act reelm.Act, do action) {
	s.routed = append(s.routed, pattern)
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		v := visit.From(r.Context())
		err := v.Allow(r.Context(), act)
		if query := r.URL.Query(); err == nil && len(query) > 0 {
			if err = legible(query); err == nil {
				r.URL.RawQuery = query.Encode()
			}
		}
		if err == nil && r.Method == http.MethodPost {
			err = api.Hurry(w)
		}
		if err == nil {
			err = do(w, r, v)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// layout is the frame of a page for a visitor.
func (s *Site) layout(r *http.Request, v *visit.Visit, place, title string) Layout {
	l := Layout{Title: title, Realm: "Reelm", Origin: origin(r, v), Path: r.URL.RequestURI(), Canonical: r.URL.Path, Place: place,
		Theme: theme(r), Locale: v.Lang.T("language.locale"), Said: said(r, v)}
	if settings, err := v.Settings(r.Context()); err == nil {
		l.Realm = settings.Title
		l.Banner = phaseBanner(v.Lang, settings.Title, settings)
	}
	if v.Account != nil {
		me := self(v)
		l.Self = &me
	}
	return l
}

// self is whoever is signed in.
func self(v *visit.Visit) Person {
	a := v.Account
	p := Person{Handle: a.Handle, Name: a.Name, Bio: a.Bio, Followers: a.Followers, Following: a.Following, Clips: a.Clips, Self: true}
	if a.Avatar != "" {
		p.Avatar = api.AvatarURL(a.Avatar)
	}
	return p
}

// origin is the scheme and host under which the visitor reached us.
func origin(r *http.Request, v *visit.Visit) string {
	if v.Secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// show answers with a page. What a page shows depends on who looks, so that
// no shared cache may keep it.
func (s *Site) show(w http.ResponseWriter, r *http.Request, v *visit.Visit, status int, p Page) error {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.Lang.Code())
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Cookie, Accept-Language")
	return s.renderer.Render(&answer{w: w, status: status}, v.Lang, p)
}

// answer writes the status with the first byte, so that a page that cannot be
// rendered can still become another one.
type answer struct {
	w      http.ResponseWriter
	status int
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status != 0 {
		a.w.WriteHeader(a.status)
		a.status = 0
	}
	return a.w.Write(b)
}

// fail answers with the page of an error, and logs what is ours.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	v := visit.From(r.Context())
	if maxed, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = (&reelm.Error{Kind: reelm.TooLarge, Code: "too-large", Detail: "the request is too large"}).With("max", maxed.Limit)
	}
	if reelm.KindOf(err) == reelm.Internal {
		if r.Context().Err() != nil {
			return // nobody waits for it any more
		}
		slog.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	api.BlockedBy(w.Header(), err)
	if strings.HasSuffix(r.URL.Path, ".rss") {
		http.Error(w, v.Lang.Error(err), reelm.KindOf(err).HTTPStatus())
		return
	}
	if p := s.farewell(r, v, err); p != nil {
		if serr := s.show(w, r, v, http.StatusGone, p); serr == nil {
			return
		}
	}
	p := NewFailure(s.layout(r, v, "", ""), v.Lang, err)
	if serr := s.show(w, r, v, p.Status, p); serr != nil {
		slog.Error("showing a failure", "path", r.URL.Path, "error", serr)
		http.Error(w, v.Lang.Error(err), p.Status)
	}
}

// clips shows clips to a visitor, in order.
func clips(ctx context.Context, v *visit.Visit, found []*reelm.Clip) ([]Clip, error) {
	found = v.Unblocked(found)
	wired, err := api.WireClips(ctx, v, found)
	if err != nil {
		return nil, err
	}
	out := make([]Clip, len(wired))
	for i, c := range wired {
		out[i] = Clip{Clip: c, Self: v.Account != nil && found[i].Author == v.Account.ID}
	}
	return out, nil
}
