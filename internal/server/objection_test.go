package server_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"reelm/internal/handover"
	"reelm/internal/server"
	"reelm/internal/server/servertest"
)

// Whoever objects to a change of hands gets their archive and is erased before
// it; the operator sees how many, and the manifest counts them.
func TestPeopleHaveASayInAChangeOfHands(t *testing.T) {
	h := servertest.Start(t)
	must[server.AccountCreated](t, h.Config.Data, "account-create", server.AccountCreate{Realm: "main", Handle: "boss", Password: servertest.Password, Role: "admin", Birthday: "1980-01-01"})
	boss, anna, berta := signIn(h, "boss"), h.Account("anna"), h.Account("berta")
	clip := h.Publish(anna, 1, "annas film")
	const mine = "/api/v1/me/objection"
	h.Must(404, "GET", "/handover", anna, nil)
	if a := h.Do("PUT", mine, anna, nil); a.Status != 409 || a.Code(t) != "no-handover" {
		t.Error("objected to nothing: ", a.Status)
	}
	must[server.RealmValues](t, h.Config.Data, "realm-set", server.RealmValues{Name: "main", Values: map[string]string{"handover.to": "Example Ltd", "handover.terms": "You may look.\n\nYou may leave."}})
	phase(t, h, "announced", time.Time{})
	phase(t, h, "read-only", time.Date(2099, 1, 31, 0, 0, 0, 0, time.UTC))
	says := func(path, token string, texts ...string) {
		t.Helper()
		b := string(h.Must(200, "GET", path, token, nil).Body)
		for _, text := range texts {
			if !strings.Contains(b, text) {
				t.Errorf("%s does not say %q", path, text)
			}
		}
	}
	says("/", "", "is going to pass to Example Ltd", "31 January 2099", `href="/handover"`)
	says("/handover", "", "Example Ltd takes over", "You may leave.", "31 January 2099")
	says("/inbox", anna, "is going to pass to a new operator")
	says("/transparency", "", "change of hands announced")
	h.Must(401, "PUT", mine, "", nil)

	h.Must(303, "POST", "/handover/object", anna, nil) // with the form
	h.Must(200, "PUT", mine, berta, nil)
	h.Must(200, "PUT", mine, berta, nil)
	until(h, 200, "GET", "/api/v1/me/export", anna)
	until(h, 200, "GET", "/api/v1/me/export", berta)
	says("/handover", anna, "You object", "/api/v1/me/export")
	if o := h.Must(200, "GET", mine, anna, nil).JSON(t); o["objects"] != true || o["export"] != "ready" || o["until"] != "2099-01-31T00:00:00Z" {
		t.Errorf("%v", o)
	}
	h.Must(204, "DELETE", mine, berta, nil)
	if o := h.Must(200, "GET", mine, berta, nil).JSON(t); o["objects"] != false {
		t.Errorf("%v", o)
	}
	h.Must(404, "GET", "/api/v1/admin/objections", anna, nil)
	counts := func() string {
		t.Helper()
		return strings.TrimSpace(string(h.Must(200, "GET", "/api/v1/admin/objections", boss, nil).Body))
	}
	if got := counts(); !strings.Contains(got, `"objections":1,"exports":1,"erasures":0`) {
		t.Error(got)
	}
	says("/admin/sell", boss, "Objections: 1. Archives made for them: 1. Erased: 0.")

	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	export := func(since []byte) *server.HandoverExported {
		t.Helper()
		in := server.HandoverExport{Realm: "main", To: id.Recipient().String(), Since: since, Out: filepath.Join(t.TempDir(), "sale")}
		c, err := server.Dial(t.Context(), h.Config.Data, quiet)
		if err != nil {
			t.Fatal(err)
		}
		var out server.HandoverExported
		err = c.CallLong(t.Context(), "handover-export", in, &out, func(handover.Progress) {})
		if cerr := c.Close(); err != nil || cerr != nil {
			t.Fatal(err, cerr)
		}
		return &out
	}
	if c := export(nil).Counts; c["objections"] != 1 || c["objection-exports"] != 1 || c["objection-erasures"] != 0 || c["accounts"] != 3 {
		t.Errorf("the first manifest counts %v", c)
	}
	phase(t, h, "read-only", time.Time{})
	if a := h.Do("PUT", mine, berta, nil); a.Status != 409 || a.Code(t) != "handover-begun" {
		t.Error("too late: ", a.Status)
	}
	c := export(nil).Counts
	if c["objections"] != 1 || c["objection-exports"] != 1 || c["objection-erasures"] != 1 || c["accounts"] != 2 || c["clips"] != 0 {
		t.Errorf("the last manifest counts %v", c)
	}
	if days, ok := c["notice-days"]; !ok || days != 0 {
		t.Errorf("announced %v days before", days)
	}
	h.Must(401, "GET", mine, anna, nil)
	if a := h.Do("GET", "/api/v1/clips/"+clip, "", nil); a.Status != 404 && a.Status != 410 {
		t.Error("the clip is there: ", a.Status)
	}
	if got := counts(); !strings.Contains(got, `"objections":1,"exports":1,"erasures":1`) {
		t.Error(got)
	}
	must[server.LedgerReport](t, h.Config.Data, "ledger-verify", server.LedgerOf{Realm: "main"})

	// What is left of it with the new operator: the terms, which nobody is held up by.
	must[server.RealmValues](t, h.Config.Data, "realm-set", server.RealmValues{Name: "main", Values: map[string]string{"handover.to": ""}})
	phase(t, h, "open", time.Time{})
	says("/", berta, "has a new operator")
	says("/handover", berta, "You may leave.")
	says("/settings/data", berta, "/settings/data/export")
}
