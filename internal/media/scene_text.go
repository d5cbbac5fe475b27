package media

import (
	"fmt"
	"image"
	"math"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// lettering is how a topic sets its words. The fonts are Go's own, which are
// part of the program: a machine without fonts shows the same.
type lettering struct {
	face   func() []byte // of the title
	size   float64       // pixels of the title, less where it would not fit
	track  float64       // extra space between letters, in parts of the size
	upper  bool
	centre bool
}

// The faces.
func boldFace() []byte     { return gobold.TTF }
func mediumFace() []byte   { return gomedium.TTF }
func italicFace() []byte   { return goitalic.TTF }
func monoBoldFace() []byte { return gomonobold.TTF }

// Words keep within these columns: a tall phone that is filled by a clip cuts
// off what lies beyond 64 pixels from an edge, and to the right the feed has
// its buttons.
const (
	textLeft  = 72
	textRight = 466
	textTop   = 128
)

// words are letters ready to be shown.
type words struct {
	mask   *image.Alpha
	shadow *image.Alpha
	x, y   int
	ink    ink
}

// set lays out a small line over a large text of up to four lines; nil for no
// words.
func (l lettering) set(kicker, title string) (*words, error) {
	if l.upper {
		title = strings.ToUpper(title)
	}
	if kicker == "" && title == "" {
		return nil, nil
	}
	size := l.size
	var lines []string
	var face font.Face
	for ; ; size *= 0.92 {
		var err error
		if face, err = openFace(l.face(), size); err != nil {
			return nil, err
		}
		var fits bool
		if lines, fits = wrap(face, title, l.track*size, textRight-textLeft); fits && len(lines) <= 4 || size < 20 {
			break
		}
	}
	kicker = strings.ToUpper(kicker)
	small, err := openFace(gomedium.TTF, 21)
	if err != nil {
		return nil, err
	}
	spaces := 2.4 * float64(len([]rune(kicker)))
	if wide := measure(small, kicker, 0); wide+spaces > textRight-textLeft {
		if small, err = openFace(gomedium.TTF, 21*max(0.4, (textRight-textLeft-spaces)/wide)); err != nil {
			return nil, err
		}
	}
	lead := size * 1.12
	height := int(lead*float64(len(lines))+size*0.4) + 60
	w := &words{mask: image.NewAlpha(image.Rect(0, 0, textRight-textLeft+40, height)), x: textLeft - 20, y: textTop}
	at := 24.0 // below the feed's own tabs
	if kicker != "" {
		setLine(w.mask, small, kicker, 20, at, 2.4, l.centre)
		at += 14
	}
	for _, line := range lines {
		at += lead
		setLine(w.mask, face, line, 20, at-lead*0.16, l.track*size, l.centre)
	}
	w.shadow = blurred(w.mask, 7)
	return w, nil
}

func openFace(ttf []byte, size float64) (font.Face, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("font: %w", err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("font: %w", err)
	}
	return face, nil
}

// wrap breaks a text into lines; fits is false where a word is too wide.
func wrap(face font.Face, text string, track float64, width int) (lines []string, fits bool) {
	fits = true
	line := ""
	for _, word := range strings.Fields(text) {
		try := strings.TrimSpace(line + " " + word)
		if measure(face, try, track) <= float64(width) {
			line = try
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		line = word
		fits = fits && measure(face, word, track) <= float64(width)
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines, fits
}

func measure(face font.Face, s string, track float64) float64 {
	return float64(font.MeasureString(face, s))/64 + track*float64(len([]rune(s)))
}

// setLine puts a line of letters on a mask, letter by letter for the tracking.
func setLine(mask *image.Alpha, face font.Face, s string, x, y, track float64, centre bool) {
	if centre {
		x += (float64(mask.Rect.Dx()-40) - measure(face, s, track)) / 2
	}
	d := font.Drawer{Dst: mask, Src: image.Opaque, Face: face}
	prev := rune(-1)
	for _, r := range s {
		if prev >= 0 {
			x += float64(face.Kern(prev, r)) / 64
		}
		d.Dot = fixed.Point26_6{X: fixed.Int26_6(math.Round(x * 64)), Y: fixed.Int26_6(math.Round(y * 64))}
		d.DrawString(string(r))
		adv, _ := face.GlyphAdvance(r) // unknown letters show as boxes
		x += float64(adv)/64 + track
		prev = r
	}
}

// blurred is a soft copy of a mask, by three box filters.
func blurred(m *image.Alpha, radius int) *image.Alpha {
	out := image.NewAlpha(m.Rect)
	copy(out.Pix, m.Pix)
	w, h := m.Rect.Dx(), m.Rect.Dy()
	tmp := make([]byte, max(w, h))
	pass := func(n int, get func(int) *byte) {
		sum, win := 0, 2*radius+1
		for i := -radius; i < n+radius; i++ {
			if j := i + radius; j >= 0 && j < n {
				sum += int(*get(j))
			}
			if j := i - radius - 1; j >= 0 && j < n {
				sum -= int(*get(j))
			}
			if i >= 0 && i < n {
				tmp[i] = byte(sum / win)
			}
		}
		for i := range n {
			*get(i) = tmp[i]
		}
	}
	for range 2 {
		for y := range h {
			pass(w, func(i int) *byte { return &out.Pix[y*out.Stride+i] })
		}
		for x := range w {
			pass(h, func(i int) *byte { return &out.Pix[i*out.Stride+x] })
		}
	}
	return out
}

// choose takes the wanted colour, or a light or dark one where that could not
// be read on the frame.
func (w *words) choose(c *canvas, want ink) {
	sum, n := 0, 0
	for y := range w.mask.Rect.Dy() {
		for x := range w.mask.Rect.Dx() {
			if w.mask.Pix[y*w.mask.Stride+x] > 128 {
				sum += int(c.y[(w.y+y)*c.w+w.x+x])
				n++
			}
		}
	}
	w.ink = want
	if under := float32(sum) / float32(max(1, n)); abs32(under-want.y) < 80 {
		if w.ink = want.dark(0.8); under < 120 {
			w.ink = want.light(0.92)
		}
	}
}

// show lays the words over a frame. They stand from the first frame to the
// last: the poster has them, and a loop does not jump.
func (w *words) show(c *canvas) {
	under := w.ink.dark(0.85)
	if !w.ink.bright() {
		under = w.ink.light(0.9)
	}
	c.stamp(w.shadow, w.x, w.y+2, under, 0.5)
	c.stamp(w.mask, w.x, w.y, w.ink, 1)
}
