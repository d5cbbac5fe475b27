package media

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"reelm"
)

// File is a file that was written into the output folder.
type File struct {
	Name  string // in the folder
	Type  string // media type
	Bytes int64
}

// Preview makes the file that an author sees at once: the streams of the
// upload as they are, without what stands beside them. It is for the author
// alone, as anybody else would be handed a stranger's bits. It takes 0.1 s for
// a short clip. nil without an error means that browsers cannot play the
// source.
func (l *Lab) Preview(ctx context.Context, path string, src *Source, dir string) (*File, error) {
	kind := previewKind(src)
	if kind == NoPreview {
		return nil, nil
	}
	path, err := absolute(path)
	if err != nil {
		return nil, err
	}
	format, name, mime := "mp4", "preview.mp4", "video/mp4"
	if webm(src) {
		format, name, mime = "webm", "preview.webm", "video/webm"
	}
	args := append(quiet(), l.inputOptions(src.Container)...)
	args = append(args, "-i", fileURL(path), "-map", "0:"+strconv.Itoa(src.Video.Index), "-c:v", "copy")
	if src.Audio != nil {
		args = append(args, "-map", "0:"+strconv.Itoa(src.Audio.Index))
		switch {
		case kind == PreviewCopy:
			args = append(args, "-c:a", "copy")
		case format == "webm":
			args = append(args, "-c:a", "libopus", "-b:a", "96k", "-ac", "2", "-ar", "48000")
		default:
			args = append(args, "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000")
		}
	}
	args = append(args, anonymous()...)
	if format == "mp4" {
		args = append(args, "-movflags", "+faststart")
	}
	args = append(args, "-f", format, "-y")
	f, err := l.copyOut(ctx, path, src, dir, name, args)
	if err != nil {
		return nil, fmt.Errorf("media: preview: %w", err)
	}
	f.Type = mime
	return f, nil
}

// copyOut runs an ffmpeg that copies streams into one file and keeps it as
// name. args lack the output.
func (l *Lab) copyOut(ctx context.Context, path string, src *Source, dir, name string, args []string) (*File, error) {
	s, err := newScratch(dir)
	if err != nil {
		return nil, err
	}
	defer s.close()
	write, err := s.make(name)
	if err != nil {
		return nil, err
	}
	in, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	out, err := l.run(ctx, job{tool: l.ffmpeg, args: append(args, fileURL(write[0])), read: path, write: write,
		limits: limits{CPU: 300, File: uint64(in.Size())*2 + uint64(src.Duration.Seconds()*64e3) + 64<<20}, wall: time.Minute + src.Duration})
	if err != nil {
		return nil, err
	}
	if err := out.ours(); err != nil {
		return nil, err
	}
	st, err := os.Stat(write[0])
	if err != nil {
		return nil, err
	}
	if out.code != 0 || st.Size() == 0 {
		return nil, &reelm.Fault{Code: reelm.FaultUndecodable, Detail: "the streams of this file cannot be copied"}
	}
	if err := s.keep(name, name); err != nil {
		return nil, err
	}
	return &File{Name: name, Bytes: st.Size()}, nil
}
