package api

import (
	"context"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

func clipList(ctx context.Context, v *visit.Visit, clips []*reelm.Clip, cursor store.Cursor, err error) (*clipsOut, error) {
	if err != nil {
		return nil, err
	}
	out := &clipsOut{}
	out.Body.Items, err = wireClips(ctx, v, v.Unblocked(clips))
	out.Body.Next = next(cursor.String())
	return out, err
}

func (a *API) following(ctx context.Context, v *visit.Visit, in *listIn) (*clipsOut, error) {
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	clips, cursor, err := v.DB.FollowingClips(ctx, v.Account.ID, p)
	return clipList(ctx, v, clips, cursor, err)
}

type accountClipsIn struct {
	Handle string `path:"handle" maxLength:"64"`
	listIn
}

func (a *API) accountClips(ctx context.Context, v *visit.Visit, in *accountClipsIn) (*clipsOut, error) {
	acc, _, err := seenAccount(ctx, v, in.Handle)
	if err != nil {
		return nil, err
	}
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	clips, cursor, err := v.DB.ClipsOf(ctx, v.AccountID(), acc.ID, p)
	return clipList(ctx, v, clips, cursor, err)
}

func (a *API) myClips(ctx context.Context, v *visit.Visit, in *listIn) (*clipsOut, error) {
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	clips, cursor, err := v.DB.OwnClips(ctx, v.Account.ID, p)
	return clipList(ctx, v, clips, cursor, err)
}

type tagIn struct {
	Tag string `path:"tag" maxLength:"300"`
	listIn
}

func (a *API) tagClips(ctx context.Context, v *visit.Visit, in *tagIn) (*clipsOut, error) {
	tag, ok := reelm.FoldTag(in.Tag)
	if !ok {
		return nil, reelm.ErrNotFound
	}
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	clips, cursor, err := v.DB.ClipsByTag(ctx, v.Reader(), tag, p)
	return clipList(ctx, v, clips, cursor, err)
}

type soundOut struct {
	Body struct {
		Sound
		Author string `json:"author" doc:"Handle."`
		Clip   string `json:"clip" doc:"The first clip that has it."`
		Uses   int64  `json:"uses"`
	}
}

func (a *API) getSound(ctx context.Context, v *visit.Visit, in *clipIDIn) (*soundOut, error) {
	id, err := reelm.ParseID[reelm.SoundID](in.ID)
	if err != nil {
		return nil, err
	}
	s, err := v.DB.SoundSeen(ctx, v.Reader(), id)
	if err != nil {
		return nil, err
	}
	out := &soundOut{}
	out.Body.Sound = Sound{ID: s.ID.String(), Name: s.Name, URL: "/sound/" + s.ID.String()}
	out.Body.Author, out.Body.Clip, out.Body.Uses = s.Handle, s.Clip.String(), s.Uses
	return out, nil
}

type soundClipsIn struct {
	ID string `path:"id" maxLength:"64"`
	listIn
}

func (a *API) soundClips(ctx context.Context, v *visit.Visit, in *soundClipsIn) (*clipsOut, error) {
	id, err := reelm.ParseID[reelm.SoundID](in.ID)
	if err != nil {
		return nil, err
	}
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	clips, cursor, err := v.DB.ClipsBySound(ctx, v.Reader(), id, p)
	return clipList(ctx, v, clips, cursor, err)
}
