package main

import (
	"errors"
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
	{"clip", "visitor", "/search?kind=clips&q=frost", []act{follow(".tile, .clip-card, main a[href^='/c/']"), still}},
	{"upload", "nordlicht", "/upload", []act{choose, write("#f-caption", "Eine Stunde gewartet, dann stand es plötzlich da. #himmel #nacht")}},
	{"profile", "visitor", "/@nordlicht", nil},
}

// further are the pages that a release is looked through with, too.
var further = []scene{
	{"feed-stranger", "", "/", []act{still}},
	{"feed-learn", "", "/", []act{key("j"), wait(`!document.querySelector("#learn").hidden`), still}},
	{"why", "visitor", "/", []act{press(".slide:not([inert]) [data-part=why]"), wait(`document.querySelector("dialog[open] .reason")`)}},
	{"comments", "visitor", "/", []act{press(".slide:not([inert]) [data-part=comments]"), wait(`document.querySelector("dialog[open]")`)}},
	{"more", "visitor", "/", []act{press(".slide:not([inert]) [data-part=more]"), wait(`document.querySelector("dialog[open]")`)}},
	{"share", "visitor", "/", []act{press(".slide:not([inert]) [data-part=share]"), wait(`document.querySelector("dialog[open], .toast")`)}},
	{"keys", "visitor", "/", []act{key("?"), wait(`document.querySelector("dialog[open]")`)}},
	{"following-empty", "hausmeister", "/following", nil},
	{"feed-end", "guest", "/", nil},
	{"upload-empty", "nordlicht", "/upload", nil},
	{"upload-bad", "nordlicht", "/upload", []act{chooseBad}},
	{"upload-live", "visitor", "/upload", []act{choose, press("[data-part=publish]"), wait(`document.querySelector("[data-part=truth-what]").textContent === "Live"`)}},
	{"profile-own", "nordlicht", "/@nordlicht", nil},
	{"sign-in", "", "/sign-in", nil},
	{"sign-in-wrong", "", "/sign-in", []act{write("#f-handle", "guest"), write("#f-password", "no"), press("main .form .button"), wait(`document.querySelector(".wrong")`)}},
	{"sign-up", "", "/sign-up", nil},
	{"tag", "visitor", "/tag/himmel", nil},
	{"search", "", "/search", nil},
	{"search-found", "", "/search?q=sea", nil},
	{"search-none", "", "/search?q=xyzzy", nil},
	{"inbox", "visitor", "/inbox", nil},
	{"settings", "visitor", "/settings", nil},
	{"settings-stranger", "", "/settings", nil},
	{"interests", "visitor", "/settings/interests", nil},
	{"privacy", "visitor", "/settings/privacy", nil},
	{"notices", "visitor", "/settings/inbox", nil},
	{"clip-edit", "nordlicht", "/@nordlicht", []act{follow(".tile"), follow("a[href$='/edit']")}},
	{"saved", "visitor", "/saved", nil},
	{"messages", "visitor", "/messages", nil},
	{"own-data", "visitor", "/settings/data", nil},
	{"transparency", "", "/transparency", nil},
	{"report", "visitor", "/report?account=nordlicht", nil},
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
