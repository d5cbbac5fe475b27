package sim

import "slices"

// low is the 10th percentile over newcomers of their share of what the oracle
// gave them.
func low(c, oracle *Course, from, to int) float64 {
	var all []float64
	for k := range c.Person {
		a, b := 0.0, 0.0
		for s := from - 1; s < to; s++ {
			a += c.Person[k][s]
			b += oracle.Person[k][s]
		}
		all = append(all, a/b)
	}
	slices.Sort(all)
	return all[len(all)/10]
}
