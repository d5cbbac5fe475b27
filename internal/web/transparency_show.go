package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"reelm/internal/visit"
)

// TransparencyPage tells a citizen what decides what they see.
type TransparencyPage struct {
	Layout
	Version   string // of the constitution
	Weights   []Weight
	Shares    []Weight // of the sources
	Exposures int64    // promised to every new clip
	Waiting   string   // how long the promise takes now, "" if unknown
	Changes   []Change
}

// Weight is one figure of the constitution in words.
type Weight struct{ Label, Value string }

// Change is one change of the constitution.
type Change struct {
	At   time.Time
	Text string
}

func (TransparencyPage) template() string { return "transparency" }

func (s *Site) transparency(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	c := v.Feed.Constitution()
	p := &TransparencyPage{Layout: s.layout(r, v, "", v.Lang.T("transparency.title")), Version: fmt.Sprint(c.Version), Exposures: int64(c.Guarantee.Exposures)}
	p.Description = v.Lang.T("transparency.lead", "realm", p.Realm)
	var err error
	if p.Weights, err = figures(v, "transparency.weight.", c.Weights, func(x float64) string { return v.Lang.Decimal(x, 2) }); err != nil {
		return err
	}
	if p.Shares, err = figures(v, "transparency.source.", c.Sources, v.Lang.Percent); err != nil {
		return err
	}
	if d := v.Feed.Debt(); d.Median > 0 {
		p.Waiting = lasting(v, time.Duration(d.Median)*time.Millisecond)
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
