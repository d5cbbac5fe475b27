package web

import (
	"errors"

	"reelm"
	"reelm/internal/words"
)

// FailurePage says what went wrong and what to do.
type FailurePage struct {
	Layout
	Status  int
	Do      string
	Ordered []string // of a block: who ordered it, what, and where to appeal
	Action  Action
}

func (FailurePage) template() string { return "failure" }

// NewFailure makes the page of an error. Nothing of an internal error is
// shown: the log has it.
func NewFailure(l Layout, lang *words.Lang, err error) *FailurePage {
	p := &FailurePage{Layout: l, Status: reelm.KindOf(err).HTTPStatus(), Action: Action{URL: "/", Label: lang.T("failure.home")}}
	p.Hidden = true
	p.Title = lang.Error(err)
	kind := reelm.KindOf(err)
	switch kind {
	case reelm.Unauthenticated:
		p.Action = Action{URL: "/sign-in", Label: lang.T("auth.sign_in")}
	case reelm.Refused:
		p.Action = Action{URL: "/transparency", Label: lang.T("nav.transparency")}
	case reelm.Internal, reelm.Unavailable, reelm.Limited:
		p.Action = Action{URL: l.Path, Label: lang.T("failure.again")}
	}
	if e, ok := errors.AsType[*reelm.Error](err); ok && e.Code == reelm.ErrPhase.Code && e.Args["phase"] == string(reelm.PhaseExportOnly) {
		p.Title, p.Action = lang.T("error.phase.export-only"), Action{URL: takeOutPath, Label: lang.T("phase.take")}
	}
	p.Do = lang.T("failure.do." + doing(kind))
	if e, ok := errors.AsType[*reelm.Error](err); ok && kind == reelm.Blocked {
		p.Action = Action{URL: "/transparency#asked", Label: lang.T("nav.transparency")}
		p.Ordered = []string{lang.T("failure.blocked_by", "by", e.Args["by"]), lang.T("failure.ordered", "order", e.Args["order"])}
		if appeal, ok := e.Args["appeal"]; ok {
			p.Ordered = append(p.Ordered, lang.T("failure.appeal", "appeal", appeal))
		} else {
			p.Ordered = append(p.Ordered, lang.T("failure.appeal.none", "by", e.Args["by"]))
		}
	}
	return p
}

// doing names the advice for a kind of error.
func doing(k reelm.Kind) string {
	switch k {
	case reelm.Unauthenticated:
		return "sign-in"
	case reelm.Forbidden, reelm.NotFound, reelm.NotAllowed, reelm.Gone:
		return "elsewhere"
	case reelm.Blocked:
		return "blocked"
	case reelm.Refused:
		return "phase"
	case reelm.Limited, reelm.Unavailable, reelm.Internal:
		return "later"
	}
	return "check"
}
