package realm

import (
	"context"
	"time"

	"reelm"
)

// Allow says whether the phase allows an act: nil, reelm.ErrPhase, or
// reelm.ErrClosed in what has ended.
func (r *Realm) Allow(ctx context.Context, a reelm.Act) error {
	s, err := r.Settings(ctx)
	switch {
	case err != nil:
		return err
	case s.Phase.Allows(a):
		return nil
	case s.Phase.Ended():
		return reelm.ErrClosed
	}
	return reelm.ErrPhase.With("phase", string(s.Phase))
}

// ChangePhase brings the realm into a phase, at once or at a time to come,
// and says by which steps. It holds here when it returns, on other nodes
// within a second. A dry run changes nothing.
func (r *Realm) ChangePhase(ctx context.Context, to reelm.Phase, at time.Time, note string, dry bool) ([]reelm.PhaseStep, error) {
	note, err := reelm.CleanText("note", note, 2000)
	if err != nil {
		return nil, err
	}
	defer r.settings.forget()
	return r.DB.ChangePhase(ctx, to, at, note, dry)
}

// CarryOutPhases takes the steps of the plan whose time has come.
func (r *Realm) CarryOutPhases(ctx context.Context) ([]reelm.PhaseStep, error) {
	steps, err := r.DB.CarryOutPhases(ctx)
	if len(steps) > 0 {
		r.settings.forget()
	}
	return steps, err
}
