package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// NoticeLine is a notification as a line.
type NoticeLine struct {
	api.Notice
	Who   Person
	Words string // what they did, with their names
	Clip  *Clip  // where, if it may still be seen
}

// noticeLines says in words what happened to a visitor, and marks it as seen.
func noticeLines(r *http.Request, v *visit.Visit) ([]NoticeLine, string, error) {
	after, err := store.ParseCursor(r.URL.Query().Get("next"))
	if err != nil {
		return nil, "", err
	}
	rows, next, err := api.Notices(r.Context(), v, store.Page{After: after, Limit: store.MaxPage})
	if err != nil {
		return nil, "", err
	}
	lines := make([]NoticeLine, len(rows))
	for i, n := range rows {
		names := make([]string, len(n.Actors))
		for j, a := range n.Actors {
			names[j] = "@" + a.Handle
		}
		who := strings.Join(names, ", ")
		if n.Others > 0 {
			who = v.Lang.T("notice.others", "who", who, "n", n.Others)
		}
		lines[i] = NoticeLine{Notice: n, Who: personOf(n.Actors[0], false), Words: v.Lang.T("notice."+n.Kind, "who", who, "n", int64(len(n.Actors))+n.Others)}
	}
	if err := showWhere(r, v, lines); err != nil {
		return nil, "", err
	}
	return lines, next.String(), v.DB.SeeNotices(r.Context(), v.Account.ID)
}

// showWhere puts the clips to notifications that are about one.
func showWhere(r *http.Request, v *visit.Visit, lines []NoticeLine) error {
	var ids []reelm.ClipID
	for _, l := range lines {
		if l.Notice.Clip == nil {
			continue
		}
		id, err := reelm.ParseID[reelm.ClipID](*l.Notice.Clip)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	found, err := v.DB.ClipsByID(r.Context(), ids)
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(c *reelm.Clip) bool { return c == nil || v.MaySee(r.Context(), c) != nil })
	shown, err := clips(r.Context(), v, found)
	if err != nil {
		return err
	}
	at := map[string]*Clip{}
	for i := range shown {
		at[shown[i].ID] = &shown[i]
	}
	for i, l := range lines {
		if l.Notice.Clip != nil {
			lines[i].Clip = at[*l.Notice.Clip]
		}
	}
	return nil
}

// TalksPage is somebody's conversations.
type TalksPage struct {
	Layout
	Requests bool
	Talks    []TalkLine
	Next     string
	Empty    Empty
}

// TalkLine is a conversation as a line.
type TalkLine struct {
	api.Talk
	Who Person
}

func (TalksPage) template() string { return "talks" }

func (s *Site) talks(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Account == nil {
		return signInFirst(w, r, "/messages")
	}
	after, err := store.ParseCursor(r.URL.Query().Get("next"))
	if err != nil {
		return err
	}
	p := &TalksPage{Layout: s.layout(r, v, "inbox", v.Lang.T("message.title")), Requests: r.URL.Query().Has("requests")}
	p.Hidden = true
	p.Empty = Empty{What: v.Lang.T("message.none"), Do: v.Lang.T("message.none.do"), Action: &Action{"/search", v.Lang.T("nav.explore")}}
	rows, next, err := api.Talks(r.Context(), v, p.Requests, store.Page{After: after})
	if err != nil {
		return err
	}
	for _, k := range rows {
		p.Talks = append(p.Talks, TalkLine{k, personOf(k.With, false)})
	}
	if n := next.String(); n != "" {
		p.Next = "/messages?next=" + url.QueryEscape(n)
	}
	return s.show(w, r, v, http.StatusOK, p)
}

// TalkPage is one conversation, oldest first.
type TalkPage struct {
	Layout
	With     Person
	Messages []api.Message
	Older    string
	Clip     string // id of a clip that is to be sent
	Draft    string
	Wrong    string
}

func (TalkPage) template() string { return "talk" }

func (s *Site) talk(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showTalk(w, r, v, nil)
}

func (s *Site) showTalk(w http.ResponseWriter, r *http.Request, v *visit.Visit, wrong error) error {
	handle, ok := strings.CutPrefix(r.PathValue("name"), "@")
	if !ok {
		return reelm.ErrNotFound
	}
	if v.Account == nil {
		return signInFirst(w, r, "/messages/@"+handle)
	}
	a, person, err := seenAccount(r, v, handle)
	if err != nil {
		return err
	}
	after, err := store.ParseCursor(r.URL.Query().Get("next"))
	if err != nil {
		return err
	}
	rows, next, err := api.Messages(r.Context(), v, a, store.Page{After: after, Limit: store.MaxPage})
	if err != nil {
		return err
	}
	p := &TalkPage{Layout: s.layout(r, v, "inbox", person.Shown()), With: person, Clip: r.FormValue("clip")}
	p.Hidden = true
	for i := range rows {
		p.Messages = append(p.Messages, rows[len(rows)-1-i])
	}
	if n := next.String(); n != "" {
		p.Older = "/messages/@" + handle + "?next=" + url.QueryEscape(n)
	}
	status := http.StatusOK
	if wrong != nil {
		status, p.Wrong, p.Draft = reelm.KindOf(wrong).HTTPStatus(), v.Lang.Error(wrong), r.PostForm.Get("text")
	}
	return s.show(w, r, v, status, p)
}

// write sends a message, or clears the conversation.
func (s *Site) write(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	handle, ok := strings.CutPrefix(r.PathValue("name"), "@")
	if !ok {
		return reelm.ErrNotFound
	}
	path, to := "/me/messages/"+url.PathEscape(handle), "/messages/@"+handle
	if v.Account == nil {
		return signInFirst(w, r, to)
	}
	var err error
	switch r.PostForm.Get("do") {
	case "clear":
		to = "/messages"
		err = s.call(r, http.MethodDelete, path, nil, nil)
	case "take":
		err = s.call(r, http.MethodPut, path, nil, nil)
	default:
		err = s.call(r, http.MethodPost, path, map[string]string{"text": r.PostForm.Get("text"), "clip": r.PostForm.Get("clip")}, nil)
	}
	if k := reelm.KindOf(err); k == reelm.Invalid || k == reelm.Limited || k == reelm.Forbidden {
		return s.showTalk(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, to+"#end")
}

// commentAct likes, pins, approves or deletes a comment without scripts.
func (s *Site) commentAct(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	to := back(r, "/")
	if v.Account == nil {
		return signInFirst(w, r, to)
	}
	if r.PostForm.Get("do") == "edit" {
		if err := s.call(r, http.MethodPatch, "/comments/"+url.PathEscape(r.PathValue("id")), map[string]string{"text": r.PostForm.Get("text")}, nil); err != nil {
			return err
		}
		return redirect(w, r, to)
	}
	act, ok := map[string][2]string{"like": {http.MethodPut, "/like"}, "unlike": {http.MethodDelete, "/like"}, "pin": {http.MethodPut, "/pin"},
		"unpin": {http.MethodDelete, "/pin"}, "approve": {http.MethodPut, "/approve"}, "delete": {http.MethodDelete, ""}}[r.PostForm.Get("do")]
	if !ok {
		return reelm.ErrNotFound
	}
	if err := s.call(r, act[0], "/comments/"+url.PathEscape(r.PathValue("id"))+act[1], nil, nil); err != nil {
		return err
	}
	return redirect(w, r, to)
}
