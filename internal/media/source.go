package media

import (
	"strings"
	"time"
)

// Source is what is known of an upload: the streams that were chosen from it
// and how they have to be turned into pictures and sound. It says nothing of
// who made it where.
type Source struct {
	Container Container     `json:"container"`
	Duration  time.Duration `json:"duration"` // of what plays
	Width     int           `json:"width"`    // pixels, upright and square
	Height    int           `json:"height"`
	Video     Video         `json:"video"`
	Audio     *Audio        `json:"audio,omitempty"` // nil: silent
}

// Video is the chosen video stream, as it is stored.
type Video struct {
	Index    int     `json:"index"` // of the stream in the file
	Codec    string  `json:"codec"` // ffmpeg's name: h264, hevc, vp8, vp9, av1, ...
	Profile  string  `json:"profile,omitempty"`
	Width    int     `json:"width"` // pixels as stored, before turning
	Height   int     `json:"height"`
	SAR      float64 `json:"sar"`    // width of a pixel over its height
	Format   string  `json:"format"` // ffmpeg's pixel format
	Turn     Turn    `json:"turn,omitempty"`
	FPS      float64 `json:"fps"`      // true mean rate, 0: unknown
	Steady   bool    `json:"steady"`   // constant frame rate
	Transfer string  `json:"transfer"` // ffmpeg's transfer curve, empty: unknown
	HDR      bool    `json:"hdr"`      // PQ or HLG: needs tone mapping
	Full     bool    `json:"full"`     // full range, 0..255
	Wide     bool    `json:"wide"`     // BT.2020 colours
	Matrix   string  `json:"matrix"`   // ffmpeg's colour space, empty: unknown
	Start    float64 `json:"start"`    // seconds, of its first frame
	HasEdits bool    `json:"hasEdits"` // starts before zero: an edit list cuts it
	Hold     bool    `json:"hold"`     // the sound runs on: its last picture stays
}

// rgb says whether the picture is stored in red, green and blue.
func (v *Video) rgb() bool {
	for _, p := range []string{"rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8"} {
		if strings.HasPrefix(v.Format, p) {
			return true
		}
	}
	return false
}

// Audio is the chosen audio stream.
type Audio struct {
	Index    int           `json:"index"`
	Codec    string        `json:"codec"`
	Profile  string        `json:"profile,omitempty"`
	Channels int           `json:"channels"`
	Rate     int           `json:"rate"`     // Hz
	Duration time.Duration `json:"duration"` // 0: unknown
}

// Turn is what makes a stored picture upright, in the words of ffmpeg's
// filters.
type Turn string

// The eight ways to lay a picture.
const (
	Upright   Turn = ""
	Clock     Turn = "clock"       // a quarter clockwise
	CClock    Turn = "cclock"      // a quarter counter-clockwise
	Half      Turn = "half"        // upside down
	HFlip     Turn = "hflip"       // mirrored, as some front cameras do
	VFlip     Turn = "vflip"       //
	ClockFlip Turn = "clock_flip"  // a quarter clockwise, then upside down
	CClockFlp Turn = "cclock_flip" // a quarter counter-clockwise, then upside down
)

// Swaps says whether width and height change places.
func (t Turn) Swaps() bool {
	switch t {
	case Clock, CClock, ClockFlip, CClockFlp:
		return true
	}
	return false
}

// Short is the shorter side of the upright picture, in pixels.
func (s *Source) Short() int { return min(s.Width, s.Height) }
