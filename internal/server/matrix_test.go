package server_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"reelm/internal/server"
	"reelm/internal/server/servertest"
	"reelm/internal/store/storetest"
)

// cast is everybody who looks, by what they are to anna, whose clips are
// looked at. petra is private; anna's followers follow her too.
var cast = []string{"nobody", "anna", "fiona", "mia", "sven", "boris", "maud"}

// seenBy says who may see which of the clips.
var seenBy = map[string][]string{
	"public":    {"nobody", "anna", "fiona", "mia", "sven", "maud"},
	"unlisted":  {"nobody", "anna", "fiona", "mia", "sven", "maud"},
	"followers": {"anna", "fiona", "mia", "maud"},
	"mutuals":   {"anna", "mia", "maud"},
	"only-me":   {"anna", "maud"},
	"private":   {"fiona", "mia", "maud"}, // petra's; boris has only asked
}

func init() {
	for visibility, may := range seenBy {
		switch visibility {
		case "public", "unlisted":
			may = append(may, "petra", "otto", "browser")
		case "private":
			may = append(may, "petra")
		}
		seenBy[visibility] = append(may, "boss")
	}
}

// all is everybody: besides, petra herself, who is private, an administrator,
// and a browser that said yes to learning.
var all = append(slices.Clone(cast), "petra", "otto", "boss", "browser")

type stage struct {
	*servertest.House
	tokens   map[string]string
	clips    map[string]string // by visibility; "private" is petra's
	sounds   map[string]string
	comments map[string]string // their authors' own
	folder   string            // mia's
	upload   string            // mia's, under way
	serve    string            // to mia
	rss      string            // the key of mia's private feeds
	secrets  map[string][]string
}

func setStage(t *testing.T, h *servertest.House) *stage {
	s := &stage{House: h, tokens: map[string]string{"nobody": ""}, clips: map[string]string{}, sounds: map[string]string{}}
	for _, who := range []string{"anna", "fiona", "mia", "sven", "boris", "petra", "otto"} {
		s.tokens[who] = h.Account(who)
	}
	c, err := server.Dial(t.Context(), h.Config.Data, slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	for handle, role := range map[string]string{"maud": "moderator", "boss": "admin"} {
		if err := c.Call(t.Context(), "account-create", server.AccountCreate{Realm: "main", Handle: handle, Password: servertest.Password, Role: role, Birthday: "1990-05-17"}, &server.AccountCreated{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	s.tokens["maud"], s.tokens["boss"] = signIn(h, "maud"), signIn(h, "boss")
	s.tokens["browser"] = h.Must(201, "POST", "/api/v1/viewers", "", map[string]any{}).JSON(t)["token"].(string)
	as := func(want int, who, method, path string, body any) {
		t.Helper()
		h.Must(want, method, "/api/v1"+path, s.tokens[who], body)
	}
	as(200, "fiona", "PUT", "/accounts/anna/follow", nil)
	as(200, "mia", "PUT", "/accounts/anna/follow", nil)
	as(200, "anna", "PUT", "/accounts/mia/follow", nil)
	as(200, "petra", "PATCH", "/me", map[string]any{"private": true})
	for _, who := range []string{"fiona", "mia", "boris"} {
		as(200, who, "PUT", "/accounts/petra/follow", nil)
	}
	as(204, "petra", "PUT", "/me/follow-requests/fiona", nil)
	as(204, "petra", "PUT", "/me/follow-requests/mia", nil)
	as(404, "petra", "PUT", "/me/follow-requests/sven", nil)
	as(204, "anna", "PUT", "/accounts/boris/block", nil)
	seed := 0
	for visibility := range seenBy {
		who, set := "anna", visibility
		if visibility == "private" {
			who, set = "petra", "public"
		}
		seed++
		id := h.Publish(s.tokens[who], 1+seed%3, "secretword "+visibility+" #matrix", "visibility", set, "again", "true")
		s.clips[visibility] = id
		s.sounds[visibility] = h.Must(200, "GET", "/api/v1/clips/"+id, s.tokens[who], nil).JSON(t)["sound"].(map[string]any)["id"].(string)
	}
	h.Learned(s.tokens["sven"], 1)
	return s
}

// TestPermissionMatrix asks every route that shows, counts or takes a clip, as
// everybody, and compares with the one table above.
func TestPermissionMatrix(t *testing.T) {
	eachStore(t, func(t *testing.T, s *stage) {
		for visibility, may := range seenBy {
			for _, who := range cast {
				s.oneClip(visibility, who, slices.Contains(may, who))
			}
		}
		for _, who := range cast {
			s.lists(who)
		}
		s.endsAtOnce()
	})
}

// eachStore sets the stage on SQLite and on PostgreSQL.
func eachStore(t *testing.T, play func(*testing.T, *stage)) {
	for _, db := range []string{"sqlite", "postgres"} {
		t.Run(db, func(t *testing.T) {
			play(t, setStage(t, servertest.Start(t, func(c *server.Config) {
				if db == "postgres" {
					c.Store.URL = storetest.PostgresServer(t)
				}
			})))
		})
	}
}

// oneClip asks the routes of one clip.
func (s *stage) oneClip(visibility, who string, may bool) {
	s.Helper()
	id, token := s.clips[visibility], s.tokens[who]
	expect := func(method, path string, body any, yes ...int) {
		s.Helper()
		a := s.Do(method, path, token, body)
		switch {
		case may && !slices.Contains(yes, a.Status):
			s.Errorf("%s of a %s clip as %s: %d, want %v: %.200s", strings.ReplaceAll(method+" "+path, id, "ID"), visibility, who, a.Status, yes, a.Body)
		case !may && a.Status != 404:
			s.Errorf("%s of a %s clip as %s: %d, want 404: %.200s", strings.ReplaceAll(method+" "+path, id, "ID"), visibility, who, a.Status, a.Body)
		}
		if !may && strings.Contains(string(a.Body), "secretword") {
			s.Errorf("%s of a %s clip tells %s its caption", path, visibility, who)
		}
	}
	api := "/api/v1/clips/" + id
	expect("GET", api, nil, 200)
	expect("GET", api+"/comments", nil, 200)
	s.page("/c/"+id, visibility, who, may)
	if who != "nobody" { // without a token it is 401 before anything is looked at
		expect("PUT", api+"/like", nil, 200)
		expect("DELETE", api+"/like", nil, 200)
		expect("POST", api+"/comments", map[string]any{"text": "by " + who + " on " + visibility}, 201)
		if who != "anna" {
			expect("PATCH", api, map[string]any{"caption": "x"}, 403)
			expect("DELETE", api, nil, 403)
		}
	} else {
		for method, path := range map[string]string{"PUT": "/like", "DELETE": "", "POST": "/comments"} {
			if a := s.Do(method, api+path, "", map[string]any{"text": "x"}); a.Status != 401 {
				s.Errorf("%s %s without a token: %d", method, path, a.Status)
			}
		}
	}
	expect("POST", "/api/v1/reports", map[string]any{"clip": id, "reason": "other"}, 201, 204)
	// Other sites show what everybody may see, whoever asks.
	everybody := slices.Contains(seenBy[visibility], "nobody")
	for _, path := range []string{"/embed/" + id, "/oembed?url=/c/" + id} {
		want := 404
		if everybody {
			want = 200
		}
		if a := s.Do("GET", path, token, nil); a.Status != want {
			s.Errorf("%s of a %s clip as %s: %d, want %d", path, visibility, who, a.Status, want)
		}
	}
	// A sound is there for whoever may see its clip, or another one with it.
	want := 404
	if may {
		want = 200
	}
	if a := s.Do("GET", "/api/v1/sounds/"+s.sounds[visibility], token, nil); a.Status != want {
		s.Errorf("the sound of a %s clip as %s: %d, want %d", visibility, who, a.Status, want)
	}
}

// page asks for a page as the browser does: with the token in a cookie.
func (s *stage) page(path, visibility, who string, may bool) {
	s.Helper()
	a := s.Do("GET", path, "", nil, "Cookie", "reelm="+s.tokens[who])
	if want := map[bool]int{true: 200, false: 404}[may]; a.Status != want {
		s.Errorf("%s of a %s clip as %s: %d, want %d", path, visibility, who, a.Status, want)
	}
	if !may && strings.Contains(string(a.Body), "secretword") {
		s.Errorf("the page of a %s clip tells %s its caption", visibility, who)
	}
}

// lists asks for everything that lists clips: nothing is in it that may not be
// seen, or that is only for whoever has its address; what belongs in is there.
func (s *stage) lists(who string) {
	s.Helper()
	token := s.tokens[who]
	may := func(visibility string) bool { return slices.Contains(seenBy[visibility], who) }
	lists := []struct {
		path string
		has  []string
	}{
		{"/api/v1/accounts/anna/clips?limit=50", []string{"public", "followers", "mutuals"}},
		{"/api/v1/accounts/petra/clips?limit=50", []string{"private"}},
		{"/api/v1/tags/matrix/clips?limit=50", []string{"public"}},
		{"/api/v1/sounds/" + s.sounds["public"] + "/clips?limit=50", []string{"public"}},
		{"/api/v1/feed/for-you?limit=50", nil},
		{"/api/v1/feed/for-you/ids?limit=50", nil},
		{"/api/v1/search?q=secretword&kind=clips&limit=50", []string{"public"}},
		{"/@anna", []string{"public", "followers", "mutuals"}},
		{"/@petra", []string{"private"}},
		{"/tag/matrix", []string{"public"}},
		{"/sound/" + s.sounds["public"], []string{"public"}},
		{"/search?q=secretword", []string{"public"}},
		{"/search", []string{"public"}},
		{"/", nil},
		{"/c/" + s.clips["public"], nil},
	}
	if who != "nobody" {
		lists = append(lists, struct {
			path string
			has  []string
		}{"/api/v1/feed/following?limit=50", nil})
	}
	for _, l := range lists {
		bearer, cookie := token, ""
		if !strings.HasPrefix(l.path, "/api/") {
			bearer, cookie = "", "reelm="+token
		}
		a := s.Do("GET", l.path, bearer, nil, "Cookie", cookie)
		for visibility, id := range s.clips {
			there := strings.Contains(string(a.Body), id)
			own := who == "anna" && strings.Contains(l.path, "anna") || strings.Contains(l.path, id)
			if there && (!may(visibility) || visibility == "unlisted") && !own {
				s.Errorf("%s shows %s a %s clip", l.path, who, visibility)
			}
			if who != "maud" && may(visibility) && slices.Contains(l.has, visibility) && !there {
				s.Errorf("%s does not show %s a %s clip: %d %.300s", l.path, who, visibility, a.Status, a.Body)
			}
		}
	}
	// Feeds of programs are the same for everybody.
	for _, path := range []string{"/.rss", "/@anna.rss", "/@petra.rss", "/tag/matrix.rss", "/search.rss?q=secretword"} {
		a := s.Do("GET", path, "", nil, "Cookie", "reelm="+token)
		for visibility, id := range s.clips {
			if visibility != "public" && strings.Contains(string(a.Body), id) {
				s.Errorf("%s has a %s clip", path, visibility)
			}
		}
	}
	// Who follows a private account is for those whom it has accepted.
	want := 404
	if who == "fiona" || who == "mia" || who == "maud" {
		want = 200
	}
	if a := s.Do("GET", "/api/v1/accounts/petra/followers", token, nil); a.Status != want {
		s.Errorf("followers of a private account as %s: %d, want %d", who, a.Status, want)
	}
}

// endsAtOnce takes away what somebody might see: addresses of media that they
// hold end with it, and counts do not tell of people one does not meet.
func (s *stage) endsAtOnce() {
	s.Helper()
	clip := func(who string) map[string]any {
		return s.Must(200, "GET", "/api/v1/clips/"+s.clips["followers"], s.tokens[who], nil).JSON(s)
	}
	address := clip("fiona")["renditions"].([]any)[0].(map[string]any)["url"].(string)
	s.Must(200, "GET", address, "", nil)
	s.Must(404, "GET", strings.Split(address, "?")[0], "", nil)
	s.Must(404, "GET", strings.Replace(address, "u=", "u=0", 1), "", nil)
	likes := func(who string) float64 {
		return s.Must(200, "GET", "/api/v1/clips/"+s.clips["public"], s.tokens[who], nil).JSON(s)["counts"].(map[string]any)["likes"].(float64)
	}
	s.Must(200, "PUT", "/api/v1/clips/"+s.clips["public"]+"/like", s.tokens["sven"], nil)
	before := likes("mia")
	s.Must(204, "PUT", "/api/v1/accounts/sven/block", s.tokens["mia"], nil)
	if after := likes("mia"); after != before-1 {
		s.Errorf("mia sees %v likes after blocking one of %v", after, before)
	}
	comments := string(s.Must(200, "GET", "/api/v1/clips/"+s.clips["public"]+"/comments", s.tokens["mia"], nil).Body)
	if strings.Contains(comments, "by sven") || !strings.Contains(comments, "by fiona") {
		s.Errorf("comments after a block: %s", comments)
	}
	s.Must(204, "PUT", "/api/v1/accounts/fiona/block", s.tokens["anna"], nil)
	s.Must(404, "GET", "/api/v1/clips/"+s.clips["followers"], s.tokens["fiona"], nil)
	for deadline := time.Now().Add(10 * time.Second); s.Do("GET", address, "", nil).Status != 404; {
		if time.Now().After(deadline) {
			s.Fatal("the address of media outlives a block")
		}
	}
	s.Must(404, "GET", "/@anna", "", nil, "Cookie", "reelm="+s.tokens["fiona"])
	s.Must(404, "GET", "/api/v1/accounts/anna", s.tokens["fiona"], nil)
	s.Must(404, "PUT", "/api/v1/accounts/anna/follow", s.tokens["fiona"], nil)
}

// TestMutesHoldEverywhere mutes a word, a tag, an account and a sound in turn
// and looks at everything that offers clips.
func TestMutesHoldEverywhere(t *testing.T) {
	h := servertest.Start(t)
	anna, berta := h.Account("anna"), h.Account("berta")
	id := h.Publish(anna, 1, "Eine Spinne im Glas #tiere")
	other := h.Publish(anna, 2, "Brot backen #kueche")
	h.Learned(berta, 2)
	sound := h.Must(200, "GET", "/api/v1/clips/"+id, "", nil).JSON(t)["sound"].(map[string]any)["id"].(string)
	lists := []string{"/api/v1/feed/for-you?limit=50", "/api/v1/feed/for-you?limit=50&profile=off", "/api/v1/feed/following", "/api/v1/tags/tiere/clips",
		"/api/v1/sounds/" + sound + "/clips", "/api/v1/search?q=spinne&kind=clips"}
	h.Must(200, "PUT", "/api/v1/accounts/anna/follow", berta, nil)
	for _, m := range []map[string]any{{"kind": "word", "key": "Spinne"}, {"kind": "tag", "key": "#Tiere"}, {"kind": "account", "key": "anna"}, {"kind": "sound", "key": sound}} {
		for _, l := range lists {
			if !strings.Contains(string(h.Must(200, "GET", l, berta, nil).Body), id) {
				t.Errorf("%s does not show the clip before %v", l, m)
			}
		}
		got := h.Must(200, "PUT", "/api/v1/me/mutes", berta, map[string]any{"items": []any{m}}).JSON(t)["items"].([]any)
		if len(got) != 1 {
			t.Errorf("%v: %v", m, got)
		}
		for _, l := range lists {
			if body := string(h.Must(200, "GET", l, berta, nil).Body); strings.Contains(body, id) {
				t.Errorf("%s shows the clip in spite of %v", l, m)
			}
		}
		if body := string(h.Must(200, "GET", "/api/v1/feed/for-you?limit=50", berta, nil).Body); m["kind"] != "account" && !strings.Contains(body, other) {
			t.Errorf("%v hides another clip", m)
		}
		h.Must(200, "GET", "/api/v1/clips/"+id, berta, nil) // who goes there on purpose sees it
		h.Must(200, "PUT", "/api/v1/me/mutes", berta, map[string]any{"items": []any{}})
	}
	for _, bad := range []map[string]any{{"kind": "word", "key": "two words"}, {"kind": "tag", "key": "!"}, {"kind": "account", "key": "nobody-here"}, {"kind": "sound", "key": "x"}, {"kind": "mood", "key": "x"}} {
		if a := h.Do("PUT", "/api/v1/me/mutes", berta, map[string]any{"items": []any{bad}}); a.Status != 422 {
			t.Errorf("%v: %d", bad, a.Status)
		}
	}
	many := make([]any, 501)
	for i := range many {
		many[i] = map[string]any{"kind": "word", "key": fmt.Sprint("w", i)}
	}
	if a := h.Do("PUT", "/api/v1/me/mutes", berta, map[string]any{"items": many}); a.Status != 422 {
		t.Errorf("501 mutes: %d", a.Status)
	}
}
