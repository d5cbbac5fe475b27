package web

import (
	"net/url"

	"reelm"
)

// SearchPage is what was found; without a query it is Explore.
type SearchPage struct {
	Layout
	Query  string
	Kind   string // "", clips, accounts, tags, sounds
	Kinds  []Kind
	Clips  []Clip
	People []Person
	Tags   []Tag
	Sounds []Sound
	Next   string
	Empty  Empty
}

// Kind is a tab of the search.
type Kind struct {
	URL, Label string
	Current    bool
}

// Tag is a tag with how many clips have it.
type Tag struct {
	Tag   string
	Count int64
}

// URL is the tag's page.
func (t Tag) URL() string { return "/tag/" + url.PathEscape(t.Tag) }

// Sound is a sound as a line of a list.
type Sound struct{ reelm.Sound }

// URL is the sound's page.
func (s Sound) URL() string { return "/sound/" + s.ID.String() }

func (SearchPage) template() string { return "search" }

// Nothing says that nothing was found.
func (p SearchPage) Nothing() bool {
	return len(p.Clips)+len(p.People)+len(p.Tags)+len(p.Sounds) == 0
}
