package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/chromedp/chromedp"

	"reelm/tools/stage"
)

// act brings a page on; film is a file that may be uploaded.
type act func(tab *stage.Tab, film string) error

// scene is a page in a state, seen by somebody: a sign-in of the demo, a visitor
// who is new, or nobody in particular.
type scene struct {
	name, as, path string
	acts           []act
}

// screens are the pictures of docs/screens.
var screens = []scene{
	{"feed", "visitor", "/", []act{still}},
	{"why", "visitor", "/", []act{press(".slide:not([inert]) [data-part=why]"), wait(`document.querySelector("dialog[open] .reason")`)}},
	{"comments", "visitor", "/", []act{press(".slide:not([inert]) [data-part=comments]"), wait(`document.querySelector("dialog[open] textarea")`), write("dialog[open] textarea", "So still. Where was that?"), wait(`(() => { const r = document.querySelector("dialog[open]").getBoundingClientRect(); return r.right <= innerWidth + 1 && r.bottom <= innerHeight + 1; })()`), press("dialog[open] .comment-form .button"), wait(`[...document.querySelectorAll("dialog[open] .comment-text")].some((e) => e.textContent.includes("So still"))`)}},
	{"clip", "visitor", "/search?kind=clips&q=frost", []act{follow(".tile, .clip-card, main a[href^='/c/']"), still}},
	{"upload", "nordlicht", "/upload", []act{choose, write("#f-caption", "Eine Stunde gewartet, dann stand es plötzlich da. #himmel #nacht")}},
	{"profile", "visitor", "/@nordlicht", nil},
	{"search", "visitor", "/search?q=sea", nil},
	{"inbox", "nordlicht", "/inbox", nil},
	{"messages", "visitor", "/messages/@nordlicht", []act{write("main textarea", "Where was that green sky?"), send("main form:has(textarea) .button")}},
	{"settings", "visitor", "/settings", nil},
	{"interests", "visitor", "/", []act{watched, open("/settings/interests")}},
	{"privacy", "visitor", "/settings/privacy", nil},
	{"data", "visitor", "/settings/data", nil},
	{"transparency", "", "/transparency", nil},
	{"sign-in", "", "/sign-in", nil},
	{"sign-up", "", "/sign-up", nil},
}

// further are the pages that a release is looked through with, too.
var further = []scene{
	{"feed-stranger", "", "/", []act{still}},
	{"feed-learn", "", "/", []act{key("j"), wait(`!document.querySelector("#learn").hidden`), still}},
	{"feed-more", "visitor", "/", []act{press(".slide:not([inert]) [data-part=more]"), wait(`document.querySelector("dialog[open]")`)}},
	{"feed-share", "visitor", "/", []act{press(".slide:not([inert]) [data-part=share]"), wait(`document.querySelector("dialog[open], .toast")`)}},
	{"feed-keep", "visitor", "/", []act{press(".slide:not([inert]) [data-part=more]"), wait(`document.querySelector("dialog[open]")`), press("dialog[open] [data-act=keep], dialog[open] a[href$='/keep']"), wait(`document.querySelector("dialog[open] input[name=name]")`)}},
	{"feed-keys", "visitor", "/", []act{key("?"), wait(`document.querySelector("dialog[open]")`)}},
	{"following-empty", "hausmeister", "/following", nil},
	{"following-stranger", "", "/following", nil},
	{"upload-empty", "nordlicht", "/upload", nil},
	{"upload-bad", "nordlicht", "/upload", []act{chooseBad}},
	{"upload-live", "visitor", "/upload", []act{choose, press("[data-part=publish]"), wait(`document.querySelector("[data-part=truth-what]").textContent === "Live"`)}},
	{"profile-own", "nordlicht", "/@nordlicht", nil},
	{"profile-followers", "visitor", "/@nordlicht/followers", nil},
	{"clip-edit", "nordlicht", "/@nordlicht", []act{follow("main a[href^='/c/']"), follow("main a[href$='/edit']")}},
	{"clip-subtitles", "nordlicht", "/@nordlicht", []act{follow("main a[href^='/c/']"), follow("main a[href$='/subtitles'], main a[href$='/edit']")}},
	{"clip-keep", "visitor", "/@nordlicht", []act{follow("main a[href^='/c/']"), follow("main a[href$='/keep']")}},
	{"why-page", "visitor", "/", []act{follow(".slide:not([inert]) [data-part=why]")}},
	{"sign-in-wrong", "", "/sign-in", []act{write("#f-handle", "guest"), write("#f-password", "no"), press("main .form .button"), wait(`document.querySelector(".wrong")`)}},
	{"tag", "visitor", "/tag/himmel", nil},
	{"sound", "visitor", "/@nordlicht", []act{follow("main a[href^='/c/']"), follow("main a[href^='/sound/']")}},
	{"search-empty", "", "/search", nil},
	{"search-none", "", "/search?q=xyzzy", nil},
	{"search-accounts", "", "/search?q=o&kind=accounts", nil},
	{"inbox-empty", "visitor", "/inbox", nil},
	{"inbox-stranger", "", "/inbox", nil},
	{"inbox-settings", "visitor", "/settings/inbox", nil},
	{"saved-empty", "visitor", "/saved", nil},
	{"interests-empty", "visitor", "/settings/interests", nil},
	{"messages-list", "visitor", "/messages", nil},
	{"settings-stranger", "", "/settings", nil},
	{"report", "visitor", "/report?account=nordlicht", nil},
	{"ledger", "", "/transparency/ledger", nil},
	{"admin", "hausmeister", "/admin", nil},
	{"admin-orders", "hausmeister", "/admin/orders", nil},
	{"admin-close", "hausmeister", "/admin/close", nil},
	{"admin-sell", "hausmeister", "/admin/sell", nil},
	{"offline", "", "/offline", nil},
	{"not-found", "", "/nothing-here", nil},
}

// still lets the clip play for a moment and stops it there.
func still(tab *stage.Tab, _ string) error {
	_, err := stage.Ask[bool](tab, `(async () => {
		const v = [...document.querySelectorAll(".slide:not([inert]) video, .watch-video")].find((v) => !v.closest(".slide")?.hidden);
		v.muted = true;
		await v.play();
		while (v.currentTime < 2.4) await new Promise(requestAnimationFrame);
		v.dispatchEvent(new Event("timeupdate"));
		HTMLMediaElement.prototype.pause.call(v);
		return true;
	})()`)
	return err
}

// watched likes some clips of the feed and passes over others.
func watched(tab *stage.Tab, film string) error {
	for n := range 6 {
		if n%2 == 0 {
			if err := key("l")(tab, film); err != nil {
				return err
			}
		}
		if err := key("j")(tab, film); err != nil {
			return err
		}
		if err := still(tab, film); err != nil {
			return err
		}
	}
	return nil
}

// open goes on to another page.
func open(path string) act {
	return func(tab *stage.Tab, _ string) error { return tab.Visit(path) }
}

func follow(selector string) act {
	return func(tab *stage.Tab, _ string) error {
		href, err := stage.Ask[string](tab, `document.querySelector(`+strconv.Quote(selector)+`).href`)
		if err != nil {
			return err
		}
		return chromedp.Do(tab, chromedp.Navigate(href))
	}
}

func press(selector string) act {
	return func(tab *stage.Tab, _ string) error {
		if err := tab.Until(`document.querySelector(` + strconv.Quote(selector) + `)`); err != nil {
			return err
		}
		return chromedp.Do(tab, chromedp.Click(selector, chromedp.NodeVisible))
	}
}

// send presses what leads to another page, and waits for it.
func send(selector string) act {
	return func(tab *stage.Tab, film string) error {
		old, err := stage.Ask[float64](tab, "performance.timeOrigin")
		if err != nil {
			return err
		}
		if err := press(selector)(tab, film); err != nil {
			return err
		}
		return tab.Until(fmt.Sprintf("performance.timeOrigin !== %v && document.readyState === 'complete'", old))
	}
}

func key(k string) act {
	return func(tab *stage.Tab, _ string) error { return chromedp.Do(tab, chromedp.KeyEvent(k)) }
}

func wait(expression string) act {
	return func(tab *stage.Tab, _ string) error { return tab.Until(expression) }
}

func write(selector, text string) act {
	return func(tab *stage.Tab, _ string) error { return chromedp.Do(tab, chromedp.SetValue(selector, text)) }
}

// choose takes the film, a little longer each time: nobody may upload the same
// one twice.
func choose(tab *stage.Tab, film string) error {
	f, err := os.OpenFile(film, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write([]byte("\x00\x00\x00\x08free"))
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := chromedp.Do(tab, chromedp.SetUploadFiles("#f-file", []string{film})); err != nil {
		return err
	}
	return tab.Until(`document.querySelectorAll("[data-part=strip] canvas").length === 8 && document.querySelector("[data-part=truth-what]").textContent.includes("All bytes")`)
}

// chooseBad takes a file that calls itself a video and is none.
func chooseBad(tab *stage.Tab, _ string) error {
	_, err := stage.Ask[bool](tab, `(() => {
		const data = new DataTransfer(), input = document.querySelector("#f-file");
		data.items.add(new File([new Uint8Array(4000).fill(65)], "film.mp4", { type: "video/mp4" }));
		input.files = data.files;
		input.dispatchEvent(new Event("change", { bubbles: true }));
		return true;
	})()`)
	if err != nil {
		return err
	}
	if err := press("[data-part=publish]")(tab, ""); err != nil {
		return err
	}
	return tab.Until(`document.querySelector("[data-part=truth]").dataset.state === "failed" || /not|no /.test(document.querySelector("[data-part=truth-what]").textContent)`)
}
