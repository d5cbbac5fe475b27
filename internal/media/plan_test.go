package media

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// source is an upright film for the tables.
func source(w, h int) *Source {
	return &Source{Container: MP4, Duration: 10 * time.Second, Width: w, Height: h,
		Video: Video{Codec: "h264", Width: w, Height: h, SAR: 1, Format: "yuv420p", FPS: 30, Steady: true, Matrix: "bt709"}}
}

// rungs writes a plan in short.
func rungs(p Plan) string {
	var parts []string
	for _, r := range append([]Rung{p.First}, p.Rungs...) {
		parts = append(parts, fmt.Sprintf("%d:%dx%d", r.Height, r.W, r.H))
	}
	parts = append(parts, "|")
	for _, r := range p.Later {
		parts = append(parts, fmt.Sprintf("%d:%dx%d", r.Height, r.W, r.H))
	}
	return strings.Join(parts, " ")
}

func TestPlanLadder(t *testing.T) {
	for _, c := range []struct {
		w, h int
		want string
	}{
		{1080, 1920, "540:540x960 720:720x1280 1080:1080x1920 360:360x640 | 540:540x960 720:720x1280 1080:1080x1920"},
		{2160, 3840, "540:540x960 720:720x1280 1080:1080x1920 360:360x640 | 540:540x960 720:720x1280 1080:1080x1920"},
		{1920, 1080, "540:960x540 720:1280x720 1080:1920x1080 360:640x360 | 540:960x540 720:1280x720 1080:1920x1080"},
		{720, 1280, "540:540x960 720:720x1280 360:360x640 | 540:540x960 720:720x1280"},
		{540, 960, "540:540x960 360:360x640 | 540:540x960"},
		{642, 642, "540:540x540 360:360x360 | 540:540x540"},
		{518, 488, "488:518x488 360:382x360 | 488:518x488"},
		{360, 640, "360:360x640 | 360:360x640"},
		{361, 641, "360:360x640 | 360:360x640"},
		{176, 144, "144:176x144 | 144:176x144"},
		{161, 121, "120:160x120 | 120:160x120"},
		{16, 16, "16:16x16 |"},
		{1, 1, "2:2x2 |"},
		{4096, 100, "100:4096x100 | 100:4096x100"},
		{1081, 1921, "540:540x960 720:720x1278 1080:1080x1920 360:360x640 | 540:540x960 720:720x1278 1080:1080x1920"},
	} {
		if got := rungs(plan(source(c.w, c.h), 30)); got != c.want {
			t.Errorf("%dx%d:\n got %s\nwant %s", c.w, c.h, got, c.want)
		}
	}
}

func TestPlanFrameRate(t *testing.T) {
	for _, c := range []struct {
		fps    float64
		steady bool
		limit  int
		want   string
	}{
		{30, true, 30, "30"}, {29.97002997, true, 30, "30000/1001"}, {23.976, true, 30, "24000/1001"}, {24, true, 30, "24"},
		{25, true, 30, "25"}, {50, true, 30, "25"}, {60, true, 30, "30"}, {59.94005994, true, 30, "30000/1001"}, {48, true, 30, "24"},
		{240, true, 30, "30"}, {120, true, 30, "30"}, {90, true, 30, "30"}, {45, true, 30, "30"}, {15, true, 30, "15"}, {0.2, true, 30, "15"},
		{13.3, false, 30, "30"}, {29.88, false, 30, "30"}, {60.06, false, 30, "30"}, {0, false, 30, "30"},
		{60, true, 60, "60"}, {50, true, 60, "50"}, {120, true, 60, "60"}, {240, true, 60, "60"}, {59.94005994, true, 60, "60000/1001"}, {55, false, 60, "60"},
	} {
		if got := rate(frameRate(Video{FPS: c.fps, Steady: c.steady}, c.limit)); got != c.want {
			t.Errorf("%v (steady %v, limit %d): %s, want %s", c.fps, c.steady, c.limit, got, c.want)
		}
	}
}

func TestPlanFilters(t *testing.T) {
	const tags = ",format=yuv420p,setsar=1,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
	const head = "sidedata=mode=delete:type=DISPLAYMATRIX,fps=fps=30:start_time=0,"
	for name, c := range map[string]struct {
		change func(*Source)
		want   string
	}{
		"plain":  {func(*Source) {}, head + "scale=w=540:h=960:flags=bicubic" + tags},
		"turned": {func(s *Source) { s.Video.Turn = Clock }, head + "scale=w=960:h=540:flags=bicubic,transpose=dir=clock" + tags},
		"half":   {func(s *Source) { s.Video.Turn = Half }, head + "scale=w=540:h=960:flags=bicubic,hflip,vflip" + tags},
		"mirror": {func(s *Source) { s.Video.Turn = HFlip }, head + "scale=w=540:h=960:flags=bicubic,hflip" + tags},
		"full": {func(s *Source) { s.Video.Full = true }, head + "scale=w=540:h=960:flags=bicubic," +
			"colorspace=ispace=bt709:iprimaries=bt709:itrc=bt709:irange=pc:space=bt709:primaries=bt709:trc=bt709:range=tv:format=yuv420p:fast=1" + tags},
		"601": {func(s *Source) { s.Video.Matrix = "smpte170m" }, head + "scale=w=540:h=960:flags=bicubic," +
			"colorspace=ispace=smpte170m:iprimaries=bt709:itrc=bt709:irange=tv:space=bt709:primaries=bt709:trc=bt709:range=tv:format=yuv420p:fast=1" + tags},
		"unknown large": {func(s *Source) { s.Video.Matrix = "" }, head + "scale=w=540:h=960:flags=bicubic" + tags},
		"rgb":           {func(s *Source) { s.Video.Format = "gbrp" }, head + "scale=w=540:h=960:flags=bicubic:out_color_matrix=bt709:out_range=tv" + tags},
		"hdr": {func(s *Source) { s.Video.HDR, s.Video.Transfer = true, "smpte2084" }, head + "scale=w=540:h=960:flags=bicubic," +
			"zscale=tin=smpte2084:min=bt2020nc:pin=bt2020:t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=mobius:desat=0,zscale=t=bt709:m=bt709:r=tv" + tags},
	} {
		src := source(1080, 1920)
		c.change(src)
		if got := pictureFilters(src, plan(src, 30).First); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
	gain := -3.5
	if got, want := soundFilters(&gain), "aresample=async=1:first_pts=0,aformat=sample_rates=48000:channel_layouts=stereo,volume=-3.50dB,alimiter=limit=0.84:level=false"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPlanPreview(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Source)
		want   PreviewKind
	}{
		"h264":        {func(*Source) {}, PreviewCopy},
		"h264 aac":    {func(s *Source) { s.Audio = &Audio{Codec: "aac", Profile: "LC", Channels: 2} }, PreviewCopy},
		"h264 5.1":    {func(s *Source) { s.Audio = &Audio{Codec: "aac", Profile: "LC", Channels: 6} }, PreviewSound},
		"h264 pcm":    {func(s *Source) { s.Audio = &Audio{Codec: "pcm_s16le", Channels: 2} }, PreviewSound},
		"h264 10 bit": {func(s *Source) { s.Video.Format = "yuv420p10le" }, NoPreview},
		"h264 4:2:2":  {func(s *Source) { s.Video.Format = "yuv422p" }, NoPreview},
		"hevc":        {func(s *Source) { s.Video.Codec = "hevc" }, NoPreview},
		"prores":      {func(s *Source) { s.Video.Codec = "prores" }, NoPreview},
		"vp9 opus":    {func(s *Source) { s.Video.Codec, s.Audio = "vp9", &Audio{Codec: "opus", Channels: 2} }, PreviewCopy},
		"vp9 aac":     {func(s *Source) { s.Video.Codec, s.Audio = "vp9", &Audio{Codec: "aac", Channels: 2} }, PreviewSound},
		"av1":         {func(s *Source) { s.Video.Codec, s.Video.Format = "av1", "yuv420p10le" }, PreviewCopy},
	} {
		src := source(1080, 1920)
		c.change(src)
		if got := previewKind(src); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestPlanHolds draws sources of any size and checks every rung.
func TestPlanHolds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w, h := rapid.IntRange(1, 4096).Draw(rt, "w"), rapid.IntRange(1, 2160).Draw(rt, "h")
		src := source(w, h)
		src.Video.FPS = rapid.Float64Range(0, 1000).Draw(rt, "fps")
		src.Video.Steady = rapid.Bool().Draw(rt, "steady")
		limit := rapid.SampledFrom([]int{30, 60}).Draw(rt, "limit")
		p := plan(src, limit)
		seen := map[int]bool{}
		for _, r := range append([]Rung{p.First}, p.Rungs...) {
			if seen[r.Height] {
				rt.Fatalf("two rungs of %d", r.Height)
			}
			seen[r.Height] = true
			checkRung(t, src, r, limit)
		}
		if p.First.Height > 540 || len(p.Later) == 0 && p.First.Height >= smallestAV1 {
			rt.Fatalf("first %d, later %v", p.First.Height, p.Later)
		}
	})
}
