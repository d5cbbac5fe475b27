package media

import "math"

// highlands is high country: ridges in the mist, a night train, snow.
func highlands() school {
	return school{
		name:  "mountains",
		takes: []func(*stage) func(*canvas, float64){ridges, train, snow},
		palettes: [][]string{ // sky, low sky, sun, far ridge, near ridge, letters
			{"f7b267", "f9d9a8", "fff6df", "d98f8a", "3b2a4a", "4a2c3f"},
			{"7fb7d6", "dceef2", "ffffff", "8fb3c4", "17344a", "12303f"},
			{"3a3d7c", "e58fb1", "ffe6c4", "8a6bb0", "1b1a3d", "fff7f2"},
		},
		letters: lettering{face: mediumFace, size: 52},
		mood: mood{bpm: 66, root: 60, chords: [][]int{{0, 7, 12, 16}, {-3, 4, 9, 12}}, pad: 1, lead: keys, tune: "x...x.x...x.x...", leadAt: 1, melody: 0.6,
			bass: "x.......", low: 0.5, wet: 0.8},
	}
}

// heaven is the sky of this topic, with its sun.
func (s *stage) heaven(sx, sy, r float64) *canvas {
	back := newSoft()
	back.vertical(s.ink[0].dark(0.08), s.ink[0], s.ink[1], s.ink[1].light(0.3))
	back.glow(sx, sy, 190, s.ink[2], 0.30)
	c := newCanvas(sceneW, sceneH)
	c.paint(back)
	c.disc(sx, sy, r, 2.5, s.ink[2], 1)
	return c
}

func ridges(s *stage) func(*canvas, float64) {
	still := s.heaven(s.between(180, 380), 430, 54)
	const n = 6
	var lines [n]func(float64) float64
	for i := range lines {
		lines[i] = s.ridge(0, 34+10*float64(i))
	}
	birds := s.stars(7, 330, 470)
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		for i, b := range birds {
			x := math.Mod(b.x*0.4+(sceneW+160)*t/s.length+float64(i%3)*22, sceneW+160) - 80
			y := b.y*0.3 + 290 + float64(i*13%40) + 8*math.Sin(s.loop(t, 1)+b.phase)
			f := 5 * math.Sin(s.loop(t, 8)+b.phase)
			c.line(x-9, y-3-f, x, y, 1.8, s.ink[4], 0.75)
			c.line(x, y, x+9, y-3-f, 1.8, s.ink[4], 0.75)
		}
		for i := range n {
			f := float64(i) / (n - 1)
			base := 500 + 330*math.Pow(f, 1.2)
			// The near ones pass by, in whole laps; the far ones stand.
			shift := math.Floor(float64(i)/2) * sceneW * t / s.length
			k := s.ink[3].mix(s.ink[4], f)
			mist := k.mix(s.ink[1].light(0.2), 0.50-0.34*f)
			c.below(func(x float64) float64 { return base + lines[i](x+shift) }, k, mist, 1)
			if i == n-1 { // firs on the nearest
				for j := range 15 {
					x := math.Mod(float64(j)*36-shift+10*sceneW, sceneW)
					for _, x := range []float64{x, x - sceneW} {
						if x > -40 {
							c.fir(x, base+lines[i](x+shift)+6, 44+float64(j*29%34), k.dark(0.25))
						}
					}
				}
			}
		}
	}
}

// fir is a dark tree.
func (c *canvas) fir(x, y, high float64, k ink) {
	for i := range 3 {
		f := float64(i) / 3
		w := high * (0.30 - 0.075*float64(i))
		c.poly(k, 1, pt{x - w, y - high*f*0.85}, pt{x, y - high*(f*0.85+0.46)}, pt{x + w, y - high*f*0.85})
	}
	c.box(x-2.5, y-4, 5, 10, 1, 1, k, 1)
}

func train(s *stage) func(*canvas, float64) {
	still := s.heaven(s.between(360, 430), 370, 40)
	far, mid := s.ridge(560, 46), s.ridge(640, 52)
	still.below(far, s.ink[3].mix(s.ink[1], 0.25), s.ink[1], 1)
	still.below(mid, s.ink[3].mix(s.ink[4], 0.4), s.ink[3].mix(s.ink[1], 0.4), 1)
	lamp := hexInk("ffdf9a")
	near := s.ridge(880, 30)
	stone := s.ink[4].mix(s.ink[3], 0.22)
	const deck = 690.0
	// A viaduct of stone.
	still.box(0, deck, sceneW, 22, 0, 1, stone, 1)
	for i := range 5 {
		x := float64(i)*135 - 30
		still.poly(stone, 1, pt{x, deck + 20}, pt{x + 36, deck + 20}, pt{x + 42, sceneH}, pt{x - 6, sceneH})
		var arch []pt
		for j := range 13 {
			a := math.Pi + math.Pi*float64(j)/12
			arch = append(arch, pt{x + 85 + 50*math.Cos(a), deck + 72 + 50*math.Sin(a)})
		}
		arch = append(arch, pt{x + 135, deck + 20}, pt{x + 36, deck + 20})
		still.poly(stone, 1, arch...)
	}
	still.below(near, s.ink[4], s.ink[4].dark(0.4), 1)
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		const cars, long = 6, 128.0
		head := -80 + (sceneW+cars*long+200)*t/s.length
		for i := range 8 { // smoke
			f := float64(i) / 8
			x := head - 30 - f*240
			c.disc(x, deck-62-34*f+6*math.Sin(s.loop(t, 3)+f*6), 9+26*f, 18+20*f, s.ink[1].light(0.5), 0.5*(1-f))
		}
		for i := range cars {
			x := head - float64(i)*long - long
			if x > sceneW || x < -long {
				continue
			}
			body := s.ink[4].dark(0.15)
			if i == 0 {
				c.box(x, deck-40, long-6, 38, 9, 1, body, 1)
				c.box(x+long-44, deck-58, 34, 24, 4, 1, body, 1)
				c.box(x+long-38, deck-52, 18, 14, 2, 1, lamp, 1)
				c.disc(x+long+8, deck-22, 34, 50, lamp, 0.55)
				c.disc(x+long-8, deck-22, 5, 1, lamp.light(0.5), 1)
			} else {
				c.box(x, deck-42, long-6, 40, 6, 1, body.mix(s.ink[3], 0.12), 1)
				for w := range 5 {
					c.box(x+10+float64(w)*22, deck-33, 14, 14, 2, 1, lamp, 0.95)
				}
				c.box(x+8, deck-2, long-20, 20, 8, 14, lamp, 0.13)
			}
			for w := range 4 {
				c.disc(x+16+float64(w)*30, deck-3, 6, 1, body.dark(0.4), 1)
			}
		}
	}
}

func snow(s *stage) func(*canvas, float64) {
	night := s.ink[4].mix(s.ink[0], 0.25)
	back := newSoft()
	back.vertical(s.ink[4].dark(0.25), night, s.ink[0].mix(night, 0.45), s.ink[1].mix(night, 0.45))
	still := newCanvas(sceneW, sceneH)
	still.paint(back)
	white := s.ink[2].mix(s.ink[1], 0.3)
	still.disc(150, 360, 40, 2, s.ink[2], 0.95)
	still.disc(150, 360, 90, 110, s.ink[2], 0.16)
	still.below(s.ridge(560, 40), night.mix(white, 0.25), night.mix(white, 0.15), 1)
	hill := s.ridge(700, 22)
	still.below(hill, white.mix(night, 0.35), white.mix(night, 0.55), 1)
	for i := range 26 {
		x := float64(i)*23 + s.between(-8, 8)
		if x < 300 || x > 440 {
			still.fir(x, hill(x)+10, s.between(60, 130), night.dark(0.35+0.2*s.Float64()))
		}
	}
	front := s.ridge(820, 20)
	still.below(front, white, white.mix(night, 0.35), 1)
	lamp := hexInk("ffce73")
	hx, hy := 372.0, hill(372)+28
	still.box(hx-58, hy-52, 116, 62, 2, 1, hexInk("3a2720").mix(night, 0.25), 1)
	still.poly(white, 1, pt{hx - 76, hy - 46}, pt{hx, hy - 104}, pt{hx + 76, hy - 46})
	still.poly(white.mix(night, 0.25), 1, pt{hx, hy - 104}, pt{hx + 76, hy - 46}, pt{hx + 24, hy - 46})
	still.box(hx+26, hy-108, 18, 34, 1, 1, hexInk("3a2720").mix(night, 0.3), 1)
	flakes := s.stars(150, 0, 1)
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		glow := 0.85 + 0.15*math.Sin(s.loop(t, 5))*math.Sin(s.loop(t, 3))
		c.disc(hx-10, hy-10, 110, 170, lamp, 0.32*glow)
		for _, wx := range []float64{-38, 14} {
			c.box(hx+wx, hy-36, 26, 26, 2, 1.5, lamp.light(0.25*glow), 1)
			c.line(hx+wx+13, hy-36, hx+wx+13, hy-10, 2, hexInk("3a2720"), 0.8)
			c.line(hx+wx, hy-23, hx+wx+26, hy-23, 2, hexInk("3a2720"), 0.8)
		}
		c.poly(lamp, 0.20*glow, pt{hx - 60, hy + 10}, pt{hx + 50, hy + 10}, pt{hx + 90, hy + 84}, pt{hx - 120, hy + 84})
		for i := range 7 {
			f := math.Mod(float64(i)/7+t/s.length*2, 1)
			c.disc(hx+35+26*f+9*math.Sin(f*7+s.loop(t, 1)), hy-112-130*f, 6+20*f, 14+20*f, white, 0.42*math.Sin(math.Pi*f))
		}
		for i, d := range flakes {
			lap := float64(1 + i%3)
			f := math.Mod(d.phase/6.3+lap*t/s.length, 1)
			x := math.Mod(d.x+26*math.Sin(f*6+d.phase)+sceneW, sceneW)
			c.disc(x, -12+984*f, 1.1+0.75*lap*d.r*0.7, 1+lap*0.7, hexInk("ffffff"), 0.35+0.2*lap)
		}
	}
}
