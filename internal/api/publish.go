package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"reelm"
	"reelm/internal/clip"
	"reelm/internal/visit"
)

// maxField bounds one text field of a form, in bytes.
const maxField = 64 << 10

// uploadSilence is how long an upload may send nothing.
const uploadSilence = time.Minute

// postClips takes an upload as a form with the file in it, or the details of
// an upload that was resumable.
func (a *API) postClips(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := visit.From(ctx)
	if err := v.Allow(ctx, reelm.ActMake); err != nil {
		return err
	}
	if _, err := v.NeedAccount(); err != nil {
		return err
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var c *reelm.Clip
	switch {
	case err == nil && kind == "multipart/form-data" && params["boundary"] != "":
		if err := v.Desk.CheckSize(r.ContentLength - maxField); err != nil {
			return err
		}
		c, err = a.TakeForm(w, r, multipart.NewReader(r.Body, params["boundary"]), nil)
	case err == nil && kind == "application/json":
		c, err = a.takeUpload(w, r)
	default:
		return &reelm.Error{Kind: reelm.Invalid, Code: "bad-media-type", Detail: "send multipart/form-data with a file, or JSON with an upload"}
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Location", "/api/v1/clips/"+c.ID.String())
	w.WriteHeader(http.StatusAccepted)
	return json.NewEncoder(w).Encode(map[string]string{"id": c.ID.String(), "state": string(c.State)})
}

// TakeForm reads a form with a file and makes a clip of it. Fields may come
// before or after the file; extra, if not nil, gets the fields that belong to
// no clip.
func (a *API) TakeForm(w http.ResponseWriter, r *http.Request, form *multipart.Reader, extra func(name, value string)) (_ *reelm.Clip, err error) {
	v := visit.From(r.Context())
	if err := v.Desk.CheckDay(r.Context(), v.AccountID()); err != nil {
		return nil, err
	}
	d := clip.Details{CoverMS: -1}
	var file *clip.Spooled
	defer func() {
		if file != nil {
			err = errors.Join(err, file.Discard())
		}
	}()
	for n := 0; ; n++ {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || n > 50 {
			return nil, reelm.Wrong("file", "bad-form", "the form did not arrive whole")
		}
		if part.FormName() == "file" && file == nil {
			if file, err = v.Desk.Spool(&patient{part, http.NewResponseController(w)}); err != nil {
				return nil, cutOff(err)
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(part, maxField+1))
		if err != nil || len(value) > maxField {
			return nil, reelm.Wrong(part.FormName(), "too-long", "at most %d bytes", maxField)
		}
		known, err := setDetail(&d, part.FormName(), string(value))
		if err != nil {
			return nil, err
		}
		if !known && extra != nil {
			extra(part.FormName(), string(value))
		}
	}
	if file == nil {
		return nil, reelm.Wrong("file", "no-file", "the form has no file")
	}
	return v.Desk.Take(r.Context(), v.Account, file, d)
}

// cutOff tells an upload that the client broke off from a fault of ours.
func cutOff(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, http.ErrHandlerTimeout) {
		return reelm.Wrong("file", "cut-off", "the file did not arrive whole")
	}
	return err
}

// patient reads an upload for as long as something arrives.
type patient struct {
	io.Reader
	rc *http.ResponseController
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.rc.SetReadDeadline(time.Now().Add(uploadSilence)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.Reader.Read(b)
}

func setDetail(d *clip.Details, name, value string) (known bool, err error) {
	switch name {
	case "caption":
		d.Caption = value
	case "language":
		d.Language = value
	case "visibility":
		d.Visibility = value
	case "sound":
		d.Sound = value
	case "again":
		d.Again = value == "true" || value == "on"
	case "cover_ms":
		if value == "" {
			return true, nil
		}
		if d.CoverMS, err = strconv.ParseInt(value, 10, 64); err != nil || d.CoverMS < -1 {
			return true, reelm.Wrong("cover_ms", "bad-number", "milliseconds from the beginning of the clip")
		}
	default:
		return false, nil
	}
	return true, nil
}

type takeUploadBody struct {
	Upload     string `json:"upload"`
	Caption    string `json:"caption"`
	Language   string `json:"language"`
	Visibility string `json:"visibility"`
	Sound      string `json:"sound"`
	Again      bool   `json:"again"`
	CoverMS    *int64 `json:"cover_ms"`
}

// takeUpload makes a clip of a resumable upload that is complete.
func (a *API) takeUpload(w http.ResponseWriter, r *http.Request) (*reelm.Clip, error) {
	ctx := r.Context()
	v := visit.From(ctx)
	var b takeUploadBody
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	if err := dec.Decode(&b); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, err
		}
		return nil, reelm.Wrong("", "bad-request", "the body is no JSON object of the expected shape")
	}
	d := clip.Details{Caption: b.Caption, Language: b.Language, Visibility: b.Visibility, Sound: b.Sound, Again: b.Again, Upload: b.Upload, CoverMS: -1}
	if b.CoverMS != nil {
		d.CoverMS = *b.CoverMS
	}
	t, err := a.tus.of(v.Place, a.limits)
	if err != nil {
		return nil, err
	}
	path, done, err := t.finished(ctx, v, b.Upload)
	if err != nil {
		return nil, err
	}
	s, err := v.Desk.Adopt(path)
	if err != nil {
		return nil, err
	}
	c, err := v.Desk.Take(ctx, v.Account, s, d)
	if err != nil {
		return nil, err
	}
	if err := done(); err != nil {
		return nil, fmt.Errorf("clearing a finished upload: %w", err)
	}
	return c, nil
}
