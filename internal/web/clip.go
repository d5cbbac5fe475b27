package web

import (
	"encoding/base64"
	"math"
	"strings"
	"time"

	"reelm"
)

// Clip is a clip as pages show it to whoever looks.
type Clip struct {
	reelm.Clip
	By    Person
	Liked bool
	// Link gives the address of a file in the clip's media folder, signed
	// where the clip is not public.
	Link func(file string) string
}

// Rendition is an encoded form with its address.
type Rendition struct {
	reelm.Rendition
	URL string
}

// URL is the clip's page.
func (c Clip) URL() string { return "/c/" + c.ID.String() }

// SoundURL is the page of the clip's sound, "" if it has none.
func (c Clip) SoundURL() string {
	if c.Sound == 0 {
		return ""
	}
	return "/sound/" + c.Sound.String()
}

// PosterURL is the poster's address, "" if there is none yet.
func (c Clip) PosterURL() string { return c.link(c.Poster) }

// PreviewURL is the author's preview, "" if there is none.
func (c Clip) PreviewURL() string { return c.link(c.Preview) }

func (c Clip) link(file string) string {
	if file == "" || c.Link == nil {
		return ""
	}
	return c.Link(file)
}

// First is the rendition that everybody can play at once: the H.264 one
// nearest to 540p. It is zero while there is none.
func (c Clip) First() Rendition {
	best, far := -1, math.MaxInt
	for i, r := range c.Renditions {
		d := r.Height - 540
		if d < 0 {
			d = -d
		}
		if r.Codec == "h264" && d < far {
			best, far = i, d
		}
	}
	if best < 0 {
		return Rendition{}
	}
	r := c.Renditions[best]
	return Rendition{r, c.link(r.File)}
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

// Hash is the thumb-hash as text.
func (c Clip) Hash() string { return base64.StdEncoding.EncodeToString(c.ThumbHash) }

// When is the moment the clip is dated by.
func (c Clip) When() time.Time {
	if c.Published.IsZero() {
		return c.Created
	}
	return c.Published
}

// headingRunes is where a caption is cut that has to serve as a title.
const headingRunes = 70

// Heading is the clip's title where one line is wanted: the beginning of the
// caption, else whose clip it is.
func (c Clip) Heading() string {
	line, _, _ := strings.Cut(c.Caption, "\n")
	if line = shorten(strings.TrimSpace(line), headingRunes); line != "" {
		return line
	}
	return "@" + c.Handle
}

// Label names the clip for who cannot see it.
func (c Clip) Label() string {
	if c.Caption == "" {
		return "@" + c.Handle
	}
	return "@" + c.Handle + ": " + c.Heading()
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
