package web

// SignUpPage is the form for who has no account yet. Nothing about learning is
// chosen beforehand.
type SignUpPage struct {
	Layout
	Back       string
	Fields     []Field
	Learn      string // "", "true" or "false"
	LearnWrong string
	Error      string
}

func (SignUpPage) template() string { return "sign_up" }
