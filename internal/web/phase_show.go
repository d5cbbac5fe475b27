package web

import (
	"errors"
	"net/http"
	"time"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/realm"
	"reelm/internal/visit"
	"reelm/internal/words"
)

// takeOutPath is where people take their things with them.
const takeOutPath = "/settings/data"

// phaseBanner says what the phase of a realm means for me, and what comes
// next. Nil for a realm that is just open.
func phaseBanner(lang *words.Lang, title string, s realm.Settings) *Banner {
	if s.Phase == reelm.PhaseOpen && s.Handover.To == "" && s.Handover.Terms != "" {
		return &Banner{Text: lang.T("handover.terms.new", "realm", title), Action: &Action{handoverPath, lang.T("handover.terms.read")}}
	}
	if s.Phase == reelm.PhaseOpen || s.Phase.Ended() {
		return nil
	}
	b := &Banner{Text: phaseMeans(lang, string(s.Phase), title, s.Handover.To), Action: &Action{takeOutPath, lang.T("phase.take")}}
	if s.Handover.To != "" {
		b.Action = &Action{handoverPath, lang.T("handover.read")}
	}
	if len(s.Plan) > 0 {
		p := s.Plan[0]
		b.Text += " " + lang.T("phase.next", "date", lang.Date(p.Due), "means", phaseMeans(lang, string(p.Phase), title, s.Handover.To))
	}
	return b
}

// FarewellPage is what remains of a realm that is closed.
type FarewellPage struct {
	Layout
	Text    string // of the operator
	Contact string
	Purged  bool
	Moved   string // address at which the visitor's country goes on
}

func (FarewellPage) template() string { return "farewell" }

// moved is where the part of the visitor's country is now, "" if it is here.
func moved(err error) string {
	if e, ok := errors.AsType[*reelm.Error](err); ok && e.Code == "moved" {
		host, _ := e.Args["host"].(string)
		return host
	}
	return ""
}

func (s *Site) farewell(r *http.Request, v *visit.Visit, set realm.Settings, moved string) *FarewellPage {
	p := &FarewellPage{Layout: s.layout(r, v, "", v.Lang.T("farewell.title", "realm", set.Title)), Text: set.Farewell, Contact: set.Contact,
		Purged: set.Phase == reelm.PhasePurged}
	p.Hidden, p.Bare = true, true
	if moved != "" {
		p.Title, p.Moved, p.Text = v.Lang.T("farewell.moved", "realm", set.Title), moved, v.Lang.T("farewell.moved.what", "realm", set.Title, "host", moved)
	}
	if p.Text == "" {
		p.Text = v.Lang.T("farewell.thanks")
	}
	return p
}

// Notice is what the operator did that concerns everybody.
type Notice struct {
	At         time.Time
	Text, Note string
}

// notices are the newest changes of phase, from the ledger: what everybody
// may check is what everybody is told.
func notices(r *http.Request, v *visit.Visit, title string) ([]Notice, error) {
	entries, err := v.DB.Entries(r.Context(), 0, ledger.KindPhase)
	if err != nil {
		return nil, err
	}
	var out []Notice
	for _, e := range entries {
		if len(out) == 5 || v.Now().Sub(e.At) > year {
			break
		}
		body, ok := e.Body.(ledger.Phase)
		if !ok || body.Act == reelm.PhaseCancelled {
			continue
		}
		to := ""
		if body.Handover {
			to = v.Lang.T("handover.somebody")
		}
		n := Notice{At: e.At, Note: e.Text("note"), Text: phaseMeans(v.Lang, body.Phase, title, to)}
		if body.Act == reelm.PhaseScheduled {
			when, err := time.Parse(time.RFC3339, body.When)
			if err != nil {
				continue
			}
			n.Text = v.Lang.T("phase.next", "date", v.Lang.Date(when), "means", n.Text)
		}
		out = append(out, n)
	}
	return out, nil
}
