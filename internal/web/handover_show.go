package web

import (
	"net/http"
	"strings"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/realm"
	"reelm/internal/visit"
	"reelm/internal/words"
)

// handoverPath is where people read what a change of hands means for them.
const handoverPath = "/handover"

// HandoverPage tells of a change of hands, and lets people object; after it,
// it shows the new terms.
type HandoverPage struct {
	Layout
	To, When  string // "" after it; "" if no day is fixed
	Terms     string // text, or
	TermsPage string // an address
	Contact   string
	Mine      *api.Objecting // nil for who has no account
	Begun     bool           // it is too late to object
	Wrong     string
}

func (HandoverPage) template() string { return "handover" }

func (s *Site) handover(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showHandover(w, r, v, nil)
}

func (s *Site) showHandover(w http.ResponseWriter, r *http.Request, v *visit.Visit, wrong error) error {
	set, err := v.Settings(r.Context())
	if err != nil {
		return err
	}
	if set.Handover == (realm.Handover{}) {
		return reelm.ErrNotFound
	}
	p := &HandoverPage{Layout: s.layout(r, v, "me", v.Lang.T("handover.terms.title")), To: set.Handover.To, Terms: set.Handover.Terms, Contact: set.Contact, Begun: !set.Objectable()}
	if p.To != "" {
		p.Title = v.Lang.T("handover.title", "realm", p.Realm, "to", p.To)
	}
	p.Hidden, p.Banner = true, nil
	if strings.HasPrefix(p.Terms, "https://") && !strings.ContainsAny(p.Terms, " \n") {
		p.Terms, p.TermsPage = "", p.Terms
	}
	if due := set.CutOver(); !due.IsZero() {
		p.When = v.Lang.Date(due)
	}
	if v.Account != nil {
		mine, err := api.Objection(r.Context(), v)
		if err != nil {
			return err
		}
		p.Mine = &mine
	}
	status := http.StatusOK
	if wrong != nil {
		status, p.Wrong = reelm.KindOf(wrong).HTTPStatus(), v.Lang.Error(wrong)
	}
	return s.show(w, r, v, status, p)
}

// objecting objects, or takes the objection back.
func (s *Site) objecting(method string) action {
	return func(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
		if v.Account == nil {
			return signInFirst(w, r, handoverPath)
		}
		err := s.call(r, method, "/me/objection", nil, nil)
		if reelm.KindOf(err) == reelm.Conflict {
			return s.showHandover(w, r, v, err)
		}
		if err != nil {
			return err
		}
		return redirect(w, r, handoverPath+"#object")
	}
}

// phaseName is the word for a phase, which means something else on the way to
// another operator than on the way to an end.
func phaseName(lang *words.Lang, phase string, handover bool) string {
	if key := "phase.handover." + phase; handover && lang.Has(key) {
		return lang.T(key)
	}
	return named(lang, "phase.", phase)
}

// phaseMeans says what a phase means for me.
func phaseMeans(lang *words.Lang, phase, title, to string) string {
	if key := "phase.handover.means." + phase; to != "" && lang.Has(key) {
		return lang.T(key, "realm", title, "to", to)
	}
	return lang.T("phase.means."+phase, "realm", title)
}
