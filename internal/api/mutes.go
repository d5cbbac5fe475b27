package api

import (
	"context"

	"reelm"
	"reelm/internal/visit"
)

// Mute is something that a viewer does not want to meet.
type Mute struct {
	Kind  string `json:"kind" enum:"word,tag,account,sound"`
	Key   string `json:"key" maxLength:"300" doc:"One word, a tag, a handle or the id of an account, the id of a sound."`
	Label string `json:"label,omitempty" readOnly:"true" doc:"As people read it."`
}

type mutesOut struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items []Mute `json:"items"`
	}
}

func (a *API) mutes(ctx context.Context, v *visit.Visit, _ *struct{}) (*mutesOut, error) {
	items, err := Mutes(ctx, v)
	if err != nil {
		return nil, err
	}
	out := &mutesOut{CacheControl: "private, no-store"}
	out.Body.Items = items
	return out, nil
}

// Mutes lists what a visitor mutes, with words for it.
func Mutes(ctx context.Context, v *visit.Visit) ([]Mute, error) {
	rows, err := v.DB.Mutes(ctx, v.Viewer)
	if err != nil {
		return nil, err
	}
	items := make([]Mute, len(rows))
	for i, m := range rows {
		items[i] = Mute{Kind: string(m.Kind), Key: m.Key, Label: m.Key}
		kind := map[reelm.MuteKind]reelm.SubjectKind{reelm.MuteTag: reelm.SubjectTag, reelm.MuteAccount: reelm.SubjectAuthor, reelm.MuteSound: reelm.SubjectSound}[m.Kind]
		if kind == "" {
			continue
		}
		s, err := wireSubject(ctx, v, reelm.Subject{Kind: kind, Key: m.Key})
		if err != nil {
			return nil, err
		}
		items[i].Label = s.Label
	}
	return items, nil
}

type mutesIn struct {
	Body struct {
		Items []Mute `json:"items" maxItems:"500"`
	}
}

func (in *mutesIn) parse(ctx context.Context, v *visit.Visit) ([]reelm.Mute, error) {
	out := make([]reelm.Mute, len(in.Body.Items))
	for i, m := range in.Body.Items {
		if m.Kind == string(reelm.MuteAccount) {
			s, err := ParseSubject(ctx, v, string(reelm.SubjectAuthor), m.Key)
			if err != nil {
				return nil, err
			}
			m.Key = s.Key
		}
		var err error
		if out[i], err = reelm.ParseMute(m.Kind, m.Key); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (a *API) setMutes(ctx context.Context, v *visit.Visit, in *mutesIn) (*mutesOut, error) {
	return changeMutes(ctx, a, v, in, v.DB.SetMutes)
}

func (a *API) addMutes(ctx context.Context, v *visit.Visit, in *mutesIn) (*mutesOut, error) {
	return changeMutes(ctx, a, v, in, v.DB.AddMutes)
}

func (a *API) removeMutes(ctx context.Context, v *visit.Visit, in *mutesIn) (*mutesOut, error) {
	return changeMutes(ctx, a, v, in, v.DB.RemoveMutes)
}

func changeMutes(ctx context.Context, a *API, v *visit.Visit, in *mutesIn, change func(context.Context, reelm.ViewerID, []reelm.Mute) error) (*mutesOut, error) {
	list, err := in.parse(ctx, v)
	if err != nil {
		return nil, err
	}
	if err := change(ctx, v.Viewer, list); err != nil {
		return nil, err
	}
	if err := v.Feed.Acted(ctx, v.Viewer); err != nil {
		return nil, err
	}
	return a.mutes(ctx, v, nil)
}
