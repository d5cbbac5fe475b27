package web

import (
	"context"
	"net/http"
	"net/url"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// SavedPage is one of somebody's collections, or what they watched.
type SavedPage struct {
	Layout
	Tabs    []Kind
	History bool
	Paused  bool
	Own     bool // a folder that can be deleted
	ID      string
	Clips   []Clip
	Next    string
	Empty   Empty
}

func (SavedPage) template() string { return "saved" }

func (s *Site) saved(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	id := r.PathValue("folder")
	if id == "" {
		id = "favourites"
	}
	if v.Viewer == 0 || v.Account == nil && id != "history" {
		return signInFirst(w, r, "/saved/"+id)
	}
	ctx := r.Context()
	after, err := store.ParseCursor(r.URL.Query().Get("next"))
	if err != nil {
		return err
	}
	p := &SavedPage{Layout: s.layout(r, v, "me", v.Lang.T("saved.title")), ID: id, History: id == "history"}
	p.Hidden = true
	p.Empty = Empty{What: v.Lang.T("saved.none"), Do: v.Lang.T("saved.none.do"), Action: &Action{"/", v.Lang.T("feed.for_you")}}
	if err := p.tabs(ctx, v); err != nil {
		return err
	}
	if p.Feeds, err = privateFeed(r, v, id, p.current()); err != nil {
		return err
	}
	var found []*reelm.Clip
	var next store.Cursor
	page := store.Page{After: after, Limit: topicPage}
	if p.History {
		if p.Paused, err = v.DB.HistoryPaused(ctx, v.Viewer); err != nil {
			return err
		}
		found, next, err = v.DB.History(ctx, v.Viewer, page)
	} else {
		folder, perr := api.ParseFolder(id)
		if perr != nil {
			return perr
		}
		found, next, err = v.DB.KeptClips(ctx, v.Account.ID, folder, page)
	}
	if err != nil {
		return err
	}
	if n := next.String(); n != "" {
		p.Next = "/saved/" + id + "?next=" + url.QueryEscape(n)
	}
	if p.Clips, err = clips(ctx, v, found); err != nil {
		return err
	}
	return s.show(w, r, v, http.StatusOK, p)
}

// current is the name of the collection that is shown.
func (p *SavedPage) current() string {
	for _, t := range p.Tabs {
		if t.Current {
			return t.Label
		}
	}
	return p.Title
}

// tabs are a visitor's collections: what everybody has, what they watched,
// their own.
func (p *SavedPage) tabs(ctx context.Context, v *visit.Visit) error {
	history := Kind{"/saved/history", v.Lang.T("saved.history"), p.History}
	if v.Account == nil {
		p.Tabs = []Kind{history}
		return nil
	}
	folders, err := api.Folders(ctx, v, 0)
	for i, f := range folders {
		p.Tabs = append(p.Tabs, Kind{f.URL, f.Name, f.ID == p.ID})
		p.Own = p.Own || i > 1 && f.ID == p.ID
		if i == 1 {
			p.Tabs = append(p.Tabs, history)
		}
	}
	return err
}

// editSaved makes or deletes a folder, or pauses the history.
func (s *Site) editSaved(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	if v.Viewer == 0 {
		return signInFirst(w, r, "/saved")
	}
	var err error
	to := "/saved"
	switch r.PostForm.Get("do") {
	case "pause":
		to, err = "/saved/history", s.call(r, http.MethodPut, "/me/history/paused", nil, nil)
	case "resume":
		to, err = "/saved/history", s.call(r, http.MethodDelete, "/me/history/paused", nil, nil)
	case "drop":
		err = s.call(r, http.MethodDelete, "/me/folders/"+url.PathEscape(r.PostForm.Get("folder")), nil, nil)
	default:
		var f api.Folder
		if err = s.call(r, http.MethodPost, "/me/folders", map[string]string{"name": r.PostForm.Get("name")}, &f); err == nil {
			to = f.URL
		}
	}
	if err != nil {
		return err
	}
	return redirect(w, r, to)
}
