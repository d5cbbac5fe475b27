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
	Moved   string // host at which the visitor's country goes on
	Record  string // host whose record tells of the end, where it is another one
}

func (FarewellPage) template() string { return "farewell" }

// farewell makes the page of what has ended for a visitor: the realm, the part
// of it that is the visitor's country, or its place here. Any other error has
// none.
func (s *Site) farewell(r *http.Request, v *visit.Visit, err error) *FarewellPage {
	e, ok := errors.AsType[*reelm.Error](err)
	if !ok || !e.Is(reelm.ErrClosed) && e.Code != "moved" {
		return nil
	}
	host, _ := e.Args["host"].(string)
	place := v.Place
	if part, err := v.Part(r.Context(), host); e.Code != "moved" && host != "" && err == nil && part != nil {
		place = part
	}
	set, err := place.Settings(r.Context())
	if err != nil {
		return nil
	}
	p := &FarewellPage{Layout: s.layout(r, v, "", v.Lang.T("farewell.title", "realm", set.Title)), Text: set.Farewell, Contact: set.Contact,
		Purged: set.Phase == reelm.PhasePurged}
	p.Hidden, p.Bare = true, true
	if e.Code == "moved" {
		p.Title, p.Moved, p.Text = v.Lang.T("farewell.moved", "realm", set.Title), host, v.Lang.T("farewell.moved.what", "realm", set.Title, "host", host)
	} else if place != v.Place {
		p.Record = host
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
