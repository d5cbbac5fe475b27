package reelm

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
)

// Allows says whether an act is possible in a phase.
func (p Phase) Allows(a Act) bool {
	switch p {
	case PhaseOpen, PhaseAnnounced:
		return true
	case PhaseReadOnly:
		return a != ActMake
	case PhaseExportOnly:
		return a != ActMake && a != ActLook
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
