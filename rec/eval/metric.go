package eval

import (
	"fmt"
	"math"
	"slices"
)

// Metrics are means over users (Prequential: over events), by names like
// "ndcg@10" and "recall@20".
type Metrics map[string]float64

// tally sums up metrics over answers.
type tally struct {
	ks      []int
	ndcg    []float64
	recall  []float64
	n       int // answers
	hits    int // relevant items asked for
	covered map[int32]bool
	asked   map[int32]bool // users
}

func newTally(ks []int) *tally {
	return &tally{ks: ks, ndcg: make([]float64, len(ks)), recall: make([]float64, len(ks)), covered: map[int32]bool{}, asked: map[int32]bool{}}
}

// depth is how long an answer has to be.
func (t *tally) depth() int { return max(slices.Max(t.ks), coverageAt) }

const coverageAt = 10

// add scores an answer to a user against the relevant items (sorted).
func (t *tally) add(user int32, answer, relevant []int32) {
	t.asked[user] = true
	t.n++
	t.hits += len(relevant)
	for i, k := range t.ks {
		dcg, ideal, hits := 0.0, 0.0, 0
		for rank := range min(k, len(answer)) {
			if _, ok := slices.BinarySearch(relevant, answer[rank]); ok {
				dcg += 1 / math.Log2(float64(rank)+2)
				hits++
			}
		}
		for rank := range min(k, len(relevant)) {
			ideal += 1 / math.Log2(float64(rank)+2)
		}
		t.ndcg[i] += dcg / ideal
		t.recall[i] += float64(hits) / float64(len(relevant))
	}
	for _, item := range answer[:min(coverageAt, len(answer))] {
		t.covered[item] = true
	}
}

// metrics gives the means.
func (t *tally) metrics() Metrics {
	m := Metrics{}
	for i, k := range t.ks {
		n := float64(max(t.n, 1))
		m[fmt.Sprintf("ndcg@%d", k)] = t.ndcg[i] / n
		m[fmt.Sprintf("recall@%d", k)] = t.recall[i] / n
	}
	return m
}
