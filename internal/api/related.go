package api

import (
	"context"

	"reelm"
	"reelm/internal/feed"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// suggestMost is how many people are suggested at most.
const suggestMost = 50

type suggestedIn struct {
	Limit int `query:"limit" minimum:"0" maximum:"50"`
}

func (a *API) suggested(ctx context.Context, v *visit.Visit, in *suggestedIn) (*accountsOut, error) {
	found, err := Suggested(ctx, v, in.Limit)
	if err != nil {
		return nil, err
	}
	return wirePeople(ctx, v, store.People{Accounts: found})
}

// Suggested gives people whom a visitor may want to follow, the likeliest
// first; limit 0: 10.
func Suggested(ctx context.Context, v *visit.Visit, limit int) ([]*reelm.Account, error) {
	if limit <= 0 {
		limit = 10
	}
	ids := v.Feed.Suggest(related(v, suggestMost))
	found, err := v.DB.Strangers(ctx, v.AccountID(), ids)
	return found[:min(limit, len(found))], err
}

// related is what is asked for a visitor beside the feed.
func related(v *visit.Visit, limit int) feed.Request {
	return feed.Request{Viewer: v.Viewer, Profiled: v.Learns(), Limit: limit, At: v.Now(), Language: v.Language(), Country: v.Country}
}

type similarIn struct {
	ID    string `path:"id" maxLength:"64"`
	Limit int    `query:"limit" minimum:"0" maximum:"50"`
}

func (a *API) similar(ctx context.Context, v *visit.Visit, in *similarIn) (*clipsOut, error) {
	c, err := seenClip(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	found, err := Similar(ctx, v, c, in.Limit)
	return clipList(ctx, v, found, store.Cursor{}, err)
}

// Similar gives clips that go with a clip and that everybody may see, but
// those whom the visitor mutes or blocks; limit 0: 10.
func Similar(ctx context.Context, v *visit.Visit, c *reelm.Clip, limit int) ([]*reelm.Clip, error) {
	if limit <= 0 {
		limit = 10
	}
	ids := v.Feed.Similar(c.ID, related(v, 2*limit))
	found, err := v.DB.ClipsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	unwanted, err := v.DB.Unwanted(ctx, v.Viewer, found)
	if err != nil {
		return nil, err
	}
	var out []*reelm.Clip
	for _, x := range v.Unblocked(found) {
		if reelm.MayCache(x) && !unwanted[x.ID] && len(out) < limit {
			out = append(out, x)
		}
	}
	return out, nil
}
