package media

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"reelm"
)

// Config says where the tools are and what may go in. The zero value is a
// good one.
type Config struct {
	FFmpeg  string // path or name; empty: ffmpeg from PATH
	FFprobe string // path or name; empty: ffprobe from PATH

	MaxDuration time.Duration // of an upload; 0: 10 minutes
	MaxPixels   int           // of a frame; 0 or more than reelm.MaxPixels: that
	MaxFPS      int           // of a rendition: 30 or 60; 0: 30
	Threads     int           // of an encode; 0: as many as there are processors

	// Patience multiplies every deadline and CPU limit, for slow machines;
	// 0: 1.
	Patience float64
	// Eager makes further rungs compete like everything else, instead of
	// taking only the processor time that nobody wants.
	Eager bool
	// Demand lists layers of the sandbox without which nothing may run.
	Demand []Layer
	Log    *slog.Logger // nil: slog.Default
}

// Lab is where uploads are developed: it holds the tools and the settings. It
// is safe for use by many goroutines; how much runs at once its caller decides.
type Lab struct {
	cfg     Config
	ffmpeg  string
	ffprobe string

	mu     sync.Mutex
	tried  bool
	flags  uintptr // the best namespaces that this machine allows
	states []LayerState
}

// New finds the tools. It fails when one is missing, or when a layer that
// cfg.Demand names does not hold.
func New(cfg Config) (*Lab, error) {
	if cfg.FFmpeg == "" {
		cfg.FFmpeg = "ffmpeg"
	}
	if cfg.FFprobe == "" {
		cfg.FFprobe = "ffprobe"
	}
	if cfg.MaxDuration <= 0 {
		cfg.MaxDuration = 10 * time.Minute
	}
	if cfg.MaxPixels <= 0 || cfg.MaxPixels > reelm.MaxPixels {
		cfg.MaxPixels = reelm.MaxPixels
	}
	if cfg.MaxFPS != 60 {
		cfg.MaxFPS = 30
	}
	if cfg.Patience <= 0 {
		cfg.Patience = 1
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	l := &Lab{cfg: cfg}
	var err error
	if l.ffmpeg, err = findTool(cfg.FFmpeg); err != nil {
		return nil, err
	}
	if l.ffprobe, err = findTool(cfg.FFprobe); err != nil {
		return nil, err
	}
	if len(cfg.Demand) > 0 {
		if _, err := l.isolation(context.Background()); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// ErrNoTool says that ffmpeg or ffprobe is not there.
var ErrNoTool = errors.New("media: ffmpeg is missing: install it (Debian: apt install ffmpeg) or set its path")

// findTool gives the absolute path of a tool with its links followed, which
// is what Landlock has to allow.
func findTool(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		if path, err = filepath.Abs(path); err == nil {
			path, err = filepath.EvalSymlinks(path)
		}
	}
	if err != nil {
		return "", fmt.Errorf("%w (%s: %w)", ErrNoTool, name, err)
	}
	return path, nil
}

// Version tells which ffmpeg this is, in its own words: for `reelm doctor`.
func (l *Lab) Version(ctx context.Context) (string, error) {
	var said strings.Builder
	out, err := l.run(ctx, job{tool: l.ffmpeg, args: []string{"-version"}, read: l.ffmpeg, wall: time.Minute,
		stdout: &limitedWriter{w: &said, left: 64 << 10}})
	if err != nil {
		return "", fmt.Errorf("media: version of ffmpeg: %w", err)
	}
	if out.code != 0 {
		return "", fmt.Errorf("media: version of ffmpeg: %s", out.stderr)
	}
	line, _, _ := strings.Cut(said.String(), " Copyright")
	return line, nil
}

// isolation finds out once which namespaces this machine gives, logs the
// layers that hold, and refuses when a demanded one does not.
func (l *Lab) isolation(ctx context.Context) (uintptr, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.tried {
		var firstErr error
		for _, flags := range isolations() {
			states, err := tryLayers(ctx, flags)
			if err == nil {
				l.flags, l.states, l.tried = flags, states, true
				break
			}
			if ctx.Err() != nil {
				return 0, context.Cause(ctx)
			}
			if firstErr == nil {
				firstErr = err
			}
		}
		if !l.tried {
			return 0, firstErr
		}
		var holds, lacks []string
		for _, s := range l.states {
			if s.Holds {
				holds = append(holds, string(s.Layer))
			} else {
				lacks = append(lacks, string(s.Layer)+" ("+s.Detail+")")
			}
		}
		level := slog.LevelInfo
		if len(lacks) > 0 {
			level = slog.LevelWarn
		}
		l.cfg.Log.Log(ctx, level, "media sandbox", "holds", strings.Join(holds, " "), "missing", strings.Join(lacks, ", "))
	}
	if lost := missing(l.states, l.cfg.Demand); len(lost) > 0 {
		return 0, fmt.Errorf("media: this machine does not give the layers of the sandbox that the configuration demands: %v", lost)
	}
	return l.flags, nil
}

// must lists the layers that held when they were tried: none may be lost
// silently later.
func (l *Lab) must() []Layer {
	var out []Layer
	for _, s := range l.states {
		if s.Holds {
			out = append(out, s.Layer)
		}
	}
	return out
}
