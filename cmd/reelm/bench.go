package main

import (
	"encoding/json"
	"fmt"
	"time"

	"reelm/rec/sim"
)

type benchCmd struct {
	Feed benchFeedCmd `cmd:"" help:"Speed and memory of the engine."`
}

type benchFeedCmd struct {
	Items   int     `default:"10000" help:"Clips."`
	Users   int     `default:"10000" help:"Viewers."`
	Events  int     `default:"500000" help:"Events to fold, impressions included."`
	Seconds float64 `default:"10" help:"How long feeds are asked for."`
	Cores   int     `default:"1" help:"Cores to use."`
	JSON    bool    `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (benchFeedCmd) Help() string {
	return "Folds a made-up log of this size, asks for feeds of ten, writes a snapshot and restores it. " +
		"Example: reelm bench feed --items 100000 --users 100000 --events 5000000 --json"
}

// Run measures.
func (c *benchFeedCmd) Run(s streams) error {
	o := sim.BenchOptions{Items: c.Items, Users: c.Users, Events: c.Events, Seconds: c.Seconds, Cores: c.Cores,
		Now: time.Now, Progress: func(string) {}}
	if !c.JSON {
		o.Progress = func(what string) { fmt.Fprintf(s.err, "%s ...\n", what) }
	}
	r, err := sim.Bench(o)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(r)
	}
	_, err = fmt.Fprintf(s.out, "feed of 10   p50 %.3f ms, p99 %.3f ms, %.0f a second\nfold         %.0f events a second\nsnapshot     %.2f s, restored in %.2f s\npeak memory  %.0f MB on %d cores\n",
		r.P50, r.P99, r.Feeds, r.Fold, r.Snapshot, r.Restore, r.PeakRSS, r.Cores)
	return err
}
