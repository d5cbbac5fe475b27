package web_test

import (
	"net/http"
	"strings"
	"testing"

	"reelm"
	"reelm/internal/store"
)

func storeEdit(v reelm.Visibility) store.ClipEdit { return store.ClipEdit{Visibility: &v} }

func TestFailuresSayWhatAndWhatToDo(t *testing.T) {
	h := newHouse(t)
	c := h.publish(h.Account(h.r, "nordlicht"), "a clip")
	gone := h.publish(h.Account(h.r, "okan"), "a clip that goes")
	if err := h.r.DB.DeleteClip(t.Context(), gone.ID); err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	for _, f := range []struct {
		what string
		p    *page
		want int
	}{
		{"an unknown page", b.get("/nothing/here"), http.StatusNotFound},
		{"a name without its sign", b.get("/nordlicht"), http.StatusNotFound},
		{"an unknown account", b.get("/@nobody"), http.StatusNotFound},
		{"an id that cannot be", b.get("/c/IIIIIIIIIIIII"), http.StatusNotFound},
		{"a tag that is none", b.get("/tag/123"), http.StatusNotFound},
		{"an unknown sound", b.get("/sound/0000000000001"), http.StatusNotFound},
		{"a serve that nobody gave out", b.get("/why?serve=AAAA"), http.StatusNotFound},
		{"a removed clip", b.get("/c/" + gone.ID.String()), http.StatusGone},
		{"a form sent to a page", b.post("/transparency"), http.StatusMethodNotAllowed},
		{"a page asked of a form", b.get("/c/" + c.ID.String() + "/like"), http.StatusMethodNotAllowed},
		{"a cursor of somebody's own making", b.get("/?next=!!"), http.StatusUnprocessableEntity},
		{"settings of nobody", b.post("/settings", "name", "x"), http.StatusUnauthorized},
	} {
		if f.p.status != f.want || f.p.text("h1") == "" || f.p.text(".failure .soft") == "" || len(f.p.all(".failure a.button")) != 1 {
			t.Errorf("%s: %d, not %d: %q %q", f.what, f.p.status, f.want, f.p.text("h1"), f.p.text(".failure .soft"))
		}
		if strings.Contains(f.p.text("main"), "error.") || strings.Contains(f.p.text("main"), "sql") {
			t.Errorf("%s says %q", f.what, f.p.text("main"))
		}
	}
	if p := b.get("/@nobody.rss"); p.status != http.StatusNotFound || p.root != nil {
		t.Errorf("a feed that does not exist: %d %s", p.status, p.header.Get("Content-Type"))
	}
}

func TestPhasesOnPages(t *testing.T) {
	h := newHouse(t)
	c := h.publish(h.Account(h.r, "nordlicht"), "a clip")
	b := h.browser()
	b.signUp("okan")
	clip := "/c/" + c.ID.String()
	phase := func(p reelm.Phase) {
		if err := h.r.DB.SetSettings(t.Context(), map[string]string{"phase": string(p)}); err != nil {
			t.Fatal(err)
		}
		h.Clock.Add(1 << 36) // a minute: settings are read anew
	}
	status := func(p *page) int { return p.status }
	phase(reelm.PhaseReadOnly)
	if got := []int{status(b.get("/")), status(b.get(clip)), status(b.post(clip+"/comments", "text", "x")), status(b.get("/upload")), status(b.get("/transparency"))}; got[0] != 200 || got[1] != 200 || got[2] != 403 || got[3] != 403 || got[4] != 200 {
		t.Errorf("read-only answers %v", got)
	}
	phase(reelm.PhaseClosed)
	if got := []int{status(b.get("/")), status(b.get(clip)), status(b.get("/sign-in")), status(b.get("/transparency")), status(b.get(strings.Split(b.get("/transparency").attr("link[rel=stylesheet]", "href"), "?")[0]))}; got[0] != 410 || got[1] != 410 || got[2] != 410 || got[3] != 200 || got[4] != 200 {
		t.Errorf("closed answers %v", got)
	}
}

func TestWhyWithoutScripts(t *testing.T) {
	h := newHouse(t)
	h.publish(h.Account(h.r, "nordlicht"), "a clip #moor")
	b := h.browser()
	b.signUp("okan")
	address := attr(b.get("/").all("[data-part=why]")[0], "href")
	p := b.get(address)
	if p.status != http.StatusOK || !p.has(".reason meter") || p.text(".narrow .soft") == "" {
		t.Fatalf("%d %q", p.status, p.text("main"))
	}
	if got := h.browser().get(address); got.status != http.StatusNotFound {
		t.Errorf("somebody else learns why: %d", got.status)
	}
}
