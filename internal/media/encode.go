package media

import (
	"fmt"
	"strconv"
	"time"
)

// quiet are the global options of every ffmpeg run.
func quiet() []string { return []string{"-nostdin", "-hide_banner", "-v", "error"} }

// withProgress makes ffmpeg tell how far it is, four times a second.
func withProgress() []string { return []string{"-progress", "pipe:1", "-stats_period", "0.25"} }

// anonymous are the output options that keep every word of the source, and
// our own tool's, out of the result: tags of file and streams, chapters,
// subtitles, data tracks, times, versions. ffmpeg insists on naming an encoder.
func anonymous() []string {
	return []string{"-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-metadata:s", "encoder=Reelm",
		"-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"}
}

// videoOptions are the encoder's settings for one rung. A key frame every two
// seconds at 30 frames keeps seeking short.
func videoOptions(r Rung, threads int) []string {
	gop := 60
	if r.FPS > 31 {
		gop = 120
	}
	var o []string
	switch r.Codec {
	case AV1:
		o = []string{"-c:v", "libsvtav1", "-preset", "10", "-crf", strconv.Itoa(r.CRF)}
		if threads > 0 {
			o = append(o, "-svtav1-params", "lp="+strconv.Itoa(threads))
		}
	default:
		o = []string{"-c:v", "libx264", "-preset", "veryfast", "-crf", strconv.Itoa(r.CRF), "-profile:v", "high"}
		if r.Max > 0 {
			o = append(o, "-maxrate", strconv.Itoa(r.Max), "-bufsize", strconv.Itoa(2*r.Max))
		}
		if threads > 0 {
			o = append(o, "-threads:v", strconv.Itoa(threads))
		}
	}
	return append(o, "-g", strconv.Itoa(gop), "-pix_fmt", "yuv420p",
		"-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
}

// soundOptions are the settings of the sound of every rendition.
func soundOptions(gain float64) []string {
	return []string{"-af", soundFilters(&gain), "-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2"}
}

// firstArgs is the one pass that makes the first rendition, and on the way
// candidates for the poster: full-size JPEGs for one of them to become it, and
// the same frames tiny and raw for us to choose by.
func (l *Lab) firstArgs(path string, src *Source, r Rung, gain float64, mp4, jpegs, raw string, tiny size) []string {
	graph := fmt.Sprintf("[0:%d]%s,split=2[v][c];", src.Video.Index, pictureFilters(src, r)) +
		fmt.Sprintf("[c]trim=end=%s,select='isnan(prev_selected_t)+gte(t-prev_selected_t\\,%s)',split=2[c1][c2];",
			number(posterWindow.Seconds()), number(posterStep.Seconds())) +
		"[c1]" + toJPEG + "[j];" +
		fmt.Sprintf("[c2]scale=w=%d:h=%d:flags=area:in_color_matrix=bt709,format=rgb24[t]", tiny.w, tiny.h)
	args := append(quiet(), withProgress()...)
	args = append(args, "-noautorotate")
	args = append(args, l.inputOptions(src.Container)...)
	args = append(args, "-i", fileURL(path), "-filter_complex", graph)
	args = append(args, l.renditionArgs(src, r, gain, l.cfg.Threads, "[v]", mp4)...)
	args = append(args, "-map", "[j]", "-fps_mode", "passthrough", "-frames:v", strconv.Itoa(posterFrames))
	args = append(args, anonymous()...)
	args = append(args, "-c:v", "mjpeg", "-q:v", "4", "-f", "image2", "-start_number", "0", fileURL(jpegs))
	args = append(args, "-map", "[t]", "-fps_mode", "passthrough", "-frames:v", strconv.Itoa(posterFrames))
	args = append(args, anonymous()...)
	return append(args, "-c:v", "rawvideo", "-f", "rawvideo", "-y", fileURL(raw))
}

// toJPEG turns our BT.709 pictures into what a JPEG holds by definition:
// BT.601, full range.
const toJPEG = "scale=in_color_matrix=bt709:in_range=tv:out_color_matrix=bt601:out_range=pc,format=yuvj420p"

// rungArgs makes one further rendition.
func (l *Lab) rungArgs(path string, src *Source, r Rung, gain float64, mp4 string) []string {
	args := append(quiet(), withProgress()...)
	args = append(args, "-noautorotate")
	args = append(args, l.inputOptions(src.Container)...)
	args = append(args, "-i", fileURL(path),
		"-filter_complex", fmt.Sprintf("[0:%d]%s[v]", src.Video.Index, pictureFilters(src, r)))
	return append(args, l.renditionArgs(src, r, gain, l.cfg.Threads, "[v]", mp4)...)
}

// renditionArgs are the options of an MP4 that browsers play before it has
// come over whole.
func (l *Lab) renditionArgs(src *Source, r Rung, gain float64, threads int, picture, mp4 string) []string {
	args := []string{"-map", picture}
	if src.Audio != nil {
		args = append(args, "-map", "0:"+strconv.Itoa(src.Audio.Index))
		args = append(args, soundOptions(gain)...)
	}
	args = append(args, "-t", playLength(src, l.cfg.MaxDuration))
	args = append(args, videoOptions(r, threads)...)
	args = append(args, anonymous()...)
	return append(args, "-movflags", "+faststart", "-f", "mp4", "-y", fileURL(mp4))
}

// playLength is where a rendition is cut, in seconds: at the end of the
// picture where the sound runs on a little (a loop would freeze), a second
// behind the limit otherwise. A held picture ends with the sound.
func playLength(src *Source, limit time.Duration) string {
	if src.Video.Hold {
		return number(src.Duration.Seconds())
	}
	if a := src.Audio; a != nil && a.Duration > src.Duration && a.Duration < src.Duration+time.Second {
		return number((src.Duration + 50*time.Millisecond).Seconds())
	}
	return number((limit + time.Second).Seconds())
}

// number writes a number for ffmpeg, never with an exponent.
func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// size is pixels.
type size struct{ w, h int }

// within scales a size down so that its longer side is at most n.
func within(w, h, n int) size {
	if longest := max(w, h); longest > n {
		w, h = (w*n+longest/2)/longest, (h*n+longest/2)/longest
	}
	return size{max(1, w), max(1, h)}
}

// budget is how long a job on this source may take and what it may write.
// A minute, and a hundred times what a fast machine needs.
func (l *Lab) budget(src *Source) (time.Duration, limits) {
	length := min(src.Duration+time.Second, l.cfg.MaxDuration+time.Second)
	weight := float64(src.Video.Width*src.Video.Height) / (1920 * 1080) * max(1, min(8, src.Video.FPS/30))
	if src.Video.HDR {
		weight *= 2
	}
	wall := time.Minute + time.Duration(float64(length)*10*max(1, weight))
	return wall, limits{
		CPU:  uint64(wall.Seconds()) * uint64(l.processors()),
		File: uint64(length.Seconds()*3e6) + 64<<20,
	}
}
