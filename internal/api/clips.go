package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

type clipOut struct {
	CacheControl string `header:"Cache-Control"`
	Body         Clip
}

func (a *API) getClip(ctx context.Context, v *visit.Visit, in *clipIDIn) (*clipOut, error) {
	c, err := seenClip(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	return showClip(ctx, v, c)
}

func showClip(ctx context.Context, v *visit.Visit, c *reelm.Clip) (*clipOut, error) {
	w, err := wireClips(ctx, v, []*reelm.Clip{c})
	if err != nil {
		return nil, err
	}
	return &clipOut{CacheControl: "private, no-store", Body: w[0]}, nil
}

// WireClip shows one clip to a visitor. Pages use it too.
func WireClip(ctx context.Context, v *visit.Visit, c *reelm.Clip) (Clip, error) {
	w, err := wireClips(ctx, v, []*reelm.Clip{c})
	if err != nil {
		return Clip{}, err
	}
	return w[0], nil
}

// WireClips shows clips to a visitor, in order.
func WireClips(ctx context.Context, v *visit.Visit, clips []*reelm.Clip) ([]Clip, error) {
	return wireClips(ctx, v, clips)
}

type editClipIn struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Caption    *string `json:"caption,omitempty" maxLength:"40000"`
		Language   *string `json:"language,omitempty" maxLength:"40"`
		Visibility *string `json:"visibility,omitempty" maxLength:"40"`
		Comments   *string `json:"comments,omitempty" enum:"everybody,followers,off" doc:"Who may comment."`
	}
}

func (a *API) editClip(ctx context.Context, v *visit.Visit, in *editClipIn) (*clipOut, error) {
	c, err := ownClip(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	var e store.ClipEdit
	if in.Body.Caption != nil {
		caption, err := reelm.ParseCaption(*in.Body.Caption)
		if err != nil {
			return nil, err
		}
		e.Caption = &caption
	}
	if in.Body.Language != nil {
		l, err := reelm.ParseLanguage(*in.Body.Language, "")
		if err != nil {
			return nil, err
		}
		e.Language = &l
	}
	if in.Body.Visibility != nil {
		vis, err := reelm.ParseVisibility(*in.Body.Visibility)
		if err != nil {
			return nil, err
		}
		e.Visibility = &vis
	}
	e.CommentsFrom = in.Body.Comments
	if c, err = v.DB.EditClip(ctx, c.ID, e); err != nil {
		return nil, err
	}
	return showClip(ctx, v, c)
}

// ownClip finds a clip that the visitor made.
func ownClip(ctx context.Context, v *visit.Visit, id string) (*reelm.Clip, error) {
	c, err := seenClip(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if c.Author != v.AccountID() {
		return nil, reelm.ErrForbidden
	}
	return c, nil
}

func (a *API) deleteClip(ctx context.Context, v *visit.Visit, in *clipIDIn) (*struct{}, error) {
	c, err := ownClip(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, v.DB.DeleteClip(ctx, c.ID)
}

func (a *API) retryClip(ctx context.Context, v *visit.Visit, in *clipIDIn) (*clipOut, error) {
	c, err := ownClip(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	if err := v.DB.RetryClip(ctx, c.ID); err != nil {
		return nil, err
	}
	if c, err = v.DB.Clip(ctx, c.ID); err != nil {
		return nil, err
	}
	return showClip(ctx, v, c)
}

// liveEvery is how long a live stream is silent at most.
const liveEvery = 15 * time.Second

// liveClip sends the clip each time that it changes, until it is ready with
// all that follows, failed or removed, or the page is closed.
func (a *API) liveClip(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := visit.From(ctx)
	if err := v.Allow(ctx, reelm.ActLook); err != nil {
		return err
	}
	c, err := seenClip(ctx, v, r.PathValue("id"))
	if err != nil {
		return err
	}
	ear, end := v.Live.Listen(c.ID.String())
	defer end()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	rc := http.NewResponseController(w)
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	for {
		out, err := showClip(ctx, v, c)
		if err != nil {
			return nil // the answer has begun
		}
		b, err := json.Marshal(out.Body)
		if err != nil {
			return nil
		}
		if err := rc.SetWriteDeadline(time.Now().Add(2 * liveEvery)); err != nil {
			return nil
		}
		if _, err := fmt.Fprintf(w, "event: clip\ndata: %s\n\n", b); err != nil || rc.Flush() != nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-v.Live.Done():
			return nil
		case <-ear.Changed():
		case <-tick.C:
		}
		if c, err = seenClip(ctx, v, c.ID.String()); err != nil {
			return nil
		}
	}
}
