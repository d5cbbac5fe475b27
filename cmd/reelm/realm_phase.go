package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"reelm"
	"reelm/internal/server"
)

type realmPhaseCmd struct {
	host
	Name        string `arg:"" help:"Name of the realm."`
	Phase       string `arg:"" optional:"" help:"announced, read-only, export-only, closed, open or purged; without one it shows the phase and the plan."`
	At          string `help:"Schedule it: a date (midnight UTC) or a time such as 2027-01-31T18:00:00Z." placeholder:"DATE"`
	Note        string `help:"Why, in your words; everybody reads it." placeholder:"TEXT"`
	Certificate string `help:"With purged: where the signed certificate is written." placeholder:"FILE"`
	DryRun      bool   `help:"Say what would be done, and do nothing."`
}

// Help implements kong.HelpProvider.
func (realmPhaseCmd) Help() string {
	return "A realm winds down in phases: announced (a notice), read-only (nothing new), export-only (people fetch their archive), closed (410 and a page of farewell), purged. " +
		"`open` cancels what is scheduled and leads back from everything but purged. " +
		"Example: reelm realm phase main read-only --at 2027-01-31 --note 'we close; thank you'"
}

// Run changes the phase, or shows it.
func (c *realmPhaseCmd) Run(ctx context.Context, s streams) error {
	at, err := moment("--at", c.At)
	if err != nil {
		return err
	}
	if c.Phase == "" && (c.At != "" || c.Note != "" || c.DryRun) {
		return &usageError{"realm phase: which phase?"}
	}
	if c.Phase == string(reelm.PhasePurged) && c.At == "" {
		if c.Certificate == "" {
			return &usageError{"realm phase purged wants --certificate FILE"}
		}
		return c.target().purge(ctx, s, server.HandoverPurge{Realm: c.Name, DryRun: c.DryRun}, c.Certificate, c.JSON)
	}
	var out server.PhaseState
	if err := c.target().call(ctx, s, "realm-phase", server.RealmPhase{Name: c.Name, Phase: c.Phase, At: at, Note: c.Note, Dry: c.DryRun}, &out); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	_, err = fmt.Fprint(s.out, phaseText(out))
	return err
}

func phaseText(p server.PhaseState) string {
	text := fmt.Sprintf("%s is %s\n", p.Realm, p.Phase)
	for _, step := range p.Steps {
		line := step.Act
		if p.Dry {
			line = "would be " + line
		}
		if step.At != nil {
			line += " " + step.At.UTC().Format(time.RFC3339)
		}
		text += fmt.Sprintf("  %s: %s (%s)\n", step.Phase, line, step.Meaning)
	}
	if len(p.Steps) > 0 && p.Dry {
		return text + "nothing was changed\n"
	}
	for _, plan := range p.Plan {
		text += fmt.Sprintf("  to come: %s at %s\n", plan.Phase, plan.At.UTC().Format(time.RFC3339))
	}
	return text
}

// moment reads a date or a time; empty is none.
func moment(flag, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, &usageError{fmt.Sprintf("%s: %q is neither a date such as 2027-01-31 nor a time such as 2027-01-31T18:00:00Z", flag, s)}
}
