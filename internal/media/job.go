package media

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"reelm"
)

// job is one run of ffmpeg or ffprobe on one input.
type job struct {
	tool   string
	args   []string
	read   string   // the input
	write  []string // outputs, which exist
	stdout io.Writer
	idle   bool
	limits limits
	wall   time.Duration // deadline
}

// run does a job in the sandbox. A deadline that passes is a Fault worth
// another try; a reader that has seen enough (errTooMuch) is an error.
func (l *Lab) run(ctx context.Context, j job) (*outcome, error) {
	flags, err := l.isolation(ctx)
	if err != nil {
		return nil, err
	}
	lim := defaultLimits()
	if j.limits.CPU > 0 {
		lim.CPU = j.limits.CPU
	}
	if j.limits.File > 0 {
		lim.File = j.limits.File
	}
	lim.CPU = max(1, uint64(float64(lim.CPU)*l.cfg.Patience))
	wall := time.Duration(float64(j.wall) * l.cfg.Patience)
	late := &reelm.Fault{Code: reelm.FaultTimeout, Detail: fmt.Sprintf("it was not done after %v", wall.Round(time.Second)), Retry: true}
	ctx, cancel := context.WithTimeoutCause(ctx, wall, late)
	defer cancel()
	read, err := filepath.Abs(j.read)
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	p := process{flags: flags, stdout: j.stdout, order: order{
		Tool: j.tool, Args: j.args, Read: []string{read}, Write: j.write, Idle: j.idle, Must: l.must(), limits: lim,
	}}
	return p.run(ctx)
}

// ours tells an end that was not the file's doing: out of CPU time, memory or
// disk. It is nil for every other end.
func (o *outcome) ours() error {
	switch {
	case o.signal == syscall.SIGXCPU, o.signal == syscall.SIGKILL:
		return &reelm.Fault{Code: reelm.FaultTimeout, Detail: "it took more processor time than it may", Retry: true}
	case strings.Contains(o.stderr, "No space left on device"), strings.Contains(o.stderr, "File too large"),
		strings.Contains(o.stderr, "Disk quota exceeded"):
		return &reelm.Fault{Code: reelm.FaultInternal, Detail: "there was no room to write the result", Retry: true}
	case strings.Contains(o.stderr, "Cannot allocate memory"):
		return &reelm.Fault{Code: reelm.FaultInternal, Detail: "there was not enough memory", Retry: true}
	case strings.Contains(o.stderr, "error while loading shared libraries"):
		return fmt.Errorf("media: ffmpeg does not start: %s", o.stderr)
	}
	for _, lack := range []string{"Unknown encoder", "No such filter", "Unrecognized option", "Option not found", "Error splitting the argument list"} {
		if strings.Contains(o.stderr, lack) {
			return fmt.Errorf("media: this ffmpeg lacks what is needed: %s", o.stderr)
		}
	}
	return nil
}

// inputOptions stand before every -i: only local files, only the container
// that was sniffed, only the decoders of our list, only frames of a size.
func (l *Lab) inputOptions(kind Container, more ...string) []string {
	format := "mov"
	if kind == Matroska {
		format = "matroska"
	}
	return []string{
		"-protocol_whitelist", "file",
		"-format_whitelist", "mov,matroska",
		"-codec_whitelist", strings.Join(append(decoders(), more...), ","),
		"-max_pixels", strconv.Itoa(l.cfg.MaxPixels),
		"-f", format,
	}
}

// decoders is the list of decoders for ffmpeg, always in the same order.
func decoders() []string {
	var out []string
	for _, m := range []map[string][]string{videoCodecs, audioCodecs} {
		for _, codec := range slices.Sorted(maps.Keys(m)) {
			out = append(out, m[codec]...)
		}
	}
	return out
}

// fileURL keeps ffmpeg from reading a protocol or an option into a name.
func fileURL(path string) string { return "file:" + path }

// processors is how many cores an encode may plan with.
func (l *Lab) processors() int {
	if l.cfg.Threads > 0 {
		return l.cfg.Threads
	}
	return runtime.NumCPU()
}
