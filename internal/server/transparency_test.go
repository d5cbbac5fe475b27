package server_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"reelm/internal/realm"
	"reelm/internal/server"
	"reelm/internal/server/servertest"
)

// A citizen finds on one page what decides, what changed, who asked for what
// and how to check it, in plain words and without scripts.
func TestTransparencyTellsWhatTheOperatorDid(t *testing.T) {
	h := abroad(t)
	data := h.Config.Data
	must[server.RealmValues](t, data, "realm-set", server.RealmValues{Name: "main", Values: map[string]string{"title": "Nordlicht", "operator": "Nordlicht e.V.", "contact": "post@nordlicht.example"}})
	constitute(t, data, `{"weights":{"like":0.25}}`)
	phase(t, h, "read-only", time.Date(2099, 3, 1, 0, 0, 0, 0, time.UTC))
	must[server.BlockList](t, data, "realm-block", order(h, server.RealmBlock{}))
	q := server.RealmRequest{Name: "main", Request: realm.Request{From: "police", Country: "FR", Act: "data", Outcome: "refused", Number: 3,
		Who: "Police of Lyon", What: "names behind accounts", Basis: "none was given", Done: "we asked for <b>an order</b>"}}
	n := must[server.Entered](t, data, "realm-request", q).Entry
	page := func(path, lang string) string {
		t.Helper()
		return string(h.Must(200, "GET", path, "", nil, "X-Forwarded-For", fromDE, "Accept-Language", lang).Body)
	}
	expect := func(where string, page string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s does not say %q", where, want)
			}
		}
	}
	expect("the page", page("/transparency", "en"), "Run by Nordlicht e.V.", "post@nordlicht.example", "»like it« from 0.6 to 0.25", "a try",
		"From 1 March 2099", "Scheduled for 1 March 2099: read-only.", "The whole service, not shown in Germany, ordered by Court of Test", "Police in France asked for data about people; about 3. It was refused.",
		"Police of Lyon", "we asked for &lt;b&gt;an order&lt;/b&gt;", "<svg", "Requests of authorities", "reelm ledger verify --url "+h.Base)
	expect("die Seite", page("/transparency", "de"), "»ihn mögen« von 0,6 auf 0,25", "Polizei in Frankreich", "Ab 1. März 2099", "nicht zu sehen in Deutschland")
	must[server.Entered](t, data, "ledger-redact", server.LedgerRedact{Realm: "main", Entry: n, Text: "who", Reason: "mistake"})
	if p := page("/transparency", "en"); strings.Contains(p, "Police of Lyon") || !strings.Contains(p, "taken away (mistake)") {
		t.Error("a text that was taken away is still there")
	}
	expect("the record", page("/transparency/ledger", "en"), "The record begins.", "Version 2 of the rules", "A text beside entry", `&#34;kind&#34;:&#34;owner&#34;`)
	if a := h.Do("GET", "/transparency/ledger?before=x", "", nil); a.Status != 422 {
		t.Error(a.Status)
	}
}

func TestTheRecordIsPaged(t *testing.T) {
	h := servertest.Start(t)
	for range 110 {
		must[server.Entered](t, h.Config.Data, "realm-request", server.RealmRequest{Name: "main", Request: realm.Request{From: "court", Country: "DE", Act: "block", Outcome: "done",
			Who: "x", What: "x", Basis: "x", Done: "x"}})
	}
	first := string(h.Must(200, "GET", "/transparency/ledger", "", nil).Body)
	if strings.Contains(first, "The record begins.") {
		t.Error("the first page has everything")
	}
	next := regexp.MustCompile(`/transparency/ledger\?before=\d+`).FindString(first)
	if second := string(h.Must(200, "GET", next, "", nil).Body); !strings.Contains(second, "The record begins.") {
		t.Error("the last page")
	}
}

// A promise of a first audience that cannot be kept is told.
func TestTransparencyTellsForHowManyClipsItTakesLonger(t *testing.T) {
	h := servertest.Start(t)
	const longer = "1 clip will wait longer"
	page := func() string {
		return string(h.Must(200, "GET", "/transparency", "", nil, "Accept-Language", "en").Body)
	}
	if strings.Contains(page(), "wait longer") {
		t.Error("clips are late in an empty realm")
	}
	constitute(t, h.Config.Data, `{"guarantee":{"exposures":30,"hours":1e-9}}`)
	h.Publish(h.Account("author"), 1, "new here")
	anna := h.Account("anna")
	h.Learned(anna, 1)
	serve := h.Must(200, "GET", "/api/v1/feed/for-you?limit=1", anna, nil).JSON(t)["items"].([]any)[0].(map[string]any)["serve"]
	h.Must(202, "POST", "/api/v1/events", anna, map[string]any{"events": []any{map[string]any{"serve": serve, "kind": "watch", "watched_ms": 900}}})
	for deadline := time.Now().Add(time.Minute); !strings.Contains(page(), longer); {
		if time.Now().After(deadline) {
			t.Fatal("the page does not say that a clip is late")
		}
	}
}
