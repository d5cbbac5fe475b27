// Package visit is what every request carries: the realm it concerns with
// what works for it, who asks, from where and in which language. The API and
// the pages read it; one middleware makes it.
package visit

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"reelm"
	"reelm/internal/auth"
	"reelm/internal/clip"
	"reelm/internal/feed"
	"reelm/internal/notify"
	"reelm/internal/own"
	"reelm/internal/realm"
	"reelm/internal/words"
)

// Place is a realm with what works for it.
type Place struct {
	*realm.Realm
	Feed *feed.Feed
	Desk *clip.Desk
	Live *notify.Hub
	Own  *own.Desk
}

// Visit is one request's circumstances.
type Visit struct {
	*Place
	auth.Identity
	Lang    *words.Lang
	Address string // of the client, without port
	Country string // ISO 3166-1 alpha-2 where known
	Agent   string
	Secure  bool // came over HTTPS, as far as we or a trusted proxy know
	Bearer  bool // the token came in the Authorization header
	// BadToken is why the token that came with the request does not hold; the
	// visitor is nobody then.
	BadToken error

	blocks *realm.Blocks // as they stood when the request came
	places func(ctx context.Context, host string) (*Place, error)
}

// Cookies of the pages. None is set before it is needed.
const (
	CookieSession = "reelm"
	CookieViewer  = "reelm_viewer"
	CookieLearn   = "learn" // "no": do not ask again
	CookieLang    = "lang"
	CookieTheme   = "theme"
)

type key struct{}

// From gives the visit of a request's context.
func From(ctx context.Context) *Visit {
	v, _ := ctx.Value(key{}).(*Visit)
	return v
}

// With puts a visit into a context.
func With(ctx context.Context, v *Visit) context.Context { return context.WithValue(ctx, key{}, v) }

// Door lets visitors in.
type Door struct {
	Desk    *auth.Desk
	Places  func(ctx context.Context, host string) (*Place, error) // nil, nil: no realm has this host
	Proxies []netip.Prefix                                         // whose X-Forwarded-For counts
	Country func(netip.Addr) string                                // nil: unknown
}

// Open makes the visit of a request. The error is reelm.ErrNotFound with the
// code `no-such-host` where no realm answers for the host.
func (d *Door) Open(r *http.Request) (*Visit, error) {
	p, err := d.Places(r.Context(), r.Host)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, ErrHost
	}
	v := &Visit{Place: p, Agent: r.UserAgent(), Secure: r.TLS != nil, places: d.Places}
	d.locate(r, v)
	if v.blocks, err = p.Blocks(r.Context()); err != nil {
		return nil, err
	}
	v.Lang = words.Match(r.Header.Get("Accept-Language"), cookie(r, CookieLang))
	token := cookie(r, CookieSession)
	if token == "" {
		token = cookie(r, CookieViewer)
	}
	if h := r.Header.Get("Authorization"); h != "" {
		v.Bearer = true
		var ok bool
		if token, ok = strings.CutPrefix(h, "Bearer "); !ok || token == "" {
			token = "malformed"
		}
	}
	v.Identity, err = d.Desk.Identify(r.Context(), p.Realm, token)
	if reelm.KindOf(err) == reelm.Unauthenticated {
		v.BadToken = err
		return v, nil
	}
	return v, err
}

// ErrHost is the answer to a host that no realm has: 421.
var ErrHost = &reelm.Error{Kind: reelm.NotFound, Code: "no-such-host", Detail: "no realm answers for this host"}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// locate finds the client's address: the last one in X-Forwarded-For that is
// not a trusted proxy, if the request came from a trusted proxy.
func (d *Door) locate(r *http.Request, v *Visit) {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	addr := from.Addr().Unmap()
	if err == nil && d.trusted(addr) {
		v.Secure = v.Secure || r.Header.Get("X-Forwarded-Proto") == "https"
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(hops) - 1; i >= 0; i-- {
			hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
			if err != nil {
				break
			}
			if addr = hop.Unmap(); !d.trusted(addr) {
				break
			}
		}
	}
	v.Address = addr.String()
	if d.Country != nil && addr.IsValid() {
		v.Country = d.Country(addr)
	}
}

func (d *Door) trusted(a netip.Addr) bool {
	for _, p := range d.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Language is the one in which the visitor likes to read: the account's, or
// the browser's.
func (v *Visit) Language() string {
	if v.Account != nil && v.Account.Language != "" {
		return v.Account.Language
	}
	return v.Lang.Code()
}

// NeedAccount fails with ErrUnauthenticated for whoever is not signed in.
func (v *Visit) NeedAccount() (*reelm.Account, error) {
	if v.Account == nil {
		return nil, reelm.ErrUnauthenticated
	}
	return v.Account, nil
}

// NeedViewer fails for whoever has neither account nor viewer token.
func (v *Visit) NeedViewer() (reelm.ViewerID, error) {
	if v.Viewer == 0 {
		return 0, reelm.ErrUnauthenticated
	}
	return v.Viewer, nil
}

// Reader is the number under which lists know who looks: of the account, or of
// the browser, which can mute but follow and block nobody. 0 is nobody.
func (v *Visit) Reader() reelm.AccountID { return reelm.AccountID(v.Viewer) }

// MaySee is the rule of who may see a clip, for this visitor.
func (v *Visit) MaySee(ctx context.Context, c *reelm.Clip) error {
	rel, err := v.DB.Relation(ctx, v.AccountID(), c.Author)
	if err != nil {
		return err
	}
	if err := reelm.MaySee(c, rel); err != nil || rel.Moderator {
		return err
	}
	return v.blocks.Clip(v.Country, c)
}

// MaySeeAccount is the rule of which accounts a country does not see.
func (v *Visit) MaySeeAccount(id reelm.AccountID) error { return v.blocks.Account(v.Country, id) }

// MaySeeMedia is the rule of the media of a clip.
func (v *Visit) MaySeeMedia(c *reelm.Clip) error { return v.blocks.Clip(v.Country, c) }

// MaySeeAvatar is the rule of an account's picture.
func (v *Visit) MaySeeAvatar(file string) error { return v.blocks.Avatar(v.Country, file) }

// Cacheable says whether caches that many countries share may keep what is
// public.
func (v *Visit) Cacheable() bool { return !v.blocks.Anywhere() }

// Unblocked leaves out of a list what the visitor's country does not see.
func (v *Visit) Unblocked(clips []*reelm.Clip) []*reelm.Clip {
	if v.Cacheable() || v.Is(reelm.RoleModerator) {
		return clips
	}
	return slices.DeleteFunc(slices.Clone(clips), func(c *reelm.Clip) bool { return v.MaySeeMedia(c) != nil })
}
