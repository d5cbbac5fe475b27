package web

// InterestsPage is what the engine believes somebody likes, to be changed.
type InterestsPage struct {
	Layout
	Items  []Interest
	Levels []Option
	Empty  Empty
}

// Interest is one belief.
type Interest struct {
	Kind, Key, Label, Level string
	URL                     string  // of the tag, author or sound
	Strength                float64 // 0 to 1
}

func (InterestsPage) template() string { return "interests" }
