package web

import (
	"net/http"
	"net/url"
	"strings"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// PrivacyPage is whom and what somebody does not want to meet, and who may
// meet them.
type PrivacyPage struct {
	Layout
	Private  bool
	Talk     []Field
	Mutes    []MuteLine
	Kinds    []Option
	Wrong    string
	Draft    string
	Requests []Person
	Blocks   []Person
}

// MuteLine is one muted thing as a line.
type MuteLine struct {
	api.Mute
	Words string // what kind it is
}

func (PrivacyPage) template() string { return "privacy" }

func (s *Site) privacy(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showPrivacy(w, r, v, nil)
}

func (s *Site) showPrivacy(w http.ResponseWriter, r *http.Request, v *visit.Visit, wrong error) error {
	if v.Viewer == 0 {
		return signInFirst(w, r, "/settings/privacy")
	}
	ctx := r.Context()
	p := &PrivacyPage{Layout: s.layout(r, v, "me", v.Lang.T("privacy.title"))}
	p.Hidden = true
	p.Kinds = options(v.Lang, "mute.kind.", "word", "tag", "account")
	items, err := api.Mutes(ctx, v)
	if err != nil {
		return err
	}
	for _, m := range items {
		p.Mutes = append(p.Mutes, MuteLine{m, v.Lang.T("mute.kind." + m.Kind)})
	}
	status := http.StatusOK
	if v.Account != nil {
		if p.Talk, err = s.talkFields(r, v); err != nil {
			return err
		}
	}
	if blame(p.Talk, wrong, v.Lang) {
		status, wrong = reelm.KindOf(wrong).HTTPStatus(), nil
	}
	if wrong != nil {
		status, p.Wrong, p.Draft = reelm.KindOf(wrong).HTTPStatus(), v.Lang.Error(wrong), r.PostForm.Get("key")
	}
	if v.Account == nil {
		return s.show(w, r, v, status, p)
	}
	p.Private = v.Account.Private
	waiting, err := v.DB.FollowRequests(ctx, v.Account.ID, store.Page{Limit: store.MaxPage})
	if err != nil {
		return err
	}
	if p.Requests, err = people(r, v, waiting.Accounts); err != nil {
		return err
	}
	blocked, err := v.DB.Blocks(ctx, v.Account.ID, store.Page{Limit: store.MaxPage})
	if err != nil {
		return err
	}
	if p.Blocks, err = people(r, v, blocked.Accounts); err != nil {
		return err
	}
	return s.show(w, r, v, status, p)
}

// editPrivacy makes an account private, or open again.
func (s *Site) editPrivacy(w http.ResponseWriter, r *http.Request, _ *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	if err := s.call(r, http.MethodPatch, "/me", map[string]bool{"private": r.PostForm.Get("private") == "on"}, nil); err != nil {
		return err
	}
	return redirect(w, r, saying("/settings/privacy", "saved"))
}

// talkFields ask who may talk to somebody.
func (s *Site) talkFields(r *http.Request, v *visit.Visit) ([]Field, error) {
	filter, from, err := v.DB.TalkSettings(r.Context(), v.Account.ID)
	if r.PostForm.Has("comment_filter") {
		filter, from = r.PostForm.Get("comment_filter"), r.PostForm.Get("messages_from")
	}
	t := v.Lang.T
	return []Field{
		{Name: "messages_from", Kind: "select", Label: t("talk.messages"), Value: from, Options: options(v.Lang, "talk.messages.", "everybody", "followed", "nobody")},
		{Name: "comment_filter", Kind: "textarea", Label: t("talk.filter"), Hint: t("talk.filter.hint"), Value: filter, Max: 8000, Rows: 3},
	}, err
}

// editTalk keeps who may write to somebody, and which words wait.
func (s *Site) editTalk(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	if v.Account == nil {
		return signInFirst(w, r, "/settings/privacy")
	}
	filter := []string{}
	if text := strings.TrimSpace(r.PostForm.Get("comment_filter")); text != "" {
		filter = append(filter, text) // the API takes it apart
	}
	err := s.call(r, http.MethodPatch, "/me/talk", map[string]any{"comment_filter": filter, "messages_from": r.PostForm.Get("messages_from")}, nil)
	if reelm.KindOf(err) == reelm.Invalid {
		return s.showPrivacy(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, saying("/settings/privacy", "saved"))
}

// mute mutes something, or no longer.
func (s *Site) mute(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	if v.Viewer == 0 {
		return signInFirst(w, r, back(r, "/settings/privacy"))
	}
	path := "/me/mutes"
	if r.PostForm.Get("do") == "unmute" {
		path += "/remove"
	}
	item := map[string]string{"kind": r.PostForm.Get("kind"), "key": r.PostForm.Get("key")}
	err := s.call(r, http.MethodPost, path, map[string]any{"items": []any{item}}, nil)
	if reelm.KindOf(err) == reelm.Invalid {
		return s.showPrivacy(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, saying(back(r, "/settings/privacy"), "saved"))
}

// block blocks somebody, or no longer.
func (s *Site) block(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.toPerson(w, r, v, "unblock", "/settings/privacy", func(handle string) string { return "/accounts/" + handle + "/block" })
}

// answerFollow accepts a request to follow, or refuses it.
func (s *Site) answerFollow(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.toPerson(w, r, v, "refuse", "/settings/privacy", func(handle string) string { return "/me/follow-requests/" + handle })
}

// toPerson puts something to a person, or deletes it if the form says undo.
func (s *Site) toPerson(w http.ResponseWriter, r *http.Request, v *visit.Visit, undo, to string, path func(handle string) string) error {
	handle, ok := strings.CutPrefix(r.PathValue("name"), "@")
	if !ok {
		return reelm.ErrNotFound
	}
	if err := form(w, r); err != nil {
		return err
	}
	if v.Account == nil {
		return signInFirst(w, r, "/@"+handle)
	}
	method := http.MethodPut
	if r.PostForm.Get("do") == undo {
		method = http.MethodDelete
	}
	if err := s.call(r, method, path(url.PathEscape(handle)), nil, nil); err != nil {
		return err
	}
	return redirect(w, r, saying(to, "saved"))
}
