package media

import "math"

// letters are posters: flat colour, few shapes, everything on the beat.
func letters() school {
	return school{
		name:  "posters",
		takes: []func(*stage) func(*canvas, float64){quarters, bauhaus, halftone},
		palettes: [][]string{ // ground, and three loud ones, black, letters
			{"f2e8d5", "e63b2e", "1f4e9c", "f4b400", "17171a", "17171a"},
			{"14213d", "fca311", "e5e5e5", "ef476f", "0a1020", "ffffff"},
			{"ffd23f", "ee4266", "3bceac", "540d6e", "1b0a24", "1b0a24"},
			{"f7c6c7", "d7263d", "02182b", "f46036", "02182b", "02182b"},
		},
		letters: lettering{face: boldFace, size: 66, upper: true, track: -0.01},
		mood: mood{bpm: 112, root: 52, chords: [][]int{{0, 7, 12, 15}, {-2, 5, 10, 14}}, lead: keys, tune: "x..x..x.x..x.x..", leadAt: 1, melody: 0.5,
			bass: "x..xx.x.", low: 1, kick: "x.x.x.x.", hat: ".x.x.x.x", snap: "..x...x.", drums: 0.9, wet: 0.12},
	}
}

// step turns a steady count into one that rests and then moves quickly.
func step(beats float64) float64 {
	whole := math.Floor(beats)
	f := beats - whole
	return whole + smooth(math.Min(1, f/0.35))
}

func quarters(s *stage) func(*canvas, float64) {
	const side = 90.0
	type tile struct {
		shape, turn, dir int
		k, under         ink
		delay            float64
	}
	pick := func() ink { return s.ink[1+s.IntN(4)] }
	var tiles [6][6]tile
	for y := range tiles {
		for x := range tiles[y] {
			tiles[y][x] = tile{s.IntN(4), s.IntN(4), s.IntN(3) - 1, pick(), s.ink[0], s.between(0, 0.5)}
			if s.IntN(4) == 0 {
				tiles[y][x].under = pick()
			}
		}
	}
	turns := math.Round(s.length / s.beat / 4) // whole bars
	return func(c *canvas, t float64) {
		c.fill(s.ink[0])
		for y := range tiles {
			for x, q := range tiles[y] {
				bx, by := float64(x)*side, 420+float64(y)*side
				c.box(bx, by, side, side, 0, 1, q.under, 1)
				a := math.Pi / 2 * (float64(q.turn) + float64(q.dir)*4*step(turns*t/s.length+q.delay*0.3)/1)
				if q.under == q.k {
					continue
				}
				cx, cy := bx+side/2, by+side/2
				at := func(px, py float64) pt {
					return pt{cx + px*math.Cos(a) - py*math.Sin(a), cy + px*math.Sin(a) + py*math.Cos(a)}
				}
				h := side / 2
				switch q.shape {
				case 0: // a quarter of a disc
					pts := []pt{at(-h, -h)}
					for i := range 13 {
						b := math.Pi / 2 * float64(i) / 12
						pts = append(pts, at(-h+side*math.Cos(b), -h+side*math.Sin(b)))
					}
					c.poly(q.k, 1, pts...)
				case 1: // a half
					var pts []pt
					for i := range 19 {
						b := math.Pi * float64(i) / 18
						pts = append(pts, at(h*math.Cos(b), -h/2+h*math.Sin(b)))
					}
					c.poly(q.k, 1, pts...)
				case 2:
					c.poly(q.k, 1, at(-h, -h), at(h, -h), at(-h, h))
				default:
					c.disc(cx, cy, h*(0.62+0.18*s.pulse(t)), 1, q.k, 1)
				}
			}
		}
	}
}

func bauhaus(s *stage) func(*canvas, float64) {
	one, two, three, black := s.ink[1], s.ink[2], s.ink[3], s.ink[4]
	beats := math.Round(s.length / s.beat)
	lean := s.between(0.5, 0.8)
	return func(c *canvas, t float64) {
		c.fill(s.ink[0])
		at := step(beats / 4 * t / s.length)
		turn := 2 * math.Pi * at / (beats / 4)
		c.disc(290, 690, 190, 1, one, 1)
		r := 104.0
		x, y := 290+178*math.Cos(turn), 690+150*math.Sin(turn)
		c.disc(x, y, r*(1+0.06*s.pulse(t)), 1, two, 1)
		c.ring(x, y, r*0.55, 18, s.ink[0], 1)
		for i := range 9 { // bars that slide
			off := 40 * math.Sin(s.loop(t, 1)+float64(i)*0.5)
			yy := 520 + float64(i)*34
			c.poly(black, 1, pt{-20 + off, yy + 160}, pt{150 + off, yy + 160 - 170*lean*0.4}, pt{150 + off, yy + 170 - 170*lean*0.4}, pt{-20 + off, yy + 170})
		}
		b := -turn
		var tri []pt
		for i := range 3 {
			a := b + float64(i)*2*math.Pi/3
			tri = append(tri, pt{390 + 104*math.Cos(a), 820 + 104*math.Sin(a)})
		}
		c.poly(three, 1, tri...)
		c.line(40, 905, 40+460*(0.5-0.5*math.Cos(s.loop(t, 1))), 905, 10, black, 1)
		c.disc(40+460*(0.5-0.5*math.Cos(s.loop(t, 1))), 905, 18, 1, one, 1)
	}
}

func halftone(s *stage) func(*canvas, float64) {
	one, two := s.ink[1], s.ink[2]
	const cell = 27.0
	return func(c *canvas, t float64) {
		c.fill(s.ink[0])
		c.box(0, 405, sceneW, 560, 0, 1, two, 1)
		cx, cy := 270+110*math.Cos(s.loop(t, 1)), 690+80*math.Sin(s.loop(t, 1))
		dx, dy := 270-130*math.Cos(s.loop(t, 1)), 690+100*math.Sin(s.loop(t, 2))
		p := s.pulse(t)
		for row := range 21 {
			for col := range 21 {
				x := float64(col)*cell + cell/2*float64(row%2)
				y := 418 + float64(row)*cell
				d1 := math.Hypot(x-cx, y-cy)
				d2 := math.Hypot(x-dx, y-dy)
				v := math.Exp(-d1*d1/24000) + 0.8*math.Exp(-d2*d2/16000) + 0.10*math.Sin(x/60+y/90+s.loop(t, 1))
				if r := cell * 0.70 * min(1, v*(1+0.25*p)); r > 0.8 {
					k := one
					if d2 < d1 {
						k = s.ink[3]
					}
					c.disc(x, y, r, 1, k, 1)
				}
			}
		}
	}
}
