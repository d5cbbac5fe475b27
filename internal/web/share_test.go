package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestClipCanBeShared(t *testing.T) {
	h, c, _ := town(t)
	b := h.browser()
	p := b.get("/c/" + c.ID.String())
	for selector, want := range map[string]string{
		"meta[property=og:video:type]": "video/mp4", "meta[property=og:type]": "video.other", "meta[name=twitter:card]": "player",
		"meta[property=og:url]":       h.base + "/c/" + c.ID.String(),
		"meta[name=twitter:player]":   h.base + "/embed/" + c.ID.String(),
		"meta[property=og:locale]":    "en_GB",
		"meta[property=og:site_name]": "Reelm",
	} {
		if got := p.attr(selector, "content"); got != want {
			t.Errorf("%s is %q, not %q", selector, got, want)
		}
	}
	if got := p.attr("meta[property=og:video]", "content"); !strings.HasPrefix(got, h.base+"/media/") {
		t.Errorf("og:video is %q", got)
	}
	if got := p.attr("link[rel=canonical]", "href"); got != h.base+"/c/"+c.ID.String() {
		t.Errorf("the canonical address is %q", got)
	}
	var o map[string]any
	if err := json.Unmarshal([]byte(textOf(p.one("script[type=application/ld+json]"))), &o); err != nil {
		t.Fatal(err)
	}
	if o["@type"] != "VideoObject" || o["name"] == "" || o["uploadDate"] == "" || o["thumbnailUrl"] == nil || o["duration"] != "PT0M8S" {
		t.Errorf("schema.org gets %v", o)
	}
	o = nil
	address := p.attr("link[type=application/json+oembed]", "href")
	got := b.get(strings.TrimPrefix(address, h.base))
	if err := json.Unmarshal([]byte(got.body), &o); err != nil || got.status != http.StatusOK {
		t.Fatalf("oEmbed answers %d: %v", got.status, err)
	}
	if o["type"] != "video" || o["version"] != "1.0" || !strings.Contains(o["html"].(string), "/embed/"+c.ID.String()) || strings.Contains(o["html"].(string), "<b>") {
		t.Errorf("oEmbed says %v", o)
	}
	if p := b.get("/embed/" + c.ID.String()); !p.has("video[controls]") || p.has("script[src]") {
		t.Error("the embedded player lacks its video, or brings scripts")
	}
}

func TestOEmbedKeepsWithinBounds(t *testing.T) {
	h, c, _ := town(t)
	b := h.browser()
	ask := func(q string) (o struct{ Width, Height int }, status int) {
		p := b.get("/oembed?" + q)
		if p.status == http.StatusOK {
			if err := json.Unmarshal([]byte(p.body), &o); err != nil {
				t.Fatal(err)
			}
		}
		return o, p.status
	}
	u := "url=" + url.QueryEscape(h.base+"/c/"+c.ID.String())
	if o, _ := ask(u + "&maxwidth=200&maxheight=300"); o.Width > 200 || o.Height > 300 || o.Width < 1 || o.Height < 1 {
		t.Errorf("it is %dx%d", o.Width, o.Height)
	}
	for q, want := range map[string]int{
		u + "&format=xml": http.StatusNotImplemented, "url=https%3A%2F%2Fevil.example%2Fc%2F" + c.ID.String(): http.StatusNotFound,
		"url=" + url.QueryEscape(h.base+"/@nordlicht"): http.StatusNotFound, "": http.StatusNotFound, u + "&maxwidth=-5": http.StatusOK,
	} {
		if _, status := ask(q); status != want {
			t.Errorf("%s answers %d, not %d", q, status, want)
		}
	}
}

func TestManifestMakesItInstallable(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	p := b.get("/manifest.webmanifest")
	var m struct {
		Name, Display string
		StartURL      string                        `json:"start_url"`
		Icons         []struct{ Src, Sizes string } `json:"icons"`
	}
	if err := json.Unmarshal([]byte(p.body), &m); err != nil {
		t.Fatal(err)
	}
	if m.Name != "Reelm" || m.Display != "standalone" || m.StartURL != "/" || len(m.Icons) < 3 {
		t.Errorf("it says %+v", m)
	}
	for _, i := range m.Icons {
		if got := b.get(i.Src); got.status != http.StatusOK {
			t.Errorf("%s answers %d", i.Src, got.status)
		}
	}
}
