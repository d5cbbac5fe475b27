package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"reelm"
	"reelm/internal/visit"
)

// EmbedPage is a clip inside somebody else's page.
type EmbedPage struct {
	Layout
	Clip Clip
}

func (EmbedPage) template() string { return "embed" }

// publicClip finds a clip that everybody may see: other sites show no other.
func publicClip(r *http.Request, v *visit.Visit, id string) (Clip, error) {
	n, err := reelm.ParseID[reelm.ClipID](id)
	if err != nil {
		return Clip{}, err
	}
	c, err := v.DB.Clip(r.Context(), n)
	if err != nil {
		return Clip{}, err
	}
	nobody := *v
	nobody.Account, nobody.Viewer = nil, 0
	if err := nobody.MaySee(r.Context(), c); err != nil {
		return Clip{}, err
	}
	shown, err := clips(r.Context(), &nobody, []*reelm.Clip{c})
	if err != nil {
		return Clip{}, err
	}
	return shown[0], nil
}

func (s *Site) embed(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	c, err := publicClip(r, v, r.PathValue("id"))
	if err != nil {
		return err
	}
	embeddable(w)
	return s.show(w, r, v, http.StatusOK, &EmbedPage{Layout: s.layout(r, v, "", c.Heading()), Clip: c})
}

// oembed tells other sites how to embed a clip.
func (s *Site) oembed(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	q := r.URL.Query()
	if f := q.Get("format"); f != "" && f != "json" {
		http.Error(w, "format: json", http.StatusNotImplemented) // as oembed.com asks
		return nil
	}
	u, err := url.Parse(q.Get("url"))
	if err != nil || u.Host != "" && u.Host != r.Host {
		return reelm.ErrNotFound
	}
	id, ok := strings.CutPrefix(u.Path, "/c/")
	if !ok {
		return reelm.ErrNotFound
	}
	c, err := publicClip(r, v, id)
	if err != nil {
		return err
	}
	l := s.layout(r, v, "", "")
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Access-Control-Allow-Origin", "*")
	return json.NewEncoder(w).Encode(NewOEmbed(c, l.Origin, l.Realm, number(q.Get("maxwidth")), number(q.Get("maxheight"))))
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
