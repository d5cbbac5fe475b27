package eval

import "slices"

// ranker is what is evaluated: the engine, or a baseline.
type ranker interface {
	// learn takes the next row, in order of time.
	learn(r row)
	// ready is called once, after the last row of training.
	ready()
	// top gives the n best items for a user at a time, best first, among
	// those it has learned of, without the user's positives.
	top(user int32, at int64, n int) []int32
}

// history keeps what baselines share: each user's positives in order, and the
// order in which items first appeared.
type history struct {
	of    [][]int32 // by user
	order []int32   // items by first appearance
	rank  []int32   // by item: its place in order, -1 unseen
	has   []int32   // scratch: mark per item
	mark  int32
}

func newHistory(users, items int) history {
	h := history{of: make([][]int32, users), rank: make([]int32, items), has: make([]int32, items)}
	for i := range h.rank {
		h.rank[i] = -1
	}
	return h
}

// add notes a row.
func (h *history) add(r row) {
	if h.rank[r.item] < 0 {
		h.rank[r.item] = int32(len(h.order))
		h.order = append(h.order, r.item)
	}
	if r.positive {
		h.of[r.user] = append(h.of[r.user], r.item)
	}
}

// best gives the n seen items of highest score that are no positives of the
// user; of equals the one that appeared first.
func (h *history) best(user int32, score []float64, n int) []int32 {
	h.mark++
	for _, i := range h.of[user] {
		h.has[i] = h.mark
	}
	out := make([]int32, 0, n+1)
	for _, i := range h.order {
		if h.has[i] == h.mark || len(out) == n && score[out[n-1]] >= score[i] {
			continue
		}
		at, _ := slices.BinarySearchFunc(out, score[i], func(o int32, s float64) int {
			if score[o] >= s {
				return -1
			}
			return 1
		})
		out = slices.Insert(out, at, i)
		out = out[:min(len(out), n)]
	}
	return out
}

// run walks a split and scores a ranker.
func run(s *split, rk ranker, t *tally) {
	known := make([]bool, s.users)
	for _, r := range s.train {
		rk.learn(r)
		known[r.user] = known[r.user] || r.positive
	}
	rk.ready()
	if s.protocol == Prequential {
		for _, r := range s.test {
			if r.positive && known[r.user] {
				t.add(r.user, rk.top(r.user, r.time, t.depth()), []int32{r.item})
			}
			rk.learn(r)
		}
		return
	}
	relevant := make([][]int32, s.users)
	for _, r := range s.test {
		if known[r.user] {
			relevant[r.user] = append(relevant[r.user], r.item)
		}
	}
	for user, items := range relevant {
		if len(items) > 0 {
			slices.Sort(items)
			t.add(int32(user), rk.top(int32(user), s.now(), t.depth()), items)
		}
	}
}
