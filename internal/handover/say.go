package handover

import (
	"context"
	"time"

	"reelm"
	"reelm/internal/ledger"
)

// heard refuses to hand over, once the change of hands has begun, those who
// objected to it.
func (e *export) heard(ctx context.Context) error {
	set, err := e.p.Settings(ctx)
	if err != nil || set.Handover.To == "" || set.Objectable() {
		return err
	}
	o, err := e.p.DB.Objections(ctx)
	if err != nil || o.Open() == 0 {
		return err
	}
	return &reelm.Error{Kind: reelm.Refused, Code: "objections-open", Detail: "some who object to the change of hands are not erased yet"}
}

// say counts in the manifest what say people had: how many objected, took an
// archive of theirs and were erased, and how long they knew.
func (e *export) say(ctx context.Context) error {
	if e.backup {
		return nil
	}
	o, err := e.point.SQL.Objections(ctx)
	if err != nil {
		return err
	}
	e.counts["objections"], e.counts["objection-exports"], e.counts["objection-erasures"] = o.Made, o.Exports, o.Erasures
	entries, err := e.p.DB.Entries(ctx, 0, ledger.KindPhase)
	if err != nil {
		return err
	}
	for _, act := range entries { // the newest first
		p, ok := act.Body.(ledger.Phase)
		if !ok || p.Act != reelm.PhaseEffective {
			continue
		}
		if p.Phase == string(reelm.PhaseAnnounced) {
			e.counts["notice-days"] = int64(e.at.Sub(act.At) / (24 * time.Hour))
		}
		if p.Phase == string(reelm.PhaseAnnounced) || p.Phase == string(reelm.PhaseOpen) {
			break
		}
	}
	return nil
}
