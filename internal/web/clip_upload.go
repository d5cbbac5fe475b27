package web

import (
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"reelm"
	"reelm/internal/visit"
	"reelm/internal/words"
)

// UploadPage is where a clip is made: one form, which the upload script turns
// into a resumable upload with a preview, a cover strip and a live status.
type UploadPage struct {
	Layout
	MaxBytes  int64
	MaxLength time.Duration
	Fields    []Field
	Sound     string // id of the sound that the clip uses, "" for its own
	Error     string
}

func (UploadPage) template() string { return "upload" }

// MaxSeconds is the longest clip, for the script.
func (p UploadPage) MaxSeconds() int { return int(p.MaxLength / time.Second) }

// Script is the uploader.
func (UploadPage) Script() string { return "upload" }

func (s *Site) uploadForm(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Account == nil {
		return signInFirst(w, r, r.URL.RequestURI())
	}
	return s.showUpload(w, r, v, nil)
}

func (s *Site) showUpload(w http.ResponseWriter, r *http.Request, v *visit.Visit, wrong error) error {
	t := v.Lang.T
	p := &UploadPage{Layout: s.layout(r, v, "upload", t("upload.title")), MaxBytes: s.limits.UploadBytes, MaxLength: s.limits.UploadDuration,
		Sound: r.URL.Query().Get("sound")}
	p.Hidden = true
	p.Fields = []Field{
		{Name: "caption", Kind: "textarea", Label: t("upload.caption"), Hint: t("upload.caption.hint"), Rows: 4, Max: reelm.MaxCaption},
		{Name: "visibility", Kind: "select", Label: t("upload.visibility"), Value: string(reelm.Public),
			Options: options(v.Lang, "visibility.", visibilities...)},
		{Name: "language", Kind: "select", Label: t("upload.language"), Value: v.Language(), Options: spokenIn(v.Lang)},
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

// visibilities are the answers to who may see a clip.
var visibilities = []string{string(reelm.Public), string(reelm.Unlisted), string(reelm.Followers), string(reelm.Mutuals), string(reelm.OnlyMe)}

// wordless is the language of a clip without words (ISO 639: no linguistic
// content).
const wordless = "zxx"

// spokenIn lists the languages that a clip may be in.
func spokenIn(lang *words.Lang) []Option {
	var out []Option
	for _, l := range words.Languages() {
		out = append(out, Option{l.Code(), l.Name()})
	}
	return append(out, Option{wordless, lang.T("upload.language.none")})
}

// upload takes the form with the file in it, from who has no scripts.
func (s *Site) upload(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Account == nil {
		return signInFirst(w, r, "/upload")
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return s.showUpload(w, r, v, reelm.Wrong("file", "bad-form", "send the form as multipart/form-data"))
	}
	err = v.Desk.CheckSize(r.ContentLength - maxForm)
	var c *reelm.Clip
	if err == nil {
		c, err = s.api.TakeForm(w, r, multipart.NewReader(r.Body, params["boundary"]), nil)
	}
	switch reelm.KindOf(err) {
	case reelm.Invalid, reelm.TooLarge, reelm.Conflict, reelm.Limited:
		return s.showUpload(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/c/"+c.ID.String())
}
