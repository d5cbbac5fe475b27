package web

import (
	"net/http"

	"reelm"
	"reelm/internal/visit"
)

// ReportPage is the form to report a clip, a comment or an account.
type ReportPage struct {
	Layout
	Subject, ID string // "clip", "comment" or "account", and which
	Reasons     []Option
	Reason      string
	Fields      []Field
	Back        string
	Error       string
}

func (ReportPage) template() string { return "report" }

func (s *Site) reportForm(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showReport(w, r, v, nil)
}

func (s *Site) showReport(w http.ResponseWriter, r *http.Request, v *visit.Visit, wrong error) error {
	t := v.Lang.T
	p := &ReportPage{Layout: s.layout(r, v, "", t("report.title")), Reason: r.FormValue("reason"), Back: local(back(r, "/"))}
	p.Hidden = true
	for _, subject := range []string{"clip", "comment", "account", "message"} {
		if id := r.FormValue(subject); id != "" {
			p.Subject, p.ID = subject, id
		}
	}
	if p.Subject == "" {
		return reelm.ErrNotFound
	}
	p.Reasons = options(v.Lang, "report.reason.", "illegal", "violence", "hate", "sexual", "minors", "self-harm", "harassment", "spam", "false", "copyright", "other")
	p.Fields = []Field{{Name: "text", Kind: "textarea", Label: t("report.text"), Rows: 3, Max: 2000, Value: r.PostForm.Get("text")}}
	status := http.StatusOK
	if wrong != nil {
		status = reelm.KindOf(wrong).HTTPStatus()
		p.Error = v.Lang.Error(wrong)
	}
	return s.show(w, r, v, status, p)
}

func (s *Site) report(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	body := map[string]string{"reason": r.PostForm.Get("reason"), "text": r.PostForm.Get("text")}
	for _, subject := range []string{"clip", "comment", "account", "message"} {
		if id := r.PostForm.Get(subject); id != "" {
			body[subject] = id
		}
	}
	err := s.call(r, http.MethodPost, "/reports", body, nil)
	if reelm.KindOf(err) == reelm.Invalid {
		return s.showReport(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, saying(back(r, "/"), "report"))
}
