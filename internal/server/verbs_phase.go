package server

import (
	"context"
	"time"

	"reelm"
)

// RealmPhase is what the verb `realm phase` asks; without a phase it only
// shows.
type RealmPhase struct {
	Name  string
	Phase string
	At    time.Time // zero: at once
	Note  string
	Dry   bool
}

// PhaseState is what it gets.
type PhaseState struct {
	Realm string      `json:"realm"`
	Phase string      `json:"phase"`
	Plan  []PhasePlan `json:"plan"`
	Steps []PhaseStep `json:"steps,omitempty"`
	Dry   bool        `json:"dry_run,omitempty"`
}

// PhasePlan is a change of phase that is to come.
type PhasePlan struct {
	Phase string    `json:"phase"`
	At    time.Time `json:"at"`
	Note  string    `json:"note,omitempty"`
}

// PhaseStep is what was done, or would be done, and what it means for people.
type PhaseStep struct {
	Act     string     `json:"act"`
	Phase   string     `json:"phase"`
	At      *time.Time `json:"at,omitempty"`
	Meaning string     `json:"meaning"`
}

// meanings say in plain English what each phase does.
var meanings = map[reelm.Phase]string{
	reelm.PhaseOpen:       "everything works",
	reelm.PhaseAnnounced:  "everything works; a banner and a notice tell everybody what is to come",
	reelm.PhaseReadOnly:   "people watch and read; nothing new is taken: no uploads, comments, likes, follows, sign-ups or watch events",
	reelm.PhaseExportOnly: "people sign in, fetch their archive and may delete their account; nothing is shown any more",
	reelm.PhaseClosed:     "everything answers 410 with the farewell page, but the ledger and /transparency; administrators still sign in",
	reelm.PhasePurged:     "everything is erased but the ledger, the certificate and the farewell page",
}

func (s *Server) realmPhase(ctx context.Context, in *RealmPhase) (*PhaseState, error) {
	r, err := s.set.Get(in.Name)
	if err != nil {
		return nil, err
	}
	out := &PhaseState{Realm: r.Name, Plan: []PhasePlan{}, Dry: in.Dry}
	if in.Phase != "" {
		to, err := reelm.ParsePhase(in.Phase)
		if err != nil {
			return nil, err
		}
		steps, err := r.ChangePhase(ctx, to, in.At, in.Note, in.Dry)
		if err != nil {
			return nil, err
		}
		for _, p := range steps {
			step := PhaseStep{Act: p.Act, Phase: string(p.Phase), Meaning: meanings[p.Phase]}
			if !p.When.IsZero() {
				step.At = &p.When
			}
			out.Steps = append(out.Steps, step)
		}
	}
	set, err := r.Settings(ctx)
	if err != nil {
		return nil, err
	}
	out.Phase = string(set.Phase)
	for _, p := range set.Plan {
		out.Plan = append(out.Plan, PhasePlan{string(p.Phase), p.Due, p.Note})
	}
	return out, nil
}
