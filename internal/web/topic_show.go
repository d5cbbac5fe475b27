package web

import (
	"net/http"
	"net/url"
	"strings"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// TopicPage is the clips of one tag or of one sound.
type TopicPage struct {
	Layout
	Heading string // "#moor", or the sound's name
	Sign    string // icon: "tag" or "wave"
	Count   int64  // -1: unknown
	By      *Person
	UseURL  string // where one makes a clip with the sound
	Clips   []Clip
	Next    string
	Empty   Empty
}

func (TopicPage) template() string { return "topic" }

const topicPage = 24

func (s *Site) tag(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	name, feed := strings.CutSuffix(r.PathValue("tag"), ".rss")
	tag, ok := reelm.FoldTag(name)
	if !ok {
		return reelm.ErrNotFound
	}
	address := Tag{Tag: tag}.URL()
	if tag != name && !feed {
		return redirectForGood(w, r, address)
	}
	list := func(viewer reelm.AccountID, p store.Page) ([]*reelm.Clip, store.Cursor, error) {
		return v.DB.ClipsByTag(r.Context(), viewer, tag, p)
	}
	if feed {
		return s.topicFeed(w, r, v, RSS{Title: "#" + tag, Description: v.Lang.T("tag.about", "tag", tag), Page: address}, list)
	}
	p := &TopicPage{Layout: s.layout(r, v, "explore", "#"+tag), Heading: "#" + tag, Sign: "tag", Count: -1}
	p.Description = v.Lang.T("tag.about", "tag", tag)
	p.Empty = Empty{What: v.Lang.T("tag.none", "tag", tag), Do: v.Lang.T("tag.none.do", "tag", tag), Action: &Action{"/upload", v.Lang.T("nav.upload")}}
	return s.showTopic(w, r, v, p, address, list)
}

func (s *Site) sound(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	name, feed := strings.CutSuffix(r.PathValue("id"), ".rss")
	id, err := reelm.ParseID[reelm.SoundID](name)
	if err != nil {
		return err
	}
	sound, err := v.DB.SoundSeen(r.Context(), v.Reader(), id)
	if err != nil {
		return err
	}
	title := Sound{*sound}.Title(v)
	address := "/sound/" + id.String()
	list := func(viewer reelm.AccountID, p store.Page) ([]*reelm.Clip, store.Cursor, error) {
		return v.DB.ClipsBySound(r.Context(), viewer, id, p)
	}
	if feed {
		return s.topicFeed(w, r, v, RSS{Title: title, Description: v.Lang.T("sound.about", "name", title), Page: address}, list)
	}
	p := &TopicPage{Layout: s.layout(r, v, "explore", title), Heading: title, Sign: "wave", Count: sound.Uses,
		UseURL: "/upload?sound=" + id.String()}
	if sound.Handle != "" {
		p.By = &Person{Handle: sound.Handle}
	}
	p.Description = v.Lang.T("sound.about", "name", title)
	p.Empty = Empty{What: v.Lang.T("sound.none"), Do: v.Lang.T("sound.none.do"), Action: &Action{"/search", v.Lang.T("nav.explore")}}
	return s.showTopic(w, r, v, p, address, list)
}

type clipLister func(viewer reelm.AccountID, p store.Page) ([]*reelm.Clip, store.Cursor, error)

func (s *Site) showTopic(w http.ResponseWriter, r *http.Request, v *visit.Visit, p *TopicPage, address string, list clipLister) error {
	after, err := store.ParseCursor(r.URL.Query().Get("next"))
	if err != nil {
		return err
	}
	found, next, err := list(v.Reader(), store.Page{After: after, Limit: topicPage})
	if err != nil {
		return err
	}
	p.Canonical = address
	p.Feeds = []Alternate{{Title: p.Heading, URL: address + ".rss"}}
	if n := next.String(); n != "" {
		p.Next = address + "?next=" + url.QueryEscape(n)
	}
	if p.Clips, err = clips(r.Context(), v, found); err != nil {
		return err
	}
	return s.show(w, r, v, http.StatusOK, p)
}

func (s *Site) topicFeed(w http.ResponseWriter, r *http.Request, v *visit.Visit, f RSS, list clipLister) error {
	found, _, err := list(0, store.Page{Limit: store.MaxPage})
	if err != nil {
		return err
	}
	return s.rss(w, r, v, f, found)
}
