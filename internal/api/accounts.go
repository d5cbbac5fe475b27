package api

import (
	"context"
	"errors"
	"net/http"

	"reelm"
	"reelm/internal/auth"
	"reelm/internal/store"
	"reelm/internal/visit"
)

type createAccountIn struct {
	Body struct {
		Handle   string `json:"handle" maxLength:"64"`
		Password string `json:"password" maxLength:"2000"`
		Birthday string `json:"birthday" maxLength:"32" example:"1990-05-17"`
		Email    string `json:"email,omitempty" maxLength:"400"`
		Language string `json:"language,omitempty" maxLength:"40"`
		Learn    bool   `json:"learn,omitempty" doc:"May Reelm learn from what this account watches. Not unless one says so."`
	}
}

type tokenOut struct {
	Body struct {
		Account Account `json:"account"`
		Token   string  `json:"token" doc:"Bearer token. It is shown once."`
	}
}

func (a *API) createAccount(ctx context.Context, v *visit.Visit, in *createAccountIn) (*tokenOut, error) {
	b := in.Body
	lang, err := reelm.ParseLanguage(b.Language, v.Lang.Code())
	if err != nil {
		return nil, err
	}
	s := auth.SignUp{Handle: b.Handle, Password: b.Password, Birthday: b.Birthday, Email: b.Email, Language: lang, Learn: b.Learn,
		Country: v.Country, Address: v.Address, Agent: v.Agent}
	if v.Account == nil {
		s.Viewer = v.Viewer
	}
	made, token, err := a.desk.SignUp(ctx, v.Realm, s)
	if err != nil {
		return nil, err
	}
	return newToken(v, made, token), v.Feed.Acted(ctx, made.ID.Viewer())
}

func newToken(v *visit.Visit, made *reelm.Account, token string) *tokenOut {
	out := &tokenOut{}
	out.Body.Account, out.Body.Token = wireAccount(v, made, false), token
	out.Body.Account.Me = wireMe(made)
	return out
}

type createSessionIn struct {
	Body struct {
		Handle   string `json:"handle" maxLength:"64"`
		Password string `json:"password" maxLength:"2000"`
	}
}

func (a *API) createSession(ctx context.Context, v *visit.Visit, in *createSessionIn) (*tokenOut, error) {
	acc, token, err := a.desk.SignIn(ctx, v.Realm, in.Body.Handle, in.Body.Password, v.Address, v.Agent)
	if err != nil {
		return nil, err
	}
	if err := v.MayEnter(ctx, acc); err != nil {
		end := v.Identity
		end.Session = auth.SessionOf(token)
		return nil, errors.Join(err, a.desk.SignOut(ctx, v.Realm, end))
	}
	return newToken(v, acc, token), nil
}

func (a *API) endSession(ctx context.Context, v *visit.Visit, _ *struct{}) (*struct{}, error) {
	return nil, a.desk.SignOut(ctx, v.Realm, v.Identity)
}

type viewerOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Token string `json:"token" doc:"Bearer token of a browser without an account."`
	}
}

type createViewerIn struct {
	// FetchSite tells our own pages, which want the token as a cookie, from
	// programs, which want nothing of the sort.
	FetchSite string `header:"Sec-Fetch-Site" hidden:"true"`
}

func (a *API) createViewer(ctx context.Context, v *visit.Visit, in *createViewerIn) (*viewerOut, error) {
	id, token, err := a.desk.NewViewer(ctx, v.Realm, v.Language(), v.Country, v.Address)
	if err != nil {
		return nil, err
	}
	out := &viewerOut{}
	out.Body.Token = token
	if in.FetchSite == "same-origin" {
		out.SetCookie = append(out.SetCookie, visit.NewCookie(v, visit.CookieViewer, token, auth.ViewerLife))
	}
	return out, v.Feed.Acted(ctx, id)
}

type handleIn struct {
	Handle string `path:"handle" maxLength:"64"`
}

type accountOut struct{ Body Account }

func (a *API) getAccount(ctx context.Context, v *visit.Visit, in *handleIn) (*accountOut, error) {
	acc, rel, err := seenAccount(ctx, v, in.Handle)
	if err != nil {
		return nil, err
	}
	return &accountOut{wireAccount(v, acc, rel.Follows)}, nil
}

// seenAccount finds an account that the visitor may see.
func seenAccount(ctx context.Context, v *visit.Visit, handle string) (*reelm.Account, reelm.Relation, error) {
	h, err := reelm.ParseHandle(handle)
	if err != nil {
		return nil, reelm.Relation{}, reelm.ErrNotFound
	}
	acc, err := v.DB.AccountByHandle(ctx, h)
	if err != nil {
		return nil, reelm.Relation{}, err
	}
	rel, err := v.DB.Relation(ctx, v.AccountID(), acc.ID)
	if err == nil && (rel.Blocked || !acc.Leaving.IsZero()) && !rel.Moderator {
		err = reelm.ErrNotFound
	}
	if err == nil && !rel.Moderator {
		err = v.MaySeeAccount(acc.ID)
	}
	return acc, rel, err
}

func (a *API) me(_ context.Context, v *visit.Visit, _ *struct{}) (*accountOut, error) {
	return &accountOut{wireAccount(v, v.Account, false)}, nil
}

type editMeIn struct {
	Body struct {
		Name     *string `json:"name,omitempty" maxLength:"1000"`
		Bio      *string `json:"bio,omitempty" maxLength:"8000"`
		Email    *string `json:"email,omitempty" maxLength:"400"`
		Language *string `json:"language,omitempty" maxLength:"40"`
		Learn    *bool   `json:"learn,omitempty"`
		Private  *bool   `json:"private,omitempty"`
	}
}

func (a *API) editMe(ctx context.Context, v *visit.Visit, in *editMeIn) (*accountOut, error) {
	p := store.Profile{Learn: in.Body.Learn, Private: in.Body.Private}
	var err error
	if p.Name, err = cleaned("name", in.Body.Name, reelm.MaxName, reelm.CleanLine); err != nil {
		return nil, err
	}
	if p.Bio, err = cleaned("bio", in.Body.Bio, reelm.MaxBio, reelm.CleanText); err != nil {
		return nil, err
	}
	if p.Email, err = cleaned("email", in.Body.Email, 254, reelm.CleanLine); err != nil {
		return nil, err
	}
	if in.Body.Language != nil {
		l, err := reelm.ParseLanguage(*in.Body.Language, "")
		if err != nil {
			return nil, err
		}
		p.Language = &l
	}
	acc, err := v.DB.UpdateProfile(ctx, v.Account.ID, p)
	if err != nil {
		return nil, err
	}
	return &accountOut{wireAccount(v, acc, false)}, v.Feed.Acted(ctx, v.Viewer)
}

func cleaned(field string, s *string, max int, clean func(string, string, int) (string, error)) (*string, error) {
	if s == nil {
		return nil, nil
	}
	out, err := clean(field, *s, max)
	return &out, err
}
