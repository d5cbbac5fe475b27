package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// ClipPage is one clip with its comments.
type ClipPage struct {
	Layout
	Clip         Clip
	Comments     []Comment
	NextComments string
	CanComment   bool
	Closed       bool // to whoever looks, who could write if it were open
	ReplyTo      *reelm.Comment
	Draft        string // what could not be sent
	CommentError string
	More         []Clip // others of the same author
	Similar      []Clip // that go with it
	Top          bool   // comments by likes
}

// Comment is a comment with its answers.
type Comment struct {
	reelm.Comment
	By      Person
	Answers []Comment
	May     map[string]bool // what whoever looks may do about it: see api.May
}

// ReplyURL is where one answers without scripts.
func (c Comment) ReplyURL() string {
	return "/c/" + c.Clip.String() + "?reply_to=" + c.ID.String() + "#comment-text"
}

func (ClipPage) template() string { return "clip" }

// OEmbedURL is where other sites ask how to embed the clip.
func (p ClipPage) OEmbedURL() string {
	return p.Origin + "/oembed?format=json&url=" + url.QueryEscape(p.Origin+p.Clip.URL)
}

// VideoObject is the clip in the words of schema.org, as a data block.
func (p ClipPage) VideoObject() map[string]any {
	c := p.Clip
	o := map[string]any{
		"@context": "https://schema.org", "@type": "VideoObject",
		"name": c.Heading(), "description": p.Description,
		"url": p.Origin + c.URL, "embedUrl": p.Origin + "/embed/" + c.ID,
		"uploadDate": c.When().UTC().Format(time.RFC3339),
		"author":     map[string]any{"@type": "Person", "name": c.By().Shown(), "url": p.Origin + c.Author.URL},
		"interactionStatistic": []any{
			counter("WatchAction", c.Counts.Views), counter("LikeAction", c.Counts.Likes), counter("CommentAction", c.Counts.Comments),
		},
	}
	if c.DurationMS > 0 {
		o["duration"] = isoDuration(c.Duration())
	}
	if c.Poster != "" {
		o["thumbnailUrl"] = p.Origin + c.Poster
	}
	if first := c.First(); first.URL != "" {
		o["contentUrl"] = p.Origin + first.URL
		o["encodingFormat"] = "video/mp4"
	}
	if c.Language != "" {
		o["inLanguage"] = c.Language
	}
	return o
}

func counter(action string, n int64) map[string]any {
	return map[string]any{"@type": "InteractionCounter", "interactionType": "https://schema.org/" + action, "userInteractionCount": n}
}

// seenClip finds the clip of a request, if the visitor may see it.
func seenClip(r *http.Request, v *visit.Visit) (*reelm.Clip, error) {
	return clipSeen(r, v, r.PathValue("id"))
}

func clipSeen(r *http.Request, v *visit.Visit, text string) (*reelm.Clip, error) {
	id, err := reelm.ParseID[reelm.ClipID](text)
	if err != nil {
		return nil, err
	}
	c, err := v.DB.Clip(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return c, v.MaySee(r.Context(), c)
}

func (s *Site) clip(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	name, feed := strings.CutSuffix(r.PathValue("id"), ".rss")
	c, err := clipSeen(r, v, name)
	if err != nil {
		return err
	}
	if feed {
		return s.commentFeed(w, r, v, c)
	}
	return s.showClip(w, r, v, c, http.StatusOK, nil)
}

// commentFeed answers with what is said about a clip, and with the clip: what
// everybody may read, for everybody.
func (s *Site) commentFeed(w http.ResponseWriter, r *http.Request, v *visit.Visit, c *reelm.Clip) error {
	if !reelm.MayCache(c) {
		return reelm.ErrNotFound
	}
	nobody := *v
	nobody.Account, nobody.Viewer = nil, 0
	var p ClipPage
	if err := s.comments(r, &nobody, c, &p); err != nil {
		return err
	}
	f := RSS{Title: v.Lang.T("comments.feed", "who", "@"+c.Handle), Page: "/c/" + c.ID.String()}
	for _, said := range p.Comments {
		f.Comments = append(append(f.Comments, said), said.Answers...)
	}
	slices.Reverse(f.Comments) // of one moment, an answer comes after what it answers
	slices.SortStableFunc(f.Comments, func(a, b Comment) int { return b.Created.Compare(a.Created) })
	return s.rss(w, r, v, f, []*reelm.Clip{c})
}

// showClip shows a clip's page; change, if not nil, adds what a form has to
// say.
func (s *Site) showClip(w http.ResponseWriter, r *http.Request, v *visit.Visit, c *reelm.Clip, status int, change func(*ClipPage)) error {
	ctx := r.Context()
	shown, err := clips(ctx, v, []*reelm.Clip{c})
	if err != nil {
		return err
	}
	p := &ClipPage{Layout: s.layout(r, v, "", shown[0].Heading()), Clip: shown[0], CanComment: v.Account != nil && c.State == reelm.ClipReady}
	p.Canonical = p.Clip.URL
	p.Hidden = c.Visibility != reelm.Public || c.State != reelm.ClipReady
	p.Description = shorten(c.Caption, 200)
	if p.Description == "" {
		p.Description = v.Lang.T("clip.about", "handle", c.Handle, "date", v.Lang.Date(p.Clip.When()))
	}
	p.Feeds = []Alternate{{Title: "@" + c.Handle, URL: p.Clip.Author.URL + ".rss"}}
	if reelm.MayCache(c) {
		p.Feeds = append(p.Feeds, Alternate{Title: v.Lang.T("comments.feed", "who", "@"+c.Handle), URL: p.Clip.URL + ".rss"})
	}
	if err := s.comments(r, v, c, p); err != nil {
		return err
	}
	if p.Closed, err = v.DB.CommentsClosed(ctx, v.AccountID(), c); err != nil {
		return err
	}
	more, _, err := v.DB.ClipsOf(ctx, v.AccountID(), c.Author, store.Page{Limit: 6})
	if err != nil {
		return err
	}
	var others []*reelm.Clip
	for _, m := range more {
		if m.ID != c.ID && m.Visibility == reelm.Public && len(others) < 5 {
			others = append(others, m)
		}
	}
	if p.More, err = clips(ctx, v, others); err != nil {
		return err
	}
	if c.State == reelm.ClipReady {
		like, err := api.Similar(ctx, v, c, 5)
		if err != nil {
			return err
		}
		if p.Similar, err = clips(ctx, v, like); err != nil {
			return err
		}
	}
	if change != nil {
		change(p)
	}
	return s.show(w, r, v, status, p)
}

// comments puts a page of comments, with the newest answers to each, into p.
func (s *Site) comments(r *http.Request, v *visit.Visit, c *reelm.Clip, p *ClipPage) error {
	ctx, q := r.Context(), r.URL.Query()
	after, err := store.ParseCursor(q.Get("next"))
	if err != nil {
		return err
	}
	rows, next, err := v.DB.Comments(ctx, v.Reader(), c.ID, 0, commentSort(q.Get("sort")), store.Page{After: after})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if v.MaySeeAccount(row.Author) != nil {
			continue
		}
		shown := commentFor(v, c, row)
		if row.Replies > 0 {
			answers, _, err := v.DB.Comments(ctx, v.Reader(), c.ID, row.ID, store.CommentsNewest, store.Page{})
			if err != nil {
				return err
			}
			for i := range answers { // newest first in the list, in order here
				if a := answers[len(answers)-1-i]; v.MaySeeAccount(a.Author) == nil {
					shown.Answers = append(shown.Answers, commentFor(v, c, a))
				}
			}
		}
		p.Comments = append(p.Comments, shown)
		if row.ID.String() == q.Get("reply_to") {
			p.ReplyTo = row
		}
	}
	p.Top = q.Get("sort") == string(store.CommentsTop)
	if s := next.String(); s != "" {
		p.NextComments = p.Clip.URL + "?sort=" + string(commentSort(q.Get("sort"))) + "&next=" + url.QueryEscape(s) + "#comments"
	}
	return nil
}

// commentSort reads the order of comments that an address asks for.
func commentSort(s string) store.CommentSort {
	if s == string(store.CommentsTop) {
		return store.CommentsTop
	}
	return store.CommentsNewest
}

// commentFor is a comment with what whoever looks may do about it.
func commentFor(v *visit.Visit, clip *reelm.Clip, c *reelm.Comment) Comment {
	out := Comment{Comment: *c, By: Person{Handle: c.Handle, Name: c.Name}, May: map[string]bool{}}
	if c.Avatar != "" {
		out.By.Avatar = api.AvatarURL(c.Avatar)
	}
	for _, act := range api.May(v, clip.Author, c) {
		out.May[act] = true
	}
	return out
}
