package blob_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"reelm/internal/blob"
)

const accessKey, secretKey = "reelm-test", "a secret of a test"

// server is where an S3 server listens and how it is spoken to.
type server struct {
	endpoint  string
	transport http.RoundTripper
}

func (s server) makeBucket(t *testing.T, bucket string) {
	t.Helper()
	u, err := url.Parse(s.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	c, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(accessKey, secretKey, ""), Secure: u.Scheme == "https", Transport: s.transport})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.MakeBucket(t.Context(), bucket, minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
}

func (s server) config(bucket, prefix string) blob.S3Config {
	return blob.S3Config{Endpoint: s.endpoint, Bucket: bucket, Prefix: prefix, Region: "us-east-1", AccessKey: accessKey, SecretKey: secretKey, Transport: s.transport}
}

func (s server) open(t *testing.T, bucket, prefix string) *blob.S3 {
	t.Helper()
	st, err := blob.OpenS3(t.Context(), s.config(bucket, prefix))
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// fakeS3 is a server in this process. It speaks TLS, for it does not know
// the signatures within a body that S3 clients send without.
func fakeS3(t *testing.T) server {
	t.Helper()
	fake := httptest.NewTLSServer(gofakes3.New(s3mem.New(), gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	t.Cleanup(fake.Close)
	s := server{fake.URL, fake.Client().Transport}
	s.makeBucket(t, "reelm")
	return s
}

func TestS3InTheProcess(t *testing.T) {
	conformance(t, func(t *testing.T) blob.Store { return fakeS3(t).open(t, "reelm", "realms/main") })
}

// realS3 is versitygw, a folder behind the S3 protocol.
func realS3(t *testing.T) server {
	t.Helper()
	if os.Getenv("REELM_TRIAL") != "1" {
		t.Skip("REELM_TRIAL=1 runs this on a real S3 server")
	}
	bin, err := exec.LookPath("versitygw")
	if err != nil {
		bin = filepath.Join(os.Getenv("HOME"), "go", "bin", "versitygw")
	}
	if _, err := os.Stat(bin); err != nil {
		t.Fatal("no versitygw: go install github.com/versity/versitygw/cmd/versitygw@v1.8.0")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, "--access", accessKey, "--secret", secretKey, "--port", addr, "posix", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // ends with "killed"
	})
	for tick, until := time.NewTicker(20*time.Millisecond), time.Now().Add(time.Minute); ; <-tick.C {
		if c, err := net.Dial("tcp", addr); err == nil {
			_ = c.Close()
			return server{endpoint: "http://" + addr}
		}
		if time.Now().After(until) {
			t.Fatal("versitygw does not listen")
		}
	}
}

func TestRealS3(t *testing.T) {
	real := realS3(t)
	var n atomic.Int64
	conformance(t, func(t *testing.T) blob.Store {
		bucket := fmt.Sprint("reelm-", n.Add(1))
		real.makeBucket(t, bucket)
		return real.open(t, bucket, "realms/main")
	})
}

func TestPrefixesOfOneBucketAreApart(t *testing.T) {
	s := fakeS3(t).open(t, "reelm", "")
	a, b := s.Within("realms/a"), s.Within("realms/a-b")
	put(t, a, "x", "of a")
	put(t, b, "x", "of b")
	if get(t, a, "x", 0, -1) != "of a" || get(t, b, "x", 0, -1) != "of b" {
		t.Error("one sees the other's")
	}
	if got := keys(t, s, "", ""); !slices.Equal(got, []string{"realms/a-b/x", "realms/a/x"}) {
		t.Error(got)
	}
	if err := a.DeletePrefix(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if got := keys(t, s, "", ""); !slices.Equal(got, []string{"realms/a-b/x"}) {
		t.Error(got)
	}
}

func TestPresignedAddressIsReadWithoutAKey(t *testing.T) {
	fake := fakeS3(t)
	s := fake.open(t, "reelm", "realms/main")
	put(t, s, "clips/1.mp4", "video")
	u, err := s.Presign(t.Context(), "clips/1.mp4", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	r, err := (&http.Client{Transport: fake.transport}).Get(u)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r.Body)
	_ = r.Body.Close()
	if err != nil || string(b) != "video" || r.StatusCode != 200 || r.Header.Get("Content-Type") != "video/mp4" {
		t.Errorf("%s, %s, %q, %v", r.Status, r.Header.Get("Content-Type"), b, err)
	}
	if !strings.Contains(u, "X-Amz-Expires=60") {
		t.Error(u)
	}
}

func TestOpenS3SaysWhatIsWrong(t *testing.T) {
	good := fakeS3(t).config("reelm", "")
	for want, change := range map[string]func(*blob.S3Config){
		"want https://":      func(c *blob.S3Config) { c.Endpoint = "s3.example.org" },
		"no bucket nowhere":  func(c *blob.S3Config) { c.Bucket = "nowhere" },
		"S3 prefix":          func(c *blob.S3Config) { c.Prefix = "../x" },
		"connection refused": func(c *blob.S3Config) { c.Endpoint = "http://127.0.0.1:1" },
	} {
		cfg := good
		change(&cfg)
		if _, err := blob.OpenS3(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
}
