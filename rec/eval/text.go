package eval

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// WriteText prints a report for people.
func (r *Report) WriteText(w io.Writer) error {
	names := slices.Sorted(maps.Keys(r.Metrics))
	slices.SortStableFunc(names, func(a, b string) int { return len(a) - len(b) })
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d users, %d positives looked for, %.1f s\n", r.Protocol, r.Users, r.Positives, r.Seconds)
	fmt.Fprintf(&b, "%-12s", "")
	for _, n := range names {
		fmt.Fprintf(&b, " %10s", n)
	}
	b.WriteString("  chosen\n")
	line := func(who string, m Metrics, chosen map[string]any) {
		fmt.Fprintf(&b, "%-12s", who)
		for _, n := range names {
			fmt.Fprintf(&b, " %10.4f", m[n])
		}
		var words []string
		for _, k := range slices.Sorted(maps.Keys(chosen)) {
			words = append(words, fmt.Sprintf("%s=%v", k, chosen[k]))
		}
		fmt.Fprintf(&b, "  %s\n", strings.Join(words, " "))
	}
	line("reelm", r.Metrics, r.Chosen)
	for _, n := range Baselines {
		if x, ok := r.Baselines[n]; ok {
			line(n, x.Metrics, x.Chosen)
		}
	}
	fmt.Fprintf(&b, "coverage@10 %.4f\n", r.Coverage)
	_, err := io.WriteString(w, b.String())
	return err
}
