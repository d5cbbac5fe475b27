package media

import "math"

// beats is what music looks like: a record, bars, pads.
func beats() school {
	return school{
		name:  "beats",
		takes: []func(*stage) func(*canvas, float64){vinyl, bars, pads},
		palettes: [][]string{ // dark, glow one, glow two, glow three, shadow, letters
			{"12061f", "ff2e88", "ffb400", "7b2cff", "07020d", "fff5fb"},
			{"041016", "00e5c7", "3d7bff", "c6ff4a", "01070a", "f2fffd"},
			{"1a0806", "ff5d2e", "ffd23f", "ff2e63", "0b0302", "fff7ee"},
		},
		letters: lettering{face: boldFace, size: 48, upper: true, track: 0.03},
		mood: mood{bpm: 120, root: 50, chords: [][]int{{0, 3, 7, 10}, {0, 3, 7, 12}, {-4, 3, 8, 12}, {-2, 5, 7, 10}}, pad: 0.4, lead: keys, tune: "x..x..x...x.x...",
			leadAt: 1, melody: 0.55, bass: "..xx..x.", low: 1, kick: "x.x.x.x.", hat: ".x.x.x.x", snap: "..x...x.", drums: 1, wet: 0.18},
	}
}

func vinyl(s *stage) func(*canvas, float64) {
	dark, one, two := s.ink[0], s.ink[1], s.ink[2]
	back, light := newSoft(), newSoft()
	back.vertical(dark, dark.mix(one, 0.16), s.ink[4])
	const cx, cy, r = 270.0, 620.0, 226.0
	disc := newCanvas(sceneW, sceneH)
	disc.disc(cx, cy, r+4, 1.5, hexInk("0b0b0e"), 1)
	for i := range 14 {
		disc.ring(cx, cy, 92+float64(i)*9.2, 1.3, hexInk("2b2b33"), 0.75)
	}
	for k := range 4 { // light on the grooves stands still, the label turns
		a := 0.9 + float64(k)*math.Pi/2
		for j := range 7 {
			w := 0.05 + 0.012*float64(j)
			disc.arc(cx, cy, 100+float64(j)*18, 14, a-w, 2*w, hexInk("ffffff"), 0.05+0.03*float64(k%2))
		}
	}
	return func(c *canvas, t float64) {
		p := s.pulse(t)
		light.copyFrom(back)
		light.glow(cx, cy, 240+60*p, one, 0.35+0.35*p)
		light.glow(90, 930, 180, two, 0.18+0.15*p)
		light.glow(470, 300, 150, s.ink[3], 0.20)
		c.paint(light)
		c.copyDisc(disc, cx, cy, r)
		c.ring(cx, cy, r-1, 3, hexInk("0b0b0e"), 1)
		turn := s.loop(t, 4)
		c.disc(cx, cy, 84, 1.5, one, 1)
		c.disc(cx, cy, 78, 1.5, one.dark(0.12), 1)
		for k := range 3 {
			a := turn + float64(k)*2*math.Pi/3
			c.arc(cx, cy, 56, 20, a, 1.25, two, 1)
		}
		c.disc(cx, cy, 24, 1.5, dark, 1)
		c.disc(cx, cy, 6, 1.2, hexInk("d9d9de"), 1)
		nod := 0.012 * math.Sin(s.loop(t, 4)*2)
		ax, ay := 486.0, 396.0
		a := 2.36 + nod
		tx, ty := ax+250*math.Cos(a), ay+250*math.Sin(a)
		c.line(ax+6, ay+9, tx+6, ty+9, 9, hexInk("000000"), 0.35)
		c.line(ax, ay, tx, ty, 8, hexInk("c9ccd3"), 1)
		c.line(tx, ty, tx+30*math.Cos(a+0.4), ty+30*math.Sin(a+0.4), 16, hexInk("e9ebef"), 1)
		c.disc(ax, ay, 30, 2, hexInk("8d919b"), 1)
		c.disc(ax-3, ay-4, 19, 5, hexInk("d7dae0"), 1)
		for i := range 27 { // a line of sound at the foot
			h := 8 + 52*math.Abs(math.Sin(float64(i)*1.7+s.loop(t, 2))*math.Sin(float64(i)*0.43-s.loop(t, 3)))*(0.45+0.55*p)
			c.box(20+float64(i)*18.8, 915-h/2, 9, h, 4.5, 1, two.mix(one, float64(i)/27), 0.95)
		}
	}
}

func bars(s *stage) func(*canvas, float64) {
	dark, one, two, three := s.ink[0], s.ink[1], s.ink[2], s.ink[3]
	back, light := newSoft(), newSoft()
	back.vertical(s.ink[4], dark, s.ink[4])
	const n, cx, cy = 64, 270.0, 620.0
	tone := make([]float64, n)
	for i := range tone {
		tone[i] = s.between(0, 6.3)
	}
	sparks := s.stars(40, 0, 1)
	return func(c *canvas, t float64) {
		p := s.pulse(t)
		light.copyFrom(back)
		light.glow(cx, cy, 150+70*p, three, 0.45+0.4*p)
		light.glow(cx, cy, 330, one, 0.12)
		c.paint(light)
		turn := 0.10 * math.Sin(s.loop(t, 1))
		for i := range n {
			m := i
			if m > n/2 {
				m = n - m // both halves alike
			}
			f := float64(m) / (n / 2)
			v := math.Abs(math.Sin(tone[m]+s.loop(t, 2+m%3))) * (1 - 0.55*f)
			h := 14 + 92*v*(0.4+0.6*p) + 30*p*(1-f)
			a := turn + math.Pi/2 + 2*math.Pi*float64(i)/n
			k := one.mix(two, f).mix(three, 0.6*v)
			r0 := 122 + 8*p
			c.line(cx+r0*math.Cos(a), cy+r0*math.Sin(a), cx+(r0+h)*math.Cos(a), cy+(r0+h)*math.Sin(a), 6.5, k, 1)
			c.line(cx+(r0-14)*math.Cos(a), cy+(r0-14)*math.Sin(a), cx+(r0-14-h*0.25)*math.Cos(a), cy+(r0-14-h*0.25)*math.Sin(a), 4, k, 0.5)
		}
		c.disc(cx, cy, 62+14*p, 2, s.ink[4], 1)
		c.ring(cx, cy, 62+14*p, 4, two, 0.9)
		c.poly(two, 1, pt{cx - 15, cy - 24}, pt{cx + 27, cy}, pt{cx - 15, cy + 24})
		for i, d := range sparks {
			f := math.Mod(d.phase/6.3+t/s.length*float64(2+i%2), 1)
			a := d.x / 30
			r := 150 + 330*f
			c.disc(cx+r*math.Cos(a), cy+r*math.Sin(a), d.r*1.8*(1-f)+0.6, 2, two.mix(one, d.bright), (1-f)*0.9)
		}
	}
}

func pads(s *stage) func(*canvas, float64) {
	dark, one, two, three := s.ink[0], s.ink[1], s.ink[2], s.ink[3]
	const cols, rows, side, gap = 4, 5, 98.0, 14.0
	inks := []ink{one, two, three, one.mix(two, 0.5)}
	steps := int(math.Round(s.length / s.beat * 2)) // eighths
	var on [rows][cols][]bool
	for y := range on {
		for x := range on[y] {
			on[y][x] = make([]bool, steps)
			start, every := s.IntN(8), 2+2*s.IntN(4)
			for i := start; i < steps; i += every {
				on[y][x][i] = true
			}
		}
	}
	back, light := newSoft(), newSoft()
	back.vertical(s.ink[4], dark.mix(s.ink[4], 0.3), s.ink[4])
	return func(c *canvas, t float64) {
		light.copyFrom(back)
		var lit [rows][cols]float64
		for y := range on {
			for x := range on[y] {
				for i, hit := range on[y][x] {
					if !hit {
						continue
					}
					if d := math.Mod(t-float64(i)*s.beat/2+s.length, s.length); d < 0.55 {
						lit[y][x] = max(lit[y][x], math.Pow(1-d/0.55, 1.6))
					}
				}
				if lit[y][x] > 0.02 {
					light.glow(57+float64(x)*(side+gap)+side/2, 355+float64(y)*(side+gap)+side/2, 74, inks[(x+y)%4], 0.55*lit[y][x])
				}
			}
		}
		c.paint(light)
		for y := range on {
			for x := range on[y] {
				px, py := 53+float64(x)*(side+gap), 355+float64(y)*(side+gap)
				k, v := inks[(x+y)%4], lit[y][x]
				c.box(px, py+5, side, side, 16, 6, hexInk("000000"), 0.5)
				c.box(px, py, side, side, 16, 1.5, k.mix(dark, 0.78-0.78*v).light(0.25*v), 1)
				c.box(px+6, py+6, side-12, side-12, 11, 8, k.light(0.2), 0.10+0.5*v)
			}
		}
		at := math.Mod(t/s.beat, 16) / 16 // where one is in the bars
		c.box(53, 918, 434, 5, 2.5, 1, dark.light(0.2), 1)
		c.box(53, 918, 434*at, 5, 2.5, 1, two, 1)
		c.disc(53+434*at, 920.5, 9, 1.5, two.light(0.3), 1)
	}
}
