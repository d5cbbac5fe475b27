package web

import (
	"net/http"
	"net/url"

	"reelm"
	"reelm/internal/visit"
)

// maxForm bounds a form without a file, in bytes.
const maxForm = 128 << 10

// form reads a small form.
func form(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return reelm.Wrong("", "bad-form", "the form cannot be read").Because(err)
	}
	if err := legible(r.PostForm); err != nil {
		return err
	}
	return legible(r.Form)
}

// signInFirst sends who is not signed in to the sign-in, and back afterwards.
func signInFirst(w http.ResponseWriter, r *http.Request, to string) error {
	return redirect(w, r, "/sign-in?back="+url.QueryEscape(to))
}

// like likes a clip, or takes the like back. Who is not signed in teaches the
// own feed only, with the serve that the clip came by.
func (s *Site) like(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	id := r.PathValue("id")
	to := back(r, "/c/"+id)
	off := r.PostForm.Get("do") == "unlike"
	if v.Account == nil {
		serve := r.PostForm.Get("serve")
		if serve == "" {
			return signInFirst(w, r, to)
		}
		kind := reelm.EventLike
		if off {
			kind = reelm.EventUnlike
		}
		err := s.call(r, http.MethodPost, "/events", map[string]any{"events": []map[string]any{{"serve": serve, "kind": kind}}}, nil)
		if err != nil {
			return err
		}
		return redirect(w, r, to)
	}
	method := http.MethodPut
	if off {
		method = http.MethodDelete
	}
	if err := s.call(r, method, "/clips/"+url.PathEscape(id)+"/like", nil, nil); err != nil {
		return err
	}
	return redirect(w, r, to)
}

// comment adds a comment, or shows the page again with what was wrong.
func (s *Site) comment(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	c, err := seenClip(r, v)
	if err != nil {
		return err
	}
	if v.Account == nil {
		return signInFirst(w, r, "/c/"+c.ID.String())
	}
	body := map[string]string{"text": r.PostForm.Get("text")}
	if to := r.PostForm.Get("reply_to"); to != "" {
		body["reply_to"] = to
	}
	var made struct {
		Comment struct {
			ID string `json:"id"`
		} `json:"comment"`
	}
	err = s.call(r, http.MethodPost, "/clips/"+c.ID.String()+"/comments", body, &made)
	switch reelm.KindOf(err) {
	case reelm.Invalid, reelm.Limited:
		return s.showClip(w, r, v, c, reelm.KindOf(err).HTTPStatus(), func(p *ClipPage) {
			p.CommentError, p.Draft = v.Lang.Error(err), body["text"]
		})
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/c/"+c.ID.String()+"#comment-"+made.Comment.ID)
}

func (s *Site) deleteClip(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := s.call(r, http.MethodDelete, "/clips/"+url.PathEscape(r.PathValue("id")), nil, nil); err != nil {
		return err
	}
	return redirect(w, r, "/@"+v.Account.Handle)
}

func (s *Site) retryClip(w http.ResponseWriter, r *http.Request, _ *visit.Visit) error {
	id := url.PathEscape(r.PathValue("id"))
	if err := s.call(r, http.MethodPost, "/clips/"+id+"/retry", nil, nil); err != nil {
		return err
	}
	return redirect(w, r, "/c/"+id)
}
