package sim

import (
	"os"
	"testing"

	"reelm/rec"
)

// pocket is a world at a size that a test has time for, or the world itself.
func pocket(w World) World {
	if os.Getenv("REELM_TRIAL") == "" {
		w.Items, w.Past, w.Swipes, w.Fair, w.Newcomers, w.Rounds = 300, w.Past*15/100, w.Swipes/2, 10, 40, 30
	}
	return w
}

func TestTheEngineBeatsPopularityInEveryWorld(t *testing.T) {
	for _, w := range Worlds() {
		t.Run(w.Name, func(t *testing.T) {
			t.Parallel()
			w := pocket(w)
			value := func(make func(*place) (policy, error)) float64 {
				c, err := run(w, 1, make)
				if err != nil {
					t.Fatal(err)
				}
				return c.Mean(w.Rounds*2/3+1, w.Rounds)
			}
			popularity := value(func(p *place) (policy, error) { return &popular{p: p}, nil })
			engine := value(func(p *place) (policy, error) { return newEngine(p, rec.Default()) })
			t.Logf("popularity %.3f, engine %.3f", popularity, engine)
			if engine <= popularity {
				t.Errorf("the engine gave %.3f, popularity %.3f", engine, popularity)
			}
		})
	}
}

func TestNewItemsGetTheirAudience(t *testing.T) {
	w, c := pocket(Default()), rec.Default()
	if os.Getenv("REELM_TRIAL") == "" {
		w.Newcomers, w.Rounds = 80, 48 // 32 hours
		c.Guarantee.Exposures = 6      // what eighty people can give to one item in each round
	}
	var g *engine
	course, err := run(w, 1, func(p *place) (policy, error) {
		var err error
		g, err = newEngine(p, c)
		return g, err
	})
	if err != nil || g.err != nil {
		t.Fatal(err, g.err)
	}
	kept, items := g.promise(w.Items)
	if kept != 1 || items < 8 {
		t.Errorf("%.3f of %d new items got their first audience within a day", kept, items)
	}
	if shown := len(course.Serves); shown != w.Newcomers*w.Rounds {
		t.Errorf("%d swipes", shown)
	}
}

// In a small world any change, for good or ill, moves the value that people get
// by some hundredths, since what is shown depends on all before. What does not
// depend on luck is how many swipes went to what the bots push: honest people
// can lose no more than those are worth. At full size it is the value itself.
func TestBotsCannotHarm(t *testing.T) {
	w, trial := small(), os.Getenv("REELM_TRIAL") != ""
	if !trial {
		w.Newcomers, w.Rounds = 100, 24
	}
	for _, a := range Attacks(w) {
		if a.Honest {
			continue
		}
		t.Run(a.Name, func(t *testing.T) {
			t.Parallel()
			h, err := Strike(w, 1, rec.Default(), a)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%+v", *h)
			if moved := h.Targets - h.Before; moved > .04 {
				t.Errorf("bots moved %.3f of the swipes to what they push", moved)
			}
			if (trial || a.Visitors) && h.Value < .98 {
				t.Errorf("what honest viewers get is worth %.3f of what it was", h.Value)
			}
			// All that visitors without accounts can do is to use up a little
			// of the targets' first audience.
			if a.Visitors && h.Targets > 1.1*h.Before {
				t.Errorf("visitors moved how often targets are shown: %+v", *h)
			}
		})
	}
}
