package media

import (
	"image"
	"math"
)

// thumbHash makes the placeholder of a picture, in evanw's ThumbHash format:
// some 20 bytes that a page turns into a blurred image before anything else
// has loaded. The picture must be at most 100 x 100 pixels.
func thumbHash(img *image.NRGBA) []byte {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	if w < 1 || h < 1 || w > 100 || h > 100 {
		return nil
	}
	// Mean colour, weighted by opacity: transparent pixels become it.
	var avgR, avgG, avgB, avgA float64
	pix := func(i int) (r, g, b, a float64) {
		p := img.Pix[(i/w)*img.Stride+(i%w)*4:]
		return float64(p[0]) / 255, float64(p[1]) / 255, float64(p[2]) / 255, float64(p[3]) / 255
	}
	n := w * h
	for i := range n {
		r, g, b, a := pix(i)
		avgR, avgG, avgB, avgA = avgR+a*r, avgG+a*g, avgB+a*b, avgA+a
	}
	if avgA > 0 {
		avgR, avgG, avgB = avgR/avgA, avgG/avgA, avgB/avgA
	}
	hasAlpha := avgA < float64(n)
	limit := 7.0 // of the luminance's frequencies; fewer where alpha needs room
	if hasAlpha {
		limit = 5
	}
	longest := float64(max(w, h))
	lx := max(1, int(jsRound(limit*float64(w)/longest)))
	ly := max(1, int(jsRound(limit*float64(h)/longest)))

	// Luminance, yellow-blue, red-green and alpha planes.
	l, p, q, alpha := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		r, g, b, a := pix(i)
		r, g, b = avgR*(1-a)+a*r, avgG*(1-a)+a*g, avgB*(1-a)+a*b
		l[i], p[i], q[i], alpha[i] = (r+g+b)/3, (r+g)/2-b, r-g, a
	}
	lum := encodeChannel(l, w, h, max(3, lx), max(3, ly))
	yb := encodeChannel(p, w, h, 3, 3)
	rg := encodeChannel(q, w, h, 3, 3)

	landscape := w > h
	header24 := uint32(jsRound(63*lum.dc)) | uint32(jsRound(31.5+31.5*yb.dc))<<6 |
		uint32(jsRound(31.5+31.5*rg.dc))<<12 | uint32(jsRound(31*lum.scale))<<18
	side := lx
	if landscape {
		side = ly
	}
	header16 := uint32(side) | uint32(jsRound(63*yb.scale))<<3 | uint32(jsRound(63*rg.scale))<<9
	if hasAlpha {
		header24 |= 1 << 23
	}
	if landscape {
		header16 |= 1 << 15
	}
	hash := []byte{byte(header24), byte(header24 >> 8), byte(header24 >> 16), byte(header16), byte(header16 >> 8)}
	planes := []dct{lum, yb, rg}
	if hasAlpha {
		a := encodeChannel(alpha, w, h, 5, 5)
		hash = append(hash, byte(jsRound(15*a.dc))|byte(jsRound(15*a.scale))<<4)
		planes = append(planes, a)
	}
	// The varying factors, two to a byte.
	odd := false
	for _, plane := range planes {
		for _, f := range plane.ac {
			v := byte(jsRound(15 * f))
			if odd {
				hash[len(hash)-1] |= v << 4
			} else {
				hash = append(hash, v)
			}
			odd = !odd
		}
	}
	return hash
}

// dct is one plane: its mean, the largest factor, and the factors scaled by
// it to 0..1.
type dct struct {
	dc, scale float64
	ac        []float64
}

func encodeChannel(plane []float64, w, h, nx, ny int) dct {
	var d dct
	fx := make([]float64, w)
	for cy := range ny {
		for cx := 0; cx*ny < nx*(ny-cy); cx++ {
			for x := range w {
				fx[x] = math.Cos(math.Pi / float64(w) * float64(cx) * (float64(x) + 0.5))
			}
			f := 0.0
			for y := range h {
				fy := math.Cos(math.Pi / float64(h) * float64(cy) * (float64(y) + 0.5))
				for x := range w {
					f += plane[x+y*w] * fx[x] * fy
				}
			}
			f /= float64(w * h)
			if cx > 0 || cy > 0 {
				d.ac = append(d.ac, f)
				d.scale = max(d.scale, math.Abs(f))
			} else {
				d.dc = f
			}
		}
	}
	if d.scale > 0 {
		for i := range d.ac {
			d.ac[i] = 0.5 + 0.5/d.scale*d.ac[i]
		}
	}
	return d
}

// jsRound rounds halves up, as the reference does.
func jsRound(x float64) float64 { return math.Floor(x + 0.5) }
