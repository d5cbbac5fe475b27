package reelm_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"reelm"
)

// Whatever an operator tries, in whatever order: the phase never goes back
// but by open, plans stay in order and ahead of the phase, nothing leads out
// of purged, and what fell due is in force.
func TestPhasesUnderAnyOperator(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
		phase, plan := reelm.PhaseOpen, []reelm.Planned(nil)
		take := func(steps []reelm.PhaseStep) {
			for _, s := range steps {
				if s.From != phase {
					t.Fatalf("a step from %s while it is %s", s.From, phase)
				}
				for i := range plan {
					if plan[i].Phase == s.Phase {
						plan = append(plan[:i:i], plan[i+1:]...)
						break
					}
				}
				switch s.Act {
				case reelm.PhaseScheduled:
					at := 0
					for at < len(plan) && plan[at].Due.Before(s.When) {
						at++
					}
					plan = append(plan[:at:at], append([]reelm.Planned{{Phase: s.Phase, Due: s.When}}, plan[at:]...)...)
				case reelm.PhaseEffective:
					if s.Phase.Rank() <= phase.Rank() && s.Phase != reelm.PhaseOpen {
						t.Fatalf("from %s back to %s", phase, s.Phase)
					}
					phase = s.Phase
				}
			}
		}
		for range 30 {
			to := rapid.SampledFrom(reelm.Phases()).Draw(t, "to")
			var at time.Time
			if d := rapid.IntRange(-5, 20).Draw(t, "days"); d != 0 {
				at = now.AddDate(0, 0, d)
			}
			steps, err := reelm.ChangePhase(phase, plan, to, at, now)
			if err == nil {
				take(steps)
				if at.IsZero() && phase != to {
					t.Fatalf("it is %s after %s was asked for", phase, to)
				}
			} else if to == reelm.PhaseOpen && at.IsZero() {
				t.Fatal("open was refused: ", err)
			}
			now = now.AddDate(0, 0, rapid.IntRange(0, 5).Draw(t, "later"))
			take(reelm.DuePhases(phase, plan, now))
			for i, p := range plan {
				if !p.Due.After(now) || p.Phase.Rank() <= phase.Rank() || i > 0 && plan[i-1].Phase.Rank() > p.Phase.Rank() {
					t.Fatalf("%s at %s with the plan %v", phase, now, plan)
				}
			}
			if phase == reelm.PhasePurged {
				t.Fatal("it was purged without a hand")
			}
		}
	})
	if _, err := reelm.ChangePhase(reelm.PhasePurged, nil, reelm.PhaseOpen, time.Time{}, time.Time{}); reelm.KindOf(err) != reelm.Refused {
		t.Error("out of purged: ", err)
	}
}
