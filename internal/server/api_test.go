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
)

func TestBadRequestsAreNamedAndChangeNothing(t *testing.T) {
	h := start(t)
	token := h.account("anna")
	id := h.publish(token, 1, "x")
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
		{"unknown field", "POST", "/api/v1/accounts", "", map[string]any{"handle": "ann", "password": password, "birthday": "1990-01-01", "admin": true}, 422, "bad-request"},
		{"huge body", "POST", "/api/v1/accounts", "", json200k, 413, "too-large"},
		{"taken handle", "POST", "/api/v1/accounts", "", map[string]any{"handle": "Anna", "password": password, "birthday": "1990-01-01"}, 409, "handle-taken"},
		{"reserved handle", "POST", "/api/v1/accounts", "", map[string]any{"handle": "adm1n", "password": password, "birthday": "1990-01-01"}, 422, "reserved-handle"},
		{"short password", "POST", "/api/v1/accounts", "", map[string]any{"handle": "berta", "password": "short", "birthday": "1990-01-01"}, 422, "short-password"},
		{"child", "POST", "/api/v1/accounts", "", map[string]any{"handle": "berta", "password": password, "birthday": "2020-01-01"}, 422, "too-young"},
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
		a := h.do(c.method, c.path, c.token, c.body)
		if a.status != c.status {
			t.Errorf("%s: %d, want %d: %.200s", c.name, a.status, c.status, a.body)
			continue
		}
		if got := a.code(t); got != c.code {
			t.Errorf("%s: %s, want %s", c.name, got, c.code)
		}
	}
	if items := h.must(200, "GET", "/api/v1/clips/"+id+"/comments", "", nil).json(t)["items"].([]any); len(items) != 0 {
		t.Errorf("refused comments are there: %v", items)
	}
}

func TestSlowBodyIsGivenUp(t *testing.T) {
	h := start(t)
	c, err := net.Dial("tcp", strings.TrimPrefix(h.base, "http://"))
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
	h := start(t)
	token := h.account("anna")
	a := h.do("POST", "/api/v1/sessions", "", map[string]any{"handle": "anna", "password": password}, "Origin", "https://evil.test", "Sec-Fetch-Site", "cross-site")
	if a.status != 403 || a.code(t) != "cross-origin" {
		t.Errorf("%d %s", a.status, a.body)
	}
	h.must(200, "GET", "/api/v1/me", "", nil, "Cookie", "reelm="+token)
}

func TestRangesAndTypesOfMedia(t *testing.T) {
	h := start(t)
	token := h.account("anna")
	id := h.publish(token, 1, "x")
	clip := h.must(200, "GET", "/api/v1/clips/"+id, "", nil).json(t)
	r := clip["renditions"].([]any)[0].(map[string]any)
	url := r["url"].(string)
	whole := h.must(200, "GET", url, "", nil)
	if float64(len(whole.body)) != r["bytes"].(float64) || whole.header.Get("Content-Type") != "video/mp4" || !strings.Contains(whole.header.Get("Cache-Control"), "public") {
		t.Errorf("%d bytes, %v", len(whole.body), whole.header)
	}
	part := h.must(206, "GET", url, "", nil, "Range", "bytes=10-19")
	if string(part.body) != string(whole.body[10:20]) {
		t.Error("another part than was asked for")
	}
	if tail := h.must(206, "GET", url, "", nil, "Range", "bytes=-5"); string(tail.body) != string(whole.body[len(whole.body)-5:]) {
		t.Error("another tail than was asked for")
	}
	h.must(416, "GET", url, "", nil, "Range", "bytes=99999999-")
	h.must(304, "GET", url, "", nil, "If-None-Match", whole.header.Get("ETag"))
	if poster := h.must(200, "GET", clip["poster"].(string), "", nil); poster.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("%v", poster.header)
	}
}

func TestPrivateClipsAreSignedAndRemovedOnesAreGone(t *testing.T) {
	h := start(t)
	anna, berta := h.account("anna"), h.account("berta")
	id := h.publish(anna, 1, "x", "visibility", "followers")
	h.must(404, "GET", "/api/v1/clips/"+id, berta, nil)
	h.must(404, "GET", "/api/v1/clips/"+id, "", nil)
	h.must(200, "PUT", "/api/v1/accounts/anna/follow", berta, nil)
	url := h.must(200, "GET", "/api/v1/clips/"+id, berta, nil).json(t)["renditions"].([]any)[0].(map[string]any)["url"].(string)
	if a := h.must(200, "GET", url, "", nil); a.header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%v", a.header)
	}
	plain, _, _ := strings.Cut(url, "?")
	for _, u := range []string{plain, url + "x", strings.Replace(url, "e=", "e=9", 1)} {
		h.must(404, "GET", u, "", nil)
	}
	h.must(403, "DELETE", "/api/v1/clips/"+id, berta, nil)
	h.must(204, "DELETE", "/api/v1/clips/"+id, anna, nil)
	h.must(410, "GET", "/api/v1/clips/"+id, anna, nil)
	deadline := time.Now().Add(time.Second)
	for h.do("GET", url, "", nil).status != 410 {
		if time.Now().After(deadline) {
			t.Fatal("the media of a removed clip is still served after a second")
		}
	}
}

func TestPreviewIsForTheAuthorAlone(t *testing.T) {
	h := start(t, func(c *server.Config) { c.Limits.Enabled = false })
	anna, berta := h.account("anna"), h.account("berta")
	a := h.upload(anna, film(t, 3), map[string]string{"caption": "x"})
	if a.status != 202 {
		t.Fatal(string(a.body))
	}
	id := a.json(t)["id"].(string)
	h.must(200, "GET", "/api/v1/clips/"+id, anna, nil)
	if b := h.do("GET", "/api/v1/clips/"+id, berta, nil); b.status != 404 && b.json(t)["state"] != "ready" {
		t.Errorf("a clip that is not ready is seen by others: %d %s", b.status, b.body)
	}
	h.live(anna, id, "ready")
	for who, tok := range map[string]string{"the author": anna, "somebody": berta, "a visitor": ""} {
		if c := h.must(200, "GET", "/api/v1/clips/"+id, tok, nil).json(t); c["preview"] != nil {
			t.Errorf("%s still gets a preview", who)
		}
	}
}

func TestResumableUploadGoesOnWhereItBroke(t *testing.T) {
	h := start(t)
	anna, berta := h.account("anna"), h.account("berta")
	b := film(t, 5)
	options := h.must(200, "OPTIONS", "/api/v1/uploads", "", nil)
	for _, ability := range []string{"creation", "termination", "checksum"} {
		if !strings.Contains(options.header.Get("Tus-Extension"), ability) {
			t.Errorf("no %s in %q", ability, options.header.Get("Tus-Extension"))
		}
	}
	made := h.must(201, "POST", "/api/v1/uploads", anna, nil, "Tus-Resumable", "1.0.0", "Upload-Length", fmt.Sprint(len(b)))
	at := made.header.Get("Location")
	at = at[strings.Index(at, "/api/"):]
	patch := func(token string, offset int, piece []byte, more ...string) answer {
		return h.do("PATCH", at, token, piece, append([]string{"Tus-Resumable", "1.0.0", "Upload-Offset", fmt.Sprint(offset), "Content-Type", "application/offset+octet-stream"}, more...)...)
	}
	half := len(b) / 2
	if a := patch(berta, 0, b[:half]); a.status != 404 {
		t.Errorf("somebody else writes to the upload: %d", a.status)
	}
	wrong := "sha1 " + base64.StdEncoding.EncodeToString(make([]byte, 20))
	if a := patch(anna, 0, b[:half], "Upload-Checksum", wrong); a.status != 460 {
		t.Errorf("a piece with a wrong checksum: %d %s", a.status, a.body)
	}
	if a := patch(anna, 0, b[:half], "Upload-Checksum", "md5 AAAA"); a.status != 422 {
		t.Errorf("an unknown checksum: %d", a.status)
	}
	if a := patch(anna, 0, b[:half], "Upload-Checksum", "sha256 "+sha256Of(b[:half])); a.status != 204 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := h.do("POST", "/api/v1/clips", anna, map[string]any{"upload": at[strings.LastIndex(at, "/")+1:]}); a.status != 409 || a.code(t) != "upload-unfinished" {
		t.Errorf("a clip of half an upload: %d %s", a.status, a.body)
	}
	h.stop()
	h.run() // the server went away meanwhile
	head := h.must(200, "HEAD", at, anna, nil, "Tus-Resumable", "1.0.0")
	if head.header.Get("Upload-Offset") != fmt.Sprint(half) {
		t.Fatalf("offset %s, want %d", head.header.Get("Upload-Offset"), half)
	}
	if a := patch(anna, half, b[half:]); a.status != 204 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	id := h.must(202, "POST", "/api/v1/clips", anna, map[string]any{"upload": at[strings.LastIndex(at, "/")+1:], "caption": "#tus"}).json(t)["id"].(string)
	if c := h.live(anna, id, "ready", "failed"); c["state"] != "ready" || c["caption"] != "#tus" {
		t.Errorf("%v", c)
	}
	h.must(404, "HEAD", at, anna, nil, "Tus-Resumable", "1.0.0")
}

func TestUploadLimitsBeforeTheBytes(t *testing.T) {
	h := start(t, func(c *server.Config) { c.Limits.UploadBytes = 200_000 })
	anna := h.account("anna")
	if a := h.do("POST", "/api/v1/uploads", anna, nil, "Tus-Resumable", "1.0.0", "Upload-Length", "200001"); a.status != 413 || a.code(t) != "too_large" {
		t.Errorf("resumable: %d %s", a.status, a.body)
	}
	c, err := net.Dial("tcp", strings.TrimPrefix(h.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	// The header alone: the answer has to come although not a byte was sent.
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
	if limits := h.must(200, "GET", "/api/v1/realm", "", nil).json(t)["limits"].(map[string]any); limits["max_bytes"] != 200_000.0 {
		t.Errorf("%v", limits)
	}
}

func TestDuplicateUploadNamesTheFirst(t *testing.T) {
	h := start(t)
	anna := h.account("anna")
	id := h.publish(anna, 1, "x")
	a := h.upload(anna, film(t, 1), nil)
	if a.status != 409 || a.code(t) != "duplicate-upload" || a.json(t)["args"].(map[string]any)["id"] != id {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := h.upload(anna, film(t, 1), map[string]string{"again": "true"}); a.status != 202 {
		t.Errorf("again: %d %s", a.status, a.body)
	}
}

// learned waits until the engine offers n clips: births reach it through the
// outbox, a moment after the clip is ready.
func (h *house) learned(token string, n int) {
	h.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		items := h.must(200, "GET", "/api/v1/feed/for-you?limit=50", token, nil).json(h)["items"].([]any)
		if len(items) >= n {
			return
		}
		if time.Now().After(deadline) {
			h.Fatalf("the engine offers %d of %d clips", len(items), n)
		}
	}
}

func TestEventsCountInTheVeryNextFeed(t *testing.T) {
	h := start(t)
	author := h.account("author")
	for i := range 6 {
		h.publish(author, i, fmt.Sprintf("clip %d #t%d", i, i%2))
	}
	anna := h.account("anna")
	h.learned(anna, 6)
	page := h.must(200, "GET", "/api/v1/feed/for-you?limit=3", anna, nil).json(t)
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
	out := h.must(202, "POST", "/api/v1/events", anna, map[string]any{"events": events}).json(t)
	if out["accepted"] != 3.0 || len(out["rejected"].([]any)) != 0 {
		t.Fatalf("%v", out)
	}
	for _, it := range h.must(200, "GET", "/api/v1/feed/for-you?limit=3", anna, nil).json(t)["items"].([]any) {
		if id := it.(map[string]any)["clip"].(map[string]any)["id"].(string); seen[id] {
			t.Errorf("clip %s was watched and comes again", id)
		}
	}
	serve := items[0].(map[string]any)["serve"].(string)
	why := h.must(200, "GET", "/api/v1/serves/"+serve+"/why", anna, nil).json(t)
	sum := 0.0
	for _, p := range why["parts"].([]any) {
		sum += p.(map[string]any)["contribution"].(float64)
	}
	if d := sum - why["score"].(float64); d > 1e-9 || d < -1e-9 {
		t.Errorf("parts sum to %v, the score is %v", sum, why["score"])
	}
	h.must(404, "GET", "/api/v1/serves/"+serve+"/why", author, nil)
}

func TestLikeAsEventIsTheSameAct(t *testing.T) {
	h := start(t)
	id := h.publish(h.account("author"), 1, "x")
	anna := h.account("anna")
	viewer := h.must(201, "POST", "/api/v1/viewers", "", map[string]any{}).json(t)["token"].(string)
	like := func(token string) {
		items := h.must(200, "GET", "/api/v1/feed/for-you?limit=1", token, nil).json(t)["items"].([]any)
		h.must(202, "POST", "/api/v1/events", token, map[string]any{"events": []any{map[string]any{"serve": items[0].(map[string]any)["serve"], "kind": "like"}}})
	}
	likes := func() float64 {
		return h.must(200, "GET", "/api/v1/clips/"+id, "", nil).json(t)["counts"].(map[string]any)["likes"].(float64)
	}
	h.learned(viewer, 1)
	like(viewer)
	if n := likes(); n != 0 {
		t.Errorf("the like of a browser is counted: %v", n)
	}
	like(anna)
	h.must(200, "PUT", "/api/v1/clips/"+id+"/like", anna, nil)
	if n := likes(); n != 1 {
		t.Errorf("%v likes, want 1", n)
	}
	if c := h.must(200, "GET", "/api/v1/clips/"+id, anna, nil).json(t); c["liked"] != true {
		t.Error("the account does not know of its like")
	}
}

func TestVisitorWithoutATokenIsAskedForNothing(t *testing.T) {
	h := start(t)
	h.publish(h.account("author"), 1, "x")
	h.learned("", 1)
	a := h.must(200, "GET", "/api/v1/feed/for-you", "", nil)
	if c := a.header.Get("Set-Cookie"); c != "" {
		t.Errorf("a cookie is set: %s", c)
	}
	item := a.json(t)["items"].([]any)[0].(map[string]any)
	event := map[string]any{"events": []any{map[string]any{"serve": item["serve"], "kind": "watch", "watched_ms": 400}}}
	if out := h.must(202, "POST", "/api/v1/events", "", event).json(t); out["accepted"] != 1.0 {
		t.Errorf("%v", out)
	}
	h.must(200, "GET", "/api/v1/serves/"+item["serve"].(string)+"/why", "", nil)
}

func TestDocumentNamesEveryRoute(t *testing.T) {
	h := start(t)
	doc := h.must(200, "GET", "/api/openapi.json", "", nil).json(t)
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
			a := h.do(strings.ToUpper(method), "/api/v1"+p, "", nil)
			if a.status == 405 || a.status == 404 && a.code(t) == "no-route" {
				t.Errorf("%s %s is in the document and answers %d", method, path, a.status)
			}
		}
	}
	var again map[string]any
	if err := json.Unmarshal(h.must(200, "GET", "/api/openapi.json", "", nil).body, &again); err != nil {
		t.Error(err)
	}
}
