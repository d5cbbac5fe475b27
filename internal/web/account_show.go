package web

// AccountPage is a profile.
type AccountPage struct {
	Layout
	Person Person
	Clips  []Clip
	Next   string
	Empty  Empty
}

func (AccountPage) template() string { return "account" }
