package media

import "math"

// sky is the night: aurora, turning stars, planets.
func sky() school {
	return school{
		name: "night-sky",
		takes: []func(*stage) func(*canvas, float64){
			aurora, starWheel, planets,
		},
		palettes: [][]string{ // deep, high, glow one, glow two, earth, letters
			{"050a1e", "12275a", "3df2a0", "8a5cff", "030713", "f2f7ff"},
			{"0a0620", "2b1458", "ff6fae", "4fd8ff", "06030f", "fff4fb"},
			{"021318", "0b3d4a", "b6ff6b", "22d3c5", "010a0d", "f1fff8"},
		},
		letters: lettering{face: mediumFace, size: 50},
		mood: mood{bpm: 60, root: 57, chords: [][]int{{0, 3, 7, 14}, {-4, 3, 7, 12}}, pad: 1, lead: bell, tune: "..x..x....x...x.",
			leadAt: 1, melody: 0.8, bass: "x.......", low: 0.6, wet: 0.9},
	}
}

// star is a point of light that twinkles.
type star struct{ x, y, r, bright, phase float64 }

func (s *stage) stars(n int, top, bottom float64) []star {
	out := make([]star, n)
	for i := range out {
		out[i] = star{s.between(0, sceneW), s.between(top, bottom), 0.7 + 1.3*math.Pow(s.Float64(), 4), s.between(0.3, 1), s.between(0, 6.3)}
	}
	return out
}

func (c *canvas) twinkle(stars []star, s *stage, t float64, k ink) {
	for i, st := range stars {
		a := st.bright * (0.75 + 0.25*math.Sin(s.loop(t, 2+i%4)+st.phase))
		c.disc(st.x, st.y, st.r, 1.2, k, a)
	}
}

// ridge is a line of hills that fits together at its ends.
func (s *stage) ridge(base, height float64) func(x float64) float64 {
	type wave struct{ n, a, p float64 }
	var ws []wave
	for i := range 7 {
		ws = append(ws, wave{float64(i*i/2 + 1), height / float64(i+1), s.between(0, 6.3)})
	}
	return func(x float64) float64 {
		y := base
		for _, w := range ws {
			y -= w.a * math.Sin(2*math.Pi*w.n*x/sceneW+w.p)
		}
		return y
	}
}

func aurora(s *stage) func(*canvas, float64) {
	ground, high, one, two, earth := s.ink[0], s.ink[1], s.ink[2], s.ink[3], s.ink[4]
	back, light := newSoft(), newSoft()
	back.vertical(ground, high.mix(ground, 0.3), high)
	stars := s.stars(150, 0, 640)
	far, near := s.ridge(690, 26), s.ridge(742, 40)
	p := []float64{s.between(0, 6), s.between(0, 6), s.between(0, 6)}
	const shore = 720 / softScale
	return func(c *canvas, t float64) {
		light.copyFrom(back)
		for curtain, k := range []ink{one, two} {
			fc := float64(curtain)
			for x := range light.w {
				fx := float64(x) / float64(light.w)
				bend := math.Sin(2*math.Pi*fx*1.3+s.loop(t, 1)+p[0]+fc*2) + 0.5*math.Sin(2*math.Pi*fx*2.7-s.loop(t, 2)+p[1])
				foot := 120 - fc*34 + 16*bend
				ray := 0.55 + 0.45*math.Sin(2*math.Pi*fx*9+3*bend+s.loop(t, 3)+p[2])*math.Sin(2*math.Pi*fx*23-s.loop(t, 2))
				reach := 52 + 22*math.Sin(2*math.Pi*fx*1.7+p[1]+s.loop(t, 1))
				for y := max(0, int(foot-reach)); y < min(shore, int(foot)+8); y++ {
					d := foot - float64(y)
					var f float64
					if d < 0 {
						f = 1 + d/8
					} else {
						f = 1 - d/reach
						f *= f
					}
					f *= ray * 0.62
					i := y*light.w + x
					m := float32(f * (0.35 + 0.65*d/reach))
					f32 := float32(f)
					light.r[i] += k.r*f32 + two.r*m*0.35
					light.g[i] += k.g*f32 + two.g*m*0.2
					light.b[i] += k.b*f32 + two.b*m*0.35
				}
			}
		}
		// Water mirrors the sky, darker and in ripples.
		for y := shore; y < light.h; y++ {
			from := 2*shore - y - 4 + int(1.6*math.Sin(float64(y)*0.9+s.loop(t, 4)))
			from = max(0, min(shore-1, from))
			for x := range light.w {
				i, j := y*light.w+x, from*light.w+x
				light.r[i], light.g[i], light.b[i] = light.r[j]*0.5, light.g[j]*0.5, light.b[j]*0.55
			}
		}
		c.paint(light)
		c.twinkle(stars, s, t, s.ink[5])
		c.band(far, 724, earth.mix(high, 0.25))
		c.band(near, 760, earth)
		for i := range 14 { // glints on the water
			y := 775 + float64(i)*13
			a := 0.10 + 0.08*math.Sin(s.loop(t, 2)+float64(i)*1.7)
			x := 270 + 150*math.Sin(float64(i)*2.4)
			c.box(x-60-float64(i)*3, y, 120+float64(i)*6, 1.6, 0.8, 2, one, a)
		}
	}
}

// band fills between a ridge and a straight foot.
func (c *canvas) band(top func(float64) float64, foot float64, k ink) {
	pts := []pt{{0, foot}}
	for x := 0.0; x <= sceneW; x += 6 {
		pts = append(pts, pt{x, min(top(x), foot)})
	}
	c.poly(k, 1, append(pts, pt{sceneW, foot})...)
}

func starWheel(s *stage) func(*canvas, float64) {
	ground, high, one, two, earth := s.ink[0], s.ink[1], s.ink[2], s.ink[3], s.ink[4]
	back := newSoft()
	back.vertical(ground, high.mix(ground, 0.35), high, one.mix(high, 0.55))
	px, py := s.between(200, 340), s.between(420, 500)
	for i := range 26 { // the milky way
		f := float64(i) / 26
		back.glow(60+430*f+s.between(-30, 30), 640*f+s.between(-40, 40), s.between(40, 90), two.light(0.3), 0.05)
	}
	type trail struct{ r, a, bright, w float64 }
	const fold = 12 // the sky fits on itself after a twelfth of a turn
	var trails []trail
	for range 34 {
		trails = append(trails, trail{30 + 660*(float64(len(trails))+s.Float64())/34, s.between(0, 2*math.Pi/fold), s.between(0.25, 1), s.between(0.8, 1.7)})
	}
	still := newCanvas(sceneW, sceneH)
	still.paint(back)
	hill := s.ridge(800, 34)
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		turn := 2 * math.Pi / fold * t / s.length
		for _, tr := range trails {
			for k := range fold {
				a := tr.a + float64(k)*2*math.Pi/fold + turn
				for j := range 12 { // a trail is a row of fading points
					b := a - float64(j)*4.5/tr.r
					x, y := px+tr.r*math.Cos(b), py+tr.r*math.Sin(b)
					if y < 830 && x > -4 && x < sceneW+4 && y > -4 {
						c.disc(x, y, tr.w, 1.6, s.ink[5], tr.bright*(1-float64(j)/12))
					}
				}
			}
		}
		c.below(hill, earth.mix(high, 0.12), earth, 1)
		// A tent with a lamp in it.
		tx, ty := 350.0, hill(350)+16
		glow := 0.8 + 0.2*math.Sin(s.loop(t, 3))
		lamp := hexInk("ffb454")
		c.disc(tx, ty-18, 90, 160, lamp, 0.20*glow)
		c.poly(lamp.mix(earth, 0.25*(1-glow)), 1, pt{tx - 62, ty + 8}, pt{tx, ty - 62}, pt{tx + 62, ty + 8})
		c.poly(lamp.dark(0.45), 1, pt{tx, ty - 62}, pt{tx + 62, ty + 8}, pt{tx + 20, ty + 8})
		c.poly(lamp.light(0.4), 0.9, pt{tx, ty - 58}, pt{tx - 13, ty + 8}, pt{tx + 13, ty + 8})
	}
}

func planets(s *stage) func(*canvas, float64) {
	ground, high, one, two := s.ink[0], s.ink[1], s.ink[2], s.ink[3]
	back := newSoft()
	back.vertical(ground, ground.mix(high, 0.5), ground)
	back.glow(120, 760, 300, one, 0.16)
	back.glow(480, 330, 260, two, 0.20)
	still := newCanvas(sceneW, sceneH)
	still.paint(back)
	stars := s.stars(190, 0, sceneH)
	cx, cy, r := 270.0, 590.0, s.between(128, 150)
	tilt := s.between(-0.5, -0.25)
	bands := make([]float64, 9)
	for i := range bands {
		bands[i] = s.Float64()
	}
	body := one.mix(two, 0.35)
	at := func(a, rx, ry float64) pt { // a point of a tilted ellipse
		x, y := rx*math.Cos(a), ry*math.Sin(a)
		return pt{cx + x*math.Cos(tilt) - y*math.Sin(tilt), cy + x*math.Sin(tilt) + y*math.Cos(tilt)}
	}
	ring := func(c *canvas, from, to float64) {
		for k, w := range []struct{ r, a float64 }{{1.45, 0.35}, {1.60, 0.75}, {1.72, 0.5}, {1.90, 0.28}} {
			var out, in []pt
			for i := range 25 {
				a := from + (to-from)*float64(i)/24
				out = append(out, at(a, r*(w.r+0.055), r*(w.r+0.055)*0.28))
				in = append([]pt{at(a, r*(w.r-0.055), r*(w.r-0.055)*0.28)}, in...)
			}
			c.poly(two.light(0.3+0.1*float64(k)), w.a, append(out, in...)...)
		}
	}
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		c.twinkle(stars, s, t, s.ink[5])
		ring(c, math.Pi, 2*math.Pi)
		moon := func(n int, rx, size float64, phase float64, k ink) (draw func(), front bool) {
			a := s.loop(t, n) + phase
			p := at(a, r*rx, r*rx*0.28)
			return func() {
				c.disc(p.x, p.y, size, 1, k, 1)
				c.disc(p.x+size*0.3, p.y+size*0.25, size*0.85, size*0.9, ground, 0.55)
			}, math.Sin(a) > 0
		}
		m1, f1 := moon(1, 2.35, 17, 1, two.light(0.55))
		m2, f2 := moon(2, 1.15, 9, 3, one.light(0.6))
		if !f1 {
			m1()
		}
		if !f2 {
			m2()
		}
		c.disc(cx, cy, r*1.5, r*1.2, body, 0.16)
		c.disc(cx, cy, r, 1.5, body, 1)
		for i, b := range bands { // weather that drifts
			y := cy + r*(float64(i)-4)/5
			half := math.Sqrt(max(0, r*r-(y-cy)*(y-cy))) - 2
			sway := 10 * math.Sin(s.loop(t, 1)+b*6)
			k := one.light(0.35)
			if i%2 == 0 {
				k = two.dark(0.3)
			}
			c.box(cx-half+max(0, sway), y-6-8*b, 2*half-math.Abs(sway), 8+16*b, 7, 9, k, 0.28+0.2*b)
		}
		// Night falls over its far side.
		c.shape(cx-r, cy-r, cx+r, cy+r, ground.dark(0.4), 0.8, func(x, y float32) float32 {
			dx, dy := (float64(x)-cx)/r, (float64(y)-cy)/r
			d := dx*dx + dy*dy
			if d > 1 {
				return 0
			}
			return float32(smooth((dx*0.75+dy*0.65+0.15)*0.95) * smooth((1-d)*40))
		})
		ring(c, 0, math.Pi)
		if f1 {
			m1()
		}
		if f2 {
			m2()
		}
	}
}
