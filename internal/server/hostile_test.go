package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"reelm/internal/server/servertest"
)

// hostile is what is sent as text, by what it tries.
var hostile = map[string]string{
	"script":       `<script id="hostile">alert(1)</script>`,
	"attribute":    `"'><img id="hostile" src=x onerror="alert(1)">`,
	"address":      `javascript:alert(1)//hostile`,
	"template":     `{{.}}${7*7}</textarea></title><b id="hostile">`,
	"data block":   `</script><script id="hostile">`,
	"direction":    "abc\u202e\u2066txt.exe\u2069",
	"zero width":   "a\u200b\u200d\ufeffb",
	"combining":    "z" + strings.Repeat("\u0335\u0336", 400),
	"NUL":          "a\x00b",
	"control":      "a\x1b[31m\x07\u0085b",
	"not UTF-8":    "a\xff\xfeb\xc0\xaf",
	"lone half":    `a\ud800b`,
	"another code": "caf\xe9",
	"100 KB":       strings.Repeat("0123456789", 10<<10),
	"emoji":        "👩‍👩‍👧‍👦🏳️‍🌈",
	"SQL":          `'; DROP TABLE accounts; --`,
	"path":         "../../../../etc/passwd",
	"header":       "a\r\nSet-Cookie: x=y",
	"format":       "%s%n%00%2e%2e",
}

// TestTextInEveryFieldIsHarmless sends hostile text in every field of every
// body, query and address of the program, then reads every page and feed: text
// was refused with a client's error, or is shown as text.
func TestTextInEveryFieldIsHarmless(t *testing.T) {
	s := setStage(t, servertest.Start(t))
	s.furnish()
	fields := s.fields()
	tried := 0
	for _, r := range slices.Concat(apiRoutes, pageRoutes) {
		object, who := r.objects()[0], "anna"
		if strings.Contains(r.route, "admin") {
			who = "boss"
		}
		if strings.Contains(r.route, "{serve}") || strings.Contains(r.route, "/folders") {
			who = "mia"
		}
		if strings.Contains(r.route, "/me/messages") || strings.Contains(r.route, "POST /{name}/") {
			object = "otto"
		}
		for what, text := range hostile {
			for at, changed := range spoiled(r, fields[r.route], text) {
				status, header, body := s.ask(changed, who, object)
				tried++
				if status >= 500 || status < 200 {
					t.Errorf("%s, %s in %s: %d %.200s", r.route, what, at, status, body)
				}
				if what == "100 KB" && status < 300 && strings.HasPrefix(at, "body ") {
					t.Errorf("%s took 100 KB in %s: %.200s", r.route, at, body)
				}
				if status == 422 && strings.HasPrefix(header.Get("Content-Type"), "application/problem") && strings.HasPrefix(at, "body ") {
					var p struct{ Field, Type string }
					if err := json.Unmarshal([]byte(body), &p); err != nil || p.Field == "" && !strings.HasSuffix(p.Type, "bad-request") {
						t.Errorf("%s, %s in %s is refused without its name: %s", r.route, what, at, body)
					}
				}
				s.harmless(r, what+" in "+at, header.Get("Content-Type"), body)
			}
		}
	}
	if tried < 2000 {
		t.Errorf("only %d requests were tried", tried)
	}
	s.uploadText(t)
	for _, r := range matrix { // what was taken is shown now
		if !strings.HasPrefix(r.route, "GET ") {
			continue
		}
		for _, object := range r.objects() {
			for _, who := range []string{"nobody", "anna", "mia", "otto", "boss"} {
				if r.rule(who, object) == yes {
					_, header, body := s.ask(r, who, object)
					s.harmless(r, "what was taken, as "+who, header.Get("Content-Type"), body)
				}
			}
		}
	}
}

// spoiled gives a request once for each of its fields, with the text in it.
func spoiled(r row, fields []string, text string) map[string]row {
	out := map[string]row{}
	if q, err := url.ParseQuery(strings.TrimPrefix(r.query, "?")); err == nil && strings.HasPrefix(r.query, "?") {
		for name := range q {
			q := map[string][]string(q)
			c := r
			changed := url.Values{}
			for n, v := range q {
				changed[n] = v
			}
			changed.Set(name, text)
			c.query = "?" + changed.Encode()
			out["query "+name] = c
		}
	}
	switch body := r.body.(type) {
	case string:
		form, err := url.ParseQuery(body)
		if err != nil {
			return out
		}
		for name := range form {
			changed := url.Values{}
			for n, v := range form {
				changed[n] = v
			}
			changed[name] = []string{text}
			c := r
			c.body = changed.Encode()
			out["form "+name] = c
		}
	case obj:
		for _, name := range fields {
			changed := obj{}
			for n, v := range body {
				changed[n] = v
			}
			changed[name] = text
			c := r
			c.body = changed
			out["body "+name] = c
		}
	}
	for _, name := range []string{"{id}", "{handle}", "{tag}", "{serve}", "{folder}", "{list}", "{language}", "{key}", "{clip}", "{token}"} {
		if strings.Contains(r.route, name) && len(text) < 4<<10 {
			c := r
			c.route = strings.Replace(r.route, name, strings.NewReplacer("{", "%7B", "}", "%7D").Replace(url.PathEscape(text)), 1)
			out["address "+name] = c
		}
	}
	return out
}

// fields are the texts that the bodies of the API take, by route.
func (s *stage) fields() map[string][]string {
	s.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct {
					Schema map[string]any `json:"schema"`
				} `json:"content"`
			} `json:"requestBody"`
		} `json:"paths"`
		Components struct {
			Schemas map[string]map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(s.Must(200, "GET", "/api/openapi.json", "", nil).Body, &doc); err != nil {
		s.Fatal(err)
	}
	out := map[string][]string{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			schema := op.RequestBody.Content["application/json"].Schema
			if ref, ok := schema["$ref"].(string); ok {
				schema = doc.Components.Schemas[ref[strings.LastIndex(ref, "/")+1:]]
			}
			properties, _ := schema["properties"].(map[string]any)
			for name, p := range properties {
				kind := fmt.Sprint(p.(map[string]any)["type"])
				if strings.Contains(kind, "string") && name != "$schema" {
					route := strings.ToUpper(method) + " /api/v1" + path
					out[route] = append(out[route], name)
				}
			}
		}
	}
	return out
}

// harmless reads an answer as a browser does.
func (s *stage) harmless(r row, what, kind, body string) {
	s.Helper()
	if !utf8.ValidString(body) {
		s.Errorf("%s, %s: the answer is not UTF-8", r.route, what)
	}
	if at := strings.IndexAny(body, "\x00\x07\x1b\u202e\u2066"); at >= 0 {
		s.Errorf("%s, %s: shows %q", r.route, what, body[max(0, at-60):min(len(body), at+20)])
	}
	if !strings.HasPrefix(kind, "text/html") {
		return
	}
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		s.Error(err)
		return
	}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "id" && a.Val == "hostile" || strings.HasPrefix(a.Key, "on") || (a.Key == "href" || a.Key == "src" || a.Key == "action") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				s.Errorf("%s, %s: became <%s %s=%q>", r.route, what, n.Data, a.Key, a.Val)
			}
		}
	}
}

// uploadText sends hostile text with a file.
func (s *stage) uploadText(t *testing.T) {
	film := servertest.Film(t, 9)
	for what, text := range hostile {
		for _, name := range []string{"language", "visibility"} {
			if a := s.Upload(s.tokens["anna"], film, "caption", "x", name, text); a.Status < 400 || a.Status >= 500 {
				t.Errorf("an upload with %s in %s: %d %.200s", what, name, a.Status, a.Body)
			}
		}
	}
	for _, what := range []string{"not UTF-8", "100 KB"} {
		if a := s.Upload(s.tokens["anna"], film, "caption", hostile[what]); a.Status != 422 || !strings.Contains(string(a.Body), "caption") {
			t.Errorf("an upload with %s as caption: %d %.200s", what, a.Status, a.Body)
		}
	}
	s.Publish(s.tokens["anna"], 9, hostile["script"]+hostile["attribute"]+hostile["direction"]+hostile["NUL"])
}
