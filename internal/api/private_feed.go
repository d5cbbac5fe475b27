package api

import (
	"context"

	"reelm/internal/visit"
)

// PrivateFeed is an RSS feed of a list that only its owner sees, under an
// address that nobody can guess.
type PrivateFeed struct {
	List string `json:"list" doc:"following, history, or a folder's id."`
	Name string `json:"name"`
	URL  string `json:"url" doc:"Whoever knows it can read it."`
}

type privateFeedsOut struct {
	Body struct {
		Items []PrivateFeed `json:"items"`
	}
}

// PrivateFeedURL is the address of one list's feed.
func PrivateFeedURL(key, list string) string { return "/rss/" + key + "/" + list + ".rss" }

// PrivateFeeds are those of a visitor with an account, none if they did not
// ask for any.
func PrivateFeeds(ctx context.Context, v *visit.Visit) ([]PrivateFeed, error) {
	key, err := v.DB.RSSKey(ctx, v.Account.ID)
	if err != nil || key == "" {
		return []PrivateFeed{}, err
	}
	folders, err := Folders(ctx, v, 0)
	if err != nil {
		return nil, err
	}
	of := func(list, name string) PrivateFeed { return PrivateFeed{list, name, PrivateFeedURL(key, list)} }
	out := []PrivateFeed{of("following", v.Lang.T("feed.following"))}
	for _, f := range folders {
		out = append(out, of(f.ID, f.Name))
	}
	return append(out, of("history", v.Lang.T("saved.history"))), nil
}

func (a *API) privateFeeds(ctx context.Context, v *visit.Visit, _ *struct{}) (*privateFeedsOut, error) {
	out := &privateFeedsOut{}
	var err error
	out.Body.Items, err = PrivateFeeds(ctx, v)
	return out, err
}

func (a *API) renewFeeds(ctx context.Context, v *visit.Visit, _ *struct{}) (*privateFeedsOut, error) {
	if err := v.DB.NewRSSKey(ctx, v.Account.ID); err != nil {
		return nil, err
	}
	return a.privateFeeds(ctx, v, nil)
}

func (a *API) endFeeds(ctx context.Context, v *visit.Visit, _ *struct{}) (*struct{}, error) {
	return nil, v.DB.EndRSSKey(ctx, v.Account.ID)
}
