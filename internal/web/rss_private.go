package web

import (
	"context"
	"net/http"
	"strings"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/auth"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// privateRSS is a list that only its owner sees, for their feed reader, which
// cannot sign in: the secret in the address stands for them. It shows what
// they would see now; the media of what not everybody may see are signed, and
// fetched within the hour.
func (s *Site) privateRSS(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	list, ok := strings.CutSuffix(r.PathValue("list"), ".rss")
	if !ok {
		return reelm.ErrNotFound
	}
	ctx := r.Context()
	owner, err := v.DB.AccountByRSSKey(ctx, r.PathValue("key"))
	if err != nil {
		return err
	}
	if err := v.MayEnter(ctx, owner); err != nil {
		return err
	}
	as := *v
	as.Identity = auth.Identity{Account: owner, Viewer: owner.ID.Viewer()}
	name, page, found, err := privateList(ctx, &as, list)
	if err != nil {
		return err
	}
	f := RSS{Title: name, Page: page, Private: true}
	if f.Clips, err = clips(ctx, &as, found); err != nil {
		return err
	}
	return s.sendRSS(w, r, &as, f)
}

// privateList gives a list's name, the page that shows it, and its newest
// clips.
func privateList(ctx context.Context, v *visit.Visit, list string) (name, page string, found []*reelm.Clip, err error) {
	all := store.Page{Limit: store.MaxPage}
	switch list {
	case "following":
		found, _, err = v.DB.FollowingClips(ctx, v.Account.ID, all)
		return v.Lang.T("feed.following"), "/following", found, err
	case "history":
		found, _, err = v.DB.History(ctx, v.Viewer, all)
		return v.Lang.T("saved.history"), "/saved/history", found, err
	}
	folders, err := api.Folders(ctx, v, 0)
	if err != nil {
		return "", "", nil, err
	}
	for _, f := range folders {
		if f.ID != list {
			continue
		}
		id, err := api.ParseFolder(list)
		if err != nil {
			return "", "", nil, err
		}
		found, _, err = v.DB.KeptClips(ctx, v.Account.ID, id, all)
		return f.Name, f.URL, found, err
	}
	return "", "", nil, reelm.ErrNotFound
}

// privateFeed names a list's feed on its page, if its owner asked for one.
func privateFeed(r *http.Request, v *visit.Visit, list, title string) ([]Alternate, error) {
	if v.Account == nil {
		return nil, nil
	}
	key, err := v.DB.RSSKey(r.Context(), v.Account.ID)
	if err != nil || key == "" {
		return nil, err
	}
	return []Alternate{{Title: title, URL: api.PrivateFeedURL(key, list)}}, nil
}

// editFeeds makes new addresses for somebody's private feeds, or ends them.
func (s *Site) editFeeds(w http.ResponseWriter, r *http.Request, _ *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	method := http.MethodPut
	if r.PostForm.Get("do") == "end" {
		method = http.MethodDelete
	}
	if err := s.call(r, method, "/me/feeds", nil, nil); err != nil {
		return err
	}
	return redirect(w, r, "/settings#feeds")
}
