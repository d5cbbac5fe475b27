package api

import (
	"context"
	"time"

	"reelm"
	"reelm/internal/feed"
	"reelm/internal/visit"
)

type forYouIn struct {
	Limit   int    `query:"limit" minimum:"0" maximum:"50"`
	Next    string `query:"next" maxLength:"2000"`
	Profile string `query:"profile" enum:"on,off" doc:"off: without profiling, whatever is known of the viewer."`
}

// ServedClip is a clip with the serve that it came by.
type ServedClip struct {
	Serve string `json:"serve" doc:"Opaque token; it comes back with events."`
	Clip  Clip   `json:"clip"`
	Why   string `json:"why" doc:"One line of words."`
}

type forYouOut struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items []ServedClip `json:"items"`
		Next  *string      `json:"next"`
	}
}

func (a *API) forYou(ctx context.Context, v *visit.Visit, in *forYouIn) (*forYouOut, error) {
	items, cursor, err := ForYou(ctx, v, in.Limit, in.Next, in.Profile != "off")
	if err != nil {
		return nil, err
	}
	out := &forYouOut{CacheControl: "private, no-store"}
	out.Body.Items, out.Body.Next = items, next(cursor)
	return out, nil
}

// ServedID is a clip's id with the serve that it came by.
type ServedID struct {
	Serve string `json:"serve" doc:"Opaque token; it comes back with events."`
	Clip  string `json:"clip"`
}

type forYouIDsOut struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items []ServedID `json:"items"`
		Next  *string    `json:"next"`
	}
}

// forYouIDs is forYou for programs that have the clips already, or show them
// in their own way.
func (a *API) forYouIDs(ctx context.Context, v *visit.Visit, in *forYouIn) (*forYouIDsOut, error) {
	serves, cursor, err := ask(ctx, v, in.Limit, in.Next, in.Profile != "off")
	if err != nil {
		return nil, err
	}
	shown, err := mayShow(ctx, v, v.DB.ClipOutlines, serves)
	if err != nil {
		return nil, err
	}
	out := &forYouIDsOut{CacheControl: "private, no-store"}
	out.Body.Items, out.Body.Next = make([]ServedID, len(shown)), next(cursor)
	for i, s := range shown {
		token, err := feed.Sign(v.Realm, s.serve)
		if err != nil {
			return nil, err
		}
		out.Body.Items[i] = ServedID{Serve: token, Clip: s.clip.ID.String()}
	}
	return out, nil
}

// ForYou asks the engine for a visitor and shows what it answers. Pages use
// it too.
func ForYou(ctx context.Context, v *visit.Visit, limit int, cursor string, profile bool) ([]ServedClip, string, error) {
	serves, cursor, err := ask(ctx, v, limit, cursor, profile)
	if err != nil {
		return nil, "", err
	}
	items, err := ShowServes(ctx, v, serves)
	return items, cursor, err
}

func ask(ctx context.Context, v *visit.Visit, limit int, cursor string, profile bool) ([]reelm.Serve, string, error) {
	handed, err := feed.ParseCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	return v.Feed.For(ctx, feed.Request{Viewer: v.Viewer, Profiled: profile && v.Learns(), Limit: limit, At: v.Now(),
		Language: v.Language(), Country: v.Country, Handed: handed})
}

// shown is a serve with its clip.
type shown struct {
	serve *reelm.Serve
	clip  *reelm.Clip
}

// mayShow gives those of some serves that their visitor may see and does not
// mute. A clip that has vanished since the engine heard of it is left out.
func mayShow(ctx context.Context, v *visit.Visit, clips func(context.Context, []reelm.ClipID) ([]*reelm.Clip, error), serves []reelm.Serve) ([]shown, error) {
	ids := make([]reelm.ClipID, len(serves))
	bySlot := make(map[reelm.ClipID]*reelm.Serve, len(serves))
	for i := range serves {
		ids[i] = serves[i].Clip
		bySlot[serves[i].Clip] = &serves[i]
	}
	found, err := clips(ctx, ids)
	if err != nil {
		return nil, err
	}
	unwanted, err := v.DB.Unwanted(ctx, v.Viewer, found)
	if err != nil {
		return nil, err
	}
	out := make([]shown, 0, len(found))
	for _, c := range v.Unblocked(found) {
		if reelm.MayCache(c) && !unwanted[c.ID] {
			out = append(out, shown{bySlot[c.ID], c})
		}
	}
	return out, nil
}

// ShowServes shows serves with their clips.
func ShowServes(ctx context.Context, v *visit.Visit, serves []reelm.Serve) ([]ServedClip, error) {
	seen, err := mayShow(ctx, v, v.DB.ClipsByID, serves)
	if err != nil {
		return nil, err
	}
	clips := make([]*reelm.Clip, len(seen))
	for i := range seen {
		clips[i] = seen[i].clip
	}
	wired, err := wireClips(ctx, v, clips)
	if err != nil {
		return nil, err
	}
	items := make([]ServedClip, len(seen))
	for i, s := range seen {
		token, err := feed.Sign(v.Realm, s.serve)
		if err != nil {
			return nil, err
		}
		items[i] = ServedClip{Serve: token, Clip: wired[i], Why: WhyLine(v, s.serve, s.clip)}
	}
	return items, nil
}

type listIn struct {
	Limit int    `query:"limit" minimum:"0" maximum:"50"`
	Next  string `query:"next" maxLength:"200"`
}

type clipsOut struct {
	Body struct {
		Items []Clip  `json:"items"`
		Next  *string `json:"next"`
	}
}

// Event is one thing that was done with a serve.
type Event struct {
	Serve     string     `json:"serve" maxLength:"2048"`
	Kind      string     `json:"kind" maxLength:"32" example:"watch"`
	WatchedMS int64      `json:"watched_ms,omitempty" doc:"Of a watch: milliseconds in total for this serve; may exceed the duration."`
	At        *time.Time `json:"at,omitempty" doc:"Default: when it arrives."`
}

type eventsIn struct {
	Body struct {
		Events []Event `json:"events" maxItems:"100"`
	}
}

// RejectedEvent is an event of a batch that did not count.
type RejectedEvent struct {
	Index int    `json:"index"`
	Type  string `json:"type"`
}

type eventsOut struct {
	Body struct {
		Accepted int             `json:"accepted"`
		Rejected []RejectedEvent `json:"rejected"`
	}
}

func (a *API) postEvents(ctx context.Context, v *visit.Visit, in *eventsIn) (*eventsOut, error) {
	n := len(in.Body.Events)
	who := v.Address
	if v.Viewer != 0 {
		who = v.Viewer.String()
	}
	if !a.events.Allow(v.Name+" "+who, n, a.now()) || !a.eventsFrom.Allow(v.Name+" "+v.Address, n, a.now()) {
		return nil, reelm.ErrLimited
	}
	batch := make([]feed.Report, n)
	for i, e := range in.Body.Events {
		batch[i] = feed.Report{Serve: e.Serve, Kind: e.Kind, Watched: e.WatchedMS, At: e.At}
	}
	from := feed.From{Viewer: v.Viewer, Account: v.AccountID(), Learns: v.Learns()}
	accepted, rejected, likes, err := v.Feed.Record(ctx, from, batch)
	if err != nil {
		return nil, err
	}
	if err := noteWatched(ctx, v, in.Body.Events); err != nil {
		return nil, err
	}
	for _, l := range likes {
		if _, err := a.setLike(ctx, v, l.Clip.String(), l.On); err != nil && reelm.KindOf(err) == reelm.Internal {
			return nil, err
		}
	}
	out := &eventsOut{}
	out.Body.Accepted, out.Body.Rejected = accepted, []RejectedEvent{}
	for _, r := range rejected {
		out.Body.Rejected = append(out.Body.Rejected, RejectedEvent{r.Index, ProblemOf(r.Err, v.Lang).Type})
	}
	return out, nil
}

type serveIn struct {
	Serve string `path:"serve" maxLength:"2048"`
}

type whyOut struct {
	CacheControl string `header:"Cache-Control"`
	Body         Why
}

func (a *API) why(ctx context.Context, v *visit.Visit, in *serveIn) (*whyOut, error) {
	s, err := feed.Why(v.Realm, v.Viewer, in.Serve, v.Now())
	if err != nil {
		return nil, err
	}
	w, err := ExplainServe(ctx, v, s)
	if err != nil {
		return nil, err
	}
	return &whyOut{CacheControl: "private, no-store", Body: *w}, nil
}
