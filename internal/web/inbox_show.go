package web

import (
	"net/http"
	"net/url"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// InboxPage is what happened to somebody's clips.
type InboxPage struct {
	Layout
	Uploads []Clip // those that are not public yet, or failed
	Notices []Notice
	Empty   Empty
	Lines   []NoticeLine
	Next    string
}

func (InboxPage) template() string { return "inbox" }

// Nothing says that nothing happened.
func (p InboxPage) Nothing() bool { return len(p.Uploads)+len(p.Notices)+len(p.Lines) == 0 }

func (s *Site) inbox(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Account == nil {
		return signInFirst(w, r, "/inbox")
	}
	own, _, err := v.DB.OwnClips(r.Context(), v.Account.ID, store.Page{Limit: store.MaxPage})
	if err != nil {
		return err
	}
	var open []*reelm.Clip
	for _, c := range own {
		if c.State != reelm.ClipReady {
			open = append(open, c)
		}
	}
	p := &InboxPage{Layout: s.layout(r, v, "inbox", v.Lang.T("inbox.title"))}
	p.Hidden = true
	p.Empty = Empty{What: v.Lang.T("inbox.none"), Do: v.Lang.T("inbox.none.do"), Action: &Action{"/upload", v.Lang.T("nav.upload")}}
	if p.Uploads, err = clips(r.Context(), v, open); err != nil {
		return err
	}
	if p.Notices, err = notices(r, v, p.Realm); err != nil {
		return err
	}
	if p.Lines, p.Next, err = noticeLines(r, v); err != nil {
		return err
	}
	if p.Next != "" {
		p.Next = "/inbox?next=" + url.QueryEscape(p.Next)
	}
	return s.show(w, r, v, http.StatusOK, p)
}
