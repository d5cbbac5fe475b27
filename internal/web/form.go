package web

// Field is one labelled input of a form.
type Field struct {
	Name, Kind, Label, Hint string // Kind: text, password, date, email, file, textarea, select
	Value                   string
	Wrong                   string // why the last answer was refused
	Options                 []Option
	Required, Plain         bool // Plain: no capitals and no spell check, as for handles
	Min, Max, Rows          int
	Accept, Complete        string
}

// Option is one of several answers.
type Option struct{ Value, Label string }
