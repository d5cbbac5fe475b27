package api

import (
	"context"

	"reelm/internal/store"
	"reelm/internal/visit"
)

// Watching is how somebody wants to watch. The player keeps to it.
type Watching struct {
	DailyMinutes int     `json:"daily_minutes" minimum:"0" maximum:"1440" doc:"The feed pauses after so many minutes a day; 0: it does not."`
	NightFrom    *string `json:"night_from" doc:"It pauses from then on, as 22:00."`
	NightUntil   *string `json:"night_until"`
	Paged        bool    `json:"paged" doc:"A page at a time: the next one has to be asked for."`
	Autoplay     bool    `json:"autoplay"`
	Saver        bool    `json:"saver" doc:"Small pictures, and nothing is loaded ahead."`
	Captions     bool    `json:"captions"`
}

type watchingIn struct{ Body Watching }

type watchingOut struct{ Body Watching }

// WatchingOf gives how a visitor with an account wants to watch.
func WatchingOf(ctx context.Context, v *visit.Visit) (Watching, error) {
	w, err := v.DB.Watching(ctx, v.Account.ID)
	return Watching{DailyMinutes: w.Daily, NightFrom: clock(w.NightFrom), NightUntil: clock(w.NightUntil), Paged: w.Paged, Autoplay: w.Autoplay, Saver: w.Saver, Captions: w.Captions}, err
}

func (a *API) watching(ctx context.Context, v *visit.Visit, _ *struct{}) (*watchingOut, error) {
	w, err := WatchingOf(ctx, v)
	return &watchingOut{w}, err
}

func (a *API) setWatching(ctx context.Context, v *visit.Visit, in *watchingIn) (*watchingOut, error) {
	b := in.Body
	w := store.Watching{Daily: b.DailyMinutes, Paged: b.Paged, Autoplay: b.Autoplay, Saver: b.Saver, Captions: b.Captions}
	var err error
	if w.NightFrom, err = minutes("night_from", b.NightFrom); err != nil {
		return nil, err
	}
	if w.NightUntil, err = minutes("night_until", b.NightUntil); err != nil {
		return nil, err
	}
	if err := v.DB.SetWatching(ctx, v.Account.ID, w); err != nil {
		return nil, err
	}
	return a.watching(ctx, v, nil)
}
