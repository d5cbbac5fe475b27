package media

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"reelm"
)

// Probe finds out what an upload holds and whether it can become a clip. Only
// the file's own fault refuses it: a *reelm.Fault with the code of the cause.
// It takes some 0.1 s, more only where the header's length cannot be true and
// every packet has to be asked.
func (l *Lab) Probe(ctx context.Context, path string) (*Source, error) {
	path, err := absolute(path)
	if err != nil {
		return nil, err
	}
	kind, err := SniffFile(path)
	if err != nil {
		return nil, err
	}
	var printed bytes.Buffer
	args := append(l.inputOptions(kind, probeDecoders...), "-v", "error", "-of", "json", "-show_streams", "-show_format", "-i", fileURL(path))
	out, err := l.run(ctx, job{tool: l.ffprobe, args: args, read: path, stdout: &limitedWriter{w: &printed, left: 4 << 20},
		limits: limits{CPU: 60}, wall: time.Minute})
	if err != nil {
		return nil, fmt.Errorf("media: probe: %w", err)
	}
	if fault := out.ours(); fault != nil {
		return nil, fault
	}
	if out.code != 0 {
		return nil, refusal(out.stderr)
	}
	src, sure, err := readProbe(printed.Bytes(), kind, l.bounds())
	if err != nil {
		if huge := oversize(out.stderr); huge != nil {
			return nil, huge // a decoder that refused to look left no size
		}
		return nil, err
	}
	if sure {
		return src, nil
	}
	if src.Duration, err = l.lastPacket(ctx, path, kind, src.Video.Index); err != nil {
		return nil, err
	}
	return src, nil
}

// probeDecoders may be opened for looking only: ffprobe gives up on a whole
// file when a stream beside the film, a cover or subtitles, may not be opened.
var probeDecoders = []string{"png", "mov_text", "webvtt", "subrip", "ass", "cc_dec"}

// refusal turns what ffprobe said when it gave up into a fault.
func refusal(stderr string) error {
	if huge := oversize(stderr); huge != nil {
		return huge
	}
	if _, after, ok := strings.Cut(stderr, "Codec ("); ok {
		name, _, _ := strings.Cut(after, ")")
		return unsupportedCodec(name)
	}
	f := &reelm.Fault{Code: reelm.FaultUnreadableVideo, Detail: "the file is damaged and cannot be opened"}
	switch {
	case strings.Contains(stderr, "moov atom not found"):
		f.Detail = "the file is incomplete: its list of contents is missing; upload it again"
	case strings.Contains(stderr, "nested"):
		f.Detail = "the file is built in a way that no camera does"
	}
	return f
}

// oversize finds the size of a picture that -max_pixels refused, nil if none.
func oversize(stderr string) error {
	if _, after, ok := strings.Cut(stderr, "Picture size "); ok {
		size, _, _ := strings.Cut(after, " ")
		if w, h, ok := strings.Cut(size, "x"); ok {
			return tooManyPixels(w, h)
		}
	}
	return nil
}

func (l *Lab) bounds() bounds {
	return bounds{duration: l.cfg.MaxDuration, pixels: l.cfg.MaxPixels}
}

// lastPacket reads the times of all packets of one stream and gives the end
// of the last. It stops as soon as the limit is passed.
func (l *Lab) lastPacket(ctx context.Context, path string, kind Container, index int) (time.Duration, error) {
	end := &packetReader{limit: l.cfg.MaxDuration.Seconds() + 1}
	args := append(l.inputOptions(kind), "-v", "error", "-of", "csv=p=0", "-select_streams", strconv.Itoa(index),
		"-show_entries", "packet=pts_time,duration_time", "-i", fileURL(path))
	out, err := l.run(ctx, job{tool: l.ffprobe, args: args, read: path, stdout: end,
		limits: limits{CPU: 120}, wall: 2 * time.Minute})
	if end.first == nil && err == nil {
		if fault := out.ours(); fault != nil {
			return 0, fault
		}
		return 0, &reelm.Fault{Code: reelm.FaultUndecodable, Detail: "not one picture of this video can be read"}
	}
	if end.last-end.start() > l.cfg.MaxDuration.Seconds() {
		return 0, tooLong(l.cfg.MaxDuration)
	}
	if err != nil {
		return 0, fmt.Errorf("media: probe: %w", err)
	}
	return time.Duration((end.last - end.start()) * float64(time.Second)).Round(time.Microsecond), nil
}

func tooLong(limit time.Duration) error {
	return &reelm.Fault{Code: reelm.FaultTooLong,
		Detail: fmt.Sprintf("the video is longer than %v; cut it and upload it again", limit)}
}

// packetReader takes ffprobe's lines "pts,duration" and keeps the extremes,
// in seconds.
type packetReader struct {
	limit float64
	rest  []byte
	first *float64
	last  float64
}

func (r *packetReader) start() float64 {
	if r.first == nil {
		return 0
	}
	return *r.first
}

// Write implements io.Writer. It fails past the limit, which ends the tool.
func (r *packetReader) Write(p []byte) (int, error) {
	r.rest = append(r.rest, p...)
	for {
		i := bytes.IndexByte(r.rest, '\n')
		if i < 0 {
			break
		}
		r.line(string(r.rest[:i]))
		r.rest = r.rest[i+1:]
	}
	if len(r.rest) > 1<<10 || r.last-r.start() > r.limit {
		return 0, errTooMuch
	}
	return len(p), nil
}

func (r *packetReader) line(s string) {
	pts, dur, _ := strings.Cut(strings.TrimSpace(s), ",")
	t, err := strconv.ParseFloat(pts, 64)
	if err != nil || !(math.Abs(t) < 1e9) { // N/A, nonsense
		return
	}
	if r.first == nil || t < *r.first {
		r.first = &t
	}
	d, err := strconv.ParseFloat(strings.TrimRight(dur, ","), 64)
	if err != nil || !(d >= 0 && d <= 10) {
		d = 0
	}
	r.last = max(r.last, t+d)
}
