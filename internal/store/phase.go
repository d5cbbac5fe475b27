package store

import (
	"context"
	"errors"
	"time"

	"reelm"
	"reelm/internal/ledger"
)

// phaseKey is the setting that holds the phase. Only the ledger's door
// changes it.
const phaseKey = "phase"

// Plan lists the changes of phase that are to come, the next first.
func (db *DB) Plan(ctx context.Context) (_ []reelm.Planned, err error) {
	defer wrap(&err, "Plan")
	return plan(ctx, db.read)
}

func plan(ctx context.Context, q querier) ([]reelm.Planned, error) {
	return list(ctx, q, func(r scanner) (p reelm.Planned, err error) {
		var due int64
		err = r.Scan(&p.Phase, &due, &p.Note)
		p.Due = fromMillis(due)
		return p, err
	}, `SELECT phase, due, note FROM phase_plan ORDER BY due, created`)
}

// errDry undoes a transaction that was only a rehearsal.
var errDry = errors.New("a rehearsal")

// ChangePhase brings the realm into a phase, at once or at a time to come,
// and says by which steps; reelm.ChangePhase has the rules. A dry run changes
// nothing. note is in the operator's words, for everybody.
func (db *DB) ChangePhase(ctx context.Context, to reelm.Phase, at time.Time, note string, dry bool) (steps []reelm.PhaseStep, err error) {
	defer wrap(&err, "ChangePhase(%s)", to)
	return db.takePhases(ctx, note, dry, func(from reelm.Phase, planned []reelm.Planned, now time.Time) ([]reelm.PhaseStep, error) {
		return reelm.ChangePhase(from, planned, to, at, now)
	})
}

// CarryOutPhases takes the steps whose time has come.
func (db *DB) CarryOutPhases(ctx context.Context) (steps []reelm.PhaseStep, err error) {
	defer wrap(&err, "CarryOutPhases")
	planned, err := plan(ctx, db.read)
	if err != nil || len(planned) == 0 || planned[0].Due.After(db.now()) {
		return nil, err
	}
	return db.takePhases(ctx, "", false, func(from reelm.Phase, planned []reelm.Planned, now time.Time) ([]reelm.PhaseStep, error) {
		return reelm.DuePhases(from, planned, now), nil
	})
}

// takePhases takes the steps that choose gives.
func (db *DB) takePhases(ctx context.Context, note string, dry bool, choose func(reelm.Phase, []reelm.Planned, time.Time) ([]reelm.PhaseStep, error)) (steps []reelm.PhaseStep, err error) {
	err = db.update(ctx, func(t *tx) (err error) {
		if err = t.lockLedger(ctx); err != nil { // one change of phase at a time, on all nodes
			return err
		}
		from, err := t.phase(ctx)
		if err != nil {
			return err
		}
		planned, err := plan(ctx, t)
		if err != nil {
			return err
		}
		if steps, err = choose(from, planned, fromMillis(t.now)); err != nil {
			return err
		}
		for _, s := range steps {
			if err := t.takePhase(ctx, s, planned, note); err != nil {
				return err
			}
		}
		if dry {
			return errDry
		}
		return nil
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return steps, err
}

func (t *tx) phase(ctx context.Context) (reelm.Phase, error) {
	found, err := list(ctx, t, scanID[string], `SELECT value FROM settings WHERE key = $1`, phaseKey)
	if err != nil || len(found) == 0 {
		return reelm.PhaseOpen, err
	}
	return reelm.ParsePhase(found[0])
}

func (t *tx) takePhase(ctx context.Context, s reelm.PhaseStep, planned []reelm.Planned, note string) error {
	body := ledger.Phase{Act: s.Act, From: string(s.From), Phase: string(s.Phase)}
	if !s.When.IsZero() {
		body.When = s.When.UTC().Format("2006-01-02T15:04:05Z")
	}
	if s.Phase == reelm.PhaseAnnounced || s.Phase == reelm.PhaseReadOnly {
		to, err := list(ctx, t, scanID[string], `SELECT value FROM settings WHERE key = $1`, HandoverKey)
		if err != nil {
			return err
		}
		body.Handover = len(to) > 0
	}
	switch s.Act {
	case reelm.PhaseScheduled:
		if err := t.must(ctx, `
			INSERT INTO phase_plan (phase, due, note, created) VALUES ($1, $2, $3, $4)
			ON CONFLICT (phase) DO UPDATE SET due = excluded.due, note = excluded.note, created = excluded.created`,
			s.Phase, s.When.UnixMilli(), note, t.now); err != nil {
			return err
		}
	case reelm.PhaseCancelled:
		if err := t.must(ctx, `DELETE FROM phase_plan WHERE phase = $1`, s.Phase); err != nil {
			return err
		}
	case reelm.PhaseEffective:
		for _, p := range planned {
			if p.Phase == s.Phase && !s.When.IsZero() { // as it was announced
				note = p.Note
			}
		}
		if err := t.must(ctx, `DELETE FROM phase_plan WHERE phase = $1`, s.Phase); err != nil {
			return err
		}
		if err := t.setSetting(ctx, phaseKey, string(s.Phase)); err != nil {
			return err
		}
	}
	var texts map[string]string
	if note != "" && s.Act != reelm.PhaseCancelled {
		texts = map[string]string{"note": note}
	}
	_, err := t.enter(ctx, body, texts)
	return err
}
