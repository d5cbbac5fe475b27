package web_test

import (
	"net/http"
	"strings"
	"testing"

	"reelm"
)

func TestSignUpByForm(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	p := b.get("/sign-up?back=/settings")
	for _, n := range p.all("input[name=learn]") {
		if hasAttr(n, "checked") {
			t.Error("the form answers for people whether Reelm may learn")
		}
	}
	for _, c := range []struct{ name, handle, password, birthday, learn, field string }{
		{"a taken look", "adm1n", password, "1990-05-17", "true", "handle"},
		{"a short password", "okan", "short", "1990-05-17", "true", "password"},
		{"a child", "okan", password, "2020-01-01", "true", "birthday"},
	} {
		p := b.post("/sign-up", "handle", c.handle, "password", c.password, "birthday", c.birthday, "learn", c.learn)
		if p.status != http.StatusUnprocessableEntity || p.text("#w-"+c.field) == "" || p.attr("#f-"+c.field, "aria-invalid") != "true" {
			t.Errorf("%s: %d, at its field: %q", c.name, p.status, p.text(".wrong"))
		}
		if p.attr("#f-handle", "value") != c.handle || p.attr("#f-password", "value") != "" {
			t.Errorf("%s: what was typed is gone, or the password came back", c.name)
		}
	}
	if p := b.post("/sign-up", "handle", "okan", "password", password, "birthday", "1990-05-17"); p.status != http.StatusUnprocessableEntity || !p.has("fieldset.field-wrong") {
		t.Errorf("without a word about learning: %d", p.status)
	}
	p = b.post("/sign-up", "handle", "okan", "password", password, "birthday", "1990-05-17", "learn", "false", "back", "/settings")
	if p.path != "/settings" || !p.has("html[data-account]") || b.cookie("reelm") == "" {
		t.Errorf("signing up leads to %d %s", p.status, p.path)
	}
	a, err := h.r.DB.AccountByHandle(t.Context(), "okan")
	if err != nil || a.Learn || a.Language != "en" {
		t.Errorf("the account is %+v, %v", a, err)
	}
	if p := h.browser().post("/sign-up", "handle", "okan", "password", password, "birthday", "1990-05-17", "learn", "true"); p.status != http.StatusConflict || p.text("#w-handle") == "" {
		t.Errorf("a taken name: %d %q", p.status, p.text(".wrong"))
	}
}

func TestSignInAndOutByForm(t *testing.T) {
	h := newHouse(t)
	h.browser().signUp("okan")
	b := h.browser()
	p := b.post("/sign-in", "handle", "okan", "password", "wrong password")
	if p.status != http.StatusUnauthorized || p.text(".form-wrong") != "Name or password is wrong" || p.attr("#f-handle", "value") != "okan" {
		t.Errorf("a wrong password: %d %q", p.status, p.text(".wrong"))
	}
	p = b.post("/sign-in", "handle", "okan", "password", password, "back", "/inbox")
	if p.path != "/inbox" || p.status != http.StatusOK {
		t.Fatalf("signing in leads to %d %s", p.status, p.path)
	}
	if got := b.get("/@okan"); got.attr("a[data-place=me]", "href") != "/@okan" || !got.has("form[action=/sign-out]") {
		t.Error("the own page does not know its owner")
	}
	if p = b.post("/sign-out"); p.path != "/" || p.has("html[data-account]") || b.cookie("reelm") != "" {
		t.Errorf("signing out leads to %d %s", p.status, p.path)
	}
}

// A session that no longer holds must not lock anybody out.
func TestStaleCookiesAreTakenBack(t *testing.T) {
	h := newHouse(t)
	h.browser().signUp("okan")
	b := h.browser()
	b.client.Jar.SetCookies(mustURL(t, h.base), []*http.Cookie{{Name: "reelm", Value: "rs_" + strings.Repeat("x", 43), Path: "/"}})
	if p := b.get("/"); p.status != http.StatusOK || b.cookie("reelm") != "" {
		t.Errorf("with a stale cookie: %d, cookie %q", p.status, b.cookie("reelm"))
	}
	b.client.Jar.SetCookies(mustURL(t, h.base), []*http.Cookie{{Name: "reelm", Value: "nonsense", Path: "/"}})
	if p := b.post("/sign-in", "handle", "okan", "password", password); p.path != "/" || p.status != http.StatusOK || !p.has("html[data-account]") {
		t.Errorf("signing in with a stale cookie: %d %s", p.status, p.path)
	}
}

func TestLikeFollowAndCommentByForm(t *testing.T) {
	h := newHouse(t)
	author := h.Account(h.r, "nordlicht")
	c := h.publish(author, "a clip")
	clip := "/c/" + c.ID.String()

	stranger := h.browser()
	if p := stranger.post(clip + "/like"); p.path != "/sign-in?back="+strings.ReplaceAll(clip, "/", "%2F") {
		t.Errorf("a like of nobody leads to %s", p.path)
	}

	b := h.browser()
	b.signUp("okan")
	if p := b.post(clip+"/like", "do", "like"); p.path != clip || p.attr("form[data-like] button", "aria-pressed") != "true" || p.text("form[data-like] [data-part=likes]") != "1" {
		t.Errorf("liking leads to %s with %s", p.path, p.text("form[data-like] button"))
	}
	if p := b.post(clip+"/like", "do", "unlike"); p.attr("form[data-like] button", "aria-pressed") != "false" || p.text("form[data-like] [data-part=likes]") != "0" {
		t.Error("a like cannot be taken back")
	}
	if p := b.post("/@nordlicht/follow", "do", "follow", "back", clip); p.path != clip || p.attr("form[data-follow] button", "aria-pressed") != "true" {
		t.Errorf("following leads to %s", p.path)
	}
	if p := b.get("/following"); !p.has(".slide") {
		t.Error("whom one follows is not in the feed")
	}
	if p := b.post("/@nordlicht/follow", "do", "unfollow"); p.attr(".profile form[data-follow] button", "aria-pressed") != "false" {
		t.Error("one cannot stop following")
	}

	p := b.post(clip+"/comments", "text", "first words")
	if !strings.HasPrefix(p.path, clip) || p.text(".comment-text") != "first words" {
		t.Fatalf("commenting leads to %s with %q", p.path, p.text(".comment-text"))
	}
	reply := p.all("[data-reply]")
	p = b.get(strings.Split(attr(reply[0], "href"), "#")[0])
	p = b.post(clip+"/comments", "text", "an answer", "reply_to", p.attr("input[name=reply_to]", "value"))
	if got := p.text(".comment .comment .comment-text"); got != "an answer" {
		t.Errorf("the answer stands elsewhere: %q", got)
	}
	p = b.post(clip+"/comments", "text", "  ")
	if p.status != http.StatusUnprocessableEntity || p.text(".wrong") == "" {
		t.Errorf("an empty comment: %d %q", p.status, p.text(".wrong"))
	}
	long := strings.Repeat("long ", 400)
	if p = b.post(clip+"/comments", "text", long); p.status != http.StatusUnprocessableEntity || strings.TrimSpace(p.text("#comment-text")) != strings.TrimSpace(long) {
		t.Errorf("a comment that is too long: %d, and what was typed is gone", p.status)
	}
}

func TestLearningIsAskedAndRemembered(t *testing.T) {
	h := newHouse(t)
	h.publish(h.Account(h.r, "nordlicht"), "a clip")
	b := h.browser()
	if p := b.get("/"); !p.has("form#learn") {
		t.Error("nobody is asked")
	}
	if p := b.post("/learn", "learn", "no"); p.path != "/?said=learn-no" || p.has("form#learn") || p.text(".said") == "" {
		t.Errorf("no leads to %s", p.path)
	}
	if b.cookie("learn") != "no" || b.cookie("reelm_viewer") != "" {
		t.Error("no is remembered by more than the word")
	}
	if p := b.get("/settings"); !strings.Contains(p.text("#learning"), "without profiling") {
		t.Error("the settings do not know of the no")
	}
	if p := b.post("/learn", "learn", "yes"); p.has("form#learn") || b.cookie("reelm_viewer") == "" || b.cookie("learn") != "" {
		t.Errorf("yes leads to %s, viewer %q, learn %q", p.path, b.cookie("reelm_viewer"), b.cookie("learn"))
	}
	if p := b.get("/settings"); !p.has("a[href=/settings/interests]") {
		t.Error("who is learned from cannot see what was learned")
	}
	b.post("/learn", "learn", "no")
	if b.cookie("reelm_viewer") != "" {
		t.Error("after a no the browser still holds its token")
	}

	account := h.browser()
	account.signUp("okan")
	if p := account.get("/"); p.has("form#learn") {
		t.Error("who has an account is asked again")
	}
	account.post("/learn", "learn", "no")
	if a, err := h.r.DB.AccountByHandle(t.Context(), "okan"); err != nil || a.Learn {
		t.Errorf("the account still learns: %v", err)
	}
}

func TestSettingsByForm(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	b.signUp("okan")
	if p := b.post("/settings", "name", "Okan B.", "bio", "Brot und <i>Berge</i>"); p.path != "/settings?said=saved" || p.attr("#f-name", "value") != "Okan B." {
		t.Errorf("saving leads to %s", p.path)
	}
	if p := b.get("/@okan"); p.text(".profile h1") != "Okan B." || p.text(".profile-bio") != "Brot und <i>Berge</i>" {
		t.Errorf("the profile says %q, %q", p.text(".profile h1"), p.text(".profile-bio"))
	}
	if p := b.post("/settings", "name", strings.Repeat("x", 51), "bio", "kept"); p.status != http.StatusUnprocessableEntity || p.text("#w-name") == "" || p.text("#f-bio") != "kept" {
		t.Errorf("a name that is too long: %d %q", p.status, p.text(".wrong"))
	}
	if p := b.post("/settings/look", "theme", "dark", "language", "de"); p.attr("html", "data-theme") != "dark" || p.attr("html", "lang") != "de" {
		t.Errorf("the look is %q in %q", p.attr("html", "data-theme"), p.attr("html", "lang"))
	}
	if p := b.post("/settings/look", "theme", ""); p.attr("html", "data-theme") != "" || b.cookie("theme") != "" {
		t.Error("the device's brightness cannot be chosen again")
	}
	if p := b.post("/settings/look", "theme", `"><script>`, "language", "tlh"); p.attr("html", "data-theme") != "" || p.attr("html", "lang") != "de" {
		t.Error("nonsense was kept")
	}
}

func TestInterestsByForm(t *testing.T) {
	h := newHouse(t)
	h.publish(h.Account(h.r, "nordlicht"), "a clip #moor")
	b := h.browser()
	b.signUp("okan")
	p := b.post("/settings/interests", "tag:moor", "more", "author:nordlicht", "never")
	if p.path != "/settings/interests?said=saved" {
		t.Fatalf("saving leads to %d %s", p.status, p.path)
	}
	said := p.text(".interest legend")
	if !strings.Contains(said, "#moor") || !strings.Contains(said, "@nordlicht") {
		t.Errorf("the page lists %q", said)
	}
	if n := len(p.all(".levels input[checked]")); n != 2 {
		t.Errorf("%d levels are marked, not 2", n)
	}
	if p := b.post("/settings/interests", "kind", "tag", "key", "#Brot", "level", "less"); p.path != "/settings/interests?said=saved" || !strings.Contains(p.text(".interest legend"), "#brot") {
		t.Errorf("naming a tag leads to %d %s: %q", p.status, p.path, p.text(".interest legend"))
	}
	if p := b.post("/settings/interests", "kind", "author", "key", "nobody.here", "level", "more"); p.status != http.StatusUnprocessableEntity || p.text(".wrong") == "" {
		t.Errorf("naming somebody who is not there: %d %q", p.status, p.text(".wrong"))
	}
	if p := b.post("/settings/interests/reset"); p.has(".interest") {
		t.Error("what was said is still there after forgetting everything")
	}
	if p := b.post("/settings/interests", "tag:moor", "loudly"); p.status != http.StatusUnprocessableEntity {
		t.Errorf("a level that does not exist: %d", p.status)
	}
}

func TestReportByForm(t *testing.T) {
	h := newHouse(t)
	c := h.publish(h.Account(h.r, "nordlicht"), "a clip")
	b := h.browser()
	p := b.get("/report?clip=" + c.ID.String())
	if n := len(p.all("input[name=reason]")); n != 11 {
		t.Errorf("there are %d reasons to choose from", n)
	}
	for _, n := range p.all("input[name=reason]") {
		if got := b.post("/report", "clip", c.ID.String(), "reason", attr(n, "value"), "text", "look at it", "back", "/c/"+c.ID.String()); !strings.Contains(got.path, "said=report") {
			t.Errorf("reporting %s leads to %d %s", attr(n, "value"), got.status, got.path)
		}
	}
	if p := b.post("/report", "clip", c.ID.String()); p.status != http.StatusUnprocessableEntity || p.text(".form-wrong") == "" {
		t.Errorf("without a reason: %d", p.status)
	}
	if p := b.get("/report"); p.status != http.StatusNotFound {
		t.Errorf("reporting nothing: %d", p.status)
	}
}

func TestUploadForm(t *testing.T) {
	h := newHouse(t)
	if p := h.browser().get("/upload"); p.path != "/sign-in?back=%2Fupload" {
		t.Errorf("nobody uploads at %s", p.path)
	}
	b := h.browser()
	b.signUp("okan")
	p := b.get("/upload")
	if p.attr("form#maker", "enctype") != "multipart/form-data" || p.attr("form#maker", "data-max-bytes") != "1073741824" || p.attr("form#maker", "data-max-seconds") != "600" {
		t.Error("the form does not say what is possible")
	}
	if n := len(p.all("select[name=visibility] option")); n != 5 {
		t.Errorf("there are %d visibilities", n)
	}
	if p := b.post("/upload", "caption", "no file"); p.status != http.StatusUnprocessableEntity || p.text(".form-wrong") == "" {
		t.Errorf("a form of the wrong kind: %d", p.status)
	}
}

func TestOwnClipsInEveryState(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	b.signUp("okan")
	okan, err := h.r.DB.AccountByHandle(t.Context(), "okan")
	if err != nil {
		t.Fatal(err)
	}
	ready := h.publish(okan, "ready")
	waiting := h.waiting(okan, "waiting")
	failed := h.waiting(okan, "failed")
	h.fail(failed, reelm.Fault{Code: reelm.FaultTruncated, Detail: "moov atom not found"})

	p := b.get("/inbox")
	if got := p.text(".upload-state"); !strings.Contains(got, "Making it play everywhere") || !strings.Contains(got, "The file ends before the video does") {
		t.Errorf("the inbox says %q", got)
	}
	p = b.get("/c/" + failed.ID.String())
	if p.text(".truth-what") != "The file ends before the video does" || !strings.Contains(p.text(".truth"), "Upload the original once more") || p.has(".truth form") {
		t.Errorf("the failed clip says %q", p.text(".truth"))
	}
	if p = b.get("/c/" + waiting.ID.String()); p.attr(".truth", "data-state") != "processing" || !p.has(".truth progress") {
		t.Errorf("the waiting clip says %q", p.text(".truth"))
	}
	if p := h.browser().get("/c/" + waiting.ID.String()); p.status != http.StatusNotFound {
		t.Errorf("strangers see a clip that is not ready: %d", p.status)
	}
	if n := len(b.get("/@okan").all(".tile")); n != 3 {
		t.Errorf("one's own page has %d clips, not 3", n)
	}
	if n := len(h.browser().get("/@okan").all(".tile")); n != 1 {
		t.Errorf("strangers see %d clips, not 1", n)
	}
	if p := b.post("/c/" + ready.ID.String() + "/delete"); p.path != "/@okan" || b.get("/c/"+ready.ID.String()).status != http.StatusGone {
		t.Errorf("deleting leads to %s", p.path)
	}
	if p := h.browser().post("/c/" + failed.ID.String() + "/delete"); p.status != http.StatusUnauthorized && p.status != http.StatusNotFound {
		t.Errorf("a stranger deletes a clip: %d", p.status)
	}
}

// A form never leads to another site.
func TestFormsLeadBackToUsOnly(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, to := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", "/\t/evil.example", "evil", "/%0d%0aSet-Cookie:x"} {
		p := b.post("/learn", "learn", "no", "back", to)
		if got := p.header.Get("Location"); !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.Contains(got, `\`) || p.header.Get("X-Evil") != "" || strings.Contains(got, "evil.example") {
			t.Errorf("back to %q leads to %q", to, got)
		}
	}
}
