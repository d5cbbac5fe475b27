package web_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// loads are the attributes by which a page makes the browser fetch something.
var loads = map[string]string{"script": "src", "img": "src", "video": "src", "source": "src", "track": "src", "iframe": "src", "link": "href", "form": "action", "use": "href"}

// No page makes a browser ask another host, and none may: the policy says so
// without any exception for what stands in the page.
func TestNothingIsAskedOfAnotherHost(t *testing.T) {
	h := newHouse(t)
	anna := h.Account(h.r, "anna.link")
	c := h.publish(anna, "see https://evil.test/x.png <img src=//evil.test> #tag @anna.link")
	b := h.browser()
	for _, path := range []string{"/", "/following", "/search", "/search?q=evil", "/tag/tag", "/@anna.link", "/@anna.link/followers", c.ID.String(), "/c/" + c.ID.String(), "/embed/" + c.ID.String(),
		"/sign-in", "/sign-up", "/settings", "/settings/interests", "/transparency", "/report?clip=" + c.ID.String(), "/offline", "/nothing-here", "/messages", "/saved", "/inbox", "/settings/inbox", "/settings/privacy"} {
		p := b.get("/" + strings.TrimPrefix(path, "/"))
		policy := p.header.Get("Content-Security-Policy")
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("%s: the policy is %q", path, policy)
		}
		if p.root == nil {
			t.Errorf("%s is no page", path)
			continue
		}
		for n := range p.root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
					t.Errorf("%s: <%s %s> is inline", path, n.Data, a.Key)
				}
				if a.Key != loads[n.Data] && a.Key != "poster" && a.Key != "srcset" {
					continue
				}
				u, err := url.Parse(a.Val)
				if err != nil || u.Host != "" && u.Host != strings.TrimPrefix(h.base, "http://") {
					t.Errorf("%s: <%s %s=%q> asks another host", path, n.Data, a.Key, a.Val)
				}
			}
		}
	}
	for _, path := range []string{"/sitemap.xml", "/robots.txt", "/manifest.webmanifest", "/sw.js"} {
		if p := b.get(path); p.status != 200 {
			t.Errorf("%s: %d", path, p.status)
		}
	}
	if p := b.get("/sitemap.xml"); !strings.Contains(p.body, "/c/"+c.ID.String()) {
		t.Error("the sitemap does not name the clip")
	}
}
