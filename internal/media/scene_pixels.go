package media

import "math"

// pixels is drawn in large squares, as the first games were.
func pixels() school {
	return school{
		name:  "pixels",
		takes: []func(*stage) func(*canvas, float64){runner, hearts, invaders},
		palettes: [][]string{ // night, dusk, glow, ground, bright, letters
			{"1a1c2c", "5d275d", "ef7d57", "38b764", "ffcd75", "f4f4f4"},
			{"0f0e2e", "29366f", "41a6f6", "257179", "a7f070", "f4f4f4"},
			{"2b0f3a", "7a1f5c", "ff6e9c", "3b5dc9", "ffd6a5", "fff7f0"},
		},
		letters: lettering{face: monoBoldFace, size: 46, upper: true},
		mood: mood{bpm: 124, root: 57, chords: [][]int{{0, 3, 7, 12}, {-4, 3, 8, 12}, {-2, 5, 10, 14}, {0, 7, 12, 15}}, lead: chip, tune: "xxx.xx.xxxx.x.x.", leadAt: 1,
			melody: 0.55, bass: "x.xxx.xx", low: 0.9, kick: "x...x...", hat: ".x.x.x.x", snap: "..x...x.", drums: 0.6, wet: 0.08},
	}
}

// bigDot is the side of one large pixel.
const bigDot = 12.0

// block paints whole large pixels.
func (c *canvas) block(x, y, w, h int, k ink) {
	x0, y0 := max(0, x*int(bigDot)), max(0, y*int(bigDot))
	x1, y1 := min(c.w, (x+w)*int(bigDot)), min(c.h, (y+h)*int(bigDot))
	for py := y0; py < y1; py++ {
		if x1 <= x0 {
			return
		}
		fade(c.y[py*c.w+x0:py*c.w+x1], k.y, 256)
		if py%2 == 0 {
			row := py / 2 * c.w / 2
			fade(c.u[row+x0/2:row+x1/2], k.u, 256)
			fade(c.v[row+x0/2:row+x1/2], k.v, 256)
		}
	}
}

// sprite paints rows of letters: each names a colour, a space none.
func (c *canvas) sprite(x, y int, rows []string, inks map[rune]ink) {
	for dy, row := range rows {
		for dx, r := range row {
			if k, ok := inks[r]; ok {
				c.block(x+dx, y+dy, 1, 1, k)
			}
		}
	}
}

const (
	gridW = sceneW / int(bigDot)
	gridH = sceneH / int(bigDot)
)

// dusk is a sky in bands, dithered where they meet.
func (s *stage) dusk(stops ...ink) *canvas {
	c := newCanvas(sceneW, sceneH)
	for y := range gridH {
		for x := range gridW {
			f := float64(y) / float64(gridH) * float64(len(stops)-1)
			i := int(f)
			if part := f - float64(i); part > 0.75 && (x+y)%2 == 0 || part > 0.88 && x%2 == 0 {
				i++
			}
			c.block(x, y, 1, 1, stops[min(i, len(stops)-1)])
		}
	}
	return c
}

func runner(s *stage) func(*canvas, float64) {
	night, low, glow, ground, bright := s.ink[0], s.ink[1], s.ink[2], s.ink[3], s.ink[4]
	still := s.dusk(night, night, night.mix(low, 0.5), low, low.mix(glow, 0.5), glow, bright)
	for range 40 {
		still.block(s.IntN(gridW), s.IntN(36), 1, 1, night.mix(s.ink[5], 0.12+0.25*s.Float64()))
	}
	for dy := -5; dy <= 5; dy++ { // the sun, with stripes
		w := int(math.Sqrt(float64(30 - dy*dy)))
		if dy < 1 || dy%2 == 0 {
			still.block(gridW/2-w, 44+dy, 2*w, 1, bright)
		}
	}
	hills := make([]int, gridW)
	for x := range hills {
		hills[x] = 51 - int(4+4*math.Sin(2*math.Pi*float64(x)/float64(gridW))+3*math.Sin(6*math.Pi*float64(x)/float64(gridW)+1))
	}
	man := [][]string{{" hhh ", " ff  ", "ssss ", " ss s", " bb  ", "b  b "}, {" hhh ", " ff  ", " ssss", "s ss ", " bb  ", " bb  "}}
	suit := map[rune]ink{'h': hexInk("73282e"), 'f': hexInk("f6c8a0"), 's': hexInk("3b5dc9"), 'b': hexInk("29366f")}
	coin := map[rune]ink{'c': bright, 'w': hexInk("ffffff")}
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		f := t / s.length
		for x := range gridW {
			h := hills[(x+int(f*float64(gridW)))%gridW]
			c.block(x, h, 1, 66-h, low.mix(night, 0.35))
		}
		run := int(f * 2 * float64(gridW))
		for x := range gridW {
			at := (x + run) % gridW
			c.block(x, 66, 1, 1, ground.light(0.25))
			c.block(x, 67, 1, 1, ground)
			k := hexInk("6b3e2e")
			if (at+at/3)%4 == 0 {
				k = k.light(0.12)
			}
			c.block(x, 68, 1, gridH-68, k)
			if at%9 == 4 {
				c.block(x, 71+at%5, 1, 1, k.dark(0.3))
			}
			switch at % 15 {
			case 3: // a bush
				c.block(x-1, 64, 3, 2, ground.dark(0.2))
				c.block(x, 63, 1, 1, ground.dark(0.2))
			case 11: // a box to jump over
				c.block(x, 63, 3, 3, hexInk("b86f50"))
				c.block(x, 63, 3, 1, hexInk("e4a672"))
				c.block(x+1, 64, 1, 1, hexInk("743f39"))
			}
			if at%15 == 12 { // and a coin over it
				y := 55 + int(math.Round(math.Sin(s.loop(t, 4))))
				if int(t*8)%2 == 0 {
					c.sprite(x-1, y, []string{" cc ", "cwcc", "cwcc", " cc "}, coin)
				} else {
					c.sprite(x, y, []string{"cc", "wc", "wc", "cc"}, coin)
				}
			}
		}
		// He jumps when a box comes.
		next := math.Mod(float64(11-(12+run)%15)+15, 15)
		jump := 0
		if d := math.Abs(next - 1); d < 5 {
			jump = int(7 * (1 - d*d/25))
		} else if d := 15 - next; d < 3 {
			jump = int(4 - d)
		}
		c.sprite(12, 60-jump, man[int(t*10)%2], suit)
	}
}

func hearts(s *stage) func(*canvas, float64) {
	night, low, glow, bright := s.ink[0], s.ink[1], s.ink[2], s.ink[4]
	shape := []string{"  xxxx   xxxx  ", " xxxxxx xxxxxx ", "xxxxxxxxxxxxxxx", "xxxxxxxxxxxxxxx", "xxxxxxxxxxxxxxx", "xxxxxxxxxxxxxxx", " xxxxxxxxxxxxx ", "  xxxxxxxxxxx  ", "   xxxxxxxxx   ", "    xxxxxxx    ", "     xxxxx     ", "      xxx      ", "       x       "}
	type crumb struct {
		x, y   int
		a, d   float64
		orderF float64
	}
	var crumbs []crumb
	for y, row := range shape {
		for x, r := range row {
			if r == 'x' {
				crumbs = append(crumbs, crumb{x, y, s.between(0, 6.3), s.between(16, 44), s.Float64() * 0.12})
			}
		}
	}
	return func(c *canvas, t float64) {
		f := t / s.length
		for y := range gridH { // a plasma in few colours
			for x := range gridW {
				v := math.Sin(float64(x)/6+s.loop(t, 1)) + math.Sin(float64(y)/9-s.loop(t, 1)) + math.Sin(float64(x+y)/11+s.loop(t, 2))
				i := int((v + 3) / 6 * 4.99)
				c.block(x, y, 1, 1, along([]ink{night.dark(0.2), night, low.mix(night, 0.5), low}, float64(i)/4))
			}
		}
		beat := 1 + 0.10*s.pulse(t)
		for _, k := range crumbs {
			together := smooth((f-k.orderF)/0.22) * smooth((1-f-k.orderF)/0.18)
			far := (1 - together) * k.d
			x := float64(gridW)/2 - 7.5*beat*1.6 + float64(k.x)*1.6*beat + far*math.Cos(k.a+2*far/44)
			y := 42 + float64(k.y)*1.6*beat + far*math.Sin(k.a+2*far/44)
			ink := glow
			if k.y < 4 && k.x > 1 && k.x < 5 {
				ink = glow.light(0.55)
			} else if k.x > 10 || k.y > 9 {
				ink = glow.dark(0.22)
			} else if (k.x+k.y)%7 == 0 {
				ink = glow.mix(bright, 0.35)
			}
			c.box(x*bigDot, y*bigDot, bigDot*1.62*beat, bigDot*1.62*beat, 1, 1, ink, 1)
		}
	}
}

func invaders(s *stage) func(*canvas, float64) {
	night, glow, bright := s.ink[0], s.ink[2], s.ink[4]
	bugs := [][]string{
		{"  x  x  ", "  xxxx  ", " x xx x ", "xxxxxxxx", "x xxxx x", "x x  x x", "  x  x  "},
		{" x    x ", "  xxxx  ", " x xx x ", "xxxxxxxx", "x xxxx x", "  x  x  ", " x    x "},
	}
	ship := []string{"   x   ", "  xxx  ", " xxxxx ", "xxxxxxx", "xx x xx"}
	stars := s.stars(60, 0, 1)
	return func(c *canvas, t float64) {
		c.fill(night.dark(0.45))
		for i, st := range stars {
			f := math.Mod(st.phase/6.3+t/s.length*float64(1+i%3), 1)
			c.block(int(st.x/bigDot), int(f*float64(gridH)), 1, 1, night.mix(s.ink[5], 0.15+0.2*float64(i%3)))
		}
		pace := int(t / s.beat * 2)
		side := int(math.Round(4 * math.Sin(s.loop(t, 2))))
		for row := range 3 {
			for col := range 4 {
				k := []ink{glow, bright, s.ink[3].light(0.3)}[row]
				f := math.Mod(t/s.length*2+float64(row*4+col)*0.29, 1)
				x, y := 2+col*11+side, 31+row*10
				if hit := f > 0.93; hit { // burst, and back again
					for q := range 8 {
						a := float64(q) * math.Pi / 4
						r := (f - 0.93) * 70
						c.block(x+4+int(r*math.Cos(a)), y+3+int(r*math.Sin(a)), 1, 1, bright)
					}
					continue
				}
				c.sprite(x, y, bugs[(pace+row)%2], map[rune]ink{'x': k})
			}
		}
		sx := 19 + int(math.Round(15*math.Sin(s.loop(t, 1)+1)))
		c.sprite(sx, 72, ship, map[rune]ink{'x': s.ink[5]})
		if pace%2 == 0 {
			c.block(sx+2, 77, 1, 1, glow)
			c.block(sx+4, 77, 1, 1, glow)
		}
		for i := range 4 {
			f := math.Mod(t/s.beat/2+float64(i)/4, 1)
			bx := 19 + int(math.Round(15*math.Sin(s.loop(t-f*s.beat*2, 1)+1)))
			c.block(bx+3, 70-int(f*40), 1, 3, bright)
		}
		for b := range 4 {
			c.sprite(3+b*11, 65, []string{" xxxx ", "xxxxxx", "xx  xx"}, map[rune]ink{'x': s.ink[3]})
		}
	}
}
