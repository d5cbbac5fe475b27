package server_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"reelm/internal/server/servertest"
)

// A feed reader has no session: the address of a private feed opens it, and
// what it names can be fetched, even where only followers may see it.
func TestAReaderFetchesWhatAPrivateFeedNames(t *testing.T) {
	h := servertest.Start(t)
	anna, ben := h.Account("anna"), h.Account("ben")
	h.Must(200, "PUT", "/api/v1/accounts/anna/follow", ben, nil)
	h.Publish(anna, 1, "for those who follow", "visibility", "followers")
	if s := h.Do("GET", "/api/v1/me/feeds", ben, nil).JSON(t)["items"].([]any); len(s) != 0 {
		t.Fatalf("there are feeds that nobody asked for: %v", s)
	}
	h.Must(401, "PUT", "/api/v1/me/feeds", "", nil)
	lists := h.Must(200, "PUT", "/api/v1/me/feeds", ben, nil).JSON(t)["items"].([]any)
	var feed struct {
		Enclosure struct {
			URL string `xml:"url,attr"`
		} `xml:"channel>item>enclosure"`
	}
	following := lists[0].(map[string]any)["url"].(string)
	if err := xml.Unmarshal(h.Must(200, "GET", following, "", nil).Body, &feed); err != nil {
		t.Fatal(err)
	}
	h.Must(200, "GET", strings.TrimPrefix(feed.Enclosure.URL, h.Base), "", nil)
	h.Must(204, "DELETE", "/api/v1/accounts/anna/follow", ben, nil)
	if b := h.Must(200, "GET", following, "", nil).Body; strings.Contains(string(b), "those who follow") {
		t.Error("the feed shows what its owner may not see any more")
	}
	h.Must(204, "DELETE", "/api/v1/me/feeds", ben, nil)
	h.Must(404, "GET", following, "", nil)
}
