package api

import (
	"context"
	"time"

	"reelm"
	"reelm/internal/realm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// Objecting is whether somebody objects to a change of hands.
type Objecting struct {
	Objects bool       `json:"objects"`
	Since   *time.Time `json:"since,omitempty"`
	Export  string     `json:"export" enum:"none,waiting,ready,failed" doc:"The archive at /me/export."`
	Until   *time.Time `json:"until,omitempty" doc:"When whoever objects is erased; not told as long as no day is fixed."`
}

type objectingOut struct{ Body Objecting }

func (a *API) objection(ctx context.Context, v *visit.Visit, _ *struct{}) (*objectingOut, error) {
	o, err := Objection(ctx, v)
	return &objectingOut{o}, err
}

// Objection says whether a visitor objects, and how far that is.
func Objection(ctx context.Context, v *visit.Visit) (out Objecting, err error) {
	out.Export = "none"
	o, err := v.DB.Objection(ctx, v.Account.ID)
	if err != nil || o == nil {
		return out, err
	}
	out.Objects, out.Since = true, &o.Created
	switch work, err := v.DB.OwnWork(ctx, v.Viewer, store.OwnExport); {
	case err == nil:
		out.Export = work.State
	case reelm.KindOf(err) != reelm.NotFound:
		return out, err
	}
	set, err := v.Settings(ctx)
	if due := set.CutOver(); !due.IsZero() {
		out.Until = &due
	}
	return out, err
}

// errNothingToObjectTo and errTooLate: the change of hands is not to come, or
// has begun.
var (
	errNothingToObjectTo = &reelm.Error{Kind: reelm.Conflict, Code: "no-handover", Detail: "nobody is going to take this over"}
	errTooLate           = &reelm.Error{Kind: reelm.Conflict, Code: "handover-begun", Detail: "the change of hands has begun; delete your account instead"}
)

func objectable(s realm.Settings) error {
	switch {
	case s.Handover.To == "":
		return errNothingToObjectTo
	case !s.Objectable():
		return errTooLate
	}
	return nil
}

// object notes an objection and has the archive made.
func (a *API) object(ctx context.Context, v *visit.Visit, _ *struct{}) (*objectingOut, error) {
	set, err := v.Settings(ctx)
	if err == nil {
		err = objectable(set)
	}
	if err != nil {
		return nil, err
	}
	if err := v.DB.Object(ctx, v.Account.ID); err != nil {
		return nil, err
	}
	if o, err := v.DB.Objection(ctx, v.Account.ID); err != nil || o == nil || !o.Exported {
		if err != nil {
			return nil, err
		}
		if _, err := Export(ctx, v, true); err != nil {
			return nil, err
		}
	}
	return a.objection(ctx, v, nil)
}

func (a *API) unobject(ctx context.Context, v *visit.Visit, _ *struct{}) (*struct{}, error) {
	set, err := v.Settings(ctx)
	if err != nil {
		return nil, err
	}
	if set.Handover.To != "" && !set.Objectable() {
		return nil, errTooLate
	}
	return nil, v.DB.Unobject(ctx, v.Account.ID)
}

type objectionsOut struct {
	Body struct {
		Objections int64 `json:"objections" doc:"Not counting those that were taken back."`
		Exports    int64 `json:"exports" doc:"Whose archive was made."`
		Erasures   int64 `json:"erasures" doc:"Who are erased."`
	}
}

func (a *API) objections(ctx context.Context, v *visit.Visit, _ *struct{}) (*objectionsOut, error) {
	o, err := v.DB.Objections(ctx)
	out := &objectionsOut{}
	out.Body.Objections, out.Body.Exports, out.Body.Erasures = o.Made, o.Exports, o.Erasures
	return out, err
}
