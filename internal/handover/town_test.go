package handover_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"reelm"
	"reelm/internal/feed"
	"reelm/internal/handover"
	"reelm/internal/ledger"
	"reelm/internal/realm"
	"reelm/internal/realm/realmtest"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// town is a realm at work, with people, clips with media, and months of
// watching.
type town struct {
	*realmtest.World
	r      *realm.Realm
	f      *feed.Feed
	people []*reelm.Account
	rnd    *rand.Rand
}

func newTown(t testing.TB, people, clips int) *town {
	t.Helper()
	w := realmtest.Open(t, "")
	tw := &town{World: w, r: w.Realm("main"), rnd: rand.New(rand.NewPCG(7, 0))}
	if err := feed.Constitute(t.Context(), tw.r); err != nil {
		t.Fatal(err)
	}
	for i := range people {
		tw.people = append(tw.people, w.Account(tw.r, fmt.Sprintf("person.%d", i)))
	}
	for i := range clips {
		tw.clip(tw.people[i%len(tw.people)], fmt.Sprintf("clip %d #topic%d", i, i%5))
	}
	tw.f = openFeed(t, tw.r)
	return tw
}

func openFeed(t testing.TB, r *realm.Realm) *feed.Feed {
	t.Helper()
	f, err := feed.Open(context.Background(), r, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// clip publishes a clip with its media.
func (tw *town) clip(author *reelm.Account, caption string) *reelm.Clip {
	tw.Helper()
	c := tw.Clip(tw.r, author, caption)
	for _, name := range []string{"poster.jpg", "540.mp4"} {
		tw.put(c.Media+"/"+name, []byte(strings.Repeat(name+" of "+caption+"\n", 50)))
	}
	return c
}

func (tw *town) put(key string, b []byte) {
	tw.Helper()
	if err := tw.r.Media.Put(context.Background(), key, bytes.NewReader(b), int64(len(b))); err != nil {
		tw.Fatal(err)
	}
}

// watch lets everybody swipe through a page.
func (tw *town) watch() {
	tw.Helper()
	ctx := context.Background()
	for _, a := range tw.people {
		serves, _, err := tw.f.For(ctx, feed.Request{Viewer: a.ID.Viewer(), Profiled: true, Limit: 5, At: tw.Clock.Now(), Language: "en"})
		if err != nil {
			tw.Fatal(err)
		}
		var reports []feed.Report
		for _, s := range serves {
			token, err := feed.Sign(tw.r, &s)
			if err != nil {
				tw.Fatal(err)
			}
			reports = append(reports, feed.Report{Serve: token, Kind: "watch", Watched: int64(tw.rnd.IntN(9000))})
		}
		if _, rejected, _, err := tw.f.Record(ctx, feed.From{Viewer: a.ID.Viewer(), Account: a.ID, Learns: true}, reports); err != nil || len(rejected) > 0 {
			tw.Fatal(err, rejected)
		}
		tw.Clock.Add(time.Minute)
	}
	if err := tw.f.Settle(ctx); err != nil {
		tw.Fatal(err)
	}
}

// feeds is what each of some people would get.
func feeds(t testing.TB, f *feed.Feed, people []*reelm.Account) []string {
	t.Helper()
	if err := f.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, a := range people {
		pos, serves := f.Ask(feed.Request{Viewer: a.ID.Viewer(), Profiled: true, Limit: 20, At: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)})
		b, err := json.Marshal(serves)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(pos, string(b)))
	}
	return out
}

// buyer is another operator, with a key.
type buyer struct {
	*realmtest.World
	identity *age.X25519Identity
}

func newBuyer(t testing.TB) *buyer {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return &buyer{realmtest.Open(t, ""), id}
}

func (b *buyer) to() string { return b.identity.Recipient().String() }

func (tw *town) place() handover.Place { return handover.Place{Realm: tw.r, Feed: tw.f} }

// export makes an archive for a buyer.
func (tw *town) export(b *buyer, change ...func(*handover.Export)) (path string, done *handover.Exported) {
	tw.Helper()
	path = filepath.Join(tw.TempDir(), "sale.reelm")
	x := handover.Export{To: b.to(), Out: path}
	for _, c := range change {
		c(&x)
	}
	done, err := x.Run(tw.Context(), tw.place())
	if err != nil {
		tw.Fatal(err)
	}
	return x.Out, done
}

// take imports an archive.
func (b *buyer) take(path string, change ...func(*handover.Import)) (*handover.Imported, error) {
	b.Helper()
	x := handover.Import{From: path, Identities: []age.Identity{b.identity}, Realm: "main", Receipt: filepath.Join(b.Dir, "receipt")}
	for _, c := range change {
		c(&x)
	}
	return x.Run(b.Context(), b.Set)
}

func (b *buyer) mustTake(path string, change ...func(*handover.Import)) *handover.Imported {
	b.Helper()
	out, err := b.take(path, change...)
	if err != nil {
		b.Fatal(err)
	}
	return out
}

// nothing fails if anything of a realm is there.
func (b *buyer) nothing() {
	b.Helper()
	if _, err := b.Get("main"); !errors.Is(err, reelm.ErrNotFound) && reelm.KindOf(err) != reelm.NotFound {
		b.Errorf("the realm is there: %v", err)
	}
	entries, err := os.ReadDir(filepath.Join(b.Dir, "realms"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		b.Fatal(err)
	}
	for _, e := range entries {
		b.Errorf("realms/%s was left behind", e.Name())
	}
	if _, err := os.Stat(filepath.Join(b.Dir, "receipt")); err == nil {
		b.Error("a receipt was written")
	}
}

// verify checks a realm's ledger.
func verify(t testing.TB, r *realm.Realm, older ...[]byte) *ledger.Report {
	t.Helper()
	rep, err := ledger.Verify(t.Context(), r.DB.Ledger().Fetch, ledger.Options{Key: r.SigningKey().Verifier(), Older: older})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}
