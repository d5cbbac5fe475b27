package server

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"syscall"

	"reelm/internal/media"
)

// Finding is one thing that the doctor looked at.
type Finding struct {
	What   string `json:"what"`
	Good   bool   `json:"good"`
	Detail string `json:"detail"`
}

// lowDisk is how many free bytes are too few.
const lowDisk = 1 << 30

// Examine looks at what a server with this configuration needs. It opens
// nothing that a running server holds.
func Examine(ctx context.Context, cfg *Config, log *slog.Logger) []Finding {
	var out []Finding
	add := func(what string, good bool, format string, args ...any) {
		out = append(out, Finding{what, good, fmt.Sprintf(format, args...)})
	}
	if err := cfg.Validate(); err != nil {
		add("configuration", false, "%v", err)
	} else {
		add("configuration", true, "readable")
	}
	public := false
	if host, _, err := net.SplitHostPort(cfg.Listen); err == nil {
		ip := net.ParseIP(host)
		public = host != "localhost" && (ip == nil || !ip.IsLoopback())
	}
	switch {
	case cfg.Limits.Enabled:
		add("limits", true, "rates are limited")
	case public:
		add("limits", false, "limits.enabled is false and listen is %s: anybody may flood this server", cfg.Listen)
	default:
		add("limits", true, "off; fine on %s only", cfg.Listen)
	}
	var fs syscall.Statfs_t
	if err := syscall.Statfs(cfg.Data, &fs); err != nil {
		add("disk", true, "%s is not there yet", cfg.Data)
	} else {
		free := int64(fs.Bavail) * fs.Bsize
		add("disk", free > lowDisk, "%d MiB free in %s", free>>20, cfg.Data)
	}
	lab, err := media.New(media.Config{FFmpeg: cfg.Media.FFmpeg, FFprobe: cfg.Media.FFprobe, Log: log})
	if err != nil {
		add("ffmpeg", false, "%v", err)
		return out
	}
	add("ffmpeg", true, "found")
	layers, err := lab.Layers(ctx)
	if err != nil {
		add("sandbox", false, "%v", err)
		return out
	}
	for _, l := range layers {
		add("sandbox "+string(l.Layer), l.Holds || !essential[l.Layer], "%s", l.Detail)
	}
	return out
}

// essential are the layers without which an upload could reach what is not
// its own.
var essential = map[media.Layer]bool{media.LayerRlimits: true, media.LayerNoNewPrivs: true, media.LayerSeccomp: true, media.LayerParent: true}
