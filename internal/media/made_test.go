package media

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reelm"
)

// testPicture and testSound are what the made clips show: it moves, has every
// colour and no symmetry.
const (
	testPicture = "testsrc2=s=320x180:r=30:d=1"
	testSound   = "sine=f=440:d=1"
)

// madeClips are clips of every kind that phones make, made by ffmpeg, so that
// the tests need no files. change alters the finished file.
var madeClips = map[string]struct {
	encoder string
	ext     string
	args    []string
	w, h    int
	silent  bool
	check   func(*testing.T, *Source)
}{
	"plain":   {"libx264", "mp4", []string{"-f", "lavfi", "-i", testPicture, "-f", "lavfi", "-i", testSound, "-c:v", "libx264", "-pix_fmt", "yuv420p"}, 320, 180, false, nil},
	"odd":     {"libx264", "mp4", []string{"-f", "lavfi", "-i", "testsrc=s=161x121:r=30:d=1", "-c:v", "libx264", "-pix_fmt", "yuv444p"}, 161, 121, true, nil},
	"5.1 ac3": {"ac3", "mp4", []string{"-f", "lavfi", "-i", testPicture, "-f", "lavfi", "-i", testSound + ",aformat=channel_layouts=5.1", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "ac3"}, 320, 180, false, nil},
	"vfr": {"libx264", "mp4", []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:r=60:d=2", "-vf", "select='not(mod(n\\,3))+gt(n\\,60)'", "-fps_mode", "vfr", "-c:v", "libx264", "-pix_fmt", "yuv420p"}, 320, 180, true,
		func(t *testing.T, s *Source) {
			if s.Video.Steady {
				t.Error("believed to be steady")
			}
		}},
	"hevc full range": {"libx265", "mp4", []string{"-f", "lavfi", "-i", testPicture, "-f", "lavfi", "-i", testSound, "-c:v", "libx265", "-x265-params", "log-level=none:range=full", "-pix_fmt", "yuvj420p", "-tag:v", "hvc1"}, 320, 180, false,
		func(t *testing.T, s *Source) {
			if !s.Video.Full {
				t.Error("full range was not seen")
			}
		}},
	"hdr10": {"libx265", "mp4", []string{"-f", "lavfi", "-i", testPicture, "-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"}, 320, 180, true,
		func(t *testing.T, s *Source) {
			if !s.Video.HDR {
				t.Error("HDR was not seen")
			}
		}},
	"vp9 opus":    {"libvpx-vp9", "webm", []string{"-f", "lavfi", "-i", testPicture, "-f", "lavfi", "-i", testSound, "-c:v", "libvpx-vp9", "-cpu-used", "8", "-deadline", "realtime", "-pix_fmt", "yuv420p", "-c:a", "libopus"}, 320, 180, false, nil},
	"vp8 vorbis":  {"libvpx", "mkv", []string{"-f", "lavfi", "-i", testPicture, "-f", "lavfi", "-i", testSound, "-c:v", "libvpx", "-cpu-used", "8", "-deadline", "realtime", "-c:a", "libvorbis"}, 320, 180, false, nil},
	"live webm":   {"libvpx", "webm", []string{"-f", "lavfi", "-i", testPicture, "-c:v", "libvpx", "-cpu-used", "8", "-deadline", "realtime", "-live", "1", "-f", "webm"}, 320, 180, true, nil},
	"av1":         {"libsvtav1", "mp4", []string{"-f", "lavfi", "-i", testPicture, "-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p"}, 320, 180, true, nil},
	"prores pcm":  {"prores_ks", "mov", []string{"-f", "lavfi", "-i", testPicture, "-f", "lavfi", "-i", testSound, "-c:v", "prores_ks", "-c:a", "pcm_s24le"}, 320, 180, false, nil},
	"mpeg4 3gp":   {"mpeg4", "3gp", []string{"-f", "lavfi", "-i", "testsrc2=s=176x144:r=15:d=1", "-c:v", "mpeg4"}, 176, 144, true, nil},
	"mjpeg mov":   {"mjpeg", "mov", []string{"-f", "lavfi", "-i", testPicture, "-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-q:v", "5"}, 320, 180, true, nil},
	"fragmented":  {"libx264", "mp4", []string{"-f", "lavfi", "-i", testPicture, "-f", "lavfi", "-i", testSound, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "frag_keyframe+empty_moov"}, 320, 180, false, nil},
	"wide pixels": {"libx264", "mp4", []string{"-f", "lavfi", "-i", "testsrc2=s=360x288:r=25:d=1,setsar=16/15", "-c:v", "libx264", "-pix_fmt", "yuv420p"}, 360, 270, true, nil},
	"rgb":         {"libx264rgb", "mkv", []string{"-f", "lavfi", "-i", testPicture, "-c:v", "libx264rgb"}, 320, 180, true, nil},
	"two films and a cover": {"libx264", "mkv", []string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=30:d=1", "-f", "lavfi", "-i", testPicture, "-f", "lavfi", "-i", testSound, "-map", "2", "-map", "0", "-map", "1", "-c:v", "libx264", "-pix_fmt", "yuv420p",
		"-metadata", "title=<script>", "-metadata", "location=+51.5-000.1/", "-metadata:s:v:0", "handler_name=iPhone"}, 320, 180, false, nil},
	"picture with music": {"libx264", "mp4", []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=0.1", "-f", "lavfi", "-i", "sine=d=4", "-c:v", "libx264", "-pix_fmt", "yuv420p"}, 320, 180, false,
		func(t *testing.T, s *Source) {
			if !s.Video.Hold || s.Duration < 3900*time.Millisecond {
				t.Errorf("lasts %v", s.Duration)
			}
		}},
	"tiny":   {"libx264", "mp4", []string{"-f", "lavfi", "-i", "color=red:s=8x6:r=10:d=1", "-c:v", "libx264", "-pix_fmt", "yuv420p"}, 8, 6, true, nil},
	"60 fps": {"libx264", "mp4", []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:r=60:d=1", "-c:v", "libx264", "-pix_fmt", "yuv420p"}, 320, 180, true, nil},
}

// TestMadeClips takes clips of every kind the whole way, on any machine.
func TestMadeClips(t *testing.T) {
	l := lab(t)
	for name, c := range madeClips {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needEncoder(t, c.encoder)
			path := filepath.Join(t.TempDir(), "made."+c.ext)
			ffmpeg(t, append(c.args, "-metadata", "comment=made by me", "-y", path)...)
			src := takeTheWay(t, l, path, trialSize() || name == "plain")
			if src.Width != c.w || src.Height != c.h || (src.Audio == nil) != c.silent {
				t.Errorf("%dx%d, silent %v; want %dx%d, %v", src.Width, src.Height, src.Audio == nil, c.w, c.h, c.silent)
			}
			if c.check != nil {
				c.check(t, src)
			}
		})
	}
}

// TestOriginals keeps every kind of clip without its metadata.
func TestOriginals(t *testing.T) {
	l := lab(t)
	for name, c := range madeClips {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needEncoder(t, c.encoder)
			dir := t.TempDir()
			path := filepath.Join(dir, "made."+c.ext)
			ffmpeg(t, append(c.args, "-metadata", "title=<script>", "-metadata", "location=+51.5-000.1/", "-metadata:s:v:0", "handler_name=iPhone", "-y", path)...)
			src, err := l.Probe(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			kept, err := l.Original(t.Context(), path, src, dir)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, kept.Name)
			checkAnonymous(t, file, lookAt(t, file))
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range []string{"<script>", "+51.5", "iPhone", "Lavc", "Lavf5"} {
				if bytes.Contains(data, []byte(word)) && !strings.Contains(word, "Lav") {
					t.Errorf("%s still holds %q", kept.Name, word)
				}
			}
		})
	}
}

// TestTurns lays a picture in all eight ways by its display matrix; ours must
// look as ffmpeg's own turning does.
func TestTurns(t *testing.T) {
	l := lab(t)
	dir := t.TempDir()
	flat := filepath.Join(dir, "flat.mp4")
	ffmpeg(t, "-f", "lavfi", "-i", "testsrc=s=320x180:r=10:d=0.5", "-c:v", "libx264", "-qp", "12", "-pix_fmt", "yuv420p", "-y", flat)
	for m, turn := range map[[4]int32]Turn{
		{1, 0, 0, 1}: Upright, {0, 1, -1, 0}: Clock, {0, -1, 1, 0}: CClock, {-1, 0, 0, -1}: Half,
		{-1, 0, 0, 1}: HFlip, {1, 0, 0, -1}: VFlip, {0, 1, 1, 0}: CClockFlp, {0, -1, -1, 0}: ClockFlip,
	} {
		t.Run("turn "+string(turn), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			in := filepath.Join(dir, "in.mp4")
			data, err := os.ReadFile(flat)
			if err != nil {
				t.Fatal(err)
			}
			i := bytes.Index(data, identity[:]) // of mvhd
			i += 36 + bytes.Index(data[i+36:], identity[:])
			for k, at := range []int{0, 4, 12, 16} {
				binary.BigEndian.PutUint32(data[i+at:], uint32(m[k])<<16)
			}
			if err := os.WriteFile(in, data, 0o600); err != nil {
				t.Fatal(err)
			}
			src, _, first, err := develop(t.Context(), l, in, dir)
			if err != nil {
				t.Fatal(err)
			}
			if src.Video.Turn != turn {
				t.Fatalf("read as %q", src.Video.Turn)
			}
			want := frame(t, in)
			got := frame(t, filepath.Join(dir, first.Rendition.File))
			if d := difference(got, want); d > 6 {
				t.Errorf("differs by %.1f of 255 on average", d)
			}
		})
	}
}

// frame is the first picture of a film as a player shows it, small and raw.
func frame(t *testing.T, path string) []byte {
	t.Helper()
	var buf bytes.Buffer
	shot := filepath.Join(t.TempDir(), "f.png")
	ffmpeg(t, "-i", path, "-frames:v", "1", "-vf", "scale=iw/2:ih/2:flags=area", "-y", shot)
	f, err := os.Open(shot)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	b := img.Bounds()
	buf.WriteByte(byte(b.Dx()))
	for y := range b.Dy() {
		for x := range b.Dx() {
			r, g, bl, _ := img.At(x, y).RGBA()
			buf.Write([]byte{byte(r >> 8), byte(g >> 8), byte(bl >> 8)})
		}
	}
	return buf.Bytes()
}

// difference is the mean distance of two pictures' values, 255 if they have
// different sizes.
func difference(a, b []byte) float64 {
	if len(a) != len(b) || a[0] != b[0] {
		return 255
	}
	sum := 0.0
	for i := range a {
		sum += math.Abs(float64(a[i]) - float64(b[i]))
	}
	return sum / float64(len(a))
}

// TestColours compares one frame of ours with the same frame converted by
// zscale: matrix and range must come out right.
func TestColours(t *testing.T) {
	l := lab(t)
	for name, vf := range map[string]string{
		"709 limited": "format=gbrp,zscale=min=gbr:rin=pc:pin=709:tin=709:m=709:r=tv:p=709:t=709,format=yuv420p",
		"601 limited": "format=gbrp,zscale=min=gbr:rin=pc:pin=709:tin=709:m=170m:r=tv:p=709:t=709,format=yuv420p",
		"601 full":    "format=gbrp,zscale=min=gbr:rin=pc:pin=709:tin=709:m=170m:r=pc:p=709:t=709,format=yuv420p",
		"709 full":    "format=gbrp,zscale=min=gbr:rin=pc:pin=709:tin=709:m=709:r=pc:p=709:t=709,format=yuv420p",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			in := filepath.Join(dir, "in.mp4")
			ffmpeg(t, "-f", "lavfi", "-i", "smptehdbars=s=320x180:r=10:d=0.3", "-vf", vf, "-c:v", "libx264", "-qp", "10", "-y", in)
			_, _, first, err := develop(t.Context(), l, in, dir)
			if err != nil {
				t.Fatal(err)
			}
			rgb := func(path string) []byte {
				return []byte(ffmpeg(t, "-i", path, "-frames:v", "1", "-vf", "zscale=min=input:m=gbr:r=pc,format=gbrp,format=rgb24", "-f", "rawvideo", "-"))
			}
			if d := difference(rgb(filepath.Join(dir, first.Rendition.File)), rgb(in)); d > 2 {
				t.Errorf("colours differ by %.1f of 255 on average", d)
			}
		})
	}
}

// TestMadeBadClips are hostile and broken files that the tests make.
func TestMadeBadClips(t *testing.T) {
	l := labWith(t, Config{MaxDuration: 5 * time.Second})
	dir := t.TempDir()
	good := filepath.Join(dir, "good.mp4")
	ffmpeg(t, "-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=4", "-f", "lavfi", "-i", "sine=d=4", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "15", "-movflags", "+faststart", "-y", good)
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	ff := func(args ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) { ffmpeg(t, append(args, "-y", path)...) }
	}
	text := func(s string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		make           func(*testing.T, string)
		expect, reason string
	}{
		"zero":       {text(""), "reject", reelm.FaultEmptyFile},
		"text":       {text("not a video"), "reject", reelm.FaultUnsupportedFormat},
		"playlist":   {text("#EXTM3U\n#EXTINF:1,\nfile://" + good + "\n"), "reject", reelm.FaultUnsupportedFormat},
		"concat":     {text("ffconcat version 1.0\nfile good.mp4\n"), "reject", reelm.FaultUnsupportedFormat},
		"svg":        {text(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "reject", reelm.FaultUnsupportedFormat},
		"png":        {ff("-f", "lavfi", "-i", "testsrc=s=64x64", "-frames:v", "1", "-f", "image2", "-c:v", "png"), "reject", reelm.FaultUnsupportedFormat},
		"mpegts":     {ff("-f", "lavfi", "-i", testPicture, "-f", "mpegts"), "reject", reelm.FaultUnsupportedFormat},
		"only box":   {text("\x00\x00\x00\x10ftypisom\x00\x00\x00\x00"), "reject", reelm.FaultUnreadableVideo},
		"only ebml":  {text("\x1a\x45\xdf\xa3\x80"), "reject", reelm.FaultUnreadableVideo},
		"half":       {text(string(whole[:len(whole)/2])), "reject", reelm.FaultTruncated},
		"no end":     {text(string(whole[:2000])), "reject", reelm.FaultUnreadableVideo},
		"sound only": {ff("-f", "lavfi", "-i", testSound, "-c:a", "aac"), "reject", reelm.FaultNoVideo},
		"too long":   {ff("-f", "lavfi", "-i", "color=s=16x16:r=2:d=60", "-c:v", "libx264"), "reject", reelm.FaultTooLong},
		"too long, live": {ff("-f", "lavfi", "-i", "color=s=16x16:r=2:d=60", "-c:v", "libvpx", "-live", "1", "-f", "webm"), "reject",
			reelm.FaultTooLong},
		"just long enough": {ff("-f", "lavfi", "-i", "color=red:s=32x32:r=10:d=5", "-c:v", "libx264"), "ready", ""},
		"huge":             {ff("-f", "lavfi", "-i", "color=s=5000x5000:r=1:d=1", "-c:v", "mjpeg", "-q:v", "31", "-f", "mov"), "reject", reelm.FaultTooManyPixels},
		"exotic":           {ff("-f", "lavfi", "-i", testPicture, "-c:v", "ffv1", "-f", "matroska"), "reject", reelm.FaultUnsupportedCodec},
		"attached cover": {func(t *testing.T, path string) {
			cover := path + ".png"
			ffmpeg(t, "-f", "lavfi", "-i", "testsrc=s=600x600", "-frames:v", "1", "-y", cover)
			ffmpeg(t, "-i", good, "-i", cover, "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic", "-f", "mp4", "-y", path)
		}, "ready", ""},
		"subtitles beside": {func(t *testing.T, path string) {
			srt := path + ".srt"
			text("1\n00:00:00,000 --> 00:00:02,000\nhello\n")(t, srt)
			ffmpeg(t, "-i", good, "-i", srt, "-c", "copy", "-c:s", "mov_text", "-f", "mp4", "-y", path)
		}, "ready", ""},
		"metadata": {ff("-i", good, "-c", "copy", "-metadata", "title=<script>alert(1)</script>", "-metadata", "location=+48.1+11.6/", "-metadata:s:v:0", "handler_name=svg/onload", "-f", "mp4"), "ready", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "upload.mp4")
			c.make(t, path)
			out := t.TempDir()
			src, _, first, err := develop(t.Context(), l, path, out)
			checkEnd(t, out, c.expect, c.reason, src, first, err)
		})
	}
}
