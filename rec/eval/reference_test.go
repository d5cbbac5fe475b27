package eval

import (
	"math"
	"os"
	"testing"
)

// TestTheEngineKeepsItsQuality holds the engine to what was asked of it on real
// data. NDCG@10 and Recall@20 are those of the goals and of the prototype.
func TestTheEngineKeepsItsQuality(t *testing.T) {
	for _, c := range []struct {
		file         string
		min          float64
		protocol     Protocol
		ndcg, recall float64
		long         bool // half a minute and more
	}{
		{"kuairand27k-likes", 0, Prequential, .125, .3194, false},
		{"kuairand27k-likes", 0, Time, .075, .1241, false},
		{"kuairand27k-likes", 0, Last, .095, .2696, true},
		{"ml-latest-small", 4, Last, .06, .1826, true},
	} {
		t.Run(c.file+" "+string(c.protocol), func(t *testing.T) {
			if c.long && os.Getenv("REELM_TRIAL") == "" {
				t.Skip("takes long: make trial runs it")
			}
			r, err := Run(reference(t, c.file), Options{Protocol: c.protocol, MinValue: c.min})
			if err != nil {
				t.Fatal(err)
			}
			if m := r.Metrics; m["ndcg@10"] < c.ndcg || m["recall@20"] < c.recall {
				t.Errorf("NDCG@10 %.4f, Recall@20 %.4f; wanted are %.4f, %.4f", m["ndcg@10"], m["recall@20"], c.ndcg, c.recall)
			}
		})
	}
}

// reference is a data set that lies beside the project.
func reference(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open("../../../shared/data/" + name + ".csv")
	if err != nil {
		t.Skip("the data set is not beside the project")
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// The figures of an independent evaluator (../shared/data/README.md), which
// check ours: same split, same metrics, same baselines.
func TestReferenceFigures(t *testing.T) {
	for _, c := range []struct {
		file     string
		min      float64
		protocol Protocol
		who      string
		make     func(s *split) ranker
		users    int
		ndcg     float64
		recall   float64
	}{
		{"kuairand27k-likes", 0, Time, "popularity", func(s *split) ranker { return newPopularity(s, 0) }, 538, .0056, .0112},
		{"kuairand27k-likes", 0, Time, "popdecay 6 h", func(s *split) ranker { return newPopularity(s, 6*3600_000) }, 538, .0328, .0529},
		{"kuairand27k-likes", 0, Time, "itemknn", func(s *split) ranker { return newItemKNN(s, 100, 0) }, 538, .0133, .0313},
		{"kuairand27k-likes", 0, Time, "ease", func(s *split) ranker { return newEase(s, 20) }, 538, .0083, .0219},
		{"kuairand27k-likes", 0, Last, "popularity", func(s *split) ranker { return newPopularity(s, 0) }, 664, .0049, .0120},
		{"kuairand27k-likes", 0, Last, "popdecay 24 h", func(s *split) ranker { return newPopularity(s, 24*3600_000) }, 664, .0231, .1024},
		{"kuairand27k-likes", 0, Last, "itemknn", func(s *split) ranker { return newItemKNN(s, 0, 0) }, 664, .0148, .0587},
		{"kuairand27k-likes", 0, Last, "ease", func(s *split) ranker { return newEase(s, 100) }, 664, .0119, .0452},
		{"ml-latest-small", 4, Time, "popularity", func(s *split) ranker { return newPopularity(s, 0) }, 20, .0415, .0282},
		{"ml-latest-small", 4, Time, "ease", func(s *split) ranker { return newEase(s, 100) }, 20, .0640, .0242},
		{"ml-latest-small", 4, Last, "popdecay 365 d", func(s *split) ranker { return newPopularity(s, 365*24*3600_000) }, 668, .0196, .0734},
	} {
		t.Run(c.file+" "+string(c.protocol)+" "+c.who, func(t *testing.T) {
			l, err := ReadCSV(reference(t, c.file))
			if err != nil {
				t.Fatal(err)
			}
			l.mark(c.min)
			s, err := part(l.rows, l.users, l.items, c.protocol, .1)
			if err != nil {
				t.Fatal(err)
			}
			ta := newTally([]int{10, 20})
			run(&s, c.make(&s), ta)
			m := ta.metrics()
			if ta.n != c.users || math.Abs(m["ndcg@10"]-c.ndcg) > .0001 || math.Abs(m["recall@20"]-c.recall) > .0001 {
				t.Errorf("%d users, NDCG@10 %.4f, Recall@20 %.4f; the reference has %d, %.4f, %.4f", ta.n, m["ndcg@10"], m["recall@20"], c.users, c.ndcg, c.recall)
			}
		})
	}
}
