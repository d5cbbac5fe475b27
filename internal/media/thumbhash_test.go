package media

import (
	"encoding/base64"
	"image"
	"testing"
)

// TestThumbHash holds ours against what npm's thumbhash 0.1.1 gives for
// pictures that a formula makes.
func TestThumbHash(t *testing.T) {
	for _, c := range []struct {
		w, h  int
		alpha bool
		want  string
	}{
		{100, 56, false, "YQcGNIKOlyVvVwZ1doiBcGd/gw=="},
		{54, 96, false, "4PcJVAR694dlR3d2h3h1cHekCg=="},
		{32, 32, true, "pxWCFQQXAkgMTKh4aEBTCqOThId5dgYIiQ=="},
		{7, 100, false, "IecJcRJ3agiHhHWZd3CFmAc="},
		{1, 1, false, "FQAq/wEI9wiIh4hwj3CI+AiIcH/4AAAA"},
		{100, 100, true, "H/iFHQAImnevdkppmWVARPU5hBCYuEiIiQ=="},
		{64, 3, false, "pQQGMYIVgEd3h3iIMHeHoIk="},
		{96, 96, false, "H/gFRwKKd4ePh1hoZ2ZoiIaHSAZmV44A"},
	} {
		img := image.NewNRGBA(image.Rect(0, 0, c.w, c.h))
		for y := range c.h {
			for x := range c.w {
				a := 255
				if c.alpha {
					a = (x*5 + y*11) % 256
				}
				p := img.Pix[y*img.Stride+x*4:]
				p[0], p[1], p[2], p[3] = byte(x*7+y*3), byte(x*x+5*y), byte(255-(x+2*y)%256), byte(a)
			}
		}
		if got := base64.StdEncoding.EncodeToString(thumbHash(img)); got != c.want {
			t.Errorf("%dx%d: %s, want %s", c.w, c.h, got, c.want)
		}
	}
	for _, r := range []image.Rectangle{image.Rect(0, 0, 0, 0), image.Rect(0, 0, 101, 5)} {
		if h := thumbHash(image.NewNRGBA(r)); h != nil {
			t.Errorf("%v gave %v", r, h)
		}
	}
}
