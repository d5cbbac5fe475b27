package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// gorse starts the Gorse that is in PATH on ratings, as its documentation
// says for one node (https://gorse.io/docs), and gives its address when the
// recommendations of as many users as ask are in its cache; "" if there is
// none in PATH.
func gorse(b *testing.B, all []rating, asking int) string {
	b.Helper()
	program, err := exec.LookPath("gorse-in-one")
	if err != nil {
		b.Log("no gorse-in-one in PATH: hold the figures against those of docs/benchmarks.md")
		return ""
	}
	dir := b.TempDir()
	rpc, port := freePort(b), freePort(b)
	config := filepath.Join(dir, "config.toml")
	text := fmt.Sprintf(`[database]
data_store = "sqlite://%[1]s/data.db"
cache_store = "sqlite://%[1]s/cache.db"
[master]
host = "127.0.0.1"
port = %[2]d
http_host = "127.0.0.1"
http_port = %[3]d
n_jobs = 2
[recommend.data_source]
positive_feedback_types = ["star"]
read_feedback_types = ["read"]
`, dir, rpc, port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	b.Cleanup(cancel)
	out, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, program, "-c", config)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was killed
		_ = out.Close()
	})
	base := "http://127.0.0.1:" + strconv.Itoa(port)
	answers(b, ctx, base+"/api/health/ready", nil)
	for from := 0; from < len(all); from += 1000 {
		var some []map[string]any
		for _, x := range all[from:min(from+1000, len(all))] {
			kind := "read"
			if x.value >= 4 {
				kind = "star"
			}
			some = append(some, map[string]any{
				"FeedbackType": kind, "UserId": strconv.Itoa(x.user), "ItemId": strconv.Itoa(x.item), "Value": x.value,
				"Timestamp": time.UnixMilli(x.at).UTC().Format(time.RFC3339),
			})
		}
		body, err := json.Marshal(some)
		if err != nil {
			b.Fatal(err)
		}
		resp, err := http.Post(base+"/api/feedback", "application/json", bytes.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 500))
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			b.Fatalf("Gorse answers %d to ratings: %s", resp.StatusCode, said)
		}
	}
	for user := range asking {
		answers(b, ctx, base+"/api/recommend/"+strconv.Itoa(user)+"?n=10", func(body []byte) bool {
			var ids []string
			return json.Unmarshal(body, &ids) == nil && len(ids) == 10
		})
	}
	return base
}

// answers asks an address again and again until it answers as it should.
func answers(b *testing.B, ctx context.Context, url string, good func([]byte) bool) {
	b.Helper()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		resp, err := http.Get(url)
		if err == nil {
			body, rerr := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if rerr == nil && resp.StatusCode == http.StatusOK && (good == nil || good(body)) {
				return
			}
		}
		select {
		case <-ctx.Done():
			b.Fatalf("%s does not answer as it should: %v", url, err)
		case <-tick.C:
		}
	}
}

// freePort is a port of the loopback interface that nobody has.
func freePort(b *testing.B) int {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
