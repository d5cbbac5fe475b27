package server_test

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"reelm"
	"reelm/internal/handover"
	"reelm/internal/ledger"
	"reelm/internal/server"
	"reelm/internal/server/servertest"
)

// bound is a server whose realm's algorithm and log need a permit to leave,
// with an administrator and somebody who watched.
func bound(t *testing.T) (h *servertest.House, ops, boss string, watcher reelm.ViewerID) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ops = l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	h = servertest.Start(t, func(c *server.Config) { c.OpsListen = ops })
	must[server.AccountCreated](t, h.Config.Data, "account-create", server.AccountCreate{Realm: "main", Handle: "boss", Password: servertest.Password, Role: "admin", Birthday: "1980-01-01"})
	boss = signIn(h, "boss")
	anna := h.Account("anna")
	h.Publish(boss, 1, "seen by anna #moor")
	h.Learned(anna, 1)
	serve := h.Must(200, "GET", "/api/v1/feed/for-you", anna, nil).JSON(t)["items"].([]any)[0].(map[string]any)["serve"]
	h.Must(202, "POST", "/api/v1/events", anna, map[string]any{"events": []any{map[string]any{"serve": serve, "kind": "watch", "watched_ms": 400}}})
	_, verifier, err := ledger.GenerateKey(rand.Reader, "authority")
	if err != nil {
		t.Fatal(err)
	}
	must[server.RealmValues](t, h.Config.Data, "realm-set", server.RealmValues{Name: "main", Values: map[string]string{"permit.require": verifier, "permit.threshold": "1"}})
	id, err := reelm.ParseID[reelm.AccountID](h.Must(200, "GET", "/api/v1/me", anna, nil).JSON(t)["id"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return h, ops, boss, id.Viewer()
}

// Of a realm whose algorithm is bound neither addresses nor verbs give away
// the log or the model, to its own administrator neither; docs/permits.md
// lists them.
func TestNoAddressGivesAwayWhatIsBound(t *testing.T) {
	h, ops, boss, watcher := bound(t)
	record := fmt.Sprintf(`"u":%d`, watcher) // of the log: what anna did
	model := []byte("reelm rec model")       // of a snapshot: its beginning
	holds := func(what string, b []byte) {
		t.Helper()
		if bytes.Contains(b, []byte(`"k":"serve"`)) && bytes.Contains(b, []byte(record)) {
			t.Errorf("%s gives away the log: %.300s", what, b)
		}
		if bytes.Contains(b, model) {
			t.Errorf("%s gives away the model", what)
		}
	}
	h.Stop() // writes a snapshot
	files, err := filepath.Glob(filepath.Join(h.Config.Data, "realms/main/model/*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no snapshot: ", err)
	}
	if b, err := os.ReadFile(files[0]); err != nil || !bytes.Contains(b, model) {
		t.Fatalf("%s is not what a snapshot is known by: %v", files[0], err)
	}
	h.Run()

	t.Run("the API", func(t *testing.T) {
		clip := h.Must(200, "GET", "/api/v1/accounts/boss/clips", boss, nil).JSON(t)["items"].([]any)[0].(map[string]any)["id"].(string)
		fill := strings.NewReplacer("{id}", clip, "{handle}", "anna", "{tag}", "moor")
		tried := 0
		for path, methods := range h.Must(200, "GET", "/api/openapi.json", "", nil).JSON(t)["paths"].(map[string]any) {
			if methods.(map[string]any)["get"] == nil || strings.HasSuffix(path, "/live") {
				continue
			}
			holds(path, h.Do("GET", "/api/v1"+fill.Replace(path), boss, nil).Body)
			tried++
		}
		if tried < 30 {
			t.Errorf("only %d routes were tried", tried)
		}
	})
	t.Run("files by their path", func(t *testing.T) {
		for _, f := range files {
			rel, err := filepath.Rel(h.Config.Data, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range []string{"/", "/media/", "/static/", "/media/../", "/ledger/", "/media/..%2fmodel/"} {
				for _, name := range []string{rel, filepath.Base(f)} {
					holds(at+name, h.Do("GET", at+name, boss, nil).Body)
				}
			}
		}
	})
	t.Run("a person's own archive", func(t *testing.T) {
		archive := until(h, 200, "GET", "/api/v1/me/export", boss).Body
		z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			holds(f.Name, b)
		}
	})
	t.Run("debugging", func(t *testing.T) {
		there := *h
		there.Base = "http://" + ops
		for _, path := range []string{"/metrics", "/healthz", "/readyz", "/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/heap?debug=1", "/debug/pprof/goroutine?debug=2", "/debug/pprof/cmdline", "/debug/vars"} {
			holds(path, there.Do("GET", path, "", nil).Body)
		}
	})
	t.Run("verbs that tell", func(t *testing.T) {
		for name, in := range map[string]any{
			"replay": server.Replay{Realm: "main"}, "ledger-head": server.LedgerOf{Realm: "main"}, "ledger-verify": server.LedgerOf{Realm: "main"},
			"realm-show": server.RealmValues{Name: "main"}, "realm-blocks": server.RealmValues{Name: "main"},
			"feed": server.FeedFor{Realm: "main", As: "anna"},
		} {
			c, err := server.Dial(t.Context(), h.Config.Data, quiet)
			if err != nil {
				t.Fatal(err)
			}
			var out any
			if err := c.Call(t.Context(), name, in, &out); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			holds(name, fmt.Append(nil, out))
		}
	})
	t.Run("verbs that hand out", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "x")
		for name, in := range map[string]any{
			"handover-export": server.HandoverExport{Realm: "main", To: unpermitted(t), Out: out},
			"backup":          server.Backup{Realm: "main", To: unpermitted(t), Out: out},
		} {
			c, err := server.Dial(t.Context(), h.Config.Data, quiet)
			if err != nil {
				t.Fatal(err)
			}
			err = c.CallLong(t.Context(), name, in, &server.HandoverExported{}, func(handover.Progress) {})
			if cerr := c.Close(); cerr != nil {
				t.Error(cerr)
			}
			if reelm.KindOf(err) != reelm.Refused || !strings.Contains(err.Error(), "permit") {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := os.Stat(out); err == nil {
				t.Errorf("%s left a file", name)
			}
		}
	})
	t.Run("the log listens nowhere", func(t *testing.T) {
		mine := listening(t)
		for _, known := range []string{strings.TrimPrefix(h.Base, "http://"), ops} {
			_, port, err := net.SplitHostPort(known)
			if err != nil {
				t.Fatal(err)
			}
			if !mine[port] {
				t.Errorf("port %s is not among %v", port, mine)
			}
			delete(mine, port)
		}
		if len(mine) > 0 {
			t.Errorf("something else listens: %v", mine)
		}
	})
}

// unpermitted is a recipient whom nobody permitted.
func unpermitted(t *testing.T) string {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id.Recipient().String()
}

// listening gives the TCP ports at which this process listens.
func listening(t *testing.T) map[string]bool {
	t.Helper()
	fds, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	mine := map[string]bool{}
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err == nil {
			mine[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
		}
	}
	ports := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		b, err := os.ReadFile(table)
		if err != nil {
			continue // a machine without that protocol
		}
		for line := range strings.Lines(string(b)) {
			f := strings.Fields(line)
			if len(f) < 10 || f[3] != "0A" || !mine[f[9]] {
				continue
			}
			var port int
			if _, err := fmt.Sscanf(f[1][strings.LastIndex(f[1], ":")+1:], "%X", &port); err != nil {
				t.Fatal(err)
			}
			ports[fmt.Sprint(port)] = true
		}
	}
	return ports
}
