package web

// EmbedPage is a clip inside somebody else's page.
type EmbedPage struct {
	Layout
	Clip Clip
}

func (EmbedPage) template() string { return "embed" }
