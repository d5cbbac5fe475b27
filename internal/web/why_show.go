package web

// WhyPage says why a clip was shown, for who has no scripts.
type WhyPage struct {
	Layout
	Clip       *Clip
	Source     string // in words: how the clip was found
	Reasons    []Reason
	Score      string
	Propensity string
	Levels     []Option
	Back       string
}

// Reason is one part of the score.
type Reason struct {
	Words     string
	Share     string  // of the score, written
	Part      float64 // of the score, 0 to 1, for the bar
	Kind, Key string  // of the subject, "" if there is none to change
}

func (WhyPage) template() string { return "why" }
