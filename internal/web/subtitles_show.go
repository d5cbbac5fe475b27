package web

import (
	"io"
	"net/http"
	"net/url"

	"reelm"
	"reelm/internal/api"
	"reelm/internal/media"
	"reelm/internal/visit"
)

// SubtitlesPage is the subtitles of one's own clip.
type SubtitlesPage struct {
	Layout
	Clip   Clip
	Fields []Field
	Wrong  string
}

func (SubtitlesPage) template() string { return "subtitles" }

func (s *Site) subtitles(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showSubtitles(w, r, v, nil)
}

func (s *Site) showSubtitles(w http.ResponseWriter, r *http.Request, v *visit.Visit, wrong error) error {
	if v.Account == nil {
		return signInFirst(w, r, "/c/"+url.PathEscape(r.PathValue("id"))+"/subtitles")
	}
	c, err := seenClip(r, v)
	if err != nil {
		return err
	}
	if c.Author != v.AccountID() {
		return reelm.ErrForbidden
	}
	shown, err := clips(r.Context(), v, []*reelm.Clip{c})
	if err != nil {
		return err
	}
	if len(shown) == 0 {
		return reelm.ErrNotFound
	}
	p := &SubtitlesPage{Layout: s.layout(r, v, "", v.Lang.T("subtitles.title")), Clip: shown[0]}
	p.Hidden = true
	p.Fields = []Field{{Name: "language", Kind: "text", Label: v.Lang.T("upload.language"), Hint: v.Lang.T("subtitles.language.hint"), Required: true, Plain: true, Max: 40, Value: c.Language},
		{Name: "file", Kind: "file", Label: v.Lang.T("subtitles.file"), Required: true, Accept: ".vtt,.srt,text/vtt"}}
	status := http.StatusOK
	if wrong != nil {
		status = reelm.KindOf(wrong).HTTPStatus()
		if !blame(p.Fields, wrong, v.Lang) {
			p.Wrong = v.Lang.Error(wrong)
		}
	}
	return s.show(w, r, v, status, p)
}

func (s *Site) setSubtitles(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Account == nil {
		return signInFirst(w, r, "/c/"+url.PathEscape(r.PathValue("id"))+"/subtitles")
	}
	c, err := seenClip(r, v)
	if err != nil {
		return err
	}
	if c.Author != v.AccountID() {
		return reelm.ErrForbidden
	}
	r.Body = http.MaxBytesReader(w, r.Body, media.MaxSubtitles+maxForm)
	lang := r.FormValue("language")
	if r.FormValue("do") == "delete" {
		if err := s.call(r, http.MethodDelete, "/clips/"+c.ID.String()+"/subtitles/"+url.PathEscape(lang), nil, nil); err != nil {
			return err
		}
		return redirect(w, r, "/c/"+c.ID.String()+"/subtitles")
	}
	if lang, err = reelm.ParseLanguage(lang, ""); err == nil && lang == "" {
		err = reelm.Wrong("language", "bad-language", "a language like de")
	}
	if err != nil {
		return s.showSubtitles(w, r, v, err)
	}
	f, _, err := r.FormFile("file")
	if err != nil {
		return s.showSubtitles(w, r, v, reelm.Wrong("file", "no-file", "the form has no file"))
	}
	b, err := io.ReadAll(f)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = api.KeepSubtitle(r, v, c, lang, b)
	}
	if reelm.KindOf(err) == reelm.Invalid {
		return s.showSubtitles(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/c/"+c.ID.String()+"/subtitles")
}
