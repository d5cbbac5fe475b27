package servertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// JSON reads the body as an object.
func (a Answer) JSON(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(a.Body, &v); err != nil {
		t.Fatalf("%v: %.200s", err, a.Body)
	}
	return v
}

// Code is the last segment of a problem's type.
func (a Answer) Code(t testing.TB) string {
	t.Helper()
	if ct := a.Header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("the problem is %q: %.200s", ct, a.Body)
		return ""
	}
	s, _ := a.JSON(t)["type"].(string)
	return s[strings.LastIndex(s, "/")+1:]
}

// Try sends a request; a string or []byte body goes as it is, anything else
// as JSON. The error is that of the connection.
func (h *House) Try(method, path, token string, body any, header ...string) (Answer, error) {
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	case []byte:
		r = bytes.NewReader(b)
	default:
		j, err := json.Marshal(b)
		if err != nil {
			return Answer{}, err
		}
		r = bytes.NewReader(j)
	}
	req, err := http.NewRequest(method, h.Base+path, r)
	if err != nil {
		return Answer{}, err
	}
	if r != nil {
		req.Header.Set("Content-Type", "application/json")
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
	res, err := http.DefaultTransport.RoundTrip(req) // without following
	if err != nil {
		return Answer{}, err
	}
	b, err := io.ReadAll(res.Body)
	if cerr := res.Body.Close(); err == nil {
		err = cerr
	}
	return Answer{res.StatusCode, res.Header, b}, err
}

// Do is Try where the connection has to hold.
func (h *House) Do(method, path, token string, body any, header ...string) Answer {
	h.Helper()
	a, err := h.Try(method, path, token, body, header...)
	if err != nil {
		h.Fatal(err)
	}
	return a
}

// Must is Do where the status has to be a certain one.
func (h *House) Must(want int, method, path, token string, body any, header ...string) Answer {
	h.Helper()
	a := h.Do(method, path, token, body, header...)
	if a.Status != want {
		h.Fatalf("%s %s: %d, want %d: %.300s", method, path, a.Status, want, a.Body)
	}
	return a
}

// Account makes an account that allows learning and gives its token.
func (h *House) Account(handle string) string {
	h.Helper()
	a := h.Must(201, "POST", "/api/v1/accounts", "", map[string]any{"handle": handle, "password": Password, "birthday": "1990-05-17", "learn": true})
	return a.JSON(h)["token"].(string)
}

var films struct {
	sync.Mutex
	made map[int][]byte
}

// Film makes a video of half a second, each seed another one.
func Film(t testing.TB, seed int) []byte {
	t.Helper()
	films.Lock()
	defer films.Unlock()
	if b := films.made[seed]; b != nil {
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
	if films.made == nil {
		films.made = map[int][]byte{}
	}
	films.made[seed] = b
	return b
}

// Form makes the body of an upload; fields are names and values in turn.
func Form(t testing.TB, file []byte, fields ...string) (body []byte, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
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

// Upload sends a file as a form.
func (h *House) Upload(token string, file []byte, fields ...string) Answer {
	h.Helper()
	body, kind := Form(h, file, fields...)
	return h.Do("POST", "/api/v1/clips", token, body, "Content-Type", kind)
}

// Publish uploads a film and follows its live stream until it is ready.
func (h *House) Publish(token string, seed int, caption string, more ...string) (id string) {
	h.Helper()
	a := h.Upload(token, Film(h, seed), append([]string{"caption", caption}, more...)...)
	if a.Status != 202 {
		h.Fatalf("upload: %d %s", a.Status, a.Body)
	}
	id = a.JSON(h)["id"].(string)
	if c := h.Live(token, id, "ready", "failed"); c["state"] != "ready" {
		h.Fatalf("clip is %v: %v", c["state"], c["error"])
	}
	return id
}

// Live reads a clip's stream until it is in one of some states.
func (h *House) Live(token, id string, states ...string) map[string]any {
	h.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", h.Base+"/api/v1/clips/"+id+"/live", nil)
	if err != nil {
		h.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.Fatal(err)
	}
	defer res.Body.Close()
	stream := NewEvents(res.Body)
	for {
		data, err := stream.Next()
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

// Learned waits until the engine offers n clips: births reach it through the
// outbox, a moment after the clip is ready.
func (h *House) Learned(token string, n int) {
	h.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		items := h.Must(200, "GET", "/api/v1/feed/for-you?limit=50", token, nil).JSON(h)["items"].([]any)
		if len(items) >= n {
			return
		}
		if time.Now().After(deadline) {
			h.Fatalf("the engine offers %d of %d clips", len(items), n)
		}
	}
}
