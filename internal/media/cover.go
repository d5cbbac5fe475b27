package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"reelm"
)

// Cover makes the poster that the author chose: the frame of a rendition at
// that time. rendition is the path of a file that First or Rung wrote. The
// name of the poster comes from its bytes, so that a new one has a new address.
func (l *Lab) Cover(ctx context.Context, rendition string, at time.Duration, dir string) (*Poster, error) {
	rendition, m, err := ownFile(rendition)
	if err != nil {
		return nil, err
	}
	s, err := newScratch(dir)
	if err != nil {
		return nil, err
	}
	defer s.close()
	write, err := s.make("poster.jpg", "tiny.raw")
	if err != nil {
		return nil, err
	}
	tiny := within(m.w, m.h, 96)
	args := append(quiet(), "-ss", number(inside(at, m.duration).Seconds()))
	args = append(args, l.inputOptions(MP4)...)
	args = append(args, "-i", fileURL(rendition), "-filter_complex",
		fmt.Sprintf("[0:v]split=2[c1][c2];[c1]%s[j];[c2]scale=w=%d:h=%d:flags=area:in_color_matrix=bt709,format=rgb24[t]", toJPEG, tiny.w, tiny.h))
	args = append(args, "-map", "[j]", "-frames:v", "1")
	args = append(args, anonymous()...)
	args = append(args, "-c:v", "mjpeg", "-q:v", "3", "-f", "image2", "-update", "1", "-y", fileURL(write[0]))
	args = append(args, "-map", "[t]", "-frames:v", "1")
	args = append(args, anonymous()...)
	args = append(args, "-c:v", "rawvideo", "-f", "rawvideo", "-y", fileURL(write[1]))
	out, err := l.run(ctx, job{tool: l.ffmpeg, args: args, read: rendition, write: write, wall: time.Minute})
	if err != nil {
		return nil, fmt.Errorf("media: cover: %w", err)
	}
	if err := out.ours(); err != nil {
		return nil, err
	}
	jpeg, err := os.ReadFile(write[0])
	if err != nil {
		return nil, fmt.Errorf("media: cover: %w", err)
	}
	sum := sha256.Sum256(jpeg)
	p, err := takePoster(s, func(int) string { return "poster.jpg" }, "tiny.raw", tiny, "poster-"+hex.EncodeToString(sum[:4])+".jpg")
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, out.stderr)
	}
	p.Width, p.Height = m.w, m.h
	return p, nil
}

// Strip is a row of frames from which an author chooses a cover.
type Strip struct {
	File   File            // one JPEG, the frames side by side
	Width  int             // pixels of one frame
	Height int             //
	Times  []time.Duration // of the frames; pass one of them to Cover
}

// Strip puts n frames of a rendition, evenly spread, side by side into
// strip.jpg. rendition is the path of a file that First or Rung wrote. It
// seeks to each, so a long clip takes no longer than a short one.
func (l *Lab) Strip(ctx context.Context, rendition string, n int, dir string) (*Strip, error) {
	if n < 1 || n > 20 {
		return nil, reelm.Wrong("frames", "bad-frames", "between 1 and 20 frames, not %d", n)
	}
	rendition, m, err := ownFile(rendition)
	if err != nil {
		return nil, err
	}
	s, err := newScratch(dir)
	if err != nil {
		return nil, err
	}
	defer s.close()
	write, err := s.make("strip.jpg")
	if err != nil {
		return nil, err
	}
	one := within(m.w, m.h, 160)
	one = size{even(one.w), even(one.h)}
	strip := &Strip{Width: one.w, Height: one.h}
	args := quiet()
	var graph, row strings.Builder
	for i := range n {
		at := inside(m.duration*time.Duration(2*i+1)/time.Duration(2*n), m.duration)
		strip.Times = append(strip.Times, at)
		args = append(args, "-threads", "1", "-ss", number(at.Seconds()))
		args = append(args, l.inputOptions(MP4)...)
		args = append(args, "-i", fileURL(rendition))
		fmt.Fprintf(&graph, "[%d:v]trim=end_frame=1,setpts=0,scale=w=%d:h=%d:flags=area[f%d];", i, one.w, one.h, i)
		fmt.Fprintf(&row, "[f%d]", i)
	}
	if n > 1 {
		fmt.Fprintf(&row, "hstack=inputs=%d,", n)
	}
	args = append(args, "-filter_complex", graph.String()+row.String()+toJPEG+"[j]", "-map", "[j]", "-frames:v", "1")
	args = append(args, anonymous()...)
	args = append(args, "-c:v", "mjpeg", "-q:v", "5", "-f", "image2", "-update", "1", "-y", fileURL(write[0]))
	out, err := l.run(ctx, job{tool: l.ffmpeg, args: args, read: rendition, write: write, wall: time.Minute})
	if err != nil {
		return nil, fmt.Errorf("media: strip: %w", err)
	}
	if err := out.ours(); err != nil {
		return nil, err
	}
	st, err := os.Stat(write[0])
	if err != nil {
		return nil, fmt.Errorf("media: strip: %w", err)
	}
	if st.Size() == 0 {
		return nil, fmt.Errorf("media: strip: nothing was written: %s", out.stderr)
	}
	strip.File = File{Name: "strip.jpg", Type: "image/jpeg", Bytes: st.Size()}
	return strip, s.keep("strip.jpg", "strip.jpg")
}

// ownFile opens a rendition that we wrote.
func ownFile(path string) (string, *made, error) {
	path, err := absolute(path)
	if err != nil {
		return "", nil, err
	}
	m, err := inspect(path)
	if err == nil && m.duration <= 0 {
		err = errors.New("media: the rendition is empty")
	}
	return path, m, err
}

// inside keeps a time within a clip, where a frame still follows.
func inside(at, length time.Duration) time.Duration {
	return max(0, min(at, length-100*time.Millisecond)).Round(time.Millisecond)
}
