package sim

import (
	"testing"
	"time"
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
