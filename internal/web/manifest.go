package web

import (
	"encoding/json"
	"net/http"

	"reelm/internal/visit"
	"reelm/internal/words"
)

// Manifest makes the pages installable (W3C Web Application Manifest). A phone
// that installed them offers them where videos are shared.
type Manifest struct {
	Name       string         `json:"name"`
	ShortName  string         `json:"short_name"`
	Lang       string         `json:"lang"`
	Dir        string         `json:"dir"`
	ID         string         `json:"id"`
	StartURL   string         `json:"start_url"`
	Scope      string         `json:"scope"`
	Display    string         `json:"display"`
	Background string         `json:"background_color"`
	Theme      string         `json:"theme_color"`
	Icons      []manifestIcon `json:"icons"`
	Shortcuts  []manifestLink `json:"shortcuts"`
	Share      shareTarget    `json:"share_target"`
}

// shareTarget offers Reelm where a phone shares videos (Web Share Target).
type shareTarget struct {
	Action  string         `json:"action"`
	Method  string         `json:"method"`
	Enctype string         `json:"enctype"`
	Params  map[string]any `json:"params"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose,omitempty"`
}

type manifestLink struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// ManifestType is the media type of a manifest.
const ManifestType = "application/manifest+json"

// NewManifest describes the realm's pages in a language.
func NewManifest(realm string, lang *words.Lang, s *Static) Manifest {
	return Manifest{
		Name: realm, ShortName: realm, Lang: lang.Code(), Dir: lang.Dir(), ID: "/", StartURL: "/", Scope: "/", Display: "standalone",
		Background: "#0B0D10", Theme: "#0B0D10",
		Icons: []manifestIcon{
			{s.URL("mark.svg"), "any", "image/svg+xml", ""},
			{s.URL("icon-192.png"), "192x192", "image/png", ""},
			{s.URL("icon-512.png"), "512x512", "image/png", ""},
			{s.URL("icon-maskable-512.png"), "512x512", "image/png", "maskable"},
		},
		Share: shareTarget{"/share", "POST", "multipart/form-data", map[string]any{"text": "caption",
			"files": []map[string]any{{"name": "file", "accept": []string{"video/*"}}}}},
		Shortcuts: []manifestLink{{lang.T("nav.upload"), "/upload"}, {lang.T("feed.following"), "/following"}},
	}
}

func (s *Site) manifest(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	l := s.layout(r, v, "", "")
	w.Header().Set("Content-Type", ManifestType)
	w.Header().Set("Cache-Control", "private, max-age=3600")
	return json.NewEncoder(w).Encode(NewManifest(l.Realm, v.Lang, s.static))
}

// robots lets search engines read what everybody may see.
func (s *Site) robots(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, err := w.Write([]byte("User-agent: *\nDisallow: /api/\nDisallow: /settings\nDisallow: /report\nDisallow: /why\nDisallow: /sign-\nSitemap: " + origin(r, v) + "/sitemap.xml\n"))
	return err
}
