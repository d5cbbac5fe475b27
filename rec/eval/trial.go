package eval

import (
	"fmt"
	"io"

	"reelm/rec"
)

// Decision is an answer that an engine gave, of which at least one slot was
// seen.
type Decision struct {
	Request rec.Request
	Slots   []Slot // from the first one to the last that was seen
}

// Slot is one place of an answer and what came of it.
type Slot struct {
	Item       rec.ID // 0 where nobody saw it, and it is not known
	Propensity float64
	Outcome    rec.Outcome
}

// Trial compares two constitutions on decisions that were made under a third.
// Every impression is judged by itself, given what was known and shown before
// it: a Trial says nothing of how viewers would have changed in time.
type Trial struct {
	policies [2]rec.Constitution
	worth    rec.Weights

	value   [2]*court
	byHead  [2][]*court
	support [2]float64
	seen    int
	same    int // the rules of that time, asked again, could have chosen the same
	asked   int // decisions
}

// NewTrial compares a policy against another. worth says what an outcome is
// worth: one yardstick for both.
func NewTrial(policy, against rec.Constitution, worth rec.Weights) (*Trial, error) {
	t := &Trial{policies: [2]rec.Constitution{policy, against}, worth: worth}
	for p := range t.policies {
		if err := t.policies[p].Validate(); err != nil {
			return nil, err
		}
		t.value[p] = newCourt()
		for range heads {
			t.byHead[p] = append(t.byHead[p], newCourt())
		}
	}
	return t, nil
}

// heads are the single outcomes that are told besides the value.
var heads = []struct {
	name string
	of   func(rec.Outcome) float64
}{
	{"watch", func(o rec.Outcome) float64 { return o.Watch }},
	{"complete", func(o rec.Outcome) float64 { return o.Complete }},
	{"rewatch", func(o rec.Outcome) float64 { return o.Rewatch }},
	{"like", func(o rec.Outcome) float64 { return o.Like }},
	{"comment", func(o rec.Outcome) float64 { return o.Comment }},
	{"share", func(o rec.Outcome) float64 { return o.Share }},
	{"follow", func(o rec.Outcome) float64 { return o.Follow }},
	{"skip", func(o rec.Outcome) float64 { return o.Skip }},
	{"not_interested", func(o rec.Outcome) float64 { return o.NotInterested }},
	{"report", func(o rec.Outcome) float64 { return o.Report }},
}

// Hear takes in a decision. The engine has to stand where it stood then. It
// gives what the answer held, with what nobody saw as the engine would choose
// it again.
func (t *Trial) Hear(e *rec.Engine, d Decision) (row []rec.ID, err error) {
	row = make([]rec.ID, len(d.Slots))
	d.Request.Limit = len(d.Slots)
	for i, p := range e.Feed(d.Request) {
		row[i] = p.Item
	}
	for i, s := range d.Slots {
		if s.Item != 0 {
			row[i] = s.Item
		}
	}
	then, err := e.Odds(d.Request, e.Constitution(), row)
	if err != nil {
		return nil, err
	}
	t.asked++
	for i, s := range d.Slots {
		if s.Item == 0 {
			continue
		}
		t.seen++
		if then[i].Propensity > 0 {
			t.same++
		}
	}
	for p, c := range t.policies {
		odds, err := e.Odds(d.Request, c, row)
		if err != nil {
			return nil, err
		}
		for i, s := range d.Slots {
			if s.Item != 0 {
				t.hear(p, d.Request.User, s, odds[i], then[i])
			}
		}
	}
	return row, nil
}

// hear takes in one slot for one of the policies.
func (t *Trial) hear(p int, viewer rec.ID, s Slot, odds, then rec.Odds) {
	could := map[rec.ID]bool{}
	for _, c := range then.Choices {
		could[c.Item] = could[c.Item] || c.P > 0 // never drawn is too rare to be of use
	}
	for _, c := range odds.Choices {
		if could[c.Item] {
			t.support[p] += c.P
		}
	}
	shown := func(of func(rec.Outcome) float64) Shown {
		out := Shown{Viewer: viewer, Propensity: s.Propensity, Other: odds.Propensity, Reward: of(s.Outcome), Foreseen: of(odds.Foreseen)}
		for _, c := range odds.Choices {
			out.Expected += c.P * of(c.Foreseen)
		}
		return out
	}
	t.value[p].hear(shown(t.worth.Value))
	for k, h := range heads {
		t.byHead[p][k].hear(shown(h.of))
	}
}

// Verdict is what a [Trial] found. All estimates are means per impression.
type Verdict struct {
	Impressions int      `json:"impressions"`
	Viewers     int      `json:"viewers"`
	Requests    int      `json:"requests"`
	Skipped     int      `json:"skipped"`  // impressions without a usable propensity
	Replayed    float64  `json:"replayed"` // share of them that the rules of that time, asked again, could have chosen
	Logged      Estimate `json:"logged"`   // the value of what really came

	Policy     Side `json:"policy"`
	Against    Side `json:"against"`
	Difference Gap  `json:"difference"` // policy less against
}

// Side is one of the policies.
type Side struct {
	IPS       Estimate            `json:"ips"`
	SNIPS     Estimate            `json:"snips"`
	DR        Estimate            `json:"dr"`
	Effective float64             `json:"effective"` // impressions that the weights are worth
	Clipped   int                 `json:"clipped"`   // whose weight was cut
	Support   float64             `json:"support"`   // share of its choices that the log could hold, and not once in a lifetime
	Outcomes  map[string]Estimate `json:"outcomes"`  // each by itself, doubly robust
}

// Gap is the difference of the two.
type Gap struct {
	IPS      Estimate            `json:"ips"`
	SNIPS    Estimate            `json:"snips"`
	DR       Estimate            `json:"dr"`
	Outcomes map[string]Estimate `json:"outcomes"`
}

// Verdict ends the trial.
func (t *Trial) Verdict() Verdict {
	a, b := t.value[0], t.value[1]
	j := a.judgement()
	v := Verdict{Impressions: j.Impressions, Viewers: j.Viewers, Requests: t.asked, Skipped: j.Skipped, Logged: j.Logged, Policy: t.side(0), Against: t.side(1)}
	if t.seen > 0 {
		v.Replayed = float64(t.same) / float64(t.seen)
	}
	gap := func(a, b *court, of func(*sums) (float64, float64)) Estimate {
		return a.ratio(of).minus(b.ratio(of)).estimate()
	}
	v.Difference = Gap{IPS: gap(a, b, ips), SNIPS: gap(a, b, snips), DR: gap(a, b, dr), Outcomes: map[string]Estimate{}}
	for k, h := range heads {
		v.Difference.Outcomes[h.name] = gap(t.byHead[0][k], t.byHead[1][k], dr)
	}
	return v
}

func (t *Trial) side(p int) Side {
	j := t.value[p].judgement()
	s := Side{IPS: j.IPS, SNIPS: j.SNIPS, DR: j.DR, Effective: j.Effective, Clipped: j.Clipped, Outcomes: map[string]Estimate{}}
	if t.seen > 0 {
		s.Support = t.support[p] / float64(t.seen)
	}
	for k, h := range heads {
		s.Outcomes[h.name] = t.byHead[p][k].ratio(dr).estimate()
	}
	return s
}

// WriteText writes the verdict as a table.
func (v *Verdict) WriteText(w io.Writer) error {
	var err error
	put := func(format string, args ...any) {
		if err == nil {
			_, err = fmt.Fprintf(w, format, args...)
		}
	}
	cell := func(e Estimate) string { return fmt.Sprintf("%8.4f [%8.4f, %8.4f]", e.Mean, e.Low, e.High) }
	put("%d impressions of %d viewers in %d answers; %d without a usable propensity\n", v.Impressions, v.Viewers, v.Requests, v.Skipped)
	put("logged value per impression %s\n\n", cell(v.Logged))
	put("%-16s %-30s %-30s %s\n", "value", "policy", "against", "difference")
	put("%-16s %s %s %s\n", "IPS", cell(v.Policy.IPS), cell(v.Against.IPS), cell(v.Difference.IPS))
	put("%-16s %s %s %s\n", "SNIPS", cell(v.Policy.SNIPS), cell(v.Against.SNIPS), cell(v.Difference.SNIPS))
	put("%-16s %s %s %s\n", "doubly robust", cell(v.Policy.DR), cell(v.Against.DR), cell(v.Difference.DR))
	put("\n%-16s (doubly robust)\n", "outcomes")
	for _, h := range heads {
		put("%-16s %s %s %s\n", h.name, cell(v.Policy.Outcomes[h.name]), cell(v.Against.Outcomes[h.name]), cell(v.Difference.Outcomes[h.name]))
	}
	put("\n%-16s %29.0f%% %29.0f%%\n", "in the log", 100*v.Policy.Support, 100*v.Against.Support)
	put("%-16s %30.0f %30.0f\n", "worth", v.Policy.Effective, v.Against.Effective)
	put("%.0f %% of the impressions could be chosen again\n", 100*v.Replayed)
	for _, warning := range v.Warnings() {
		put("warning: %s\n", warning)
	}
	return err
}

// Warnings say why the numbers may mean less than they seem to.
func (v *Verdict) Warnings() (out []string) {
	say := func(when bool, format string, args ...any) {
		if when {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	say(v.Viewers < 30, "%d viewers are too few for these intervals", v.Viewers)
	say(v.Replayed < .95 && v.Impressions > 0, "the log does not hold everything that the answers depended on: %.0f %% could be chosen again", 100*v.Replayed)
	for _, s := range []struct {
		name string
		Side
	}{{"policy", v.Policy}, {"against", v.Against}} {
		say(s.Effective < 100 && v.Impressions > 0, "%s: the log is worth %.0f impressions to it, too few", s.name, s.Effective)
		say(s.Support < .8 && v.Impressions > 0, "%s: %.0f %% of its choices are all but never in this log; of those IPS and SNIPS know nothing, and doubly robust has only what the engine foresaw", s.name, 100*(1-s.Support))
	}
	return out
}
