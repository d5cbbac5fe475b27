package eval

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Baselines are the names of what the engine is compared with.
var Baselines = []string{"popularity", "popdecay", "itemknn", "ease", "ials"}

// setting is one choice of a baseline's parameters.
type setting struct {
	chosen map[string]any
	make   func(s *split) ranker
}

// settings lists what a baseline may choose from.
func settings(name string) []setting {
	var out []setting
	switch name {
	case "popularity":
		out = append(out, setting{map[string]any{}, func(s *split) ranker { return newPopularity(s, 0) }})
	case "popdecay":
		for _, h := range []float64{.5, 1, 3, 6, 24, 7 * 24, 30 * 24, 90 * 24, 365 * 24} {
			out = append(out, setting{map[string]any{"half_life_hours": h},
				func(s *split) ranker { return newPopularity(s, h*3600_000) }})
		}
	case "itemknn":
		for _, k := range []int{20, 100, 0} {
			for _, shrink := range []float64{0, 20} {
				out = append(out, setting{map[string]any{"k": k, "shrink": shrink},
					func(s *split) ranker { return newItemKNN(s, k, shrink) }})
			}
		}
	case "ease":
		for _, lambda := range []float64{20, 100, 300, 1000} {
			out = append(out, setting{map[string]any{"lambda": lambda},
				func(s *split) ranker { return newEase(s, lambda) }})
		}
	case "ials":
		for _, alpha := range []float64{.1, .5} {
			for _, reg := range []float64{.003, .03} {
				out = append(out, setting{map[string]any{"unobserved": alpha, "reg": reg},
					func(s *split) ranker { return newIALS(s, alpha, reg) }})
			}
		}
	}
	return out
}

// ParseBaselines reads a comma-separated list of names, or "all".
func ParseBaselines(list string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	if list == "all" {
		return slices.Clone(Baselines), nil
	}
	names := strings.Split(list, ",")
	for _, n := range names {
		if !slices.Contains(Baselines, n) {
			return nil, fmt.Errorf("%q is no baseline: all, or some of %s", n, strings.Join(Baselines, ","))
		}
	}
	return names, nil
}

// Result is what one ranker reached.
type Result struct {
	Chosen  map[string]any `json:"chosen"`
	Metrics Metrics        `json:"metrics"`
}

// tune chooses among settings by ndcg@10 on a split of the same kind inside
// the training part; of equals the first.
func tune(inner *split, choices []setting) setting {
	best, bestAt := -1.0, 0
	for i, c := range choices {
		t := newTally([]int{10})
		run(inner, c.make(inner), t)
		if x := t.metrics()["ndcg@10"]; x > best {
			best, bestAt = x, i
		}
	}
	return choices[bestAt]
}

// runBaseline tunes a baseline, trains it on the whole training part and
// scores it.
func runBaseline(name string, s, inner *split, ks []int) Result {
	choices := settings(name)
	c := choices[0]
	if len(choices) > 1 && inner != nil {
		c = tune(inner, choices)
	}
	t := newTally(ks)
	run(s, c.make(s), t)
	return Result{Chosen: maps.Clone(c.chosen), Metrics: t.metrics()}
}
