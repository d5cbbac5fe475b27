package server_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"reelm/internal/server/servertest"
)

// until asks again until an answer has a status.
func until(h *servertest.House, want int, method, path, token string) servertest.Answer {
	h.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		a := h.Do(method, path, token, nil)
		if a.Status == want {
			return a
		}
		if time.Now().After(deadline) {
			h.Fatalf("%s %s: %d, want %d: %.200s", method, path, a.Status, want, a.Body)
		}
	}
}

func TestExportHoldsEverythingAndDeletionGivesAReceipt(t *testing.T) {
	h := servertest.Start(t)
	anna, berta := h.Account("anna"), h.Account("berta")
	id := h.Publish(anna, 1, "mein film #x")
	h.Must(201, "POST", "/api/v1/clips/"+id+"/comments", anna, map[string]any{"text": "mein kommentar"})
	h.Must(200, "PUT", "/api/v1/accounts/berta/follow", anna, nil)
	h.Must(401, "GET", "/api/v1/me/export", "", nil)
	first := h.Must(202, "GET", "/api/v1/me/export", anna, nil).JSON(t)
	if first["state"] == nil || first["progress"] == nil {
		t.Errorf("%v", first)
	}
	archive := until(h, 200, "GET", "/api/v1/me/export", anna)
	z, err := zip.NewReader(bytes.NewReader(archive.Body), int64(len(archive.Body)))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		texts[f.Name] = string(b)
	}
	for name, want := range map[string]string{"account.json": "anna", "clips/" + id + "/clip.json": "mein film", "data/comments.json": "mein kommentar", "data/following.json": "berta", "events.jsonl": `"k":"comment"`, "README.txt": "events.jsonl"} {
		if !strings.Contains(texts[name], want) {
			t.Errorf("%s does not hold %q: %.200s", name, want, texts[name])
		}
	}
	if h.Do("GET", "/api/v1/me/export", berta, nil).Status != 202 {
		t.Error("somebody else gets an archive at once")
	}

	h.Must(422, "DELETE", "/api/v1/me", anna, map[string]any{"password": "something else"})
	gone := h.Must(202, "DELETE", "/api/v1/me?now=true", anna, map[string]any{"password": servertest.Password}).JSON(t)
	h.Must(401, "GET", "/api/v1/me", anna, nil)
	receipt := until(h, 200, "GET", gone["receipt"].(string), "")
	if !strings.Contains(string(receipt.Body), "clips: 1\n") || !strings.Contains(string(receipt.Body), "\n— ") {
		t.Errorf("%s", receipt.Body)
	}
	h.Must(404, "GET", "/api/v1/clips/"+id, "", nil)
	h.Must(404, "GET", "/api/v1/accounts/anna", "", nil)
	h.Must(401, "POST", "/api/v1/sessions", "", map[string]any{"handle": "anna", "password": servertest.Password})

	soon := h.Must(202, "DELETE", "/api/v1/me", berta, nil).JSON(t)
	h.Must(202, "GET", soon["receipt"].(string), "", nil)
	h.Must(404, "GET", "/api/v1/accounts/berta", "", nil)
	h.Must(201, "POST", "/api/v1/sessions", "", map[string]any{"handle": "berta", "password": servertest.Password})
	h.Must(200, "GET", "/api/v1/accounts/berta", "", nil)
}
