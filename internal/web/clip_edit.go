package web

import (
	"net/http"
	"net/url"

	"reelm"
	"reelm/internal/visit"
)

// ClipEditPage is where an author changes what a clip says and who may see it
// and talk about it.
type ClipEditPage struct {
	Layout
	Clip   Clip
	Fields []Field
	Error  string
}

func (ClipEditPage) template() string { return "clip_edit" }

// commentsFrom are the answers to who may comment.
var commentsFrom = []string{"everybody", "followers", "off"}

func (s *Site) clipEdit(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showClipEdit(w, r, v, nil)
}

func (s *Site) showClipEdit(w http.ResponseWriter, r *http.Request, v *visit.Visit, wrong error) error {
	if v.Account == nil {
		return signInFirst(w, r, "/c/"+url.PathEscape(r.PathValue("id"))+"/edit")
	}
	c, err := seenClip(r, v)
	if err != nil {
		return err
	}
	if c.Author != v.AccountID() {
		return reelm.ErrForbidden
	}
	shown, err := clips(r.Context(), v, []*reelm.Clip{c})
	if err != nil {
		return err
	}
	from, err := v.DB.CommentsFrom(r.Context(), c.ID)
	if err != nil {
		return err
	}
	t := v.Lang.T
	p := &ClipEditPage{Layout: s.layout(r, v, "me", t("clip.edit")), Clip: shown[0]}
	p.Hidden = true
	p.Fields = []Field{
		{Name: "caption", Kind: "textarea", Label: t("upload.caption"), Value: c.Caption, Max: reelm.MaxCaption, Rows: 4},
		{Name: "visibility", Kind: "select", Label: t("upload.visibility"), Value: string(c.Visibility), Options: options(v.Lang, "visibility.", visibilities...)},
		{Name: "comments", Kind: "select", Label: t("clip.comments_from"), Value: from, Options: options(v.Lang, "clip.comments_from.", commentsFrom...)},
	}
	status := http.StatusOK
	if wrong != nil {
		status = reelm.KindOf(wrong).HTTPStatus()
		for i := range p.Fields {
			p.Fields[i].Value = r.PostForm.Get(p.Fields[i].Name)
		}
		if !blame(p.Fields, wrong, v.Lang) {
			p.Error = v.Lang.Error(wrong)
		}
	}
	return s.show(w, r, v, status, p)
}

func (s *Site) editClip(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	id := r.PathValue("id")
	if v.Account == nil {
		return signInFirst(w, r, "/c/"+id)
	}
	change := map[string]string{}
	for _, name := range []string{"caption", "visibility", "comments"} {
		if r.PostForm.Has(name) {
			change[name] = r.PostForm.Get(name)
		}
	}
	err := s.call(r, http.MethodPatch, "/clips/"+url.PathEscape(id), change, nil)
	switch reelm.KindOf(err) {
	case reelm.Invalid, reelm.Limited:
		return s.showClipEdit(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, saying("/c/"+id, "saved"))
}
