package media

import (
	"image"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// disc is a filled circle; edge is how many pixels its rim is soft. It is what
// most pictures are made of, so it goes by lines: its inside is one blend.
func (c *canvas) disc(x, y, r, edge float64, k ink, opacity float64) {
	if r <= 0 || opacity <= 0.002 {
		return
	}
	edge = max(1, edge)
	discPlane(c.y, nil, c.w, c.h, x, y, r, edge, k.y, 0, opacity)
	discPlane(c.u, c.v, c.w/2, c.h/2, x/2, y/2, r/2, max(1, edge/2), k.u, k.v, opacity)
}

// discPlane blends a circle into one plane, or into two of the same size.
func discPlane(one, two []byte, w, h int, x, y, r, edge float64, k1, k2 float32, opacity float64) {
	out, in := float32(r+edge/2), max(0, float32(r-edge/2))
	fx, inv, op := float32(x), float32(1/edge), float32(opacity)
	solid := int32(opacity*256 + 0.5)
	b1, b2 := int32(k1), int32(k2)
	for py := max(0, int(y-r-edge/2)); py < min(h, int(y+r+edge/2)+2); py++ {
		dy := float32(py) + 0.5 - float32(y)
		reach := out*out - dy*dy
		if reach <= 0 {
			continue
		}
		half := sqrt32(reach)
		x0, x1 := max(0, int(fx-half)), min(w, int(fx+half)+1)
		if x1 <= x0 {
			continue
		}
		s0, s1 := x1, x1 // the solid part
		if inner := in*in - dy*dy; inner > 0 {
			hs := sqrt32(inner)
			from, to := max(x0, int(fx-hs)+1), min(x1, int(fx+hs))
			if from < to {
				s0, s1 = from, to
			}
		}
		row := one[py*w : py*w+w]
		var row2 []byte
		if two != nil {
			row2 = two[py*w : py*w+w]
		}
		cover := func(px int) float32 {
			dx := float32(px) + 0.5 - fx
			f := min(1, max(0, (out-sqrt32(dx*dx+dy*dy))*inv))
			return f * f * (3 - 2*f) * op
		}
		rim := func(from, to int) {
			if edge < 16 {
				for px := from; px < to; px++ {
					a := int32(cover(px) * 65536)
					blend(&row[px], b1, a)
					if row2 != nil {
						blend(&row2[px], b2, a)
					}
				}
				return
			}
			// Very soft: every eighth pixel is enough, straight in between.
			a := int32(cover(from) * 65536)
			for px := from; px < to; px += 8 {
				end := min(px+8, to)
				next := int32(cover(px+8) * 65536)
				step := (next - a) / 8
				for q := px; q < end; q++ {
					blend(&row[q], b1, a)
					if row2 != nil {
						blend(&row2[q], b2, a)
					}
					a += step
				}
				a = next
			}
		}
		rim(x0, s0)
		fade(row[s0:s1], k1, solid)
		if row2 != nil {
			fade(row2[s0:s1], k2, solid)
		}
		rim(s1, x1)
	}
}

// fade blends a run of pixels by one amount, 256 for all.
func fade(row []byte, k float32, a int32) {
	if a >= 256 {
		for i := range row {
			row[i] = byte(k)
		}
		return
	}
	add := int32(k*float32(a)) + 128
	keep := 256 - a
	for i, v := range row {
		row[i] = byte((int32(v)*keep + add) >> 8)
	}
}

func sqrt32(f float32) float32 { return float32(math.Sqrt(float64(f))) }

// ring is a circle line of some width.
func (c *canvas) ring(x, y, r, width float64, k ink, opacity float64) {
	c.arc(x, y, r, width, 0, 2*math.Pi, k, opacity)
}

// arc is a part of a circle line, from an angle on for so many radians,
// clockwise.
func (c *canvas) arc(x, y, r, width, from, sweep float64, k ink, opacity float64) {
	if r <= 0 || opacity <= 0.002 {
		return
	}
	if sweep >= 2*math.Pi-1e-6 {
		sweep = 7
	}
	from = math.Mod(from, 2*math.Pi)
	arcPlane(c.y, nil, c.w, c.h, x, y, r, width, from, sweep, k.y, 0, opacity)
	arcPlane(c.u, c.v, c.w/2, c.h/2, x/2, y/2, r/2, width/2, from, sweep, k.u, k.v, opacity)
}

// arcPlane blends a circle line into one plane, or into two of the same size.
// Each line of pixels is met twice: on the left and on the right.
func arcPlane(one, two []byte, w, h int, x, y, r, width, from, sweep float64, k1, k2 float32, opacity float64) {
	lo, hi := float32(max(0, r-width/2-0.5)), float32(r+width/2+0.5)
	fx, fr, half := float32(x), float32(r), float32(width/2)
	b1, b2 := int32(k1), int32(k2)
	for py := max(0, int(y)-int(hi)-1); py < min(h, int(y)+int(hi)+2); py++ {
		dy := float32(py) + 0.5 - float32(y)
		reach := hi*hi - dy*dy
		if reach <= 0 {
			continue
		}
		out, in := sqrt32(reach), float32(0)
		if inner := lo*lo - dy*dy; inner > 0 {
			in = sqrt32(inner)
		}
		part := func(a, b float32) {
			for px := max(0, int(a)); px < min(w, int(b)+1); px++ {
				dx := float32(px) + 0.5 - fx
				cover := min(1, half+0.5-abs32(sqrt32(dx*dx+dy*dy)-fr))
				if cover <= 0 {
					continue
				}
				if sweep < 7 {
					at := math.Atan2(float64(dy), float64(dx)) - from
					if at < 0 {
						at += 2 * math.Pi
					}
					if at < 0 {
						at += 2 * math.Pi
					}
					if at > 2*math.Pi {
						at -= 2 * math.Pi
					}
					if at > sweep {
						continue
					}
				}
				f := int32(cover * float32(opacity) * 65536)
				blend(&one[py*w+px], b1, f)
				if two != nil {
					blend(&two[py*w+px], b2, f)
				}
			}
		}
		if in < 2 {
			part(fx-out, fx+out)
			continue
		}
		part(fx-out, fx-in)
		part(max(fx+in, float32(int(fx-in)+1)), fx+out)
	}
}

// copyDisc takes a round piece over from another frame.
func (c *canvas) copyDisc(o *canvas, x, y, r float64) {
	for py := max(0, int(y-r)); py < min(c.h, int(y+r)+1); py++ {
		d := float64(py) + 0.5 - y
		if d*d >= r*r {
			continue
		}
		half := math.Sqrt(r*r - d*d)
		x0, x1 := max(0, int(x-half)), min(c.w, int(x+half))
		copy(c.y[py*c.w+x0:py*c.w+x1], o.y[py*c.w+x0:])
		if py%2 == 0 {
			row := py / 2 * c.w / 2
			copy(c.u[row+x0/2:row+x1/2], o.u[row+x0/2:])
			copy(c.v[row+x0/2:row+x1/2], o.v[row+x0/2:])
		}
	}
}

// line is a straight stroke with round ends.
func (c *canvas) line(x0, y0, x1, y1, width float64, k ink, opacity float64) {
	ax, ay, bx, by := float32(x0), float32(y0), float32(x1-x0), float32(y1-y0)
	l2 := bx*bx + by*by
	if l2 == 0 {
		l2 = 1e-6
	}
	half := float32(width / 2)
	c.shape(min(x0, x1)-width, min(y0, y1)-width, max(x0, x1)+width, max(y0, y1)+width, k, opacity, func(px, py float32) float32 {
		dx, dy := px-ax, py-ay
		f := min(1, max(0, (dx*bx+dy*by)/l2))
		dx, dy = dx-bx*f, dy-by*f
		d2 := dx*dx + dy*dy
		if d2 > (half+1)*(half+1) {
			return 0
		}
		return min(1, max(0, half+0.5-float32(math.Sqrt(float64(d2)))))
	})
}

// box is a rectangle with rounded corners; edge is the softness of its rim.
func (c *canvas) box(x, y, w, h, radius, edge float64, k ink, opacity float64) {
	if w <= 0 || h <= 0 || opacity <= 0.002 {
		return
	}
	edge = max(1, edge)
	boxPlane(c.y, nil, c.w, c.h, x, y, w, h, radius, edge, k.y, 0, opacity)
	boxPlane(c.u, c.v, c.w/2, c.h/2, x/2, y/2, w/2, h/2, radius/2, max(1, edge/2), k.u, k.v, opacity)
}

// boxPlane blends a rectangle into one plane, or into two of the same size.
// Between its corners a line of it has one cover throughout.
func boxPlane(one, two []byte, pw, ph int, x, y, w, h, radius, edge float64, k1, k2 float32, opacity float64) {
	cx, cy := float32(x+w/2), float32(y+h/2)
	hw, hh, r := float32(w/2-radius), float32(h/2-radius), float32(radius)
	inv, op := float32(1/edge), float32(opacity)
	b1, b2 := int32(k1), int32(k2)
	cover := func(dx, dy float32) float32 {
		var d float32
		switch {
		case dx <= 0 && dy <= 0:
			d = max(dx, dy) - r
		case dx <= 0:
			d = dy - r
		case dy <= 0:
			d = dx - r
		default:
			d = sqrt32(dx*dx+dy*dy) - r
		}
		return min(1, max(0, 0.5-d*inv)) * op
	}
	x0, x1 := max(0, int(x-edge)), min(pw, int(x+w+edge)+2)
	flat := max(0, hw-float32(edge)) // half of what lies clear of the sides
	f0, f1 := min(max(x0, int(cx-flat)+1), x1), min(x1, int(cx+flat))
	if f1 < f0 {
		f1 = f0
	}
	for py := max(0, int(y-edge)); py < min(ph, int(y+h+edge)+2); py++ {
		dy := abs32(float32(py)+0.5-cy) - hh
		sides := func(from, to int) {
			for px := from; px < to; px++ {
				if a := int32(cover(abs32(float32(px)+0.5-cx)-hw, dy) * 65536); a > 0 {
					blend(&one[py*pw+px], b1, a)
					if two != nil {
						blend(&two[py*pw+px], b2, a)
					}
				}
			}
		}
		sides(x0, f0)
		if a := int32(cover(-float32(edge), dy)*256 + 0.5); a > 0 && f1 > f0 {
			fade(one[py*pw+f0:py*pw+f1], k1, a)
			if two != nil {
				fade(two[py*pw+f0:py*pw+f1], k2, a)
			}
		}
		sides(f1, x1)
	}
}

func abs32(f float32) float32 {
	if f < 0 {
		return -f
	}
	return f
}

// below fills everything under a line given per column, shading from k at the
// line to deep at the bottom.
func (c *canvas) below(height func(x float64) float64, k, deep ink, opacity float64) {
	tops := make([]float32, c.w+2)
	top := float32(c.h)
	for x := range tops {
		tops[x] = float32(height(float64(x)))
		top = min(top, tops[x])
	}
	op := float32(opacity)
	start := max(0, int(top)) &^ 1
	span := float32(c.h) - top
	for py := start; py < c.h; py++ {
		f := (float32(py) - top) / span
		ky, ku, kv := k.y+(deep.y-k.y)*f, k.u+(deep.u-k.u)*f, k.v+(deep.v-k.v)*f
		line := c.y[py*c.w : (py+1)*c.w]
		fy := float32(py)
		for x := range line {
			a := fy + 1 - tops[x]
			if a <= 0 {
				continue
			}
			dot(&line[x], ky, min(1, a)*op)
		}
		if py%2 == 0 {
			u, v := c.u[py/2*c.w/2:(py/2+1)*c.w/2], c.v[py/2*c.w/2:]
			for x := range u {
				if a := fy + 2 - tops[2*x]; a > 0 {
					dot(&u[x], ku, min(1, a/2)*op)
					dot(&v[x], kv, min(1, a/2)*op)
				}
			}
		}
	}
}

// pt is a point of the frame.
type pt struct{ x, y float64 }

// poly fills a polygon.
func (c *canvas) poly(k ink, opacity float64, points ...pt) {
	c.path(k, opacity, points, func(v *vector.Rasterizer, at func(pt) (float32, float32)) {
		v.MoveTo(at(points[0]))
		for _, p := range points[1:] {
			v.LineTo(at(p))
		}
		v.ClosePath()
	})
}

// blob fills a closed curve through the middles between points.
func (c *canvas) blob(k ink, opacity float64, points ...pt) {
	c.path(k, opacity, points, func(v *vector.Rasterizer, at func(pt) (float32, float32)) {
		n := len(points)
		mid := func(a, b pt) pt { return pt{(a.x + b.x) / 2, (a.y + b.y) / 2} }
		v.MoveTo(at(mid(points[n-1], points[0])))
		for i, p := range points {
			cx, cy := at(p)
			ex, ey := at(mid(p, points[(i+1)%n]))
			v.QuadTo(cx, cy, ex, ey)
		}
		v.ClosePath()
	})
}

// path rasterises what trace draws within the box of the points.
func (c *canvas) path(k ink, opacity float64, points []pt, trace func(*vector.Rasterizer, func(pt) (float32, float32))) {
	x0, y0, x1, y1 := points[0].x, points[0].y, points[0].x, points[0].y
	for _, p := range points {
		x0, y0, x1, y1 = min(x0, p.x), min(y0, p.y), max(x1, p.x), max(y1, p.y)
	}
	l, t := max(0, int(math.Floor(x0)))&^1, max(0, int(math.Floor(y0)))&^1
	r, b := min(c.w, int(math.Ceil(x1))+1), min(c.h, int(math.Ceil(y1))+1)
	if r <= l || b <= t {
		return
	}
	v := &c.pen
	v.Reset(r-l, b-t)
	v.DrawOp = draw.Src
	trace(v, func(p pt) (float32, float32) { return float32(p.x - float64(l)), float32(p.y - float64(t)) })
	if c.mask == nil {
		c.mask = make([]byte, c.w*c.h)
	}
	mask := &image.Alpha{Pix: c.mask[:(r-l)*(b-t)], Stride: r - l, Rect: image.Rect(0, 0, r-l, b-t)}
	v.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	c.stamp(mask, l, t, k, opacity)
}

// blend is dot in whole numbers, a of 65536.
func blend(p *byte, k, a int32) {
	v := int32(*p)
	*p = byte(v + ((k-v)*a+1<<15)>>16)
}

// stamp blends a colour through a mask whose corner lies at x, y.
func (c *canvas) stamp(mask *image.Alpha, x, y int, k ink, opacity float64) {
	op := int32(opacity*257 + 0.5) // of 257, as 255 has to become all of 65536
	ky, ku, kv := int32(k.y), int32(k.u), int32(k.v)
	for my := range mask.Rect.Dy() {
		py := y + my
		if py < 0 || py >= c.h {
			continue
		}
		row := mask.Pix[my*mask.Stride : my*mask.Stride+mask.Rect.Dx()]
		line := c.y[py*c.w : (py+1)*c.w]
		for mx, a := range row {
			if px := x + mx; a > 0 && px >= 0 && px < c.w {
				blend(&line[px], ky, int32(a)*op)
			}
		}
		if py%2 == 0 {
			u, v := c.u[py/2*c.w/2:(py/2+1)*c.w/2], c.v[py/2*c.w/2:]
			for mx := (x & 1); mx < len(row); mx += 2 {
				if px := (x + mx) / 2; row[mx] > 0 && px >= 0 && px < c.w/2 {
					blend(&u[px], ku, int32(row[mx])*op)
					blend(&v[px], kv, int32(row[mx])*op)
				}
			}
		}
	}
}
