package eval

import (
	"math"
	"slices"
)

// ials is matrix factorisation of implicit feedback by alternating least
// squares (Hu, Koren, Volinsky, ICDM 2008) in the form that holds up as a
// baseline (Rendle et al., iALS++ and "Revisiting iALS", 2021, arXiv
// 2110.14044, 2110.14037): every unobserved pair weighs alpha0, and the
// regularisation of a row is reg x (its observations + alpha0 x all).
type ials struct {
	history
	alpha, reg float64
	userF      [][]float64
	itemF      [][]float64
	gram       []float64 // of items
	users      int       // with positives
	score      []float64
}

const (
	ialsDims   = 64
	ialsSweeps = 12
)

func newIALS(s *split, alpha, reg float64) *ials {
	return &ials{history: newHistory(s.users, s.items), alpha: alpha, reg: reg, score: make([]float64, s.items)}
}

func (m *ials) learn(r row) { m.add(r) }

func (m *ials) ready() {
	of := make([][]int32, len(m.rank)) // users by item
	for u, items := range m.of {
		if len(items) > 0 {
			m.users++
		}
		for _, i := range items {
			of[i] = append(of[i], int32(u))
		}
	}
	m.itemF = startFactors(len(m.rank))
	m.userF = startFactors(len(m.of))
	for range ialsSweeps {
		m.sweep(m.userF, m.itemF, m.of, len(m.order))
		m.sweep(m.itemF, m.userF, of, m.users)
	}
	m.gram = gram(m.itemF)
}

// startFactors draws small normal factors, the same for the same shape.
func startFactors(n int) [][]float64 {
	state := uint64(12345)
	unit := func() float64 {
		state += 0x9e3779b97f4a7c15
		z := state
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return (float64((z^z>>31)>>11) + .5) / (1 << 53)
	}
	f := make([][]float64, n)
	for i := range f {
		f[i] = make([]float64, ialsDims)
		for k := range f[i] {
			f[i][k] = .1 / math.Sqrt(ialsDims) * math.Sqrt(-2*math.Log(unit())) * math.Cos(2*math.Pi*unit())
		}
	}
	return f
}

// gram is the sum of the outer products of rows.
func gram(f [][]float64) []float64 {
	g := make([]float64, ialsDims*ialsDims)
	for _, r := range f {
		for i, x := range r {
			to := g[i*ialsDims : (i+1)*ialsDims]
			for j, y := range r {
				to[j] += float64(x * y)
			}
		}
	}
	return g
}

// sweep solves every row of one side with the other side fixed.
func (m *ials) sweep(rows, other [][]float64, of [][]int32, all int) {
	g := gram(other)
	workers(len(rows), func(i int) { m.solve(rows[i], other, g, of[i], all) })
}

// solve solves one row from what it was observed with, of all there are; rows
// without observations become 0.
func (m *ials) solve(row []float64, other [][]float64, g []float64, seen []int32, all int) {
	if len(seen) == 0 {
		clear(row)
		return
	}
	h := make([]float64, len(g))
	for i, x := range g {
		h[i] = float64(m.alpha * x)
	}
	y := make([]float64, ialsDims)
	for _, o := range seen {
		f := other[o]
		for i, x := range f {
			y[i] += x
			to := h[i*ialsDims : i*ialsDims+i+1]
			for j := range to {
				to[j] += float64(x * f[j])
			}
		}
	}
	reg := m.reg * (float64(len(seen)) + m.alpha*float64(all))
	for i := range ialsDims {
		h[i*ialsDims+i] += reg
	}
	solve(h, ialsDims, y)
	copy(row, y)
}

func (m *ials) top(user int32, _ int64, n int) []int32 {
	f := slices.Clone(m.userF[user])
	m.solve(f, m.itemF, m.gram, m.of[user], len(m.order)) // with what is new since training
	for _, i := range m.order {
		m.score[i] = dot64(f, m.itemF[i])
	}
	return m.best(user, m.score, n)
}
