package web

import (
	"net/http"
	"net/url"
	"slices"

	"reelm"
	"reelm/internal/api"
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
	// Filters of clips, and whether one of them is set.
	Filters  []Field
	Narrowed bool
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
func (t Tag) URL() string { return api.TagURL(t.Tag) }

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
	for _, kind := range []string{"all", "clips", "accounts", "tags", "sounds"} {
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

// find looks for what a query names. Everything shows the best of each kind, a
// kind of its own is paged.
func (s *Site) find(r *http.Request, v *visit.Visit, p *SearchPage) error {
	ctx, q := r.Context(), r.URL.Query()
	look, err := api.SearchOf(v, p.Query, q.Get("sort"), q.Get("since"), q.Get("length"), q.Get("language"))
	if err != nil {
		return err
	}
	after, err := store.ParseCursor(q.Get("next"))
	if err != nil {
		return err
	}
	p.filters(v, q)
	size := func(kind string, all int) store.Page {
		if p.Kind == kind {
			return store.Page{After: after, Limit: topicPage}
		}
		return store.Page{Limit: all}
	}
	wants := func(kind string) bool { return p.Kind == "" || p.Kind == kind }
	var next store.Cursor
	if wants("tags") {
		var rows []store.TagCount
		if rows, next, err = v.DB.FindTags(ctx, look, size("tags", 8)); err != nil {
			return err
		}
		for _, t := range rows {
			p.Tags = append(p.Tags, Tag{t.Tag, t.Clips})
		}
	}
	if wants("accounts") {
		var rows []*reelm.Account
		if rows, next, err = v.DB.FindAccounts(ctx, look, size("accounts", 6)); err != nil {
			return err
		}
		if p.People, err = people(r, v, rows); err != nil {
			return err
		}
	}
	if wants("sounds") {
		var rows []*reelm.Sound
		if rows, next, err = v.DB.FindSounds(ctx, look, size("sounds", 4)); err != nil {
			return err
		}
		for _, o := range rows {
			p.Sounds = append(p.Sounds, Sound{*o})
		}
	}
	if wants("clips") {
		var rows []*reelm.Clip
		if rows, next, err = v.DB.FindClips(ctx, look, size("clips", topicPage)); err != nil {
			return err
		}
		if p.Clips, err = clips(ctx, v, rows); err != nil {
			return err
		}
	}
	if n := next.String(); n != "" {
		more := url.Values{}
		for k, vs := range q {
			more[k] = vs
		}
		more.Set("next", n)
		if p.Kind == "" {
			more.Set("kind", "clips")
		}
		p.Next = "/search?" + more.Encode()
	}
	return nil
}

// filters are the choices that clips can be narrowed by.
func (p *SearchPage) filters(v *visit.Visit, q url.Values) {
	for _, f := range []struct {
		name   string
		values []string
	}{{"sort", []string{"fit", "newest"}}, {"since", []string{"", "day", "week", "month", "year"}}, {"length", []string{"", "short", "medium", "long"}}} {
		field := Field{Name: f.name, Kind: "select", Label: v.Lang.T("search.by." + f.name), Value: q.Get(f.name)}
		for _, value := range f.values {
			label := value
			if label == "" {
				label = "any"
			}
			field.Options = append(field.Options, Option{value, v.Lang.T("search." + f.name + "." + label)})
		}
		if field.Value != "" && field.Value != "fit" {
			p.Narrowed = true
		}
		p.Filters = append(p.Filters, field)
	}
}

// explore shows what is new, and what it is about.
func (s *Site) explore(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	after, err := store.ParseCursor(r.URL.Query().Get("next"))
	if err != nil {
		return err
	}
	found, next, err := v.DB.NewestClips(r.Context(), v.Reader(), store.Page{After: after, Limit: explore})
	if err != nil {
		return err
	}
	p := &SearchPage{Layout: s.layout(r, v, "explore", v.Lang.T("search.explore"))}
	p.Feeds = []Alternate{{Title: p.Realm, URL: "/.rss"}}
	p.Empty = Empty{What: v.Lang.T("feed.none"), Do: v.Lang.T("feed.none.do"), Action: &Action{"/upload", v.Lang.T("nav.upload")}}
	if after == (store.Cursor{}) {
		p.Tags = frequentTags(found, 12)
		if v.Account != nil {
			rows, err := api.Suggested(r.Context(), v, 3)
			if err != nil {
				return err
			}
			if p.People, err = people(r, v, rows); err != nil {
				return err
			}
		}
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
	found, _, err := v.DB.FindClips(r.Context(), store.Search{Text: query, Newest: true}, store.Page{Limit: store.MaxPage})
	if err != nil {
		return err
	}
	return s.rss(w, r, v, RSS{Title: query, Page: "/search?q=" + url.QueryEscape(query)}, found)
}
