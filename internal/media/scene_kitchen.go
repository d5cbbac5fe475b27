package media

import "math"

// kitchen looks straight down on a table: soup, a pan, coffee.
func kitchen() school {
	return school{
		name:  "kitchen",
		takes: []func(*stage) func(*canvas, float64){soup, pan, latte},
		palettes: [][]string{ // table, plate, main, light, herb, letters
			{"e9d8bf", "fbf5ea", "d9482b", "fff1d6", "4d7c3a", "3a2418"},
			{"2f4a45", "f4efe2", "e8912d", "fff3d1", "7fae4e", "fff8ea"},
			{"c8553d", "fbf1e3", "e2b13c", "fff6dc", "3f6b4f", "fff4e4"},
		},
		letters: lettering{face: boldFace, size: 54},
		mood: mood{bpm: 98, root: 60, chords: [][]int{{0, 4, 7, 12}, {-3, 4, 9, 12}, {5, 9, 12, 17}, {-5, 2, 7, 11}}, pad: 0.25, lead: marimba,
			tune: "x.xx.xx.x.x..x.x", leadAt: 1, melody: 0.9, bass: "x..x..x.", low: 0.8, kick: "x...x...", hat: "..x...x.", snap: "", drums: 0.5, wet: 0.25},
	}
}

// table is a wooden top, lit from the upper left.
func (s *stage) table() *canvas {
	base := s.ink[0]
	back := newSoft()
	back.vertical(base.light(0.10), base, base.dark(0.16))
	back.glow(110, 170, 330, base.light(0.6), 0.22)
	still := newCanvas(sceneW, sceneH)
	still.paint(back)
	for i := range 5 { // boards
		x := float64(i)*118 + s.between(-8, 8)
		still.box(x, -10, 2, sceneH+20, 0, 2, base.dark(0.5), 0.22)
		for range 7 {
			y := s.between(0, sceneH)
			still.box(x+s.between(12, 96), y, 1.4, s.between(60, 260), 0.7, 2, base.dark(0.4), 0.13)
		}
	}
	return still
}

// dish is a round dish with its shadow.
func (c *canvas) dish(x, y, r float64, k ink) {
	c.disc(x+14, y+20, r*1.03, r*0.22, hexInk("140c06"), 0.34)
	c.disc(x, y, r, 1.5, k.dark(0.10), 1)
	c.disc(x-1.5, y-2, r-3, 2, k, 1)
	c.ring(x, y, r*0.82, r*0.05, k.dark(0.18), 0.35)
}

// steam rises in soft wisps.
func (c *canvas) steam(s *stage, t, x, y, height, strength float64) {
	const n = 9
	for i := range n {
		f := math.Mod(float64(i)/n+t/s.length*2, 1)
		px := x + 46*math.Sin(f*5+float64(i)*1.9+s.loop(t, 1))*(0.25+f)
		c.disc(px, y-f*height, 26+60*f, 60+70*f, hexInk("ffffff"), strength*math.Sin(math.Pi*f)*0.30)
	}
}

// leaf is a pointed leaf from its stem on, in the direction of an angle.
func (c *canvas) leaf(x, y, length, width, angle float64, k ink, opacity float64) {
	dx, dy := math.Cos(angle), math.Sin(angle)
	at := func(along, across float64) pt { return pt{x + along*dx - across*dy, y + along*dy + across*dx} }
	var side, other []pt
	for i := range 9 {
		f := float64(i) / 8
		w := width / 2 * math.Pow(math.Sin(math.Pi*math.Pow(f, 0.8)), 0.9)
		side = append(side, at(f*length, w))
		other = append([]pt{at(f*length, -w)}, other...)
	}
	c.poly(k, opacity, append(side, other...)...)
	c.poly(k.dark(0.18), opacity*0.8, append(side, at(length, 0), at(0, 0))...)
	if length > 48 { // a vein
		tip := at(length*0.92, 0)
		c.line(x, y, tip.x, tip.y, 1.6, k.light(0.35), opacity*0.8)
	}
}

func soup(s *stage) func(*canvas, float64) {
	still := s.table()
	cx, cy, r := 270.0, 600.0, 205.0
	still.dish(cx, cy, r, s.ink[1])
	broth := s.ink[2]
	type bit struct{ r, a, size, turn float64 }
	var leaves, drops []bit
	for i := range 6 {
		leaves = append(leaves, bit{s.between(30, 110), float64(i)*1.05 + s.between(-0.3, 0.3), s.between(30, 46), s.between(0, 6.3)})
	}
	for range 26 {
		drops = append(drops, bit{150 * math.Sqrt(s.Float64()), s.between(0, 6.3), s.between(2, 7), 0})
	}
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		c.disc(cx, cy, r*0.80, 3, broth.dark(0.25), 1)
		c.disc(cx-2, cy-3, r*0.78, 10, broth, 1)
		c.disc(cx-50, cy-60, 110, 150, broth.light(0.35), 0.30)
		turn := s.loop(t, 1)
		for i := range 150 { // a swirl of cream
			f := float64(i) / 150
			a := f*9.5 + turn
			rr := 14 + 122*f + 4*math.Sin(f*14+turn)
			c.disc(cx+rr*math.Cos(a), cy+rr*math.Sin(a), (1-f)*9+2.2, 4, s.ink[3], 0.85*(1-0.55*f))
		}
		for _, d := range drops {
			a := d.a + turn
			x, y := cx+d.r*math.Cos(a), cy+d.r*math.Sin(a)
			c.disc(x, y, d.size, 1.5, s.ink[3].mix(broth, 0.45), 0.55)
			c.disc(x-d.size*0.25, y-d.size*0.3, d.size*0.4, 1.5, s.ink[3], 0.7)
		}
		for _, l := range leaves {
			a := l.a + turn
			x, y := cx+l.r*math.Cos(a), cy+l.r*math.Sin(a)+2*math.Sin(s.loop(t, 2)+l.turn)
			c.leaf(x+4, y+6, l.size, l.size*0.52, l.turn+a, broth.dark(0.55), 0.5)
			c.leaf(x, y, l.size, l.size*0.52, l.turn+a, s.ink[4], 1)
		}
		c.steam(s, t, cx, cy-20, 470, 1)
	}
}

func pan(s *stage) func(*canvas, float64) {
	still := s.table()
	iron := hexInk("23262b")
	cx, cy, r := 262.0, 610.0, 212.0
	still.line(cx+150, cy+150, cx+340, cy+330, 58, hexInk("120a05"), 0.30)
	still.disc(cx+18, cy+26, r*1.04, 60, hexInk("120a05"), 0.38)
	still.line(cx+140, cy+130, cx+330, cy+312, 44, iron.dark(0.2), 1)
	still.line(cx+150, cy+132, cx+330, cy+304, 12, iron.light(0.18), 0.8)
	still.disc(cx, cy, r, 1.5, iron.light(0.15), 1)
	still.disc(cx, cy, r-9, 3, iron.dark(0.25), 1)
	still.disc(cx-40, cy-60, r-60, 180, iron.light(0.30), 0.35)
	type slice struct {
		r, a, size float64
		kind       int
	}
	var slices []slice
	for ring, n := range []int{1, 6, 11} {
		for i := range n {
			slices = append(slices, slice{float64(ring) * 72, float64(i)*2*math.Pi/float64(n) + float64(ring)*0.4, 34 - 3*float64(ring), (i + ring) % 3})
		}
	}
	var salt []bitFall
	for range 26 {
		salt = append(salt, bitFall{s.between(90, 430), s.Float64(), s.between(0.8, 1.8)})
	}
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		turn := 0.10 * math.Sin(s.loop(t, 1))
		for i := range 26 { // fat that sizzles
			f := math.Mod(float64(i)*0.618+t*float64(1+i%2)*4/s.length, 1)
			a, rr := float64(i)*2.4, 30+float64(i*37%150)
			c.ring(cx+rr*math.Cos(a), cy+rr*math.Sin(a), 2+7*f, 1.5, s.ink[3], 0.5*(1-f))
		}
		for i, sl := range slices {
			dir := 1.0
			if int(sl.r)%144 == 0 {
				dir = -1
			}
			a := sl.a + dir*turn*2
			jump := 4 * math.Abs(math.Sin(s.loop(t, 4)+float64(i)*1.3)) * s.pulse(t)
			x, y := cx+sl.r*math.Cos(a), cy+sl.r*math.Sin(a)-jump
			c.disc(x+4, y+7+jump, sl.size, 10, hexInk("000000"), 0.4)
			switch sl.kind {
			case 0: // tomato
				c.disc(x, y, sl.size, 1.5, s.ink[2].dark(0.12), 1)
				c.disc(x, y, sl.size*0.86, 2, s.ink[2].light(0.16), 1)
				for k := range 5 {
					b := a + float64(k)*2*math.Pi/5
					c.disc(x+sl.size*0.48*math.Cos(b), y+sl.size*0.48*math.Sin(b), sl.size*0.22, 2, s.ink[2].dark(0.25), 0.8)
					c.disc(x+sl.size*0.5*math.Cos(b), y+sl.size*0.5*math.Sin(b), sl.size*0.08, 1.5, s.ink[3], 0.9)
				}
			case 1: // courgette
				c.disc(x, y, sl.size*0.94, 1.5, s.ink[4].dark(0.2), 1)
				c.disc(x, y, sl.size*0.82, 4, hexInk("dfe8b0"), 1)
				for k := range 7 {
					b := a + float64(k)*2*math.Pi/7
					c.disc(x+sl.size*0.4*math.Cos(b), y+sl.size*0.4*math.Sin(b), 2.4, 1.5, hexInk("b9c67f"), 1)
				}
			default: // onion
				for k := range 4 {
					rr := sl.size * (0.94 - 0.23*float64(k))
					c.disc(x, y, rr, 1.5, hexInk("f7eef3"), 1)
					c.ring(x, y, rr-1, 2, hexInk("b06a9b"), 0.75)
				}
			}
		}
		for _, g := range salt {
			f := math.Mod(g.phase+t/s.length*2, 1)
			c.disc(g.x+14*math.Sin(f*4+g.phase*9), 330+f*480, 1.3*g.speed, 1.4, s.ink[3], 0.9*math.Sin(math.Pi*f))
		}
		c.steam(s, t, cx+20, cy-40, 430, 0.75)
	}
}

// bitFall is something small that falls.
type bitFall struct{ x, phase, speed float64 }

func latte(s *stage) func(*canvas, float64) {
	still := s.table()
	cx, cy := 270.0, 600.0
	cup := s.ink[1]
	still.dish(cx, cy, 232, cup.dark(0.05))
	still.line(cx+130, cy-20, cx+215, cy-70, 40, hexInk("140c06"), 0.22)
	still.disc(cx+10, cy+16, 168, 50, hexInk("140c06"), 0.35)
	still.line(cx+120, cy-60, cx+206, cy-104, 34, cup.dark(0.12), 1)
	still.line(cx+120, cy-62, cx+204, cy-106, 24, cup, 1)
	still.disc(cx, cy, 160, 1.5, cup.dark(0.08), 1)
	still.disc(cx, cy, 150, 4, cup.dark(0.22), 1)
	coffee, milk := hexInk("6b3a1e"), hexInk("f3dfc0")
	heart := func(x, y, size, squeeze float64) []pt {
		var out []pt
		for i := range 40 {
			a := 2 * math.Pi * float64(i) / 40
			hx := 16 * math.Pow(math.Sin(a), 3)
			hy := 13*math.Cos(a) - 5*math.Cos(2*a) - 2*math.Cos(3*a) - math.Cos(4*a)
			out = append(out, pt{x + hx*size/17*squeeze, y - hy*size/17})
		}
		return out
	}
	beans := s.stars(9, 780, 930)
	return func(c *canvas, t float64) {
		c.copyFrom(still)
		c.disc(cx, cy, 144, 4, coffee.dark(0.25), 1)
		c.disc(cx-3, cy-4, 139, 14, coffee, 1)
		c.ring(cx, cy, 132, 12, hexInk("a5642f"), 0.55)
		breath := math.Sin(s.loop(t, 2))
		for i := range 5 { // a rosetta: hearts within hearts
			f := float64(i) / 5
			size := 108 * (1 - f) * (1 + 0.03*breath*math.Cos(float64(i)))
			k := milk
			if i%2 == 1 {
				k = coffee.mix(hexInk("a5642f"), 0.5)
			}
			c.blob(k, 0.95, heart(cx+2*math.Sin(s.loop(t, 1)+f*4), cy+8+f*22, size, 1+0.05*math.Sin(s.loop(t, 1)+f*5))...)
		}
		for i, b := range beans {
			a := b.phase + 0.1*math.Sin(s.loop(t, 1)+float64(i))
			if x, y := b.x, b.y+40; y > 850 {
				c.disc(x+4, y+6, 15, 12, hexInk("140c06"), 0.4)
				c.leaf(x-14*math.Cos(a), y-14*math.Sin(a), 30, 22, a, hexInk("4a2712"), 1)
			}
		}
		c.disc(cx-60, cy-70, 60, 90, hexInk("ffffff"), 0.10)
		c.steam(s, t, cx-10, cy-30, 450, 0.9)
	}
}
