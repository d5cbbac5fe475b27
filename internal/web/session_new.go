package web

// SignInPage is the form for who has an account.
type SignInPage struct {
	Layout
	Back   string // where one came from
	Fields []Field
	Error  string
}

func (SignInPage) template() string { return "sign_in" }
