package media

import (
	"context"
	"fmt"
	"os"
	"time"

	"reelm"
)

// First is what makes a clip public.
type First struct {
	Rendition reelm.Rendition
	Poster    Poster
	Duration  time.Duration // as it plays
	Waveform  []byte        // 64 peaks, 0..255; nil without sound
	Loudness  float64       // LUFS of the source; -70 without sound
	Gain      float64       // dB that every rendition gets; pass it to Rung
}

// First makes the first rendition and everything that a feed shows of a clip:
// it listens to the sound once, then one pass of ffmpeg writes the MP4, the
// poster and the frames for its placeholder. progress, if not nil, is called
// with rising values up to 1 from another goroutine.
//
// What decodes to less than 90 % of the length that the file promised is
// refused as truncated or corrupt, what does not decode at all as undecodable.
func (l *Lab) First(ctx context.Context, path string, src *Source, dir string, progress func(float64)) (*First, error) {
	path, err := absolute(path)
	if err != nil {
		return nil, err
	}
	s, err := newScratch(dir)
	if err != nil {
		return nil, err
	}
	defer s.close()
	f := &First{Loudness: -70}
	if src.Audio != nil {
		sound, err := l.listen(ctx, path, src)
		if err != nil {
			return nil, err
		}
		f.Loudness, f.Gain, f.Waveform = sound.LUFS, sound.Gain, sound.Waveform
		if sound.Duration == 0 { // nothing of it can be decoded: a silent clip
			mute := *src
			mute.Audio = nil
			src = &mute
		}
	}
	r := l.Plan(src).First
	tiny := within(r.W, r.H, 96)
	names := []string{"v.mp4", "tiny.raw"}
	jpeg := func(i int) string { return fmt.Sprintf("poster-%d.jpg", i) }
	for i := range posterFrames {
		names = append(names, jpeg(i))
	}
	write, err := s.make(names...)
	if err != nil {
		return nil, err
	}
	wall, lim := l.budget(src)
	out, err := l.run(ctx, job{
		tool: l.ffmpeg, read: path, write: write, limits: lim, wall: wall,
		args:   l.firstArgs(path, src, r, f.Gain, s.path("v.mp4"), s.path("poster-%d.jpg"), s.path("tiny.raw"), tiny),
		stdout: &progressWriter{length: src.Duration, report: progress},
	})
	if err != nil {
		return nil, err
	}
	made, err := l.judge(out, path, src, s.path("v.mp4"))
	if err != nil {
		return nil, err
	}
	poster, err := takePoster(s, jpeg, "tiny.raw", tiny, "poster.jpg")
	if err != nil {
		return nil, err
	}
	poster.Width, poster.Height = r.W, r.H
	f.Poster = *poster
	f.Duration = made.duration
	if f.Rendition, err = s.keepRendition("v.mp4", r, made); err != nil {
		return nil, err
	}
	if progress != nil {
		progress(1)
	}
	return f, nil
}

// Rung makes one further rendition, in the background: it takes only the
// processor time that nobody else wants. gain is that of First.
func (l *Lab) Rung(ctx context.Context, path string, src *Source, r Rung, gain float64, dir string, progress func(float64)) (reelm.Rendition, error) {
	path, err := absolute(path)
	if err != nil {
		return reelm.Rendition{}, err
	}
	s, err := newScratch(dir)
	if err != nil {
		return reelm.Rendition{}, err
	}
	defer s.close()
	write, err := s.make("v.mp4")
	if err != nil {
		return reelm.Rendition{}, err
	}
	wall, lim := l.budget(src)
	// Idle work may have to wait for long.
	out, err := l.run(ctx, job{tool: l.ffmpeg, read: path, write: write, limits: lim, wall: 4 * wall, idle: !l.cfg.Eager,
		args: l.rungArgs(path, src, r, gain, s.path("v.mp4")), stdout: &progressWriter{length: src.Duration, report: progress}})
	if err != nil {
		return reelm.Rendition{}, err
	}
	made, err := l.judge(out, path, src, s.path("v.mp4"))
	if err != nil {
		return reelm.Rendition{}, err
	}
	return s.keepRendition("v.mp4", r, made)
}

// keepRendition gives a finished encode its name and describes it.
func (s *scratch) keepRendition(name string, r Rung, made *made) (reelm.Rendition, error) {
	st, err := os.Stat(s.path(name))
	if err != nil {
		return reelm.Rendition{}, fmt.Errorf("media: %w", err)
	}
	final := fmt.Sprintf("%s-%d.mp4", r.Codec, r.Height)
	if err := s.keep(name, final); err != nil {
		return reelm.Rendition{}, err
	}
	return reelm.Rendition{
		Height: r.Height, W: made.w, H: made.h, Codec: string(r.Codec), Codecs: made.codecs,
		Bitrate: int(float64(st.Size()) * 8 / max(0.001, made.duration.Seconds())), Bytes: st.Size(), File: final,
	}, nil
}
