package web

// ReportPage is the form to report a clip, a comment or an account.
type ReportPage struct {
	Layout
	Subject, ID string // "clip", "comment" or "account", and which
	Reasons     []Option
	Reason      string
	Fields      []Field
	Back        string
	Error       string
}

func (ReportPage) template() string { return "report" }
