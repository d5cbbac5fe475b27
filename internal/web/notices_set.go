package web

import (
	"net/http"
	"slices"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// NoticesPage is what somebody wants to hear of, and when not.
type NoticesPage struct {
	Layout
	Kinds  []NoticeKind
	Fields []Field // quiet hours
	Error  string
}

// NoticeKind is a kind of notification as a line of two choices.
type NoticeKind struct {
	Kind, Words string
	Tell, Ring  bool
}

func (NoticesPage) template() string { return "notices" }

func (s *Site) notices(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Account == nil {
		return signInFirst(w, r, "/settings/inbox")
	}
	var set api.NoticeSettings
	if err := s.call(r, http.MethodGet, "/me/inbox/settings", nil, &set); err != nil {
		return err
	}
	return s.showNotices(w, r, v, set, nil)
}

func (s *Site) showNotices(w http.ResponseWriter, r *http.Request, v *visit.Visit, set api.NoticeSettings, wrong error) error {
	t := v.Lang.T
	p := &NoticesPage{Layout: s.layout(r, v, "me", t("notices.title"))}
	p.Hidden = true
	for _, k := range store.NoticeKinds {
		kind := string(k)
		p.Kinds = append(p.Kinds, NoticeKind{kind, t("notices.kind." + kind), !slices.Contains(set.Off, kind), !slices.Contains(set.NoPush, kind)})
	}
	clock := func(at *string) string {
		if at == nil {
			return ""
		}
		return *at
	}
	p.Fields = []Field{
		{Name: "quiet_from", Kind: "time", Label: t("notices.quiet_from"), Value: clock(set.QuietFrom)},
		{Name: "quiet_until", Kind: "time", Label: t("notices.quiet_until"), Value: clock(set.QuietUntil)},
		{Name: "zone", Kind: "text", Label: t("notices.zone"), Hint: t("notices.zone.hint"), Value: set.Zone, Max: 64, Plain: true},
	}
	status := http.StatusOK
	if wrong != nil {
		status = reelm.KindOf(wrong).HTTPStatus()
		if !blame(p.Fields, wrong, v.Lang) {
			p.Error = v.Lang.Error(wrong)
		}
	}
	return s.show(w, r, v, status, p)
}

// editNotices keeps what somebody wants to hear of: boxes that are not ticked
// are switched off.
func (s *Site) editNotices(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	if v.Account == nil {
		return signInFirst(w, r, "/settings/inbox")
	}
	from, until := r.PostForm.Get("quiet_from"), r.PostForm.Get("quiet_until")
	set := api.NoticeSettings{Off: []string{}, NoPush: []string{}, QuietFrom: &from, QuietUntil: &until, Zone: r.PostForm.Get("zone")}
	for _, k := range store.NoticeKinds {
		if !slices.Contains(r.PostForm["tell"], string(k)) {
			set.Off = append(set.Off, string(k))
		}
		if !slices.Contains(r.PostForm["ring"], string(k)) {
			set.NoPush = append(set.NoPush, string(k))
		}
	}
	err := s.call(r, http.MethodPut, "/me/inbox/settings", set, nil)
	switch reelm.KindOf(err) {
	case reelm.Invalid, reelm.Limited:
		return s.showNotices(w, r, v, set, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, saying("/settings/inbox", "saved"))
}
