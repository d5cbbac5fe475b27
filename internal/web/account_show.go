package web

import (
	"net/http"
	"net/url"
	"strings"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// AccountPage is a profile.
type AccountPage struct {
	Layout
	Person Person
	Clips  []Clip
	Next   string
	Empty  Empty
}

func (AccountPage) template() string { return "account" }

// seenAccount finds an account that the visitor may see.
func seenAccount(r *http.Request, v *visit.Visit, handle string) (*reelm.Account, Person, error) {
	h, err := reelm.ParseHandle(handle)
	if err != nil {
		return nil, Person{}, reelm.ErrNotFound
	}
	a, err := v.DB.AccountByHandle(r.Context(), h)
	if err != nil {
		return nil, Person{}, err
	}
	rel, err := v.DB.Relation(r.Context(), v.AccountID(), a.ID)
	if err == nil && (rel.Blocked || !a.Leaving.IsZero()) && !rel.Moderator {
		err = reelm.ErrNotFound
	}
	if err == nil && !rel.Moderator {
		err = v.MaySeeAccount(a.ID)
	}
	p := Person{Handle: a.Handle, Name: a.Name, Bio: a.Bio, Followers: a.Followers, Following: a.Following, Clips: a.Clips,
		Followed: rel.Follows, Self: rel.Self}
	if a.Avatar != "" {
		p.Avatar = api.AvatarURL(a.Avatar)
	}
	if err == nil && v.Account != nil && !rel.Follows {
		p.Requested, err = v.DB.Requested(r.Context(), v.Account.ID, a.ID)
	}
	return a, p, err
}

// account is everything of one segment that is no page of its own: /@HANDLE
// and its feed, and the feed of everybody.
func (s *Site) account(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	name, feed := strings.CutSuffix(r.PathValue("name"), ".rss")
	if name == "" && feed {
		return s.newest(w, r, v)
	}
	if name == "search" && feed {
		return s.searchFeed(w, r, v)
	}
	handle, ok := strings.CutPrefix(name, "@")
	if !ok {
		return reelm.ErrNotFound
	}
	a, person, err := seenAccount(r, v, handle)
	if err != nil {
		return err
	}
	if person.Handle != handle {
		return redirectForGood(w, r, person.URL())
	}
	after, err := store.ParseCursor(r.URL.Query().Get("next"))
	if err != nil {
		return err
	}
	page := store.Page{After: after, Limit: 24}
	if feed {
		found, _, err := v.DB.ClipsOf(r.Context(), 0, a.ID, store.Page{Limit: store.MaxPage})
		if err != nil {
			return err
		}
		return s.rss(w, r, v, RSS{Title: person.Shown() + " (@" + a.Handle + ")", Description: a.Bio, Page: person.URL()}, found)
	}
	list := func() ([]*reelm.Clip, store.Cursor, error) {
		return v.DB.ClipsOf(r.Context(), v.AccountID(), a.ID, page)
	}
	if person.Self {
		list = func() ([]*reelm.Clip, store.Cursor, error) { return v.DB.OwnClips(r.Context(), a.ID, page) }
	}
	found, next, err := list()
	if err != nil {
		return err
	}
	p := &AccountPage{Layout: s.layout(r, v, "", person.Shown()), Person: person}
	if person.Self {
		p.Place = "me"
	}
	p.Description = shorten(a.Bio, 200)
	p.Feeds = []Alternate{{Title: "@" + a.Handle, URL: person.URL() + ".rss"}}
	p.Empty = noClips(v, person)
	if a.Private && !person.Self && !person.Followed {
		p.Empty = Empty{What: v.Lang.T("profile.private"), Do: v.Lang.T("profile.private.do", "handle", a.Handle)}
	}
	muted, err := v.DB.MutesOf(r.Context(), v.Viewer)
	if err != nil {
		return err
	}
	p.Person.Muted = muted.HidesAccount(a.ID)
	if n := next.String(); n != "" {
		p.Next = person.URL() + "?next=" + url.QueryEscape(n)
	}
	if p.Clips, err = clips(r.Context(), v, found); err != nil {
		return err
	}
	return s.show(w, r, v, http.StatusOK, p)
}

func noClips(v *visit.Visit, p Person) Empty {
	if p.Self {
		return Empty{What: v.Lang.T("profile.none.self"), Do: v.Lang.T("profile.none.self.do"), Action: &Action{"/upload", v.Lang.T("nav.upload")}}
	}
	return Empty{What: v.Lang.T("profile.none"), Do: v.Lang.T("profile.none.do", "handle", p.Handle)}
}

// redirectForGood leads to the one address of a thing.
func redirectForGood(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to, http.StatusMovedPermanently)
	return nil
}

// follow follows somebody, or no longer.
func (s *Site) follow(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	handle, ok := strings.CutPrefix(r.PathValue("name"), "@")
	if !ok {
		return reelm.ErrNotFound
	}
	if err := form(w, r); err != nil {
		return err
	}
	to := back(r, "/@"+handle)
	if v.Account == nil {
		return signInFirst(w, r, to)
	}
	method := http.MethodPut
	if r.PostForm.Get("do") == "unfollow" {
		method = http.MethodDelete
	}
	if err := s.call(r, method, "/accounts/"+url.PathEscape(handle)+"/follow", nil, nil); err != nil {
		return err
	}
	return redirect(w, r, to)
}
