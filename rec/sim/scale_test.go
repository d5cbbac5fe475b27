package sim

import (
	"os"
	"testing"
	"time"

	"reelm/rec"
)

// TestWhatAMillionViewersCost recomputes the table of docs/scale.md from a
// measurement of this machine. It asserts only what arithmetic must give:
// machines differ, and speed lives in benchmarks.
func TestWhatAMillionViewersCost(t *testing.T) {
	r, err := Bench(BenchOptions{Items: 2000, Users: 2000, Events: 60_000, Seconds: .3, Cores: 1, Dir: t.TempDir(),
		Now: time.Now, Progress: func(string) {}})
	if err != nil {
		t.Fatal(err)
	}
	c := CostOf(1_000_000, 150, r)
	t.Logf("measured: %.0f events/s folded, %.0f feeds/s", r.Fold, r.Feeds)
	t.Logf("per million daily viewers: %.0f events/s at peak = %.2f cores of folding on every node; %.0f feeds/s = %.2f cores; log %.0f GB a day",
		c.PeakEvents, c.FoldCores, c.PeakFeeds, c.FeedCores, c.LogGB)
	if c2 := CostOf(2_000_000, 150, r); c2.FoldCores < 1.99*c.FoldCores || c2.FeedCores > 2.01*c.FeedCores {
		t.Errorf("twice the viewers do not cost twice: %+v, %+v", c, c2)
	}
}

// TestNodesAgree spreads a realm over nodes: however the network orders the
// parts of the log, all of them have the same model and give the same answers.
func TestNodesAgree(t *testing.T) {
	o := ClusterOptions{Items: 300, Users: 300, Events: 20_000, Nodes: 3, Partitions: 8, Feeds: 50, Now: time.Now}
	if os.Getenv("REELM_TRIAL") != "" {
		o = ClusterOptions{Items: 20_000, Users: 20_000, Events: 1_000_000, Nodes: 4, Partitions: 16, Feeds: 2000, Now: time.Now}
	}
	r, err := Cluster(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", r)
	if r.Models != 1 || r.Differ != 0 {
		t.Errorf("%d models, %d answers that differ", r.Models, r.Differ)
	}
	if r.Waiting < 2 {
		t.Error("the parts came in order: nothing was tried")
	}
	if last := r.Shards[len(r.Shards)-1]; last.Memory >= r.Replicas.Memory {
		t.Errorf("a node that keeps some viewers needs %v MB, one that keeps all %v", last.Memory, r.Replicas.Memory)
	}
}

// TestShardsOfOneNodeAreOneNode checks that a world whose viewers are spread
// over nodes that know everybody is the same world.
func TestShardsOfOneNodeAreOneNode(t *testing.T) {
	w := Default()
	w.Items, w.Past, w.Swipes, w.Fair, w.Newcomers, w.Rounds = 200, 100, 40, 5, 20, 20
	s, err := Spread(w, 1, 2, 1, rec.Default())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", s)
	if s.Value < s.One-.05 || s.Value > s.One+.05 { // exploration is drawn by what a node was asked so far
		t.Errorf("%.3f on two nodes, %.3f on one", s.Value, s.One)
	}
}
