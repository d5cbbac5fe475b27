package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"reelm/internal/demo"
	"reelm/internal/server"
)

type demoCmd struct {
	Data     string        `help:"Folder of everything." default:"./data/demo" env:"REELM_DATA" placeholder:"DIR"`
	Config   string        `help:"Configuration file (TOML)." placeholder:"FILE"`
	Settings server.Config `embed:""`
}

// Help implements kong.HelpProvider.
func (demoCmd) Help() string {
	return "A realm with clips of our own making and simulated viewers, ready to look at. Example: reelm demo --listen 127.0.0.1:8080"
}

// pace is how long simulated people rest between two pages.
const pace = 20 * time.Second

// Run serves the demonstration until it is told to stop.
func (c *demoCmd) Run(ctx context.Context, io streams) (err error) {
	log := logger(io, slog.LevelWarn)
	slog.SetDefault(log)
	cfg := c.Settings
	cfg.Data = c.Data
	s, err := server.Open(ctx, cfg, true, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	town, err := s.Town(io.out)
	if err != nil {
		return err
	}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return s.Serve(gctx, func(address string) { fmt.Fprintf(io.out, "Reelm is at http://%s\n", browsable(address)) })
	})
	g.Go(func() error { return live(gctx, town, io) })
	if err := g.Wait(); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// live fills the town and keeps its people swiping.
func live(ctx context.Context, town *demo.Town, io streams) error {
	signIns, err := town.SignIns(ctx)
	if err != nil {
		return err
	}
	for _, s := range signIns {
		fmt.Fprintf(io.out, "  sign in as  %-12s %s   %s\n", s.Handle, s.Password, s.What)
	}
	if err := town.Fill(ctx); err != nil {
		return err
	}
	fmt.Fprintln(io.out, "everything is there; stop with Ctrl-C")
	for {
		if err := town.Live(ctx, 5, pace); err != nil {
			return err
		}
	}
}
