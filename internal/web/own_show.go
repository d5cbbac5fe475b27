package web

import (
	"net/http"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// OwnPage is what somebody can take along, and how they can go.
type OwnPage struct {
	Layout
	Export  *store.OwnWork // nil: not asked for
	Account bool
	Days    int64 // of grace
	Wrong   string
}

func (OwnPage) template() string { return "own" }

func (s *Site) own(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showOwn(w, r, v, nil)
}

func (s *Site) showOwn(w http.ResponseWriter, r *http.Request, v *visit.Visit, wrong error) error {
	if v.Viewer == 0 {
		return signInFirst(w, r, "/settings/data")
	}
	p := &OwnPage{Layout: s.layout(r, v, "me", v.Lang.T("own.title")), Account: v.Account != nil}
	p.Hidden = true
	var err error
	if p.Export, err = v.DB.OwnWork(r.Context(), v.Viewer, store.OwnExport); reelm.KindOf(err) == reelm.NotFound {
		p.Export = nil
	} else if err != nil {
		return err
	}
	set, err := v.Settings(r.Context())
	if err != nil {
		return err
	}
	p.Days = int64(set.Grace.Hours() / 24)
	status := http.StatusOK
	if wrong != nil {
		status, p.Wrong = reelm.KindOf(wrong).HTTPStatus(), v.Lang.Error(wrong)
	}
	return s.show(w, r, v, status, p)
}

// export begins an archive; the page tells how far it is.
func (s *Site) export(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Viewer == 0 {
		return signInFirst(w, r, "/settings/data")
	}
	if _, err := api.Export(r.Context(), v, true); err != nil {
		return err
	}
	return redirect(w, r, "/settings/data#export")
}

func (s *Site) deleteHistory(w http.ResponseWriter, r *http.Request, _ *visit.Visit) error {
	if err := s.call(r, http.MethodDelete, "/me/history", nil, nil); err != nil {
		return err
	}
	return redirect(w, r, saying("/settings/data", "history"))
}

// leave deletes the account, or the browser's viewer, and shows where the
// receipt will be.
func (s *Site) leave(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	if v.Account != nil && r.PostForm.Get("password") == "" {
		return s.showOwn(w, r, v, reelm.Wrong("password", "wrong-password", "the password is not right"))
	}
	var out struct {
		Receipt string `json:"receipt"`
	}
	err := s.call(r, http.MethodDelete, "/me", map[string]string{"password": r.PostForm.Get("password")}, &out)
	if k := reelm.KindOf(err); k == reelm.Invalid || k == reelm.Limited {
		return s.showOwn(w, r, v, err)
	}
	if err != nil {
		return err
	}
	forget(w, v, visit.CookieSession, visit.CookieViewer)
	nobody := *v
	nobody.Account, nobody.Viewer = nil, 0
	p := &GonePage{Layout: s.layout(r, &nobody, "", v.Lang.T("own.gone")), Receipt: out.Receipt}
	p.Hidden = true
	return s.show(w, r, &nobody, http.StatusOK, p)
}

// GonePage says that somebody has gone.
type GonePage struct {
	Layout
	Receipt string
}

func (GonePage) template() string { return "gone" }
