package api

import (
	"context"
	"time"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

type searchIn struct {
	Q        string `query:"q" maxLength:"2000" doc:"Words; each finds what begins with it, or is spelled like it."`
	Kind     string `query:"kind" enum:"clips,accounts,tags,sounds" default:"clips"`
	Sort     string `query:"sort" enum:"fit,newest" default:"fit"`
	Since    string `query:"since" enum:"day,week,month,year" doc:"Of clips: not older."`
	Length   string `query:"length" enum:"short,medium,long" doc:"Of clips: below 30 seconds, below 3 minutes, above."`
	Language string `query:"language" maxLength:"40" doc:"Of clips."`
	listIn
}

type searchOut struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items []any   `json:"items" doc:"Clips, accounts, tags {tag, url, clips} or sounds {id, name, url, author, uses}."`
		Next  *string `json:"next"`
	}
}

// TagFound is a tag as the search shows it.
type TagFound struct {
	Tag   string `json:"tag"`
	URL   string `json:"url"`
	Clips int64  `json:"clips"`
}

// SoundFound is a sound as the search shows it.
type SoundFound struct {
	Sound
	Author string `json:"author" doc:"Handle."`
	Uses   int64  `json:"uses"`
}

// MaxQuery is how much of a query counts, in runes.
const MaxQuery = 200

// SearchOf reads what somebody looks for.
func SearchOf(v *visit.Visit, q, sort, since, length, language string) (store.Search, error) {
	s := store.Search{Viewer: v.Reader(), Newest: sort == "newest"}
	var err error
	if s.Text, err = reelm.CleanLine("q", q, MaxQuery); err != nil {
		return s, err
	}
	if days := map[string]int{"day": 1, "week": 7, "month": 31, "year": 366}[since]; days > 0 {
		s.Since = v.Now().AddDate(0, 0, -days).UnixMilli()
	}
	switch length {
	case "short":
		s.Shorter = (30 * time.Second).Milliseconds()
	case "medium":
		s.Longer, s.Shorter = (30 * time.Second).Milliseconds(), (3 * time.Minute).Milliseconds()
	case "long":
		s.Longer = (3 * time.Minute).Milliseconds()
	}
	if language != "" {
		if s.Language, err = reelm.ParseLanguage(language, ""); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (a *API) search(ctx context.Context, v *visit.Visit, in *searchIn) (*searchOut, error) {
	s, err := SearchOf(v, in.Q, in.Sort, in.Since, in.Length, in.Language)
	if err != nil {
		return nil, err
	}
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &searchOut{CacheControl: "private, no-store"}
	out.Body.Items = []any{}
	var cursor store.Cursor
	switch in.Kind {
	case "accounts":
		var rows []*reelm.Account
		if rows, cursor, err = v.DB.FindAccounts(ctx, s, p); err != nil {
			return nil, err
		}
		people, err := wirePeople(ctx, v, store.People{Accounts: rows})
		if err != nil {
			return nil, err
		}
		for _, a := range people.Body.Items {
			out.Body.Items = append(out.Body.Items, a)
		}
	case "tags":
		var rows []store.TagCount
		rows, cursor, err = v.DB.FindTags(ctx, s, p)
		for _, t := range rows {
			out.Body.Items = append(out.Body.Items, TagFound{t.Tag, TagURL(t.Tag), t.Clips})
		}
	case "sounds":
		var rows []*reelm.Sound
		rows, cursor, err = v.DB.FindSounds(ctx, s, p)
		for _, o := range rows {
			if v.MaySeeAccount(o.Author) != nil {
				continue
			}
			out.Body.Items = append(out.Body.Items, SoundFound{Sound{o.ID.String(), o.Name, "/sound/" + o.ID.String()}, o.Handle, o.Uses})
		}
	default:
		var rows []*reelm.Clip
		if rows, cursor, err = v.DB.FindClips(ctx, s, p); err != nil {
			return nil, err
		}
		wired, err := wireClips(ctx, v, v.Unblocked(rows))
		if err != nil {
			return nil, err
		}
		for _, c := range wired {
			out.Body.Items = append(out.Body.Items, c)
		}
	}
	out.Body.Next = next(cursor.String())
	return out, err
}

type suggestIn struct {
	Q string `query:"q" maxLength:"2000"`
}

// Suggestion is something that a query may become.
type Suggestion struct {
	Kind string `json:"kind" enum:"word,account,tag"`
	Text string `json:"text" doc:"As people read it."`
	URL  string `json:"url"`
}

type suggestOut struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items []Suggestion `json:"items"`
	}
}

func (a *API) suggest(ctx context.Context, v *visit.Visit, in *suggestIn) (*suggestOut, error) {
	s, err := SearchOf(v, in.Q, "", "", "", "")
	if err != nil {
		return nil, err
	}
	out := &suggestOut{CacheControl: "private, max-age=30"}
	out.Body.Items = []Suggestion{}
	add := func(kind, text, url string) {
		out.Body.Items = append(out.Body.Items, Suggestion{kind, text, url})
	}
	people, _, err := v.DB.FindAccounts(ctx, s, store.Page{Limit: 3})
	if err != nil {
		return nil, err
	}
	tags, _, err := v.DB.FindTags(ctx, s, store.Page{Limit: 4})
	if err != nil {
		return nil, err
	}
	words, err := v.DB.KnownWords(ctx, s.Text, 5)
	if err != nil {
		return nil, err
	}
	muted, err := v.DB.MutesOf(ctx, v.Viewer)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		add("account", "@"+p.Handle, "/@"+p.Handle)
	}
	for _, t := range tags {
		add("tag", "#"+t.Tag, TagURL(t.Tag))
	}
	for _, w := range words {
		if !muted.HidesText(w) {
			full := completed(s.Text, w)
			add("word", full, SearchURL(full))
		}
	}
	return out, nil
}
