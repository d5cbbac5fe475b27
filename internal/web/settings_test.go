package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"reelm/internal/store"
)

func TestNotificationsByForm(t *testing.T) {
	h := newHouse(t)
	if p := h.browser().get("/settings/inbox"); !strings.HasPrefix(p.path, "/sign-in") {
		t.Errorf("nobody chooses notifications at %s", p.path)
	}
	b := h.browser()
	b.signUp("okan")
	p := b.get("/settings/inbox")
	if n := len(p.all("input[name=tell][checked]")); n != len(store.NoticeKinds) {
		t.Errorf("%d kinds are told at first", n)
	}
	p = b.post("/settings/inbox", "tell", "like", "tell", "message", "ring", "message", "quiet_from", "22:00", "quiet_until", "06:30", "zone", "Europe/Berlin")
	if p.path != "/settings/inbox?said=saved" || len(p.all("input[name=tell][checked]")) != 2 || len(p.all("input[name=ring][checked]")) != 1 || p.attr("#f-quiet_from", "value") != "22:00" {
		t.Errorf("saving leads to %d %s", p.status, p.path)
	}
	okan, err := h.r.DB.AccountByHandle(t.Context(), "okan")
	if err != nil {
		t.Fatal(err)
	}
	set, err := h.r.DB.NoticeSettings(t.Context(), okan.ID)
	if err != nil || slices.Contains(set.Off, store.NoticeLike) || !slices.Contains(set.Off, store.NoticeFollow) || set.QuietUntil != 6*60+30 {
		t.Errorf("%+v %v", set, err)
	}
	for field, bad := range map[string]string{"quiet_from": "25:99", "zone": "Mars/Base"} {
		if p := b.post("/settings/inbox", "tell", "like", field, bad); p.status != http.StatusUnprocessableEntity || p.text("#w-"+field) == "" || p.attr("#f-"+field, "value") != bad {
			t.Errorf("%s=%s: %d %q", field, bad, p.status, p.text(".wrong"))
		}
	}
}

func TestWhoMayTalkByForm(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	b.signUp("okan")
	p := b.post("/settings/talk", "messages_from", "followed", "comment_filter", "Spinne,  <b>doof</b>\nQuatsch spinne")
	if p.path != "/settings/privacy?said=saved" {
		t.Fatalf("saving leads to %d %s", p.status, p.path)
	}
	if got := strings.Fields(p.text("#f-comment_filter")); !slices.Contains(got, "spinne") || !slices.Contains(got, "doof") || len(got) != 4 {
		t.Errorf("the words are %q", got)
	}
	if got := p.attr("#f-messages_from option[selected]", "value"); got != "followed" {
		t.Errorf("who may write: %q", got)
	}
	if p := b.post("/settings/talk", "messages_from", "followed", "comment_filter", words(600)); p.status != http.StatusUnprocessableEntity || p.text("#w-comment_filter") == "" {
		t.Errorf("too many words: %d %q", p.status, p.text(".wrong"))
	}
	if p := b.post("/settings/talk", "messages_from", "followed", "comment_filter", ""); p.text("#f-comment_filter") != "" {
		t.Error("the words cannot be taken away")
	}
}

// words makes n different words.
func words(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(" wort" + strings.Repeat("a", i%26+1) + strings.Repeat("b", i/26))
	}
	return b.String()
}

func TestClipsAreChangedByForm(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	b.signUp("okan")
	okan, err := h.r.DB.AccountByHandle(t.Context(), "okan")
	if err != nil {
		t.Fatal(err)
	}
	c := h.publish(okan, "before")
	at := "/c/" + c.ID.String()
	if p := b.get(at); p.attr("a[href="+at+"/edit]", "href") == "" {
		t.Error("the author finds no way to change the clip")
	}
	p := b.post(at+"/edit", "caption", "after <b>#neu</b>", "visibility", "followers", "comments", "off")
	if p.path != at+"?said=saved" || p.text(".watch-caption") != "after <b>#neu</b>" {
		t.Errorf("saving leads to %d %s: %q", p.status, p.path, p.text(".watch-caption"))
	}
	if p := b.get(at + "/edit"); p.attr("#f-comments option[selected]", "value") != "off" || p.attr("#f-visibility option[selected]", "value") != "followers" {
		t.Error("the form does not know what was chosen")
	}
	if p := b.post(at+"/edit", "caption", strings.Repeat("x", 2201)); p.status != http.StatusUnprocessableEntity || p.text("#w-caption") == "" {
		t.Errorf("a caption that is too long: %d", p.status)
	}
	stranger := h.browser()
	stranger.signUp("fremd")
	if p := stranger.get(at + "/edit"); p.status != http.StatusNotFound {
		t.Errorf("a stranger at the form: %d", p.status)
	}
}

func TestWatchingByForm(t *testing.T) {
	h := newHouse(t)
	h.publish(h.Account(h.r, "nordlicht"), "a clip")
	if p := h.browser().get("/settings"); !hasAttr(p.all("#watching")[0], "hidden") {
		t.Error("without an account and scripts there is a form that leads nowhere")
	}
	b := h.browser()
	b.signUp("okan")
	if p := b.get("/settings"); !hasAttr(p.all("input[name=autoplay]")[0], "checked") || hasAttr(p.all("input[name=paged]")[0], "checked") || p.attr("#f-daily_minutes", "value") != "" {
		t.Error("something else holds for who chose nothing")
	}
	p := b.post("/settings/watching", "captions", "on", "paged", "on", "daily_minutes", "45", "night_from", "22:30", "night_until", "06:00")
	if !strings.HasPrefix(p.path, "/settings?said=saved") || hasAttr(p.all("input[name=autoplay]")[0], "checked") || p.attr("#f-daily_minutes", "value") != "45" || p.attr("#f-night_from", "value") != "22:30" {
		t.Errorf("saving leads to %d %s", p.status, p.path)
	}
	if feed := b.get("/").text("#feed"); !strings.Contains(feed, `"watching":{"daily_minutes":45,"night_from":"22:30","night_until":"06:00","paged":true,"autoplay":false,"saver":false,"captions":true}`) {
		t.Errorf("the player is told %s", feed[max(0, len(feed)-300):])
	}
	for field, bad := range map[string]string{"daily_minutes": "-5", "night_from": "late"} {
		if p := b.post("/settings/watching", "captions", "on", field, bad); p.status != http.StatusUnprocessableEntity || p.text("#w-"+field) == "" || p.attr("#f-"+field, "value") != bad || !hasAttr(p.all("input[name=captions]")[0], "checked") {
			t.Errorf("%s=%s: %d %q", field, bad, p.status, p.text(".wrong"))
		}
	}
}

func TestTheFeedWithoutProfilingIsOneTapAway(t *testing.T) {
	h := newHouse(t)
	h.publish(h.Account(h.r, "nordlicht"), "a clip")
	if p := h.browser().get("/"); p.has(".tabs a[href=/?profile=off]") {
		t.Error("who is not profiled gets a choice that is none")
	}
	b := h.browser()
	b.signUp("okan")
	if p := b.get("/"); !p.has(".tabs a[href=/?profile=off]") {
		t.Error("the feed without profiling cannot be found")
	}
	p := b.get("/?profile=off")
	if p.attr(".tabs a[aria-current]", "href") != "/?profile=off" || !strings.Contains(p.text("#feed"), `"plain":true`) || !p.has(".slide") {
		t.Error("the feed without profiling is another one")
	}
}
