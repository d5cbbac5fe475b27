package server_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"reelm/internal/ledger"
	"reelm/internal/server"
	"reelm/internal/server/servertest"
)

// models are the models that a realm has published, by position.
func models(t *testing.T, h *servertest.House) map[int64]string {
	t.Helper()
	out := map[int64]string{}
	for _, line := range strings.Split(string(h.Must(200, "GET", "/transparency/ledger", "", nil).Body), "<code>") {
		raw, _, _ := strings.Cut(line, "</code>")
		var e struct {
			Kind string
			Body struct {
				Seq   int64
				Model string
			}
		}
		if json.Unmarshal([]byte(strings.ReplaceAll(raw, "&#34;", `"`)), &e) == nil && e.Kind == string(ledger.KindModel) {
			out[e.Body.Seq] = e.Body.Model
		}
	}
	return out
}

// Whoever replays the log gets the model that the ledger names, once a day.
func TestTheModelIsPublished(t *testing.T) {
	h := servertest.Start(t)
	var published map[int64]string
	for deadline := time.Now().Add(time.Minute); len(published) == 0 && time.Now().Before(deadline); {
		published = models(t, h)
	}
	if len(published) != 1 {
		t.Fatalf("%d models are in the ledger", len(published))
	}
	for seq, hash := range published {
		r := must[server.Replayed](t, h.Config.Data, "replay", server.Replay{Realm: "main", Until: uint64(seq)})
		if r.Model != hash || r.Seq != uint64(seq) {
			t.Errorf("replayed: %d %s; in the ledger: %d %s", r.Seq, r.Model, seq, hash)
		}
	}
	h.Account("anna") // something to learn
	h.Stop()
	h.Run()
	h.Must(200, "GET", "/", "", nil)
	h.Stop() // waits for what the server does daily
	h.Run()
	if again := models(t, h); len(again) != 1 {
		t.Errorf("%d models were published in a day", len(again))
	}
}
