package server_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/server"
	"reelm/internal/server/servertest"
)

func TestBadRequestsAreNamedAndChangeNothing(t *testing.T) {
	h := servertest.Start(t)
	token := h.Account("anna")
	id := h.Publish(token, 1, "x")
	json200k := `{"handle":"` + strings.Repeat("a", 300<<10) + `"}`
	for _, c := range []struct {
		name, method, path, token string
		body                      any
		status                    int
		code                      string
	}{
		{"unknown route", "GET", "/api/v1/nothing", "", nil, 404, "no-route"},
		{"unknown route below the API", "GET", "/api/", "", nil, 404, "no-route"},
		{"other method", "PATCH", "/api/v1/accounts", "", "{}", 405, "method-not-allowed"},
		{"no JSON", "POST", "/api/v1/accounts", "", `{"handle":`, 400, "bad-request"},
		{"wrong type", "POST", "/api/v1/accounts", "", `{"handle":5,"password":"x","birthday":"y"}`, 422, "bad-request"},
		{"missing field", "POST", "/api/v1/accounts", "", `{"handle":"anna"}`, 422, "bad-request"},
		{"unknown field", "POST", "/api/v1/accounts", "", map[string]any{"handle": "ann", "password": servertest.Password, "birthday": "1990-01-01", "admin": true}, 422, "bad-request"},
		{"huge body", "POST", "/api/v1/accounts", "", json200k, 413, "too-large"},
		{"taken handle", "POST", "/api/v1/accounts", "", map[string]any{"handle": "Anna", "password": servertest.Password, "birthday": "1990-01-01"}, 409, "handle-taken"},
		{"reserved handle", "POST", "/api/v1/accounts", "", map[string]any{"handle": "adm1n", "password": servertest.Password, "birthday": "1990-01-01"}, 422, "reserved-handle"},
		{"short password", "POST", "/api/v1/accounts", "", map[string]any{"handle": "berta", "password": "short", "birthday": "1990-01-01"}, 422, "short-password"},
		{"child", "POST", "/api/v1/accounts", "", map[string]any{"handle": "berta", "password": servertest.Password, "birthday": "2020-01-01"}, 422, "too-young"},
		{"wrong password", "POST", "/api/v1/sessions", "", map[string]any{"handle": "anna", "password": "x"}, 401, "bad-credentials"},
		{"without a token", "GET", "/api/v1/me", "", nil, 401, "unauthenticated"},
		{"invalid token on an open route", "GET", "/api/v1/clips/" + id, "rs_nonsense", nil, 401, "unauthenticated"},
		{"nonsense id", "GET", "/api/v1/clips/x", "", nil, 404, "not-found"},
		{"unknown id", "GET", "/api/v1/clips/0000000000001", "", nil, 404, "not-found"},
		{"empty comment", "POST", "/api/v1/clips/" + id + "/comments", token, map[string]any{"text": " \n "}, 422, "empty"},
		{"long comment", "POST", "/api/v1/clips/" + id + "/comments", token, map[string]any{"text": strings.Repeat("ä", 1001)}, 422, "too-long"},
		{"reply to nothing", "POST", "/api/v1/clips/" + id + "/comments", token, map[string]any{"text": "x", "reply_to": "0000000000001"}, 422, "no-such-comment"},
		{"bad cursor", "GET", "/api/v1/clips/" + id + "/comments?next=%ff", "", nil, 422, "bad-cursor"},
		{"bad feed cursor", "GET", "/api/v1/feed/for-you?next=!", "", nil, 422, "bad-cursor"},
		{"bad limit", "GET", "/api/v1/feed/for-you?limit=x", "", nil, 422, "bad-request"},
		{"events that are none", "POST", "/api/v1/events", "", `{"events":"x"}`, 422, "bad-request"},
		{"101 events", "POST", "/api/v1/events", "", map[string]any{"events": make([]map[string]string, 101)}, 422, "bad-request"},
		{"upload without a form", "POST", "/api/v1/clips", token, "x", 422, "bad-request"},
		{"upload of nobody", "POST", "/api/v1/clips", "", `{"upload":"x"}`, 401, "unauthenticated"},
		{"finished upload that is not there", "POST", "/api/v1/clips", token, `{"upload":"../../etc/passwd"}`, 422, "no-such-upload"},
		{"following oneself", "PUT", "/api/v1/accounts/anna/follow", token, nil, 422, "own-account"},
		{"report of nothing", "POST", "/api/v1/reports", "", map[string]any{"reason": "spam"}, 422, "nothing-reported"},
		{"interest in nothing", "PUT", "/api/v1/me/interests", token, map[string]any{"items": []any{map[string]any{"kind": "tag", "key": "!!", "level": "more"}}}, 422, "bad-subject"},
		{"somebody's why", "GET", "/api/v1/serves/abc/why", "", nil, 404, "not-found"},
		{"media of nothing", "GET", "/media/abc/540.mp4", "", nil, 404, "not-found"},
		{"media above its folder", "GET", "/media/abc/..%2f..%2fkeys%2fsecret", "", nil, 404, "not-found"},
		{"raw uploads", "GET", "/media/raw/abc", "", nil, 404, "not-found"},
	} {
		a := h.Do(c.method, c.path, c.token, c.body)
		if a.Status != c.status {
			t.Errorf("%s: %d, want %d: %.200s", c.name, a.Status, c.status, a.Body)
			continue
		}
		if got := a.Code(t); got != c.code {
			t.Errorf("%s: %s, want %s", c.name, got, c.code)
		}
	}
	if items := h.Must(200, "GET", "/api/v1/clips/"+id+"/comments", "", nil).JSON(t)["items"].([]any); len(items) != 0 {
		t.Errorf("refused comments are there: %v", items)
	}
}

func TestSlowBodyIsGivenUp(t *testing.T) {
	h := servertest.Start(t)
	c, err := net.Dial("tcp", strings.TrimPrefix(h.Base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := fmt.Fprintf(c, "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 12)
	if _, err := c.Read(line); err != nil || string(line) != "HTTP/1.1 408" {
		t.Errorf("%q %v", line, err)
	}
}

func TestAnotherSitesRequestsAreRefused(t *testing.T) {
	h := servertest.Start(t)
	token := h.Account("anna")
	a := h.Do("POST", "/api/v1/sessions", "", map[string]any{"handle": "anna", "password": servertest.Password}, "Origin", "https://evil.test", "Sec-Fetch-Site", "cross-site")
	if a.Status != 403 || a.Code(t) != "cross-origin" {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	h.Must(200, "GET", "/api/v1/me", "", nil, "Cookie", "reelm="+token)
}

func TestRangesAndTypesOfMedia(t *testing.T) {
	h := servertest.Start(t)
	token := h.Account("anna")
	id := h.Publish(token, 1, "x")
	clip := h.Must(200, "GET", "/api/v1/clips/"+id, "", nil).JSON(t)
	r := clip["renditions"].([]any)[0].(map[string]any)
	url := r["url"].(string)
	whole := h.Must(200, "GET", url, "", nil)
	if float64(len(whole.Body)) != r["bytes"].(float64) || whole.Header.Get("Content-Type") != "video/mp4" || !strings.Contains(whole.Header.Get("Cache-Control"), "public") {
		t.Errorf("%d bytes, %v", len(whole.Body), whole.Header)
	}
	part := h.Must(206, "GET", url, "", nil, "Range", "bytes=10-19")
	if string(part.Body) != string(whole.Body[10:20]) {
		t.Error("another part than was asked for")
	}
	if tail := h.Must(206, "GET", url, "", nil, "Range", "bytes=-5"); string(tail.Body) != string(whole.Body[len(whole.Body)-5:]) {
		t.Error("another tail than was asked for")
	}
	h.Must(416, "GET", url, "", nil, "Range", "bytes=99999999-")
	h.Must(304, "GET", url, "", nil, "If-None-Match", whole.Header.Get("ETag"))
	if poster := h.Must(200, "GET", clip["poster"].(string), "", nil); poster.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("%v", poster.Header)
	}
}

func TestPrivateClipsAreSignedAndRemovedOnesAreGone(t *testing.T) {
	h := servertest.Start(t)
	anna, berta := h.Account("anna"), h.Account("berta")
	id := h.Publish(anna, 1, "x", "visibility", "followers")
	h.Must(404, "GET", "/api/v1/clips/"+id, berta, nil)
	h.Must(404, "GET", "/api/v1/clips/"+id, "", nil)
	h.Must(200, "PUT", "/api/v1/accounts/anna/follow", berta, nil)
	url := h.Must(200, "GET", "/api/v1/clips/"+id, berta, nil).JSON(t)["renditions"].([]any)[0].(map[string]any)["url"].(string)
	if a := h.Must(200, "GET", url, "", nil); a.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%v", a.Header)
	}
	plain, _, _ := strings.Cut(url, "?")
	for _, u := range []string{plain, url + "x", strings.Replace(url, "e=", "e=9", 1)} {
		h.Must(404, "GET", u, "", nil)
	}
	h.Must(403, "DELETE", "/api/v1/clips/"+id, berta, nil)
	h.Must(204, "DELETE", "/api/v1/clips/"+id, anna, nil)
	h.Must(410, "GET", "/api/v1/clips/"+id, anna, nil)
	deadline := time.Now().Add(time.Second)
	for h.Do("GET", url, "", nil).Status != 410 {
		if time.Now().After(deadline) {
			t.Fatal("the media of a removed clip is still served after a second")
		}
	}
}

func TestPreviewIsForTheAuthorAlone(t *testing.T) {
	h := servertest.Start(t, func(c *server.Config) { c.Limits.Enabled = false })
	anna, berta := h.Account("anna"), h.Account("berta")
	a := h.Upload(anna, servertest.Film(t, 3), "caption", "x")
	if a.Status != 202 {
		t.Fatal(string(a.Body))
	}
	id := a.JSON(t)["id"].(string)
	h.Must(200, "GET", "/api/v1/clips/"+id, anna, nil)
	if b := h.Do("GET", "/api/v1/clips/"+id, berta, nil); b.Status != 404 && b.JSON(t)["state"] != "ready" {
		t.Errorf("a clip that is not ready is seen by others: %d %s", b.Status, b.Body)
	}
	h.Live(anna, id, "ready")
	for who, tok := range map[string]string{"the author": anna, "somebody": berta, "a visitor": ""} {
		if c := h.Must(200, "GET", "/api/v1/clips/"+id, tok, nil).JSON(t); c["preview"] != nil {
			t.Errorf("%s still gets a preview", who)
		}
	}
}

func TestResumableUploadGoesOnWhereItBroke(t *testing.T) {
	h := servertest.Start(t)
	anna, berta := h.Account("anna"), h.Account("berta")
	b := servertest.Film(t, 5)
	options := h.Must(200, "OPTIONS", "/api/v1/uploads", "", nil)
	for _, ability := range []string{"creation", "termination", "checksum"} {
		if !strings.Contains(options.Header.Get("Tus-Extension"), ability) {
			t.Errorf("no %s in %q", ability, options.Header.Get("Tus-Extension"))
		}
	}
	made := h.Must(201, "POST", "/api/v1/uploads", anna, nil, "Tus-Resumable", "1.0.0", "Upload-Length", fmt.Sprint(len(b)))
	at := made.Header.Get("Location")
	at = at[strings.Index(at, "/api/"):]
	patch := func(token string, offset int, piece []byte, more ...string) servertest.Answer {
		return h.Do("PATCH", at, token, piece, append([]string{"Tus-Resumable", "1.0.0", "Upload-Offset", fmt.Sprint(offset), "Content-Type", "application/offset+octet-stream"}, more...)...)
	}
	half := len(b) / 2
	if a := patch(berta, 0, b[:half]); a.Status != 404 {
		t.Errorf("somebody else writes to the upload: %d", a.Status)
	}
	wrong := "sha1 " + base64.StdEncoding.EncodeToString(make([]byte, 20))
	if a := patch(anna, 0, b[:half], "Upload-Checksum", wrong); a.Status != 460 {
		t.Errorf("a piece with a wrong checksum: %d %s", a.Status, a.Body)
	}
	if a := patch(anna, 0, b[:half], "Upload-Checksum", "md5 AAAA"); a.Status != 422 {
		t.Errorf("an unknown checksum: %d", a.Status)
	}
	if a := patch(anna, 0, b[:half], "Upload-Checksum", "sha256 "+sha256Of(b[:half])); a.Status != 204 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if a := h.Do("POST", "/api/v1/clips", anna, map[string]any{"upload": at[strings.LastIndex(at, "/")+1:]}); a.Status != 409 || a.Code(t) != "upload-unfinished" {
		t.Errorf("a clip of half an upload: %d %s", a.Status, a.Body)
	}
	h.Stop()
	h.Run() // the server went away meanwhile
	head := h.Must(200, "HEAD", at, anna, nil, "Tus-Resumable", "1.0.0")
	if head.Header.Get("Upload-Offset") != fmt.Sprint(half) {
		t.Fatalf("offset %s, want %d", head.Header.Get("Upload-Offset"), half)
	}
	if a := patch(anna, half, b[half:]); a.Status != 204 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	id := h.Must(202, "POST", "/api/v1/clips", anna, map[string]any{"upload": at[strings.LastIndex(at, "/")+1:], "caption": "#tus"}).JSON(t)["id"].(string)
	if c := h.Live(anna, id, "ready", "failed"); c["state"] != "ready" || c["caption"] != "#tus" {
		t.Errorf("%v", c)
	}
	h.Must(404, "HEAD", at, anna, nil, "Tus-Resumable", "1.0.0")
}

func TestUploadLimitsBeforeTheBytes(t *testing.T) {
	h := servertest.Start(t, func(c *server.Config) { c.Limits.UploadBytes = 200_000 })
	anna := h.Account("anna")
	if a := h.Do("POST", "/api/v1/uploads", anna, nil, "Tus-Resumable", "1.0.0", "Upload-Length", "200001"); a.Status != 413 || a.Code(t) != "too_large" {
		t.Errorf("resumable: %d %s", a.Status, a.Body)
	}
	c, err := net.Dial("tcp", strings.TrimPrefix(h.Base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	// The header alone: the Answer has to come although not a byte was sent.
	if _, err := fmt.Fprintf(c, "POST /api/v1/clips HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n", anna); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 12)
	if _, err := c.Read(line); err != nil || string(line) != "HTTP/1.1 413" {
		t.Errorf("%q %v", line, err)
	}
	if limits := h.Must(200, "GET", "/api/v1/realm", "", nil).JSON(t)["limits"].(map[string]any); limits["max_bytes"] != 200_000.0 {
		t.Errorf("%v", limits)
	}
}

func TestDuplicateUploadNamesTheFirst(t *testing.T) {
	h := servertest.Start(t)
	anna := h.Account("anna")
	id := h.Publish(anna, 1, "x")
	a := h.Upload(anna, servertest.Film(t, 1))
	if a.Status != 409 || a.Code(t) != "duplicate-upload" || a.JSON(t)["args"].(map[string]any)["id"] != id {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if a := h.Upload(anna, servertest.Film(t, 1), "again", "true"); a.Status != 202 {
		t.Errorf("again: %d %s", a.Status, a.Body)
	}
}

func TestEventsCountInTheVeryNextFeed(t *testing.T) {
	h := servertest.Start(t)
	author := h.Account("author")
	for i := range 6 {
		h.Publish(author, i, fmt.Sprintf("clip %d #t%d", i, i%2))
	}
	anna := h.Account("anna")
	h.Learned(anna, 6)
	page := h.Must(200, "GET", "/api/v1/feed/for-you?limit=3", anna, nil).JSON(t)
	items := page["items"].([]any)
	if len(items) != 3 || page["next"] == nil {
		t.Fatalf("%v", page)
	}
	seen := map[string]bool{}
	var events []map[string]any
	for _, it := range items {
		m := it.(map[string]any)
		seen[m["clip"].(map[string]any)["id"].(string)] = true
		if m["why"] == "" {
			t.Error("a serve without a why")
		}
		events = append(events, map[string]any{"serve": m["serve"], "kind": "watch", "watched_ms": 500})
	}
	out := h.Must(202, "POST", "/api/v1/events", anna, map[string]any{"events": events}).JSON(t)
	if out["accepted"] != 3.0 || len(out["rejected"].([]any)) != 0 {
		t.Fatalf("%v", out)
	}
	for _, it := range h.Must(200, "GET", "/api/v1/feed/for-you?limit=3", anna, nil).JSON(t)["items"].([]any) {
		if id := it.(map[string]any)["clip"].(map[string]any)["id"].(string); seen[id] {
			t.Errorf("clip %s was watched and comes again", id)
		}
	}
	serve := items[0].(map[string]any)["serve"].(string)
	why := h.Must(200, "GET", "/api/v1/serves/"+serve+"/why", anna, nil).JSON(t)
	sum := 0.0
	for _, p := range why["parts"].([]any) {
		sum += p.(map[string]any)["contribution"].(float64)
	}
	if d := sum - why["score"].(float64); d > 1e-9 || d < -1e-9 {
		t.Errorf("parts sum to %v, the score is %v", sum, why["score"])
	}
	h.Must(404, "GET", "/api/v1/serves/"+serve+"/why", author, nil)
}

func TestLikeAsEventIsTheSameAct(t *testing.T) {
	h := servertest.Start(t)
	id := h.Publish(h.Account("author"), 1, "x")
	anna := h.Account("anna")
	viewer := h.Must(201, "POST", "/api/v1/viewers", "", map[string]any{}).JSON(t)["token"].(string)
	like := func(token string) {
		items := h.Must(200, "GET", "/api/v1/feed/for-you?limit=1", token, nil).JSON(t)["items"].([]any)
		h.Must(202, "POST", "/api/v1/events", token, map[string]any{"events": []any{map[string]any{"serve": items[0].(map[string]any)["serve"], "kind": "like"}}})
	}
	likes := func() float64 {
		return h.Must(200, "GET", "/api/v1/clips/"+id, "", nil).JSON(t)["counts"].(map[string]any)["likes"].(float64)
	}
	h.Learned(viewer, 1)
	like(viewer)
	if n := likes(); n != 0 {
		t.Errorf("the like of a browser is counted: %v", n)
	}
	like(anna)
	h.Must(200, "PUT", "/api/v1/clips/"+id+"/like", anna, nil)
	if n := likes(); n != 1 {
		t.Errorf("%v likes, want 1", n)
	}
	if c := h.Must(200, "GET", "/api/v1/clips/"+id, anna, nil).JSON(t); c["liked"] != true {
		t.Error("the account does not know of its like")
	}
}

func TestVisitorWithoutATokenIsAskedForNothing(t *testing.T) {
	h := servertest.Start(t)
	h.Publish(h.Account("author"), 1, "x")
	h.Learned("", 1)
	a := h.Must(200, "GET", "/api/v1/feed/for-you", "", nil)
	if c := a.Header.Get("Set-Cookie"); c != "" {
		t.Errorf("a cookie is set: %s", c)
	}
	item := a.JSON(t)["items"].([]any)[0].(map[string]any)
	event := map[string]any{"events": []any{map[string]any{"serve": item["serve"], "kind": "watch", "watched_ms": 400}}}
	if out := h.Must(202, "POST", "/api/v1/events", "", event).JSON(t); out["accepted"] != 1.0 {
		t.Errorf("%v", out)
	}
	h.Must(200, "GET", "/api/v1/serves/"+item["serve"].(string)+"/why", "", nil)
}

func TestDocumentNamesEveryRoute(t *testing.T) {
	h := servertest.Start(t)
	doc := h.Must(200, "GET", "/api/openapi.json", "", nil).JSON(t)
	if v, _ := doc["openapi"].(string); !strings.HasPrefix(v, "3.1") {
		t.Errorf("OpenAPI %q", v)
	}
	paths := doc["paths"].(map[string]any)
	for _, route := range api.New(nil, reelm.Limits{}, time.Now).Routes() {
		method, path, _ := strings.Cut(route, " ")
		item, _ := paths[path].(map[string]any)
		if item[strings.ToLower(method)] == nil {
			t.Errorf("%s is not in the document", route)
		}
	}
	for path, item := range paths { // and every route of the document exists
		for method := range item.(map[string]any) {
			p := strings.NewReplacer("{", "", "}", "").Replace(path)
			a := h.Do(strings.ToUpper(method), "/api/v1"+p, "", nil)
			if a.Status == 405 || a.Status == 404 && a.Code(t) == "no-route" {
				t.Errorf("%s %s is in the document and answers %d", method, path, a.Status)
			}
		}
	}
	var again map[string]any
	if err := json.Unmarshal(h.Must(200, "GET", "/api/openapi.json", "", nil).Body, &again); err != nil {
		t.Error(err)
	}
}
