package server_test

import (
	"testing"

	"reelm/internal/server"
	"reelm/internal/server/servertest"
	"reelm/internal/store/storetest"
)

func TestWholeServerOnPostgreSQL(t *testing.T) {
	url := storetest.PostgresServer(t)
	h := servertest.Start(t, func(c *server.Config) { c.Store.URL = url })
	anna := h.Account("anna")
	id := h.Publish(anna, 1, "on PostgreSQL #pg")
	h.Learned(anna, 1)
	h.Must(200, "PUT", "/api/v1/clips/"+id+"/like", anna, nil)
	h.Stop()
	h.Run()
	clip := h.Must(200, "GET", "/api/v1/clips/"+id, anna, nil).JSON(t)
	if clip["liked"] != true || clip["state"] != "ready" {
		t.Errorf("%v", clip)
	}
	if items := h.Must(200, "GET", "/api/v1/tags/pg/clips", "", nil).JSON(t)["items"].([]any); len(items) != 1 {
		t.Errorf("%v", items)
	}
}
