package web

import (
	"errors"
	"mime/multipart"
	"net/http"

	"reelm"
	"reelm/internal/visit"
)

// maxPicture bounds the form of an avatar; the API says how large it may be.
const maxPicture = 24 << 20

// setAvatar takes one's own picture, or takes it away.
func (s *Site) setAvatar(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Account == nil {
		return signInFirst(w, r, "/settings")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxPicture)
	parts, err := r.MultipartReader()
	if err != nil {
		return s.showSettings(w, r, v, reelm.Wrong("file", "bad-form", "send the form as multipart/form-data"))
	}
	err = s.avatarOf(r, v, parts)
	switch reelm.KindOf(err) {
	case reelm.Invalid, reelm.TooLarge, reelm.Limited:
		return s.showSettings(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, saying("/settings", "saved"))
}

func (s *Site) avatarOf(r *http.Request, v *visit.Visit, parts *multipart.Reader) error {
	for {
		p, err := parts.NextPart()
		if err != nil {
			if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
				return err
			}
			return reelm.Wrong("file", "no-file", "the form has no file")
		}
		switch {
		case p.FormName() == "do": // the button that takes it away stands before the file
			return s.api.DropAvatar(r, v)
		case p.FormName() == "file" && p.FileName() != "":
			_, err := s.api.KeepAvatar(r, v, p)
			return err
		}
	}
}
