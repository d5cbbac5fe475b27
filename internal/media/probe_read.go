package media

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"reelm"
)

// The decoders that may see an upload, by the name of their codec. Exotic
// decoders are where the holes are.
var (
	videoCodecs = map[string][]string{
		"h264": {"h264"}, "hevc": {"hevc"}, "vp8": {"vp8"}, "vp9": {"vp9", "libvpx-vp9"}, "av1": {"libdav1d", "av1"},
		"mpeg4": {"mpeg4"}, "h263": {"h263"}, "mjpeg": {"mjpeg"}, "prores": {"prores"},
	}
	audioCodecs = map[string][]string{
		"aac": {"aac"}, "mp3": {"mp3float", "mp3"}, "opus": {"opus", "libopus"}, "vorbis": {"vorbis", "libvorbis"},
		"flac": {"flac"}, "alac": {"alac"}, "ac3": {"ac3"}, "eac3": {"eac3"}, "amr_nb": {"amrnb"}, "amr_wb": {"amrwb"},
		"pcm_s16le": {"pcm_s16le"}, "pcm_s16be": {"pcm_s16be"}, "pcm_s24le": {"pcm_s24le"}, "pcm_s24be": {"pcm_s24be"},
		"pcm_f32le": {"pcm_f32le"}, "pcm_f32be": {"pcm_f32be"}, "pcm_s32le": {"pcm_s32le"}, "pcm_s32be": {"pcm_s32be"},
		"pcm_u8": {"pcm_u8"}, "pcm_s8": {"pcm_s8"}, "pcm_alaw": {"pcm_alaw"}, "pcm_mulaw": {"pcm_mulaw"},
	}
)

// bounds are the limits that a probe is held against.
type bounds struct {
	duration time.Duration
	pixels   int
}

// What ffprobe prints, as much of it as is used. Numbers come as strings or
// numbers, depending on the field.
type (
	probeJSON struct {
		Streams []streamJSON `json:"streams"`
		Format  struct {
			Name     string `json:"format_name"`
			Duration string `json:"duration"`
		} `json:"format"`
	}
	streamJSON struct {
		Index       int    `json:"index"`
		Codec       string `json:"codec_name"`
		Tag         string `json:"codec_tag_string"`
		Profile     string `json:"profile"`
		Type        string `json:"codec_type"`
		Width       int    `json:"width"`
		Height      int    `json:"height"`
		SAR         string `json:"sample_aspect_ratio"`
		Format      string `json:"pix_fmt"`
		Range       string `json:"color_range"`
		Space       string `json:"color_space"`
		Transfer    string `json:"color_transfer"`
		Primaries   string `json:"color_primaries"`
		RFrameRate  string `json:"r_frame_rate"`
		AvgRate     string `json:"avg_frame_rate"`
		Start       string `json:"start_time"`
		Duration    string `json:"duration"`
		Frames      string `json:"nb_frames"`
		SampleRate  string `json:"sample_rate"`
		Channels    int    `json:"channels"`
		Disposition struct {
			Default  int `json:"default"`
			Attached int `json:"attached_pic"`
			Still    int `json:"still_image"`
			Thumbs   int `json:"timed_thumbnails"`
		} `json:"disposition"`
		SideData []struct {
			Matrix   string  `json:"displaymatrix"`
			Rotation float64 `json:"rotation"`
		} `json:"side_data_list"`
	}
)

// readProbe reads what ffprobe printed of an upload and chooses its streams.
// sure is false when the length in the header is missing or beyond the limit
// and the packets have to be asked. What cannot be used comes back as a
// *reelm.Fault. It is pure: the same bytes, the same answer.
func readProbe(printed []byte, c Container, max bounds) (src *Source, sure bool, err error) {
	var p probeJSON
	if err := json.Unmarshal(printed, &p); err != nil {
		return nil, false, &reelm.Fault{Code: reelm.FaultUnreadableVideo, Detail: "the streams of this file cannot be made out"}
	}
	v, err := chooseVideo(p.Streams, max.pixels)
	if err != nil {
		return nil, false, err
	}
	src = &Source{Container: c, Video: v.video(), Audio: chooseAudio(p.Streams)}
	src.Width, src.Height = src.Video.upright()
	if src.Width*src.Height > max.pixels {
		return nil, false, tooManyPixels(src.Width, src.Height)
	}
	src.Duration = seconds(v.Duration)
	if src.Duration == 0 {
		src.Duration = seconds(p.Format.Duration)
	}
	sure = src.Duration > 0 && src.Duration <= max.duration
	// A picture with music: the clip lasts as long as the music does.
	if a := src.Audio; sure && a != nil && a.Duration > src.Duration+time.Second && a.Duration <= max.duration {
		src.Duration, src.Video.Hold = a.Duration, true
	}
	return src, sure, nil
}

// chooseVideo takes the largest picture among the streams that move. A motion
// photo has a still of higher resolution beside its film: a stream with far
// fewer frames per second than another is such a still.
func chooseVideo(streams []streamJSON, maxPixels int) (*streamJSON, error) {
	var best *streamJSON
	var seen, named string
	fastest := 0.0
	for i := range streams {
		if s := &streams[i]; s.film() && videoCodecs[s.Codec] != nil {
			fastest = max(fastest, min(ratio(s.AvgRate), 30))
		}
	}
	for i := range streams {
		s := &streams[i]
		if !s.film() {
			continue
		}
		seen = "video"
		if videoCodecs[s.Codec] == nil {
			if s.Codec != "" && s.Codec != "unknown" {
				named = s.Codec
			} else if s.Width > 0 && s.Height > 0 {
				named = s.Tag // there is a picture, in a codec that ffmpeg does not know
			}
			continue
		}
		if s.Width <= 0 || s.Height <= 0 || s.Width > 1<<15 || s.Height > 1<<15 {
			continue
		}
		if ratio(s.AvgRate)*4 < fastest {
			continue
		}
		if best == nil || s.Width*s.Height > best.Width*best.Height {
			best = s
		}
	}
	switch {
	case best != nil && best.Width*best.Height > maxPixels:
		return nil, tooManyPixels(best.Width, best.Height)
	case best != nil:
		return best, nil
	case seen == "":
		return nil, &reelm.Fault{Code: reelm.FaultNoVideo, Detail: "there is no video in this file"}
	case named != "":
		return nil, unsupportedCodec(named)
	}
	return nil, &reelm.Fault{Code: reelm.FaultUnreadableVideo, Detail: "the video in this file cannot be made out; it may be damaged"}
}

// film says whether a stream is meant to be watched: video, and neither a
// cover picture nor a strip of thumbnails.
func (s *streamJSON) film() bool {
	return s.Type == "video" && s.Disposition.Attached == 0 && s.Disposition.Still == 0 && s.Disposition.Thumbs == 0
}

// chooseAudio takes the default stream, else the first, that can be decoded.
func chooseAudio(streams []streamJSON) *Audio {
	var best *streamJSON
	for i := range streams {
		s := &streams[i]
		rate, _ := strconv.Atoi(s.SampleRate) // 0 is refused below
		if s.Type != "audio" || audioCodecs[s.Codec] == nil || rate < 1000 || rate > 768000 || s.Channels < 1 || s.Channels > 64 {
			continue
		}
		if best == nil || best.Disposition.Default == 0 && s.Disposition.Default == 1 {
			best = s
		}
	}
	if best == nil {
		return nil
	}
	rate, _ := strconv.Atoi(best.SampleRate)
	return &Audio{Index: best.Index, Codec: best.Codec, Profile: clean(best.Profile), Channels: best.Channels, Rate: rate,
		Duration: seconds(best.Duration)}
}

// video turns ffprobe's words into ours.
func (s *streamJSON) video() Video {
	v := Video{
		Index: s.Index, Codec: s.Codec, Profile: clean(s.Profile), Width: s.Width, Height: s.Height,
		SAR: ratio(strings.Replace(s.SAR, ":", "/", 1)), Format: clean(s.Format),
		Transfer: clean(s.Transfer),
		HDR:      s.Transfer == "smpte2084" || s.Transfer == "arib-std-b67",
		Full:     s.Range == "pc" || strings.HasPrefix(s.Format, "yuvj"),
		Wide:     s.Primaries == "bt2020",
		Matrix:   clean(s.Space),
	}
	if v.SAR < 1.0/16 || v.SAR > 16 {
		v.SAR = 1
	}
	for _, d := range s.SideData {
		if d.Matrix != "" {
			v.Turn = readMatrix(d.Matrix)
		} else if d.Rotation != 0 {
			v.Turn = byAngle(d.Rotation)
		}
	}
	// r_frame_rate is the finest grid that the timestamps fit on, the average
	// is what is really shown; only where both agree is the rate constant.
	v.FPS = ratio(s.AvgRate)
	if r := ratio(s.RFrameRate); v.FPS > 0 && math.Abs(r-v.FPS) < 0.005*v.FPS {
		v.Steady = true
	}
	if start, err := strconv.ParseFloat(s.Start, 64); err == nil && math.Abs(start) < 1e6 {
		v.Start, v.HasEdits = start, start < 0
	}
	return v
}

// upright is the size of the picture as a person sees it.
func (v *Video) upright() (w, h int) {
	w, h = v.Width, v.Height
	switch { // never upscale: the longer side of a pixel is what shrinks
	case v.SAR > 1:
		h = max(1, int(math.Round(float64(h)/v.SAR)))
	case v.SAR < 1:
		w = max(1, int(math.Round(float64(w)*v.SAR)))
	}
	if v.Turn.Swaps() {
		w, h = h, w
	}
	return w, h
}

// readMatrix reads the first two rows of a display matrix as ffprobe prints
// it: three lines of "00000000: a b u" in 16.16 fixed point.
func readMatrix(printed string) Turn {
	var m [2][2]float64
	row := 0
	for line := range strings.Lines(printed) {
		f := strings.Fields(line)
		if len(f) < 3 || row > 1 {
			continue
		}
		for col := range 2 {
			n, err := strconv.ParseFloat(f[1+col], 64)
			if err != nil {
				return Upright
			}
			m[row][col] = n
		}
		row++
	}
	a, b, c, d := m[0][0], m[0][1], m[1][0], m[1][1]
	// x' = a x + c y, y' = b x + d y; what is not a multiple of 90 degrees
	// becomes the nearest one.
	if math.Abs(a)+math.Abs(d) >= math.Abs(b)+math.Abs(c) {
		switch {
		case a >= 0 && d >= 0:
			return Upright
		case a < 0 && d < 0:
			return Half
		case a < 0:
			return HFlip
		}
		return VFlip
	}
	switch {
	case b >= 0 && c < 0:
		return Clock
	case b < 0 && c >= 0:
		return CClock
	case b >= 0:
		return CClockFlp
	}
	return ClockFlip
}

// byAngle is for a rotation without a matrix: degrees counter-clockwise.
func byAngle(degrees float64) Turn {
	switch quarter := math.Mod(math.Round(degrees/90), 4); quarter {
	case 1, -3:
		return CClock
	case 2, -2:
		return Half
	case 3, -1:
		return Clock
	}
	return Upright
}

// ratio reads "30000/1001" or "25"; what makes no sense is 0.
func ratio(s string) float64 {
	num, den, ok := strings.Cut(s, "/")
	n, err := strconv.ParseFloat(num, 64)
	if err != nil || n < 0 || n > 1e9 {
		return 0
	}
	if !ok {
		return n
	}
	d, err := strconv.ParseFloat(den, 64)
	if err != nil || d < 1e-9 || d > 1e9 {
		return 0
	}
	return n / d
}

// seconds reads a length; what is missing, negative or absurd is 0.
func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f > 0 && f < 1e9) {
		return 0
	}
	return time.Duration(f * float64(time.Second)).Round(time.Microsecond)
}

// clean keeps a word of a tool short and harmless: letters, digits and a few
// signs, at most 40.
func clean(s string) string {
	out := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(" _-.:+()", r):
			return r
		}
		return -1
	}, s)
	return out[:min(len(out), 40)]
}

func tooManyPixels[T int | string](w, h T) error {
	return &reelm.Fault{Code: reelm.FaultTooManyPixels,
		Detail: clean(fmt.Sprintf("the picture is %v x %v pixels", w, h)) + "; at most 4096 x 2160 can be used"}
}

func unsupportedCodec(name string) error {
	return &reelm.Fault{Code: reelm.FaultUnsupportedCodec,
		Detail: fmt.Sprintf("it holds a stream in the format %q, which cannot be played here; record or export it as H.264", clean(name))}
}
