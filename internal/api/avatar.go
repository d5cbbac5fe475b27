package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"reelm"
	"reelm/internal/media"
	"reelm/internal/realm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// putAvatar takes the body, a picture, as one's own.
func (a *API) putAvatar(w http.ResponseWriter, r *http.Request) error {
	v, err := a.changing(r)
	if err != nil {
		return err
	}
	url, err := a.KeepAvatar(r, v, r.Body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]string{"avatar": url})
}

func (a *API) deleteAvatar(w http.ResponseWriter, r *http.Request) error {
	v, err := a.changing(r)
	if err != nil {
		return err
	}
	if err := a.DropAvatar(r, v); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// changing is the visit of somebody signed in who may change something now.
func (a *API) changing(r *http.Request) (*visit.Visit, error) {
	v := visit.From(r.Context())
	if err := v.Allow(r.Context(), reelm.ActMake); err != nil {
		return nil, err
	}
	if _, err := v.NeedAccount(); err != nil {
		return nil, err
	}
	if !a.acts.Allow(v.Name+" "+v.Account.Handle, 1, a.now()) {
		return nil, reelm.ErrLimited
	}
	return v, nil
}

// KeepAvatar makes a picture the visitor's avatar, instead of the one before,
// and gives its address.
func (a *API) KeepAvatar(r *http.Request, v *visit.Visit, picture io.Reader) (url string, err error) {
	ctx := r.Context()
	jpeg, err := media.Avatar(ctx, picture)
	if err != nil {
		return "", badPicture(err)
	}
	name, err := realm.NewFolder()
	if err != nil {
		return "", err
	}
	name += ".jpg"
	if err := v.Media.Put(ctx, avatarKey(name), bytes.NewReader(jpeg), int64(len(jpeg))); err != nil {
		return "", err
	}
	if err := a.setAvatar(r, v, name); err != nil {
		return "", errors.Join(err, v.Media.Delete(ctx, avatarKey(name)))
	}
	return AvatarURL(name), nil
}

// DropAvatar takes the visitor's picture away.
func (a *API) DropAvatar(r *http.Request, v *visit.Visit) error { return a.setAvatar(r, v, "") }

func (a *API) setAvatar(r *http.Request, v *visit.Visit, name string) error {
	old := v.Account.Avatar
	if _, err := v.DB.UpdateProfile(r.Context(), v.Account.ID, store.Profile{Avatar: &name}); err != nil {
		return err
	}
	if old == "" {
		return nil
	}
	return v.Media.Delete(r.Context(), avatarKey(old))
}

func avatarKey(name string) string { return "avatars/" + name }

// badPicture says what is wrong with a picture; the faults of clips speak of
// videos.
func badPicture(err error) error {
	f, ok := errors.AsType[*reelm.Fault](err)
	if !ok {
		return err
	}
	code, kind := "bad-picture", reelm.Invalid
	if f.Code == reelm.FaultTooLarge || f.Code == reelm.FaultTooManyPixels {
		code, kind = "large-picture", reelm.TooLarge
	}
	return &reelm.Error{Kind: kind, Code: code, Field: "file", Detail: f.Detail, Err: err}
}
