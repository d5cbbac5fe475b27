package media

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// upright are the sizes that people see, where they differ from what is
// stored.
var upright = map[string][2]int{
	"iphone_dv84_hlg_rot90_hevc.MOV":       {720, 1280},
	"android_hevc_rot90_gps_metatrack.mp4": {1080, 1920},
	"android_portrait_4k60_rot90.mp4":      {2160, 3840},
	"h264_rot270_720p_5s.mp4":              {720, 1280},
	"motionphoto_two_video_tracks.mp4":     {1080, 1440},
	"vp9_odd_161x121.webm":                 {161, 121},
	"fragmented_bogus_duration.mp4":        {1080, 720},
}

// wholeLadder are the clips of which every rung is made in the default size.
var wholeLadder = map[string]bool{"h264_portrait_720x1080_1s_mono.mp4": true, "android_hlg10_hevc_gps.mp4": true}

// TestClips takes every real clip the whole way.
func TestClips(t *testing.T) {
	rows := manifest(t, "clips")
	if rows == nil {
		t.Skip("the shared clips are not here; TestMadeClips runs on clips of its own")
	}
	l := lab(t)
	for _, row := range rows {
		t.Run(row["file"], func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(shared, "clips", row["file"])
			src := takeTheWay(t, l, path, trialSize() || wholeLadder[row["file"]])
			if want, ok := upright[row["file"]]; ok && (src.Width != want[0] || src.Height != want[1]) {
				t.Errorf("upright %dx%d, want %dx%d", src.Width, src.Height, want[0], want[1])
			}
			if strings.Contains(row["file"], "bogus_duration") && src.Duration > 2*time.Second {
				t.Errorf("believed a header of %v", src.Duration)
			}
		})
	}
}

// takeTheWay develops one clip, checks everything that comes out, and gives
// what was found in it.
func takeTheWay(t *testing.T, l *Lab, path string, ladder bool) *Source {
	t.Helper()
	dir := t.TempDir()
	var last float64
	src, err := l.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	pre, err := l.Preview(t.Context(), path, src, dir)
	if err != nil {
		t.Fatal(err)
	}
	first, err := l.First(t.Context(), path, src, dir, func(f float64) {
		if f < last || f > 1 {
			t.Errorf("progress %v after %v", f, last)
		}
		last = f
	})
	if err != nil {
		t.Fatal(err)
	}
	if last != 1 {
		t.Errorf("progress ended at %v", last)
	}
	names := []string{first.Rendition.File, first.Poster.File}
	checkRendition(t, dir, first.Rendition, src)
	checkPoster(t, dir, first.Poster)
	if pre != nil {
		names = append(names, pre.Name)
		file := filepath.Join(dir, pre.Name)
		checkAnonymous(t, file, lookAt(t, file))
		if v := lookAt(t, file).stream("video"); v == nil || v.Width != src.Video.Width || v.Height != src.Video.Height {
			t.Error("the preview shows another picture")
		}
	}
	if src.Audio == nil && (first.Waveform != nil || first.Gain != 0) {
		t.Error("a silent clip has sound")
	}
	if first.Waveform != nil && len(first.Waveform) != peaks {
		t.Errorf("%d peaks", len(first.Waveform))
	}
	onlyFiles(t, dir, names...)
	if ladder {
		climb(t, l, path, dir, src, first)
	}
	return src
}

// climb makes and checks every further rung, the kept original, a cover and
// the strip.
func climb(t *testing.T, l *Lab, path, dir string, src *Source, first *First) {
	t.Helper()
	plan := l.Plan(src)
	for _, r := range append(plan.Rungs, plan.Later...) {
		made, err := l.Rung(t.Context(), path, src, r, first.Gain, dir, nil)
		if err != nil {
			t.Fatalf("%s %d: %v", r.Codec, r.Height, err)
		}
		checkRendition(t, dir, made, src)
		if made.W != r.W || made.H != r.H {
			t.Errorf("planned %dx%d, made %dx%d", r.W, r.H, made.W, made.H)
		}
	}
	kept, err := l.Original(t.Context(), path, src, dir)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, kept.Name)
	checkAnonymous(t, file, lookAt(t, file))
	again, err := l.Rung(t.Context(), file, kept.Source, plan.First, first.Gain, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkRendition(t, dir, again, src)

	rendition := filepath.Join(dir, first.Rendition.File)
	cover, err := l.Cover(t.Context(), rendition, src.Duration/2, dir)
	if err != nil {
		t.Fatal(err)
	}
	checkPoster(t, dir, *cover)
	if cover.File == first.Poster.File {
		t.Error("a new cover has the old name")
	}
	strip, err := l.Strip(t.Context(), rendition, 8, dir)
	if err != nil {
		t.Fatal(err)
	}
	if v := lookAt(t, filepath.Join(dir, strip.File.Name)).stream("video"); v.Width != 8*strip.Width || v.Height != strip.Height {
		t.Errorf("the strip is %dx%d, its frames %dx%d", v.Width, v.Height, strip.Width, strip.Height)
	}
}
