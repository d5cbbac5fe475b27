package eval

import (
	"math"
	"sync"
)

// sym is a symmetric matrix of n rows, whole.
type sym struct {
	n int
	a []float64
}

func newSym(n int) *sym { return &sym{n, make([]float64, n*n)} }

func (s *sym) row(i int) []float64 { return s.a[i*s.n : (i+1)*s.n : (i+1)*s.n] }

// dot64 is a scalar product in four partial sums.
func dot64(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += float64(a[i] * b[i])
		s1 += float64(a[i+1] * b[i+1])
		s2 += float64(a[i+2] * b[i+2])
		s3 += float64(a[i+3] * b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += float64(a[i] * b[i])
	}
	return (s0 + s2) + (s1 + s3)
}

// workers runs f for 0..n-1 on two goroutines; each i writes only what is its
// own, so that the result does not depend on who ran it.
func workers(n int, f func(i int)) {
	const hands = 2
	var wg sync.WaitGroup
	for h := range hands {
		wg.Go(func() {
			for i := h; i < n; i += hands {
				f(i)
			}
		})
	}
	wg.Wait()
}

// invert replaces a positive definite matrix by its inverse: Cholesky, then
// the inverse of the factor, then their product, each by scalar products of
// rows.
func (s *sym) invert() {
	n := s.n
	const block = 48
	for from := 0; from < n; from += block {
		to := min(from+block, n)
		for j := from; j < to; j++ { // the diagonal block
			for i := from; i <= j; i++ {
				v := s.a[j*n+i] - dot64(s.row(j)[:i], s.row(i)[:i])
				if i < j {
					s.a[j*n+i] = v / s.a[i*n+i]
				} else {
					s.a[j*n+i] = math.Sqrt(v)
				}
			}
		}
		workers(n-to, func(k int) { // the rows below it
			r := s.row(to + k)
			for i := from; i < to; i++ {
				r[i] = (r[i] - dot64(r[:i], s.row(i)[:i])) / s.a[i*n+i]
			}
		})
	}
	// Row i of inv is column i of the inverse of the factor, from place i on.
	inv := newSym(n)
	workers(n, func(i int) {
		r := inv.row(i)
		r[i] = 1 / s.a[i*n+i]
		for j := i + 1; j < n; j++ {
			r[j] = -dot64(s.row(j)[i:j], r[i:j]) / s.a[j*n+j]
		}
	})
	workers(n, func(i int) {
		for j := i; j < n; j++ {
			s.a[i*n+j] = dot64(inv.row(i)[j:], inv.row(j)[j:])
		}
	})
	for i := range n {
		for j := range i {
			s.a[i*n+j] = s.a[j*n+i]
		}
	}
}

// solve solves h x = y for a small positive definite h, in place of y;
// h is destroyed.
func solve(h []float64, n int, y []float64) {
	for j := range n {
		for i := 0; i <= j; i++ {
			v := h[j*n+i] - dot64(h[j*n:j*n+i], h[i*n:i*n+i])
			if i < j {
				h[j*n+i] = v / h[i*n+i]
			} else {
				h[j*n+j] = math.Sqrt(v)
			}
		}
	}
	for j := range n {
		y[j] = (y[j] - dot64(h[j*n:j*n+j], y[:j])) / h[j*n+j]
	}
	for j := n - 1; j >= 0; j-- {
		v := y[j]
		for i := j + 1; i < n; i++ {
			v -= float64(h[i*n+j] * y[i])
		}
		y[j] = v / h[j*n+j]
	}
}
