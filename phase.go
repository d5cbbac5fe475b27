package reelm

import (
	"fmt"
	"slices"
	"time"
)

// Phase is where a realm is in its life. Its order is that of winding down.
type Phase string

// The phases.
const (
	PhaseOpen       Phase = "open"
	PhaseAnnounced  Phase = "announced"
	PhaseReadOnly   Phase = "read-only"
	PhaseExportOnly Phase = "export-only"
	PhaseClosed     Phase = "closed"
	PhasePurged     Phase = "purged"
)

// Act is what somebody wants to do, as far as phases care.
type Act int

// The acts.
const (
	ActLook     Act = iota // watch and read
	ActMake                // publish, comment, like, follow, sign up
	ActSignIn              // sign in and out
	ActTakeOut             // fetch one's archive, delete one's account
	ActOversee             // the ledger, the transparency page, health
	ActOperate             // administrators at /admin
	ActRetrieve            // static files of those pages
	ActAsk                 // what realm this is, and in which phase
	ActTell                // what one watched, for the event log
)

// Allows says whether an act is possible in a phase.
func (p Phase) Allows(a Act) bool {
	switch p {
	case PhaseOpen, PhaseAnnounced:
		return true
	case PhaseReadOnly:
		return a != ActMake && a != ActTell
	case PhaseExportOnly:
		return a != ActMake && a != ActTell && a != ActLook
	case PhaseClosed:
		return a == ActOversee || a == ActOperate || a == ActRetrieve
	case PhasePurged:
		return a == ActOversee || a == ActRetrieve
	}
	return false
}

// ParsePhase reads a phase's name.
func ParsePhase(s string) (Phase, error) {
	switch p := Phase(s); p {
	case PhaseOpen, PhaseAnnounced, PhaseReadOnly, PhaseExportOnly, PhaseClosed, PhasePurged:
		return p, nil
	}
	return "", Wrong("phase", "bad-phase", "%q is none of open, announced, read-only, export-only, closed, purged", s)
}

// Rank is where a phase stands in the order of winding down, from 0 on.
func (p Phase) Rank() int { return slices.Index(phases, p) }

var phases = []Phase{PhaseOpen, PhaseAnnounced, PhaseReadOnly, PhaseExportOnly, PhaseClosed, PhasePurged}

// Phases lists all phases in the order of winding down.
func Phases() []Phase { return slices.Clone(phases) }

// Ended says whether nobody but the operator comes in any more.
func (p Phase) Ended() bool { return p == PhaseClosed || p == PhasePurged }

// Planned is a change of phase that is to come.
type Planned struct {
	Phase Phase
	Due   time.Time
	Note  string // the operator's words, for everybody
}

// PhaseActs are the steps of a change of phase, as the ledger names them.
const (
	PhaseScheduled = "scheduled"
	PhaseCancelled = "cancelled"
	PhaseEffective = "effective"
)

// PhaseStep is one step of a change of phase. Each is an entry of the ledger.
type PhaseStep struct {
	Act   string    // one of PhaseScheduled, PhaseCancelled, PhaseEffective
	From  Phase     // the phase in which it is taken
	Phase Phase     // that is meant
	When  time.Time // for which it is, or was, scheduled; zero for at once
}

// ChangePhase says which steps lead a realm, which is in phase from and has a
// plan, to the phase to: at once, or at a time to come. A realm moves forward
// and may leave phases out; PhaseOpen cancels what is planned and leads back
// from everything but PhasePurged. What holds already needs no step.
func ChangePhase(from Phase, plan []Planned, to Phase, at, now time.Time) ([]PhaseStep, error) {
	refuse := func(code, detail string) ([]PhaseStep, error) {
		return nil, (&Error{Kind: Refused, Code: code, Field: "phase", Detail: detail}).With("phase", string(from))
	}
	switch {
	case from == PhasePurged:
		return refuse("phase-purged", "the realm is purged; nothing leads back")
	case to == PhasePurged:
		return refuse("phase-purge", "purging is done by hand and at once: it destroys everything and needs a certificate")
	case to == PhaseOpen && !at.IsZero():
		return refuse("phase-open-later", "open is never scheduled: it holds at once and cancels what is scheduled")
	case to != PhaseOpen && to.Rank() < from.Rank(), to == from && !at.IsZero():
		return refuse("phase-back", fmt.Sprintf("the realm is %s already; only open leads back", from))
	}
	if at.IsZero() {
		return changeNow(from, plan, to), nil
	}
	if !at.After(now) {
		return nil, Wrong("at", "bad-time", "%s is over", at.UTC().Format(time.RFC3339))
	}
	for _, p := range plan {
		if p.Phase.Rank() < to.Rank() && !p.Due.Before(at) || p.Phase.Rank() > to.Rank() && !p.Due.After(at) {
			return refuse("phase-order", fmt.Sprintf("%s is scheduled for %s: phases follow each other", p.Phase, p.Due.UTC().Format(time.RFC3339)))
		}
	}
	return []PhaseStep{{PhaseScheduled, from, to, at}}, nil
}

func changeNow(from Phase, plan []Planned, to Phase) (steps []PhaseStep) {
	for _, p := range plan {
		if to == PhaseOpen || p.Phase.Rank() <= to.Rank() {
			steps = append(steps, PhaseStep{PhaseCancelled, from, p.Phase, p.Due})
		}
	}
	if to != from {
		steps = append(steps, PhaseStep{PhaseEffective, from, to, time.Time{}})
	}
	return steps
}

// DuePhases says which steps a realm has to take now, since their time has
// come.
func DuePhases(from Phase, plan []Planned, now time.Time) (steps []PhaseStep) {
	for _, p := range plan {
		if p.Due.After(now) {
			continue
		}
		if p.Phase.Rank() <= from.Rank() {
			steps = append(steps, PhaseStep{PhaseCancelled, from, p.Phase, p.Due})
			continue
		}
		steps = append(steps, PhaseStep{PhaseEffective, from, p.Phase, p.Due})
		from = p.Phase
	}
	return steps
}
