package api

import (
	"context"

	"reelm"
	"reelm/internal/visit"
)

// Why is the exact explanation of a serve: its parts sum to the score.
type Why struct {
	Source     string  `json:"source"`
	Score      float64 `json:"score"`
	Propensity float64 `json:"propensity" doc:"The probability with which this clip got this slot."`
	Words      string  `json:"words" doc:"How the clip was found."`
	Parts      []Part  `json:"parts"`
	Clip       string  `json:"clip"`
	Profiled   bool    `json:"profiled"`
}

// Part is one addend of the score.
type Part struct {
	Name         string   `json:"name"`
	Value        float64  `json:"value"`
	Contribution float64  `json:"contribution"`
	Words        string   `json:"words"`
	Subject      *Subject `json:"subject,omitempty"`
}

// Subject is something that one can want more or less of.
type Subject struct {
	Kind  string `json:"kind" enum:"tag,author,sound"`
	Key   string `json:"key"`
	Label string `json:"label"`
}

// ExplainServe says why a clip was shown, in numbers and words.
func ExplainServe(ctx context.Context, v *visit.Visit, s *reelm.Serve) (*Why, error) {
	c, err := v.DB.Clip(ctx, s.Clip)
	if err != nil {
		return nil, err
	}
	w := &Why{Source: s.Source, Score: s.Score, Propensity: s.Propensity, Clip: s.Clip.String(), Profiled: s.Profiled, Words: WhyLine(v, s, c), Parts: []Part{}}
	for _, p := range s.Parts {
		part := Part{Name: p.Name, Value: p.Value, Contribution: p.Contribution}
		label := ""
		if p.Subject != nil {
			sub, err := wireSubject(ctx, v, *p.Subject)
			if err != nil {
				return nil, err
			}
			part.Subject, label = sub, sub.Label
		}
		part.Words = partWords(v, p, label)
		w.Parts = append(w.Parts, part)
	}
	return w, nil
}

// partWords says what one part means, with its subject where it has one.
func partWords(v *visit.Visit, p reelm.Part, label string) string {
	if label != "" && v.Lang.Has("why.part."+p.Name+".subject") {
		return v.Lang.T("why.part."+p.Name+".subject", "subject", label)
	}
	return v.Lang.T("why.part." + p.Name)
}

// WhyLine says in one line how a clip was found.
func WhyLine(v *visit.Visit, s *reelm.Serve, c *reelm.Clip) string {
	tag := ""
	if len(c.Tags) > 0 {
		tag = "#" + c.Tags[0]
	}
	key := "why.source." + s.Source
	if s.Source == "affinity" && tag == "" {
		key = "why.source.affinity.author"
	}
	return v.Lang.T(key, "author", "@"+c.Handle, "tag", tag)
}

func wireSubject(ctx context.Context, v *visit.Visit, s reelm.Subject) (*Subject, error) {
	out := &Subject{Kind: string(s.Kind), Key: s.Key, Label: s.Key}
	switch s.Kind {
	case reelm.SubjectTag:
		out.Label = "#" + s.Key
	case reelm.SubjectAuthor:
		id, err := reelm.ParseID[reelm.AccountID](s.Key)
		if err != nil {
			return nil, err
		}
		a, err := v.DB.Account(ctx, id)
		if reelm.KindOf(err) == reelm.NotFound {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out.Label = "@" + a.Handle
	case reelm.SubjectSound:
		id, err := reelm.ParseID[reelm.SoundID](s.Key)
		if err != nil {
			return nil, err
		}
		sound, err := v.DB.Sound(ctx, id)
		if reelm.KindOf(err) == reelm.NotFound {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if out.Label = sound.Name; out.Label == "" {
			out.Label = v.Lang.T("sound.original", "author", "@"+sound.Handle)
		}
	}
	return out, nil
}
