package server_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reelm/internal/server/servertest"
)

// TestUnfinishedUploadsAreSweptAfterADay: whoever began an upload and never
// came back leaves nothing behind; who is still at it keeps what has arrived.
func TestUnfinishedUploadsAreSweptAfterADay(t *testing.T) {
	h := servertest.Start(t)
	anna := h.Account("anna")
	begin := func() (address, id string) {
		made := h.Must(201, "POST", "/api/v1/uploads", anna, nil, "Tus-Resumable", "1.0.0", "Upload-Length", "1000")
		address = made.Header.Get("Location")
		address = address[strings.Index(address, "/api/"):]
		h.Must(204, "PATCH", address, anna, make([]byte, 10), "Tus-Resumable", "1.0.0", "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream")
		return address, address[strings.LastIndex(address, "/")+1:]
	}
	old, oldID := begin()
	fresh, freshID := begin()
	dir := filepath.Join(h.Config.Data, "realms/main/uploads/resumable")
	age := func(id string, by time.Duration) {
		files, err := filepath.Glob(filepath.Join(dir, id+"*"))
		if err != nil || len(files) < 2 {
			t.Fatal(files, err)
		}
		for _, f := range files {
			if at := time.Now().Add(-by); os.Chtimes(f, at, at) != nil {
				t.Fatal("cannot age", f)
			}
		}
	}
	age(oldID, 25*time.Hour)
	age(freshID, 23*time.Hour)
	h.Stop()
	h.Run() // sweeps when it starts
	// Asking over HTTP would count as going on with it.
	deadline := time.Now().Add(time.Minute)
	for {
		left, err := filepath.Glob(filepath.Join(dir, oldID+"*"))
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("left behind: %v, %v", left, err)
		}
		if len(left) == 0 {
			break
		}
	}
	h.Must(404, "HEAD", old, anna, nil, "Tus-Resumable", "1.0.0")
	if a := h.Must(200, "HEAD", fresh, anna, nil, "Tus-Resumable", "1.0.0"); a.Header.Get("Upload-Offset") != "10" {
		t.Errorf("the younger one is at %s", a.Header.Get("Upload-Offset"))
	}
}

func plain(t *testing.T, w, h int, c color.Color) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		img.Set(i%w, i/w, c)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOnesOwnPicture(t *testing.T) {
	h := servertest.Start(t)
	anna := h.Account("anna")
	shown := func() string {
		a, _ := h.Must(200, "GET", "/api/v1/accounts/anna", "", nil).JSON(t)["avatar"].(string)
		return a
	}
	h.Must(401, "PUT", "/api/v1/me/avatar", "", plain(t, 10, 10, color.White))
	first, _ := h.Must(200, "PUT", "/api/v1/me/avatar", anna, plain(t, 300, 200, color.RGBA{200, 0, 0, 255})).JSON(t)["avatar"].(string)
	if first == "" || first != shown() {
		t.Fatalf("the picture is at %q, the account shows %q", first, shown())
	}
	a := h.Must(200, "GET", first, "", nil)
	img, err := jpeg.Decode(bytes.NewReader(a.Body))
	if err != nil || img.Bounds().Dx() != img.Bounds().Dy() || a.Header.Get("Content-Type") != "image/jpeg" {
		t.Fatalf("%s %v", a.Header.Get("Content-Type"), err)
	}
	for name, c := range map[string]struct {
		body   []byte
		status int
		code   string
	}{
		"no picture": {[]byte("hello"), 422, "bad-picture"}, "a vector": {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), 422, "bad-picture"},
		"nothing": {[]byte{}, 422, "bad-picture"}, "cut off": {plain(t, 50, 50, color.Black)[:60], 422, "bad-picture"},
		"many bytes": {make([]byte, 16<<20+1), 413, "large-picture"},
	} {
		if a := h.Do("PUT", "/api/v1/me/avatar", anna, c.body); a.Status != c.status || a.Code(t) != c.code {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	if shown() != first {
		t.Error("a refused picture has changed something")
	}

	// The form of the page, and the picture before is gone.
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	p, err := w.CreateFormFile("file", "me.png")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write(plain(t, 40, 40, color.RGBA{0, 0, 200, 255})); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if a := h.Do("POST", "/settings/avatar", anna, form.Bytes(), "Content-Type", w.FormDataContentType()); a.Status != 303 {
		t.Fatalf("the form: %d %s", a.Status, a.Body)
	}
	second := shown()
	if second == first || second == "" {
		t.Fatalf("the account shows %q", second)
	}
	h.Must(404, "GET", first, "", nil)
	if page := h.Must(200, "GET", "/@anna", "", nil); !strings.Contains(string(page.Body), fmt.Sprintf(`src="%s"`, second)) {
		t.Error("the profile does not show it")
	}
	h.Must(204, "DELETE", "/api/v1/me/avatar", anna, nil)
	if shown() != "" {
		t.Error("it was taken away and is still shown")
	}
	h.Must(404, "GET", second, "", nil)
}
