package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"reelm/internal/media"
	"reelm/internal/server"
)

func TestMain(m *testing.M) {
	media.RunHelper()
	os.Exit(m.Run())
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

const password = "vT7 plume orbit 42 quay"

// house is a running server.
type house struct {
	testing.TB
	cfg  server.Config
	base string
	stop func()
}

// config is the default configuration on a free port, without limits.
func config(t testing.TB, dir string) server.Config {
	t.Helper()
	var c server.Config
	p, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Parse(nil); err != nil {
		t.Fatal(err)
	}
	c.Listen, c.OpsListen, c.Data, c.Fast = "127.0.0.1:0", "", dir, true
	c.Limits.Enabled = false
	return c
}

func start(t testing.TB, change ...func(*server.Config)) *house {
	t.Helper()
	h := &house{TB: t, cfg: config(t, t.TempDir())}
	for _, f := range change {
		f(&h.cfg)
	}
	h.run()
	t.Cleanup(func() { h.stop() })
	return h
}

// run starts the server and waits until it listens.
func (h *house) run() {
	h.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s, err := server.Open(ctx, h.cfg, true, quiet)
	if err != nil {
		cancel()
		h.Fatal(err)
	}
	address, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- s.Serve(ctx, func(a string) { address <- a }) }()
	select {
	case a := <-address:
		h.base = "http://" + a
	case err := <-done:
		cancel()
		h.Fatal(err)
	}
	stopped := false
	h.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			h.Error(err)
		}
		if err := s.Close(); err != nil {
			h.Error(err)
		}
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) json(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%v: %.200s", err, a.body)
	}
	return v
}

// code is the last segment of a problem's type.
func (a answer) code(t testing.TB) string {
	t.Helper()
	if ct := a.header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("the problem is %q: %.200s", ct, a.body)
	}
	s, _ := a.json(t)["type"].(string)
	return s[strings.LastIndex(s, "/")+1:]
}

// do sends a request; a string or []byte body is sent as it is, anything else
// as JSON.
func (h *house) do(method, path, token string, body any, header ...string) answer {
	h.Helper()
	var r io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	case []byte:
		r = bytes.NewReader(b)
	default:
		j, err := json.Marshal(b)
		if err != nil {
			h.Fatal(err)
		}
		r = bytes.NewReader(j)
	}
	req, err := http.NewRequest(method, h.base+path, r)
	if err != nil {
		h.Fatal(err)
	}
	if r != nil {
		req.Header.Set("Content-Type", kind)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		h.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		h.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		h.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, b}
}

func (h *house) must(want int, method, path, token string, body any, header ...string) answer {
	h.Helper()
	a := h.do(method, path, token, body, header...)
	if a.status != want {
		h.Fatalf("%s %s: %d, want %d: %.300s", method, path, a.status, want, a.body)
	}
	return a
}

func (h *house) account(handle string) string {
	h.Helper()
	a := h.must(201, "POST", "/api/v1/accounts", "", map[string]any{"handle": handle, "password": password, "birthday": "1990-05-17", "learn": true})
	return a.json(h)["token"].(string)
}

var films = map[int][]byte{}

// film makes a video of half a second, each seed another one.
func film(t testing.TB, seed int) []byte {
	t.Helper()
	if b := films[seed]; b != nil {
		return b
	}
	out := filepath.Join(t.TempDir(), "film.mp4")
	cmd := exec.Command("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", fmt.Sprintf("gradients=s=90x160:d=0.5:r=24:seed=%d", seed),
		"-f", "lavfi", "-i", fmt.Sprintf("sine=frequency=%d:duration=0.5", 200+seed), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", out)
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	films[seed] = b
	return b
}

// form makes the body of an upload.
func form(t testing.TB, file []byte, fields map[string]string) (body []byte, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	p, err := w.CreateFormFile("file", "film.mp4")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write(file); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

func (h *house) upload(token string, file []byte, fields map[string]string) answer {
	h.Helper()
	body, kind := form(h, file, fields)
	return h.do("POST", "/api/v1/clips", token, body, "Content-Type", kind)
}

// publish uploads a film and follows its live stream until it is ready.
func (h *house) publish(token string, seed int, caption string, more ...string) string {
	h.Helper()
	fields := map[string]string{"caption": caption}
	for i := 0; i+1 < len(more); i += 2 {
		fields[more[i]] = more[i+1]
	}
	a := h.upload(token, film(h, seed), fields)
	if a.status != 202 {
		h.Fatalf("upload: %d %s", a.status, a.body)
	}
	id := a.json(h)["id"].(string)
	if c := h.live(token, id, "ready", "failed"); c["state"] != "ready" {
		h.Fatalf("clip is %v: %v", c["state"], c["error"])
	}
	return id
}

// live reads the clip's stream until it is in one of some states.
func (h *house) live(token, id string, states ...string) map[string]any {
	h.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", h.base+"/api/v1/clips/"+id+"/live", nil)
	if err != nil {
		h.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.Fatal(err)
	}
	defer res.Body.Close()
	dec := newEvents(res.Body)
	for {
		data, err := dec.next()
		if err != nil {
			h.Fatal("the stream ended: ", err)
		}
		var c map[string]any
		if err := json.Unmarshal(data, &c); err != nil {
			h.Fatal(err)
		}
		for _, s := range states {
			if c["state"] == s {
				return c
			}
		}
	}
}

func TestStartsStopsAndStartsAgainOnTheSameFolder(t *testing.T) {
	h := start(t)
	token := h.account("anna")
	h.stop()
	h.run()
	if me := h.must(200, "GET", "/api/v1/me", token, nil).json(t); me["handle"] != "anna" {
		t.Errorf("%v", me)
	}
}

func TestSecondServerOnAFolderIsRefused(t *testing.T) {
	h := start(t)
	_, err := server.Open(t.Context(), h.cfg, true, quiet)
	if err == nil || !strings.Contains(err.Error(), "another reelm is running") {
		t.Errorf("%v", err)
	}
}

func TestRequestsThatHaveBegunEndBeforeTheServer(t *testing.T) {
	h := start(t)
	token := h.account("anna")
	body, kind := form(t, film(t, 1), map[string]string{"caption": "x"})
	pr, pw := io.Pipe()
	req, err := http.NewRequest("POST", h.base+"/api/v1/clips", pr)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Expect", "100-continue")
	begun := make(chan struct{}) // closed when the server reads the body
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(begun) }}))
	done := make(chan int, 1)
	go func() {
		res, err := (&http.Transport{ExpectContinueTimeout: time.Minute}).RoundTrip(req)
		if err != nil {
			t.Error(err)
			done <- 0
			return
		}
		done <- res.StatusCode
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := pw.Write(body[:len(body)/2]); err != nil {
		t.Fatal(err)
	}
	<-begun
	stopped := make(chan struct{})
	go func() { h.stop(); close(stopped) }()
	for { // until it takes no more connections
		c, err := net.Dial("tcp", strings.TrimPrefix(h.base, "http://"))
		if err != nil {
			break
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := pw.Write(body[len(body)/2:]); err != nil {
		t.Fatal(err)
	}
	if err := pw.Close(); err != nil {
		t.Fatal(err)
	}
	if status := <-done; status != 202 {
		t.Errorf("an upload that had begun: %d", status)
	}
	<-stopped
}
