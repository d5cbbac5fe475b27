package web

// InboxPage is what happened to somebody's clips.
type InboxPage struct {
	Layout
	Uploads []Clip // those that are not public yet, or failed
	Empty   Empty
}

func (InboxPage) template() string { return "inbox" }

// Nothing says that nothing happened.
func (p InboxPage) Nothing() bool { return len(p.Uploads) == 0 }
