package media

import (
	"io"
	"strconv"

	"golang.org/x/image/vector"
)

// ink is a colour, in red, green and blue from 0 to 1 and as BT.709 video.
type ink struct {
	r, g, b float32
	y, u, v float32 // 16..235, 16..240
}

func hexInk(hex string) ink {
	n, _ := strconv.ParseUint(hex, 16, 32) // our own constants: a wrong one is black
	return rgbInk(float32(n>>16&255)/255, float32(n>>8&255)/255, float32(n&255)/255)
}

func rgbInk(r, g, b float32) ink {
	y := 0.2126*r + 0.7152*g + 0.0722*b
	return ink{r, g, b, 16 + 219*y, 128 + 224*(b-y)/1.8556, 128 + 224*(r-y)/1.5748}
}

// mix goes from a to b.
func (a ink) mix(b ink, f float64) ink {
	k := float32(min(1, max(0, f)))
	return rgbInk(a.r+(b.r-a.r)*k, a.g+(b.g-a.g)*k, a.b+(b.b-a.b)*k)
}

// light and dark move towards white and black.
func (a ink) light(f float64) ink { return a.mix(rgbInk(1, 1, 1), f) }
func (a ink) dark(f float64) ink  { return a.mix(rgbInk(0, 0, 0), f) }

// bright says whether dark letters are read better on it.
func (a ink) bright() bool { return a.y > 140 }

// canvas is one frame in 4:2:0, what the encoder takes.
type canvas struct {
	w, h    int
	y, u, v []byte
	buf     []byte // all three, in one piece

	pen  vector.Rasterizer // reused from shape to shape
	mask []byte
}

func newCanvas(w, h int) *canvas {
	buf := make([]byte, w*h*3/2)
	return &canvas{w: w, h: h, buf: buf, y: buf[:w*h], u: buf[w*h : w*h*5/4], v: buf[w*h*5/4:]}
}

func (c *canvas) write(w io.Writer) error {
	_, err := w.Write(c.buf)
	return err
}

// fill paints everything.
func (c *canvas) fill(k ink) {
	for i := range c.y {
		c.y[i] = byte(k.y)
	}
	for i := range c.u {
		c.u[i], c.v[i] = byte(k.u), byte(k.v)
	}
}

// copyFrom takes over another frame, for what does not move.
func (c *canvas) copyFrom(o *canvas) { copy(c.buf, o.buf) }

// soft is a small picture in floating point that becomes a large soft one:
// light, mist, gradients. One of its pixels is four of the frame.
type soft struct {
	w, h    int
	r, g, b []float32
	rows    [3][]float32 // for painting
}

const softScale = 4

func newSoft() *soft {
	w, h := sceneW/softScale, sceneH/softScale
	s := &soft{w: w, h: h, r: make([]float32, w*h), g: make([]float32, w*h), b: make([]float32, w*h)}
	for i := range s.rows {
		s.rows[i] = make([]float32, w)
	}
	return s
}

func (s *soft) set(i int, k ink) { s.r[i], s.g[i], s.b[i] = k.r, k.g, k.b }

func (s *soft) copyFrom(o *soft) { copy(s.r, o.r); copy(s.g, o.g); copy(s.b, o.b) }

// vertical is a gradient through stops from top to bottom.
func (s *soft) vertical(stops ...ink) {
	for y := range s.h {
		k := along(stops, float64(y)/float64(s.h-1))
		for x := range s.w {
			s.set(y*s.w+x, k)
		}
	}
}

// along is the colour at f between stops.
func along(stops []ink, f float64) ink {
	if len(stops) == 1 {
		return stops[0]
	}
	f = min(1, max(0, f)) * float64(len(stops)-1)
	i := min(int(f), len(stops)-2)
	return stops[i].mix(stops[i+1], smooth(f-float64(i)))
}

// smooth eases in and out from 0 to 1.
func smooth(f float64) float64 {
	f = min(1, max(0, f))
	return f * f * (3 - 2*f)
}

// glow adds light around a point of the frame: radius in the frame's pixels.
func (s *soft) glow(x, y, radius float64, k ink, strength float64) {
	x, y, radius = x/softScale, y/softScale, radius/softScale
	x0, x1 := max(0, int(x-2.5*radius)), min(s.w-1, int(x+2.5*radius)+1)
	y0, y1 := max(0, int(y-2.5*radius)), min(s.h-1, int(y+2.5*radius)+1)
	inv := float32(1 / (radius * radius))
	for py := y0; py <= y1; py++ {
		dy := float32(float64(py) + 0.5 - y)
		for px := x0; px <= x1; px++ {
			dx := float32(float64(px) + 0.5 - x)
			d := (dx*dx + dy*dy) * inv
			if d >= 6 {
				continue
			}
			f := 1 - d/6
			f *= f
			f = f * f * f * float32(strength) // near a Gaussian, without its cost
			i := py*s.w + px
			s.r[i] += k.r * f
			s.g[i] += k.g * f
			s.b[i] += k.b * f
		}
	}
}

// paint lays the soft picture over the whole frame, with a little noise
// against bands.
func (c *canvas) paint(s *soft) {
	seed := uint32(2463534242)
	for py := range c.h {
		chroma := py%2 == 0
		s.row(float32(py)/softScale - 0.375)
		r, g, b := s.rows[0], s.rows[1], s.rows[2]
		line := c.y[py*c.w : (py+1)*c.w]
		cu, cv := c.u[py/2*c.w/2:], c.v[py/2*c.w/2:]
		for x := range s.w {
			// Luma is linear in red, green and blue, so it is enough to
			// blend it once, between this small pixel and the next.
			n := min(x+1, s.w-1)
			y0 := 16 + 219*(0.2126*r[x]+0.7152*g[x]+0.0722*b[x])
			y1 := 16 + 219*(0.2126*r[n]+0.7152*g[n]+0.0722*b[n])
			step := (y1 - y0) / softScale
			seed ^= seed << 13
			seed ^= seed >> 17
			seed ^= seed << 5
			d := y0 + step*0.125
			o := line[x*softScale : x*softScale+softScale : x*softScale+softScale]
			o[0] = clip8(d + float32(seed&255)/256)
			o[1] = clip8(d + step + float32(seed>>8&255)/256)
			o[2] = clip8(d + 2*step + float32(seed>>16&255)/256)
			o[3] = clip8(d + 3*step + float32(seed>>24)/256)
			if chroma {
				y := 0.2126*r[x] + 0.7152*g[x] + 0.0722*b[x]
				dither := float32(seed>>12&255) / 256
				u, v := clip8(128+224*(b[x]-y)/1.8556+dither), clip8(128+224*(r[x]-y)/1.5748+dither)
				yn := 0.2126*r[n] + 0.7152*g[n] + 0.0722*b[n]
				u2, v2 := clip8(128+112*(b[x]-y+b[n]-yn)/1.8556+dither), clip8(128+112*(r[x]-y+r[n]-yn)/1.5748+dither)
				cu[x*2], cv[x*2], cu[x*2+1], cv[x*2+1] = u, v, u2, v2
			}
		}
	}
}

// row interpolates one line of the small picture into rows.
func (s *soft) row(y float32) {
	y = min(float32(s.h-1), max(0, y))
	i := min(int(y), s.h-2)
	f := y - float32(i)
	for k, plane := range [3][]float32{s.r, s.g, s.b} {
		a, b, out := plane[i*s.w:(i+1)*s.w], plane[(i+1)*s.w:(i+2)*s.w], s.rows[k]
		for x := range out {
			v := a[x] + (b[x]-a[x])*f
			if v > 1 { // light beyond white rolls off
				v = 1
			}
			out[x] = v
		}
	}
}

func clip8(f float32) byte {
	if f < 16 {
		return 16
	}
	if f > 240 {
		return 240
	}
	return byte(f)
}

// dot blends one pixel of a plane.
func dot(p *byte, k, a float32) {
	v := float32(*p)
	*p = byte(v + (k-v)*a + 0.5)
}

// shape blends a colour where cover says so, within a box of the frame. cover
// is asked at the centre of every pixel and gives 0 to 1.
func (c *canvas) shape(x0, y0, x1, y1 float64, k ink, opacity float64, cover func(x, y float32) float32) {
	l, r := max(0, int(x0))&^1, min(c.w, int(x1)+2)
	t, b := max(0, int(y0))&^1, min(c.h, int(y1)+2)
	op := float32(opacity)
	for py := t; py < b; py++ {
		line := c.y[py*c.w : (py+1)*c.w]
		for px := l; px < r; px++ {
			if a := cover(float32(px)+0.5, float32(py)+0.5); a > 0.002 {
				dot(&line[px], k.y, a*op)
			}
		}
	}
	for py := t / 2; py < (b+1)/2 && py < c.h/2; py++ {
		u, v := c.u[py*c.w/2:], c.v[py*c.w/2:]
		for px := l / 2; px < (r+1)/2 && px < c.w/2; px++ {
			if a := cover(float32(px)*2+1, float32(py)*2+1); a > 0.002 {
				dot(&u[px], k.u, a*op)
				dot(&v[px], k.v, a*op)
			}
		}
	}
}
