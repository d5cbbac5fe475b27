package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"reelm/rec"
	"reelm/rec/sim"
)

type benchCmd struct {
	Feed   benchFeedCmd   `cmd:"" help:"Speed and memory of the engine."`
	Worlds benchWorldsCmd `cmd:"" help:"The engine in worlds whose truth is known."`

	Cluster benchClusterCmd `cmd:"" help:"One realm on several nodes: what each keeps and carries."`
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
	_, err = fmt.Fprintf(s.out, "feed of 10   p50 %.3f ms, p99 %.3f ms, %.0f a second; p99 beside a fold at full speed %.3f ms\nfold         %.0f events a second\nsnapshot     %.2f s, restored in %.2f s\npeak memory  %.0f MB on %d cores\n",
		r.P50, r.P99, r.Feeds, r.Beside, r.Fold, r.Snapshot, r.Restore, r.PeakRSS, r.Cores)
	return err
}

type benchWorldsCmd struct {
	World     []string `help:"Only the worlds of these names." placeholder:"NAME"`
	Newcomers int      `default:"400" help:"Viewers who are measured."`
	Swipes    int      `default:"60" help:"Of each of them, at least 20. Oracle and baselines swipe as many."`
	Seeds     []uint64 `default:"1" help:"Worlds of these seeds, of which the means are given; they differ by .03." placeholder:"N"`
	Attacks   bool     `help:"What bots do, instead."`
	Handover  bool     `help:"What a realm loses that passes without its log and algorithm, instead."`
	JSON      bool     `name:"json" help:"Machine-readable output, one object a line."`
}

// Help implements kong.HelpProvider.
func (benchWorldsCmd) Help() string {
	return "Simulated viewers, measured against an oracle that knows their taste, and against chance, popularity, item-kNN and the engine " +
		"without exploration. Example: reelm bench worlds --world default --newcomers 100 --swipes 200 --seeds 1,2"
}

// Run measures, world after world.
func (c *benchWorldsCmd) Run(s streams) error {
	if c.Newcomers < 1 || c.Swipes < 20 || len(c.Seeds) == 0 {
		return errors.New("at least one newcomer, 20 swipes and a seed are needed")
	}
	names := []string{}
	for _, w := range sim.Worlds() {
		names = append(names, w.Name)
	}
	for _, name := range c.World {
		if !slices.Contains(names, name) {
			return fmt.Errorf("no world is called %q; there are %s", name, strings.Join(names, ", "))
		}
	}
	for _, w := range sim.Worlds() {
		if len(c.World) > 0 && !slices.Contains(c.World, w.Name) {
			continue
		}
		w.Newcomers, w.Rounds = c.Newcomers, c.Swipes
		if err := c.one(s, w); err != nil {
			return err
		}
	}
	return nil
}

func (c *benchWorldsCmd) one(s streams, w sim.World) error {
	if c.Attacks {
		for _, a := range sim.Attacks(w) {
			h, err := sim.Strike(w, c.Seeds[0], rec.Default(), a)
			if err != nil {
				return err
			}
			if err := c.print(s, h, "%-12s %-28s value %.3f, targets %.4f of the swipes, %.4f without\n", w.Name, h.Attack, h.Value, h.Targets, h.Before); err != nil {
				return err
			}
		}
		return nil
	}
	if c.Handover {
		w.Rounds = 100
		l, err := sim.Part(w, c.Seeds[0], rec.Default())
		if err != nil || c.JSON {
			return errors.Join(err, c.print(s, l, ""))
		}
		for _, x := range l.Windows {
			if err := c.print(s, l, "%-12s swipes %3d to %3d   with %.3f  without %.3f of the oracle (%.0f %% less), %.3f of them seen before\n", w.Name, x.From, x.To, x.With, x.Without, 100*(1-x.Without/x.With), x.Again); err != nil {
				return err
			}
		}
		return nil
	}
	o, err := sim.Try(w, c.Seeds, rec.Default())
	if err != nil {
		return err
	}
	if c.JSON {
		return c.print(s, o, "")
	}
	for _, x := range o.Score {
		fans := fmt.Sprintf("each has %.0f fans", x.Fans)
		if x.Found > 0 {
			fans += fmt.Sprintf(", %.0f %% found 100, half of them in %.1f h", 100*x.Found, x.FansIn)
		}
		if err := c.print(s, o, "%-12s %-26s %.3f of the oracle, gain %.2f, early %.3f, p10 %.3f; after 10, 50, %d swipes %.3f, %.3f, %.3f; regret %.1f; a tenth of the authors has %.2f; of %.0f good new clips %s\n",
			w.Name, x.Policy, x.Value, x.Gain, x.Early, x.P10, w.Rounds, x.After10, x.After50, x.Last, x.Regret, x.Exposure, x.Good, fans); err != nil {
			return err
		}
	}
	return c.print(s, o, "%-12s first audience within a day: %.1f %% of all, %.1f %% of those born meanwhile; p90 %.1f h\n", w.Name, 100*o.Kept, 100*o.Young, o.Debt)
}

func (c *benchWorldsCmd) print(s streams, v any, format string, args ...any) error {
	if c.JSON {
		return json.NewEncoder(s.out).Encode(v)
	}
	_, err := fmt.Fprintf(s.out, format, args...)
	return err
}
