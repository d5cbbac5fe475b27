package server_test

import (
	"strings"
	"testing"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/server"
	"reelm/internal/server/servertest"
)

// The people of one country become a realm of their own, with everything that
// is theirs and nothing that is not; both sides go on.
func TestAPartBecomesARealmOfItsOwn(t *testing.T) {
	h := abroad(t)
	join := func(handle, from string) string {
		t.Helper()
		return h.Must(201, "POST", "/api/v1/accounts", "", map[string]any{"handle": handle, "password": servertest.Password, "birthday": "1990-05-17", "learn": true}, "X-Forwarded-For", from).JSON(t)["token"].(string)
	}
	anna, ben, okan, pia := join("anna", fromDE), join("ben", fromDE), join("okan", fromUS), join("pia", fromUS)
	a1, o1 := h.Publish(anna, 1, "from the north #moor"), h.Publish(okan, 2, "from afar #moor")
	api := func(path string) string { return "/api/v1/clips/" + path }
	sound := h.Must(200, "GET", api(o1), "", nil).JSON(t)["sound"].(map[string]any)["id"].(string)
	b1 := h.Publish(ben, 3, "with the sound of another", "sound", sound)
	h.Learned(anna, 3)
	for token, clips := range map[string][]string{anna: {b1, o1}, ben: {a1}, okan: {a1}, pia: {o1}} {
		for _, c := range clips {
			h.Must(200, "PUT", api(c)+"/like", token, nil)
			h.Must(201, "POST", api(c)+"/comments", token, map[string]any{"text": "said by somebody"})
		}
	}
	for _, pair := range [][2]string{{anna, "ben"}, {anna, "okan"}, {okan, "anna"}, {okan, "pia"}} {
		h.Must(200, "PUT", "/api/v1/accounts/"+pair[1]+"/follow", pair[0], nil)
	}
	for _, token := range []string{anna, okan} {
		for _, it := range h.Must(200, "GET", "/api/v1/feed/for-you", token, nil).JSON(t)["items"].([]any) {
			h.Must(202, "POST", "/api/v1/events", token, map[string]any{"events": []any{map[string]any{"serve": it.(map[string]any)["serve"], "kind": "watch", "watched_ms": 400}}})
		}
	}
	pushKey := h.Must(200, "GET", "/api/v1/me/push", okan, nil).JSON(t)["key"]
	media := h.Must(200, "GET", api(a1), "", nil).JSON(t)["renditions"].([]any)[0].(map[string]any)["url"].(string)

	if _, err := verb[server.Splitted](t, h.Config.Data, "realm-split", server.RealmSplit{Name: "main", Where: "country=FR", To: "north", Host: "north.test"}); err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Error("nobody is from there: ", err)
	}
	h.Must(200, "GET", "/", "", nil, "X-Forwarded-For", fromDE)
	out := must[server.Splitted](t, h.Config.Data, "realm-split", server.RealmSplit{Name: "main", Where: "country=DE", To: "north", Host: "north.test"})
	if out.People != 2 || out.Clips != 2 || out.Events == 0 || out.Forgotten == 0 {
		t.Errorf("%+v", out)
	}

	check := func() {
		t.Helper()
		there := []string{"Host", "north.test"}
		count := func(path string, header ...string) (likes, comments float64) {
			t.Helper()
			c := h.Must(200, "GET", path, "", nil, header...).JSON(t)["counts"].(map[string]any)
			return c["likes"].(float64), c["comments"].(float64)
		}
		// There: the part, whole.
		newAnna := signIn(h, "anna", there...)
		if l, c := count(api(a1), there...); l != 1 || c != 1 {
			t.Errorf("there: a clip has %v likes and %v comments", l, c)
		}
		if me := h.Must(200, "GET", "/api/v1/accounts/anna", newAnna, nil, there...).JSON(t); me["followers"].(float64) != 0 || me["follows"].(float64) != 1 {
			t.Errorf("there: %v", me)
		}
		if k := h.Must(200, "GET", "/api/v1/me/push", newAnna, nil, there...).JSON(t)["key"]; k == pushKey {
			t.Error("there: the part rings with the key of the rest")
		}
		c := h.Must(200, "GET", api(b1), "", nil, there...).JSON(t)
		if s, ok := c["sound"].(map[string]any); !ok || s["id"] != sound {
			t.Errorf("there: the sound is %v", c["sound"])
		} else if of := h.Must(200, "GET", "/api/v1/sounds/"+sound, "", nil, there...).JSON(t); of["clip"] != b1 || of["author"] != "ben" || of["uses"].(float64) != 1 {
			t.Errorf("there: %v", of)
		}
		h.Must(200, "GET", media, "", nil, there...)
		for _, path := range []string{api(o1), "/api/v1/accounts/okan", "/c/" + o1} {
			h.Must(404, "GET", path, "", nil, there...)
		}
		for n, of := range map[int][]string{1: nil, 2: there} {
			if items := h.Must(200, "GET", "/api/v1/feed/for-you?limit=50", "", nil, of...).JSON(t)["items"].([]any); len(items) != n {
				t.Errorf("%v: the engine offers %d clips, not %d", of, len(items), n)
			}
		}
		if b := string(h.Must(200, "GET", "/search?q=north", "", nil, there...).Body); !strings.Contains(b, a1) {
			t.Error("there the search finds nothing")
		}
		// Here: the rest.
		if l, c := count(api(o1)); l != 1 || c != 1 {
			t.Errorf("here: a clip has %v likes and %v comments", l, c)
		}
		if me := h.Must(200, "GET", "/api/v1/accounts/okan", "", nil).JSON(t); me["followers"].(float64) != 0 || me["follows"].(float64) != 1 {
			t.Errorf("here: %v", me)
		}
		for _, path := range []string{api(a1), api(b1), "/api/v1/accounts/anna", media} {
			h.Must(404, "GET", path, "", nil)
		}
		h.Must(401, "GET", "/api/v1/me", anna, nil)
		if k := h.Must(200, "GET", "/api/v1/me/push", okan, nil).JSON(t)["key"]; k != pushKey {
			t.Errorf("here: the key of pushes has changed to %v", k)
		}
		if of := h.Must(200, "GET", "/api/v1/sounds/"+sound, "", nil).JSON(t); of["clip"] != o1 || of["uses"].(float64) != 1 {
			t.Errorf("here: %v", of)
		}
		// Whoever comes from there is told where it went.
		p := h.Must(410, "GET", "/", "", nil, "X-Forwarded-For", fromDE)
		if !strings.Contains(string(p.Body), "https://north.test/") {
			t.Errorf("%s", p.Body)
		}
		h.Must(410, "GET", "/api/v1/feed/for-you", "", nil, "X-Forwarded-For", fromDE)
		h.Must(200, "GET", "/transparency", "", nil, "X-Forwarded-For", fromDE)
		h.Must(200, "GET", "/", okan, nil, "X-Forwarded-For", fromDE) // who only travels there
		for _, name := range []string{"main", "north"} {
			rep := must[server.LedgerReport](t, h.Config.Data, "ledger-verify", server.LedgerOf{Realm: name})
			if name == "main" && (rep.Kinds[ledger.KindSplit] != 1 || rep.Kinds[ledger.KindForgetting] != 1) {
				t.Errorf("%v", rep.Kinds)
			}
			r := must[server.Replayed](t, h.Config.Data, "replay", server.Replay{Realm: name})
			s := must[server.Replayed](t, h.Config.Data, "replay", server.Replay{Realm: name, FromSnapshot: true})
			if r != s && r.Model != s.Model {
				t.Errorf("%s: %v %v", name, r, s)
			}
		}
	}
	check()
	h.Stop()
	h.Run()
	check()

	// Once the part is closed its people read its farewell, here too.
	must[server.RealmValues](t, h.Config.Data, "realm-set", server.RealmValues{Name: "north", Values: map[string]string{"farewell": "The north says goodbye."}})
	farewell := func(phase reelm.Phase) {
		t.Helper()
		must[server.PhaseState](t, h.Config.Data, "realm-phase", server.RealmPhase{Name: "north", Phase: string(phase)})
		for _, of := range [][]string{{"X-Forwarded-For", fromDE}, {"Host", "north.test"}} {
			if p := string(h.Must(410, "GET", "/", "", nil, of...).Body); !strings.Contains(p, "The north says goodbye.") || strings.Contains(p, "https://north.test/\"") {
				t.Errorf("%v: %s", of, p)
			}
		}
		h.Must(410, "GET", "/api/v1/feed/for-you", "", nil, "X-Forwarded-For", fromDE)
		h.Must(200, "GET", "/transparency", "", nil, "X-Forwarded-For", fromDE)
		h.Must(200, "GET", "/", "", nil)
	}
	farewell(reelm.PhaseClosed)
	must[server.PhaseState](t, h.Config.Data, "realm-phase", server.RealmPhase{Name: "north", Phase: string(reelm.PhaseOpen)})
	if p := string(h.Must(410, "GET", "/", "", nil, "X-Forwarded-For", fromDE).Body); !strings.Contains(p, "https://north.test/") {
		t.Errorf("opened again: %s", p)
	}
}
