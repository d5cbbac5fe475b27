package web

import (
	"net/http"

	"reelm"
	"reelm/internal/auth"
	"reelm/internal/visit"
)

// SignInPage is the form for who has an account.
type SignInPage struct {
	Layout
	Back   string // where one came from
	Fields []Field
	Error  string
}

func (SignInPage) template() string { return "sign_in" }

func (s *Site) signInForm(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Account != nil {
		return redirect(w, r, back(r, "/"))
	}
	return s.showSignIn(w, r, v, http.StatusOK, "", "")
}

func (s *Site) showSignIn(w http.ResponseWriter, r *http.Request, v *visit.Visit, status int, handle, wrong string) error {
	t := v.Lang.T
	p := &SignInPage{Layout: s.layout(r, v, "me", t("auth.sign_in")), Back: local(r.FormValue("back")), Error: wrong}
	p.Hidden = true
	p.Fields = []Field{
		{Name: "handle", Kind: "text", Label: t("auth.handle"), Value: handle, Required: true, Plain: true, Complete: "username", Max: 64},
		{Name: "password", Kind: "password", Label: t("auth.password"), Required: true, Complete: "current-password"},
	}
	return s.show(w, r, v, status, p)
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	handle := r.PostForm.Get("handle")
	var got struct {
		Token string `json:"token"`
	}
	err := s.call(r, http.MethodPost, "/sessions", map[string]string{"handle": handle, "password": r.PostForm.Get("password")}, &got)
	switch reelm.KindOf(err) {
	case reelm.Unauthenticated, reelm.Invalid, reelm.Limited:
		return s.showSignIn(w, r, v, reelm.KindOf(err).HTTPStatus(), handle, v.Lang.Error(err))
	}
	if err != nil {
		return err
	}
	s.welcome(w, v, got.Token)
	return redirect(w, r, landing(r))
}

// welcome keeps a session in the browser. The taste of the browser has moved,
// or stays behind.
func (s *Site) welcome(w http.ResponseWriter, v *visit.Visit, token string) {
	remember(w, v, visit.CookieSession, token, auth.SessionLife)
	forget(w, v, visit.CookieViewer, visit.CookieLearn)
}

// landing is where one goes after signing in: where one wanted to, or the feed.
func landing(r *http.Request) string {
	if to := local(r.PostForm.Get("back")); to != "" {
		return to
	}
	return "/"
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Account != nil {
		if err := s.call(r, http.MethodDelete, "/sessions/current", nil, nil); err != nil {
			return err
		}
	}
	forget(w, v, visit.CookieSession, visit.CookieViewer)
	return redirect(w, r, "/")
}
