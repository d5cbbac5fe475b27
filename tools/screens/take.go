package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"reelm/tools/stage"
)

type size struct {
	name          string
	width, height int64
	touch         bool
}

var sizes = []size{{"phone", 390, 844, true}, {"desktop", 1440, 900, false}}

// take opens a page as somebody with a device, brings it into the state of a
// scene, and gives the picture as PNG.
func (o options) take(browser context.Context, demo *stage.Demo, s scene, d size, light, film string, who visitor) ([]byte, error) {
	tab, closeTab := stage.NewTab(browser, demo.Base)
	defer closeTab()
	if err := device(tab, d, light, o.language); err != nil {
		return nil, err
	}
	if s.as != "" {
		if err := signIn(tab, demo, s.as, who); err != nil {
			return nil, err
		}
	}
	if err := tab.Visit(s.path); err != nil {
		return nil, err
	}
	if err := tab.Until(`document.readyState === "complete"`); err != nil {
		return nil, err
	}
	for _, act := range s.acts {
		if err := act(tab, film); err != nil {
			return nil, err
		}
	}
	if _, err := stage.Ask[bool](tab, `document.fonts.ready.then(() => Promise.all([...document.images].filter((i) => i.src && !i.complete && i.getBoundingClientRect().top < innerHeight).map((i) => i.decode().catch(() => {})))).then(() => true)`); err != nil {
		return nil, err
	}
	if err := tab.Until(`document.getAnimations().every((a) => a.playState !== "running")`); err != nil {
		return nil, err
	}
	var clip *page.Viewport
	if o.whole {
		height, err := stage.Ask[float64](tab, "document.documentElement.scrollHeight")
		if err != nil {
			return nil, err
		}
		clip = &page.Viewport{Width: float64(d.width), Height: min(height, 3*float64(d.height)), Scale: 1}
	}
	shot, err := chromedp.Call(tab, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: &o.whole, Clip: clip})
	if err != nil {
		return nil, err
	}
	return squeeze(shot.Data)
}

// visitor is somebody who came for the pictures and has seen nothing yet.
type visitor struct{ handle, password string }

func signIn(tab *stage.Tab, demo *stage.Demo, as string, who visitor) error {
	if as == "visitor" {
		return tab.SignIn(who.handle, who.password)
	}
	password, err := demo.Password(as)
	if err != nil {
		return err
	}
	return tab.SignIn(as, password)
}

func device(tab *stage.Tab, d size, light, language string) error {
	agent, err := stage.Ask[string](tab, "navigator.userAgent")
	if err != nil {
		return err
	}
	if err := stage.Tell(tab, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: language}); err != nil {
		return err
	}
	if err := stage.Tell(tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: d.width, Height: d.height, DeviceScaleFactor: 1, Mobile: d.touch}); err != nil {
		return err
	}
	if err := stage.Tell(tab, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: d.touch}); err != nil {
		return err
	}
	return stage.Tell(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: light}}})
}

// squeeze writes a PNG as small as the standard library can.
func squeeze(shot []byte) ([]byte, error) {
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestCompression}
	if err := e.Encode(&b, img); err != nil {
		return nil, err
	}
	if b.Len() > len(shot) {
		return shot, nil
	}
	return b.Bytes(), nil
}

// filmFor fetches a clip of the demonstration, as somebody would upload it.
func filmFor(ctx context.Context, demo *stage.Demo) (string, error) {
	var page struct {
		Items []struct {
			Renditions []struct {
				URL    string
				Height int
			}
		}
	}
	b, err := fetch(ctx, demo.Base+"/api/v1/search?kind=clips&q=himmel")
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(b, &page); err != nil {
		return "", err
	}
	for _, c := range page.Items {
		for _, r := range c.Renditions {
			if r.Height != 540 {
				continue
			}
			if b, err = fetch(ctx, demo.Base+r.URL); err != nil {
				return "", err
			}
			dir, err := os.MkdirTemp("", "reelm-film-")
			if err != nil {
				return "", err
			}
			film := filepath.Join(dir, "sky.mp4")
			return film, os.WriteFile(film, b, 0o600)
		}
	}
	return "", errors.New("the demonstration has no clip of the sky")
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, res.Status)
	}
	return io.ReadAll(res.Body)
}
