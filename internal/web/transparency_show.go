package web

import "time"

// TransparencyPage tells a citizen what decides what they see.
type TransparencyPage struct {
	Layout
	Version   string // of the constitution
	Weights   []Weight
	Shares    []Weight // of the sources
	Exposures int64    // promised to every new clip
	Waiting   string   // how long the promise takes now, "" if unknown
	Changes   []Change
}

// Weight is one figure of the constitution in words.
type Weight struct{ Label, Value string }

// Change is one change of the constitution.
type Change struct {
	At   time.Time
	Text string
}

func (TransparencyPage) template() string { return "transparency" }
