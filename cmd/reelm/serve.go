package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"

	"reelm/internal/server"
)

type serveCmd struct {
	Data     string        `help:"Folder of everything." default:"./data" env:"REELM_DATA" placeholder:"DIR"`
	Config   string        `help:"Configuration file (TOML); otherwise DATA/reelm.toml if it is there. The environment goes over it (limits.enabled is REELM_LIMITS_ENABLED), flags over both." placeholder:"FILE"`
	Settings server.Config `embed:""`
}

// Help implements kong.HelpProvider.
func (serveCmd) Help() string { return "Example: reelm serve --data /srv/reelm --listen 0.0.0.0:8080" }

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context, io streams) (err error) {
	log := logger(io, slog.LevelInfo)
	slog.SetDefault(log)
	go collect(ctx)
	cfg := c.Settings
	cfg.Data = c.Data
	s, err := server.Open(ctx, cfg, true, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if !cfg.Limits.Enabled {
		log.Warn("limits are switched off (limits.enabled): anybody may try passwords and flood the server")
	}
	return s.Serve(ctx, func(address string) {
		fmt.Fprintf(io.out, "Reelm is at http://%s\n", browsable(address))
		fmt.Fprintf(io.out, "Make an admin:  echo 'a long password' | reelm account create --data %s --handle you --role admin --password-stdin\n", c.Data)
	})
}

// browsable is an address that a browser takes.
func browsable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
