package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"reelm/internal/realm/realmtest"
	"reelm/internal/server/servertest"
)

// phoneFilm is eight seconds of 1080 x 1920 as a phone gives them.
func phoneFilm(b *testing.B, seed int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "phone.mp4")
	run(b, "ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", fmt.Sprintf("gradients=s=1080x1920:d=8:r=24:seed=%d:n=4", seed),
		"-f", "lavfi", "-i", fmt.Sprintf("sine=frequency=%d:duration=8", 200+seed*7), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
		"-c:a", "aac", "-shortest", "-movflags", "+faststart", "-y", path)
	return path
}

func run(b *testing.B, name string, args ...string) string {
	b.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		b.Fatalf("%s: %v: %s", name, err, out)
	}
	return string(out)
}

// BenchmarkPublish measures from an upload's last byte until its author can
// play it and until everybody can, beside bare ffmpeg making the same 540p.
func BenchmarkPublish(b *testing.B) {
	h := servertest.Spawn(b, servertest.Build(b), b.TempDir())
	token := h.Account("maker")
	h.Publish(token, 1, "warms up")
	var bare, preview, public []time.Duration
	for b.Loop() {
		film := phoneFilm(b, 3+len(bare))
		at := time.Now()
		run(b, "ffmpeg", "-nostdin", "-v", "error", "-y", "-i", film, "-vf", "fps=30,scale=540:-2,format=yuv420p", "-c:v", "libx264", "-preset", "veryfast",
			"-crf", "24", "-g", "60", "-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart", filepath.Join(b.TempDir(), "bare.mp4"))
		bare = append(bare, time.Since(at))
		data, err := os.ReadFile(film)
		if err != nil {
			b.Fatal(err)
		}
		at = time.Now()
		a := h.Upload(token, data, "caption", "from a phone")
		if a.Status != 202 {
			b.Fatalf("upload: %d %s", a.Status, a.Body)
		}
		clip := "/api/v1/clips/" + a.JSON(b)["id"].(string)
		for seen, state := false, ""; state != "ready"; time.Sleep(20 * time.Millisecond) { // not to take the encoder's core
			c := h.Must(200, "GET", clip, token, nil).JSON(b)
			if state = c["state"].(string); state == "failed" {
				b.Fatal(c["error"])
			}
			if !seen && (c["preview"] != nil || state == "ready") {
				seen = true
				preview = append(preview, time.Since(at))
			}
		}
		public = append(public, time.Since(at))
		idle(b, h, token, clip)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(middle(bare).Seconds(), "bare-s")
	b.ReportMetric(middle(preview).Seconds(), "preview-s")
	b.ReportMetric(middle(public).Seconds(), "public-s")
}

// idle waits until the further renditions of a clip are made.
func idle(b *testing.B, h *servertest.House, token, clip string) {
	b.Helper()
	for {
		c := h.Must(200, "GET", clip, token, nil).JSON(b)
		if len(c["renditions"].([]any)) >= 4 {
			return
		}
		time.Sleep(100 * time.Millisecond) // of a benchmark: between two measurements
	}
}

func middle(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// BenchmarkRenditions sends a rendition to wrk, as fast as it takes it, and
// has nginx do the same with the same file.
func BenchmarkRenditions(b *testing.B) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		nginx = "/usr/sbin/nginx"
	}
	data := b.TempDir()
	h := servertest.Spawn(b, servertest.Build(b), data)
	token := h.Account("maker")
	path := filepath.Join(b.TempDir(), "busy.mp4")
	run(b, "ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "gradients=s=540x960:d=20:r=30:seed=5:n=4,noise=alls=12:allf=t",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path)
	film, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	id := h.Upload(token, film, "caption", "a clip").JSON(b)["id"].(string)
	c := h.Live(token, id, "ready", "failed")
	at := c["renditions"].([]any)[0].(map[string]any)["url"].(string)
	files, err := filepath.Glob(filepath.Join(data, "realms/main/media", strings.TrimPrefix(at, "/media/")))
	if err != nil || len(files) != 1 {
		b.Fatalf("where is %s? %v %v", at, files, err)
	}
	size, err := os.Stat(files[0])
	if err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, `daemon off; pid %s/pid; error_log %s/error; worker_processes 2; user root;
events { worker_connections 512; }
http { access_log off; sendfile on; tcp_nopush on; types { video/mp4 mp4; } server { listen %s; root %s; } }`, dir, dir, address, filepath.Dir(files[0])), 0o600); err != nil {
		b.Fatal(err)
	}
	server := exec.Command(nginx, "-c", conf)
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Process.Signal(syscall.SIGTERM); _ = server.Wait() })
	for { // until it listens
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			break
		}
	}
	theirs := "http://" + address + "/" + filepath.Base(files[0])
	var ours, nginxs float64
	rounds := 0
	for b.Loop() {
		nginxs += wrk(b, theirs)
		ours += wrk(b, h.Base+at)
		rounds++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ours/float64(rounds)/1e6, "MB/s")
	b.ReportMetric(nginxs/float64(rounds)/1e6, "nginx-MB/s")
	b.ReportMetric(ours/nginxs, "of-nginx")
	b.ReportMetric(float64(size.Size())/1e6, "file-MB")
}

// wrk asks for a file over and over on 32 connections and gives bytes a second.
func wrk(b *testing.B, url string) float64 {
	b.Helper()
	out := run(b, "wrk", "-t1", "-c32", "-d5s", url)
	if strings.Contains(out, "Non-2xx") {
		b.Fatal(out)
	}
	_, rate, _ := strings.Cut(out, "Transfer/sec:")
	rate = strings.TrimSpace(rate)
	units := map[string]float64{"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
	n, err := strconv.ParseFloat(rate[:len(rate)-2], 64)
	if err != nil {
		b.Fatal(out)
	}
	return n * units[rate[len(rate)-2:]]
}

// BenchmarkFeed asks for the For You feed over HTTP in a realm of 10,000 clips,
// on one connection and then on 8, with a beacon that the engine learns from
// after every fourth page. It also tells what the server's process takes of memory: idle
// on an empty folder, idle with the realm, and after the load.
func BenchmarkFeed(b *testing.B) {
	const clips, viewers = 10_000, 40
	data := b.TempDir()
	h := servertest.Spawn(b, servertest.Build(b), data)
	empty := memory(b, h)
	tokens := make([]string, viewers)
	for i := range tokens {
		tokens[i] = h.Account(fmt.Sprintf("fan.%d", i))
	}
	h.Stop()
	fill(b, data, clips)
	h.Respawn()
	h.Learned(tokens[0], 50)
	idle := memory(b, h)
	alone := swipe(b, h, tokens, 500)
	slices.Sort(alone)
	var mu sync.Mutex
	var took []time.Duration
	began := time.Now()
	for b.Loop() {
		var round sync.WaitGroup
		for range 8 {
			round.Go(func() {
				mine := swipe(b, h, tokens, 200)
				mu.Lock()
				defer mu.Unlock()
				took = append(took, mine...)
			})
		}
		round.Wait()
	}
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(len(took))/time.Since(began).Seconds(), "feeds/s")
	b.ReportMetric(alone[len(alone)/2].Seconds()*1e3, "p50-ms")
	b.ReportMetric(alone[len(alone)*99/100].Seconds()*1e3, "p99-ms")
	b.ReportMetric(took[len(took)/2].Seconds()*1e3, "p50-ms-of-8")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1e3, "p99-ms-of-8")
	b.ReportMetric(empty, "empty-MB")
	b.ReportMetric(idle, "idle-MB")
	b.ReportMetric(memory(b, h), "load-MB")
}

// swipe asks for so many pages and tells what was watched of every fourth.
func swipe(b *testing.B, h *servertest.House, tokens []string, pages int) (took []time.Duration) {
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	for n := range pages {
		token := tokens[random.IntN(len(tokens))]
		at := time.Now()
		a, err := h.Try("GET", "/api/v1/feed/for-you?limit=10", token, nil)
		took = append(took, time.Since(at))
		if err == nil && a.Status == http.StatusOK && n%4 == 0 {
			a, err = watch(h, token, a.Body, random)
		}
		if err != nil || a.Status >= 300 {
			b.Errorf("%v %d %s", err, a.Status, a.Body)
			return took
		}
	}
	return took
}

// fill publishes clips without media into the folder of a server that is not
// running.
func fill(b *testing.B, data string, clips int) {
	b.Helper()
	w := realmtest.Open(b, data)
	r := w.Realm("main")
	topics := []string{"moor", "neon", "bread", "sea", "chess", "rust", "owls", "stars"}
	for i := range 100 {
		author := w.Account(r, fmt.Sprintf("maker.%d", i))
		for n := range clips / 100 {
			w.Clip(r, author, fmt.Sprintf("Clip %d of author %d #%s #%s", n, i, topics[i%8], topics[n%8]))
		}
	}
	w.Shut()
}

// watch tells what somebody did with the clips of a page.
func watch(h *servertest.House, token string, page []byte, random *rand.Rand) (servertest.Answer, error) {
	var got struct{ Items []struct{ Serve string } }
	if err := json.Unmarshal(page, &got); err != nil {
		return servertest.Answer{}, err
	}
	var events []any
	for _, it := range got.Items {
		events = append(events, map[string]any{"serve": it.Serve, "kind": "watch", "watched_ms": random.IntN(9000)})
	}
	return h.Try("POST", "/api/v1/events", token, map[string]any{"events": events})
}

// memory is what the server's process has resident, in MB.
func memory(b *testing.B, h *servertest.House) float64 {
	b.Helper()
	kb, err := h.Resident()
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1e3
}
