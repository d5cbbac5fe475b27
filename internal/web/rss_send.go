package web

import (
	"bytes"
	"net/http"

	"reelm"
	"reelm/internal/visit"
)

// rss answers with a feed of the clips that everybody may see.
func (s *Site) rss(w http.ResponseWriter, r *http.Request, v *visit.Visit, f RSS, found []*reelm.Clip) (err error) {
	var public []*reelm.Clip
	for _, c := range found {
		if reelm.MayCache(c) {
			public = append(public, c)
		}
	}
	// A feed is read by programs: it is the same for everybody.
	nobody := *v
	nobody.Account, nobody.Viewer = nil, 0
	if f.Clips, err = clips(r.Context(), &nobody, public); err != nil {
		return err
	}
	return s.sendRSS(w, r, v, f)
}

// sendRSS answers with a feed whose clips are chosen.
func (s *Site) sendRSS(w http.ResponseWriter, r *http.Request, v *visit.Visit, f RSS) error {
	settings, err := v.Settings(r.Context())
	if err != nil {
		return err
	}
	if f.Title == "" {
		f.Title = settings.Title
	} else {
		f.Title += " · " + settings.Title
	}
	if f.Description == "" {
		f.Description = f.Title
	}
	f.Origin, f.Self, f.Language = origin(r, v), r.URL.RequestURI(), v.Lang.Code()
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", RSSType)
	h.Set("Cache-Control", "public, max-age=60")
	if !v.Cacheable() || f.Private {
		h.Set("Cache-Control", "private, max-age=60")
	}
	if f.Private {
		h.Set("X-Robots-Tag", "noindex")
	}
	h.Add("Vary", "Accept-Language")
	_, err = w.Write(b.Bytes())
	return err
}
