package web_test

import (
	"net/http"
	"testing"

	"reelm"
)

func TestPrivateFeeds(t *testing.T) {
	h := newHouse(t)
	moor := h.Account(h.r, "nordlicht")
	open := h.publish(moor, "for everybody")
	close := h.publish(moor, "for followers")
	if _, err := h.r.DB.EditClip(t.Context(), close.ID, storeEdit(reelm.Followers)); err != nil {
		t.Fatal(err)
	}
	b, reader := h.browser(), h.browser() // a feed reader has no cookie
	b.signUp("okan")
	b.post("/@nordlicht/follow", "do", "follow")
	b.post("/c/"+open.ID.String()+"/keep", "folder", "later")
	b.post("/c/"+close.ID.String()+"/keep", "name", "Küche")
	if p := b.get("/saved"); p.has("link[type=application/rss+xml]") {
		t.Error("there are feeds that nobody asked for")
	}
	p := b.post("/settings/feeds")
	at := map[string]string{}
	for _, a := range p.all("#feeds a") {
		at[textOf(a)] = attr(a, "href")
	}
	for name, want := range map[string]int{"Following": 2, "Watch later": 1, "Favourites": 0, "Küche": 1, "Watched": 0} {
		if d := reader.feed(at[name]); len(d.Items) != want {
			t.Errorf("%s at %q has %d clips, not %d", name, at[name], len(d.Items), want)
		}
	}
	if got := b.get("/following").attr("link[type=application/rss+xml]", "href"); got != at["Following"] {
		t.Errorf("the page names %q", got)
	}
	r := reader.get(at["Following"])
	if r.header.Get("Cache-Control") != "private, max-age=60" || r.header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("others may keep it: %v", r.header)
	}
	b.post("/@nordlicht/follow", "do", "unfollow")
	if d := reader.feed(at["Küche"]); len(d.Items) != 0 {
		t.Error("the feed shows what its owner may not see any more")
	}
	b.post("/settings/feeds")
	if s := reader.get(at["Following"]).status; s != http.StatusNotFound {
		t.Errorf("an old address answers %d", s)
	}
	renewed := b.get("/following").attr("link[type=application/rss+xml]", "href")
	reader.feed(renewed)
	b.post("/settings/feeds", "do", "end")
	if s := reader.get(renewed).status; s != http.StatusNotFound {
		t.Errorf("an address that was ended answers %d", s)
	}
}
