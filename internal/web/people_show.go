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

// PeoplePage is a list of people: who follows somebody, and whom they follow.
type PeoplePage struct {
	Layout
	Heading string
	About   string
	Of      *Person
	People  []Person
	Next    string
	Empty   Empty
}

func (PeoplePage) template() string { return "people" }

// people shows accounts to a visitor.
func people(r *http.Request, v *visit.Visit, rows []*reelm.Account) ([]Person, error) {
	follows, err := v.DB.FollowedAmong(r.Context(), v.AccountID(), rows)
	if err != nil {
		return nil, err
	}
	out := []Person{}
	for _, a := range rows {
		if v.MaySeeAccount(a.ID) != nil { // blocked in this country
			continue
		}
		p := Person{Handle: a.Handle, Name: a.Name, Bio: a.Bio, Followers: a.Followers, Following: a.Following, Clips: a.Clips,
			Followed: follows[a.ID], Self: a.ID == v.AccountID()}
		if a.Avatar != "" {
			p.Avatar = api.AvatarURL(a.Avatar)
		}
		out = append(out, p)
	}
	return out, nil
}

// circle is who follows somebody, or whom they follow.
func (s *Site) circle(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	name := r.PathValue("list")
	list := v.DB.FollowersOf
	heading := v.Lang.T("profile.followers")
	switch name {
	case "followers":
	case "following":
		list, heading = v.DB.FollowedBy, v.Lang.T("profile.following")
	default:
		return reelm.ErrNotFound
	}
	handle, ok := strings.CutPrefix(r.PathValue("name"), "@")
	if !ok {
		return reelm.ErrNotFound
	}
	a, person, err := seenAccount(r, v, handle)
	if err != nil {
		return err
	}
	rel, err := v.DB.Relation(r.Context(), v.AccountID(), a.ID)
	if err != nil {
		return err
	}
	if err := reelm.MaySeeCircle(a, rel); err != nil {
		return err
	}
	after, err := store.ParseCursor(r.URL.Query().Get("next"))
	if err != nil {
		return err
	}
	rows, err := list(r.Context(), v.AccountID(), a.ID, store.Page{After: after, Limit: topicPage})
	if err != nil {
		return err
	}
	p := &PeoplePage{Layout: s.layout(r, v, "", heading+" · "+person.Shown()), Heading: heading, Of: &person}
	p.Hidden = true
	p.Empty = Empty{What: v.Lang.T("people.none"), Do: v.Lang.T("people.none.do"), Action: &Action{"/search", v.Lang.T("nav.explore")}}
	if p.People, err = people(r, v, rows.Accounts); err != nil {
		return err
	}
	if n := rows.Next.String(); n != "" {
		p.Next = person.URL() + "/" + name + "?next=" + url.QueryEscape(n)
	}
	return s.show(w, r, v, http.StatusOK, p)
}

// suggested is whom somebody may want to follow.
func (s *Site) suggested(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Account == nil {
		return reelm.ErrUnauthenticated
	}
	rows, err := api.Suggested(r.Context(), v, topicPage)
	if err != nil {
		return err
	}
	p := &PeoplePage{Layout: s.layout(r, v, "explore", v.Lang.T("people.suggested")), Heading: v.Lang.T("people.suggested"), About: v.Lang.T("people.suggested.why")}
	if !v.Learns() {
		p.About = v.Lang.T("people.suggested.why.plain")
	}
	p.Hidden = true
	p.Empty = Empty{What: v.Lang.T("people.suggested.none"), Do: v.Lang.T("people.none.do"), Action: &Action{"/search", v.Lang.T("nav.explore")}}
	if p.People, err = people(r, v, rows); err != nil {
		return err
	}
	return s.show(w, r, v, http.StatusOK, p)
}
