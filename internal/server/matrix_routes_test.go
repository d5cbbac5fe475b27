package server_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/web"
)

// answered is what somebody gets of a route.
type answered int

const (
	unasked answered = iota // the cell would take away what others need
	yes
	missing // 404: it is not there, for them
	refused // 403: they see it and may not do that
	sign    // 401, or a page that leads to signing in
)

func (a answered) String() string {
	return [...]string{"unasked", "yes", "missing", "refused", "sign in"}[a]
}

// rule says what somebody gets of a route for one of its objects.
type rule func(who, object string) answered

// Rules are one each for the kinds of routes.
func everybody(string, string) answered { return yes }

func viewers(who, _ string) answered { return allowed(who != "nobody", sign) }

func members(who, _ string) answered { return allowed(who != "nobody" && who != "browser", sign) }

func admins(who, object string) answered {
	return both(members, func(who, _ string) answered { return allowed(who == "boss", missing) })(who, object)
}

func seers(who, visibility string) answered {
	return allowed(slices.Contains(seenBy[visibility], who), missing)
}

func strangers(who, visibility string) answered { return seers("nobody", visibility) }

func authors(who, visibility string) answered {
	return both(members, seers, func(who, visibility string) answered { return allowed(who == authorOf(visibility), refused) })(who, visibility)
}

// meets is for an account: neither meets the other after a block.
func meets(who, handle string) answered { return allowed(who != "boris" || handle != "anna", missing) }

// circle is who follows a private account: for those whom it has accepted.
func circle(who, handle string) answered {
	return both(meets, func(who, handle string) answered {
		return allowed(handle != "petra" || slices.Contains([]string{"petra", "fiona", "mia", "maud", "boss"}, who), missing)
	})(who, handle)
}

// blocked asks only as whom the account has blocked.
func blocked(who, handle string) answered {
	if who == "boris" && handle == "anna" {
		return missing
	}
	return unasked
}

func only(people ...string) rule {
	return func(who, _ string) answered { return allowed(slices.Contains(people, who), missing) }
}

func both(rules ...rule) rule {
	return func(who, object string) answered {
		for _, r := range rules {
			if a := r(who, object); a != yes {
				return a
			}
		}
		return yes
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func allowed(ok bool, otherwise answered) answered {
	if ok {
		return yes
	}
	return otherwise
}

func authorOf(visibility string) string {
	if visibility == "private" {
		return "petra"
	}
	return "anna"
}

// row is a route of the matrix.
type row struct {
	route  string // as the program names it
	query  string
	body   any // WHO in it is whoever asks; a string is a form
	rule   rule
	of     []string // its objects, where they are not those of its address
	status int      // of yes, where it is neither 2xx nor 3xx: what the request lacks
}

var visibilities = []string{"public", "unlisted", "followers", "mutuals", "only-me", "private"}

// objects are what the address of a route may name.
func (r row) objects() []string {
	switch {
	case r.of != nil:
		return r.of
	case strings.Contains(r.route, "/clips/{id}"), strings.Contains(r.route, "/c/{id}"), strings.Contains(r.route, "/embed/{id}"), strings.Contains(r.route+r.query, "/oembed?"),
		strings.Contains(r.route, "/comments/{id}"), strings.Contains(r.route, "/sounds/{id}"), strings.Contains(r.route, "/sound/{id}"):
		return visibilities
	case strings.Contains(r.route, "{handle}"), strings.Contains(r.route, "{name}"):
		return []string{"anna", "petra", "otto"}
	}
	return []string{""}
}

// address fills in an address.
func (s *stage) address(r row, who, object string) (method, path string) {
	method, path, _ = strings.Cut(r.route, " ")
	id := s.clips[object]
	switch {
	case strings.Contains(path, "/comments/{id}"):
		id = s.comments[object]
	case strings.Contains(path, "/sound"):
		id = s.sounds[object]
	case strings.Contains(path, "/folders"):
		id = s.folder
	case strings.Contains(path, "/uploads"):
		id = s.upload
	}
	return method, strings.NewReplacer("{id}", id, "{clip}", s.clips[object], "{handle}", object, "{name}", "@"+object, "{tag}", "matrix", "{serve}", s.serve,
		"{language}", "en", "{folder}", s.folder, "{key}", s.rss, "{$}", "", "{token}", "none", "{list}", "followers", "WHO", who, "CLIP", s.clips[object], "SERVE", s.serve).Replace(path + r.query)
}

// ask sends the request of a cell, and reads no more of a stream than its
// beginning.
func (s *stage) ask(r row, who, object string) (status int, header http.Header, body string) {
	s.Helper()
	method, path := s.address(r, who, object)
	pages := !strings.HasPrefix(path, "/api/")
	ctx, cancel := context.WithTimeout(s.Context(), 20*time.Second)
	defer cancel()
	var sent io.Reader
	kind := "application/json"
	if r.body != nil {
		text, form := r.body.(string)
		if form {
			kind = "application/x-www-form-urlencoded"
		} else {
			b, err := json.Marshal(r.body)
			if err != nil {
				s.Fatal(err)
			}
			text = string(b)
		}
		sent = strings.NewReader(strings.NewReplacer("WHO", who, "CLIP", s.clips[object], "SERVE", s.serve, "HANDLE", object).Replace(text))
	}
	req, err := http.NewRequestWithContext(ctx, method, s.Base+path, sent)
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	if strings.Contains(path, "/uploads") {
		req.Header.Set("Tus-Resumable", "1.0.0")
		if method == "PATCH" {
			req.Header.Set("Upload-Offset", "0")
			req.Header.Set("Content-Type", "application/offset+octet-stream")
		} else {
			req.Header.Set("Upload-Length", "10")
		}
	}
	switch token := s.tokens[who]; {
	case token == "":
	case !pages:
		req.Header.Set("Authorization", "Bearer "+token)
	case who == "browser":
		req.Header.Set("Cookie", "reelm_viewer="+token)
	default:
		req.Header.Set("Cookie", "reelm="+token)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	if strings.HasSuffix(path, "/live") && res.StatusCode == 200 {
		b := make([]byte, 64<<10) // the first event comes in one piece
		n, err := res.Body.Read(b)
		if err != nil && err != io.EOF {
			s.Fatal(err)
		}
		return res.StatusCode, res.Header, string(b[:n])
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	return res.StatusCode, res.Header, string(b)
}

// got reads an answer as the matrix does.
func (r row) got(status int, header http.Header) (answered, bool) {
	switch {
	case status == 401, status == 303 && strings.HasPrefix(header.Get("Location"), "/sign-in"):
		return sign, true
	case status == r.status, r.status == 0 && status < 400:
		return yes, true
	case status == 404:
		return missing, true
	case status == 403:
		return refused, true
	}
	return unasked, false
}

// TestPermissionsOfEveryRoute asks every route of the program as everybody for
// everything that it can name, compares with the table, and looks in every
// answer for what whoever asked may not know.
func TestPermissionsOfEveryRoute(t *testing.T) {
	eachStore(t, func(t *testing.T, s *stage) {
		s.furnish()
		s.covers()
		for _, r := range matrix {
			for _, object := range r.objects() {
				// Those who may do it come last: it may take the object away.
				people := slices.Clone(all)
				slices.SortStableFunc(people, func(a, b string) int {
					return cmp.Compare(b2i(r.rule(a, object) == yes), b2i(r.rule(b, object) == yes))
				})
				for _, who := range people {
					want := r.rule(who, object)
					if want == unasked {
						continue
					}
					status, header, body := s.ask(r, who, object)
					if got, ok := r.got(status, header); !ok || got != want {
						t.Errorf("%s%s of %q as %s: %d (%v), want %v: %.160s", r.route, r.query, object, who, status, got, want, strings.Join(strings.Fields(body), " "))
					}
					s.leaks(r, who, object, body+header.Get("Location"))
				}
			}
		}
	})
}

// covers compares the table with the routes that the program has.
func (s *stage) covers() {
	s.Helper()
	there := map[string]bool{"GET /media/{folder}/{file}": true, "GET /ledger/{path...}": true}
	for path, methods := range s.Must(200, "GET", "/api/openapi.json", "", nil).JSON(s)["paths"].(map[string]any) {
		for method := range methods.(map[string]any) {
			there[strings.ToUpper(method)+" /api/v1"+path] = true
		}
	}
	a := api.New(nil, reelm.Limits{}, time.Now)
	site, err := web.New(a, reelm.Limits{}, time.Now)
	if err != nil {
		s.Fatal(err)
	}
	for _, route := range site.Routes() {
		there[route] = true
	}
	for _, r := range matrix {
		if _, known := there[r.route]; !known {
			s.Errorf("%s is in the table only", r.route)
		}
		there[r.route] = false
	}
	for route, without := range there {
		if without && !strings.HasPrefix(route, "GET /media/") && !strings.HasPrefix(route, "GET /ledger/") { // TestPermissionMatrix and ledger tests
			s.Errorf("%s is not in the table", route)
		}
	}
}

// leaks looks for secrets in an answer.
func (s *stage) leaks(r row, who, object, body string) {
	s.Helper()
	if shared(r.route + r.query) {
		who = "nobody" // these are the same for everybody
	}
	_, path := s.address(r, who, object)
	for _, said := range []string{path, fmt.Sprint(r.body)} { // what was asked for may be said again
		for _, word := range []string{s.clips[object], s.rss} {
			if word != "" && strings.Contains(said, word) {
				body = strings.ReplaceAll(body, word, "")
			}
		}
	}
	for secret, may := range s.secrets {
		if who == "anna" && strings.HasSuffix(secret, "ofboris") && (strings.HasSuffix(r.route, "/me/blocks") || strings.HasSuffix(r.route, "/settings/privacy")) {
			continue // whom she blocks
		}
		if at := strings.Index(body, secret); at >= 0 && !slices.Contains(may, who) {
			s.Errorf("%s%s of %q tells %s %q: %.200s", r.route, r.query, object, who, secret, body[max(0, at-100):])
		}
	}
}

// shared tells routes whose answers are the same for everybody: what others
// than browsers read.
func shared(route string) bool {
	return strings.Contains(route, ".rss") || strings.Contains(route, "/embed/") || strings.Contains(route, "/oembed") || strings.Contains(route, "sitemap")
}

// furnish says and keeps things that only some may know.
func (s *stage) furnish() {
	s.Helper()
	as := func(want int, who, method, path string, body any) map[string]any {
		s.Helper()
		a := s.Must(want, method, "/api/v1"+path, s.tokens[who], body)
		if len(a.Body) == 0 {
			return nil
		}
		return a.JSON(s)
	}
	s.comments, s.secrets = map[string]string{}, map[string][]string{}
	for i, visibility := range visibilities {
		who, said := authorOf(visibility), "hiddensaid"+fmt.Sprint(i)
		made := as(201, who, "POST", "/clips/"+s.clips[visibility]+"/comments", obj{"text": said})
		s.comments[visibility] = made["comment"].(map[string]any)["id"].(string)
		heard := "hiddenheard" + fmt.Sprint(i)
		s.Must(204, "PUT", "/api/v1/clips/"+s.clips[visibility]+"/subtitles/en", s.tokens[who], "WEBVTT\n\n00:00.000 --> 00:00.400\nheardword "+heard+"\n", "Content-Type", "text/vtt")
		s.secrets[said], s.secrets[heard], s.secrets[s.clips[visibility]] = seenBy[visibility], seenBy[visibility], seenBy[visibility]
	}
	as(200, "anna", "PATCH", "/me", obj{"name": "Nameofanna", "bio": "Bioofanna"})
	as(200, "boris", "PATCH", "/me", obj{"name": "Nameofboris", "bio": "Bioofboris"})
	but := func(not ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(who string) bool { return slices.Contains(not, who) })
	}
	s.secrets["Nameofanna"], s.secrets["Bioofanna"] = but("boris"), but("boris")
	s.secrets["Nameofboris"], s.secrets["Bioofboris"] = but("anna"), but("anna")
	as(201, "anna", "POST", "/me/messages/mia", obj{"text": "betweenannaandmia"})
	as(201, "mia", "POST", "/me/messages/anna", obj{"text": "betweenmiaandanna"})
	s.secrets["betweenannaandmia"], s.secrets["betweenmiaandanna"] = []string{"anna", "mia"}, []string{"anna", "mia"}
	s.folder = as(201, "mia", "POST", "/me/folders", obj{"name": "Folderofmia"})["id"].(string)
	as(204, "mia", "PUT", "/me/folders/"+s.folder+"/clips/"+s.clips["mutuals"], nil)
	as(200, "mia", "POST", "/me/mutes", obj{"items": []any{obj{"kind": "word", "key": "mutedbymia"}}})
	as(200, "mia", "PATCH", "/me/talk", obj{"comment_filter": []string{"filteredbymia"}})
	for _, secret := range []string{"Folderofmia", "mutedbymia", "filteredbymia"} {
		s.secrets[secret] = []string{"mia"}
	}
	as(201, "fiona", "POST", "/reports", obj{"clip": s.clips["public"], "reason": "other", "text": "reportnote"})
	s.secrets["reportnote"] = []string{"maud", "boss"}
	feeds := as(200, "mia", "PUT", "/me/feeds", nil)["items"].([]any)
	_, after, _ := strings.Cut(feeds[0].(map[string]any)["url"].(string), "/rss/")
	s.rss, _, _ = strings.Cut(after, "/")
	s.secrets[s.rss] = []string{"mia"}
	up := s.Must(201, "POST", "/api/v1/uploads", s.tokens["mia"], nil, "Tus-Resumable", "1.0.0", "Upload-Length", "10").Header.Get("Location")
	s.upload = up[strings.LastIndex(up, "/")+1:]
	s.Learned(s.tokens["mia"], 1)
	s.serve = as(200, "mia", "GET", "/feed/for-you", nil)["items"].([]any)[0].(map[string]any)["serve"].(string)
}
