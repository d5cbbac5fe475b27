package eval

import (
	"math"
	"slices"
)

// itemKNN ranks by the similarity of an item with the user's positives: the
// number of users who have both, over the root of the product of their
// numbers plus shrink; each target keeps its k most similar items. Which they
// are is found at the end of training and anew after every hundredth of it.
//
// Pairs are not stored but counted over the users at each answer: their
// number grows with the square of what the busiest users did.
type itemKNN struct {
	history
	k      int // 0 for all
	shrink float64
	users  [][]int32 // by item
	co     []float64 // scratch, by item
	touch  []int32   // the items whose co is not 0
	score  []float64
	cut    []cut // by target
	news   int   // positives since the cuts were found
	total  int
}

// cut is the least similar item that a target keeps.
type cut struct {
	similarity float64
	rank       int32
}

func newItemKNN(s *split, k int, shrink float64) *itemKNN {
	return &itemKNN{
		history: newHistory(s.users, s.items), k: k, shrink: shrink, users: make([][]int32, s.items),
		co: make([]float64, s.items), score: make([]float64, s.items),
	}
}

func (m *itemKNN) learn(r row) {
	m.add(r)
	if r.positive {
		m.users[r.item] = append(m.users[r.item], r.user)
		m.news++
		m.total++
	}
}

func (m *itemKNN) ready() {
	m.news = 0
	if m.k == 0 {
		return
	}
	m.cut = make([]cut, len(m.co))
	var all []cut
	for _, target := range m.order {
		all = all[:0]
		m.count(target, func(o int32, sim float64) { all = append(all, cut{sim, m.rank[o]}) })
		if len(all) <= m.k {
			continue
		}
		slices.SortFunc(all, func(a, b cut) int {
			switch {
			case a.similarity > b.similarity:
				return -1
			case a.similarity < b.similarity:
				return 1
			}
			return int(a.rank - b.rank)
		})
		m.cut[target] = all[m.k-1]
	}
}

// count calls f with every item that shares a user with this one.
func (m *itemKNN) count(item int32, f func(o int32, similarity float64)) {
	m.touch = m.touch[:0]
	for _, u := range m.users[item] {
		for _, o := range m.of[u] {
			if m.co[o] == 0 {
				m.touch = append(m.touch, o)
			}
			m.co[o]++
		}
	}
	n := float64(len(m.users[item]))
	for _, o := range m.touch {
		if o != item {
			f(o, m.co[o]/(math.Sqrt(n*float64(len(m.users[o])))+m.shrink))
		}
		m.co[o] = 0
	}
}

func (m *itemKNN) top(user int32, _ int64, n int) []int32 {
	if m.news*100 > m.total {
		m.ready()
	}
	clear(m.score)
	for _, o := range m.of[user] {
		m.count(o, func(target int32, sim float64) {
			if m.k > 0 {
				if c := m.cut[target]; sim < c.similarity || sim == c.similarity && m.rank[o] > c.rank {
					return
				}
			}
			m.score[target] += sim
		})
	}
	return m.best(user, m.score, n)
}
