package server_test

import (
	"slices"
	"testing"

	"reelm/internal/server/servertest"
)

// names gives a field of the items of a list.
func names(h *servertest.House, path, token, field string) []string {
	h.Helper()
	var out []string
	for _, it := range h.Must(200, "GET", path, token, nil).JSON(h)["items"].([]any) {
		out = append(out, it.(map[string]any)[field].(string))
	}
	return out
}

func TestWhatGoesWithAClipAndWhomToFollow(t *testing.T) {
	h := servertest.Start(t)
	anna, berta, carla, viewer := h.Account("anna"), h.Account("berta"), h.Account("carla"), h.Account("dora")
	first := h.Publish(anna, 1, "boote #hafen")
	second := h.Publish(berta, 2, "noch mehr boote #hafen")
	third := h.Publish(carla, 3, "kuchen #backen")
	hidden := h.Publish(carla, 4, "geheime boote #hafen", "visibility", "followers")

	if got := names(h, "/api/v1/clips/"+first+"/similar", "", "id"); !slices.Equal(got, []string{second}) {
		t.Errorf("%s goes with %v, want %s and neither %s nor %s", first, got, second, third, hidden)
	}
	h.Must(404, "GET", "/api/v1/clips/"+hidden+"/similar", viewer, nil)

	h.Must(401, "GET", "/api/v1/me/suggestions", "", nil)
	whom := func() []string { return names(h, "/api/v1/me/suggestions", viewer, "handle") }
	got := whom()
	slices.Sort(got)
	if !slices.Equal(got, []string{"anna", "berta", "carla"}) {
		t.Errorf("suggested are %v", got)
	}
	h.Must(200, "PUT", "/api/v1/accounts/anna/follow", viewer, nil)
	h.Must(200, "POST", "/api/v1/me/mutes", viewer, map[string]any{"items": []any{map[string]any{"kind": "account", "key": "berta"}}})
	if got := whom(); !slices.Equal(got, []string{"carla"}) {
		t.Errorf("suggested are %v, though anna is followed and berta is muted", got)
	}
	if got := names(h, "/api/v1/clips/"+first+"/similar", viewer, "id"); len(got) != 0 {
		t.Errorf("a clip of somebody muted goes with %s: %v", first, got)
	}
	h.Must(200, "PATCH", "/api/v1/me", carla, map[string]any{"private": true})
	if got := whom(); len(got) != 0 {
		t.Errorf("suggested are %v, though carla became private", got)
	}
}
