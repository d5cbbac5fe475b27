package web

import (
	"net/http"
	"strconv"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/visit"
)

// Toggle is one thing that is on or off.
type Toggle struct {
	Name, Label, Hint string
	On                bool
}

// WatchingForm asks how somebody wants to watch. Who has no account answers to
// the script, which keeps it in the browser.
type WatchingForm struct {
	Toggles []Toggle
	Fields  []Field
}

func watchingForm(r *http.Request, v *visit.Visit) (f WatchingForm, err error) {
	w := api.Watching{Autoplay: true}
	if v.Account != nil {
		if w, err = api.WatchingOf(r.Context(), v); err != nil {
			return f, err
		}
	}
	t := v.Lang.T
	f.Toggles = []Toggle{
		{"captions", t("settings.captions"), "", w.Captions},
		{"autoplay", t("settings.autoplay"), "", w.Autoplay},
		{"saver", t("settings.saver"), t("settings.saver.what"), w.Saver},
		{"paged", t("settings.paged"), t("settings.paged.what"), w.Paged},
	}
	clock := func(at *string) string {
		if at == nil {
			return ""
		}
		return *at
	}
	daily := ""
	if w.DailyMinutes > 0 {
		daily = strconv.Itoa(w.DailyMinutes)
	}
	f.Fields = []Field{
		{Name: "daily_minutes", Kind: "text", Label: t("settings.daily"), Hint: t("settings.daily.hint"), Value: daily, Max: 4, Plain: true, Numeric: true},
		{Name: "night_from", Kind: "time", Label: t("settings.night_from"), Value: clock(w.NightFrom)},
		{Name: "night_until", Kind: "time", Label: t("settings.night_until"), Hint: t("settings.night.hint"), Value: clock(w.NightUntil)},
	}
	return f, nil
}

func (s *Site) editWatching(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	if v.Account == nil {
		return signInFirst(w, r, "/settings")
	}
	on := func(name string) bool { return r.PostForm.Get(name) == "on" }
	from, until := r.PostForm.Get("night_from"), r.PostForm.Get("night_until")
	set := api.Watching{NightFrom: &from, NightUntil: &until, Paged: on("paged"), Autoplay: on("autoplay"), Saver: on("saver"), Captions: on("captions")}
	if daily := r.PostForm.Get("daily_minutes"); daily != "" {
		var err error
		if set.DailyMinutes, err = strconv.Atoi(daily); err != nil || set.DailyMinutes < 0 || set.DailyMinutes > 24*60 {
			return s.showSettings(w, r, v, reelm.Wrong("daily_minutes", "bad-minutes", "minutes of a day"))
		}
	}
	err := s.call(r, http.MethodPut, "/me/watching", set, nil)
	switch reelm.KindOf(err) {
	case reelm.Invalid, reelm.Limited:
		return s.showSettings(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, saying("/settings", "saved")+"#watching")
}
