package eval

import (
	"iter"
	"math"
	"testing"
)

// bandit logs n impressions of a policy that chooses among three arms with
// known mean rewards, and what another policy would do. foreseen is the model
// that doubly robust estimates lean on.
func bandit(n int, logged, other, foreseen [3]float64, claim func(float64) float64) iter.Seq[Shown] {
	means := [3]float64{.2, .5, .8}
	state := uint64(7)
	unit := func() float64 {
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state>>11) / (1 << 53)
	}
	return func(yield func(Shown) bool) {
		for range n {
			u, arm := unit(), 0
			for arm < 2 && u >= logged[arm] {
				u -= logged[arm]
				arm++
			}
			s := Shown{Propensity: claim(logged[arm]), Other: other[arm], Foreseen: foreseen[arm]}
			if unit() < means[arm] {
				s.Reward = 1
			}
			for a := range other {
				s.Expected += other[a] * foreseen[a]
			}
			if !yield(s) {
				return
			}
		}
	}
}

func TestJudgeFindsTheValueOfThePolicyThatDidNotRun(t *testing.T) {
	logged, other := [3]float64{.6, .3, .1}, [3]float64{.1, .2, .7}
	truth := .1*.2 + .2*.5 + .7*.8
	honest := func(p float64) float64 { return p }
	j := Judge(bandit(20_000, logged, other, [3]float64{.3, .4, .7}, honest))
	for name, e := range map[string]Estimate{"IPS": j.IPS, "SNIPS": j.SNIPS, "DR": j.DR} {
		if e.Low > truth || e.High < truth {
			t.Errorf("%s: %+v does not hold %v", name, e, truth)
		}
	}
	if j.DR.High-j.DR.Low >= j.IPS.High-j.IPS.Low {
		t.Errorf("the model did not narrow the estimate: DR %+v, IPS %+v", j.DR, j.IPS)
	}
	if j.Logged.Mean > .4 || j.Effective > float64(j.Impressions) {
		t.Errorf("logged %+v, effective %v of %d", j.Logged, j.Effective, j.Impressions)
	}
}

func TestDoublyRobustSurvivesWrongPropensities(t *testing.T) {
	logged, other := [3]float64{.6, .3, .1}, [3]float64{.1, .2, .7}
	truth := .1*.2 + .2*.5 + .7*.8
	wrong := func(p float64) float64 { return math.Sqrt(p) }
	j := Judge(bandit(20_000, logged, other, [3]float64{.2, .5, .8}, wrong))
	if math.Abs(j.DR.Mean-truth) > .02 {
		t.Errorf("DR says %v, the truth is %v", j.DR.Mean, truth)
	}
	if math.Abs(j.IPS.Mean-truth) < .1 {
		t.Errorf("IPS says %v with wrong propensities: the test shows nothing", j.IPS.Mean)
	}
}

func TestJudgeSkipsWhatCannotBe(t *testing.T) {
	j := Judge(func(yield func(Shown) bool) {
		_ = yield(Shown{Propensity: 0, Other: 1}) && yield(Shown{Propensity: 1, Other: math.NaN()}) &&
			yield(Shown{Propensity: .5, Other: .5, Reward: math.Inf(1)}) && yield(Shown{Propensity: .001, Other: 1, Reward: 1})
	})
	if j.Skipped != 3 || j.Impressions != 1 || j.Clipped != 1 || j.IPS.Mean != MaxWeight {
		t.Errorf("%+v", j)
	}
	if none := Judge(func(func(Shown) bool) {}); none.Impressions != 0 || none.SNIPS.Mean != 0 {
		t.Errorf("of nothing: %+v", none)
	}
}
