package server_test

import (
	"errors"
	"strings"
	"testing"

	"reelm"
	"reelm/internal/server"
	"reelm/internal/server/servertest"
)

const (
	fromDE = "193.99.144.80"
	fromUS = "17.253.144.10"
)

// abroad is a server behind a proxy that knows two countries.
func abroad(t *testing.T) *servertest.House {
	file := servertest.Countries(t, map[string]string{"193.99.0.0/16": "DE", "17.0.0.0/8": "US"})
	return servertest.Start(t, func(c *server.Config) {
		c.Geo.Database, c.HTTP.TrustedProxies = file, []string{"127.0.0.0/8"}
	})
}

func order(h *servertest.House, in server.RealmBlock) server.RealmBlock {
	in.Name, in.Country, in.Order, in.By, in.Appeal = "main", "DE", "order 7 of today", "Court of Test", "https://appeal.example"
	return in
}

func TestBlocksByOrderOfACountry(t *testing.T) {
	h := abroad(t)
	token, other := h.Account("anna"), h.Account("okan")
	id := h.Publish(token, 1, "disputed #law")
	fine := h.Publish(other, 2, "undisputed #law")
	h.Learned(token, 2)
	h.Must(201, "POST", "/api/v1/clips/"+fine+"/comments", token, map[string]any{"text": "by anna"})
	media := h.Must(200, "GET", "/api/v1/clips/"+id, "", nil).JSON(t)["renditions"].([]any)[0].(map[string]any)["url"].(string)
	single := []string{"/c/" + id, "/embed/" + id, "/api/v1/clips/" + id, "/api/v1/clips/" + id + "/comments", media}
	lists := []string{"/api/v1/feed/for-you?limit=50", "/api/v1/tags/law/clips", "/api/v1/accounts/anna/clips", "/tag/law", "/tag/law.rss", "/.rss", "/@anna"}
	expect := func(from string, want int, paths ...string) {
		t.Helper()
		for _, path := range paths {
			a := h.Do("GET", path, "", nil, "X-Forwarded-For", from)
			if a.Status != want {
				t.Errorf("%s from %s: %d, want %d", path, from, a.Status, want)
			}
			if link := a.Header.Get("Link"); want == 451 && !strings.Contains(link, `rel="blocked-by"`) {
				t.Errorf("%s: Link is %q", path, link)
			}
		}
	}
	names := func(from, what string, want bool, paths ...string) {
		t.Helper()
		for _, path := range paths {
			if got := strings.Contains(string(h.Must(200, "GET", path, "", nil, "X-Forwarded-For", from).Body), what); got != want {
				t.Errorf("%s from %s names %s: %v", path, from, what, got)
			}
		}
	}
	act := func(verbName string, in server.RealmBlock) {
		t.Helper()
		must[server.BlockList](t, h.Config.Data, verbName, order(h, in))
	}
	expect(fromDE, 200, single...)
	names(fromDE, id, true, lists...)

	act("realm-block", server.RealmBlock{Clip: id})
	expect(fromDE, 451, single...)
	expect(fromUS, 200, single...)
	names(fromDE, id, false, lists...)
	names(fromDE, fine, true, lists[0], lists[1])
	names(fromUS, id, true, lists...)
	page := h.Do("GET", "/c/"+id, "", nil, "X-Forwarded-For", fromDE)
	for _, words := range []string{"Court of Test", "order 7 of today", "https://appeal.example"} {
		if !strings.Contains(string(page.Body), words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	if p := h.Do("GET", "/api/v1/clips/"+id, "", nil, "X-Forwarded-For", fromDE); p.Code(t) != "blocked" || p.JSON(t)["args"].(map[string]any)["by"] != "Court of Test" {
		t.Errorf("%s", p.Body)
	}
	if cc := h.Must(200, "GET", media, "", nil, "X-Forwarded-For", fromUS).Header.Get("Cache-Control"); strings.Contains(cc, "public") {
		t.Error("a shared cache may hand the clip on: ", cc)
	}
	expect("192.0.2.1", 200, "/c/"+id) // of a country that nobody knows
	expect(fromDE+", "+fromUS, 200, "/c/"+id)
	expect(fromUS+", "+fromDE, 451, "/c/"+id) // what a visitor claims counts for nothing

	if _, err := verb[server.BlockList](t, h.Config.Data, "realm-block", order(h, server.RealmBlock{Clip: id})); reelm.KindOf(err) != reelm.Conflict {
		t.Error("twice: ", err)
	}
	act("realm-unblock", server.RealmBlock{Clip: id})
	expect(fromDE, 200, single...)

	act("realm-block", server.RealmBlock{Account: "anna"})
	expect(fromDE, 451, append(single, "/@anna", "/api/v1/accounts/anna", "/api/v1/accounts/anna/clips")...)
	expect(fromUS, 200, append(single, "/@anna")...)
	names(fromDE, "by anna", false, "/c/"+fine, "/api/v1/clips/"+fine+"/comments")
	names(fromUS, "by anna", true, "/c/"+fine, "/api/v1/clips/"+fine+"/comments")
	act("realm-unblock", server.RealmBlock{Account: "anna"})

	act("realm-block", server.RealmBlock{})
	expect(fromDE, 451, "/", "/c/"+fine, "/api/v1/realm", "/api/v1/feed/for-you", media, "/.rss", "/api/openapi.json")
	expect(fromDE, 200, "/transparency", "/ledger/checkpoint", "/healthz", "/favicon.ico")
	expect(fromUS, 200, "/", "/c/"+fine, media)
	act("realm-unblock", server.RealmBlock{})
	expect(fromDE, 200, "/", media)
	if rep := must[server.LedgerReport](t, h.Config.Data, "ledger-verify", server.LedgerOf{Realm: "main"}); rep.Kinds["block"] != 6 {
		t.Errorf("%v", rep.Kinds)
	}
}

func TestCountriesAreBelievedFromTrustedProxiesOnly(t *testing.T) {
	h := abroad(t)
	h.Stop()
	h.Config.HTTP.TrustedProxies = nil
	h.Run()
	must[server.BlockList](t, h.Config.Data, "realm-block", order(h, server.RealmBlock{}))
	h.Must(200, "GET", "/", "", nil, "X-Forwarded-For", fromDE)
}

func TestBlocksByCountryWantADatabase(t *testing.T) {
	h := servertest.Start(t)
	_, err := verb[server.BlockList](t, h.Config.Data, "realm-block", order(h, server.RealmBlock{}))
	if e, ok := errors.AsType[*reelm.Error](err); !ok || e.Code != "no-countries" || e.Kind != reelm.Refused || !strings.Contains(e.Detail, "geo.database") {
		t.Error(err)
	}
	h.Stop()
	h.Config.Geo.Database = h.Config.Data + "/reelm.toml"
	if _, err := server.Open(t.Context(), h.Config, false, quiet); err == nil || !strings.Contains(err.Error(), "geo.database") {
		t.Error(err)
	}
	h.Config.Geo.Database = ""
	h.Run()
}
