package web

import (
	"math"
	"net/http"
	"slices"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/feed"
	"reelm/internal/visit"
)

// WhyPage says why a clip was shown, for who has no scripts.
type WhyPage struct {
	Layout
	Clip       *Clip
	Source     string // in words: how the clip was found
	Reasons    []Reason
	Score      string
	Propensity string
	Levels     []Option
	Back       string
}

// Reason is one part of the score.
type Reason struct {
	Words     string
	Share     string  // of all that was weighed, written, with a sign
	Part      float64 // the same from 0 to 1, for the bar
	Against   bool    // it spoke against the clip
	Kind, Key string  // of the subject, "" if there is none to change
}

func (WhyPage) template() string { return "why" }

func (s *Site) why(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	serve, err := feed.Why(v.Realm, v.Viewer, r.URL.Query().Get("serve"), v.Now())
	if err != nil {
		return err
	}
	c, err := v.DB.Clip(r.Context(), serve.Clip)
	if err != nil {
		return err
	}
	if err := v.MaySee(r.Context(), c); err != nil {
		return err
	}
	why, err := api.ExplainServe(r.Context(), v, serve)
	if err != nil {
		return err
	}
	shown, err := clips(r.Context(), v, []*reelm.Clip{c})
	if err != nil {
		return err
	}
	p := &WhyPage{Layout: s.layout(r, v, "", v.Lang.T("why.title")), Clip: &shown[0], Source: why.Words, Back: r.URL.RequestURI(),
		Score: v.Lang.Decimal(why.Score, 3), Reasons: reasons(v, why)}
	p.Hidden = true
	if why.Propensity > 0 && why.Propensity < 1 {
		p.Propensity = v.Lang.Percent(why.Propensity)
	}
	if v.Viewer != 0 {
		p.Levels = options(v.Lang, "level.", string(reelm.LevelMore), string(reelm.LevelLess), string(reelm.LevelNever))
	}
	return s.show(w, r, v, http.StatusOK, p)
}

// reasons lists all parts of a score, the strongest first, with what each is of
// all that was weighed: for and against, without the signs, they sum to one.
func reasons(v *visit.Visit, why *api.Why) []Reason {
	parts := slices.Clone(why.Parts)
	slices.SortStableFunc(parts, func(a, b api.Part) int {
		switch d := math.Abs(b.Contribution) - math.Abs(a.Contribution); {
		case d < 0:
			return -1
		case d > 0:
			return 1
		}
		return 0
	})
	var sum float64
	for _, p := range parts {
		sum += math.Abs(p.Contribution)
	}
	var out []Reason
	for _, p := range parts {
		if sum == 0 || math.Abs(p.Contribution)/sum < .005 {
			continue
		}
		share := p.Contribution / sum
		reason := Reason{Words: p.Words, Share: v.Lang.Percent(share), Part: math.Abs(share), Against: share < 0}
		if p.Subject != nil && v.Viewer != 0 {
			reason.Kind, reason.Key = p.Subject.Kind, p.Subject.Key
		}
		out = append(out, reason)
	}
	return out
}
