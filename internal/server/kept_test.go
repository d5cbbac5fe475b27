package server_test

import (
	"testing"

	"reelm/internal/server/servertest"
)

func TestCollectionsAndHistory(t *testing.T) {
	h := servertest.Start(t)
	anna, berta := h.Account("anna"), h.Account("berta")
	id := h.Publish(anna, 1, "x")
	hidden := h.Publish(anna, 2, "y", "visibility", "only-me")
	h.Learned(berta, 1)
	folder := h.Must(201, "POST", "/api/v1/me/folders", berta, map[string]any{"name": "Küche"}).JSON(t)["id"].(string)
	for _, f := range []string{folder, "later", "favourites"} {
		at := "/api/v1/me/folders/" + f + "/clips"
		h.Must(204, "PUT", at+"/"+id, berta, nil)
		h.Must(404, "PUT", at+"/"+hidden, berta, nil)
		if got := items(t, h.Must(200, "GET", at, berta, nil)); len(got) != 1 || got[0]["id"] != id {
			t.Errorf("%s: %v", f, got)
		}
	}
	h.Must(404, "GET", "/api/v1/me/folders/"+folder+"/clips", anna, nil)
	h.Must(404, "DELETE", "/api/v1/me/folders/"+folder, anna, nil)
	h.Must(200, "PATCH", "/api/v1/clips/"+id, anna, map[string]any{"visibility": "only-me"})
	if got := items(t, h.Must(200, "GET", "/api/v1/me/folders/later/clips", berta, nil)); len(got) != 0 {
		t.Errorf("what one may not see any more is in a folder: %v", got)
	}
	h.Must(200, "PATCH", "/api/v1/clips/"+id, anna, map[string]any{"visibility": "public"})
	h.Must(204, "DELETE", "/api/v1/me/folders/"+folder, berta, nil)

	watch := func() {
		t.Helper()
		h.Learned(berta, 1)
		serve := items(t, h.Must(200, "GET", "/api/v1/feed/for-you", berta, nil))[0]["serve"]
		h.Must(202, "POST", "/api/v1/events", berta, map[string]any{"events": []any{map[string]any{"serve": serve, "kind": "watch", "watched_ms": 1500}}})
	}
	watched := func() int { return len(items(t, h.Must(200, "GET", "/api/v1/me/history", berta, nil))) }
	watch()
	if watched() != 1 {
		t.Error("nothing is noted")
	}
	h.Must(202, "DELETE", "/api/v1/me/history", berta, nil)
	if watched() != 0 {
		t.Error("the history is still there")
	}
	h.Must(204, "PUT", "/api/v1/me/history/paused", berta, nil)
	watch()
	if watched() != 0 {
		t.Error("it is noted in spite of the pause")
	}
	for _, page := range []string{"/saved", "/saved/later", "/saved/history", "/messages", "/inbox", "/settings/privacy", "/settings/data"} {
		h.Must(200, "GET", page, "", nil, "Cookie", "reelm="+berta)
	}
}
