package eval

import (
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"reelm/rec"
)

// village is a small world whose truth is known: clips of four topics,
// viewers who like one of them, and the chance that they say so.
type village struct {
	*testing.T
	rnd *rand.Rand
	now int64
	pos uint64
}

const (
	villageClips   = 24
	villageViewers = 150
)

// chance is how likely a viewer is to like a clip.
func (v *village) chance(user, item rec.ID) float64 {
	p := .05 + .2*float64(item%7)/6
	if user%4 == item%4 {
		p += .5
	}
	return p
}

func (v *village) tell(engines []*rec.Engine, ev rec.Event) {
	v.now += 1000
	v.pos++
	ev.Time = v.now
	for _, e := range engines {
		if err := e.Apply(ev); err != nil {
			v.Fatal(err)
		}
	}
}

// do is what a viewer does with a clip; how long they watch has nothing to do
// with whether they like it.
func (v *village) do(engines []*rec.Engine, user rec.ID, p rec.Pick, o rec.Outcome) {
	v.tell(engines, rec.Event{Kind: rec.Impression, User: user, Item: p.Item, Source: p.Source, Propensity: p.Propensity, Context: p.Context})
	watched := int64(1000 + v.rnd.IntN(9000))
	if p.Item%5 == 0 {
		watched += 9000
	}
	v.tell(engines, rec.Event{Kind: rec.Watch, User: user, Item: p.Item, Watched: watched})
	if o.Like == 1 {
		v.tell(engines, rec.Event{Kind: rec.Like, User: user, Item: p.Item})
	}
}

// truths are what two policies are truly worth, and what the log of a third
// says of them.
func (v *village) truths() (truth [2]float64, said Verdict) {
	ran := rec.Default()
	ran.Explore = .5
	// Every clip is late and owes for ever, so that it is explored at any price:
	// all choices are in the log.
	ran.Guarantee = rec.Guarantee{Exposures: 10_000}
	a, b := ran, ran
	a.Weights.Like, a.Weights.Watch, a.Explore = 1.5, .7, .3
	b.Weights.Like, b.Weights.Watch = .2, 1.2
	var engines []*rec.Engine
	for _, c := range []rec.Constitution{ran, a, b} {
		e, err := rec.New(c)
		if err != nil {
			v.Fatal(err)
		}
		engines = append(engines, e)
	}
	for i := range villageClips {
		v.tell(engines, rec.Event{Kind: rec.Born, Item: rec.ID(i + 1), Facts: &rec.Facts{Author: rec.ID(i + 1), Tags: []rec.ID{rec.ID(i%4 + 1)}, Duration: 20_000}})
	}
	for old := range rec.ID(30) { // nobody is new here: who is explores little
		v.tell(engines, rec.Event{Kind: rec.Born, Item: 1_000_000 + old, Facts: &rec.Facts{}})
		for user := range rec.ID(villageViewers) {
			v.tell(engines, rec.Event{Kind: rec.Impression, User: user + 1, Item: 1_000_000 + old, Propensity: 1})
		}
		v.tell(engines, rec.Event{Kind: rec.Died, Item: 1_000_000 + old})
	}
	trial, err := NewTrial(a, b, rec.Weights{Like: 1})
	if err != nil {
		v.Fatal(err)
	}
	const draws = 3
	for n := range 10 * villageViewers {
		user := rec.ID(n%villageViewers + 1)
		r := rec.Request{User: user, Time: v.now, Position: v.pos, Limit: 1, Profile: true}
		got := engines[0].Feed(r)[0]
		o := rec.Outcome{}
		if v.rnd.Float64() < v.chance(user, got.Item) {
			o.Like = 1
		}
		if n >= 2*villageViewers {
			if _, err := trial.Hear(engines[0], Decision{Request: r, Slots: []Slot{{Item: got.Item, Propensity: got.Propensity, Outcome: o}}}); err != nil {
				v.Fatal(err)
			}
			for p, e := range engines[1:] {
				for draw := range uint64(draws) {
					as := r
					as.Position += draw << 32
					truth[p] += v.chance(user, e.Feed(as)[0].Item) / float64(draws*8*villageViewers)
				}
			}
		}
		v.do(engines, user, got, o)
	}
	return truth, trial.Verdict()
}

// TestTrialFindsTheTruth runs one policy and asks of its log how two others
// would have done. The truth is known: engines under those two stand beside
// the first one, learn the same events, and are asked at every moment.
func TestTrialFindsTheTruth(t *testing.T) {
	all, held := 0, 0
	check := func(name string, e Estimate, truth float64) {
		t.Helper()
		all++
		if e.Low <= truth && truth <= e.High {
			held++
		}
		if half := e.High - e.Mean; math.Abs(e.Mean-truth) > 2*half || half > .15 {
			t.Errorf("%s says %+v, the truth is %.4f", name, e, truth)
		}
	}
	seeds := uint64(2)
	if os.Getenv("REELM_TRIAL") != "" {
		seeds = 12
	}
	for seed := range seeds {
		v := &village{T: t, rnd: rand.New(rand.NewPCG(seed, 4)), now: 1_700_000_000_000}
		truth, got := v.truths()
		for p, side := range []Side{got.Policy, got.Against} {
			check("IPS", side.IPS, truth[p])
			check("SNIPS", side.SNIPS, truth[p])
			check("doubly robust", side.DR, truth[p])
			if side.DR != side.Outcomes["like"] {
				t.Errorf("the value is nothing but likes, and they differ: %+v, %+v", side.DR, side.Outcomes["like"])
			}
			if side.Support < .9 {
				t.Errorf("%.3f of the choices could be in the log, which explores all of them", side.Support)
			}
		}
		check("the difference by IPS", got.Difference.IPS, truth[0]-truth[1])
		check("the difference by SNIPS", got.Difference.SNIPS, truth[0]-truth[1])
		check("the difference, doubly robust,", got.Difference.DR, truth[0]-truth[1])
		if got.Replayed != 1 || got.Viewers != villageViewers || got.Impressions != 8*villageViewers {
			t.Errorf("%+v", got)
		}
	}
	if held*10 < all*7 {
		t.Errorf("%d of %d intervals of 95 %% hold the truth", held, all)
	}
	t.Logf("%d of %d intervals hold the truth", held, all)
}

// TestTrialSaysWhatTheLogCannotTell: under rules that hardly explore, another
// policy's choices are not in the log.
func TestTrialSaysWhatTheLogCannotTell(t *testing.T) {
	v := &village{T: t, rnd: rand.New(rand.NewPCG(1, 1)), now: 1_700_000_000_000}
	ran := rec.Default()
	ran.Explore = 0
	e, err := rec.New(ran)
	if err != nil {
		t.Fatal(err)
	}
	for i := range villageClips {
		v.tell([]*rec.Engine{e}, rec.Event{Kind: rec.Born, Item: rec.ID(i + 1), Facts: &rec.Facts{Author: rec.ID(i + 1), Tags: []rec.ID{rec.ID(i%4 + 1)}, Duration: 20_000}})
	}
	worst := ran
	worst.Weights = rec.Weights{Watch: .001, Skip: 3}
	trial, err := NewTrial(ran, worst, ran.Weights)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 600 {
		user := rec.ID(n%60 + 1)
		r := rec.Request{User: user, Time: v.now, Position: v.pos, Limit: 3, Profile: true}
		picks := e.Feed(r)
		if n%2 == 0 { // of every other answer only the last is seen: the others are found again
			picks[0].Item, picks[1].Item = 0, 0
		}
		d := Decision{Request: r}
		for _, p := range picks {
			d.Slots = append(d.Slots, Slot{Item: p.Item, Propensity: p.Propensity})
		}
		if _, err := trial.Hear(e, d); err != nil {
			t.Fatal(err)
		}
		v.do([]*rec.Engine{e}, user, picks[2], rec.Outcome{})
	}
	got := trial.Verdict()
	if got.Replayed != 1 || got.Policy.Support != 1 || got.Policy.IPS != got.Logged {
		t.Errorf("the policy that ran is not found again: %+v", got)
	}
	if got.Against.Support > .5 {
		t.Errorf("%.2f of what the opposite would choose is in the log", got.Against.Support)
	}
	var text strings.Builder
	if err := got.WriteText(&text); err != nil || !strings.Contains(text.String(), "warning: against:") || strings.Contains(text.String(), "warning: policy:") {
		t.Errorf("%s %v", text.String(), err)
	}
}
