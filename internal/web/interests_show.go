package web

import (
	"net/http"
	"net/url"
	"strings"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/visit"
)

// InterestsPage is what the engine believes somebody likes, to be changed.
type InterestsPage struct {
	Layout
	Items  []Interest
	Levels []Option
	Kinds  []Option // of what one may name
	Wrong  string
	Draft  string
	Empty  Empty
}

// Interest is one belief.
type Interest struct {
	Kind, Key, Label, Level string
	URL                     string  // of the tag, author or sound
	Strength                float64 // 0 to 1
}

func (InterestsPage) template() string { return "interests" }

func (s *Site) interests(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showInterests(w, r, v, nil)
}

func (s *Site) showInterests(w http.ResponseWriter, r *http.Request, v *visit.Visit, wrong error) error {
	p := &InterestsPage{Layout: s.layout(r, v, "me", v.Lang.T("interests.title"))}
	p.Hidden = true
	p.Levels = options(v.Lang, "level.", string(reelm.LevelMore), string(reelm.LevelNeutral), string(reelm.LevelLess), string(reelm.LevelNever))
	p.Empty = Empty{What: v.Lang.T("interests.none"), Do: v.Lang.T("interests.none.do"), Action: &Action{"/", v.Lang.T("feed.for_you")}}
	status := http.StatusOK
	if wrong != nil {
		status, p.Wrong, p.Draft = reelm.KindOf(wrong).HTTPStatus(), v.Lang.Error(wrong), r.PostForm.Get("key")
	}
	if v.Viewer != 0 {
		p.Kinds = options(v.Lang, "subject.", string(reelm.SubjectTag), string(reelm.SubjectAuthor))
		items, err := api.Interests(r.Context(), v)
		if err != nil {
			return err
		}
		for _, it := range items {
			p.Items = append(p.Items, Interest{Kind: it.Kind, Key: it.Key, Label: it.Label, Level: it.Level,
				URL: subjectURL(it.Subject), Strength: min(max(it.Strength, 0), 1)})
		}
	}
	return s.show(w, r, v, status, p)
}

func subjectURL(s api.Subject) string {
	switch reelm.SubjectKind(s.Kind) {
	case reelm.SubjectTag:
		return Tag{Tag: s.Key}.URL()
	case reelm.SubjectAuthor:
		if strings.HasPrefix(s.Label, "@") {
			return "/" + s.Label
		}
	case reelm.SubjectSound:
		return "/sound/" + url.PathEscape(s.Key)
	}
	return ""
}

// setInterests takes fields named "kind:key", and one subject that somebody
// names, as kind, key and level. A level that stays as it is changes nothing.
func (s *Site) setInterests(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	if v.Viewer == 0 {
		return signInFirst(w, r, "/settings/interests")
	}
	now := map[string]string{}
	items, err := api.Interests(r.Context(), v)
	if err != nil {
		return err
	}
	for _, it := range items {
		now[it.Kind+":"+it.Key] = it.Level
	}
	wishes := []api.Wish{}
	for name, values := range r.PostForm {
		kind, key, ok := strings.Cut(name, ":")
		if ok && len(values) == 1 && values[0] != now[name] && (now[name] != "" || values[0] != string(reelm.LevelNeutral)) {
			wishes = append(wishes, api.Wish{Kind: kind, Key: key, Level: values[0]})
		}
	}
	if f := r.PostForm; f.Get("key") != "" {
		wishes = append(wishes, api.Wish{Kind: f.Get("kind"), Key: f.Get("key"), Level: f.Get("level")})
		err := s.call(r, http.MethodPut, "/me/interests", map[string]any{"items": wishes}, nil)
		if reelm.KindOf(err) == reelm.Invalid {
			return s.showInterests(w, r, v, err)
		}
		if err != nil {
			return err
		}
	} else if len(wishes) > 0 {
		if err := s.call(r, http.MethodPut, "/me/interests", map[string]any{"items": wishes}, nil); err != nil {
			return err
		}
	}
	return redirect(w, r, saying(back(r, "/settings/interests"), "saved"))
}

func (s *Site) resetInterests(w http.ResponseWriter, r *http.Request, _ *visit.Visit) error {
	if err := s.call(r, http.MethodDelete, "/me/interests", nil, nil); err != nil {
		return err
	}
	return redirect(w, r, saying("/settings/interests", "saved"))
}
