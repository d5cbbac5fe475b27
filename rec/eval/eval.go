package eval

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// Options say what to evaluate and how.
type Options struct {
	Protocol     Protocol
	K            []int    // depths of the metrics; 10 and 20 if empty
	MinValue     float64  // of a positive
	TestFraction float64  // of the positives; 0.1 if 0
	Baselines    []string // see [ParseBaselines]

	// Progress, where not nil, is told what begins.
	Progress func(what string)
	// Now reads a clock for Report.Seconds; nil leaves it 0.
	Now func() time.Time
}

// Report is what came out.
type Report struct {
	Protocol  Protocol          `json:"protocol"`
	Users     int               `json:"users"`     // who were asked for
	Positives int               `json:"positives"` // that were looked for
	Metrics   Metrics           `json:"metrics"`
	Coverage  float64           `json:"coverage@10"` // share of the items that anybody was recommended
	Seconds   float64           `json:"seconds"`     // that the engine took, learning and answering
	Chosen    map[string]any    `json:"chosen"`
	Baselines map[string]Result `json:"baselines,omitempty"`
}

// check fills in what is missing and refuses what makes no sense.
func (o *Options) check() error {
	if _, err := ParseProtocol(string(o.Protocol)); err != nil {
		return err
	}
	if len(o.K) == 0 {
		o.K = []int{10, 20}
	}
	for _, k := range o.K {
		if k < 1 || k > 1000 {
			return fmt.Errorf("k is %d, not between 1 and 1000", k)
		}
	}
	if o.TestFraction == 0 {
		o.TestFraction = .1
	}
	if !(o.TestFraction > 0 && o.TestFraction < 1) {
		return fmt.Errorf("the test fraction is %v, not between 0 and 1", o.TestFraction)
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	return nil
}

// Run evaluates the engine, and the baselines that are asked for, on a log.
func Run(log io.Reader, o Options) (*Report, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o.Progress("reading")
	l, err := ReadCSV(log)
	if err != nil {
		return nil, err
	}
	n := l.mark(o.MinValue)
	s, err := part(l.rows, l.users, l.items, o.Protocol, o.TestFraction)
	if err != nil {
		return nil, fmt.Errorf("%w: %d rows, %d positives: %w", ErrLog, len(l.rows), n, err)
	}
	o.Progress("engine")
	var began time.Time
	if o.Now != nil {
		began = o.Now()
	}
	var inner *split
	if in, err := part(s.train, s.users, s.items, o.Protocol, o.TestFraction); err == nil {
		inner = &in
	}
	t := newTally(o.K)
	chosen, err := runEngine(&s, inner, t)
	if err != nil {
		return nil, err
	}
	r := &Report{Protocol: o.Protocol, Users: len(t.asked), Positives: t.hits, Metrics: t.metrics(), Chosen: chosen}
	if o.Now != nil {
		r.Seconds = o.Now().Sub(began).Seconds()
	}
	r.Coverage = float64(len(t.covered)) / float64(max(l.items, 1))
	if len(o.Baselines) > 0 {
		r.Baselines = map[string]Result{}
		for _, name := range slices.Compact(slices.Clone(o.Baselines)) {
			o.Progress(name)
			r.Baselines[name] = runBaseline(name, &s, inner, o.K)
		}
	}
	return r, nil
}
