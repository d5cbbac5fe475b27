package server_test

import (
	"strings"
	"testing"

	"reelm/internal/server/servertest"
)

func TestSubtitlesAreShownAndFound(t *testing.T) {
	h := servertest.Start(t)
	anna, berta := h.Account("anna"), h.Account("berta")
	id := h.Publish(anna, 1, "stumm")
	path := "/api/v1/clips/" + id + "/subtitles/de"
	srt := "1\n00:00:00,000 --> 00:00:00,400\nDer <b>Wellensittich</b> spricht\n"
	h.Must(401, "PUT", path, "", srt)
	h.Must(403, "PUT", path, berta, srt)
	h.Must(422, "PUT", path, anna, "no subtitles at all")
	h.Must(422, "PUT", path, anna, strings.Repeat("x", 600<<10))
	h.Must(204, "PUT", path, anna, srt)
	h.Must(204, "PUT", "/api/v1/clips/"+id+"/subtitles/en", anna, "WEBVTT\n\n00:00.000 --> 00:00.400\nThe budgie talks\n")
	subs := h.Must(200, "GET", "/api/v1/clips/"+id, "", nil).JSON(t)["subtitles"].([]any)
	if len(subs) != 2 {
		t.Fatalf("%v", subs)
	}
	de := subs[0].(map[string]any)
	vtt := h.Must(200, "GET", de["url"].(string), "", nil)
	if de["label"] != "Deutsch" || !strings.HasPrefix(vtt.Header.Get("Content-Type"), "text/vtt") || !strings.Contains(string(vtt.Body), "Der Wellensittich spricht") {
		t.Errorf("%v %s", de, vtt.Body)
	}
	if page := h.Must(200, "GET", "/c/"+id, "", nil); !strings.Contains(string(page.Body), `srclang="de"`) {
		t.Error("the page has no track")
	}
	found := func() int {
		return len(items(t, h.Must(200, "GET", "/api/v1/search?q=wellensittich", "", nil)))
	}
	if found() != 1 {
		t.Error("the search does not find what is said")
	}
	h.Must(204, "DELETE", path, anna, nil)
	if found() != 0 {
		t.Error("the search finds what is gone")
	}
	h.Must(404, "GET", de["url"].(string), "", nil)
}
