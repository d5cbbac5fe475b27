package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/auth"
	"reelm/internal/clip"
	"reelm/internal/feed"
	"reelm/internal/notify"
	"reelm/internal/own"
	"reelm/internal/realm"
	"reelm/internal/realm/realmtest"
	"reelm/internal/store"
	"reelm/internal/visit"
	"reelm/internal/web"
)

const password = "vT7 plume orbit 42 quay"

// house is a realm with a feed, its API and its pages, on a port.
type house struct {
	*realmtest.World
	r    *realm.Realm
	feed *feed.Feed
	base string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	ctx := context.Background()
	w := realmtest.Open(t, "")
	h := &house{World: w, r: w.Realm(realm.Main)}
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	limits := reelm.Limits{UploadBytes: 1 << 30, UploadDuration: 10 * time.Minute}
	must(feed.Constitute(ctx, h.r))
	place := &visit.Place{Realm: h.r}
	var err error
	place.Feed, err = feed.Open(ctx, h.r, slog.New(slog.NewTextHandler(io.Discard, nil)))
	must(err)
	h.feed = place.Feed
	t.Cleanup(func() { must(place.Feed.Close()) })
	place.Live, err = notify.Open(ctx, h.r, clip.TopicClip, notify.PublicClient())
	must(err)
	t.Cleanup(place.Live.Close)
	place.Own = own.Open(ctx, h.r, place.Feed, slog.New(slog.NewTextHandler(io.Discard, nil)))
	t.Cleanup(place.Own.Close)
	place.Desk, err = clip.NewDesk(h.r, limits)
	must(err)
	desk, err := auth.NewDesk(ctx, limits, w.Clock.Now)
	must(err)
	a := api.New(desk, limits, w.Clock.Now)
	site, err := web.New(a, limits, w.Clock.Now)
	must(err)
	door := &visit.Door{Desk: desk, Places: func(context.Context, string) (*visit.Place, error) { return place, nil }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := door.Open(r)
		if err != nil {
			t.Error(err)
			return
		}
		r = r.WithContext(visit.With(r.Context(), v))
		if strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/media/") {
			a.ServeHTTP(w, r)
			return
		}
		site.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	h.base = server.URL
	return h
}

// publish makes a clip that everybody may see, and waits until the feed has
// heard of it.
func (h *house) publish(author *reelm.Account, caption string) *reelm.Clip {
	h.Helper()
	c := h.Clip(h.r, author, caption)
	if err := h.feed.Settle(context.Background()); err != nil {
		h.Fatal(err)
	}
	return c
}

// browser is somebody without scripts: it keeps cookies, follows redirects and
// sends forms.
type browser struct {
	testing.TB
	base   string
	client *http.Client
	accept string // languages
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.Fatal(err)
	}
	return &browser{TB: h.TB, base: h.base, client: &http.Client{Jar: jar}, accept: "en"}
}

// page is what came back.
type page struct {
	testing.TB
	status int
	header http.Header
	path   string // after redirects
	body   string
	root   *html.Node
}

func (b *browser) do(r *http.Request) *page {
	b.Helper()
	r.Header.Set("Accept-Language", b.accept)
	res, err := b.client.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	p := &page{TB: b.TB, status: res.StatusCode, header: res.Header, path: res.Request.URL.RequestURI(), body: string(body)}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		if p.root, err = html.ParseWithOptions(strings.NewReader(p.body), html.ParseOptionEnableScripting(false)); err != nil {
			b.Fatal(err)
		}
	}
	return p
}

func (b *browser) get(path string) *page {
	b.Helper()
	r, err := http.NewRequest(http.MethodGet, b.base+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	return b.do(r)
}

// post sends a form as pages do; fields are name, value pairs.
func (b *browser) post(path string, fields ...string) *page {
	b.Helper()
	f := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		f.Add(fields[i], fields[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(f.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// signUp makes an account by the form.
func (b *browser) signUp(handle string) {
	b.Helper()
	p := b.post("/sign-up", "handle", handle, "password", password, "birthday", "1990-05-17", "learn", "true")
	if p.status != http.StatusOK || p.path != "/" {
		b.Fatalf("signing up as %s leads to %d %s: %s", handle, p.status, p.path, p.text(".wrong"))
	}
}

func (b *browser) cookie(name string) string {
	u, err := url.Parse(b.base)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// waiting makes a clip that is still being made playable.
func (h *house) waiting(author *reelm.Account, caption string) *reelm.Clip {
	h.Helper()
	parsed, err := reelm.ParseCaption(caption)
	if err != nil {
		h.Fatal(err)
	}
	folder, err := realm.NewFolder()
	if err != nil {
		h.Fatal(err)
	}
	c, err := h.r.DB.CreateClip(context.Background(), store.NewClip{Author: author.ID, Caption: parsed, Visibility: reelm.Public, Media: folder,
		Raw: "raw/" + folder, SHA256: []byte(folder), CoverMS: -1})
	if err != nil {
		h.Fatal(err)
	}
	return c
}

// fail lets the making of a waiting clip fail for good.
func (h *house) fail(c *reelm.Clip, f reelm.Fault) {
	h.Helper()
	ctx := context.Background()
	for {
		j, err := h.r.DB.ClaimJob(ctx, "test", store.RankFirst, store.RankFirst+1, time.Minute)
		if err != nil || j == nil {
			h.Fatal("no job:", err)
		}
		if j.Clip != c.ID {
			continue // stays with us: nobody else works here
		}
		if _, err := h.r.DB.FailJob(ctx, j, f, 0); err != nil {
			h.Fatal(err)
		}
		return
	}
}
