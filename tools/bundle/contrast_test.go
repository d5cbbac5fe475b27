package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// grounds on which each colour of text stands, in both themes.
var grounds = map[string][]string{
	"ink": {"stage", "surface"}, "ink-soft": {"stage", "surface", "line"}, "accent": {"stage", "surface"}, "good": {"stage", "surface"},
	"warn": {"stage", "surface"}, "stop": {"stage", "surface"}, "on-accent": {"accent"},
}

var (
	themed = regexp.MustCompile(`--([a-z-]+): light-dark\(#([0-9A-F]{6}), #([0-9A-F]{6})\)`)
	plain  = regexp.MustCompile(`--([a-z-]+): #([0-9A-F]{6});`)
	hues   = regexp.MustCompile(`\.(hue-\d+) \{ background: #([0-9A-F]{6})`)
)

// Every pair of text and ground that occurs is readable: at least 4.5 to 1
// (WCAG 2.2, 1.4.3).
func TestContrast(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "player", "style", "tokens.css"))
	if err != nil {
		t.Fatal(err)
	}
	themes := map[string]map[string]rgb{"light": {}, "dark": {}}
	for _, m := range themed.FindAllSubmatch(b, -1) {
		themes["light"][string(m[1])], themes["dark"][string(m[1])] = hex(string(m[2])), hex(string(m[3]))
	}
	readable := func(what string, text, ground rgb) {
		if c := contrast(text, ground); c < 4.5 {
			t.Errorf("%s has a contrast of %.2f, less than 4.5", what, c)
		}
	}
	for theme, colours := range themes {
		for text, on := range grounds {
			for _, ground := range on {
				a, ok1 := colours[text]
				b, ok2 := colours[ground]
				if !ok1 || !ok2 {
					t.Fatalf("the tokens %s and %s are not both there", text, ground)
				}
				readable(fmt.Sprintf("%s: %s on %s", theme, text, ground), a, b)
			}
		}
	}
	over := map[string]rgb{}
	for _, m := range plain.FindAllSubmatch(b, -1) {
		over[string(m[1])] = hex(string(m[2]))
	}
	// The scrim below words on a clip, when the clip itself is white.
	white := rgb{255, 255, 255}
	scrim := mix(hex("0B0D10"), white, .72)
	readable("words on a white clip", over["over"], scrim)
	readable("soft words on a white clip", over["over-soft"], scrim)
	found := hues.FindAllSubmatch(b, -1)
	if len(found) != 12 {
		t.Fatalf("there are %d hues, not 12", len(found))
	}
	for _, m := range found {
		readable(string(m[1]), white, hex(string(m[2])))
	}
}

type rgb struct{ r, g, b float64 }

func hex(s string) rgb {
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil {
		panic(err)
	}
	return rgb{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}
}

func mix(top, below rgb, alpha float64) rgb {
	f := func(a, b float64) float64 { return a*alpha + b*(1-alpha) }
	return rgb{f(top.r, below.r), f(top.g, below.g), f(top.b, below.b)}
}

func contrast(a, b rgb) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(c rgb) float64 {
	f := func(v float64) float64 {
		if v /= 255; v <= .04045 {
			return v / 12.92
		}
		return math.Pow((v+.055)/1.055, 2.4)
	}
	return .2126*f(c.r) + .7152*f(c.g) + .0722*f(c.b)
}
