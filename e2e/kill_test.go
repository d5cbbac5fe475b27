package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"reelm/internal/server/servertest"
)

// rounds is how often the process is killed.
func rounds(t *testing.T) int {
	if os.Getenv("REELM_TRIAL") != "" {
		return 20
	}
	t.Log("2 rounds; REELM_TRIAL=1 makes 20")
	return 2
}

// acknowledged is what the server said yes to.
type acknowledged struct {
	mu       sync.Mutex
	clips    map[string]string // id -> author's token
	comments map[string]string // text -> clip
	likes    map[string]bool   // clip
	accounts map[string]bool
	views    map[string]int // clip -> serves that were acknowledged
}

func (a *acknowledged) add(fn func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	fn()
}

// The process is killed at random moments while people upload, comment, like
// and watch. Whatever was acknowledged is there afterwards, once, and the log
// folds to the same model from a snapshot and from its start.
func TestNothingAcknowledgedIsLostWhenTheProcessIsKilled(t *testing.T) {
	h := servertest.Spawn(t, servertest.Build(t), t.TempDir())
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	fan := h.Account("the.fan")
	base := h.Publish(h.Account("first.author"), 0, "the first #one")
	ack := &acknowledged{clips: map[string]string{}, comments: map[string]string{}, likes: map[string]bool{}, accounts: map[string]bool{}, views: map[string]int{}}
	films := make([][]byte, 4)
	for i := range films {
		films[i] = servertest.Film(t, 10+i)
	}
	for round := range rounds(t) {
		var wg sync.WaitGroup
		stop := make(chan struct{})
		busy := func(act func(n int) error) {
			wg.Go(func() {
				for n := 0; ; n++ {
					select {
					case <-stop:
						return
					default:
					}
					if act(n) != nil {
						return // the connection broke: not acknowledged
					}
				}
			})
		}
		busy(func(n int) error { return tryAccount(h, ack, fmt.Sprintf("p%dx%d", round, n), films[n%len(films)]) })
		busy(func(n int) error {
			return tryComment(h, ack, fan, base, fmt.Sprintf("comment %d of round %d", n, round))
		})
		busy(func(n int) error { return tryLike(h, ack, fan, base, n%2 == 0) })
		busy(func(int) error { return tryWatch(h, ack, fan) })
		timer := time.NewTimer(time.Duration(500+random.IntN(2500)) * time.Millisecond)
		<-timer.C
		h.Kill()
		close(stop)
		wg.Wait()
		h.Respawn()
		ack.check(t, h, fan, base)
	}
	ids := make([]string, 0, len(ack.clips))
	for id, token := range ack.clips {
		ids = append(ids, id)
		if c := h.Live(token, id, "ready", "failed"); c["state"] != "ready" {
			t.Errorf("clip %s ended %v: %v", id, c["state"], c["error"])
		}
	}
	t.Logf("%d uploads, %d comments, %d accounts, %d clips watched were acknowledged", len(ids), len(ack.comments), len(ack.accounts), len(ack.views))
	h.Kill()
	models := map[string]bool{}
	for _, args := range [][]string{{"replay", "--json"}, {"replay", "--json", "--from-snapshot"}} {
		out, stderr, code := h.Verb(args...)
		var r struct {
			Seq   uint64
			Model string
		}
		if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 || r.Model == "" {
			t.Fatalf("%v: exit %d, %v, %s%s", args, code, err, out, stderr)
		}
		models[r.Model] = true
	}
	if len(models) != 1 {
		t.Errorf("the log folds to %v", models)
	}
	h.Respawn()
	out, _, _ := h.Verb("replay", "--json")
	var r struct{ Model string }
	if err := json.Unmarshal([]byte(out), &r); err != nil || !models[r.Model] {
		t.Errorf("after a restart the model is %s, was %v", r.Model, models)
	}
}

func tryAccount(h *servertest.House, ack *acknowledged, handle string, film []byte) error {
	a, err := h.Try("POST", "/api/v1/accounts", "", map[string]any{"handle": handle, "password": servertest.Password, "birthday": "1990-05-17"})
	if err != nil || a.Status != 201 {
		return errOr(err)
	}
	var made struct{ Token string }
	if err := json.Unmarshal(a.Body, &made); err != nil {
		return err
	}
	ack.add(func() { ack.accounts[handle] = true })
	body, kind := servertest.Form(h, film, "caption", "by "+handle)
	if a, err = h.Try("POST", "/api/v1/clips", made.Token, body, "Content-Type", kind); err != nil || a.Status != 202 {
		return errOr(err)
	}
	var clip struct{ ID string }
	if err := json.Unmarshal(a.Body, &clip); err != nil {
		return err
	}
	ack.add(func() { ack.clips[clip.ID] = made.Token })
	return nil
}

func errOr(err error) error {
	if err == nil {
		err = fmt.Errorf("not acknowledged")
	}
	return err
}

func tryComment(h *servertest.House, ack *acknowledged, token, clip, text string) error {
	a, err := h.Try("POST", "/api/v1/clips/"+clip+"/comments", token, map[string]any{"text": text})
	if err == nil && a.Status == 201 {
		ack.add(func() { ack.comments[text] = clip })
	}
	return err
}

func tryLike(h *servertest.House, ack *acknowledged, token, clip string, on bool) error {
	method := map[bool]string{true: "PUT", false: "DELETE"}[on]
	a, err := h.Try(method, "/api/v1/clips/"+clip+"/like", token, nil)
	if err != nil { // it may have happened or not
		ack.add(func() { delete(ack.likes, clip) })
		return err
	}
	if a.Status == 200 {
		ack.add(func() { ack.likes[clip] = on })
	}
	return nil
}

func tryWatch(h *servertest.House, ack *acknowledged, token string) error {
	a, err := h.Try("GET", "/api/v1/feed/for-you?limit=2", token, nil)
	if err != nil || a.Status != 200 {
		return errOr(err)
	}
	var page struct {
		Items []struct {
			Serve string
			Clip  struct{ ID string }
		}
	}
	if err := json.Unmarshal(a.Body, &page); err != nil {
		return err
	}
	for _, it := range page.Items {
		a, err := h.Try("POST", "/api/v1/events", token, map[string]any{"events": []any{map[string]any{"serve": it.Serve, "kind": "watch", "watched_ms": 500}}})
		if err != nil {
			return err
		}
		if a.Status == 202 {
			ack.add(func() { ack.views[it.Clip.ID]++ })
		}
	}
	return nil
}

// check looks for everything that was acknowledged.
func (ack *acknowledged) check(t *testing.T, h *servertest.House, fan, base string) {
	t.Helper()
	for handle := range ack.accounts {
		if a := h.Do("GET", "/api/v1/accounts/"+handle, "", nil); a.Status != 200 {
			t.Errorf("account %s is lost: %d", handle, a.Status)
		}
	}
	for id, token := range ack.clips {
		if a := h.Do("GET", "/api/v1/clips/"+id, token, nil); a.Status != 200 {
			t.Errorf("clip %s is lost: %d", id, a.Status)
		}
		if mine := h.Must(200, "GET", "/api/v1/me/clips", token, nil).JSON(t)["items"].([]any); len(mine) != 1 {
			t.Errorf("one upload became %d clips", len(mine))
		}
	}
	found, next := map[string]int{}, ""
	for {
		page := h.Must(200, "GET", "/api/v1/clips/"+base+"/comments?limit=50&next="+next, fan, nil).JSON(t)
		for _, it := range page["items"].([]any) {
			found[it.(map[string]any)["text"].(string)]++
		}
		if next, _ = page["next"].(string); next == "" {
			break
		}
	}
	for text := range ack.comments {
		if found[text] != 1 {
			t.Errorf("%q is there %d times", text, found[text])
		}
	}
	clip := h.Must(200, "GET", "/api/v1/clips/"+base, fan, nil).JSON(t)
	if on, sure := ack.likes[base]; sure && clip["liked"] != on {
		t.Errorf("the like is %v, acknowledged was %v", clip["liked"], on)
	}
	for id, n := range ack.views {
		views := h.Must(200, "GET", "/api/v1/clips/"+id, fan, nil).JSON(t)["counts"].(map[string]any)["views"].(float64)
		if int(views) < n {
			t.Errorf("clip %s: %v views, %d were acknowledged", id, views, n)
		}
	}
}
