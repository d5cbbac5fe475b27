package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"reelm/internal/server"
	"reelm/internal/server/servertest"
)

// An administrator does with forms what the verbs do; nobody else finds the
// pages or the routes.
func TestAdministratorsPages(t *testing.T) {
	h := abroad(t)
	must[server.AccountCreated](t, h.Config.Data, "account-create", server.AccountCreate{Realm: "main", Handle: "boss", Password: servertest.Password, Role: "admin", Birthday: "1980-01-01"})
	boss, anna := signIn(h, "boss"), h.Account("anna")
	clip := h.Publish(anna, 1, "disputed")
	pages := []string{"/admin", "/admin/sell", "/admin/close", "/admin/orders"}
	for _, path := range pages {
		h.Must(200, "GET", path, boss, nil)
		h.Must(404, "GET", path, anna, nil)
		h.Must(303, "GET", path, "", nil)
	}
	for path, method := range map[string]string{"/phase": "PUT", "/blocks": "POST", "/blocks/lift": "POST", "/requests": "POST", "/realm": "PATCH"} {
		body := map[string]any{"phase": "closed", "country": "DE", "from": "court", "act": "data", "outcome": "done", "who": "x", "what": "x", "basis": "x", "done": "x"}
		allowed := map[string][]string{"/phase": {"phase"}, "/blocks": {"country"}, "/blocks/lift": {"country"}, "/requests": {"from", "country", "act", "outcome", "who", "what", "basis", "done"}, "/realm": {}}
		sent := map[string]any{}
		for _, k := range allowed[path] {
			sent[k] = body[k]
		}
		h.Must(404, method, "/api/v1/admin"+path, anna, sent)
		h.Must(401, method, "/api/v1/admin"+path, "", sent)
	}
	send := func(status int, path string, fields ...string) string {
		t.Helper()
		form := url.Values{}
		for i := 0; i+1 < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		a := h.Must(status, "POST", path, boss, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
		h.Do("POST", path, anna, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
		return string(a.Body)
	}
	state := func() string {
		t.Helper()
		return h.Must(200, "GET", "/api/v1/admin/phase", boss, nil).JSON(t)["phase"].(string)
	}
	send(303, "/admin/words", "operator", "Nordlicht e.V.", "contact", "post@nordlicht.example", "farewell", "Thank you.")
	if b := send(422, "/admin/words", "contact", "nobody"); !strings.Contains(b, "does not take this value") {
		t.Error("a wrong contact")
	}
	if b := send(200, "/admin/phase", "phase", "announced", "note", "we move on"); !strings.Contains(b, "From now on: farewell announced.") || state() != "open" {
		t.Error("looking changes something, or says nothing: ", state())
	}
	send(303, "/admin/phase", "phase", "announced", "note", "we move on", "do", "confirm")
	if state() != "announced" {
		t.Error(state())
	}
	if b := send(422, "/admin/phase", "phase", "read-only", "at", "2001-01-01"); !strings.Contains(b, "guide-steps") {
		t.Error("a day that is over")
	}
	send(303, "/admin/phase", "phase", "closed", "at", "2099-05-01", "do", "confirm")
	if b := string(h.Must(200, "GET", "/admin/close", boss, nil).Body); !strings.Contains(b, "On 1 May 2099") || strings.Count(b, `data-state="done"`) != 1 || strings.Count(b, `aria-current="step"`) != 1 {
		t.Error("the guide does not follow")
	}
	send(303, "/admin/blocks", "country", "DE", "clip", clip, "by", "Court of Test", "order", "order 7")
	h.Must(451, "GET", "/c/"+clip, "", nil, "X-Forwarded-For", fromDE)
	if b := send(422, "/admin/blocks", "country", "XX", "by", "Court", "order", "none"); !strings.Contains(b, "two letters") {
		t.Error("a country that there is not")
	}
	send(303, "/admin/blocks/lift", "country", "DE", "clip", clip, "order", "appeal granted")
	h.Must(200, "GET", "/c/"+clip, "", nil, "X-Forwarded-For", fromDE)
	send(303, "/admin/requests", "from", "court", "country", "DE", "act", "block", "number", "1", "outcome", "done", "who", "Court of Test", "what", "a block", "basis", "a law", "done", "blocked it")
	send(303, "/admin/phase", "phase", "closed", "do", "confirm")
	h.Must(http.StatusGone, "GET", "/", boss, nil)
	for _, path := range pages {
		h.Must(200, "GET", path, boss, nil)
		h.Must(http.StatusGone, "GET", path, anna, nil)
	}
	send(303, "/admin/phase", "phase", "open", "do", "confirm")
	if h.Must(200, "GET", "/", boss, nil); state() != "open" {
		t.Error(state())
	}
	if rep := must[server.LedgerReport](t, h.Config.Data, "ledger-verify", server.LedgerOf{Realm: "main"}); rep.Kinds["phase"] != 5 || rep.Kinds["block"] != 2 || rep.Kinds["request"] != 1 {
		t.Errorf("%v", rep.Kinds)
	}
}
