package main

import (
	"encoding/json"
	"fmt"
	"time"

	"reelm/rec"
	"reelm/rec/sim"
)

type benchClusterCmd struct {
	Items      int  `default:"20000" help:"Clips."`
	Users      int  `default:"20000" help:"Viewers."`
	Events     int  `default:"1000000" help:"Events to fold, impressions included."`
	Nodes      int  `default:"4" help:"Nodes that fold and answer."`
	Partitions int  `default:"16" help:"Parts of the log, by viewer."`
	Feeds      int  `default:"2000" help:"Feeds that are compared and measured."`
	World      bool `help:"Measure too, in the simulator's default world, what newcomers lose on nodes that know only some of the viewers."`
	JSON       bool `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (benchClusterCmd) Help() string {
	return "Parts a made-up log by viewer, has nodes receive the parts in any order, merge and fold them, and compares their models and answers; " +
		"then the same for nodes that keep only some of the viewers. Example: reelm bench cluster --nodes 4 --partitions 16 --json"
}

// Run measures.
func (c *benchClusterCmd) Run(s streams) error {
	r, err := sim.Cluster(sim.ClusterOptions{Items: c.Items, Users: c.Users, Events: c.Events, Nodes: c.Nodes, Partitions: c.Partitions, Feeds: c.Feeds, Now: time.Now})
	if err != nil {
		return err
	}
	out := struct {
		*sim.ClusterReport
		World []*sim.Sharding `json:"world,omitempty"`
	}{ClusterReport: r}
	for _, others := range []float64{1, .25, 0} {
		if !c.World {
			break
		}
		w, err := sim.Spread(sim.Default(), 1, c.Nodes, others, rec.Default())
		if err != nil {
			return err
		}
		out.World = append(out.World, w)
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	fmt.Fprintf(s.out, "%d nodes, %d parts: %d different models, %d of %d answers differ; at most %d events waited\n", r.Nodes, r.Partitions, r.Models, r.Differ, (r.Nodes-1)*c.Feeds, r.Waiting)
	for _, x := range append([]sim.Share{r.Replicas}, r.Shards...) {
		fmt.Fprintf(s.out, "a node that keeps its own viewers and %3.0f %% of the others: %.1f MB, folds %.0f events a second, answers %.0f feeds\n", 100*x.Others, x.Memory, x.Fold, x.Feeds)
	}
	for _, x := range out.World {
		fmt.Fprintf(s.out, "default world, %3.0f %% of the others known: %.3f of the oracle; on one node %.3f\n", 100*x.Others, x.Value, x.One)
	}
	return nil
}
