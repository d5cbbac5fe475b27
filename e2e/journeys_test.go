package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"reelm/internal/server/servertest"
)

// Journeys through a realm of two makers, each in a browser of its own.
func TestJourneys(t *testing.T) {
	h := servertest.Spawn(t, servertest.Build(t), t.TempDir())
	anna, berta := h.Account("anna"), h.Account("berta")
	clip := h.Publish(anna, 1, "Nebel über dem Moor #moor")
	other := h.Publish(berta, 2, "Schnee auf dem Dach #winter")
	h.Publish(anna, 3, "Birken im Wind #moor")
	h.Learned("", 3)
	browser := chromium(t)
	at := func(t *testing.T, d device) *tab {
		b := open(t, browser, h.Base, d)
		b.atEveryPage(stageJS)
		return b
	}
	t.Run("two browsers talk under a clip", func(t *testing.T) { underAClip(t, at(t, desk), at(t, phone), clip) })
	t.Run("two browsers write to each other", func(t *testing.T) { toEachOther(t, at(t, phone), at(t, desk)) })
	t.Run("search, keep, mute and unmute", func(t *testing.T) { searchAndKeep(t, at(t, phone), clip) })
	t.Run("subtitles", func(t *testing.T) { subtitled(t, at(t, desk), at(t, phone), other) })
	t.Run("a break that wants a real act", func(t *testing.T) { takesABreak(t, at(t, phone)) })
	t.Run("the keyboard alone, from sign-in to a message", func(t *testing.T) { keysAlone(t, at(t, desk), clip) })
	t.Run("finding, keeping and writing without scripts", func(t *testing.T) { plainForms(t, at(t, simple), clip) })
	t.Run("an archive of one's own, then leaving", func(t *testing.T) { takesAllAndLeaves(t, at(t, phone), h) })
}

func (b *tab) signIn(handle string) {
	b.Helper()
	b.visit("/sign-in")
	b.fill("#f-handle", handle, "#f-password", servertest.Password)
	b.leads("main .form .button")
}

// has tells whether a list of the page has an element with a text.
func has(selector, text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].some((e) => e.innerText.includes(%s))`, quote(selector), quote(text))
}

// pressIn presses a button of the comment that has a text.
func (b *tab) pressIn(text, button string) {
	b.Helper()
	b.until(fmt.Sprintf(`(() => { document.querySelectorAll("[data-walk]").forEach((e) => e.removeAttribute("data-walk"));
		const comment = [...document.querySelectorAll(".comment")].filter((e) => e.innerText.includes(%s)).at(-1);
		const found = [...comment?.querySelectorAll("button") ?? []].find((e) => e.textContent.includes(%s));
		found?.setAttribute("data-walk", ""); return found; })()`, quote(text), quote(button)))
	b.press("[data-walk]")
}

// underAClip: what one says, the other sees at once, and what becomes of it.
func underAClip(t *testing.T, anna, ben *tab, clip string) {
	anna.signIn("anna")
	ben.signUp("ben.x", "/c/"+clip)
	anna.visit("/c/" + clip)
	ben.visit("/c/" + clip)
	loaded := ask[float64](anna, "performance.timeOrigin")
	ben.fill(".comments textarea", "Where is that?")
	ben.press(".comments .comment-form .button")
	anna.until(has(".comment-text", "Where is that?"))
	anna.fill(".comments textarea", "Behind the old mill")
	anna.press(".comments .comment-form .button")
	ben.until(has(".comment-text", "Behind the old mill"))
	anna.pressIn("Where is that?", "Like")
	ben.pressIn("Where is that?", "Change")
	ben.until(`document.querySelector(".comment textarea")`)
	ben.fill(".comment textarea", "Where exactly is that?")
	ben.press(".comment .comment-form .button")
	anna.until(has(".comment-text", "Where exactly is that?"))
	ben.until(has(".comment-text", "Where exactly is that?"))
	ben.pressIn("Where exactly is that?", "Delete")
	ben.press("[data-walk]") // it asks once more
	anna.until("!" + has(".comment-text", "Where exactly"))
	if ask[float64](anna, "performance.timeOrigin") != loaded {
		t.Error("the page was loaded again to show what is new")
	}
}

// toEachOther: a stranger's message waits apart, is taken up, and then both see
// what the other writes as it comes.
func toEachOther(t *testing.T, anna, carl *tab) {
	carl.signUp("carl.x", "/")
	anna.signIn("anna")
	anna.visit("/messages")
	carl.visit("/messages/@anna")
	carl.fill("#message-text", "Good day, may I show your clip at school?")
	carl.press(".comment-form .button")
	carl.until(has(".message", "may I show your clip"))
	anna.visit("/messages")
	if ask[bool](anna, has(".lines", "carl.x")) {
		t.Error("a stranger's message is among those of acquaintances")
	}
	anna.leads(`.kinds a[href*="requests"]`)
	anna.until(has("main", "carl.x"))
	anna.visit("/messages/@carl.x")
	anna.until(has(".message", "may I show your clip"))
	if ask[bool](anna, `!!document.querySelector("button[value=take]")`) {
		anna.press("button[value=take]")
	}
	anna.until(`document.querySelector("#message-text")`)
	carl.visit("/messages/@anna")
	anna.fill("#message-text", "Gladly!")
	anna.press(".comment-form .button")
	carl.until(has(".message", "Gladly!"))
	carl.fill("#message-text", "Thank you")
	loaded := ask[float64](anna, "performance.timeOrigin")
	carl.press(".comment-form .button")
	anna.until(has(".message", "Thank you"))
	if ask[float64](anna, "performance.timeOrigin") != loaded {
		t.Error("the conversation was loaded again to show what is new")
	}
}

// searchAndKeep finds a clip in spite of a typing error, keeps it in a new
// folder, mutes what it is about, and takes that back.
func searchAndKeep(t *testing.T, b *tab, clip string) {
	b.signUp("dora.x", "/search")
	b.visit("/search")
	b.must(chromedp.Do(b.ctx, chromedp.SendKeys("#q", "nebl")))
	b.until(`document.querySelectorAll("#suggestions option").length > 0`)
	b.key(kb.Enter)
	b.until(`location.search.includes("nebl") && document.querySelector('main a[href="/c/` + clip + `"]')`)
	b.leads(`main a[href="/c/` + clip + `"]`)
	b.visit("/c/" + clip + "/keep")
	b.fill(`input[name=name]`, "For the school")
	b.leads(`.mute-form .button`)
	b.visit("/saved")
	b.until(has(".kinds a", "For the school"))
	b.must(chromedp.Do(b.ctx, chromedp.Navigate(ask[string](b, `[...document.querySelectorAll(".kinds a")].find((a) => a.innerText.includes("For the school")).href`))))
	b.until(`document.querySelector('main a[href="/c/` + clip + `"]')`)

	b.visit("/settings/privacy")
	b.must(chromedp.Do(b.ctx, chromedp.SetValue("#mutes select[name=kind]", "tag")))
	b.fill("#mutes input[name=key]", "moor")
	b.leads("#mutes .mute-form .button")
	b.visit("/search?q=nebel&kind=clips")
	b.until(`document.readyState === "complete" && !document.querySelector('main a[href="/c/` + clip + `"]')`)
	b.visit("/")
	b.until("window.slide && slide()")
	if ask[bool](b, `document.getElementById("feed").textContent.includes(`+quote(clip)+`)`) {
		t.Error("what is muted is in the feed")
	}
	b.visit("/settings/privacy")
	b.leads("#mutes .lines button")
	b.visit("/search?q=nebel&kind=clips")
	b.until(`document.querySelector('main a[href="/c/` + clip + `"]')`)
}

// subtitled uploads subtitles, and another sees them over the clip and finds it
// by them.
func subtitled(t *testing.T, berta, viewer *tab, clip string) {
	file := filepath.Join(t.TempDir(), "spoken.srt")
	if err := os.WriteFile(file, []byte("1\n00:00:00,000 --> 00:00:05,000\nLautlose Pfoten im Pulverschnee\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	berta.signIn("berta")
	berta.visit("/c/" + clip + "/subtitles")
	berta.fill("#f-language", "de")
	berta.must(chromedp.Do(berta.ctx, chromedp.SetUploadFiles("#f-file", []string{file})))
	berta.leads("main .form .button")
	viewer.signUp("emil.x", "/settings")
	viewer.visit("/settings")
	if !ask[bool](viewer, `document.querySelector("#watching input[name=captions]").checked`) {
		viewer.press("#watching input[name=captions]")
	}
	viewer.leads("#watching .form p .button")
	viewer.visit("/c/" + clip)
	viewer.until(`[...document.querySelector("video").textTracks].some((t) => t.mode === "showing" && t.cues && [...t.cues].some((c) => c.text.includes("Lautlose Pfoten")))`)
	viewer.visit("/search?q=pulverschnee&kind=clips")
	viewer.until(`document.querySelector('main a[href="/c/` + clip + `"]')`)
}

// takesABreak: the feed stops, and neither Escape nor a key lets it go on; a
// number that is written down does.
func takesABreak(t *testing.T, b *tab) {
	b.signUp("frida.x", "/settings")
	b.visit("/settings")
	b.fill("#f-daily_minutes", "1")
	b.leads("#watching .form p .button")
	b.visit("/")
	b.until("window.slide && slide() && video().readyState >= 2")
	ask[string](b, `(() => { const d = new Date(); return localStorage["reelm.today"] = JSON.stringify({ day: d.getFullYear() + "-" + (d.getMonth() + 1) + "-" + d.getDate(), seconds: 60, until: 0 }); })()`)
	b.visit("/")
	b.until(`document.querySelector("dialog.break[open]")`)
	b.until("video().paused")
	b.key(kb.Escape)
	b.key(kb.Escape)
	b.press("dialog.break .button") // without a number
	b.key("j")
	if !ask[bool](b, `!!document.querySelector("dialog.break[open]") && video().paused`) {
		t.Error("the break was over without an act")
	}
	b.fill("dialog.break input", "5")
	b.press("dialog.break .button")
	b.until(`!document.querySelector("dialog.break")`)
	if !ask[bool](b, "moving()") {
		t.Error("the feed does not go on")
	}
}

// to moves the focus with the Tab key alone until it is on an element.
func (b *tab) to(selector string) {
	b.Helper()
	for range 150 {
		if ask[bool](b, `!!document.activeElement?.matches(`+quote(selector)+`)`) {
			return
		}
		b.key(kb.Tab)
	}
	b.Fatalf("the Tab key does not reach %s\n%s", selector, b.where())
}

// enters presses Enter where it leads to another page.
func (b *tab) enters() {
	b.Helper()
	old := ask[float64](b, "performance.timeOrigin")
	b.key(kb.Enter)
	b.until(fmt.Sprintf("performance.timeOrigin !== %v && document.readyState === 'complete'", old))
}

func (b *tab) types(text string) {
	b.Helper()
	b.must(chromedp.Do(b.ctx, chromedp.KeyEvent(text)))
}

// keysAlone uses no pointer at all.
func keysAlone(t *testing.T, b *tab, clip string) {
	b.visit("/sign-up?back=/search")
	b.to("#f-handle")
	b.types("greta.x")
	b.to("#f-password")
	b.types(servertest.Password)
	b.to("#f-birthday")
	b.types("05171990")
	b.to("input[name=learn]")
	b.key(" ")
	b.to("main .form .button")
	b.enters()
	b.visit("/search")
	b.to("#q")
	b.types("moor")
	b.enters()
	b.to(`main a[href="/c/` + clip + `"]`)
	b.enters()
	b.to("[data-like] button")
	b.key(kb.Enter)
	b.until(`document.querySelector("[data-like] button").getAttribute("aria-pressed") === "true"`)
	b.to(".comments textarea")
	b.types("by keys alone")
	b.to(".comments .comment-form .button")
	b.key(kb.Enter)
	b.until(has(".comment-text", "by keys alone"))
	b.to(".watch-who .follow button, body") // the body: once around
	b.to(".watch-who .follow button")
	b.key(kb.Enter)
	b.until(`document.querySelector(".watch-who .follow button").getAttribute("aria-pressed") === "true"`)
	b.visit("/@anna")
	b.to(".menu summary")
	b.key(kb.Enter)
	b.to(`.menu-item[href="/messages/@anna"]`)
	b.enters()
	b.to("#message-text")
	b.types("hello by keys")
	b.to(".comment-form .button")
	b.key(kb.Enter)
	b.until(has(".message", "hello by keys"))
	b.visit("/inbox")
	b.to(`.kinds a[href="/messages"]`)
	b.enters()
	b.until(has("main", "Anna") + " || " + has("main", "anna"))
}

// plainForms does by links and forms what the others do with scripts.
func plainForms(t *testing.T, b *tab, clip string) {
	b.visit("/sign-up")
	b.fill("#f-handle", "hanna.x", "#f-password", servertest.Password, "#f-birthday", "1990-05-17")
	b.press("input[name=learn][value=true]")
	b.leads("main .form .button")
	b.visit("/search")
	b.fill("#q", "nebl")
	b.leads("form.search .button")
	b.leads(`main a[href="/c/` + clip + `"]`)
	b.leads("[data-like] button")
	b.until(`document.querySelector("[data-like] button")?.getAttribute("aria-pressed") === "true"`)
	b.leads("[data-keep]")
	b.leads(".lines .line .button")
	b.visit("/c/" + clip + "/keep")
	b.until(`document.querySelector("button[value=drop]")`)
	b.visit("/saved/favourites")
	b.until(`document.querySelector('main a[href="/c/` + clip + `"]')`)
	b.visit("/c/" + clip)
	b.leads(`a[href="/report?clip=` + clip + `"]`)
	b.press("input[name=reason][value=other], option[value=other]")
	b.fill("#f-text", "only to see how it is done")
	b.leads("main .form .button")
	b.visit("/messages/@anna")
	b.fill("#message-text", "plain words")
	b.leads(".comment-form .button")
	b.until(has(".message", "plain words"))
	b.visit("/@berta")
	b.leads(".profile .follow button")
	b.visit("/following")
	b.until(`document.querySelector(".slide")`)
	b.visit("/settings/interests")
	b.until(`document.querySelector("main form")`)
	b.visit("/@berta")
	b.must(chromedp.Do(b.ctx, chromedp.Click(".menu summary", chromedp.NodeVisible)))
	b.leads(`form[action="/@berta/block"] button`)
	b.visit("/search?q=schnee&kind=clips")
	if ask[int](b, `document.querySelectorAll("main .tile, main a[href^='/c/']").length`) != 0 {
		t.Error("whom one blocks is found")
	}
	b.visit("/settings/data")
	b.leads("#export form .button")
	b.until(`document.querySelector("#export progress, #export a[download]")`)
}

// takesAllAndLeaves makes the archive, deletes the account, finds the address
// of the receipt, and comes back within the grace.
func takesAllAndLeaves(t *testing.T, b *tab, h *servertest.House) {
	b.signUp("ida.x", "/settings/data")
	b.visit("/settings/data")
	b.leads("#export form .button")
	b.until(`document.querySelector("#export a[download]") || (document.querySelector("#export a.quiet")?.click(), false)`)
	if n := ask[int](b, `fetch("/api/v1/me/export").then((r) => r.blob()).then((z) => z.size)`); n < 500 {
		t.Errorf("the archive has %d bytes", n)
	}
	b.fill("#leave-password", "not the password")
	b.leads("#leave .button")
	b.until(`document.querySelector("#leave .wrong")`)
	b.fill("#leave-password", servertest.Password)
	b.leads("#leave .button")
	receipt := ask[string](b, `document.querySelector("main a[href*='/receipts/']")?.href ?? document.querySelector("main").innerText`)
	if !strings.Contains(receipt, "/api/v1/receipts/") {
		t.Fatalf("there is no receipt: %s", receipt)
	}
	if a := h.Do("GET", "/api/v1/accounts/ida.x", "", nil); a.Status != 404 {
		t.Errorf("who has left is still seen: %d", a.Status)
	}
	if ask[bool](b, `document.documentElement.hasAttribute("data-account")`) {
		t.Error("who has left is still signed in")
	}
	b.signIn("ida.x")
	if a := h.Do("GET", "/api/v1/accounts/ida.x", "", nil); a.Status != 200 {
		t.Errorf("who came back is not seen: %d", a.Status)
	}
}
