package auth

import (
	"context"
	"errors"
	"time"

	"reelm"
	"reelm/internal/realm"
	"reelm/internal/store"
)

// Identity is who asks. The zero Identity is nobody.
type Identity struct {
	Account *reelm.Account // nil without one
	Viewer  reelm.ViewerID // the account's, or the browser's, or 0
	Session []byte         // hash of the session's token, nil without one
}

// AccountID gives the account's id, 0 for none.
func (i Identity) AccountID() reelm.AccountID {
	if i.Account == nil {
		return 0
	}
	return i.Account.ID
}

// Learns says whether the engine may learn from what this viewer watches.
func (i Identity) Learns() bool {
	if i.Account != nil {
		return i.Account.Learn
	}
	return i.Viewer != 0
}

// Is says whether the account has at least a role.
func (i Identity) Is(role reelm.Role) bool {
	if i.Account == nil {
		return false
	}
	switch role {
	case reelm.RoleAdmin:
		return i.Account.Role == reelm.RoleAdmin
	case reelm.RoleModerator:
		return i.Account.Role != reelm.RoleViewer
	}
	return true
}

// SessionLife is how long a session lasts that is not used.
const SessionLife = 90 * 24 * time.Hour

// ViewerLife is how long a browser keeps its viewer token.
const ViewerLife = 400 * 24 * time.Hour

// touchEvery is how exactly a session's last use is known.
const touchEvery = 10 * time.Minute

// Desk is where people sign up and in. One serves all realms.
type Desk struct {
	now     func() time.Time
	hasher  *Hasher
	decoy   string // hash of a password that nobody has
	account *Rates
	address *Rates
	signUp  *Rates
}

// NewDesk opens the desk.
func NewDesk(ctx context.Context, l reelm.Limits, now func() time.Time) (*Desk, error) {
	d := &Desk{now: now, hasher: NewHasher()}
	if l.Enabled {
		d.account = NewRates(l.SignInsPerAccount, 15*time.Minute)
		d.address = NewRates(l.SignInsPerAddress, 15*time.Minute)
		d.signUp = NewRates(l.SignUpsPerAddress, time.Hour)
	}
	var err error
	d.decoy, err = d.hasher.Hash(ctx, "a password that nobody has")
	return d, err
}

// SignUp is what a new account says of itself.
type SignUp struct {
	Handle, Password, Birthday, Email, Language, Country string
	Role                                                 reelm.Role // "" is RoleViewer
	Learn                                                bool
	Viewer                                               reelm.ViewerID // whose taste moves, or 0
	Address                                              string         // where the request came from; "" is trusted
	Agent                                                string
}

// SignUp makes an account and signs it in.
func (d *Desk) SignUp(ctx context.Context, r *realm.Realm, s SignUp) (*reelm.Account, string, error) {
	a, err := d.Register(ctx, r, s)
	if err != nil {
		return nil, "", err
	}
	token, err := d.newSession(ctx, r, a.ID, s.Agent)
	return a, token, err
}

// Register makes an account.
func (d *Desk) Register(ctx context.Context, r *realm.Realm, s SignUp) (*reelm.Account, error) {
	handle, err := reelm.ParseHandle(s.Handle)
	if err != nil {
		return nil, err
	}
	if err := reelm.CheckPassword(s.Password); err != nil {
		return nil, err
	}
	if s.Role == "" {
		s.Role = reelm.RoleViewer
	}
	if err := reelm.CheckBirthday(s.Birthday, d.now()); err != nil {
		return nil, err
	}
	if s.Email, err = reelm.CleanLine("email", s.Email, 254); err != nil {
		return nil, err
	}
	if s.Address != "" && !d.signUp.Allow(r.Name+" "+s.Address, 1, d.now()) {
		return nil, reelm.ErrLimited
	}
	if err := r.RoomForAccount(ctx); err != nil {
		return nil, err
	}
	hash, err := d.hasher.Hash(ctx, s.Password)
	if err != nil {
		return nil, err
	}
	return r.DB.CreateAccount(ctx, store.NewAccount{Handle: handle, Password: hash, Birthday: s.Birthday, Email: s.Email,
		Language: s.Language, Country: s.Country, Role: s.Role, Learn: s.Learn, Viewer: s.Viewer})
}

// SignIn checks a password and opens a session. An unknown handle costs as
// much time as a wrong password, and both count against the handle and the
// address.
func (d *Desk) SignIn(ctx context.Context, r *realm.Realm, handle, password, address, agent string) (*reelm.Account, string, error) {
	now := d.now()
	if folded, err := reelm.ParseHandle(handle); err == nil {
		handle = folded
	}
	byAccount, byAddress := r.Name+" "+handle, r.Name+" "+address
	if d.account.Spent(byAccount, now) || d.address.Spent(byAddress, now) {
		return nil, "", reelm.ErrLimited
	}
	a, hash, err := r.DB.PasswordOf(ctx, handle)
	if errors.Is(err, reelm.ErrNotFound) {
		hash = d.decoy
	} else if err != nil {
		return nil, "", err
	}
	ok, err := d.hasher.Check(ctx, password, hash)
	if err != nil {
		return nil, "", err
	}
	if !ok || a == nil {
		d.account.Allow(byAccount, 1, now)
		d.address.Allow(byAddress, 1, now)
		return nil, "", reelm.ErrBadCredentials
	}
	if !a.Leaving.IsZero() { // whoever comes back within the grace stays
		if err := r.DB.Stay(ctx, a.ID); err != nil {
			return nil, "", err
		}
	}
	token, err := d.newSession(ctx, r, a.ID, agent)
	return a, token, err
}

// CheckPassword refuses who does not know an account's password, as often as
// a sign-in would.
func (d *Desk) CheckPassword(ctx context.Context, r *realm.Realm, a *reelm.Account, password string) error {
	now, key := d.now(), r.Name+" "+a.Handle
	if d.account.Spent(key, now) {
		return reelm.ErrLimited
	}
	_, hash, err := r.DB.PasswordOf(ctx, a.Handle)
	if err != nil {
		return err
	}
	ok, err := d.hasher.Check(ctx, password, hash)
	if err == nil && !ok {
		d.account.Allow(key, 1, now)
		return reelm.Wrong("password", "wrong-password", "the password is not right")
	}
	return err
}

func (d *Desk) newSession(ctx context.Context, r *realm.Realm, id reelm.AccountID, agent string) (string, error) {
	token, hash, err := newToken(sessionPrefix)
	if err != nil {
		return "", err
	}
	agent, err = reelm.CleanLine("agent", agent, 200)
	if err != nil {
		agent = ""
	}
	return token, r.DB.CreateSession(ctx, id, store.Session{Hash: hash, Agent: agent, Expires: d.now().Add(SessionLife)})
}

// NewViewer gives a token to a browser that said yes to learning.
func (d *Desk) NewViewer(ctx context.Context, r *realm.Realm, language, country, address string) (reelm.ViewerID, string, error) {
	if !d.signUp.Allow(r.Name+" "+address, 1, d.now()) {
		return 0, "", reelm.ErrLimited
	}
	token, hash, err := newToken(viewerPrefix)
	if err != nil {
		return 0, "", err
	}
	id, err := r.DB.CreateViewer(ctx, hash, language, country)
	return id, token, err
}

// Identify tells whose token this is. An empty token is nobody; one that is
// invalid, expired or of another realm is ErrUnauthenticated.
func (d *Desk) Identify(ctx context.Context, r *realm.Realm, token string) (Identity, error) {
	switch {
	case token == "":
		return Identity{}, nil
	case wellFormed(token, sessionPrefix):
		a, s, err := r.DB.AccountOfSession(ctx, hashToken(token))
		if errors.Is(err, reelm.ErrNotFound) {
			return Identity{}, reelm.ErrUnauthenticated
		}
		if err != nil {
			return Identity{}, err
		}
		if d.now().Sub(s.Seen) > touchEvery {
			if err := r.DB.TouchSession(ctx, s.Hash, d.now().Add(SessionLife)); err != nil {
				return Identity{}, err
			}
		}
		return Identity{Account: a, Viewer: a.ID.Viewer(), Session: s.Hash}, nil
	case wellFormed(token, viewerPrefix):
		id, err := r.DB.ViewerByToken(ctx, hashToken(token))
		if errors.Is(err, reelm.ErrNotFound) {
			return Identity{}, reelm.ErrUnauthenticated
		}
		return Identity{Viewer: id}, err
	}
	return Identity{}, reelm.ErrUnauthenticated
}

// SignOut ends the session that an identity came by.
func (d *Desk) SignOut(ctx context.Context, r *realm.Realm, i Identity) error {
	if i.Session == nil {
		return nil
	}
	return r.DB.EndSession(ctx, i.Session)
}

// ChangePassword replaces a password after checking the old one, and ends
// every other session.
func (d *Desk) ChangePassword(ctx context.Context, r *realm.Realm, i Identity, old, wanted string) error {
	if i.Account == nil {
		return reelm.ErrUnauthenticated
	}
	if err := reelm.CheckPassword(wanted); err != nil {
		return err
	}
	_, hash, err := r.DB.PasswordOf(ctx, i.Account.Handle)
	if err != nil {
		return err
	}
	ok, err := d.hasher.Check(ctx, old, hash)
	if err != nil {
		return err
	}
	if !ok {
		return reelm.Wrong("old", "bad-credentials", "the present password is not this one")
	}
	if hash, err = d.hasher.Hash(ctx, wanted); err != nil {
		return err
	}
	return r.DB.SetPassword(ctx, i.Account.ID, hash, i.Session)
}
