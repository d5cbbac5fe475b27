package media

import "math"

// ocean is water from above, from within, and at night.
func ocean() school {
	return school{
		name:  "ocean",
		takes: []func(*stage) func(*canvas, float64){swell, deep, lighthouse},
		palettes: [][]string{ // sky, horizon, sun, near water, far water, letters
			{"2b6777", "f6c177", "fff3c4", "07364a", "2a8c9e", "fffaf0"},
			{"40304f", "f08a6c", "ffe0a3", "1d1b3a", "6a5b8f", "fff6ee"},
			{"5aa9c7", "d8f0ee", "ffffff", "0b4f6c", "58b4b8", "ffffff"},
		},
		letters: lettering{face: italicFace, size: 52},
		mood: mood{bpm: 72, root: 55, chords: [][]int{{0, 4, 11, 14}, {5, 9, 12, 16}}, pad: 0.9, lead: keys, tune: "x..x.x..x....x..",
			leadAt: 1, melody: 0.7, bass: "x.....x.", low: 0.5, wet: 0.7},
	}
}

func swell(s *stage) func(*canvas, float64) {
	top, low, sun, near, far := s.ink[0], s.ink[1], s.ink[2], s.ink[3], s.ink[4]
	const horizon = 470.0
	sx := s.between(170, 370)
	back := newSoft()
	for y := range back.h {
		k := along([]ink{top, top.mix(low, 0.5), low, low.light(0.15)}, float64(y)*softScale/horizon)
		for x := range back.w {
			back.set(y*back.w+x, k)
		}
	}
	back.glow(sx, 400, 240, sun, 0.32)
	still := newCanvas(sceneW, sceneH)
	still.paint(back)
	still.disc(sx, 402, 62, 3, sun, 1)
	gulls := s.stars(5, 300, 400)
	const layers = 9
	type wave struct{ n, p, q float64 }
	var ws [layers]wave
	for i := range ws {
		ws[i] = wave{math.Round(s.between(1, 2.4)), s.between(0, 6.3), s.between(0, 6.3)}
	}
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		for i, g := range gulls {
			x := math.Mod(g.x+sceneW*t/s.length+float64(i)*60, sceneW+80) - 40
			y := g.y + 12*math.Sin(s.loop(t, 2)+g.phase)
			f := 7 * math.Sin(s.loop(t, 6)+g.phase)
			c.line(x-13, y-4-f, x, y, 2.2, near, 0.8)
			c.line(x, y, x+13, y-4-f, 2.2, near, 0.8)
		}
		for i := range layers {
			f := float64(i) / (layers - 1)
			base := horizon + 440*math.Pow(f, 1.35)
			amp := 4 + 26*f
			w := ws[i]
			dir := 1
			if i%2 == 1 {
				dir = -1
			}
			shape := func(x float64) float64 {
				a := 2*math.Pi*w.n*x/sceneW + w.p + s.loop(t, dir)
				return base - amp*(math.Sin(a)+0.35*math.Sin(2*a+w.q+s.loop(t, 1)))
			}
			k := far.mix(near, f)
			c.below(shape, k.light(0.10), k.dark(0.10), 1)
			for j := range 26 { // light on the crests
				x := (float64(j) + 0.5) * sceneW / 26
				y := shape(x)
				glint := math.Exp(-math.Pow((x-sx)/(50+110*f), 2))
				c.box(x-9-8*f, y+3+7*f, 18+16*f, 1.4+2*f, 1, 2.5, sun, 0.75*glint*(0.6+0.4*math.Sin(s.loop(t, 3)+float64(j)*2.1+float64(i))))
				if i > 4 && math.Sin(float64(j)*1.9+w.q) > 0.3 {
					c.box(x-12, y+1, 24, 2.2, 1, 2.5, sun.light(0.5), 0.16)
				}
			}
		}
	}
}

func deep(s *stage) func(*canvas, float64) {
	near, far := s.ink[3], s.ink[4]
	back, light := newSoft(), newSoft()
	back.vertical(far.light(0.35), far, near, near.dark(0.55))
	rays := make([]star, 7)
	for i := range rays {
		rays[i] = star{x: s.between(-60, 600), r: s.between(20, 60), phase: s.between(0, 6.3), bright: s.between(0.05, 0.14)}
	}
	type jelly struct{ x, y, r, phase float64 }
	jellies := []jelly{{180, 560, 74, 0}, {400, 760, 50, 2}, {420, 430, 34, 4}, {110, 850, 30, 5}}
	bubbles := s.stars(34, 0, 1)
	skin := []ink{s.ink[2], s.ink[1], s.ink[2].mix(s.ink[1], 0.5), s.ink[1]}
	return func(c *canvas, t float64) {
		light.copyFrom(back)
		for _, r := range rays {
			lean := 0.28 + 0.05*math.Sin(s.loop(t, 1)+r.phase)
			a := r.bright * (0.7 + 0.3*math.Sin(s.loop(t, 2)+r.phase))
			for y := range light.h * 3 / 4 {
				fy := float64(y) * softScale
				mid := (r.x + lean*fy) / softScale
				wide := (r.r + 0.10*fy) / softScale
				fall := a * (1 - fy/(sceneH*0.75))
				for x := max(0, int(mid-wide)); x < min(light.w, int(mid+wide)); x++ {
					d := (float64(x) - mid) / wide
					f := float32(fall * (1 - d*d))
					i := y*light.w + x
					light.r[i] += f
					light.g[i] += f
					light.b[i] += f
				}
			}
		}
		c.paint(light)
		for i, b := range bubbles {
			f := math.Mod(b.phase/6.3+t/s.length*float64(1+i%2), 1)
			x := b.x + 12*math.Sin(f*9+b.phase)
			c.ring(x, 980-f*1040, 2+b.r*3, 1.4, far.light(0.7), 0.4*b.bright)
		}
		for n, j := range jellies {
			k := skin[n]
			beat := math.Sin(s.loop(t, 4) + j.phase)
			x := j.x + 20*math.Sin(s.loop(t, 1)+j.phase)
			y := j.y + 26*math.Cos(s.loop(t, 1)+j.phase) - 6*beat
			rx, ry := j.r*(1+0.10*beat), j.r*(0.86-0.12*beat)
			c.disc(x, y, j.r*1.5, j.r*1.6, k, 0.22)
			for i := range 7 { // arms
				fx := (float64(i) - 3) / 3
				px, py := x+fx*rx*0.75, y+ry*0.25
				for seg := range 9 {
					f := float64(seg+1) / 9
					nx := x + fx*rx*(0.75-0.25*f) + j.r*0.20*math.Sin(s.loop(t, 3)+f*4+j.phase+fx)*f
					ny := y + ry*0.25 + f*j.r*(2.0-0.5*math.Abs(fx))
					c.line(px, py, nx, ny, 3.2*(1-f)+1, k.light(0.2), 0.55*(1-f*0.7))
					px, py = nx, ny
				}
			}
			var bell []pt
			for i := range 25 {
				a := math.Pi + math.Pi*float64(i)/24
				bell = append(bell, pt{x + rx*math.Cos(a), y + ry*math.Sin(a)})
			}
			for i := range 13 { // a wavy hem
				f := float64(i) / 12
				bell = append(bell, pt{x + rx*(1-2*f), y + j.r*0.12*math.Abs(math.Sin(f*math.Pi*6)) + 2})
			}
			c.poly(k, 0.78, bell...)
			c.disc(x-rx*0.28, y-ry*0.45, j.r*0.34, j.r*0.5, k.light(0.75), 0.6)
			c.disc(x, y-ry*0.1, j.r*0.4, j.r*0.5, k.dark(0.3), 0.35)
		}
	}
}

func lighthouse(s *stage) func(*canvas, float64) {
	night := s.ink[3].dark(0.45)
	back, light := newSoft(), newSoft()
	back.vertical(night, s.ink[3], s.ink[0].mix(s.ink[1], 0.25), s.ink[1].mix(s.ink[0], 0.35))
	stars := s.stars(120, 0, 520)
	lx, ly := 372.0, 402.0
	lamp := hexInk("ffe9b0")
	type wave struct{ p, q float64 }
	ws := make([]wave, 6)
	for i := range ws {
		ws[i] = wave{s.between(0, 6.3), s.between(0, 6.3)}
	}
	return func(c *canvas, t float64) {
		light.copyFrom(back)
		turn := s.loop(t, 1)
		for side := range 2 {
			a := turn + float64(side)*math.Pi
			reach := math.Cos(a) // the beam as seen from far: longest when it lies across
			dir := 1.0
			if reach < 0 {
				dir = -1
			}
			bright := 0.55 * (0.35 + 0.65*math.Abs(reach))
			long := 620 * math.Abs(reach)
			x0, y0 := lx/softScale, ly/softScale
			for y := range light.h {
				dy := float64(y) - y0
				for d := 1.0; d*softScale < long; d++ {
					wide := 1.5 + d*0.16
					if off := math.Abs(dy + d*0.02); off < wide {
						x := int(x0 + dir*d)
						if x < 0 || x >= light.w {
							break
						}
						e := 1 - off/wide
						f := float32(bright * e * e * (1 - d*softScale/long))
						i := y*light.w + x
						light.r[i] += lamp.r * f
						light.g[i] += lamp.g * f
						light.b[i] += lamp.b * f
					}
				}
			}
		}
		flash := math.Pow(math.Abs(math.Sin(turn)), 14)
		light.glow(lx, ly, 60+90*flash, lamp, 0.5+0.6*flash)
		c.paint(light)
		c.twinkle(stars, s, t, s.ink[5])
		rock := night.dark(0.35)
		c.blob(rock, 1, pt{210, 800}, pt{262, 690}, pt{330, 660}, pt{372, 640}, pt{430, 655}, pt{500, 690}, pt{600, 700}, pt{640, 860}, pt{300, 880})
		c.poly(hexInk("d8d4cc").mix(night, 0.35), 1, pt{lx - 34, 662}, pt{lx - 21, ly + 30}, pt{lx + 21, ly + 30}, pt{lx + 34, 662})
		for i := range 3 {
			f0, f1 := 0.12+float64(i)*0.32, 0.27+float64(i)*0.32
			w0, w1 := 21+13*f0, 21+13*f1
			y0, y1 := ly+30+(632-ly)*f0, ly+30+(632-ly)*f1
			c.poly(hexInk("b8423a").mix(night, 0.3), 1, pt{lx - w0, y0}, pt{lx + w0, y0}, pt{lx + w1, y1}, pt{lx - w1, y1})
		}
		c.poly(night, 0.35, pt{lx + 6, ly + 30}, pt{lx + 21, ly + 30}, pt{lx + 34, 662}, pt{lx + 10, 662})
		c.box(lx-28, ly+22, 56, 9, 2, 1, rock, 1)
		c.box(lx-15, ly-16, 30, 40, 3, 1, lamp.mix(night, 0.2*(1-flash)), 1)
		c.line(lx, ly-18, lx, ly+22, 3, rock, 1)
		c.poly(rock, 1, pt{lx - 22, ly - 14}, pt{lx, ly - 44}, pt{lx + 22, ly - 14})
		for i, w := range ws {
			f := float64(i) / 5
			base, amp := 730+170*f, 5+14*f
			dir := 1 - 2*(i%2)
			k := s.ink[4].mix(night, 0.45+0.5*f)
			c.below(func(x float64) float64 {
				a := 2*math.Pi*2*x/sceneW + w.p + s.loop(t, dir)
				return base - amp*(math.Sin(a)+0.4*math.Sin(3*a+w.q))
			}, k.light(0.08), k.dark(0.4), 1)
			for j := range 5 {
				y := base + 8 + float64(j)*5
				c.box(lx-40-f*60+30*math.Sin(s.loop(t, 2)+float64(i*3+j)), y, 80+f*90, 1.6, 0.8, 2, lamp, 0.10+0.16*flash)
			}
		}
	}
}
