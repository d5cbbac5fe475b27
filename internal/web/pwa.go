package web

import (
	"encoding/xml"
	"net/http"
	"time"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// serviceWorker keeps the offline page and the built files, nothing that
// people made: what was taken down is not shown from a cache.
const serviceWorker = `const shell = "reelm-shell-1";
self.addEventListener("install", (e) => {
  e.waitUntil(caches.open(shell).then((c) => c.add(new Request("/offline", { cache: "reload" }))).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (e) => {
  e.waitUntil(caches.keys().then((names) => Promise.all(names.filter((n) => n !== shell).map((n) => caches.delete(n)))).then(() => self.clients.claim()));
});
self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) {
    e.respondWith(caches.open(shell).then(async (c) => (await c.match(e.request)) ?? fetch(e.request).then((r) => {
      if (r.ok) c.put(e.request, r.clone());
      return r;
    })));
  } else if (e.request.mode === "navigate") {
    e.respondWith(fetch(e.request).catch(async () => (await caches.match("/offline")) ?? Response.error()));
  }
});
self.addEventListener("push", (e) => {
  const news = e.data?.json() ?? {};
  if (news.title) e.waitUntil(self.registration.showNotification(news.title, { tag: news.tag, data: news.url, icon: "/apple-touch-icon.png" }));
});
self.addEventListener("notificationclick", (e) => {
  e.notification.close();
  const url = new URL(e.notification.data ?? "/inbox", location.origin);
  if (url.origin !== location.origin) return;
  e.waitUntil(clients.matchAll({ type: "window" }).then(async (open) => {
    const page = open.find((c) => new URL(c.url).pathname === url.pathname);
    return page ? page.focus() : clients.openWindow(url);
  }));
});
`

func (s *Site) worker(w http.ResponseWriter, _ *http.Request, _ *visit.Visit) error {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err := w.Write([]byte(serviceWorker))
	return err
}

// OfflinePage is what an installed Reelm shows without a network.
type OfflinePage struct {
	Layout
	Empty Empty
}

func (OfflinePage) template() string { return "offline" }

func (s *Site) offline(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	nobody := *v
	nobody.Account, nobody.Viewer = nil, 0
	p := &OfflinePage{Layout: s.layout(r, &nobody, "", v.Lang.T("offline.title"))}
	p.Hidden = true
	p.Empty = Empty{What: v.Lang.T("offline.what"), Do: v.Lang.T("offline.do"), Action: &Action{"/", v.Lang.T("offline.again")}}
	return s.show(w, r, &nobody, http.StatusOK, p)
}

// share takes what a phone shares: the clip is kept for its author alone, who
// then writes the caption and decides who may see it.
func (s *Site) share(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Account == nil {
		return signInFirst(w, r, "/upload")
	}
	form, err := r.MultipartReader()
	if err != nil {
		return reelm.Wrong("file", "bad-form", "the form did not arrive whole")
	}
	c, err := s.api.TakeForm(w, r, form, nil)
	if err != nil {
		return err
	}
	only := reelm.OnlyMe
	if _, err := v.DB.EditClip(r.Context(), c.ID, store.ClipEdit{Visibility: &only}); err != nil {
		return err
	}
	return redirect(w, r, "/c/"+c.ID.String())
}

type sitemapURL struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

type sitemap struct {
	XMLName xml.Name     `xml:"urlset"`
	NS      string       `xml:"xmlns,attr"`
	URLs    []sitemapURL `xml:"url"`
}

// sitemapClips is how many of the newest clips the sitemap names.
const sitemapClips = 1000

// sitemap lists for search engines what everybody may see (sitemaps.org).
func (s *Site) sitemap(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	base := origin(r, v)
	m := sitemap{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", URLs: []sitemapURL{{Loc: base + "/"}, {Loc: base + "/search"}, {Loc: base + "/transparency"}}}
	authors := map[string]bool{}
	p := store.Page{Limit: store.MaxPage}
	for len(m.URLs) < sitemapClips {
		found, next, err := v.DB.NewestClips(r.Context(), 0, p)
		if err != nil {
			return err
		}
		for _, c := range v.Unblocked(found) {
			m.URLs = append(m.URLs, sitemapURL{base + "/c/" + c.ID.String(), c.Published.UTC().Format(time.DateOnly)})
			if !authors[c.Handle] {
				authors[c.Handle] = true
				m.URLs = append(m.URLs, sitemapURL{Loc: base + "/@" + c.Handle})
			}
		}
		if p.After = next; next == (store.Cursor{}) {
			break
		}
	}
	b, err := xml.Marshal(m)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	_, err = w.Write(append([]byte(xml.Header), b...))
	return err
}
