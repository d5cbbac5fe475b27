package web

import (
	"math"
	"strings"
	"time"

	"reelm/internal/api"
)

// Clip is a clip as pages show it to whoever looks: what the API tells them,
// with what templates need to say it.
type Clip struct {
	api.Clip
	Self bool // whoever looks made it
}

// By is the clip's author.
func (c Clip) By() Person { return personOf(c.Author, c.Self) }

// Handle is the author's.
func (c Clip) Handle() string { return c.Author.Handle }

// First is the rendition that everybody can play at once: the H.264 one
// nearest to 540p. It is zero while there is none.
func (c Clip) First() api.Rendition {
	best, far := api.Rendition{}, math.MaxInt
	for _, r := range c.Renditions {
		d := r.Height - 540
		if d < 0 {
			d = -d
		}
		if strings.HasPrefix(r.Codecs, "avc1") && d < far {
			best, far = r, d
		}
	}
	return best
}

// fitTolerance is how far from 9:16 a clip may be and still fill the screen.
const fitTolerance = .05

// Fit says how the clip lies in a 9:16 frame: "cover" if it nearly has that
// shape, else "contain".
func (c Clip) Fit() string {
	if c.Width <= 0 || c.Height <= 0 {
		return "contain"
	}
	ratio := float64(c.Width) / float64(c.Height) / (9. / 16)
	if math.Abs(ratio-1) <= fitTolerance {
		return "cover"
	}
	return "contain"
}

// When is the moment the clip is dated by.
func (c Clip) When() time.Time {
	if c.Published == nil {
		return c.Created
	}
	return *c.Published
}

// Duration is how long it is.
func (c Clip) Duration() time.Duration { return time.Duration(c.DurationMS) * time.Millisecond }

// headingRunes is where a caption is cut that has to serve as a title.
const headingRunes = 70

// Heading is the clip's title where one line is wanted: the beginning of the
// caption, else whose clip it is.
func (c Clip) Heading() string {
	line, _, _ := strings.Cut(c.Caption, "\n")
	if line = shorten(strings.TrimSpace(line), headingRunes); line != "" {
		return line
	}
	return "@" + c.Author.Handle
}

// Label names the clip for who cannot see it.
func (c Clip) Label() string {
	if c.Caption == "" {
		return "@" + c.Author.Handle
	}
	return "@" + c.Author.Handle + ": " + c.Heading()
}

// shorten cuts text to at most max runes, at a space if one is near.
func shorten(s string, max int) string {
	runes := []rune(s)
	if len(runes) <= max {
		return s
	}
	cut := string(runes[:max-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)*2/3 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:-") + "…"
}
