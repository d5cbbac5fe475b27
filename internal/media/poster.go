package media

import (
	"errors"
	"fmt"
	"image"
	"io/fs"
	"math"
	"os"
	"time"
)

// A poster is chosen among so many frames of a clip's first seconds: it
// stands where the clip will start to move, so it must be near its beginning.
const (
	posterFrames = 6
	posterStep   = 500 * time.Millisecond
	posterWindow = 2750 * time.Millisecond
)

// Poster is the still picture of a clip and its placeholder.
type Poster struct {
	File      string // JPEG, in the output folder
	Width     int    // pixels
	Height    int
	ThumbHash []byte // evanw's ThumbHash
}

// choosePoster looks at the tiny raw frames and gives the number of the best
// one and its placeholder. An early frame wins unless a later one shows much
// more: nobody wants the black before a fade.
func choosePoster(raw []byte, tiny size) (best int, hash []byte) {
	frame := tiny.w * tiny.h * 3
	if frame == 0 || len(raw) < frame {
		return -1, nil
	}
	most := 0.0
	var scores []float64
	for i := 0; (i+1)*frame <= len(raw) && i < posterFrames; i++ {
		s := detail(raw[i*frame:(i+1)*frame], tiny)
		scores = append(scores, s)
		most = max(most, s)
	}
	for i, s := range scores {
		if s >= 0.75*most {
			best = i
			break
		}
	}
	return best, thumbHash(fromRGB(raw[best*frame:(best+1)*frame], tiny))
}

// detail says how much there is to see in a frame: contrast, edges and
// colour, in no unit.
func detail(rgb []byte, s size) float64 {
	var sum, squares, edges, colour float64
	luma := func(x, y int) float64 {
		p := rgb[(y*s.w+x)*3:]
		return 0.299*float64(p[0]) + 0.587*float64(p[1]) + 0.114*float64(p[2])
	}
	for y := range s.h {
		for x := range s.w {
			v := luma(x, y)
			sum += v
			squares += v * v
			if x > 0 {
				edges += math.Abs(v - luma(x-1, y))
			}
			if y > 0 {
				edges += math.Abs(v - luma(x, y-1))
			}
			p := rgb[(y*s.w+x)*3:]
			colour += float64(max(p[0], p[1], p[2]) - min(p[0], p[1], p[2]))
		}
	}
	n := float64(s.w * s.h)
	mean := sum / n
	spread := math.Sqrt(max(0, squares/n-mean*mean))
	score := spread + 2*edges/n + 0.2*colour/n
	if mean < 24 || mean > 235 { // nearly black, nearly white
		score *= 0.3
	}
	return score
}

func fromRGB(rgb []byte, s size) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, s.w, s.h))
	for i := range s.w * s.h {
		copy(img.Pix[i*4:], rgb[i*3:i*3+3])
		img.Pix[i*4+3] = 255
	}
	return img
}

// takePoster chooses among the candidates of a pass and keeps one of them.
func takePoster(s *scratch, name func(i int) string, rawName string, tiny size, final string) (*Poster, error) {
	raw, err := os.ReadFile(s.path(rawName))
	if err != nil {
		return nil, fmt.Errorf("media: poster: %w", err)
	}
	best, hash := choosePoster(raw, tiny)
	if best < 0 {
		return nil, errors.New("media: poster: there is no frame")
	}
	st, err := os.Stat(s.path(name(best)))
	if err == nil && st.Size() == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("media: poster: %w", err)
	}
	if err := s.keep(name(best), final); err != nil {
		return nil, err
	}
	return &Poster{File: final, ThumbHash: hash}, nil
}
