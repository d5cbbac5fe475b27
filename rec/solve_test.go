package rec

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// drawn is a regression with more observations than unknowns, so that it has
// one solution.
func drawn(t *rapid.T, n int) (rows [][]float32, w, r []float32) {
	s := stream(rapid.Uint64().Draw(t, "seed"))
	for range rapid.IntRange(n+1, 3*n).Draw(t, "observations") {
		x := make([]float32, n)
		for i := range x {
			x[i] = 2*s.unit() - 1
		}
		rows, w, r = append(rows, x), append(w, s.unit()), append(r, 4*s.unit()-2)
	}
	return rows, w, r
}

// TestRegressionsAreSolved: what observations taken in by fours give solves
// the equations that they add up to one by one, and the inverse is one.
func TestRegressionsAreSolved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, tdims).Draw(t, "unknowns")
		rows, w, r := drawn(t, n)
		h, y := make([]float32, n*n), make([]float32, n)
		want, right := make([]float64, n*n), make([]float64, n)
		for i := range n {
			h[i*n+i], want[i*n+i] = .5, .5
		}
		var sums four
		for k, x := range rows {
			sums.take(x, w[k], r[k], h, y)
			for i := range n {
				right[i] += float64(x[i]) * float64(r[k])
				for j := range n {
					want[i*n+j] += float64(w[k]) * float64(x[i]) * float64(x[j])
				}
			}
		}
		sums.flush(h, y)
		inv := make([]float32, n*n)
		inverse(append([]float32(nil), h...), inv, n)
		cholesky(h, y)
		variance := 0.0
		for i := range n {
			left := 0.0
			for j := range n {
				left += want[i*n+j] * float64(y[j])
				one := 0.0
				for k := range n {
					one += want[i*n+k] * float64(inv[k*n+j])
				}
				if i == j {
					one--
				}
				if math.Abs(one) > 1e-3 {
					t.Fatalf("the inverse is off by %g at %d, %d", one, i, j)
				}
			}
			if math.Abs(left-right[i]) > 1e-3*(1+math.Abs(right[i])) {
				t.Fatalf("equation %d gives %g, not %g", i, left, right[i])
			}
			if i > 0 {
				variance += float64(inv[i*n+i]) / float64(max(n-1, 1))
			}
		}
		if n > 1 {
			if got := float64(meanVariance(h, n)); math.Abs(got-variance) > 1e-3*variance {
				t.Fatalf("mean variance %g, not %g", got, variance)
			}
		}
	})
}

// TestKindsAreLearnedAndRecognized: after viewers of a few kinds, what little is
// seen of a new one says which kind it is, and what that kind likes is believed
// of it. Where all are of one kind the belief is that of a plain regression.
func TestKindsAreLearnedAndRecognized(t *testing.T) {
	var k kinds
	k.start()
	s := stream(3)
	var cov [tdims * tdims]float32
	for i := range tdims {
		cov[i*tdims+i] = .01
	}
	like := func(kind int) (v [tdims]float32) { // likes places 2 kind+1 and 2 kind+2 of it
		for i := range v {
			v[i] = float32(.2 * (s.unit() - .5))
		}
		v[2*kind+1] += 2
		v[2*kind+2] += 2
		return v
	}
	for range 4000 {
		v := like(s.below(4))
		k.learn(v[:], cov[:], .01)
	}
	k.derive()
	for kind := range 4 {
		var h [tdims * tdims]float32
		var y [tdims]float32
		copy(h[:], k.prec[:])
		var x [tdims]float32
		x[2*kind+1] = 1 // one observation, of one of the two places
		var sums four
		sums.take(x[:], 4, 4*2, h[:], y[:])
		sums.flush(h[:], y[:])
		k.settle(h[:], y[:])
		if got := y[2*kind+2]; got < 1.5 {
			t.Errorf("who likes one thing of kind %d is believed to like the other by %.2f of 2", kind, got)
		}
		if other := y[(2*kind+3)%8+1]; other > .3 {
			t.Errorf("who is of kind %d is believed to like what another does by %.2f", kind, other)
		}
	}

	var one kinds
	one.start()
	h, y := append([]float32(nil), one.prec[:]...), make([]float32, tdims)
	var sums four
	rows := make([][tdims]float32, 10)
	for i := range rows {
		for j := range rows[i] {
			rows[i][j] = s.unit() - .5
		}
		sums.take(rows[i][:], 1, s.unit(), h, y)
	}
	sums.flush(h, y)
	want := append([]float32(nil), y...)
	cholesky(append([]float32(nil), h...), want)
	if apart := one.settle(h, y); apart > 1e-6 {
		t.Errorf("one kind lies %g apart from itself", apart)
	}
	for i := range y {
		if math.Abs(float64(y[i]-want[i])) > 1e-4 {
			t.Errorf("place %d: %g, a regression gives %g", i, y[i], want[i])
		}
	}
}
