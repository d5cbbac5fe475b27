package media

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Codec is the kind of a rendition.
type Codec string

// The codecs of renditions: H.264 for everybody at once, AV1 at about 60 % of
// its bytes for those who can play it.
const (
	H264 Codec = "h264"
	AV1  Codec = "av1"
)

// Rung is one rendition to be made.
type Rung struct {
	Codec  Codec   `json:"codec"`
	Height int     `json:"height"` // the shorter side: 540 for "540p"
	W      int     `json:"w"`      // pixels, both even
	H      int     `json:"h"`
	FPS    float64 `json:"fps"` // constant; 0: as the source has it
	CRF    int     `json:"crf"`
	Max    int     `json:"max"` // bits per second of the picture; 0: no bound
}

// Plan says what is made of a source.
type Plan struct {
	Preview PreviewKind `json:"preview"`
	First   Rung        `json:"first"` // the one that makes the clip public
	Rungs   []Rung      `json:"rungs"` // further ones for everybody, in this order
	Later   []Rung      `json:"later"` // AV1, for clips that are watched
}

// PreviewKind is how the author's preview comes about.
type PreviewKind string

// The kinds of preview.
const (
	NoPreview    PreviewKind = ""      // browsers cannot play the source
	PreviewCopy  PreviewKind = "copy"  // streams copied
	PreviewSound PreviewKind = "sound" // picture copied, sound encoded
)

// Plan says what this lab makes of a source. It is pure: the same source and
// settings, the same plan.
func (l *Lab) Plan(src *Source) Plan { return plan(src, l.cfg.MaxFPS) }

// ladder are the shorter sides in the order in which they are made, with
// crf and bound for H.264 at 30 frames per second.
var ladder = [...]struct{ short, max int }{
	{540, 1_300_000}, {720, 2_500_000}, {1080, 4_500_000}, {360, 600_000},
}

func plan(src *Source, maxFPS int) Plan {
	p := Plan{Preview: previewKind(src)}
	fps := frameRate(src.Video, maxFPS)
	short := even(src.Short())
	first := min(540, short)
	p.First = rung(src, H264, first, fps)
	for _, step := range ladder {
		if step.short < short && step.short != first || step.short == short && short != first {
			p.Rungs = append(p.Rungs, rung(src, H264, step.short, fps))
		}
	}
	for _, r := range append([]Rung{p.First}, p.Rungs...) {
		if r.Height >= max(first, smallestAV1) {
			p.Later = append(p.Later, rung(src, AV1, r.Height, fps))
		}
	}
	return p
}

// smallestAV1 is the shortest side that SVT-AV1 takes, in pixels.
const smallestAV1 = 64

// rung sizes one rendition by its shorter side.
func rung(src *Source, codec Codec, short int, fps float64) Rung {
	r := Rung{Codec: codec, Height: short, FPS: fps}
	long := even(int(math.Round(float64(max(src.Width, src.Height)) * float64(short) / float64(max(1, src.Short())))))
	if src.Short() == short || even(src.Short()) == short {
		long = even(max(src.Width, src.Height))
	}
	r.W, r.H = short, max(long, short)
	if src.Width > src.Height {
		r.W, r.H = r.H, r.W
	}
	if codec == AV1 {
		r.CRF = 38
		return r
	}
	r.CRF = 24
	for _, step := range ladder {
		if short <= step.short && (r.Max == 0 || step.max < r.Max) {
			r.Max = step.max
		}
	}
	if fps > 31 {
		r.Max = r.Max * 3 / 2
	}
	return r
}

// even rounds down to what 4:2:0 needs, at least 2.
func even(n int) int { return max(2, n&^1) }

// frameRate is the constant rate of the renditions. A steady source within
// the limit keeps its own; a faster one loses every second, third, ... frame,
// as that moves more smoothly than a crooked ratio; an unsteady one is laid
// on a grid that is fine enough for it.
func frameRate(v Video, limit int) float64 {
	top := float64(limit)
	if v.FPS <= 0 {
		return min(30, top)
	}
	if v.Steady && v.FPS >= 5 {
		if v.FPS <= top*1.01 {
			return v.FPS
		}
		for n := 2.0; n <= 16; n++ {
			if f := v.FPS / n; f <= top*1.01 && f >= 0.8*top {
				return f
			}
		}
		return top
	}
	switch {
	case v.Steady: // a slide show
		return min(15, top)
	case v.FPS <= 30*1.02:
		return min(30, top)
	}
	return top
}

// previewKind says whether browsers play what was uploaded.
func previewKind(src *Source) PreviewKind {
	v := src.Video
	switch {
	case v.Codec == "h264" && (v.Format == "yuv420p" || v.Format == "yuvj420p") && v.Width <= 4096 && v.Height <= 2304:
	case v.Codec == "vp9" && v.Format == "yuv420p" && v.Turn == Upright:
	case v.Codec == "vp8" && v.Turn == Upright:
	case v.Codec == "av1" && (v.Format == "yuv420p" || v.Format == "yuv420p10le"):
	default:
		return NoPreview
	}
	if src.Audio == nil {
		return PreviewCopy
	}
	switch a := src.Audio; a.Codec {
	case "aac":
		if !webm(src) && a.Channels <= 2 && (a.Profile == "" || strings.HasPrefix(a.Profile, "LC") || strings.HasPrefix(a.Profile, "HE")) {
			return PreviewCopy
		}
	case "mp3":
		if !webm(src) {
			return PreviewCopy
		}
	case "opus", "vorbis":
		if webm(src) {
			return PreviewCopy
		}
	}
	return PreviewSound
}

// webm says whether the preview of this source is a WebM; MP4 otherwise.
func webm(src *Source) bool { return src.Video.Codec == "vp9" || src.Video.Codec == "vp8" }

// pictureFilters is the chain from the decoded stream to a rendition: drop
// frames first, because what is dropped costs nothing, then scale, then
// tone-map and turn the small picture. The display matrix is deleted, or
// newer versions of ffmpeg would pass it on and players turn twice; what older
// ones pass on all the same, straighten takes out.
func pictureFilters(src *Source, r Rung) string {
	v := src.Video
	f := []string{"sidedata=mode=delete:type=DISPLAYMATRIX"}
	if r.FPS > 0 {
		f = append(f, "fps=fps="+rate(r.FPS)+":start_time=0")
	}
	if v.Hold {
		f = append(f, "tpad=stop_mode=clone:stop=-1") // the output has an end
	}
	w, h := r.W, r.H
	if v.Turn.Swaps() {
		w, h = h, w
	}
	scale := fmt.Sprintf("scale=w=%d:h=%d:flags=bicubic", w, h)
	switch {
	case v.HDR:
		f = append(f, scale,
			"zscale=tin="+v.Transfer+":min=bt2020nc:pin=bt2020:t=linear:npl=203", "format=gbrpf32le", "zscale=p=bt709",
			"tonemap=tonemap=mobius:desat=0", "zscale=t=bt709:m=bt709:r=tv")
	case v.rgb():
		f = append(f, scale+":out_color_matrix=bt709:out_range=tv")
	default:
		f = append(f, scale)
		if c := colourFilter(v); c != "" {
			f = append(f, c)
		}
	}
	if turn := turnFilter(v.Turn); turn != "" {
		f = append(f, turn)
	}
	return strings.Join(append(f, "format=yuv420p", "setsar=1",
		"setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"), ",")
}

// colourFilter brings the colours to BT.709 in limited range. It works on the
// small picture and is fast; the same inside scale takes twice the time of the
// whole encode.
func colourFilter(v Video) string {
	matrix, primaries, curve, fast := v.Matrix, "bt709", "bt709", 1
	switch matrix {
	case "smpte170m", "bt470bg", "smpte240m":
	case "bt2020nc", "bt2020c":
		matrix, primaries, curve, fast = "bt2020ncl", "bt2020", "bt2020-10", 0
	case "bt709":
	default: // unknown: what players assume
		matrix = "bt709"
		if v.Width < 1280 && v.Height < 720 {
			matrix = "smpte170m"
		}
	}
	span := "tv"
	if v.Full {
		span = "pc"
	}
	if matrix == "bt709" && span == "tv" {
		return ""
	}
	return fmt.Sprintf("colorspace=ispace=%s:iprimaries=%s:itrc=%s:irange=%s:space=bt709:primaries=bt709:trc=bt709:range=tv:format=yuv420p:fast=%d",
		matrix, primaries, curve, span, fast)
}

func turnFilter(t Turn) string {
	switch t {
	case Clock, CClock, ClockFlip, CClockFlp:
		return "transpose=dir=" + string(t)
	case Half:
		return "hflip,vflip"
	case HFlip, VFlip:
		return string(t)
	}
	return ""
}

// soundFilters is the chain from the decoded sound to 48 kHz stereo without
// gaps; with a gain in dB also to the loudness of all clips.
func soundFilters(gain *float64) string {
	f := "aresample=async=1:first_pts=0,aformat=sample_rates=48000:channel_layouts=stereo"
	if gain != nil {
		f += fmt.Sprintf(",volume=%.2fdB,alimiter=limit=0.84:level=false", *gain)
	}
	return f
}

// rate writes a frame rate so that ffmpeg sees the usual fractions.
func rate(fps float64) string {
	if ntsc := math.Round(fps * 1.001); math.Abs(fps*1.001-ntsc) < 0.002 && math.Abs(fps-math.Round(fps)) > 0.005 {
		return fmt.Sprintf("%d/1001", int(ntsc)*1000)
	}
	return strconv.FormatFloat(math.Round(fps*1000)/1000, 'f', -1, 64)
}

// clipLength bounds what is encoded: the length that was found, and a second
// for what the header forgot.
func clipLength(limit time.Duration) string {
	return strconv.FormatFloat((limit + time.Second).Seconds(), 'f', 3, 64)
}
