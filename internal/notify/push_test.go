package notify_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"reelm"
	"reelm/internal/clip"
	"reelm/internal/notify"
	"reelm/internal/realm"
	"reelm/internal/realm/realmtest"
	"reelm/internal/store"
)

var b64 = base64.RawURLEncoding

// pushed is what a push service got for a browser, opened with the browser's
// keys.
type pushed struct {
	notify.Message
	authorization string
}

// browser is a push service with one browser behind it.
type browser struct {
	*httptest.Server
	key    *ecdh.PrivateKey
	auth   []byte
	got    chan pushed
	status atomic.Int64
}

func newBrowser(t *testing.T) *browser {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{key: key, auth: []byte("sixteen bytes ok"), got: make(chan pushed, 10)}
	b.status.Store(201)
	b.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		m := pushed{authorization: r.Header.Get("Authorization")}
		if err := json.Unmarshal(b.open(t, body), &m.Message); err != nil {
			t.Error(err)
		}
		w.WriteHeader(int(b.status.Load()))
		b.got <- m
	}))
	t.Cleanup(b.Close)
	return b
}

// open decrypts a message as RFC 8291 and RFC 8188 say.
func (b *browser) open(t *testing.T, body []byte) []byte {
	salt, n := body[:16], int(body[20])
	server, sealed := body[21:21+n], body[21+n:]
	if size := binary.BigEndian.Uint32(body[16:20]); len(sealed) > int(size) {
		t.Errorf("a record of %d bytes holds %d", size, len(sealed))
	}
	public, err := ecdh.P256().NewPublicKey(server)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := b.key.ECDH(public)
	if err != nil {
		t.Fatal(err)
	}
	derive := func(secret, salt []byte, info string, n int) []byte {
		k, err := hkdf.Key(sha256.New, secret, salt, info, n)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	ikm := derive(shared, b.auth, "WebPush: info\x00"+string(b.key.PublicKey().Bytes())+string(server), 32)
	block, err := aes.NewCipher(derive(ikm, salt, "Content-Encoding: aes128gcm\x00", 16))
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	clear, err := gcm.Open(nil, derive(ikm, salt, "Content-Encoding: nonce\x00", 12), sealed, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, _, ok := strings.Cut(string(clear), "\x02")
	if !ok {
		t.Error("the record has no end")
	}
	return []byte(text)
}

// signedBy checks the token of RFC 8292.
func signedBy(t *testing.T, authorization, public, audience string) {
	t.Helper()
	token, _, _ := strings.Cut(strings.TrimPrefix(authorization, "vapid t="), ",")
	parts := strings.Split(strings.TrimSpace(token), ".")
	if len(parts) != 3 {
		t.Fatalf("the token is %q", authorization)
	}
	claims, err1 := b64.DecodeString(parts[1])
	signature, err2 := b64.DecodeString(parts[2])
	key, err3 := b64.DecodeString(public)
	if err1 != nil || err2 != nil || err3 != nil || len(signature) != 64 {
		t.Fatal(err1, err2, err3)
	}
	pub, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), key)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(pub, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the token is signed by another key")
	}
	if !strings.Contains(string(claims), audience) {
		t.Errorf("the token is for %s", claims)
	}
}

func (b *browser) subscription(language string) store.Push {
	return store.Push{Endpoint: b.URL + "/push/1", P256dh: b64.EncodeToString(b.key.PublicKey().Bytes()), Auth: b64.EncodeToString(b.auth), Language: language, Origin: "https://reelm.test"}
}

func TestBrowsersAreTold(t *testing.T) {
	ctx := context.Background()
	w := realmtest.Open(t, "")
	r := w.Realm(realm.Main)
	b := newBrowser(t)
	hub, err := notify.Open(ctx, r, clip.TopicClip, b.Client())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(hub.Close)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	anna, berta, carl := w.Account(r, "anna"), w.Account(r, "berta"), w.Account(r, "carl")
	c := w.Clip(r, anna, "x")
	must(r.DB.AddPush(ctx, anna.ID, b.subscription("de")))
	follow := func(who *reelm.Account) {
		t.Helper()
		_, err := r.DB.FollowAccount(ctx, who.ID, anna.ID)
		must(err)
	}

	must(r.DB.LikeClip(ctx, berta.ID, c.ID))
	got := <-b.got
	if !strings.Contains(got.Title, "gefällt dein Clip") || !strings.Contains(got.Title, "berta") || got.URL != "/c/"+c.ID.String() {
		t.Errorf("%+v", got)
	}
	public, err := notify.PushKey(ctx, r)
	must(err)
	signedBy(t, got.authorization, public, b.URL)
	if again, err := notify.PushKey(ctx, r); err != nil || again != public {
		t.Errorf("the realm has another key: %v", err)
	}

	// What does not ring comes before what does, so that it would come first.
	must(r.DB.SetNoticeSettings(ctx, anna.ID, store.NoticeSettings{NoPush: []store.NoticeKind{store.NoticeFollow}, QuietFrom: -1, QuietUntil: -1, Zone: "UTC"}))
	follow(berta)
	_, err = r.DB.SendMessage(ctx, anna.ID, berta.ID, "hallo", 0)
	must(err)
	_, err = r.DB.SendMessage(ctx, berta.ID, anna.ID, "geheime worte", 0)
	must(err)
	if got := <-b.got; !strings.Contains(got.Title, "hat dir geschrieben") || strings.Contains(got.Title, "geheim") || got.URL != "/messages/@berta" {
		t.Errorf("%+v", got)
	}

	must(r.DB.SetNoticeSettings(ctx, anna.ID, store.NoticeSettings{QuietFrom: 11 * 60, QuietUntil: 13 * 60, Zone: "UTC"})) // it is noon
	must(r.DB.LikeClip(ctx, carl.ID, c.ID))
	hub.Close() // ends what was under way
	hub, err = notify.Open(ctx, r, clip.TopicClip, b.Client())
	must(err)
	t.Cleanup(hub.Close)
	w.Clock.Add(2 * time.Hour)
	b.status.Store(410)
	follow(carl)
	if got := <-b.got; !strings.Contains(got.Title, "folgt dir") {
		t.Errorf("in the quiet hours it rings: %+v", got)
	}
	for deadline := time.Now().Add(20 * time.Second); ; {
		left, err := r.DB.Pushes(ctx, anna.ID)
		must(err)
		if len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a browser that is gone is still told")
		}
	}
}

// What a subscription names may lie in our own network: nothing is sent there.
func TestPushReachesPublicAddressesOnly(t *testing.T) {
	b := newBrowser(t)
	client := notify.PublicClient()
	for _, at := range []string{b.URL, strings.Replace(b.URL, "127.0.0.1", "localhost", 1), "https://10.0.0.1/", "https://169.254.169.254/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://100.64.0.1/",
		"https://[fd00::1]/", "https://0.0.0.0/", "https://[64:ff9b::7f00:1]/", "https://192.168.1.1:443/"} {
		res, err := client.Get(at)
		if err == nil {
			res.Body.Close()
		}
		if err == nil || !strings.Contains(err.Error(), notify.ErrPrivate.Error()) {
			t.Errorf("%s is asked: %v", at, err)
		}
	}
	if len(b.got) > 0 {
		t.Error("something arrived")
	}
}
