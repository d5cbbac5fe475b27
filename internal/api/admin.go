package api

import (
	"context"
	"time"

	"reelm"
	"reelm/internal/realm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// PlannedPhase is a change of phase that is to come.
type PlannedPhase struct {
	Phase string    `json:"phase"`
	At    time.Time `json:"at"`
	Note  string    `json:"note"`
}

// PhaseStep is a step that was taken, or, in a dry run, would be.
type PhaseStep struct {
	Act   string     `json:"act" enum:"scheduled,cancelled,effective"`
	Phase string     `json:"phase"`
	At    *time.Time `json:"at" doc:"For which it is scheduled."`
}

type phaseOut struct {
	Body struct {
		Phase string         `json:"phase"`
		Plan  []PlannedPhase `json:"plan"`
		Steps []PhaseStep    `json:"steps"`
	}
}

type phaseIn struct {
	Body struct {
		Phase string     `json:"phase" enum:"open,announced,read-only,export-only,closed"`
		At    *time.Time `json:"at,omitempty" doc:"Default: at once."`
		Note  string     `json:"note,omitempty" maxLength:"8000" doc:"Why, for everybody to read."`
		Dry   bool       `json:"dry_run,omitempty" doc:"Say what would be done, and do nothing."`
	}
}

func (a *API) getPhase(ctx context.Context, v *visit.Visit, _ *struct{}) (*phaseOut, error) {
	return phaseNow(ctx, v, nil)
}

func phaseNow(ctx context.Context, v *visit.Visit, steps []reelm.PhaseStep) (*phaseOut, error) {
	s, err := v.Settings(ctx)
	if err != nil {
		return nil, err
	}
	out := &phaseOut{}
	out.Body.Phase, out.Body.Plan, out.Body.Steps = string(s.Phase), []PlannedPhase{}, []PhaseStep{}
	for _, p := range s.Plan {
		out.Body.Plan = append(out.Body.Plan, PlannedPhase{string(p.Phase), p.Due, p.Note})
	}
	for _, step := range steps {
		w := PhaseStep{Act: step.Act, Phase: string(step.Phase)}
		if !step.When.IsZero() {
			w.At = &step.When
		}
		out.Body.Steps = append(out.Body.Steps, w)
	}
	return out, nil
}

func (a *API) setPhase(ctx context.Context, v *visit.Visit, in *phaseIn) (*phaseOut, error) {
	to, err := reelm.ParsePhase(in.Body.Phase)
	if err != nil {
		return nil, err
	}
	var at time.Time
	if in.Body.At != nil {
		at = *in.Body.At
	}
	steps, err := v.ChangePhase(ctx, to, at, in.Body.Note, in.Body.Dry)
	if err != nil {
		return nil, err
	}
	return phaseNow(ctx, v, steps)
}

// CountryBlock is something that a country does not see.
type CountryBlock struct {
	Scope   string    `json:"scope" enum:"realm,clip,account,left"`
	Country string    `json:"country" doc:"ISO 3166-1 alpha-2."`
	Clip    string    `json:"clip,omitempty"`
	Account string    `json:"account,omitempty" doc:"A handle."`
	By      string    `json:"by"`
	Order   string    `json:"order"`
	Appeal  string    `json:"appeal,omitempty"`
	Since   time.Time `json:"since"`
}

type blocksOut struct {
	Body struct {
		Items []CountryBlock `json:"items"`
	}
}

type blockIn struct {
	Body struct {
		Country string `json:"country" maxLength:"2"`
		Clip    string `json:"clip,omitempty" maxLength:"64" doc:"Only this clip."`
		Account string `json:"account,omitempty" maxLength:"64" doc:"Only this account, by its handle."`
		By      string `json:"by,omitempty" maxLength:"8000" doc:"Who ordered it, or lifted it."`
		Order   string `json:"order,omitempty" maxLength:"8000"`
		Appeal  string `json:"appeal,omitempty" maxLength:"8000"`
	}
}

func (a *API) countryBlocks(ctx context.Context, v *visit.Visit, _ *struct{}) (*blocksOut, error) {
	blocks, err := v.DB.CountryBlocks(ctx)
	if err != nil {
		return nil, err
	}
	out := &blocksOut{}
	out.Body.Items = []CountryBlock{}
	for _, b := range blocks {
		w := CountryBlock{Scope: b.Scope, Country: b.Country, By: b.By, Order: b.Order, Appeal: b.Appeal, Since: b.Since}
		switch b.Scope {
		case store.ScopeClip:
			w.Clip = reelm.ClipID(b.Subject).String()
		case store.ScopeAccount:
			w.Account = b.Handle
		}
		out.Body.Items = append(out.Body.Items, w)
	}
	return out, nil
}

func (a *API) blockCountry(ctx context.Context, v *visit.Visit, in *blockIn) (*blocksOut, error) {
	return a.changeBlock(ctx, v, in, v.Block)
}

func (a *API) unblockCountry(ctx context.Context, v *visit.Visit, in *blockIn) (*blocksOut, error) {
	return a.changeBlock(ctx, v, in, v.Unblock)
}

func (a *API) changeBlock(ctx context.Context, v *visit.Visit, in *blockIn, do func(context.Context, store.CountryBlock) error) (*blocksOut, error) {
	b, err := v.BlockOf(ctx, in.Body.Clip, in.Body.Account)
	if err != nil {
		return nil, err
	}
	b.Country, b.By, b.Order, b.Appeal = in.Body.Country, in.Body.By, in.Body.Order, in.Body.Appeal
	if err := do(ctx, b); err != nil {
		return nil, err
	}
	return a.countryBlocks(ctx, v, nil)
}

type requestIn struct {
	Body struct {
		From    string `json:"from" enum:"court,police,regulator,ministry,other"`
		Country string `json:"country" maxLength:"2" doc:"Whose authority it is."`
		Act     string `json:"act" enum:"removal,block,data,ranking,other" doc:"What was asked for."`
		Outcome string `json:"outcome" enum:"done,partly,refused,pending"`
		Number  int64  `json:"number,omitempty" minimum:"0" doc:"Of clips or accounts that it is about."`
		Who     string `json:"who" maxLength:"16000"`
		What    string `json:"what" maxLength:"16000"`
		Basis   string `json:"basis" maxLength:"16000"`
		Done    string `json:"done" maxLength:"16000"`
	}
}

type enteredOut struct {
	Body struct {
		Entry int64 `json:"entry" doc:"Index in the ledger."`
	}
}

func (a *API) noteRequest(ctx context.Context, v *visit.Visit, in *requestIn) (*enteredOut, error) {
	b := in.Body
	n, err := v.NoteRequest(ctx, realm.Request{From: b.From, Country: b.Country, Act: b.Act, Outcome: b.Outcome, Number: b.Number, Who: b.Who, What: b.What, Basis: b.Basis, Done: b.Done})
	out := &enteredOut{}
	out.Body.Entry = n
	return out, err
}

type realmWordsIn struct {
	Body struct {
		Operator *string `json:"operator,omitempty" maxLength:"2000" doc:"Who runs it."`
		Contact  *string `json:"contact,omitempty" maxLength:"400"`
		Farewell *string `json:"farewell,omitempty" maxLength:"64000" doc:"What the page of the closed realm says."`
	}
}

func (a *API) setRealmWords(ctx context.Context, v *visit.Visit, in *realmWordsIn) (*struct{}, error) {
	values := map[string]string{}
	for key, value := range map[string]*string{"operator": in.Body.Operator, "contact": in.Body.Contact, "farewell": in.Body.Farewell} {
		if value != nil {
			values[key] = *value
		}
	}
	return nil, v.Set(ctx, values)
}
