package notify

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"time"

	webpush "github.com/SherClockHolmes/webpush-go"

	"reelm"
	"reelm/internal/realm"
	"reelm/internal/store"
	"reelm/internal/words"
)

// ErrPrivate says that an endpoint lies in a network that push services do not
// live in.
var ErrPrivate = errors.New("not a public address")

// PublicClient reaches public addresses only, whatever a name resolves to at
// that moment, follows nothing, and asks no proxy: the addresses it is given
// come from people.
func PublicClient() *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if !isPublic(at.Addr()) || at.Port() != 443 {
			return fmt.Errorf("%s: %w", address, ErrPrivate)
		}
		return nil
	}}
	return &http.Client{Timeout: pushTime, Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, MaxIdleConnsPerHost: 2,
		IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 16 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// special are networks that are no part of the public internet, beyond those
// that netip names (IANA special-purpose address registries).
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
}

func isPublic(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
}

const (
	pushTime    = 10 * time.Second // for one browser
	pushLife    = 24 * time.Hour   // how long a push service keeps it for a phone that is off
	pushQueue   = 1000             // what waits at most; what is beyond stays in the inbox
	pushSenders = 4
)

// Pusher tells browsers what happens, by Web Push (RFC 8030) with the realm's
// own key (RFC 8292). What it cannot deliver stands in the inbox all the same.
type Pusher struct {
	r      *realm.Realm
	client *http.Client
	queue  chan store.Told
	stop   context.CancelFunc
	ended  sync.WaitGroup
}

func openPusher(ctx context.Context, r *realm.Realm, client *http.Client) *Pusher {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	p := &Pusher{r: r, client: client, queue: make(chan store.Told, pushQueue), stop: stop}
	for range pushSenders {
		p.ended.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case n := <-p.queue:
					if err := p.tell(ctx, n); err != nil && ctx.Err() == nil {
						slog.Warn("telling browsers", "realm", r.Name, "error", err)
					}
				}
			}
		})
	}
	return p
}

func (p *Pusher) close() {
	p.stop()
	p.ended.Wait()
}

// add takes news on, unless too much waits.
func (p *Pusher) add(n store.Told) {
	if n.Account == n.Actor {
		return // for their other windows only
	}
	select {
	case p.queue <- n:
	default:
		slog.Warn("too much to tell browsers", "realm", p.r.Name)
	}
}

// PushKey is the key by which browsers subscribe.
func PushKey(ctx context.Context, r *realm.Realm) (public string, err error) {
	_, public, err = r.DB.PushKey(ctx, webpush.GenerateVAPIDKeys)
	return public, err
}

// tell tells all browsers of an account, if it wants to hear of such things,
// at this time.
func (p *Pusher) tell(ctx context.Context, n store.Told) error {
	browsers, err := p.r.DB.Pushes(ctx, n.Account)
	if err != nil || len(browsers) == 0 {
		return err
	}
	set, err := p.r.DB.NoticeSettings(ctx, n.Account)
	if err != nil || slices.Contains(set.NoPush, n.Kind) || slices.Contains(set.Off, n.Kind) || set.Quiet(p.r.Now()) {
		return err
	}
	actor, err := p.r.DB.Account(ctx, n.Actor)
	if err != nil {
		return err
	}
	private, public, err := p.r.DB.PushKey(ctx, webpush.GenerateVAPIDKeys)
	if err != nil {
		return err
	}
	for _, b := range browsers {
		err = errors.Join(err, p.send(ctx, b, news(n, actor, b.Language), private, public))
	}
	return err
}

// Message is what a browser is told. Nothing of what somebody wrote is in it.
type Message struct {
	Title string `json:"title"`
	URL   string `json:"url"`
	Tag   string `json:"tag"` // a newer one takes the place of an older one
}

func news(n store.Told, actor *reelm.Account, language string) Message {
	who := actor.Name
	if who == "" {
		who = "@" + actor.Handle
	}
	m := Message{Title: words.Match("", language).T("notice."+string(n.Kind), "who", who, "n", 1), URL: "/inbox", Tag: string(n.Kind)}
	switch {
	case n.Kind == store.NoticeMessage:
		m.URL, m.Tag = "/messages/@"+actor.Handle, m.Tag+actor.Handle
	case n.Clip != 0:
		m.URL, m.Tag = "/c/"+n.Clip.String(), m.Tag+n.Clip.String()
	case n.Kind == store.NoticeRequest:
		m.URL = "/settings/privacy"
	}
	return m
}

// send tells one browser. One that is gone for good is forgotten.
func (p *Pusher) send(ctx context.Context, b store.Push, m Message, private, public string) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	topic := sha256.Sum256([]byte(m.Tag))
	ctx, cancel := context.WithTimeout(ctx, pushTime)
	defer cancel()
	res, err := webpush.SendNotificationWithContext(ctx, body, &webpush.Subscription{Endpoint: b.Endpoint, Keys: webpush.Keys{P256dh: b.P256dh, Auth: b.Auth}},
		&webpush.Options{HTTPClient: p.client, RecordSize: 1024, Subscriber: b.Origin, TTL: int(pushLife.Seconds()), Urgency: webpush.UrgencyNormal,
			Topic: base64.RawURLEncoding.EncodeToString(topic[:24]), VAPIDPublicKey: public, VAPIDPrivateKey: private})
	if err != nil {
		return err
	}
	_, rerr := io.Copy(io.Discard, io.LimitReader(res.Body, 16<<10))
	err = errors.Join(rerr, res.Body.Close())
	if res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone {
		return errors.Join(err, p.r.DB.DropPush(ctx, 0, b.Endpoint))
	}
	if res.StatusCode >= 300 {
		err = errors.Join(err, fmt.Errorf("the push service answers %d", res.StatusCode))
	}
	return err
}
