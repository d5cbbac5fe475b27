package media

import "math"

// garden is what grows: leaves in the light, a flower, a pond with koi.
func garden() school {
	return school{
		name:  "garden",
		takes: []func(*stage) func(*canvas, float64){foliage, blossom, pond},
		palettes: [][]string{ // light, mid, deep, flower, heart, letters
			{"e6f2c4", "5fa052", "123a2a", "f27aa0", "ffd166", "fbfff2"},
			{"d7f0e5", "2f8f7b", "08312f", "ffb35c", "fff0b3", "f5fffb"},
			{"f4efc9", "8aa13f", "2a3a14", "c76bd6", "ffe08a", "fffdf0"},
		},
		letters: lettering{face: italicFace, size: 54},
		mood: mood{bpm: 82, root: 62, chords: [][]int{{0, 4, 7, 11}, {-3, 4, 7, 12}, {-5, 2, 7, 11}}, pad: 0.5, lead: pluck, tune: "x.xxx.x.x.xxx.xx",
			leadAt: 1, melody: 0.6, bass: "x...x...", low: 0.4, wet: 0.6},
	}
}

func foliage(s *stage) func(*canvas, float64) {
	light, mid, deepest := s.ink[0], s.ink[1], s.ink[2]
	back, air := newSoft(), newSoft()
	back.vertical(mid.mix(light, 0.45), mid, mid.mix(deepest, 0.6), deepest)
	back.glow(430, 60, 330, light, 0.55)
	type twig struct{ x, y, long, lean, side, depth, phase float64 }
	var twigs []twig
	for layer := range 3 {
		for i := range 5 {
			f := float64(i) / 4
			left := i%2 == 0
			tw := twig{x: -30, y: 500 + 480*f + s.between(-40, 40), long: s.between(230, 330) * (1 + 0.2*float64(layer)), lean: s.between(-0.7, -0.15), side: 1, depth: float64(layer), phase: s.between(0, 6.3)}
			if !left {
				tw.x, tw.side = sceneW+30, -1
			}
			twigs = append(twigs, tw)
		}
	}
	dust := s.stars(40, 300, 940)
	return func(c *canvas, t float64) {
		air.copyFrom(back)
		for i := range 4 { // shafts of light
			x := 120 + 130*float64(i) + 30*math.Sin(s.loop(t, 1)+float64(i))
			for j := range 8 {
				air.glow(x-float64(j)*38, 100+float64(j)*95, 44, light, 0.05*(1-float64(j)/9)*(1+0.4*math.Sin(s.loop(t, 2)+float64(i)*2)))
			}
		}
		c.paint(air)
		for _, tw := range twigs {
			k := deepest.mix(mid, 0.75-0.35*tw.depth)
			sway := 0.05 * math.Sin(s.loop(t, 1)+tw.phase)
			px, py, a := tw.x, tw.y, tw.lean+sway
			const n = 9
			for j := range n {
				f := float64(j) / n
				a += 0.05 + 0.02*math.Sin(s.loop(t, 2)+tw.phase+f*3)
				nx, ny := px+tw.side*tw.long/n*math.Cos(a), py+tw.long/n*math.Sin(a)
				c.line(px, py, nx, ny, 4.5*(1-f)+1.2, k.dark(0.2), 1)
				size := (64 - 34*f) * (0.8 + 0.2*tw.depth)
				flutter := 0.10 * math.Sin(s.loop(t, 3)+tw.phase+float64(j))
				for _, up := range []float64{-1, 1} {
					b := a + up*(0.85+flutter)
					if tw.side < 0 {
						b = math.Pi - a + up*(0.85+flutter)
					}
					c.leaf(px, py, size, size*0.40, b, k.mix(light, 0.12*float64(j%3)), 1)
				}
				px, py = nx, ny
			}
		}
		for _, d := range dust {
			y := d.y - 120*math.Sin(s.loop(t, 1)+d.phase)*0.4
			x := d.x + 24*math.Cos(s.loop(t, 1)+d.phase)
			c.disc(x, y, d.r*1.6, 3, s.ink[4], 0.7*d.bright*(0.6+0.4*math.Sin(s.loop(t, 3)+d.phase)))
		}
	}
}

func blossom(s *stage) func(*canvas, float64) {
	deepest, flower, heart := s.ink[2], s.ink[3], s.ink[4]
	back := newSoft()
	back.vertical(deepest, deepest.mix(s.ink[1], 0.45), deepest)
	back.glow(270, 610, 300, flower, 0.25)
	still := newCanvas(sceneW, sceneH)
	still.paint(back)
	for i := range 12 {
		a := float64(i) * 2 * math.Pi / 12
		still.leaf(270+70*math.Cos(a), 610+70*math.Sin(a), 260, 92, a, s.ink[1].mix(deepest, 0.35+0.2*float64(i%2)), 0.9)
	}
	petals := 8 + s.IntN(4)
	pollen := s.stars(46, 0, 1)
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		open := 0.5 - 0.5*math.Cos(s.loop(t, 1))
		for ring := range 4 {
			fr := float64(ring)
			long := (205 - 42*fr) * (0.80 + 0.20*open)
			wide := long * (0.46 - 0.03*fr) * (0.75 + 0.25*open)
			turn := s.loop(t, 1)/float64(petals)*(1-2*float64(ring%2)) + fr*0.4
			k := flower.dark(0.35 - 0.12*fr)
			if ring == 3 {
				k = flower.light(0.35)
			}
			for p := range petals {
				a := turn + float64(p)*2*math.Pi/float64(petals)
				c.leaf(270+14*math.Cos(a)+5, 610+14*math.Sin(a)+8, long, wide, a, deepest.dark(0.4), 0.22)
				c.leaf(270+14*math.Cos(a), 610+14*math.Sin(a), long, wide, a, k.mix(flower.light(0.3), 0.10*float64(p%3)), 1)
			}
		}
		c.disc(274, 616, 46, 16, deepest, 0.5)
		c.disc(270, 610, 40, 2, heart.dark(0.12), 1)
		for i := range 60 { // seeds in a sunflower's order
			r, a := 4.6*math.Sqrt(float64(i)), float64(i)*2.39996+s.loop(t, 1)/8
			c.disc(270+r*math.Cos(a), 610+r*math.Sin(a), 2.6, 1.2, heart.light(0.4), 0.9)
		}
		for i, d := range pollen {
			f := math.Mod(d.phase/6.3+t/s.length*float64(1+i%2), 1)
			a := d.x/40 + f*1.3
			r := 60 + 360*f
			c.disc(270+r*math.Cos(a), 610+r*math.Sin(a), d.r*1.7, 3, heart, 0.85*math.Sin(math.Pi*f)*d.bright)
		}
	}
}

func pond(s *stage) func(*canvas, float64) {
	back := newSoft()
	back.vertical(s.ink[2].mix(s.ink[1], 0.5), s.ink[2].mix(s.ink[1], 0.25), s.ink[2])
	for range 16 {
		back.glow(s.between(0, sceneW), s.between(0, sceneH), s.between(60, 150), s.ink[1], 0.05)
	}
	still := newCanvas(sceneW, sceneH)
	still.paint(back)
	type pad struct{ x, y, r, a float64 }
	var pads []pad
	for i := range 7 {
		x := s.between(-10, 130)
		if i%2 == 0 {
			x = s.between(400, 550)
		}
		pads = append(pads, pad{x, 330 + 95*float64(i), s.between(44, 78), s.between(0, 6.3)})
	}
	type ripple struct{ x, y, at float64 }
	var drops []ripple
	for range 12 {
		drops = append(drops, ripple{s.between(40, 500), s.between(280, 930), s.Float64()})
	}
	koi := func(c *canvas, t, phase float64, dir int, rx, ry, cy, size float64, body, patch ink) {
		pos := func(back float64) pt {
			a := s.loop(t, dir) + phase - float64(dir)*back
			return pt{270 + rx*math.Sin(a), cy + ry*math.Sin(2*a+phase)}
		}
		const n = 22
		for pass := range 2 { // a shadow, then the fish
			off, k, op := 0.0, body, 1.0
			if pass == 0 {
				off, k, op = 16, s.ink[2].dark(0.6), 0.35
			}
			for i := n; i >= 0; i-- {
				f := float64(i) / n
				p, q := pos(f*size/120), pos((f+0.04)*size/120)
				dx, dy := q.x-p.x, q.y-p.y
				d := max(1e-6, math.Hypot(dx, dy))
				wig := 7 * f * math.Sin(s.loop(t, 8)-f*5+phase)
				x, y := p.x-dy/d*wig+off*0.6, p.y+dx/d*wig+off
				r := size * 0.21 * math.Pow(math.Sin(math.Pi*(0.10+0.76*(1-f))), 0.75)
				if i == n { // tail
					a := math.Atan2(dy, dx) + 0.3*math.Sin(s.loop(t, 8)+phase)
					c.leaf(x, y, size*0.46, size*0.20, a+0.35, k.light(0.1), op*0.8)
					c.leaf(x, y, size*0.46, size*0.20, a-0.35, k.light(0.1), op*0.8)
				}
				if i == 8 { // fins
					a := math.Atan2(dy, dx)
					c.leaf(x, y, size*0.38, size*0.17, a+1.0, k.light(0.15), op*0.7)
					c.leaf(x, y, size*0.38, size*0.17, a-1.0, k.light(0.15), op*0.7)
				}
				c.disc(x, y, r, 1.5, k, op)
				if pass == 1 && (i == 3 || i == 4 || i > 8 && i < 12 || i == 16) {
					c.disc(x+r*0.15, y, r*0.72, 5, patch, 0.95)
				}
			}
		}
	}
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		koi(c, t, 0, 1, 170, 120, 560, 96, hexInk("fdf6ee"), hexInk("ee4f2c"))
		koi(c, t, 2.3, -1, 190, 90, 720, 84, hexInk("f28a2e"), hexInk("fff1dd"))
		koi(c, t, 4.4, 1, 130, 150, 640, 72, hexInk("f4e6d2"), s.ink[3])
		for i, p := range pads {
			x, y := p.x+5*math.Sin(s.loop(t, 1)+p.a), p.y+4*math.Cos(s.loop(t, 1)+p.a)
			c.disc(x+8, y+12, p.r, 14, s.ink[2].dark(0.6), 0.5)
			k := s.ink[1].mix(s.ink[0], 0.10+0.08*float64(i%3))
			var pts []pt
			for j := range 31 { // a notch where the stem is
				b := p.a + 0.25 + (2*math.Pi-0.5)*float64(j)/30
				pts = append(pts, pt{x + p.r*math.Cos(b), y + p.r*math.Sin(b)})
			}
			c.poly(k, 1, append(pts, pt{x, y})...)
			for j := range 9 {
				b := p.a + 0.5 + (2*math.Pi-1)*float64(j)/8
				c.line(x, y, x+p.r*0.9*math.Cos(b), y+p.r*0.9*math.Sin(b), 1.6, k.light(0.3), 0.5)
			}
			if i%3 == 1 {
				for ring := range 2 {
					for q := range 7 {
						b := float64(q)*0.9 + float64(ring)*0.45
						c.leaf(x, y, 40-14*float64(ring), 17, b, s.ink[3].light(0.25+0.3*float64(ring)), 1)
					}
				}
				c.disc(x, y, 7, 2, s.ink[4], 1)
			}
		}
		for _, d := range drops {
			f := math.Mod(t/s.length*2+d.at, 1)
			for k := range 2 {
				g := f - 0.12*float64(k)
				if g > 0 {
					c.ring(d.x, d.y, 4+60*g, 2.2, s.ink[0], 0.40*(1-g)*(1-g))
				}
			}
		}
	}
}
