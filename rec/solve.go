package rec

// Regressions and positive definite systems of equations. Matrices are written
// row by row; of symmetric ones the lower triangle is read. The loops are such
// that neighbours in memory are touched one after the other and no sum waits
// for the one before it: most of the time of a fold is spent here.

// four observations of a regression, taken in together so that the sums are
// read and written once for all of them.
type four struct {
	x [4][]float32
	w [4]float32 // weights
	r [4]float32 // what was observed, times the weight
	n int
}

// take adds one more; the row is only looked at.
func (f *four) take(x []float32, w, r float32, h, y []float32) {
	f.x[f.n], f.w[f.n], f.r[f.n] = x, w, r
	if f.n++; f.n == len(f.x) {
		f.flush(h, y)
	}
}

// flush adds what waits to the sums of x x' and of x r.
func (f *four) flush(h, y []float32) {
	if f.n == 0 {
		return
	}
	for k := f.n; k < len(f.x); k++ {
		f.x[k], f.w[k], f.r[k] = f.x[0], 0, 0
	}
	f.n = 0
	n := len(y)
	p, q, r, s := f.x[0][:n], f.x[1][:n], f.x[2][:n], f.x[3][:n]
	for i := range y {
		pi, qi, ri, si := p[i], q[i], r[i], s[i]
		y[i] = y[i] + float32(pi*f.r[0]) + float32(qi*f.r[1]) + float32(ri*f.r[2]) + float32(si*f.r[3])
		pi, qi, ri, si = float32(pi*f.w[0]), float32(qi*f.w[1]), float32(ri*f.w[2]), float32(si*f.w[3])
		to := h[i*n : i*n+i+1]
		p, q, r, s := p[:len(to)], q[:len(to)], r[:len(to)], s[:len(to)]
		for j, x := range to {
			to[j] = x + float32(pi*p[j]) + float32(qi*q[j]) + float32(ri*r[j]) + float32(si*s[j])
		}
	}
}

// cholesky solves h y = y for an h of len(y) rows, which is overwritten.
func cholesky(h, y []float32) {
	factor(h, len(y))
	forward(h, y, 0)
	back(h, y)
}

// factor replaces h by its Cholesky factor L, h = L L', in the lower triangle
// and once more, transposed, in the upper one. The diagonal has the inverses.
func factor(h []float32, n int) {
	for k := range n {
		d := 1 / sqrt32(max(h[k*n+k], 1e-9))
		h[k*n+k] = d
		for i := k + 1; i < n; i++ {
			x := float32(h[i*n+k] * d)
			h[i*n+k], h[k*n+i] = x, x
			axpy(h[i*n+k+1:i*n+i+1], h[k*n+k+1:], -x)
		}
	}
}

// axpy adds a times x (BLAS level 1); x is as long as y at least.
func axpy(y, x []float32, a float32) {
	x = x[:len(y)]
	for ; len(y) >= 4; y, x = y[4:], x[4:] {
		y[0] += float32(a * x[0])
		y[1] += float32(a * x[1])
		y[2] += float32(a * x[2])
		y[3] += float32(a * x[3])
	}
	for j := range y {
		y[j] += float32(a * x[j])
	}
}

// forward solves L y = y, where y is zero before place from.
func forward(l, y []float32, from int) {
	n := len(y)
	for k := from; k < n; k++ {
		x := float32(y[k] * l[k*n+k])
		y[k] = x
		axpy(y[k+1:], l[k*n+k+1:k*n+n], -x)
	}
}

// back solves L' y = y.
func back(l, y []float32) {
	n := len(y)
	for k := n - 1; k >= 0; k-- {
		x := float32(y[k] * l[k*n+k])
		y[k] = x
		axpy(y[:k], l[k*n:k*n+k], -x)
	}
}

// inverse writes the inverse of h, which is destroyed.
func inverse(h, out []float32, n int) {
	factor(h, n)
	inverted(h, out, n)
}

// inverted writes the inverse of the matrix whose factor is l.
func inverted(l, out []float32, n int) {
	for c := range n { // row c: column c of the inverse of the factor
		y := out[c*n : c*n+n]
		clear(y)
		y[c] = 1
		forward(l, y, c)
	}
	for i := range n {
		for j := 0; j <= i; j++ { // what is overwritten is not needed again
			out[i*n+j] = dot(out[i*n+i:i*n+n], out[j*n+i:j*n+n])
		}
	}
	for i := range n {
		for j := range i {
			out[j*n+i] = out[i*n+j]
		}
	}
}

// meanVariance gives the mean of the variances but the first one, from the
// factor of a precision.
func meanVariance(l []float32, n int) float32 {
	var buf [tdims]float32
	sum := float32(0)
	for c := 1; c < n; c++ {
		y := buf[:n]
		clear(y)
		y[c] = 1
		forward(l, y, c)
		sum += dot(y[c:], y[c:])
	}
	return sum / float32(n-1)
}
