package handover_test

import (
	"context"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"reelm/internal/blob"
	"reelm/internal/handover"
	"reelm/internal/realm"
)

// onS3 moves a buyer's media into an S3 store, before anything is there.
func (b *buyer) onS3() {
	b.Helper()
	fake := httptest.NewTLSServer(gofakes3.New(s3mem.New(), gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	b.Cleanup(fake.Close)
	u, err := url.Parse(fake.URL)
	if err != nil {
		b.Fatal(err)
	}
	c, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4("k", "a secret of a test", ""), Secure: true, Transport: fake.Client().Transport})
	if err != nil {
		b.Fatal(err)
	}
	if err := c.MakeBucket(b.Context(), "reelm", minio.MakeBucketOptions{}); err != nil {
		b.Fatal(err)
	}
	b.Shut()
	b.Media = func(ctx context.Context, name, _ string) (blob.Store, error) {
		return blob.OpenS3(ctx, blob.S3Config{Endpoint: fake.URL, Bucket: "reelm", Prefix: name, Region: "us-east-1", AccessKey: "k", SecretKey: "a secret of a test", Transport: fake.Client().Transport})
	}
	b.Reopen()
}

// Media pass from a folder to S3, with what came after, and from there on to
// another folder.
func TestMediaPassToS3AndBack(t *testing.T) {
	tw := newTown(t, 3, 4)
	tw.watch()
	b := newBuyer(t)
	b.onS3()
	path, first := tw.export(b)
	b.mustTake(path)
	tw.clip(tw.people[0], "the newest #topic1")
	if err := tw.f.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	path, _ = tw.export(b, func(x *handover.Export) { x.Since = first.Note })
	b.mustTake(path)
	r := b.Realm("main")
	sameMedia(t, tw.r, r)

	on := &town{World: b.World, r: r, f: openFeed(t, r), people: tw.people}
	next := newBuyer(t)
	path, _ = on.export(next)
	next.mustTake(path)
	sameMedia(t, tw.r, next.Realm("main"))
	if a, c := feeds(t, on.f, tw.people), feeds(t, openFeed(t, next.Realm("main")), tw.people); len(a) != len(c) || a[0] != c[0] {
		t.Error("feeds differ")
	}
}

func sameMedia(t *testing.T, from, to *realm.Realm) {
	t.Helper()
	n := 0
	for info, err := range from.Media.List(t.Context(), "", "") {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if content(t, to, info.Key) != content(t, from, info.Key) {
			t.Errorf("%s is another", info.Key)
		}
	}
	for _, err := range to.Media.List(t.Context(), "", "") {
		if err != nil {
			t.Fatal(err)
		}
		n--
	}
	if n != 0 {
		t.Errorf("%d more are there than here", -n)
	}
}
