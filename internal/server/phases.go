package server

import (
	"context"
	"time"
)

// phasesEvery is how late a scheduled change of phase may come.
const phasesEvery = time.Second

// keepPhases carries out what is scheduled, while the server serves. What
// fell due while nothing ran is carried out when a realm is opened.
func (s *Server) keepPhases(ctx context.Context) error {
	tick := time.NewTicker(phasesEvery)
	defer tick.Stop()
	for {
		for _, a := range s.all() {
			if a.DB.Waits() {
				continue
			}
			if err := s.carryOutPhases(ctx, a); err != nil && ctx.Err() == nil {
				s.log.Error("carrying out a change of phase", "realm", a.Name, "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func (s *Server) carryOutPhases(ctx context.Context, a *attached) error {
	steps, err := a.CarryOutPhases(ctx)
	for _, step := range steps {
		s.log.Info("a scheduled change of phase", "realm", a.Name, "step", step.Act, "phase", step.Phase)
	}
	return err
}
