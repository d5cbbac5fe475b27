package server_test

import (
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"reelm/internal/server"
	"reelm/internal/server/servertest"
)

const elsewhere = "other.test"

// twins is a server with two realms that have the same accounts, ids, clips
// and media: the second is a copy of the first with keys of its own. Nobody
// is signed in to the second.
func twins(t *testing.T) (h *servertest.House, token, clip, private string) {
	h = servertest.Start(t)
	token = h.Account("anna")
	clip = h.Publish(token, 1, "the same everywhere #twin")
	private = h.Publish(token, 2, "for me alone", "visibility", "only-me")
	h.Learned(token, 1)
	h.Stop()
	realms := filepath.Join(h.Config.Data, "realms")
	if err := os.CopyFS(filepath.Join(realms, "other"), os.DirFS(filepath.Join(realms, "main"))); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(realms, "other", "keys")); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(realms, "other", "reelm.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{`DELETE FROM sessions`, `INSERT INTO settings (key, value) VALUES ('host', '` + elsewhere + `')`, `DELETE FROM ledger_head`, `DELETE FROM ledger_entry`,
		`DELETE FROM ledger_text`, `DELETE FROM ledger_month`} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(q, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	h.Run()
	return h, token, clip, private
}

func signIn(h *servertest.House, handle string, header ...string) string {
	h.Helper()
	return h.Must(201, "POST", "/api/v1/sessions", "", map[string]any{"handle": handle, "password": servertest.Password}, header...).JSON(h)["token"].(string)
}

func TestNothingCrossesFromOneRealmToAnother(t *testing.T) {
	h, token, clip, private := twins(t)
	there := []string{"Host", elsewhere}
	stranger := signIn(h, "anna", there...)
	h.Must(200, "GET", "/api/v1/clips/"+clip, stranger, nil, there...) // the same ids stand there too
	h.Must(200, "GET", "/api/v1/clips/"+private, stranger, nil, there...)
	serve := h.Must(200, "GET", "/api/v1/feed/for-you", token, nil).JSON(t)["items"].([]any)[0].(map[string]any)["serve"].(string)
	open := h.Must(200, "GET", "/api/v1/feed/for-you", "", nil).JSON(t)["items"].([]any)[0].(map[string]any)["serve"].(string)
	viewer := h.Must(201, "POST", "/api/v1/viewers", "", map[string]any{}).JSON(t)["token"].(string)

	t.Run("every route refuses the other's tokens", func(t *testing.T) {
		paths := h.Must(200, "GET", "/api/openapi.json", "", nil).JSON(t)["paths"].(map[string]any)
		fill := strings.NewReplacer("{id}", clip, "{handle}", "anna", "{serve}", serve, "{tag}", "twin")
		tried := 0
		for path, methods := range paths {
			for method := range methods.(map[string]any) {
				method = strings.ToUpper(method)
				for _, foreign := range []string{token, viewer} {
					a := h.Do(method, "/api/v1"+fill.Replace(path), foreign, "{}", there...)
					tried++
					if a.Status != http.StatusUnauthorized {
						t.Errorf("%s %s with a token of another realm: %d", method, path, a.Status)
					}
					if strings.Contains(string(a.Body), "anna") || strings.Contains(string(a.Body), clip) || a.Header.Get("Set-Cookie") != "" {
						t.Errorf("%s %s: %s", method, path, a.Body)
					}
				}
			}
		}
		if tried < 60 {
			t.Errorf("only %d requests were tried", tried)
		}
	})
	t.Run("pages take the other's cookie for nobody's", func(t *testing.T) {
		a := h.Must(200, "GET", "/settings", "", nil, append(there, "Cookie", "reelm="+token)...)
		if strings.Contains(string(a.Body), "/@anna") || !strings.Contains(a.Header.Get("Set-Cookie"), "Max-Age=0") {
			t.Errorf("%v", a.Header)
		}
		if a := h.Do("GET", "/c/"+private, "", nil, append(there, "Cookie", "reelm="+token)...); a.Status != 404 {
			t.Error(a.Status)
		}
	})
	t.Run("serves are the realm's own", func(t *testing.T) {
		if a := h.Do("GET", "/api/v1/serves/"+open+"/why", "", nil, there...); a.Status != 404 {
			t.Error("why: ", a.Status)
		}
		for who, s := range map[string]string{stranger: serve, "": open} {
			a := h.Must(202, "POST", "/api/v1/events", who, map[string]any{"events": []any{map[string]any{"serve": s, "kind": "watch", "watched_ms": 400}}}, there...)
			if a.JSON(t)["accepted"].(float64) != 0 {
				t.Errorf("%s", a.Body)
			}
		}
	})
	t.Run("signed media are the realm's own", func(t *testing.T) {
		url := h.Must(200, "GET", "/api/v1/clips/"+private, token, nil).JSON(t)["renditions"].([]any)[0].(map[string]any)["url"].(string)
		h.Must(200, "GET", url, "", nil)
		if a := h.Do("GET", url, "", nil, there...); a.Status != 404 {
			t.Error(a.Status)
		}
	})
	t.Run("uploads under way are the realm's own", func(t *testing.T) {
		a := h.Must(201, "POST", "/api/v1/uploads", token, nil, "Tus-Resumable", "1.0.0", "Upload-Length", "10")
		at := strings.TrimPrefix(a.Header.Get("Location"), h.Base)
		if a := h.Do("HEAD", at, stranger, nil, append(there, "Tus-Resumable", "1.0.0")...); a.Status != 404 {
			t.Error(a.Status)
		}
		h.Must(200, "HEAD", at, token, nil, "Tus-Resumable", "1.0.0")
	})
	t.Run("acts stay where they are done", func(t *testing.T) {
		h.Must(200, "PUT", "/api/v1/clips/"+clip+"/like", stranger, nil, there...)
		h.Must(201, "POST", "/api/v1/clips/"+clip+"/comments", stranger, map[string]any{"text": "said elsewhere"}, there...)
		h.Must(200, "PATCH", "/api/v1/clips/"+clip, stranger, map[string]any{"caption": "renamed elsewhere #moved"}, there...)
		h.Must(204, "DELETE", "/api/v1/clips/"+private, stranger, nil, there...)
		here := string(h.Must(200, "GET", "/c/"+clip, token, nil).Body)
		c := h.Must(200, "GET", "/api/v1/clips/"+clip, token, nil).JSON(t)
		if strings.Contains(here, "elsewhere") || c["caption"] != "the same everywhere #twin" || c["liked"] != false || c["counts"].(map[string]any)["likes"].(float64) != 0 {
			t.Errorf("%v", c)
		}
		for _, path := range []string{"/tag/moved", "/tag/moved.rss", "/.rss", "/search?q=elsewhere", "/api/v1/tags/moved/clips"} {
			if b := string(h.Must(200, "GET", path, token, nil).Body); strings.Contains(b, "renamed elsewhere") {
				t.Error(path)
			}
		}
		h.Must(200, "GET", "/api/v1/clips/"+private, token, nil)
		url := h.Must(200, "GET", "/api/v1/clips/"+private, token, nil).JSON(t)["renditions"].([]any)[0].(map[string]any)["url"].(string)
		h.Must(200, "GET", url, "", nil)
	})
	t.Run("what the operator does stays there", func(t *testing.T) {
		must[server.PhaseState](t, h.Config.Data, "realm-phase", server.RealmPhase{Name: "other", Phase: "closed"})
		must[server.RealmValues](t, h.Config.Data, "realm-set", server.RealmValues{Name: "other", Values: map[string]string{"title": "Anderswo"}})
		h.Must(410, "GET", "/", "", nil, there...)
		if b := string(h.Must(200, "GET", "/", "", nil).Body); strings.Contains(b, "Anderswo") {
			t.Error("the title crossed")
		}
		if string(h.Must(200, "GET", "/ledger/key", "", nil).Body) == string(h.Must(200, "GET", "/ledger/key", "", nil, there...).Body) {
			t.Error("two realms sign with one key")
		}
		if b := string(h.Must(200, "GET", "/transparency", "", nil).Body); strings.Contains(b, "closed") {
			t.Error("the ledger crossed")
		}
	})
}

// A realm that is made while the server runs serves at once; a host that no
// realm has leads to main.
func TestRealmsComeWithoutRestart(t *testing.T) {
	h := servertest.Start(t)
	h.Account("anna")
	must[server.RealmValues](t, h.Config.Data, "realm-create", server.RealmValues{Name: "north", Values: map[string]string{"host": "north.test", "title": "Nordlicht"}})
	a := h.Must(200, "GET", "/api/v1/realm", "", nil, "Host", "north.test:8080")
	if a.JSON(t)["title"] != "Nordlicht" {
		t.Errorf("%s", a.Body)
	}
	if a := h.Must(200, "GET", "/api/v1/realm", "", nil, "Host", "unknown.test"); a.JSON(t)["title"] != "Reelm" {
		t.Errorf("%s", a.Body)
	}
	h.Must(404, "GET", "/api/v1/accounts/anna", "", nil, "Host", "north.test")
	must[server.RealmValues](t, h.Config.Data, "realm-set", server.RealmValues{Name: "north", Values: map[string]string{"host": "north.test,northern.test"}})
	if a := h.Must(200, "GET", "/api/v1/realm", "", nil, "Host", "northern.test"); a.JSON(t)["title"] != "Nordlicht" {
		t.Errorf("%s", a.Body)
	}
	if _, err := verb[server.RealmValues](t, h.Config.Data, "realm-create", server.RealmValues{Name: "south", Values: map[string]string{"host": "northern.test"}}); err == nil {
		t.Error("two realms have one host")
	}
	if _, err := verb[server.RealmValues](t, h.Config.Data, "realm-set", server.RealmValues{Name: "main", Values: map[string]string{"host": "northern.test"}}); err == nil {
		t.Error("two realms have one host")
	}
}

func TestQuotasOfARealm(t *testing.T) {
	h := servertest.Start(t)
	set := func(values map[string]string) {
		t.Helper()
		must[server.RealmValues](t, h.Config.Data, "realm-set", server.RealmValues{Name: "main", Values: values})
	}
	token := h.Account("anna")
	h.Publish(token, 1, "one")
	refused := func(a servertest.Answer) {
		t.Helper()
		if a.Status != http.StatusForbidden || a.Code(t) != "quota" {
			t.Errorf("%d %s", a.Status, a.Body)
		}
	}
	set(map[string]string{"quota.accounts": "1", "quota.clips": "1"})
	refused(h.Do("POST", "/api/v1/accounts", "", map[string]any{"handle": "okan", "password": servertest.Password, "birthday": "1990-05-17"}))
	refused(h.Upload(token, servertest.Film(t, 2), "caption", "two"))
	must[server.RealmValues](t, h.Config.Data, "realm-create", server.RealmValues{Name: "north", Values: map[string]string{"host": "north.test"}})
	h.Must(201, "POST", "/api/v1/accounts", "", map[string]any{"handle": "okan", "password": servertest.Password, "birthday": "1990-05-17"}, "Host", "north.test")
	set(map[string]string{"quota.accounts": "", "quota.clips": "", "quota.media": "1000"})
	refused(h.Upload(token, servertest.Film(t, 2), "caption", "two"))
	set(map[string]string{"quota.media": "100000000"})
	h.Publish(token, 2, "two")
	if _, err := verb[server.RealmValues](t, h.Config.Data, "realm-set", server.RealmValues{Name: "main", Values: map[string]string{"quota.clips": "-1"}}); err == nil {
		t.Error("a quota below 0")
	}
}
