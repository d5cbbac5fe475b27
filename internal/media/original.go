package media

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"reelm"
)

// Kept is an upload without what stood beside its pictures and its sound.
type Kept struct {
	File
	Source *Source // to make further renditions from it
}

// Original copies the streams of an upload, bit for bit, into a new file that
// holds nothing else: no place, no device, no times, no names, no data tracks,
// no second film. An MP4 stays one, or becomes a MOV where MP4 does not take a
// stream (PCM, ProRes); a WebM becomes Matroska. The result is probed, and must
// be as large, as long and lie as the upload. Where the streams cannot be
// copied so, the fault is undecodable: then keep no original, the best
// rendition remains.
func (l *Lab) Original(ctx context.Context, path string, src *Source, dir string) (*Kept, error) {
	path, err := absolute(path)
	if err != nil {
		return nil, err
	}
	format, name, mime := keptAs(src)
	args := append(quiet(), l.inputOptions(src.Container)...)
	args = append(args, "-i", fileURL(path), "-map", "0:"+strconv.Itoa(src.Video.Index))
	if src.Audio != nil {
		args = append(args, "-map", "0:"+strconv.Itoa(src.Audio.Index))
	}
	args = append(args, "-c", "copy")
	args = append(args, anonymous()...)
	if format != "matroska" {
		args = append(args, "-write_tmcd", "0")
	}
	f, err := l.copyOut(ctx, path, src, dir, name, append(args, "-f", format, "-y"))
	if err != nil {
		return nil, fmt.Errorf("media: original: %w", err)
	}
	f.Type = mime
	kept := &Kept{File: *f}
	if kept.Source, err = l.Probe(ctx, filepath.Join(dir, name)); err == nil {
		err = sameFilm(src, kept.Source)
	}
	if err != nil {
		_ = os.Remove(filepath.Join(dir, name)) // the error says more
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, &reelm.Fault{Code: reelm.FaultUndecodable, Detail: "the upload cannot be copied without its metadata: " + err.Error()}
	}
	return kept, nil
}

// keptAs chooses the container that takes the streams as they are.
func keptAs(src *Source) (format, name, mime string) {
	if src.Container == Matroska {
		return "matroska", "original.mkv", "video/x-matroska"
	}
	fits := false
	switch src.Video.Codec {
	case "h264", "hevc", "av1", "vp9", "mpeg4":
		fits = true
	}
	if a := src.Audio; a != nil {
		switch a.Codec {
		case "aac", "mp3", "opus", "flac", "alac", "ac3", "eac3":
		default:
			fits = false
		}
	}
	if !fits {
		return "mov", "original.mov", "video/quicktime"
	}
	return "mp4", "original.mp4", "video/mp4"
}

// sameFilm holds a copy against what was copied.
func sameFilm(a, b *Source) error {
	switch {
	case a.Width != b.Width || a.Height != b.Height || a.Video.Turn != b.Video.Turn:
		return errors.New("it lies differently")
	case a.Video.Codec != b.Video.Codec || a.Video.HDR != b.Video.HDR || (a.Audio == nil) != (b.Audio == nil):
		return errors.New("it has other streams")
	case (a.Duration - b.Duration).Abs() > a.Duration/20+500*time.Millisecond:
		return fmt.Errorf("it lasts %v instead of %v", b.Duration, a.Duration)
	}
	return nil
}
