package e2e

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"reelm"
	"reelm/internal/eventlog"
	"reelm/internal/realm/realmtest"
	"reelm/internal/server/servertest"
)

// rating is a row of a data set, user and item counted from 0.
type rating struct {
	user, item int
	at         int64 // Unix milliseconds
	value      float64
}

// ratings reads user,item,time,value from the file that REELM_RATINGS names,
// or makes up as many as the MovieLens set has that Gorse comes with.
func ratings(b *testing.B) (all []rating, users, items int) {
	b.Helper()
	name := os.Getenv("REELM_RATINGS")
	if name == "" {
		random := rand.New(rand.NewPCG(1, 2))
		users, items = 868, 9000
		for k := range 90_000 {
			u := random.IntN(users)
			all = append(all, rating{u, int(float64(items) * random.Float64() * random.Float64()), int64(k) * 60_000, float64(1 + random.IntN(5))})
		}
		return all, users, items
	}
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows := csv.NewReader(f)
	if _, err := rows.Read(); err != nil {
		b.Fatal(err)
	}
	byUser, byItem := map[string]int{}, map[string]int{}
	number := func(m map[string]int, id string) int {
		n, ok := m[id]
		if !ok {
			n = len(m)
			m[id] = n
		}
		return n
	}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return all, len(byUser), len(byItem)
		}
		if err != nil {
			b.Fatal(err)
		}
		at, err := strconv.ParseInt(row[2], 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		value, err := strconv.ParseFloat(row[3], 64)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, rating{number(byUser, row[0]), number(byItem, row[1]), at * 1000, value})
	}
}

// BenchmarkGorse asks a realm that holds a data set of ratings for ten clips
// over HTTP, on one connection and on 16, as one would ask Gorse for its
// cached recommendations. The answers are what programs get: clips with their
// words and figures, or only their ids as Gorse gives them, computed at the
// request and signed. An event changes the very next answer, or the benchmark fails.
// If a Gorse is in PATH, it is asked the same.
func BenchmarkGorse(b *testing.B) {
	const asking = 64
	all, users, items := ratings(b)
	data := b.TempDir()
	h := servertest.Spawn(b, servertest.Build(b), data)
	tokens := make([]string, min(asking, users))
	for i := range tokens {
		tokens[i] = h.Account(fmt.Sprintf("rater.%d", i))
	}
	h.Stop()
	rate(b, data, all, users, items)
	h.Respawn()
	h.Learned(tokens[0], 50)
	changed(b, h, tokens[0])
	script := filepath.Join(b.TempDir(), "ask.lua")
	ask := func(name, base string) {
		for _, connections := range []string{"1", "16"} {
			b.Run(name+" "+connections, func(b *testing.B) {
				for b.Loop() {
					b.Log(run(b, "wrk", "-t1", "-c"+connections, "-d5s", "--latency", "-s", script, base))
				}
			})
		}
	}
	for _, path := range []string{"/api/v1/feed/for-you?limit=10", "/api/v1/feed/for-you/ids?limit=10"} {
		lua := fmt.Sprintf(`local tokens = {%q}
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", %q, {["Authorization"] = "Bearer " .. tokens[n %% #tokens + 1]})
end
`, strings.Join(tokens, "|"), path)
		lua = strings.ReplaceAll(lua, "|", `", "`)
		if err := os.WriteFile(script, []byte(lua), 0o600); err != nil {
			b.Fatal(err)
		}
		ask(strings.TrimPrefix(path, "/api/v1/feed/"), h.Base)
	}
	h.Stop() // both cores are for the other one
	if base := gorse(b, all, len(tokens)); base != "" {
		lua := fmt.Sprintf("local n = 0\nrequest = function()\n  n = n + 1\n  return wrk.format(\"GET\", \"/api/recommend/\" .. n %% %d .. \"?n=10\")\nend\n", len(tokens))
		if err := os.WriteFile(script, []byte(lua), 0o600); err != nil {
			b.Fatal(err)
		}
		ask("gorse", base)
	}
}

// rate puts ratings on the log of a realm whose server does not run: an item
// is a clip, a rating a watch in proportion.
func rate(b *testing.B, data string, all []rating, users, items int) {
	b.Helper()
	ctx := context.Background()
	w := realmtest.Open(b, data)
	defer w.Shut()
	r := w.Realm("main")
	authors := make([]*reelm.Account, 200)
	for i := range authors {
		authors[i] = w.Account(r, fmt.Sprintf("maker.%d", i))
	}
	clips := make([]reelm.ClipID, items)
	for i := range clips {
		clips[i] = w.Clip(r, authors[i%len(authors)], fmt.Sprintf("Film %d #genre%d", i, i%18)).ID
	}
	viewers := make([]reelm.ViewerID, users)
	for i := range viewers {
		a, err := r.DB.AccountByHandle(ctx, fmt.Sprintf("rater.%d", i))
		if err != nil {
			a = w.Account(r, fmt.Sprintf("rater.%d", i))
		}
		viewers[i] = a.ID.Viewer()
	}
	shift := w.Clock.Now().UnixMilli() - all[len(all)-1].at
	entries := make([]eventlog.Entry, 0, 100)
	for k, x := range all {
		at := max(x.at+shift, w.Clock.Now().Add(-30*24*time.Hour).UnixMilli())
		rec := reelm.Record{Kind: reelm.RecordServe, At: at, Viewer: viewers[x.user], Clip: clips[x.item],
			Served: &reelm.Served{ID: uint64(k + 1), At: at, Source: "none", Propensity: 1, Profiled: true},
			Deeds:  []reelm.Deed{{Kind: reelm.EventWatch, At: at, Watched: int64(x.value / 5 * 8000)}}}
		line, err := rec.Encode()
		if err != nil {
			b.Fatal(err)
		}
		entries = append(entries, eventlog.Entry{Key: uint64(viewers[x.user]), Ages: true, Data: line})
		if len(entries) == cap(entries) || k == len(all)-1 {
			if _, err := r.Log.AppendAll(ctx, entries); err != nil {
				b.Fatal(err)
			}
			entries = entries[:0]
		}
	}
}

// changed sends one event and asks again at once: the answer is another one.
func changed(b *testing.B, h *servertest.House, token string) {
	b.Helper()
	first := func() string {
		it := h.Must(200, "GET", "/api/v1/feed/for-you?limit=10", token, nil).JSON(b)["items"].([]any)[0].(map[string]any)
		h.Must(202, "POST", "/api/v1/events", token, map[string]any{"events": []any{map[string]any{"serve": it["serve"], "kind": "watch", "watched_ms": 9000}}})
		return it["clip"].(map[string]any)["id"].(string)
	}
	if was, is := first(), first(); was == is {
		b.Fatalf("what was watched, %s, is offered again", was)
	}
}
