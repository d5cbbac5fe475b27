package web

import (
	"net/http"
	"net/url"
	"slices"

	"reelm/internal/api"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// FeedPage is For You and Following.
type FeedPage struct {
	Layout
	Source   string // "for-you" or "following"
	Items    []FeedItem
	Next     string // address of the next page for who has no scripts, "" at the end
	Learns   bool   // the feed without profiling is another one
	AskLearn bool   // show the card that asks to learn
	Data     feedData
	Empty    Empty
}

// FeedItem is one serve in the feed.
type FeedItem struct {
	Serve, Why string
	Clip       Clip
	First      bool // the one that the player adopts
}

// feedData is the same page as the API gives it, for the player.
type feedData struct {
	Items  []api.ServedClip `json:"items"`
	Next   *string          `json:"next"`
	Source string           `json:"source"`
	Viewer feedViewer       `json:"viewer"`
	Plain  bool             `json:"plain"` // without profiling, by choice at this moment
}

// feedViewer tells the player who watches.
type feedViewer struct {
	Account string `json:"account"` // handle, "" for none
	Learn   bool   `json:"learn"`
	// Watching is how an account wants to watch.
	Watching *api.Watching `json:"watching,omitempty"`
}

func (FeedPage) template() string { return "feed" }

// Script is the feed's own.
func (FeedPage) Script() string { return "feed" }

// feedPage is how many clips stand in the page itself. It is few, so that what
// one watches first counts in the next.
const feedPage = 6

func (s *Site) forYou(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	plain := r.URL.Query().Get("profile") == "off"
	items, next, err := api.ForYou(r.Context(), v, feedPage, r.URL.Query().Get("next"), !plain)
	if err != nil {
		return err
	}
	p := &FeedPage{Layout: s.layout(r, v, "home", v.Lang.T("feed.for_you")), Source: "for-you", Learns: v.Learns()}
	p.Data.Plain = plain
	if plain {
		p.Title = v.Lang.T("feed.plain")
	}
	p.Description = v.Lang.T("feed.about")
	p.Feeds = []Alternate{{Title: p.Realm, URL: "/.rss"}}
	p.AskLearn = len(items) > 0 && v.Viewer == 0 && cookie(r, visit.CookieLearn) == ""
	if len(items) == 0 {
		if p.Empty, err = nothingForYou(r, v); err != nil {
			return err
		}
	}
	return s.showFeed(w, r, v, p, items, next)
}

// nothingForYou says whether there is nothing yet, or nothing that one has not
// seen.
func nothingForYou(r *http.Request, v *visit.Visit) (Empty, error) {
	any, _, err := v.DB.NewestClips(r.Context(), v.Reader(), store.Page{Limit: 1})
	if err != nil {
		return Empty{}, err
	}
	if len(any) == 0 {
		return Empty{What: v.Lang.T("feed.none"), Do: v.Lang.T("feed.none.do"), Action: &Action{"/upload", v.Lang.T("nav.upload")}}, nil
	}
	return Empty{What: v.Lang.T("feed.seen"), Do: v.Lang.T("feed.seen.do"), Action: &Action{"/search", v.Lang.T("nav.explore")}}, nil
}

func (s *Site) following(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	p := &FeedPage{Layout: s.layout(r, v, "home", v.Lang.T("feed.following")), Source: "following"}
	p.Hidden = true
	p.Empty = Empty{What: v.Lang.T("feed.following.none"), Do: v.Lang.T("feed.following.none.do"), Action: &Action{"/suggested", v.Lang.T("people.suggested")}}
	if v.Account == nil {
		p.Empty = Empty{What: v.Lang.T("error.unauthenticated"), Do: v.Lang.T("failure.do.sign-in"), Action: &Action{"/sign-in?back=/following", v.Lang.T("auth.sign_in")}}
		return s.showFeed(w, r, v, p, nil, "")
	}
	after, err := store.ParseCursor(r.URL.Query().Get("next"))
	if err != nil {
		return err
	}
	if p.Feeds, err = privateFeed(r, v, "following", p.Title); err != nil {
		return err
	}
	found, next, err := v.DB.FollowingClips(r.Context(), v.Account.ID, store.Page{After: after, Limit: feedPage})
	if err != nil {
		return err
	}
	wired, err := api.WireClips(r.Context(), v, v.Unblocked(found))
	if err != nil {
		return err
	}
	items := make([]api.ServedClip, len(wired))
	for i, c := range wired {
		items[i].Clip = c
	}
	return s.showFeed(w, r, v, p, items, next.String())
}

func (s *Site) showFeed(w http.ResponseWriter, r *http.Request, v *visit.Visit, p *FeedPage, items []api.ServedClip, next string) error {
	items = slices.DeleteFunc(items, func(it api.ServedClip) bool { return Clip{Clip: it.Clip}.First() == (api.Rendition{}) })
	p.Data.Items, p.Data.Source, p.Data.Viewer = items, p.Source, feedViewer{Learn: v.Learns()}
	if v.Account != nil {
		watching, err := api.WatchingOf(r.Context(), v)
		if err != nil {
			return err
		}
		p.Data.Viewer.Account, p.Data.Viewer.Watching = v.Account.Handle, &watching
	}
	if next != "" {
		p.Data.Next = &next
		p.Next = r.URL.Path + "?next=" + url.QueryEscape(next)
		if p.Data.Plain {
			p.Next += "&profile=off"
		}
	}
	for i, it := range items {
		c := Clip{Clip: it.Clip, Self: it.Clip.Author.Handle == p.Data.Viewer.Account}
		p.Items = append(p.Items, FeedItem{Serve: it.Serve, Why: it.Why, Clip: c, First: i == 0})
	}
	return s.show(w, r, v, http.StatusOK, p)
}

// newest is the RSS feed of what everybody publishes.
func (s *Site) newest(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	found, _, err := v.DB.NewestClips(r.Context(), v.Reader(), store.Page{Limit: store.MaxPage})
	if err != nil {
		return err
	}
	return s.rss(w, r, v, RSS{Description: v.Lang.T("feed.about"), Page: "/"}, found)
}
