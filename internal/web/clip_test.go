package web

import (
	"testing"
	"time"

	"reelm/internal/api"
)

func TestFirstIsWhatEverybodyCanPlayAtOnce(t *testing.T) {
	r := func(height int, codecs string) api.Rendition {
		return api.Rendition{Height: height, Codecs: codecs, URL: codecs}
	}
	for _, c := range []struct {
		have []api.Rendition
		want int
	}{
		{nil, 0},
		{[]api.Rendition{r(540, "av01.0")}, 0},
		{[]api.Rendition{r(360, "avc1.4d"), r(540, "av01.0"), r(720, "avc1.64")}, 360},
		{[]api.Rendition{r(360, "avc1.4d"), r(540, "avc1.4d"), r(1080, "avc1.64")}, 540},
		{[]api.Rendition{r(240, "avc1.4d")}, 240},
	} {
		if got := (Clip{Clip: api.Clip{Renditions: c.have}}).First().Height; got != c.want {
			t.Errorf("of %v it is %d, not %d", c.have, got, c.want)
		}
	}
}

func TestOnlyNearlyTheScreensShapeFillsIt(t *testing.T) {
	for size, want := range map[[2]int]string{
		{540, 960}: "cover", {1080, 1920}: "cover", {560, 960}: "cover", {500, 960}: "contain", {600, 960}: "contain",
		{960, 540}: "contain", {100, 100}: "contain", {0, 0}: "contain",
	} {
		if got := (Clip{Clip: api.Clip{Width: size[0], Height: size[1]}}).Fit(); got != want {
			t.Errorf("%v: %s, not %s", size, got, want)
		}
	}
}

func TestHeading(t *testing.T) {
	for caption, want := range map[string]string{
		"": "@okan", "short\nsecond": "short", "   ": "@okan",
		"A caption that goes on and on until nobody can say any more where it will end": "A caption that goes on and on until nobody can say any more where it…",
	} {
		c := Clip{Clip: api.Clip{Caption: caption, Author: api.Author{Handle: "okan"}}}
		if got := c.Heading(); got != want {
			t.Errorf("%q: %q, not %q", caption, got, want)
		}
	}
}

func TestDatedByWhenItWasPublished(t *testing.T) {
	made, out := time.Unix(1, 0), time.Unix(2, 0)
	if got := (Clip{Clip: api.Clip{Created: made}}).When(); got != made {
		t.Error(got)
	}
	if got := (Clip{Clip: api.Clip{Created: made, Published: &out}}).When(); got != out {
		t.Error(got)
	}
}

func TestPersonWithoutAPicture(t *testing.T) {
	for _, c := range []struct {
		p       Person
		shown   string
		initial string
	}{
		{Person{Handle: "okan"}, "okan", "O"}, {Person{Handle: "okan", Name: "Ökan"}, "Ökan", "Ö"},
		{Person{Handle: "a.b", Name: "🙂 smile"}, "🙂 smile", "S"}, {Person{Handle: "x", Name: "🙂"}, "🙂", "·"},
	} {
		if c.p.Shown() != c.shown || c.p.Initial() != c.initial || c.p.Hue() > 11 {
			t.Errorf("%+v: %q %q %d", c.p, c.p.Shown(), c.p.Initial(), c.p.Hue())
		}
	}
}
