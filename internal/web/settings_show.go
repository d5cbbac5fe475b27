package web

import (
	"net/http"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/visit"
	"reelm/internal/words"
)

// SettingsPage is what one may choose.
type SettingsPage struct {
	Layout
	Fields   []Field // of the profile, for who is signed in
	Picture  Field
	Learning string // "on", "off" or "unknown"
	Staff    bool   // an administrator
	Themes   []Option
	Watching WatchingForm
	Lists    []api.PrivateFeed // private RSS feeds
	Error    string
}

func (SettingsPage) template() string { return "settings" }

func (s *Site) settings(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showSettings(w, r, v, nil)
}

func (s *Site) showSettings(w http.ResponseWriter, r *http.Request, v *visit.Visit, wrong error) error {
	t := v.Lang.T
	p := &SettingsPage{Layout: s.layout(r, v, "me", t("settings.title")), Learning: learning(r, v), Staff: v.Is(reelm.RoleAdmin)}
	p.Hidden = true
	p.Themes = []Option{{"", t("settings.theme.auto")}, {"dark", t("settings.theme.dark")}, {"light", t("settings.theme.light")}}
	if v.Account != nil {
		p.Fields = []Field{
			{Name: "name", Kind: "text", Label: t("settings.name"), Value: v.Account.Name, Max: reelm.MaxName, Complete: "nickname"},
			{Name: "bio", Kind: "textarea", Label: t("settings.bio"), Value: v.Account.Bio, Max: reelm.MaxBio, Rows: 3},
		}
	}
	p.Picture = Field{Name: "file", Kind: "file", Label: t("settings.picture"), Hint: t("settings.picture.hint"), Accept: "image/jpeg,image/png,image/webp,image/gif", Required: true}
	var err error
	if p.Watching, err = watchingForm(r, v); err != nil {
		return err
	}
	if v.Account != nil {
		if p.Lists, err = api.PrivateFeeds(r.Context(), v); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if blame(p.Watching.Fields, wrong, v.Lang) {
		for i, f := range p.Watching.Fields {
			p.Watching.Fields[i].Value = r.PostForm.Get(f.Name)
		}
		for i, f := range p.Watching.Toggles {
			p.Watching.Toggles[i].On = r.PostForm.Get(f.Name) == "on"
		}
		status, wrong = reelm.KindOf(wrong).HTTPStatus(), nil
	}
	if field(wrong) == p.Picture.Name {
		p.Picture.Wrong, status, wrong = v.Lang.Error(wrong), reelm.KindOf(wrong).HTTPStatus(), nil
	}
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

func learning(r *http.Request, v *visit.Visit) string {
	switch {
	case v.Learns():
		return "on"
	case v.Account != nil, cookie(r, visit.CookieLearn) == "no":
		return "off"
	}
	return "unknown"
}

func (s *Site) editSettings(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	err := s.call(r, http.MethodPatch, "/me", map[string]string{"name": r.PostForm.Get("name"), "bio": r.PostForm.Get("bio")}, nil)
	switch reelm.KindOf(err) {
	case reelm.Invalid, reelm.Limited:
		return s.showSettings(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, saying("/settings", "saved"))
}

// setLook keeps brightness and language in cookies that hold just that. The
// language of an account is kept with it too.
func (s *Site) setLook(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	if r.PostForm.Has("theme") {
		switch t := r.PostForm.Get("theme"); t {
		case "dark", "light":
			remember(w, v, visit.CookieTheme, t, year)
		default:
			forget(w, v, visit.CookieTheme)
		}
	}
	if l, ok := words.Find(r.PostForm.Get("language")); ok {
		remember(w, v, visit.CookieLang, l.Code(), year)
		if v.Account != nil {
			if err := s.call(r, http.MethodPatch, "/me", map[string]string{"language": l.Code()}, nil); err != nil {
				return err
			}
		}
	}
	return redirect(w, r, back(r, "/settings"))
}
