package web

import (
	"net/http"

	"reelm"
	"reelm/internal/visit"
)

// SignUpPage is the form for who has no account yet. Nothing about learning is
// chosen beforehand.
type SignUpPage struct {
	Layout
	Back       string
	Fields     []Field
	Learn      string // "", "true" or "false"
	LearnWrong string
	Error      string
}

func (SignUpPage) template() string { return "sign_up" }

func (s *Site) signUpForm(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Account != nil {
		return redirect(w, r, back(r, "/"))
	}
	return s.showSignUp(w, r, v, nil)
}

// showSignUp shows the form, with what was wrong at the field where it was.
func (s *Site) showSignUp(w http.ResponseWriter, r *http.Request, v *visit.Visit, wrong error) error {
	t, get := v.Lang.T, r.PostForm.Get
	p := &SignUpPage{Layout: s.layout(r, v, "me", t("auth.sign_up")), Back: local(r.FormValue("back")), Learn: get("learn")}
	p.Fields = []Field{
		{Name: "handle", Kind: "text", Label: t("auth.handle"), Hint: t("auth.handle.hint"), Value: get("handle"), Required: true, Plain: true, Complete: "username", Max: 64},
		{Name: "password", Kind: "password", Label: t("auth.password"), Hint: t("auth.password.hint", "min", reelm.MinPassword), Required: true, Complete: "new-password"},
		{Name: "birthday", Kind: "date", Label: t("auth.birthday"), Hint: t("auth.birthday.hint", "min", reelm.MinAge), Value: get("birthday"), Required: true, Complete: "bday"},
		{Name: "email", Kind: "email", Label: t("auth.email"), Hint: t("auth.email.hint"), Value: get("email"), Complete: "email", Max: 254},
	}
	status := http.StatusOK
	if wrong != nil {
		status = reelm.KindOf(wrong).HTTPStatus()
		if !blame(p.Fields, wrong, v.Lang) {
			if field(wrong) == "learn" {
				p.LearnWrong = v.Lang.Error(wrong)
			} else {
				p.Error = v.Lang.Error(wrong)
			}
		}
	}
	return s.show(w, r, v, status, p)
}

func (s *Site) signUp(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	get := r.PostForm.Get
	if l := get("learn"); l != "true" && l != "false" {
		return s.showSignUp(w, r, v, reelm.Wrong("learn", "no-choice", "say yes or no"))
	}
	body := map[string]any{"handle": get("handle"), "password": get("password"), "birthday": get("birthday"), "email": get("email"),
		"language": v.Lang.Code(), "learn": get("learn") == "true"}
	var got struct {
		Token string `json:"token"`
	}
	err := s.call(r, http.MethodPost, "/accounts", body, &got)
	switch reelm.KindOf(err) {
	case reelm.Invalid, reelm.Conflict, reelm.Limited:
		return s.showSignUp(w, r, v, err)
	}
	if err != nil {
		return err
	}
	s.welcome(w, v, got.Token)
	return redirect(w, r, landing(r))
}
