package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"regexp"
	"strconv"

	"golang.org/x/image/vector"
)

// picture is an icon made from the mark.
type picture struct {
	name  string
	size  int
	share float64 // of the size that the mark takes
	tile  float64 // radius of the dark tile's corners, as a share; < 0: no tile
}

var (
	stage  = color.RGBA{0x0B, 0x0D, 0x10, 0xFF}
	accent = color.RGBA{0xF4, 0xB7, 0x40, 0xFF}
)

// pictures adds the icons that cannot be SVG: for home screens and for
// browsers that ask for /favicon.ico.
func pictures(mark []byte, files map[string][]byte) error {
	for _, p := range []picture{
		{"icon-180.png", 180, .66, 0}, {"icon-192.png", 192, .7, .22}, {"icon-512.png", 512, .7, .22},
		{"icon-maskable-512.png", 512, .56, 0}, {"favicon.png", 32, 1, -1},
	} {
		m, err := p.draw(mark)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		enc := png.Encoder{CompressionLevel: png.BestCompression}
		if err := enc.Encode(&b, m); err != nil {
			return err
		}
		files[p.name] = b.Bytes()
	}
	files["favicon.ico"] = ico(files["favicon.png"], 32)
	delete(files, "favicon.png")
	return nil
}

func (p picture) draw(mark []byte) (*image.NRGBA, error) {
	m := image.NewNRGBA(image.Rect(0, 0, p.size, p.size))
	s := float64(p.size)
	if p.tile >= 0 {
		fill(m, roundedSquare(s, p.tile*s), stage)
	}
	outline, err := outlineOf(mark)
	if err != nil {
		return nil, err
	}
	scale := s * p.share / 24
	off := s * (1 - p.share) / 2
	for i := range outline {
		for j := range outline[i] {
			outline[i][j] = point{outline[i][j].x*scale + off, outline[i][j].y*scale + off}
		}
	}
	fill(m, outline, accent)
	return m, nil
}

type point struct{ x, y float64 }

// fill paints closed polygons; a hole is one that runs the other way round.
func fill(m *image.NRGBA, polygons [][]point, c color.Color) {
	z := vector.NewRasterizer(m.Rect.Dx(), m.Rect.Dy())
	for _, poly := range polygons {
		for i, p := range poly {
			if i == 0 {
				z.MoveTo(float32(p.x), float32(p.y))
			} else {
				z.LineTo(float32(p.x), float32(p.y))
			}
		}
		z.ClosePath()
	}
	z.DrawOp = draw.Over
	z.Draw(m, m.Bounds(), image.NewUniform(c), image.Point{})
}

func roundedSquare(s, r float64) [][]point {
	var poly []point
	for corner, c := range []point{{s - r, r}, {s - r, s - r}, {r, s - r}, {r, r}} {
		for i := range 17 {
			a := (float64(corner)-1)*math.Pi/2 + float64(i)*math.Pi/32
			poly = append(poly, point{c.x + r*math.Cos(a), c.y + r*math.Sin(a)})
		}
	}
	return [][]point{poly}
}

var (
	pathData  = regexp.MustCompile(` d="([^"]+)"`)
	pathToken = regexp.MustCompile(`[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)`)
)

// outlineOf reads the outline of the mark: the commands M, A, a, V and Z of SVG,
// which is all it is made of. Holes come out running the other way round.
func outlineOf(svg []byte) ([][]point, error) {
	data := pathData.FindSubmatch(svg)
	if data == nil {
		return nil, fmt.Errorf("the mark has no path")
	}
	tokens := pathToken.FindAllString(string(data[1]), -1)
	var polygons [][]point
	var at, start point
	var poly []point
	number := func(i int) float64 {
		if i >= len(tokens) {
			return math.NaN()
		}
		f, err := strconv.ParseFloat(tokens[i], 64)
		if err != nil {
			return math.NaN()
		}
		return f
	}
	for i, command := 0, ""; i < len(tokens); {
		if c := tokens[i]; c[0] >= 'A' {
			command = c
			i++
		}
		switch command {
		case "M":
			at = point{number(i), number(i + 1)}
			start, poly = at, []point{at}
			i += 2
		case "V":
			at.y = number(i)
			poly = append(poly, at)
			i++
		case "A", "a":
			to := point{number(i + 5), number(i + 6)}
			if command == "a" {
				to = point{at.x + to.x, at.y + to.y}
			}
			poly = append(poly, arc(at, to, number(i), number(i+3) == 1, number(i+4) == 1)...)
			at = to
			i += 7
		case "Z":
			polygons = append(polygons, poly)
			at = start
		default:
			return nil, fmt.Errorf("the mark's path has the command %q", command)
		}
		if math.IsNaN(at.x) || math.IsNaN(at.y) {
			return nil, fmt.Errorf("the mark's path lacks a number near token %d", i)
		}
	}
	return polygons, nil
}

// arc flattens a circular arc (SVG 1.1, appendix F.6).
func arc(from, to point, r float64, large, sweep bool) []point {
	dx, dy := (from.x-to.x)/2, (from.y-to.y)/2
	d2 := dx*dx + dy*dy
	if d2 > r*r {
		r = math.Sqrt(d2)
	}
	f := math.Sqrt(math.Max(0, r*r-d2) / d2)
	if large == sweep {
		f = -f
	}
	c := point{(from.x+to.x)/2 + f*dy, (from.y+to.y)/2 - f*dx}
	a := math.Atan2(from.y-c.y, from.x-c.x)
	turn := math.Atan2(to.y-c.y, to.x-c.x) - a
	if sweep && turn < 0 {
		turn += 2 * math.Pi
	}
	if !sweep && turn > 0 {
		turn -= 2 * math.Pi
	}
	const steps = 64
	out := make([]point, steps)
	for i := range out {
		b := a + turn*float64(i+1)/steps
		out[i] = point{c.x + r*math.Cos(b), c.y + r*math.Sin(b)}
	}
	return out
}

// ico wraps a PNG as the one image of an icon file.
func ico(pngBytes []byte, size int) []byte {
	var b bytes.Buffer
	le := binary.LittleEndian
	head := make([]byte, 22)
	le.PutUint16(head[2:], 1) // an icon
	le.PutUint16(head[4:], 1) // of one image
	head[6], head[7] = byte(size), byte(size)
	le.PutUint16(head[10:], 1)
	le.PutUint16(head[12:], 32)
	le.PutUint32(head[14:], uint32(len(pngBytes)))
	le.PutUint32(head[18:], 22)
	b.Write(head)
	b.Write(pngBytes)
	return b.Bytes()
}
