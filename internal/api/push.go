package api

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"net/url"
	"strings"

	"reelm"
	"reelm/internal/notify"
	"reelm/internal/store"
	"reelm/internal/visit"
)

type pushKeyOut struct {
	Body struct {
		Key string `json:"key" doc:"The realm's public key (RFC 8292), for PushManager.subscribe."`
	}
}

func (a *API) pushKey(ctx context.Context, v *visit.Visit, _ *struct{}) (*pushKeyOut, error) {
	out := &pushKeyOut{}
	var err error
	out.Body.Key, err = notify.PushKey(ctx, v.Realm)
	return out, err
}

type addPushIn struct {
	Body struct {
		Endpoint string `json:"endpoint" maxLength:"2000"`
		Keys     struct {
			P256dh string `json:"p256dh" maxLength:"200"`
			Auth   string `json:"auth" maxLength:"100"`
		} `json:"keys"`
		Origin string `json:"origin,omitempty" maxLength:"300" doc:"Of the page that subscribed."`
		// Browsers send more of a subscription than is used.
		ExpirationTime any `json:"expirationTime,omitempty"`
	}
}

func (a *API) addPush(ctx context.Context, v *visit.Visit, in *addPushIn) (*struct{}, error) {
	b := in.Body
	u, err := url.Parse(b.Endpoint)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return nil, reelm.Wrong("endpoint", "bad-endpoint", "the https address of a push service")
	}
	key, err := decodeKey(b.Keys.P256dh)
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(key)
	}
	if err != nil {
		return nil, reelm.Wrong("keys", "bad-push-key", "a P-256 public key")
	}
	if secret, err := decodeKey(b.Keys.Auth); err != nil || len(secret) != 16 {
		return nil, reelm.Wrong("keys", "bad-push-key", "16 bytes of authentication")
	}
	p := store.Push{Endpoint: b.Endpoint, P256dh: b.Keys.P256dh, Auth: b.Keys.Auth, Language: v.Lang.Code(), Origin: "https://reelm.invalid", Session: v.Session}
	if o, err := url.Parse(b.Origin); err == nil && o.Scheme == "https" && o.Host != "" {
		p.Origin = "https://" + o.Host
	}
	return nil, v.DB.AddPush(ctx, v.Account.ID, p)
}

// decodeKey reads base64 as browsers write it: for addresses, with or without
// padding.
func decodeKey(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}

type dropPushIn struct {
	Body struct {
		Endpoint string `json:"endpoint" maxLength:"2000"`
	}
}

func (a *API) dropPush(ctx context.Context, v *visit.Visit, in *dropPushIn) (*struct{}, error) {
	return nil, v.DB.DropPush(ctx, v.Account.ID, in.Body.Endpoint)
}
