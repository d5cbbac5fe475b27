package e2e

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"reelm/internal/server/servertest"
)

// opposites lets two people swipe: each watches and likes one topic and passes
// over the other. Then each gets their own, as far as there is any left that
// they have not seen; one place may have gone to exploration.
func opposites(t *testing.T, browser context.Context, h *servertest.House) {
	for likes, hates := range map[string]string{"moor": "neon", "neon": "moor"} {
		b := open(t, browser, h.Base, phone)
		b.atEveryPage(stageJS)
		b.signUp("fan."+likes, "/")
		b.until("window.slide && slide() && video().readyState >= 2")
		seen, walk := map[string]bool{}, []string{}
		for n := range 13 {
			at := ask[string](b, "onStage()")
			about := hates
			if strings.Contains(ask[string](b, "slide().innerText"), "#"+likes) {
				about, seen[at] = likes, true
			} else if !strings.Contains(ask[string](b, "slide().innerText"), "#"+hates) {
				t.Fatalf("a clip about neither: %s", ask[string](b, "slide().innerText"))
			}
			walk = append(walk, about)
			if n == 12 {
				break
			}
			if about == likes {
				b.until("video().rounds >= 1 && video().currentTime > 0.5")
				b.key("l")
				b.until(`slide().querySelector("[data-part=like] button").getAttribute("aria-pressed") === "true"`)
			}
			b.key("j")
			b.until("onStage() !== " + quote(at))
		}
		b.visit("/") // with the page's last breath everything is told
		b.until("window.slide && slide()")
		tags := ask[[]string](b, `JSON.parse(document.getElementById("feed").textContent).items.map((i) => i.clip.tags[0])`)
		got := 0
		for _, tag := range tags {
			if tag == likes {
				got++
			}
		}
		left := clipsOfATopic - len(seen)
		t.Logf("who likes %s saw %v and gets %v, with at least %d about it left", likes, walk, tags, left)
		if want := min(left, len(tags)) - 1; got < want || len(seen) < 7 {
			t.Errorf("who likes %s saw %d about it among 13 and then gets %d, with %d left", likes, len(seen), got, left)
		}
	}
}

// brokenOff loses the line in the middle of an upload, and leaves the page:
// the upload goes on where it was.
func brokenOff(t *testing.T, b *tab) {
	b.signUp("patient.x", "/upload")
	b.until(`document.querySelector("#maker")`)
	b.must(chromedp.Do(b.ctx, chromedp.SetUploadFiles("#f-file", []string{portraitFile(t, "large", 24<<20)})))
	b.until(`localStorage["reelm.uploads"]`)
	command(b, network.Enable, network.EnableParams{})
	offline := func(yes bool) {
		command(b, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1}}})
	}
	address := ask[string](b, `Object.values(JSON.parse(localStorage["reelm.uploads"] ?? "{}"))[0]?.url ?? "finished"`)
	offline(true)
	b.until(`/No connection|All bytes/.test(document.querySelector("[data-part=truth-what]").textContent)`)
	offline(false)
	if address != "finished" {
		b.until(`Object.values(JSON.parse(localStorage["reelm.uploads"] ?? "{}")).every((u) => u.url === ` + quote(address) + `)`)
	}
	b.fill("#f-caption", "It took a while")
	b.press("[data-part=publish]")
	b.until(`document.querySelector("[data-part=truth-what]").textContent === "Live"`)
}

// withoutScripts does by plain forms what the others do with scripts.
func withoutScripts(t *testing.T, b *tab) {
	count := func(selector string) int { return ask[int](b, `document.querySelectorAll(`+quote(selector)+`).length`) }
	b.visit("/")
	if n := count(".slide video[controls]"); n != 6 {
		t.Errorf("the first page has %d videos with controls", n)
	}
	if ask[string](b, `getComputedStyle(document.querySelector(".stage")).position`) != "static" {
		t.Error("the page is laid out for scripts")
	}
	b.leads("#learn button[value=no]")
	if count("#learn") != 0 {
		t.Error("a no is asked again")
	}
	b.visit("/sign-up")
	b.fill("#f-handle", "quiet.x", "#f-password", servertest.Password, "#f-birthday", "1990-05-17")
	b.press("input[name=learn][value=false]")
	b.leads("main .form .button")
	at := ask[string](b, `document.querySelector(".slide .when").getAttribute("href")`)
	b.leads(".slide [data-part=like] button")
	b.visit(at)
	if got := ask[string](b, `document.querySelector("[data-like] button").getAttribute("aria-pressed")`); got != "true" {
		t.Error("the like of the feed is not there on the clip's page")
	}
	b.fill("#comment-text", "said without scripts")
	b.leads(".comment-form .button")
	b.until(`document.querySelector(".comment-text")?.textContent === "said without scripts"`)
	b.leads(".watch-who .follow button")
	b.until(`document.querySelector(".watch-who .follow button")?.getAttribute("aria-pressed") === "true"`)
	b.visit("/following")
	if count(".slide") == 0 {
		t.Error("whom one follows is not in the feed")
	}
	b.visit("/upload")
	b.must(chromedp.Do(b.ctx, chromedp.SetUploadFiles("#f-file", []string{portraitFile(t, "plain", 0)})))
	b.fill("#f-caption", "Uploaded by a form")
	b.leads("[data-part=publish]")
	b.until(`document.querySelector(".watch-caption")?.textContent.includes("Uploaded by a form")`)
	if !strings.HasPrefix(ask[string](b, "location.pathname"), "/c/") {
		t.Error("the upload leads elsewhere")
	}
}
