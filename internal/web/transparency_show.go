package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// TransparencyPage tells a citizen what decides what they see, what the
// operator did, and how to check both.
type TransparencyPage struct {
	Layout
	Version   string // of the constitution
	Weights   []Weight
	Shares    []Weight // of the sources
	Diversity []Weight // what a clip loses for what it has in common with those before it
	Window    int64    // so many before it
	Document  string   // the constitution as it stands, JSON
	Explore   string   // share of the slots that look for an audience
	Exposures int64    // promised to every new clip
	Waiting   string   // how long the promise takes now, "" if unknown
	Behind    int64    // clips to which it can hardly be kept in time

	Operator, Contact string
	Phase             string
	Plan              []Notice
	Changes           []Act // of the rules and the phase
	Blocked           []BlockedHere
	Asked             []Act // by authorities, and decided
	Figures           []Figure

	Key, Root string
	Size      int64
}

// Weight is one figure of the constitution in words.
type Weight struct{ Label, Value string }

// BlockedHere is what a country does not see now.
type BlockedHere struct {
	Since             time.Time
	What, Country     string
	By, Order, Appeal string
}

func (TransparencyPage) template() string { return "transparency" }

// shownActs is how many acts of a sort the page shows; the rest is one link
// away.
const shownActs = 12

func (s *Site) transparency(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	ctx, t := r.Context(), v.Lang.T
	p := &TransparencyPage{Layout: s.layout(r, v, "", t("transparency.title"))}
	p.Description = t("transparency.lead", "realm", p.Realm)
	set, err := v.Settings(ctx)
	if err != nil {
		return err
	}
	p.Operator, p.Contact, p.Phase = set.Operator, set.Contact, string(set.Phase)
	for _, step := range set.Plan {
		p.Plan = append(p.Plan, Notice{At: step.Due, Note: step.Note,
			Text: t("phase.next", "date", v.Lang.Date(step.Due), "means", phaseMeans(v.Lang, string(step.Phase), set.Title, set.Handover.To))})
	}
	if v.Feed != nil { // of a purged realm only the record is left
		if err := p.decides(v); err != nil {
			return err
		}
	}
	if p.Changes, err = newest(ctx, v, ledger.KindConstitution, ledger.KindPhase, ledger.KindOwner, ledger.KindSplit, ledger.KindPurge, ledger.KindReceipt, ledger.KindCertificate); err != nil {
		return err
	}
	if p.Asked, err = newest(ctx, v, ledger.KindRequest, ledger.KindBlock, ledger.KindDecision, ledger.KindPermit, ledger.KindExport, ledger.KindRule); err != nil {
		return err
	}
	if err := p.blocked(ctx, v); err != nil {
		return err
	}
	months, err := v.DB.LedgerMonths(ctx)
	if err != nil {
		return err
	}
	p.Figures = figuresOf(v.Lang, months, v.Now())
	if err := p.record(ctx, v); err != nil {
		return err
	}
	return s.show(w, r, v, http.StatusOK, p)
}

// decides fills in what the ranking is made of.
func (p *TransparencyPage) decides(v *visit.Visit) (err error) {
	c := v.Feed.Constitution()
	p.Version, p.Exposures, p.Explore = fmt.Sprint(c.Version), int64(c.Guarantee.Exposures), v.Lang.Percent(c.Explore)
	if p.Weights, err = figures(v, "transparency.weight.", c.Weights, func(x float64) string { return v.Lang.Decimal(x, 2) }); err != nil {
		return err
	}
	if p.Shares, err = figures(v, "transparency.source.", c.Sources, v.Lang.Percent); err != nil {
		return err
	}
	d := c.Diversity
	p.Window = int64(d.Window)
	if p.Diversity, err = figures(v, "transparency.diversity.", map[string]float64{"author": d.Author, "tag": d.Tag, "sound": d.Sound, "taste": d.Taste}, v.Lang.Percent); err != nil {
		return err
	}
	doc, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	p.Document = string(doc)
	debt := v.Feed.Debt()
	p.Behind = int64(debt.Doubtful)
	if debt.Median > 0 {
		p.Waiting = lasting(v, time.Duration(debt.Median)*time.Millisecond)
	}
	return nil
}

// newest are the latest acts of some kinds, in words.
func newest(ctx context.Context, v *visit.Visit, kinds ...ledger.Kind) ([]Act, error) {
	entries, err := v.DB.Entries(ctx, 0, kinds...)
	if err != nil {
		return nil, err
	}
	acts, err := actsOf(v.Lang, entries)
	return acts[:min(len(acts), shownActs)], err
}

func (p *TransparencyPage) blocked(ctx context.Context, v *visit.Visit) error {
	blocks, err := v.Blocks(ctx)
	if err != nil {
		return err
	}
	for _, b := range blocks.All() {
		if b.Scope == store.ScopeLeft {
			continue
		}
		p.Blocked = append(p.Blocked, BlockedHere{Since: b.Since, What: named(v.Lang, "ledger.scope.", b.Scope), Country: country(v.Lang, b.Country),
			By: b.By, Order: b.Order, Appeal: b.Appeal})
	}
	return nil
}

// record fills in where the ledger stands.
func (p *TransparencyPage) record(ctx context.Context, v *visit.Visit) error {
	key, err := v.LedgerKey(ctx)
	if err != nil {
		return err
	}
	signed, err := v.DB.Ledger().Fetch(ctx, ledger.CheckpointPath)
	if err != nil {
		return err
	}
	c, err := ledger.PeekCheckpoint(signed)
	p.Key, p.Size, p.Root = string(key), c.Tree.N, c.Tree.Hash.String()
	return err
}

// LedgerPage is the whole record, a page at a time.
type LedgerPage struct {
	Layout
	Acts []Act
	Next string
}

func (LedgerPage) template() string { return "ledger" }

func (s *Site) ledger(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	var below int64
	if before := r.URL.Query().Get("before"); before != "" {
		var err error
		if below, err = strconv.ParseInt(before, 10, 64); err != nil || below < 1 {
			return reelm.Wrong("before", "bad-number", "the index of an entry")
		}
	}
	entries, err := v.DB.Entries(r.Context(), below)
	if err != nil {
		return err
	}
	p := &LedgerPage{Layout: s.layout(r, v, "", v.Lang.T("ledger.title"))}
	if p.Acts, err = actsOf(v.Lang, entries); err != nil {
		return err
	}
	if n := len(entries); n == store.EntriesPage && entries[n-1].N > 0 {
		p.Next = fmt.Sprintf("/transparency/ledger?before=%d", entries[n-1].N)
	}
	return s.show(w, r, v, http.StatusOK, p)
}

// figures lists the fields of a part of the constitution in its own order, in
// words. A field without words shows its name: nothing is left out.
func figures(v *visit.Visit, prefix string, part any, write func(float64) string) ([]Weight, error) {
	b, err := json.Marshal(part)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	var out []Weight
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var x float64
		if err := d.Decode(&x); err != nil {
			return nil, err
		}
		label := fmt.Sprint(name)
		if key := prefix + label; v.Lang.Has(key) {
			label = v.Lang.T(key)
		}
		out = append(out, Weight{label, write(x)})
	}
	return out, nil
}

// lasting writes a rough duration in one unit.
func lasting(v *visit.Visit, d time.Duration) string {
	switch {
	case d < time.Hour:
		return v.Lang.T("lasting.minutes", "n", max(1, int(d.Minutes())))
	case d < 48*time.Hour:
		return v.Lang.T("lasting.hours", "n", int(d.Hours()))
	}
	return v.Lang.T("lasting.days", "n", int(d.Hours()/24))
}
