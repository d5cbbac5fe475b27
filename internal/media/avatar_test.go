package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"reelm"
)

// quadrants is a picture with another colour in each corner, the upper left
// one red.
func quadrants(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := [2][2]color.RGBA{{{255, 0, 0, 255}, {0, 255, 0, 255}}, {{0, 0, 255, 255}, {255, 255, 0, 255}}}[y*2/h][x*2/w]
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withOrientation puts an Exif block with that orientation, and a place, into
// a JPEG.
func withOrientation(jpg []byte, n uint16) []byte {
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	tiff = binary.BigEndian.AppendUint16(tiff, n)
	tiff = append(tiff, "\x00\x00\x00\x00\x00\x00+48.1+11.6"...)
	body := append([]byte("Exif\x00\x00"), tiff...)
	seg := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return append(append(append([]byte{}, jpg[:2]...), append(seg, body...)...), jpg[2:]...)
}

func TestAvatar(t *testing.T) {
	var pngData, gifData bytes.Buffer
	if err := png.Encode(&pngData, quadrants(500, 400)); err != nil {
		t.Fatal(err)
	}
	if err := gif.Encode(&gifData, quadrants(64, 64), nil); err != nil {
		t.Fatal(err)
	}
	base := asJPEG(t, quadrants(400, 400))
	// The corners by orientation, clockwise from the upper left.
	const r, g, b, y = "red", "green", "blue", "yellow"
	for name, c := range map[string]struct {
		data []byte
		want [4]string
	}{
		"jpeg": {base, [4]string{r, g, y, b}}, "png": {pngData.Bytes(), [4]string{r, g, y, b}}, "gif": {gifData.Bytes(), [4]string{r, g, y, b}},
		"exif 1": {withOrientation(base, 1), [4]string{r, g, y, b}}, "exif 2": {withOrientation(base, 2), [4]string{g, r, b, y}},
		"exif 3": {withOrientation(base, 3), [4]string{y, b, r, g}}, "exif 4": {withOrientation(base, 4), [4]string{b, y, g, r}},
		"exif 5": {withOrientation(base, 5), [4]string{r, b, y, g}}, "exif 6": {withOrientation(base, 6), [4]string{b, r, g, y}},
		"exif 7": {withOrientation(base, 7), [4]string{y, g, r, b}}, "exif 8": {withOrientation(base, 8), [4]string{g, y, b, r}},
		"exif 99": {withOrientation(base, 99), [4]string{r, g, y, b}},
	} {
		out, err := Avatar(t.Context(), bytes.NewReader(c.data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		img, format, err := image.Decode(bytes.NewReader(out))
		if err != nil || format != "jpeg" || img.Bounds() != image.Rect(0, 0, avatarSide, avatarSide) {
			t.Fatalf("%s: %v %s %v", name, err, format, img.Bounds())
		}
		if bytes.Contains(out, []byte("Exif")) || bytes.Contains(out, []byte("+48.1")) {
			t.Errorf("%s: metadata", name)
		}
		const q, p = avatarSide / 4, avatarSide * 3 / 4
		got := [4]string{named(img.At(q, q)), named(img.At(p, q)), named(img.At(p, p)), named(img.At(q, p))}
		if got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func named(c color.Color) string {
	r, g, b, _ := c.RGBA()
	switch hi := uint32(0x8000); {
	case r > hi && g > hi:
		return "yellow"
	case r > hi:
		return "red"
	case g > hi:
		return "green"
	case b > hi:
		return "blue"
	}
	return "black"
}

func TestAvatarRefuses(t *testing.T) {
	whole := asJPEG(t, quadrants(400, 400))
	var bomb bytes.Buffer
	if err := png.Encode(&bomb, image.NewGray(image.Rect(0, 0, 8000, 8000))); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"empty": {nil, reelm.FaultEmptyFile}, "text": {[]byte("hello"), reelm.FaultUnsupportedFormat},
		"svg":  {[]byte("<svg/>"), reelm.FaultUnsupportedFormat},
		"half": {whole[:len(whole)-200], reelm.FaultCorrupt}, "bomb": {bomb.Bytes(), reelm.FaultTooManyPixels},
		"too many bytes": {append(whole, make([]byte, maxAvatarBytes)...), reelm.FaultTooLarge},
	} {
		if _, err := Avatar(t.Context(), bytes.NewReader(c.data)); faultCode(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func FuzzAvatarTurn(f *testing.F) {
	f.Add(withOrientation([]byte{0xff, 0xd8, 0xff, 0xda}, 6))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II\x2a\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		switch exifTurn(data) {
		case Upright, Clock, CClock, Half, HFlip, VFlip, ClockFlip, CClockFlp:
		default:
			t.Error("no turn")
		}
	})
}
