package web

// Layout is what every page has around its own content.
type Layout struct {
	Title       string // of the page, without the realm's name
	Description string
	Canonical   string // root-relative address under which the page is known, "" for none
	Origin      string // scheme and host, for the addresses that other programs read
	Path        string // of the request, where forms come back to
	Place       string // home, explore, upload, inbox, me: the lit place of the rail
	Realm       string // name
	Theme       string // "dark", "light", or "" for the browser's
	Locale      string // of Open Graph: en_GB, de_DE
	Self        *Person
	Hidden      bool        // not for search engines
	Bare        bool        // without the rail: nothing else is there
	Feeds       []Alternate // RSS
	Banner      *Banner
	Said        string // one line about what was just done
}

// Alternate is an RSS feed of a page.
type Alternate struct{ Title, URL string }

// Banner is the calm notice of a phase or an order.
type Banner struct {
	Text   string
	Action *Action
}

// Action is one thing to do.
type Action struct{ URL, Label string }

// Empty is what stands where a list has nothing: what happened, what to do,
// one action.
type Empty struct {
	What, Do string
	Action   *Action
}

// Page is a view struct that can be rendered: it embeds Layout and knows its
// template.
type Page interface {
	frame() *Layout
	template() string
}

func (l *Layout) frame() *Layout { return l }

// Script is the built script of the page.
func (l *Layout) Script() string { return "page" }
