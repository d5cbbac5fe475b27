package api

import (
	"context"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

type accountsOut struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items []Account `json:"items"`
		Next  *string   `json:"next"`
	}
}

// wirePeople shows a page of accounts to a visitor.
func wirePeople(ctx context.Context, v *visit.Visit, p store.People) (*accountsOut, error) {
	out := &accountsOut{CacheControl: "private, no-store"}
	out.Body.Items, out.Body.Next = []Account{}, next(p.Next.String())
	follows, err := v.DB.FollowedAmong(ctx, v.AccountID(), p.Accounts)
	if err != nil {
		return nil, err
	}
	for _, a := range p.Accounts {
		if v.MaySeeAccount(a.ID) != nil {
			continue
		}
		out.Body.Items = append(out.Body.Items, wireAccount(v, a, follows[a.ID]))
	}
	return out, nil
}

type circleIn struct {
	Handle string `path:"handle" maxLength:"64"`
	listIn
}

func (a *API) followers(ctx context.Context, v *visit.Visit, in *circleIn) (*accountsOut, error) {
	return circle(ctx, v, in, v.DB.FollowersOf)
}

func (a *API) followed(ctx context.Context, v *visit.Visit, in *circleIn) (*accountsOut, error) {
	return circle(ctx, v, in, v.DB.FollowedBy)
}

type circleOf func(ctx context.Context, viewer, account reelm.AccountID, p store.Page) (store.People, error)

func circle(ctx context.Context, v *visit.Visit, in *circleIn, list circleOf) (*accountsOut, error) {
	acc, rel, err := seenAccount(ctx, v, in.Handle)
	if err != nil {
		return nil, err
	}
	if err := reelm.MaySeeCircle(acc, rel); err != nil {
		return nil, err
	}
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	people, err := list(ctx, v.AccountID(), acc.ID, p)
	if err != nil {
		return nil, err
	}
	return wirePeople(ctx, v, people)
}

func (a *API) followRequests(ctx context.Context, v *visit.Visit, in *listIn) (*accountsOut, error) {
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	people, err := v.DB.FollowRequests(ctx, v.Account.ID, p)
	if err != nil {
		return nil, err
	}
	return wirePeople(ctx, v, people)
}

func (a *API) acceptFollow(ctx context.Context, v *visit.Visit, in *handleIn) (*struct{}, error) {
	return nil, answerFollow(ctx, v, in.Handle, true)
}

func (a *API) refuseFollow(ctx context.Context, v *visit.Visit, in *handleIn) (*struct{}, error) {
	return nil, answerFollow(ctx, v, in.Handle, false)
}

func answerFollow(ctx context.Context, v *visit.Visit, handle string, accept bool) error {
	acc, _, err := seenAccount(ctx, v, handle)
	if err != nil {
		return err
	}
	return v.DB.AnswerFollow(ctx, v.Account.ID, acc.ID, accept)
}

// removeFollower ends somebody's follow of whoever asks.
func (a *API) removeFollower(ctx context.Context, v *visit.Visit, in *handleIn) (*struct{}, error) {
	acc, _, err := seenAccount(ctx, v, in.Handle)
	if err != nil {
		return nil, err
	}
	return nil, v.DB.UnfollowAccount(ctx, acc.ID, v.Account.ID)
}

func (a *API) blocks(ctx context.Context, v *visit.Visit, in *listIn) (*accountsOut, error) {
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	people, err := v.DB.Blocks(ctx, v.Account.ID, p)
	if err != nil {
		return nil, err
	}
	return wirePeople(ctx, v, people)
}

func (a *API) block(ctx context.Context, v *visit.Visit, in *handleIn) (*struct{}, error) {
	acc, err := accountToBlock(ctx, v, in.Handle)
	if err != nil {
		return nil, err
	}
	if err := v.DB.Block(ctx, v.Account.ID, acc.ID); err != nil {
		return nil, err
	}
	return nil, v.Feed.Acted(ctx, v.Viewer)
}

func (a *API) unblock(ctx context.Context, v *visit.Visit, in *handleIn) (*struct{}, error) {
	acc, err := accountToBlock(ctx, v, in.Handle)
	if err != nil {
		return nil, err
	}
	if err := v.DB.Unblock(ctx, v.Account.ID, acc.ID); err != nil {
		return nil, err
	}
	return nil, v.Feed.Acted(ctx, v.Viewer)
}

// accountToBlock finds an account whether or not a block lies between: who is
// blocked can block back.
func accountToBlock(ctx context.Context, v *visit.Visit, handle string) (*reelm.Account, error) {
	h, err := reelm.ParseHandle(handle)
	if err != nil {
		return nil, reelm.ErrNotFound
	}
	return v.DB.AccountByHandle(ctx, h)
}
