package media

import "math"

// city is maps and streets: a route, trains, a skyline.
func city() school {
	return school{
		name:  "city",
		takes: []func(*stage) func(*canvas, float64){route, metro, skyline},
		palettes: [][]string{ // ground, blocks, water, park, line, letters
			{"eef0ea", "dfe3d8", "a9d3e0", "bfdcae", "e4572e", "22303a"},
			{"1d2733", "27333f", "16425b", "24513f", "ffb238", "f4f7f9"},
			{"f6eee3", "eadfce", "b8d8d8", "c7d9a7", "7a3b69", "35242f"},
		},
		letters: lettering{face: mediumFace, size: 50},
		mood: mood{bpm: 104, root: 59, chords: [][]int{{0, 4, 7, 14}, {-3, 4, 7, 12}, {5, 9, 12, 16}, {7, 11, 14, 17}}, pad: 0.3, lead: pluck,
			tune: "x.x.xx.xx.x.x.xx", leadAt: 1, melody: 0.75, bass: "x...x.x.", low: 0.8, kick: "x...x...", hat: "..x...xx", drums: 0.55, wet: 0.3},
	}
}

// plan draws a town from above: blocks on a turned grid, a river, a park.
func (s *stage) plan() *canvas {
	c := newCanvas(sceneW, sceneH)
	c.fill(s.ink[0])
	turn := s.between(-0.35, 0.35)
	at := func(x, y float64) pt {
		return pt{270 + x*math.Cos(turn) - y*math.Sin(turn), 480 + x*math.Sin(turn) + y*math.Cos(turn)}
	}
	x := -640.0
	for x < 640 {
		w := s.between(46, 96)
		for y := -760.0; y < 760; {
			h := s.between(40, 110)
			k := s.ink[1].mix(s.ink[1].dark(0.10), s.Float64())
			if s.IntN(13) == 0 {
				k = s.ink[3]
			}
			c.poly(k, 1, at(x, y), at(x+w, y), at(x+w, y+h), at(x, y+h))
			if s.IntN(3) == 0 { // a court
				c.poly(s.ink[0], 0.7, at(x+w*0.3, y+h*0.3), at(x+w*0.7, y+h*0.3), at(x+w*0.7, y+h*0.7), at(x+w*0.3, y+h*0.7))
			}
			y += h + 9
		}
		x += w + 9 + 8*float64(s.IntN(2))
	}
	var left, right []pt
	p, q := s.between(0, 6), s.between(60, 120)
	for i := range 26 {
		f := float64(i) / 25
		mid := 150 + 260*f + q*math.Sin(f*5+p)
		left = append(left, pt{mid - 46, -20 + 1000*f})
		right = append([]pt{{mid + 46, -20 + 1000*f}}, right...)
	}
	c.poly(s.ink[2], 1, append(left, right...)...)
	c.blob(s.ink[3], 1, pt{360, 380}, pt{520, 350}, pt{560, 470}, pt{470, 560}, pt{370, 520})
	for range 40 {
		c.disc(s.between(380, 530), s.between(385, 520), s.between(4, 9), 2, s.ink[3].dark(0.14), 0.8)
	}
	for i := range 3 { // bridges and main roads
		y := 250 + 250*float64(i) + s.between(-40, 40)
		c.line(-20, y, 560, y+s.between(-120, 120), 15, s.ink[0].mix(s.ink[1], 0.25), 1)
	}
	return c
}

// along a polyline: where one is after a part of its length.
func onPath(path []pt, f float64) pt {
	total := 0.0
	for i := 1; i < len(path); i++ {
		total += math.Hypot(path[i].x-path[i-1].x, path[i].y-path[i-1].y)
	}
	rest := min(1, max(0, f)) * total
	for i := 1; i < len(path); i++ {
		d := math.Hypot(path[i].x-path[i-1].x, path[i].y-path[i-1].y)
		if rest <= d {
			k := rest / max(d, 1e-9)
			return pt{path[i-1].x + (path[i].x-path[i-1].x)*k, path[i-1].y + (path[i].y-path[i-1].y)*k}
		}
		rest -= d
	}
	return path[len(path)-1]
}

// bent rounds the corners of a polyline.
func bent(points []pt) []pt {
	for range 3 {
		out := []pt{points[0]}
		for i := 1; i < len(points); i++ {
			a, b := points[i-1], points[i]
			out = append(out, pt{a.x*0.75 + b.x*0.25, a.y*0.75 + b.y*0.25}, pt{a.x*0.25 + b.x*0.75, a.y*0.25 + b.y*0.75})
		}
		points = append(out, points[len(points)-1])
	}
	return points
}

func route(s *stage) func(*canvas, float64) {
	still := s.plan()
	var corners []pt
	for i := range 9 {
		f := float64(i) / 8
		corners = append(corners, pt{70 + 400*math.Abs(math.Sin(f*5+s.between(-0.3, 0.3))), 860 - 520*f})
	}
	path := bent(corners)
	k := s.ink[4]
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		f := t / s.length
		head, tail := smooth(f/0.72), smooth((f-0.80)/0.20)
		const n = 90
		prev := onPath(path, tail)
		for i := 1; i <= n; i++ {
			at := tail + (1-tail)*float64(i)/n
			if at > head && tail == 0 {
				break
			}
			p := onPath(path, at)
			c.line(prev.x, prev.y, p.x, p.y, 13, s.ink[0].light(0.6), 0.9)
			prev = p
		}
		prev = onPath(path, tail)
		for i := 1; i <= n; i++ {
			at := tail + (1-tail)*float64(i)/n
			if at > head && tail == 0 {
				break
			}
			p := onPath(path, at)
			c.line(prev.x, prev.y, p.x, p.y, 8, k, 1)
			prev = p
		}
		start, end := path[0], path[len(path)-1]
		c.disc(start.x, start.y, 13, 1, k, 1)
		c.disc(start.x, start.y, 6, 1, s.ink[0].light(0.8), 1)
		pin := smooth((f-0.05)/0.1) * smooth((1-f)/0.06)
		c.disc(end.x+4, end.y+6, 16*pin, 12, hexInk("000000"), 0.3)
		c.poly(k, pin, pt{end.x - 13, end.y - 26}, pt{end.x + 13, end.y - 26}, pt{end.x, end.y + 2})
		c.disc(end.x, end.y-32, 19*pin, 1, k, 1)
		c.disc(end.x, end.y-32, 8*pin, 1, s.ink[0].light(0.8), 1)
		me := onPath(path, head)
		wave := math.Mod(t/s.beat/2, 1)
		c.disc(me.x, me.y, 18+46*wave, 30, k, 0.30*(1-wave))
		c.disc(me.x+2, me.y+4, 17, 10, hexInk("000000"), 0.35)
		c.disc(me.x, me.y, 16, 1, s.ink[0].light(0.9), 1)
		c.disc(me.x, me.y, 11, 1, k, 1)
	}
}

func metro(s *stage) func(*canvas, float64) {
	back := newSoft()
	back.vertical(s.ink[0].light(0.05), s.ink[0], s.ink[0].dark(0.05))
	still := newCanvas(sceneW, sceneH)
	still.paint(back)
	still.blob(s.ink[2], 0.8, pt{-60, 560}, pt{120, 520}, pt{260, 620}, pt{420, 560}, pt{620, 640}, pt{620, 720}, pt{420, 650}, pt{250, 710}, pt{110, 610}, pt{-60, 650})
	inks := []ink{s.ink[4], hexInk("2a9d8f"), hexInk("4361ee"), hexInk("b5179e"), hexInk("f4a100")}
	var lines [][]pt
	for i := range 5 {
		o := float64(i)
		x0, y0 := 60+o*96, 320.0
		var l []pt
		switch i % 3 {
		case 0:
			l = []pt{{x0, y0}, {x0, 480 + o*20}, {x0 + 120, 600 + o*20}, {x0 + 120, 1000}}
		case 1:
			l = []pt{{-20, 420 + o*60}, {150, 420 + o*60}, {330, 600 + o*60}, {600, 600 + o*60}}
		default:
			l = []pt{{x0 + 200, y0}, {x0 + 200, 460}, {x0 - 20, 680}, {x0 - 20, 1000}}
		}
		lines = append(lines, l)
		for j := 1; j < len(l); j++ {
			still.line(l[j-1].x, l[j-1].y, l[j].x, l[j].y, 12, inks[i], 1)
		}
	}
	for _, l := range lines {
		for k := 1; k < 8; k++ {
			p := onPath(l, float64(k)/8)
			still.disc(p.x, p.y, 10, 1, s.ink[5], 1)
			still.disc(p.x, p.y, 6.5, 1, s.ink[0].light(0.9), 1)
		}
	}
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		for i, l := range lines {
			for train := range 2 {
				f := math.Mod(t/s.length+float64(train)/2+float64(i)*0.13, 1)
				if i%2 == 1 {
					f = 1 - f
				}
				g := (math.Floor(f*8) + smooth(math.Mod(f*8, 1)*1.5-0.25)) / 8 // it stops at stations
				for car := range 4 {
					p, q := onPath(l, g-float64(car)*0.024), onPath(l, g-float64(car)*0.024-0.018)
					c.line(p.x, p.y, q.x, q.y, 17, inks[i].dark(0.45), 1)
					c.line(p.x, p.y, q.x, q.y, 10, inks[i].light(0.75), 1)
				}
			}
		}
	}
}

func skyline(s *stage) func(*canvas, float64) {
	dusk := []ink{s.ink[2].dark(0.55), s.ink[2].dark(0.25), s.ink[4].mix(s.ink[2], 0.45), s.ink[4].light(0.25)}
	back := newSoft()
	back.vertical(append(dusk, s.ink[4].light(0.45))...)
	back.glow(400, 400, 130, hexInk("fff1cf"), 0.25)
	still := newCanvas(sceneW, sceneH)
	still.paint(back)
	still.disc(400, 398, 46, 2, hexInk("fff4da"), 1)
	type house struct{ x, w, h float64 }
	var rows [3][]house
	for r := range rows {
		for x := 0.0; x < sceneW; {
			w := min(s.between(44, 96), sceneW-x)
			rows[r] = append(rows[r], house{x, w, s.between(80, 240) * (1 - 0.14*float64(r))})
			x += w
		}
	}
	lamp := hexInk("ffd98a")
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		for r, row := range rows {
			foot := 700 + 90*float64(r)
			k := dusk[2].mix(dusk[0].dark(0.4), 0.35+0.32*float64(r))
			shift := math.Mod(float64(r+1)*sceneW*t/s.length, sceneW)
			for hn, h := range row {
				for _, lap := range []float64{0, -sceneW} {
					x := h.x + shift + lap
					if x > sceneW || x+h.w < 0 {
						continue
					}
					top := foot - h.h
					c.box(x, top, h.w, sceneH-top, 0, 1, k, 1)
					if hn%3 == 0 {
						c.line(x+h.w/2, top-34, x+h.w/2, top, 2.5, k, 1)
					}
					for wy := top + 14; wy < foot-16; wy += 24 {
						for wx := 9.0; wx < h.w-12; wx += 17 {
							n := math.Sin(float64(hn*37+r*11)+wx*7.7+wy*3.1+float64(r)) * 43758.5
							n -= math.Floor(n)
							if n > 0.52 {
								a := 0.5 + 0.4*math.Sin(s.loop(t, 1)+n*40)
								c.box(x+wx, wy, 8, 12, 1, 1, lamp, a*(0.35+0.25*float64(r)))
							}
						}
					}
				}
			}
		}
		street := dusk[0].dark(0.6)
		c.box(0, 878, sceneW, 90, 0, 1, street, 1)
		for i := range 9 { // cars
			f := math.Mod(t/s.length*float64(1+i%2)+float64(i)*0.117, 1)
			if i%2 == 0 {
				x := -60 + 660*f
				c.box(x, 902, 54, 3.4, 1.7, 3, hexInk("ff5b4a"), 0.9)
			} else {
				x := 600 - 660*f
				c.disc(x, 926, 16, 28, lamp, 0.45)
				c.box(x, 924, 62, 3.4, 1.7, 3, hexInk("fff3d6"), 0.95)
			}
		}
	}
}
