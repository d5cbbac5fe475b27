package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"reelm"
)

// town is a house with people, clips and a comment, and every page that reads.
func town(t *testing.T) (h *house, c *reelm.Clip, pages []string) {
	h = newHouse(t)
	moor := h.Account(h.r, "nordlicht")
	c = h.publish(moor, "Hello <b>world</b> & friends #sun @nordlicht\nsecond line")
	h.publish(moor, "another one #sun")
	if _, err := h.r.DB.AddComment(t.Context(), moor.ID, c.ID, "first <script>alert(1)</script> #sun", 0); err != nil {
		t.Fatal(err)
	}
	pages = []string{"/", "/following", "/@nordlicht", "/c/" + c.ID.String(), "/tag/sun", "/search", "/search?q=sun", "/search?q=nothing-of-the-sort",
		"/sign-in", "/sign-up", "/settings", "/settings/interests", "/transparency", "/report?clip=" + c.ID.String(), "/embed/" + c.ID.String()}
	return h, c, pages
}

func TestEveryPageInBothLanguages(t *testing.T) {
	h, _, pages := town(t)
	b := h.browser()
	for _, path := range pages {
		b.accept = "en"
		en := b.get(path)
		b.accept = "de-AT,de;q=0.9"
		de := b.get(path)
		if en.status != http.StatusOK || de.status != http.StatusOK {
			t.Errorf("%s answers %d and %d", path, en.status, de.status)
			continue
		}
		if en.attr("html", "lang") != "en" || de.attr("html", "lang") != "de" || en.body == de.body {
			t.Errorf("%s is not in both languages", path)
		}
		for _, p := range []*page{en, de} {
			if m := regexp.MustCompile(`>[a-z_]+(\.[a-z_]+)+<|\{[a-z]+\}`).FindString(p.body[strings.Index(p.body, "<body"):]); m != "" && !strings.Contains(p.text("script"), strings.Trim(m, "><")) {
				t.Errorf("%s shows a key or a gap: %s", path, m)
			}
		}
	}
}

// Nothing comes from another host, nothing is inline, and the policy forbids
// both, on every page.
func TestPolicyHoldsOnEveryPage(t *testing.T) {
	h, _, pages := town(t)
	b := h.browser()
	own := mustURL(t, h.base)
	for _, path := range append(pages, "/no-such-page") {
		p := b.get(path)
		csp := p.header.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") {
			t.Errorf("%s has the policy %q", path, csp)
		}
		if p.header.Get("X-Content-Type-Options") != "nosniff" || p.header.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s lacks headers: %v", path, p.header)
		}
		if cookies := p.header.Values("Set-Cookie"); len(cookies) > 0 {
			t.Errorf("%s sets %v before anything was chosen", path, cookies)
		}
		walk(p.root, func(n *html.Node) {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s has <%s %s>", path, n.Data, a.Key)
				}
			}
			if n.Data == "style" || n.Data == "script" && attr(n, "src") == "" && !strings.HasSuffix(attr(n, "type"), "json") {
				t.Errorf("%s has an inline <%s>", path, n.Data)
			}
			loads := attr(n, "src") + attr(n, "poster")
			if n.Data == "link" && attr(n, "rel") != "canonical" && attr(n, "rel") != "alternate" {
				loads = attr(n, "href")
			}
			if u := mustURL(t, loads); u.Host != "" && u.Host != own.Host || u.Scheme == "data" {
				t.Errorf("%s loads %s", path, loads)
			}
		})
	}
	if csp := b.get("/c/" + firstClip(t, b)).header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'self'") {
		t.Errorf("anybody may frame a page: %s", csp)
	}
	if csp := b.get("/embed/" + firstClip(t, b)).header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors *") {
		t.Errorf("nobody may frame the player: %s", csp)
	}
}

// Pages are of use to who cannot see them, and to programs.
func TestMarkupOfEveryPage(t *testing.T) {
	h, _, pages := town(t)
	b := h.browser()
	for _, path := range pages {
		p := b.get(path)
		if !strings.HasPrefix(path, "/embed/") {
			if n := len(p.all("h1")); n != 1 {
				t.Errorf("%s has %d headings of the first rank", path, n)
			}
			if len(p.all("main")) != 1 || !p.has("a.skip") {
				t.Errorf("%s lacks main or the link to it", path)
			}
		}
		ids := map[string]bool{}
		walk(p.root, func(n *html.Node) {
			if id := attr(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("%s has the id %s twice", path, id)
				}
				ids[id] = true
			}
		})
		walk(p.root, func(n *html.Node) {
			switch n.Data {
			case "img":
				if !hasAttr(n, "alt") {
					t.Errorf("%s has a picture without alt", path)
				}
			case "button", "a":
				if n.Data == "a" && !hasAttr(n, "href") {
					break
				}
				if textOf(n) == "" && attr(n, "aria-label") == "" && attr(n, "aria-hidden") == "" {
					t.Errorf("%s has a nameless <%s %v>", path, n.Data, n.Attr)
				}
			case "input", "select", "textarea":
				if attr(n, "type") != "hidden" && !labelled(p, n) {
					t.Errorf("%s has a nameless field %s", path, attr(n, "name"))
				}
			case "video":
				if attr(n, "aria-label") == "" && attr(n, "data-part") == "" {
					t.Errorf("%s has a nameless video", path)
				}
			}
		})
	}
}

func labelled(p *page, n *html.Node) bool {
	for up := n.Parent; up != nil; up = up.Parent {
		if up.Data == "label" {
			return true
		}
	}
	return p.has("label[for=" + attr(n, "id") + "]")
}

func TestWhatPeopleWroteIsOnlyText(t *testing.T) {
	h, c, pages := town(t)
	b := h.browser()
	for _, path := range pages {
		if body := b.get(path).body; strings.Contains(body, "<script>alert") || strings.Contains(body, "<b>world") {
			t.Errorf("%s lets markup through", path)
		}
	}
	p := b.get("/c/" + c.ID.String())
	if got := p.text("h1.watch-caption"); got != "Hello <b>world</b> & friends #sun @nordlicht second line" {
		t.Errorf("the caption says %q", got)
	}
	if !p.has("h1 a[href=/tag/sun]") || !p.has("h1 a[href=/@nordlicht]") {
		t.Error("its tag or its mention leads nowhere")
	}
	if got := p.text(".comment-text"); got != "first <script>alert(1)</script> #sun" {
		t.Errorf("the comment says %q", got)
	}
}

func TestFeedWithoutScripts(t *testing.T) {
	h, _, _ := town(t)
	author := h.Account(h.r, "okan")
	for range 10 {
		h.publish(author, "more")
	}
	p := h.browser().get("/")
	if n := len(p.all(".slide video[controls]")); n != 6 {
		t.Errorf("the page has %d videos with controls, not 6", n)
	}
	if p.has(".slide .picture[preload=auto]") || len(p.all(".slide .picture[preload=metadata]")) != 1 {
		t.Error("more than the first clip is loaded ahead")
	}
	if !strings.Contains(p.body, `"items":[{"serve":"`) {
		t.Error("the player gets no clips")
	}
	if p.attr("form#learn", "action") != "/learn" {
		t.Error("the card is missing that asks to learn")
	}
	next := h.browser().get(p.attr(".pager a", "href"))
	if next.status != http.StatusOK || !next.has(".slide") {
		t.Errorf("the second page answers %d", next.status)
	}
	for _, n := range next.all(".slide .when") {
		for _, m := range p.all(".slide .when") {
			if attr(n, "href") == attr(m, "href") {
				t.Errorf("%s is on both pages", attr(n, "href"))
			}
		}
	}
}

func TestAssetsOfEveryPageAreThere(t *testing.T) {
	h, _, pages := town(t)
	b := h.browser()
	asked := map[string]bool{}
	for _, path := range pages {
		p := b.get(path)
		walk(p.root, func(n *html.Node) {
			for _, a := range []string{attr(n, "src"), attr(n, "href")} {
				file, icon, _ := strings.Cut(a, "#")
				if !strings.HasPrefix(file, "/static/") && file != "/favicon.ico" && file != "/manifest.webmanifest" || asked[a] {
					continue
				}
				asked[a] = true
				got := b.get(file)
				if got.status != http.StatusOK {
					t.Errorf("%s answers %d", file, got.status)
				}
				if n.Data == "use" && !strings.Contains(got.body, `id="`+icon+`"`) {
					t.Errorf("there is no icon %q", icon)
				}
			}
		})
	}
	if len(asked) < 10 {
		t.Errorf("only %d assets were found", len(asked))
	}
}

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func firstClip(t *testing.T, b *browser) string {
	t.Helper()
	found := b.get("/").all(".slide .when")
	if len(found) == 0 {
		t.Fatal("the feed is empty")
	}
	return strings.TrimPrefix(attr(found[0], "href"), "/c/")
}

// TestFeedAtItsEnd: an empty realm asks for the first clip, a realm that one
// has seen through says so.
func TestFeedAtItsEnd(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	b.signUp("okan")
	if got := b.get("/").text(".empty-what"); got != "No clips yet" {
		t.Errorf("an empty realm says %q", got)
	}
	h.publish(h.Account(h.r, "mika"), "the only one")
	var page struct{ Items []struct{ Serve string } }
	if err := json.Unmarshal([]byte(b.get("/").text("script#feed")), &page); err != nil || len(page.Items) != 1 {
		t.Fatalf("the feed gives %d clips: %v", len(page.Items), err)
	}
	seen, err := json.Marshal(map[string]any{"events": []any{map[string]any{"serve": page.Items[0].Serve, "kind": "watch", "watched_ms": 9000}}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, h.base+"/api/v1/events", bytes.NewReader(seen))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if p := b.do(r); p.status != http.StatusAccepted {
		t.Fatalf("the events: %d %s", p.status, p.body)
	}
	if err := h.feed.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := b.get("/").text(".empty-what"); got != "You have seen everything here" {
		t.Errorf("who has seen all is told %q", got)
	}
}
