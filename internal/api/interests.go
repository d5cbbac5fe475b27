package api

import (
	"context"

	"reelm"
	"reelm/internal/visit"
)

// Interest is a subject with what the engine believes and what the viewer
// said.
type Interest struct {
	Subject
	Level    string  `json:"level" enum:"more,neutral,less,never"`
	Strength float64 `json:"strength" doc:"What the engine learned, -1 to 1; 0 if nothing."`
}

type interestsOut struct {
	Body struct {
		Items []Interest `json:"items"`
	}
}

func (a *API) interests(ctx context.Context, v *visit.Visit, _ *struct{}) (*interestsOut, error) {
	items, err := Interests(ctx, v)
	if err != nil {
		return nil, err
	}
	out := &interestsOut{}
	out.Body.Items = items
	return out, nil
}

// Interests lists what the engine believes of a visitor, with what they said
// first.
func Interests(ctx context.Context, v *visit.Visit) ([]Interest, error) {
	said, err := v.DB.Interests(ctx, v.Viewer)
	if err != nil {
		return nil, err
	}
	believed := map[reelm.Subject]float64{}
	learned := v.Feed.Interests(v.Viewer).Learned
	for _, t := range learned {
		believed[t.Subject] = t.Strength
	}
	items := []Interest{}
	add := func(s reelm.Subject, level reelm.Level, strength float64) error {
		sub, err := wireSubject(ctx, v, s)
		if err == nil {
			items = append(items, Interest{*sub, string(level), strength})
		}
		return err
	}
	told := map[reelm.Subject]bool{}
	for _, l := range said {
		told[l.Subject] = true
		if err := add(l.Subject, l.Level, believed[l.Subject]); err != nil {
			return nil, err
		}
	}
	for _, t := range learned {
		if told[t.Subject] {
			continue
		}
		if err := add(t.Subject, reelm.LevelNeutral, t.Strength); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// Wish is what a viewer tells the engine.
type Wish struct {
	Kind  string `json:"kind" enum:"tag,author,sound"`
	Key   string `json:"key" maxLength:"300" doc:"A tag, a handle or the id of an account, the id of a sound."`
	Level string `json:"level" enum:"more,neutral,less,never"`
}

type setInterestsIn struct {
	Body struct {
		Items []Wish `json:"items" maxItems:"100"`
	}
}

func (a *API) setInterests(ctx context.Context, v *visit.Visit, in *setInterestsIn) (*interestsOut, error) {
	type wish struct {
		s reelm.Subject
		l reelm.Level
	}
	var wishes []wish
	for _, it := range in.Body.Items {
		level, err := reelm.ParseLevel(it.Level)
		if err != nil {
			return nil, err
		}
		s, err := ParseSubject(ctx, v, it.Kind, it.Key)
		if err != nil {
			return nil, err
		}
		wishes = append(wishes, wish{s, level})
	}
	for _, w := range wishes {
		if err := v.DB.SetInterest(ctx, v.Viewer, w.s, w.l); err != nil {
			return nil, err
		}
	}
	if err := v.Feed.Acted(ctx, v.Viewer); err != nil {
		return nil, err
	}
	return a.interests(ctx, v, nil)
}

// ParseSubject reads a subject as people name it.
func ParseSubject(ctx context.Context, v *visit.Visit, kind, key string) (reelm.Subject, error) {
	bad := reelm.Wrong("key", "bad-subject", "there is no such %.10s", kind)
	switch k := reelm.SubjectKind(kind); k {
	case reelm.SubjectTag:
		tag, ok := reelm.FoldTag(key)
		if !ok {
			return reelm.Subject{}, bad
		}
		return reelm.Subject{Kind: k, Key: tag}, nil
	case reelm.SubjectAuthor:
		if id, err := reelm.ParseID[reelm.AccountID](key); err == nil {
			return reelm.Subject{Kind: k, Key: id.String()}, nil
		}
		acc, _, err := seenAccount(ctx, v, key)
		if err != nil {
			return reelm.Subject{}, bad
		}
		return reelm.Subject{Kind: k, Key: acc.ID.String()}, nil
	case reelm.SubjectSound:
		id, err := reelm.ParseID[reelm.SoundID](key)
		if err != nil {
			return reelm.Subject{}, bad
		}
		return reelm.Subject{Kind: k, Key: id.String()}, nil
	}
	return reelm.Subject{}, bad
}

func (a *API) resetInterests(ctx context.Context, v *visit.Visit, _ *struct{}) (*struct{}, error) {
	if err := v.DB.ResetTaste(ctx, v.Viewer); err != nil {
		return nil, err
	}
	return nil, v.Feed.Acted(ctx, v.Viewer)
}
