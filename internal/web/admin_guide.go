package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/visit"
)

// GuidePage leads an operator through a sale or a closure, a step at a time.
type GuidePage struct {
	Layout
	Lead  string
	Path  string
	Steps []GuideStep
	Error string
}

// GuideStep is one step: what it is, how far it is, and the one thing to do.
type GuideStep struct {
	Title, What string
	State       string // done, planned, now, later
	Status      string // in words, where there is more to say than the state
	Command     string // what the operator types on the server, or the buyer
	Phase       string // the phase that a form here leads to, "" for no form
}

func (GuidePage) template() string { return "guide" }

// ConfirmPage says what a change of phase would do, before it is done.
type ConfirmPage struct {
	Layout
	Phase, At, Note, Path string
	Steps                 []string
	Means                 string
}

func (ConfirmPage) template() string { return "confirm" }

func (s *Site) guideClose(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showGuide(w, r, v, http.StatusOK, "/admin/close", "")
}

func (s *Site) guideSell(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showGuide(w, r, v, http.StatusOK, "/admin/sell", "")
}

func (s *Site) showGuide(w http.ResponseWriter, r *http.Request, v *visit.Visit, status int, path, wrong string) error {
	title := "admin.close"
	steps := s.closeSteps
	if path == "/admin/sell" {
		title, steps = "admin.sell", s.sellSteps
	}
	p := &GuidePage{Layout: s.adminLayout(r, v, title), Path: path, Error: wrong}
	p.Lead = v.Lang.T(title+".lead", "realm", p.Realm)
	var err error
	if p.Steps, err = steps(r, v); err != nil {
		return err
	}
	begun := false // the first step that is not done is the one to take now
	for i := range p.Steps {
		step := &p.Steps[i]
		switch {
		case step.State == "done" || step.State == "planned":
		case !begun:
			step.State, begun = "now", true
		default:
			step.State = "later"
		}
	}
	return s.show(w, r, v, status, p)
}

// phaseGuide is the step into a phase.
func phaseGuide(r *http.Request, v *visit.Visit, phase reelm.Phase, title, what string) (GuideStep, error) {
	set, err := v.Settings(r.Context())
	step := GuideStep{Title: v.Lang.T(title), What: v.Lang.T(what), Phase: string(phase)}
	if set.Phase.Rank() >= phase.Rank() {
		step.State, step.Phase = "done", ""
	}
	for _, p := range set.Plan {
		if p.Phase == phase {
			step.State, step.Status = "planned", v.Lang.T("admin.planned", "date", v.Lang.Time(p.Due))
		}
	}
	return step, err
}

// closeSteps lead to a decent end.
func (s *Site) closeSteps(r *http.Request, v *visit.Visit) (steps []GuideStep, err error) {
	for _, c := range []struct {
		phase reelm.Phase
		name  string
	}{{reelm.PhaseAnnounced, "announce"}, {reelm.PhaseReadOnly, "freeze"}, {reelm.PhaseExportOnly, "hand-out"}, {reelm.PhaseClosed, "shut"}} {
		step, err := phaseGuide(r, v, c.phase, "admin.close."+c.name, "admin.close."+c.name+".what")
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return append(steps, GuideStep{Title: v.Lang.T("admin.close.purge"), What: v.Lang.T("admin.close.purge.what"),
		Command: "reelm realm phase " + v.Name + " purged --certificate certificate.note"}), nil
}

// sellSteps lead from one owner to the next.
func (s *Site) sellSteps(r *http.Request, v *visit.Visit) ([]GuideStep, error) {
	t := v.Lang.T
	exported, err := newestOf(r, v, ledger.KindExport)
	if err != nil {
		return nil, err
	}
	received, err := newestOf(r, v, ledger.KindReceipt)
	if err != nil {
		return nil, err
	}
	rule, err := newestOf(r, v, ledger.KindRule)
	if err != nil {
		return nil, err
	}
	announce, err := phaseGuide(r, v, reelm.PhaseAnnounced, "admin.sell.announce", "admin.sell.announce.what")
	if err != nil {
		return nil, err
	}
	freeze, err := phaseGuide(r, v, reelm.PhaseReadOnly, "admin.sell.freeze", "admin.sell.freeze.what")
	if err != nil {
		return nil, err
	}
	set, err := v.Settings(r.Context())
	if err != nil {
		return nil, err
	}
	say := GuideStep{Title: t("admin.sell.say"), What: t("admin.sell.say.what"), State: doneIf(set.Handover.To != ""),
		Command: "reelm realm set " + v.Name + " handover.to='Example Ltd' handover.terms=https://..."}
	if set.Handover.To != "" {
		o, err := v.DB.Objections(r.Context())
		if err != nil {
			return nil, err
		}
		say.Status = set.Handover.To + ". " + t("admin.sell.say.counts", "n", o.Made, "exports", o.Exports, "erasures", o.Erasures)
	}
	permits := GuideStep{Title: t("admin.sell.permits"), What: t("admin.sell.permits.none"), State: "done"}
	if rule != nil {
		permits = GuideStep{Title: permits.Title, What: t("admin.sell.permits.what"), Status: rule.Text,
			Command: "reelm permit request --realm " + v.Name + " --to age1... --out request.note"}
	}
	export := GuideStep{Title: t("admin.sell.export"), What: t("admin.sell.export.what"),
		Command: "reelm handover export --realm " + v.Name + " --to age1... --out archive/ --manifest archive.manifest"}
	if exported != nil {
		export.State, export.Status, permits.State = "done", v.Lang.Time(exported.At)+": "+exported.Text, "done"
	}
	delta := GuideStep{Title: t("admin.sell.delta"), What: t("admin.sell.delta.what"),
		Command: "reelm handover export --realm " + v.Name + " --to age1... --since archive.manifest --out rest/"}
	open := GuideStep{Title: t("admin.sell.open"), What: t("admin.sell.open.what"), Command: "reelm realm phase " + v.Name + " open"}
	purge := GuideStep{Title: t("admin.sell.purge"), What: t("admin.sell.purge.what"),
		Command: "reelm handover purge --realm " + v.Name + " --receipt receipt.note --certificate certificate.note"}
	if received != nil {
		delta.State, open.State = "done", "done"
		delta.Status = v.Lang.Time(received.At) + ": " + received.Text
	}
	return []GuideStep{
		{Title: t("admin.sell.key"), What: t("admin.sell.key.what"), Command: "reelm handover keygen --out buyer.key", State: doneIf(exported != nil)},
		permits, say, announce, export,
		{Title: t("admin.sell.import"), What: t("admin.sell.import.what"), Command: "reelm handover import archive/ --identity buyer.key --receipt receipt.note", State: doneIf(received != nil)},
		freeze, delta, open, purge}, nil
}

func doneIf(done bool) string {
	if done {
		return "done"
	}
	return ""
}

// adminPhase shows what a change of phase would do, and, when that is
// confirmed, does it.
func (s *Site) adminPhase(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	path := "/admin/close"
	if r.PostForm.Get("guide") == "/admin/sell" {
		path = "/admin/sell"
	}
	confirmed := r.PostForm.Get("do") == "confirm"
	body := map[string]any{"phase": r.PostForm.Get("phase"), "note": r.PostForm.Get("note"), "dry_run": !confirmed}
	if day := r.PostForm.Get("at"); day != "" {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return s.showGuide(w, r, v, http.StatusUnprocessableEntity, path, v.Lang.T("error.bad-time"))
		}
		body["at"] = at
	}
	var got struct {
		Steps []struct {
			Act, Phase string
			At         *time.Time
		}
	}
	err := s.call(r, http.MethodPut, "/admin/phase", body, &got)
	if kind := reelm.KindOf(err); err != nil && (kind == reelm.Invalid || kind == reelm.Refused) {
		return s.showGuide(w, r, v, kind.HTTPStatus(), path, v.Lang.Error(err))
	}
	if err != nil {
		return err
	}
	if confirmed {
		return redirect(w, r, saying(path, "noted"))
	}
	p := &ConfirmPage{Layout: s.adminLayout(r, v, "admin.confirm"), Phase: r.PostForm.Get("phase"), At: r.PostForm.Get("at"), Note: r.PostForm.Get("note"), Path: path}
	set, err := v.Settings(r.Context())
	if err != nil {
		return err
	}
	p.Means = phaseMeans(v.Lang, p.Phase, p.Realm, set.Handover.To)
	for _, step := range got.Steps {
		when := ""
		if step.At != nil {
			when = v.Lang.Date(*step.At)
		}
		p.Steps = append(p.Steps, v.Lang.T("ledger.is.phase."+step.Act, "phase", phaseName(v.Lang, step.Phase, set.Handover.To != ""), "when", when))
	}
	return s.show(w, r, v, http.StatusOK, p)
}

// wholeNumber reads a number from a form; empty is 0.
func wholeNumber(s string) (int64, error) {
	if s = strings.TrimSpace(s); s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, reelm.Wrong("number", "bad-number", "a whole number")
	}
	return n, nil
}
