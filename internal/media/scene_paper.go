package media

import "math"

// paper is cut, hung and folded.
func paper() school {
	return school{
		name:  "paper",
		takes: []func(*stage) func(*canvas, float64){cutout, pendulums, folds},
		palettes: [][]string{ // front to back, letters last
			{"f8e9d6", "f4b393", "e5707e", "8f4b7a", "3d2c57", "3d2c57"},
			{"f3f4ef", "bcd8c1", "6fb1a0", "2f6f77", "173b4a", "173b4a"},
			{"fff4d9", "ffd07b", "f78e69", "c14953", "4c2a4f", "4c2a4f"},
		},
		letters: lettering{face: mediumFace, size: 50},
		mood: mood{bpm: 76, root: 64, chords: [][]int{{0, 4, 7, 12}, {-5, 2, 7, 11}, {-3, 4, 9, 12}, {-7, 0, 5, 9}}, lead: bell, tune: "x.xxx.xxx.xxx.x.", leadAt: 1,
			melody: 0.7, pad: 0.25, bass: "x.......", low: 0.3, wet: 0.5},
	}
}

func cutout(s *stage) func(*canvas, float64) {
	const n = 7
	p, q := s.between(0, 6.3), s.between(0, 6.3)
	lobes := 3 + s.IntN(3)
	sx, sy := 270.0, 640.0
	shadow := hexInk("1a0f24")
	return func(c *canvas, t float64) {
		c.fill(s.ink[0])
		for i := range n {
			f := float64(i+1) / n // how deep
			r := 318 - 246*f
			hole := func(grow, dx, dy float64) []pt {
				var out []pt
				for j := range 36 {
					a := 2 * math.Pi * float64(j) / 36
					wave := 0.13*math.Sin(float64(lobes)*a+p+0.5*float64(i)+s.loop(t, 1)) + 0.05*math.Sin(float64(lobes+2)*a+q-0.7*float64(i)-s.loop(t, 1))
					out = append(out, pt{sx + dx + (r+grow)*(1+wave)*math.Cos(a), sy + dy + (r+grow)*(1+wave)*math.Sin(a)})
				}
				return out
			}
			k := along([]ink{s.ink[0], s.ink[1], s.ink[2], s.ink[3], s.ink[4]}, f)
			// What lies below is dark where the sheet above hangs over it.
			c.blob(k.mix(shadow, 0.40), 1, hole(0, 0, 0)...)
			c.blob(k, 1, hole(-8, 5, 9)...)
		}
		y := sy + 8*math.Sin(s.loop(t, 1))
		c.disc(sx, y, 34, 1.5, s.ink[0], 1)
		c.disc(sx+13, y-7, 30, 1.5, s.ink[4], 1)
	}
}

func pendulums(s *stage) func(*canvas, float64) {
	back := newSoft()
	back.vertical(s.ink[0].light(0.15), s.ink[0], s.ink[0].mix(s.ink[1], 0.55))
	still := newCanvas(sceneW, sceneH)
	still.paint(back)
	const n = 15
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		for pass := range 2 {
			for i := range n {
				f := float64(i) / (n - 1)
				y := 430 + 430*f
				a := math.Cos(s.loop(t, 5+i)) // each swings once more than the one before it
				x := 270 + (90+110*f)*a
				k := along([]ink{s.ink[4], s.ink[3], s.ink[2], s.ink[1].dark(0.05)}, f)
				r := 15 + 9*f
				if pass == 0 {
					c.disc(x+18, y+26, r, 18, s.ink[4], 0.28)
					c.line(270, 330, x, y, 1.3, s.ink[4], 0.22)
					continue
				}
				c.disc(x, y, r, 1.5, k, 1)
				c.disc(x-r*0.3, y-r*0.35, r*0.42, r*0.5, k.light(0.7), 0.7)
			}
		}
		c.box(232, 322, 76, 12, 6, 1, s.ink[4], 1)
	}
}

func folds(s *stage) func(*canvas, float64) {
	const side = 92.0
	high := side * math.Sqrt(3) / 2
	type corner struct{ p, q, z float64 }
	var grid [14][10]corner
	for y := range grid {
		for x := range grid[y] {
			grid[y][x] = corner{s.between(-0.16, 0.16), s.between(-0.16, 0.16), s.between(0, 6.3)}
		}
	}
	shades := []ink{s.ink[4], s.ink[3], s.ink[2], s.ink[1], s.ink[0]}
	return func(c *canvas, t float64) {
		c.fill(s.ink[2])
		at := func(x, y int) (pt, float64) {
			g := grid[y][x]
			px := (float64(x)+0.5*float64(y%2)-1)*side + g.p*side
			py := (float64(y)-1)*high + g.q*side
			z := math.Sin(s.loop(t, 1)+g.z*0.5+px*0.007-py*0.005) + 0.6*math.Sin(s.loop(t, 2)+g.z+py*0.009)
			return pt{px + 6*z, py - 5*z}, z
		}
		for y := range len(grid) - 1 {
			for x := range len(grid[y]) - 1 {
				a, za := at(x, y)
				b, zb := at(x+1, y)
				d, zd := at(x, y+1)
				e, ze := at(x+1, y+1)
				tri := func(p, q, r pt, zp, zq, zr float64) {
					slope := (zq-zp)*0.55 + (zr-(zp+zq)/2)*0.75
					mid := (p.y + q.y + r.y) / 3 / sceneH
					c.poly(along(shades, 1-mid*0.85+slope*0.20), 1, p, q, r)
				}
				if y%2 == 0 {
					tri(a, b, d, za, zb, zd)
					tri(b, e, d, zb, ze, zd)
				} else {
					tri(a, b, e, za, zb, ze)
					tri(a, e, d, za, ze, zd)
				}
			}
		}
	}
}
