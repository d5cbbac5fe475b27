package web

// FeedPage is For You and Following.
type FeedPage struct {
	Layout
	Source   string // "for-you" or "following"
	Items    []FeedItem
	Next     string // address of the next page for who has no scripts, "" at the end
	AskLearn bool   // show the card that asks to learn
	// Data is the same page as the API gives it, for the player:
	// {items, next, source, viewer: {account, learn}}.
	Data  any
	Empty Empty
}

// FeedItem is one serve in the feed.
type FeedItem struct {
	Serve, Why string
	Clip       Clip
	First      bool // the one that the player adopts
}

func (FeedPage) template() string { return "feed" }

// Script is the feed's own.
func (FeedPage) Script() string { return "feed" }
