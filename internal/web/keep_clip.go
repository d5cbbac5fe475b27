package web

import (
	"net/http"
	"net/url"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/visit"
)

// KeepPage asks where to keep a clip.
type KeepPage struct {
	Layout
	Clip    Clip
	Folders []api.Folder
	Back    string
	Wrong   string
	Draft   string
}

func (KeepPage) template() string { return "keep" }

func (s *Site) keepForm(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showKeep(w, r, v, nil)
}

func (s *Site) showKeep(w http.ResponseWriter, r *http.Request, v *visit.Visit, wrong error) error {
	c, err := seenClip(r, v)
	if err != nil {
		return err
	}
	if v.Account == nil {
		return signInFirst(w, r, "/c/"+c.ID.String()+"/keep")
	}
	shown, err := clips(r.Context(), v, []*reelm.Clip{c})
	if err != nil {
		return err
	}
	p := &KeepPage{Layout: s.layout(r, v, "", v.Lang.T("saved.where")), Clip: shown[0], Back: back(r, shown[0].URL)}
	p.Hidden = true
	if p.Folders, err = api.Folders(r.Context(), v, c.ID); err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status, p.Wrong, p.Draft = reelm.KindOf(wrong).HTTPStatus(), v.Lang.Error(wrong), r.PostForm.Get("name")
	}
	return s.show(w, r, v, status, p)
}

// keep puts a clip into a folder, a new one if the form names one, or takes it
// out.
func (s *Site) keep(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	id := r.PathValue("id")
	to := back(r, "/c/"+id)
	if v.Account == nil {
		return signInFirst(w, r, to)
	}
	folder := r.PostForm.Get("folder")
	if folder == "" {
		folder = "favourites"
	}
	if r.PostForm.Has("name") {
		var f api.Folder
		err := s.call(r, http.MethodPost, "/me/folders", map[string]string{"name": r.PostForm.Get("name")}, &f)
		if reelm.KindOf(err) == reelm.Invalid {
			return s.showKeep(w, r, v, err)
		}
		if err != nil {
			return err
		}
		folder = f.ID
	}
	method := http.MethodPut
	if r.PostForm.Get("do") == "drop" {
		method = http.MethodDelete
	}
	if err := s.call(r, method, "/me/folders/"+url.PathEscape(folder)+"/clips/"+url.PathEscape(id), nil, nil); err != nil {
		return err
	}
	return redirect(w, r, saying(to, "saved"))
}
