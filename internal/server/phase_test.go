package server_test

import (
	"strings"
	"testing"
	"time"

	"reelm/internal/ledger"
	"reelm/internal/realm/realmtest"
	"reelm/internal/server"
	"reelm/internal/server/servertest"
)

func phase(t testing.TB, h *servertest.House, to string, at time.Time) server.PhaseState {
	t.Helper()
	return must[server.PhaseState](t, h.Config.Data, "realm-phase", server.RealmPhase{Name: "main", Phase: to, At: at, Note: "we move on"})
}

func TestWindingDownAndBack(t *testing.T) {
	h := servertest.Start(t)
	must[server.AccountCreated](t, h.Config.Data, "account-create", server.AccountCreate{Realm: "main", Handle: "boss", Password: servertest.Password, Role: "admin", Birthday: "1980-01-01"})
	token := h.Account("anna")
	id := h.Publish(token, 1, "farewell")
	h.Learned(token, 1)
	serve := h.Must(200, "GET", "/api/v1/feed/for-you", token, nil).JSON(t)["items"].([]any)[0].(map[string]any)["serve"].(string)
	watch := map[string]any{"events": []any{map[string]any{"serve": serve, "kind": "watch", "watched_ms": 400}}}
	clip := "/c/" + id
	says := func(path, text string) {
		t.Helper()
		if b := string(h.Do("GET", path, token, nil).Body); !strings.Contains(b, text) {
			t.Errorf("%s does not say %q", path, text)
		}
	}
	refused := func(method, path string, body any) {
		t.Helper()
		if a := h.Do(method, path, token, body); a.Status != 403 || a.Code(t) != "phase" {
			t.Errorf("%s %s: %d", method, path, a.Status)
		}
	}

	phase(t, h, "announced", time.Time{})
	phase(t, h, "read-only", time.Date(2099, 1, 31, 0, 0, 0, 0, time.UTC))
	says("/", "going to wind down")
	says("/", "31 January 2099")
	h.Must(200, "PUT", "/api/v1/clips/"+id+"/like", token, nil)
	h.Must(202, "POST", "/api/v1/events", token, watch)

	phase(t, h, "read-only", time.Time{})
	for _, path := range []string{"/", clip, "/api/v1/feed/for-you", "/api/v1/clips/" + id, "/api/v1/realm", "/inbox"} {
		h.Must(200, "GET", path, token, nil)
	}
	says(clip, "You can watch and read")
	refused("POST", "/api/v1/clips/"+id+"/comments", map[string]any{"text": "late"})
	refused("POST", "/api/v1/events", watch)
	refused("PUT", "/api/v1/clips/"+id+"/like", nil)
	refused("POST", "/api/v1/accounts", map[string]any{"handle": "late", "password": servertest.Password, "birthday": "1990-05-17"})
	refused("POST", "/api/v1/uploads", nil)

	phase(t, h, "export-only", time.Time{})
	refused("GET", "/api/v1/clips/"+id, nil)
	refused("GET", "/api/v1/feed/for-you", nil)
	if a := h.Do("GET", clip, token, nil); a.Status != 403 || !strings.Contains(string(a.Body), "/settings/data") {
		t.Error("a clip: ", a.Status)
	}
	h.Must(201, "POST", "/api/v1/sessions", "", map[string]any{"handle": "anna", "password": servertest.Password})
	h.Must(200, "GET", "/settings/data", token, nil)

	must[server.RealmValues](t, h.Config.Data, "realm-set", server.RealmValues{Name: "main", Values: map[string]string{"farewell": "Thank you, all of you.", "contact": "https://farewell.example"}})
	phase(t, h, "closed", time.Time{})
	for _, path := range []string{"/", clip, "/api/v1/feed/for-you", "/api/v1/realm", "/api/openapi.json", "/following.rss", "/admin", "/upload", "/nothing", "/api/v1/nothing", "/sign-up", "/search.rss?q=x"} {
		if a := h.Do("GET", path, token, nil); a.Status != 410 {
			t.Errorf("closed: %s is %d", path, a.Status)
		}
	}
	says("/", "Thank you, all of you.")
	says("/", "https://farewell.example")
	for _, path := range []string{"/healthz", "/readyz", "/transparency", "/ledger/checkpoint", "/ledger/key", "/favicon.ico"} {
		h.Must(200, "GET", path, "", nil)
	}
	in := func(handle string) servertest.Answer {
		return h.Do("POST", "/api/v1/sessions", "", map[string]any{"handle": handle, "password": servertest.Password})
	}
	if a := in("anna"); a.Status != 410 || a.Code(t) != "closed" {
		t.Error("anna signs in where it is closed: ", a.Status)
	}
	if a := in("boss"); a.Status != 201 {
		t.Error("the administrator does not: ", a.Status)
	}

	phase(t, h, "open", time.Time{})
	h.Must(200, "GET", clip, token, nil)
	h.Must(201, "POST", "/api/v1/clips/"+id+"/comments", token, map[string]any{"text": "we are back"})
	says("/inbox", "we move on")
	if _, err := verb[server.PhaseState](t, h.Config.Data, "realm-phase", server.RealmPhase{Name: "main", Phase: "purged", At: time.Now().Add(time.Hour)}); err == nil {
		t.Error("purged was scheduled")
	}
	rep := must[server.LedgerReport](t, h.Config.Data, "ledger-verify", server.LedgerOf{Realm: "main"})
	if rep.Kinds[ledger.KindPhase] != 7 {
		t.Errorf("%v", rep.Kinds)
	}
}

func TestScheduledPhasesComeByThemselves(t *testing.T) {
	clock := realmtest.NewClock()
	h := servertest.Start(t, func(c *server.Config) { c.Now = clock.Now })
	state := func() string {
		t.Helper()
		return h.Must(200, "GET", "/api/v1/realm", "", nil).JSON(t)["phase"].(string)
	}
	phase(t, h, "announced", clock.Now().Add(time.Hour))
	phase(t, h, "read-only", clock.Now().Add(2*time.Hour))
	if got := state(); got != "open" {
		t.Errorf("before its time it is %s", got)
	}
	clock.Add(time.Hour)
	for deadline := time.Now().Add(time.Minute); state() != "announced"; { // by the server that runs
		if time.Now().After(deadline) {
			t.Fatalf("it is %s, not announced", state())
		}
	}
	h.Stop()
	clock.Add(time.Hour) // it falls due while nothing runs
	h.Run()
	if got := state(); got != "read-only" {
		t.Errorf("after the start it is %s", got)
	}
	entries := must[server.LedgerReport](t, h.Config.Data, "ledger-verify", server.LedgerOf{Realm: "main"})
	if entries.Kinds[ledger.KindPhase] != 4 {
		t.Errorf("%v", entries.Kinds)
	}
}
