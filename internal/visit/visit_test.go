package visit_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"net/netip"
	"testing"

	"reelm"
	"reelm/internal/auth"
	"reelm/internal/realm/realmtest"
	"reelm/internal/visit"
)

func door(t *testing.T) *visit.Door {
	t.Helper()
	w := realmtest.Open(t, "")
	r := w.Realm("main")
	desk, err := auth.NewDesk(t.Context(), reelm.Limits{}, w.Clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	return &visit.Door{
		Desk:    desk,
		Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")},
		Places: func(_ context.Context, host string) (*visit.Place, error) {
			if host == "nowhere.example" {
				return nil, nil
			}
			return &visit.Place{Realm: r}, nil
		},
		Country: func(a netip.Addr) string {
			if a == netip.MustParseAddr("203.0.113.7") {
				return "CH"
			}
			return ""
		},
	}
}

// Whoever could choose their address could pass limits and blocks: only what
// a trusted proxy says of the client counts, and of that only the last hop
// that is no proxy itself.
func TestTheAddressOfAVisitorCannotBeForged(t *testing.T) {
	d := door(t)
	for _, c := range []struct {
		name, remote string
		forwarded    []string
		want, in     string
	}{
		{"directly", "203.0.113.7:4000", nil, "203.0.113.7", "CH"},
		{"a stranger claims another address", "198.51.100.9:4000", []string{"203.0.113.7"}, "198.51.100.9", ""},
		{"through our proxy", "127.0.0.1:4000", []string{"203.0.113.7"}, "203.0.113.7", "CH"},
		{"through two proxies", "127.0.0.1:4000", []string{"203.0.113.7, 10.0.0.2"}, "203.0.113.7", "CH"},
		{"a client puts somebody before itself", "127.0.0.1:4000", []string{"203.0.113.7, 198.51.100.9"}, "198.51.100.9", ""},
		{"in two headers", "127.0.0.1:4000", []string{"203.0.113.7", "198.51.100.9"}, "198.51.100.9", ""},
		{"nonsense", "127.0.0.1:4000", []string{"203.0.113.7, <script>"}, "127.0.0.1", ""},
		{"IPv4 in IPv6", "127.0.0.1:4000", []string{"::ffff:203.0.113.7"}, "203.0.113.7", "CH"},
		{"a proxy that says nothing", "10.1.2.3:4000", nil, "10.1.2.3", ""},
	} {
		r := httptest.NewRequest("GET", "http://reelm.example/", nil)
		r.RemoteAddr = c.remote
		r.Header["X-Forwarded-For"] = c.forwarded
		v, err := d.Open(r)
		if err != nil {
			t.Fatal(err)
		}
		if v.Address != c.want || v.Country != c.in {
			t.Errorf("%s: %s in %q, want %s in %q", c.name, v.Address, v.Country, c.want, c.in)
		}
	}
}

// Cookies are marked secure where the visit came over HTTPS, and a stranger
// cannot make us believe that it did.
func TestHTTPSIsBelievedOfTrustedProxies(t *testing.T) {
	d := door(t)
	for remote, want := range map[string]bool{"127.0.0.1:4000": true, "198.51.100.9:4000": false} {
		r := httptest.NewRequest("GET", "http://reelm.example/", nil)
		r.RemoteAddr = remote
		r.Header.Set("X-Forwarded-Proto", "https")
		v, err := d.Open(r)
		if err != nil {
			t.Fatal(err)
		}
		if v.Secure != want {
			t.Errorf("from %s: secure is %v", remote, v.Secure)
		}
	}
}

func TestAHostWithoutARealm(t *testing.T) {
	r := httptest.NewRequest("GET", "http://nowhere.example/", nil)
	if _, err := door(t).Open(r); !errors.Is(err, visit.ErrHost) {
		t.Errorf("the answer is %v", err)
	}
}

// A token that does not hold makes the visitor nobody; it never fails a page.
func TestATokenThatDoesNotHold(t *testing.T) {
	d := door(t)
	for _, header := range []string{"Bearer nonsense", "Bearer ", "Basic eDp5", "\xff"} {
		r := httptest.NewRequest("GET", "http://reelm.example/", nil)
		r.Header.Set("Authorization", header)
		v, err := d.Open(r)
		if err != nil {
			t.Fatal(err)
		}
		if v.BadToken == nil || v.Viewer != 0 || v.Account != nil {
			t.Errorf("%q is taken for somebody", header)
		}
	}
}
