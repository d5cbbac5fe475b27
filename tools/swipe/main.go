// Swipe measures how soon the next clip moves: from the swipe to the next frame
// of the next clip that Chromium presents (requestVideoFrameCallback), on a
// demo realm, over loopback and over a slow line. Run it in tools/:
//
//	go run ./swipe
//
// The realm's folder is kept for the next time: making its clips takes minutes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"reelm/tools/stage"
)

// line is a connection.
type line struct {
	name    string
	latency time.Duration
	rate    float64 // bytes per second, -1 for as much as there is
}

var lines = []line{{"loopback", 0, -1}, {"120 ms, 2.5 Mbit/s", 120 * time.Millisecond, 2.5e6 / 8}}

// way is how somebody gets to the next clip.
type way struct {
	name string
	warm bool // it waits with its first frame; otherwise nothing was loaded ahead
	next func(*stage.Tab) error
}

var ways = []way{{"warm, key", true, key}, {"warm, finger", true, finger}, {"cold, key", false, key}}

func main() {
	root := flag.String("root", "..", "the checkout")
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	data := flag.String("data", filepath.Join(cache, "reelm-swipe"), "the demo's folder, kept")
	swipes := flag.Int("swipes", 20, "of each kind")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *root, *data, *swipes); err != nil {
		fmt.Fprintln(os.Stderr, "swipe:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, root, data string, swipes int) (err error) {
	demo, err := stage.Open(ctx, root, data, 64)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, demo.Close()) }()
	browser, stop, err := stage.Chromium(ctx)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Println("| line | next clip | median | p95 | most | swipes |\n| --- | --- | --- | --- | --- | --- |")
	for _, l := range lines {
		for _, w := range ways {
			took, err := measure(browser, demo.Base, l, w, swipes)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", l.name, w.name, err)
			}
			slices.Sort(took)
			fmt.Printf("| %s | %s | %.0f ms | %.0f ms | %.0f ms | %d |\n", l.name, w.name, took[len(took)/2], took[len(took)*95/100], took[len(took)-1], len(took))
		}
	}
	return nil
}

// script stands before the page's own. The swipe is the key, or the finger that
// leaves; what counts is the first new frame of the clip that follows, which
// may come before the finger leaves (less than zero).
const script = `
window.slides = () => [...document.querySelectorAll(".slide")].filter((s) => !s.hidden);
window.onStage = () => slides().find((s) => !s.inert);
window.place = (s) => parseFloat(s.style.transform.replace("translateY(", ""));
window.following = () => slides().find((s) => place(s) === place(onStage()) + 100);
window.look = () => following().querySelector("video").requestVideoFrameCallback((now, frame) => told("frame", frame.presentationTime));
window.told = (what, at) => {
  if (!window.armed) return;
  armed[what] = at;
  if ("frame" in armed && "swipe" in armed) (window.took = armed.frame - armed.swipe), (window.armed = null);
};
addEventListener("keydown", (e) => (look(), told("swipe", e.timeStamp)), true);
addEventListener("pointerdown", look, true);
addEventListener("pointerup", (e) => told("swipe", e.timeStamp), true);
`

func measure(browser context.Context, base string, l line, w way, swipes int) ([]float64, error) {
	tab, closeTab := stage.NewTab(browser, base)
	defer closeTab()
	for _, err := range []error{
		tell(tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 1, Mobile: true}),
		tell(tab, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true}),
		tell(tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}),
		tell(tab, network.Enable, network.EnableParams{}),
		tell(tab, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
			{Latency: float64(l.latency.Milliseconds()), DownloadThroughput: l.rate, UploadThroughput: l.rate}}}),
	} {
		if err != nil {
			return nil, err
		}
	}
	if err := tab.Visit("/settings"); err != nil {
		return nil, err
	}
	if !w.warm { // who saves data has nothing loaded ahead
		if _, err := stage.Ask[bool](tab, `(localStorage["reelm.settings"] = JSON.stringify({ saver: true }), true)`); err != nil {
			return nil, err
		}
	}
	if err := tab.Visit("/"); err != nil {
		return nil, err
	}
	var took []float64
	for len(took) < swipes {
		ready := `onStage().querySelector("video").currentTime > 0.3 && following()`
		if w.warm {
			ready += ` && following().querySelector("video").readyState >= 2`
		} else {
			ready += ` && following().querySelector("video").readyState === 0`
		}
		if err := tab.Until(ready); err != nil {
			return nil, err
		}
		if _, err := stage.Ask[bool](tab, `new Promise((done) => setTimeout(() => (window.took = null, window.armed = {}, done(true)), 250))`); err != nil {
			return nil, err
		}
		if err := w.next(tab); err != nil {
			return nil, err
		}
		if err := tab.Until(`window.took !== null`); err != nil {
			return nil, err
		}
		ms, err := stage.Ask[float64](tab, `window.took`)
		if err != nil {
			return nil, err
		}
		took = append(took, ms)
	}
	return took, nil
}

func tell[P, R any](t *stage.Tab, c cdp.Command[P, R], params P) error {
	return stage.Tell(t, c, params)
}

func key(tab *stage.Tab) error { return chromedp.Do(tab, chromedp.KeyEvent("j")) }

// finger draws the next clip up within some 120 ms.
func finger(tab *stage.Tab) error {
	touch := func(kind input.DispatchTouchEventType, points ...*input.TouchPoint) error {
		return tell(tab, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
	}
	const from, way, steps = 640., 420., 10
	err := touch(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: 160, Y: from})
	pace := time.NewTicker(12 * time.Millisecond)
	defer pace.Stop()
	for i := 1.; i <= steps && err == nil; i++ {
		<-pace.C
		err = touch(input.DispatchTouchEventTypeTouchMove, &input.TouchPoint{X: 160, Y: from - way*i/steps})
	}
	return errors.Join(err, touch(input.DispatchTouchEventTypeTouchEnd))
}
