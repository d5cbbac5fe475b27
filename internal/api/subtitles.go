package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"reelm"
	"reelm/internal/media"
	"reelm/internal/realm"
	"reelm/internal/visit"
)

// Subtitle is the words of a clip in one language.
type Subtitle struct {
	Language string `json:"language"`
	Label    string `json:"label" doc:"The language's own name."`
	URL      string `json:"url" doc:"WebVTT."`
}

// putSubtitle takes the body, WebVTT or SRT, as the subtitles of one's own
// clip in a language.
func (a *API) putSubtitle(w http.ResponseWriter, r *http.Request) error {
	v, c, lang, err := subtitleOf(r)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, media.MaxSubtitles+1))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); !ok {
			return reelm.Wrong("file", "cut-off", "the file did not arrive whole")
		}
	}
	if err := KeepSubtitle(r, v, c, lang, b); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// KeepSubtitle parses subtitles and keeps what is harmless of them.
func KeepSubtitle(r *http.Request, v *visit.Visit, c *reelm.Clip, lang string, file []byte) error {
	ctx := r.Context()
	cues, err := media.ParseSubtitles(file)
	if err != nil {
		return err
	}
	var words strings.Builder
	for _, cue := range cues {
		words.WriteString(cue.Text + "\n")
	}
	name, err := realm.NewFolder()
	if err != nil {
		return err
	}
	s := reelm.Subtitle{Language: lang, File: "sub-" + lang + "-" + name + ".vtt"}
	out := media.WriteVTT(cues)
	if err := v.Media.Put(ctx, c.Media+"/"+s.File, bytes.NewReader(out), int64(len(out))); err != nil {
		return fmt.Errorf("keeping subtitles: %w", err)
	}
	old, err := v.DB.SetSubtitle(ctx, c.ID, s, words.String())
	if err != nil {
		return errors.Join(err, v.Media.Delete(ctx, c.Media+"/"+s.File))
	}
	return dropFile(r, v, c, old)
}

func (a *API) deleteSubtitle(w http.ResponseWriter, r *http.Request) error {
	v, c, lang, err := subtitleOf(r)
	if err != nil {
		return err
	}
	old, err := v.DB.DropSubtitle(r.Context(), c.ID, lang)
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return dropFile(r, v, c, old)
}

func dropFile(r *http.Request, v *visit.Visit, c *reelm.Clip, name string) error {
	if name == "" {
		return nil
	}
	return v.Media.Delete(r.Context(), c.Media+"/"+name)
}

// subtitleOf finds one's own clip and the language of a request.
func subtitleOf(r *http.Request) (*visit.Visit, *reelm.Clip, string, error) {
	ctx := r.Context()
	v := visit.From(ctx)
	if err := v.Allow(ctx, reelm.ActMake); err != nil {
		return nil, nil, "", err
	}
	if _, err := v.NeedAccount(); err != nil {
		return nil, nil, "", err
	}
	c, err := ownClip(ctx, v, r.PathValue("id"))
	if err != nil {
		return nil, nil, "", err
	}
	lang, err := reelm.ParseLanguage(r.PathValue("language"), "")
	if err == nil && lang == "" {
		err = reelm.Wrong("language", "bad-language", "a language like de")
	}
	return v, c, lang, err
}

// languageName is what a language calls itself.
func languageName(code string) string {
	if t, err := language.Parse(code); err == nil {
		if name := display.Self.Name(t); name != "" {
			return name
		}
	}
	return code
}
