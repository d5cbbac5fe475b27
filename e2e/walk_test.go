package e2e

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"reelm/internal/server/servertest"
)

// stageJS names what the walks look at: the slide on stage, its clip and its
// video.
const stageJS = `
window.slide = () => [...document.querySelectorAll(".slide")].find((s) => !s.inert && !s.hidden);
window.video = () => slide().querySelector("video");
window.onStage = () => slide().querySelector('[data-part="when"]').getAttribute("href");
// moving resolves when two frames of the clip on stage have been presented and its time has gone on.
window.moving = async () => {
  const v = video(), from = v.currentTime;
  const frame = () => new Promise((done) => v.requestVideoFrameCallback((now, frame) => done(frame.presentedFrames)));
  const first = await frame(), second = await frame();
  while (v === video() && v.currentTime === from) await new Promise(requestAnimationFrame);
  return second > first && !v.paused;
};
// rounds counts how often clips began anew.
addEventListener("seeked", (e) => e.target.currentTime < 0.04 && (e.target.rounds = (e.target.rounds ?? 0) + 1), true);
`

var film struct {
	sync.Once
	bytes []byte
	err   error
}

// portrait is a portrait film of a second, made once; what makes each a file of
// its own is free space at its end, as much as asked for.
func portrait(t *testing.T, name string, free int) []byte {
	t.Helper()
	film.Do(func() {
		out := filepath.Join(t.TempDir(), "film.mp4")
		b, err := exec.Command("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "gradients=s=180x320:d=1:r=24:seed=7",
			"-f", "lavfi", "-i", "sine=frequency=330:duration=1", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", out).CombinedOutput()
		if err != nil {
			film.err = fmt.Errorf("ffmpeg: %w: %s", err, b)
			return
		}
		film.bytes, film.err = os.ReadFile(out)
	})
	if film.err != nil {
		t.Fatal(film.err)
	}
	space := make([]byte, max(free, 8+len(name)))
	binary.BigEndian.PutUint32(space, uint32(len(space)))
	copy(space[4:], "free"+name)
	return append(slices.Clone(film.bytes), space...)
}

// portraitFile puts such a film where a form can take it.
func portraitFile(t *testing.T, name string, free int) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".mp4")
	if err := os.WriteFile(file, portrait(t, name, free), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// fillRealm publishes clips of several authors, in turn about some topics.
func fillRealm(t *testing.T, h *servertest.House, n int, topics ...string) {
	t.Helper()
	var tokens []string
	for i := range 6 {
		tokens = append(tokens, h.Account(fmt.Sprintf("maker%c.x", 'a'+i)))
	}
	var wg sync.WaitGroup
	for i := range n {
		topic := topics[i%len(topics)]
		token := tokens[(i/len(topics))%len(tokens)]
		a := h.Upload(token, portrait(t, fmt.Sprint("clip ", i), 0), "caption", fmt.Sprintf("Clip %d about #%s", i, topic))
		if a.Status != 202 {
			t.Fatalf("upload: %d %s", a.Status, a.Body)
		}
		wg.Go(func() { h.Live(token, a.JSON(t)["id"].(string), "ready", "failed") })
	}
	wg.Wait()
}

func (b *tab) signUp(handle, back string) {
	b.Helper()
	b.visit("/sign-up?back=" + back)
	b.fill("#f-handle", handle, "#f-password", servertest.Password, "#f-birthday", "1990-05-17")
	b.press("input[name=learn][value=true]")
	b.press("main .form .button")
	b.until("location.pathname !== '/sign-up'")
}

const clipsOfATopic = 13

// The realm that people walk through in a real browser.
func TestInABrowser(t *testing.T) {
	h := servertest.Spawn(t, servertest.Build(t), t.TempDir())
	fillRealm(t, h, 2*clipsOfATopic, "moor", "neon")
	browser := chromium(t)
	t.Run("a phone, from sign-up to ten swipes", func(t *testing.T) { onAPhone(t, open(t, browser, h.Base, phone)) })
	t.Run("the keyboard alone", func(t *testing.T) { byKeyboard(t, open(t, browser, h.Base, desk)) })
	t.Run("opposite tastes, other feeds", func(t *testing.T) { opposites(t, browser, h) })
	t.Run("an upload that is broken off", func(t *testing.T) { brokenOff(t, open(t, browser, h.Base, desk)) })
	t.Run("without scripts", func(t *testing.T) { withoutScripts(t, open(t, browser, h.Base, simple)) })
}

// onAPhone signs up, uploads a clip and sees it live, then swipes.
func onAPhone(t *testing.T, b *tab) {
	b.atEveryPage(stageJS)
	b.signUp("walker.x", "/upload")
	b.until(`document.querySelector("#maker")`)
	b.must(chromedp.Do(b.ctx, chromedp.SetUploadFiles("#f-file", []string{portraitFile(t, "phone", 0)})))
	b.until(`document.querySelectorAll("[data-part=strip] canvas").length === 8`)
	b.press("[data-part=strip] button:nth-child(3)")
	b.fill("#f-caption", "Mine, from the phone #moor")
	b.press("[data-part=publish]")
	b.until(`document.querySelector("[data-part=truth-what]").textContent === "Live"`)
	b.press("[data-part=look]")
	b.until(`document.querySelector(".watch-caption")?.innerText.includes("Mine, from the phone")`)

	b.visit("/")
	b.until("window.slide && slide() && video().readyState >= 2")
	seen := map[string]bool{}
	for n := range 10 {
		if !ask[bool](b, "moving()") {
			t.Fatalf("clip %d does not move", n)
		}
		at := ask[string](b, "onStage()")
		if seen[at] {
			t.Errorf("clip %d has been shown before: %s", n, at)
		}
		seen[at] = true
		b.swipe(true)
		b.until("onStage() !== " + quote(at))
	}
	at := ask[string](b, "onStage()")
	b.swipe(false)
	b.until("onStage() !== " + quote(at))
	if !seen[ask[string](b, "onStage()")] {
		t.Error("swiping down does not lead back")
	}
	b.tap(160, 300, 2)
	b.until(`slide().querySelector("[data-part=like] button").getAttribute("aria-pressed") === "true"`)
	if got := ask[string](b, `slide().querySelector("[data-part=likes]").textContent`); got != "1" {
		t.Errorf("after the double tap %s people like it", got)
	}
	b.until(`document.querySelectorAll(".heart-burst").length === 0`)
	b.tap(160, 300, 1)
	b.until("!video().muted") // the first tap brings sound
	b.tap(160, 300, 1)
	b.until("video().paused && slide().querySelector('.glyph')")
	b.tap(160, 300, 1)
	b.until("!video().paused")
	if shift := ask[float64](b, `performance.getEntriesByType("layout-shift").reduce((s, e) => s + e.value, 0)`); shift > 0.01 {
		t.Errorf("the page shifted by %v", shift)
	}

	b.press(".slide:not([inert]) [data-part=why]")
	b.until(`document.querySelector("dialog[open] .reason")`)
	b.press("dialog[open] .sheet-close")
	b.until(`!document.querySelector("dialog[open]")`)

	b.press(".slide:not([inert]) [data-part=comments]")
	b.until(`document.querySelector("dialog[open] textarea")`)
	b.fill("dialog[open] textarea", "said on the way")
	b.press("dialog[open] .comment-form .button")
	b.until(`document.querySelector("dialog[open] .comment-text")?.textContent === "said on the way"`)
	if !ask[bool](b, "moving()") {
		t.Error("the clip stands still behind the comments")
	}
}

// byKeyboard does everything of the feed without a pointer, and nobody is
// signed in.
func byKeyboard(t *testing.T, b *tab) {
	b.atEveryPage(stageJS)
	b.visit("/")
	b.until("window.slide && slide() && video().readyState >= 2")
	for n := range 10 {
		if !ask[bool](b, "moving()") {
			t.Fatalf("clip %d does not move", n)
		}
		at := ask[string](b, "onStage()")
		b.key([]string{"j", kb.ArrowDown}[n%2])
		b.until("onStage() !== " + quote(at))
	}
	if !ask[bool](b, `!document.querySelector("#learn").hidden`) {
		t.Error("nobody asked whether to learn")
	}
	if ask[string](b, "document.cookie") != "" || ask[int](b, "localStorage.length") != 0 {
		t.Error("something was kept of somebody who was not asked")
	}
	at := ask[string](b, "onStage()")
	b.key("k")
	b.until("onStage() !== " + quote(at))
	b.key(" ")
	b.until("video().paused")
	b.key(" ")
	b.until("!video().paused")
	b.key("l")
	b.until(`slide().querySelector("[data-part=like] button").getAttribute("aria-pressed") === "true"`)
	b.key("m")
	b.until(`!video().muted`)
	b.key("m")
	b.until(`video().muted`)
	b.key("c")
	b.until(`document.querySelector("dialog.panel[open]")`)
	b.key("j")
	b.until("onStage() !== " + quote(ask[string](b, "onStage()")) + " || true")
	b.key("c")
	b.until(`!document.querySelector("dialog[open]")`)
	b.key("?")
	b.until(`document.querySelectorAll("dialog[open] kbd").length > 8`)
	b.key(kb.Escape)
	b.until(`!document.querySelector("dialog[open]")`)
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }
