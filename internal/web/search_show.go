package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/visit"
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

// Tag is a tag with how many clips have it, 0 if nobody counted.
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

// Title is its name, or whose it is.
func (s Sound) Title(v *visit.Visit) string {
	if s.Name != "" {
		return s.Name
	}
	return v.Lang.T("sound.original", "author", "@"+s.Handle)
}

func (SearchPage) template() string { return "search" }

// Nothing says that nothing was found.
func (p SearchPage) Nothing() bool {
	return len(p.Clips)+len(p.People)+len(p.Tags)+len(p.Sounds) == 0
}

// maxQuery is how much of a query counts, in runes.
const maxQuery = 200

// explore is how many of the newest clips name the tags of Explore.
const explore = 48

func (s *Site) search(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	q := r.URL.Query()
	query, err := reelm.CleanLine("q", q.Get("q"), maxQuery)
	if err != nil {
		return err
	}
	if query == "" {
		return s.explore(w, r, v)
	}
	p := &SearchPage{Layout: s.layout(r, v, "explore", v.Lang.T("search.title")), Query: query, Kind: q.Get("kind")}
	p.Hidden = true
	p.Feeds = []Alternate{{Title: query, URL: "/search.rss?q=" + url.QueryEscape(query)}}
	p.Empty = Empty{What: v.Lang.T("search.none", "query", query), Do: v.Lang.T("search.none.do"), Action: &Action{"/search", v.Lang.T("nav.explore")}}
	for _, kind := range []string{"all", "clips", "accounts", "tags"} {
		k := Kind{URL: "/search?q=" + url.QueryEscape(query), Label: v.Lang.T("search." + kind), Current: p.Kind == kind || kind == "all" && p.Kind == ""}
		if kind != "all" {
			k.URL += "&kind=" + kind
		}
		p.Kinds = append(p.Kinds, k)
	}
	if err := s.find(r, v, p); err != nil {
		return err
	}
	return s.show(w, r, v, http.StatusOK, p)
}

// find looks for the people and tags that a query names.
func (s *Site) find(r *http.Request, v *visit.Visit, p *SearchPage) error {
	wants := func(kind string) bool { return p.Kind == "" || p.Kind == kind }
	for _, word := range append(strings.Fields(p.Query), strings.ReplaceAll(p.Query, " ", "")) {
		if wants("accounts") {
			_, person, err := seenAccount(r, v, word)
			if err == nil && !slices.ContainsFunc(p.People, func(o Person) bool { return o.Handle == person.Handle }) {
				p.People = append(p.People, person)
			}
			if err != nil && reelm.KindOf(err) != reelm.NotFound && reelm.KindOf(err) != reelm.Blocked {
				return err
			}
		}
		tag, ok := reelm.FoldTag(word)
		if !ok || slices.ContainsFunc(p.Tags, func(t Tag) bool { return t.Tag == tag }) {
			continue
		}
		found, _, err := v.DB.ClipsByTag(r.Context(), v.AccountID(), tag, store.Page{Limit: topicPage})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			continue
		}
		if wants("tags") {
			p.Tags = append(p.Tags, Tag{Tag: tag})
		}
		if wants("clips") {
			shown, err := clips(r.Context(), v, found)
			if err != nil {
				return err
			}
			p.Clips = append(p.Clips, shown...)
		}
	}
	return nil
}

// explore shows what is new, and what it is about.
func (s *Site) explore(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	after, err := store.ParseCursor(r.URL.Query().Get("next"))
	if err != nil {
		return err
	}
	found, next, err := v.DB.NewestClips(r.Context(), v.AccountID(), store.Page{After: after, Limit: explore})
	if err != nil {
		return err
	}
	p := &SearchPage{Layout: s.layout(r, v, "explore", v.Lang.T("search.explore"))}
	p.Feeds = []Alternate{{Title: p.Realm, URL: "/.rss"}}
	p.Empty = Empty{What: v.Lang.T("feed.none"), Do: v.Lang.T("feed.none.do"), Action: &Action{"/upload", v.Lang.T("nav.upload")}}
	if after == (store.Cursor{}) {
		p.Tags = frequentTags(found, 12)
	}
	if n := next.String(); n != "" {
		p.Next = "/search?next=" + url.QueryEscape(n)
	}
	if p.Clips, err = clips(r.Context(), v, found); err != nil {
		return err
	}
	return s.show(w, r, v, http.StatusOK, p)
}

// frequentTags names the tags that most of some clips have, each at least
// twice.
func frequentTags(found []*reelm.Clip, most int) []Tag {
	counts := map[string]int64{}
	var tags []Tag
	for _, c := range found {
		for _, t := range c.Tags {
			if counts[t]++; counts[t] == 2 {
				tags = append(tags, Tag{Tag: t})
			}
		}
	}
	slices.SortStableFunc(tags, func(a, b Tag) int { return int(counts[b.Tag] - counts[a.Tag]) })
	return tags[:min(most, len(tags))]
}

// searchFeed is what a query finds, as a feed.
func (s *Site) searchFeed(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	query, err := reelm.CleanLine("q", r.URL.Query().Get("q"), maxQuery)
	if err != nil {
		return err
	}
	var found []*reelm.Clip
	if tag, ok := reelm.FoldTag(strings.ReplaceAll(query, " ", "")); ok {
		if found, _, err = v.DB.ClipsByTag(r.Context(), 0, tag, store.Page{Limit: store.MaxPage}); err != nil {
			return err
		}
	}
	return s.rss(w, r, v, RSS{Title: query, Page: "/search?q=" + url.QueryEscape(query)}, found)
}
