package rec

// What viewers teach about items is weighed by how odd they are: how far their
// watches lie from what was foreseen of them, squared, as a share of what is
// usual. Bots that see bad items to the end are many times as odd as people,
// who among themselves differ by a third or so. This is robust regression by
// iteratively reweighted least squares, with one weight for all that a viewer
// does (Huber, Robust Statistics, 1981).
const (
	oddPrior = 4   // watches that the assumption is worth that a viewer is like others
	oddKept  = 64  // watches that the mean is over
	oddFrom  = 1.5 // from this times the usual on, weight falls, with the square
)

// trust is how much the watches of a viewer weigh, of 1.
func trust(p []float32) float32 {
	w := min(1, oddFrom/(1+p[oddness]))
	return float32(w * w)
}

// judge takes in the latest of a viewer's watches, the n-th: how odd it was.
func judge(p []float32, odd float32, n uint32) {
	p[oddness] += float32((odd - 1 - p[oddness]) * max(1/float32(n+oddPrior), 1./oddKept))
}
