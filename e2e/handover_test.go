package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"reelm/internal/server/servertest"
)

// sale is a seller's server with people, clips and watching, and what the
// story of its sale needs.
type sale struct {
	*servertest.House
	t      *testing.T
	dir    string
	people []string // handles
	tokens []string
	clip   string
}

func newSale(t *testing.T) *sale {
	s := &sale{House: servertest.Spawn(t, servertest.Build(t), t.TempDir()), t: t, dir: t.TempDir()}
	author := s.Account("author")
	for i := range 3 {
		s.clip = s.Publish(author, i, fmt.Sprintf("film %d #t%d", i, i%2))
	}
	for i := range 5 {
		h := fmt.Sprintf("person.%d", i)
		s.people, s.tokens = append(s.people, h), append(s.tokens, s.Account(h))
	}
	s.watch()
	return s
}

// watch lets everybody watch a page.
func (s *sale) watch() {
	for i, token := range s.tokens {
		var events []map[string]any
		for n, it := range s.Must(200, "GET", "/api/v1/feed/for-you?limit=3", token, nil).JSON(s.t)["items"].([]any) {
			events = append(events, map[string]any{"serve": it.(map[string]any)["serve"], "kind": "watch", "watched_ms": 400 * (i + n)})
		}
		s.Must(202, "POST", "/api/v1/events", token, map[string]any{"events": events})
	}
}

// run runs a verb, which must end with a code, and gives the last word of
// what it prints.
func (s *sale) run(code int, args ...string) string {
	s.t.Helper()
	out, stderr, got := s.Verb(args...)
	if got != code {
		s.t.Fatalf("reelm %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, code, out, stderr)
	}
	words := strings.Fields(out)
	if len(words) == 0 {
		return stderr
	}
	return words[len(words)-1]
}

func (s *sale) file(name string) string { return filepath.Join(s.dir, name) }

// feeds is what `reelm feed` prints for everybody.
func (s *sale) feeds(data, realm string) (out []string) {
	s.t.Helper()
	for _, h := range s.people {
		text, stderr, code := s.Verb("feed", "--data", data, "--realm", realm, "--as", h, "--now", "2030-01-01T00:00:00Z", "--json")
		if code != 0 {
			s.t.Fatal(stderr)
		}
		out = append(out, text)
	}
	return out
}

// The whole story of a sale, with real processes: permits refused and
// granted, an export beside live traffic, what came after, the cut-over, the
// same feeds, old passwords, the purge, and both ledgers verified.
func TestAServiceIsSold(t *testing.T) {
	s := newSale(t)
	buyer := t.TempDir()
	var keys []string
	for i := range 3 {
		keys = append(keys, s.run(0, "permit", "keygen", "--out", s.file(fmt.Sprint("authority", i))))
	}
	s.run(0, "realm", "set", "main", "permit.require="+strings.Join(keys, ","), "permit.threshold=2")
	to := s.run(0, "handover", "keygen", "--out", s.file("key"))
	if said := s.run(3, "handover", "export", "--to", to, "--out", s.file("sale")); !strings.Contains(said, "2 of 2 permits are missing") {
		t.Errorf("refused with %q", said)
	}
	s.run(0, "permit", "request", "--to", to, "--purpose", "sale", "--out", s.file("request"))
	for i := range 2 {
		s.run(0, "permit", "sign", "--key", s.file(fmt.Sprint("authority", i)), "--in", s.file("request"), "--until", "2035-01-01", "--out", s.file(fmt.Sprint("permit", i)))
	}
	s.run(0, "permit", "verify", s.file("permit0"), "--key", keys[0])
	s.run(3, "permit", "verify", s.file("permit0"), "--key", keys[1])
	permits := []string{"--permit", s.file("permit0"), "--permit", s.file("permit1")}

	// Beside live traffic.
	var stop atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		for !stop.Load() {
			s.watch()
		}
	})
	s.run(0, append([]string{"handover", "export", "--to", to, "--out", s.file("sale")}, permits...)...)
	s.run(0, "handover", "inspect", s.file("sale"), "--identity", s.file("key"))
	stop.Store(true)
	wg.Wait()
	importing := func(archive string) []string {
		return []string{"handover", "import", s.file(archive), "--data", buyer, "--realm", "bought", "--identity", s.file("key"), "--receipt", s.file("receipt")}
	}
	s.run(0, importing("sale")...)

	// The cut-over.
	s.Must(201, "POST", "/api/v1/clips/"+s.clip+"/comments", s.tokens[0], map[string]any{"text": "the last word"})
	s.watch()
	began := time.Now()
	s.run(0, "realm", "phase", "main", "read-only")
	s.run(0, append([]string{"handover", "export", "--to", to, "--since", s.file("sale.manifest"), "--out", s.file("last")}, permits...)...)
	s.run(0, importing("last")...)
	before := s.feeds(s.Config.Data, "main")
	after := s.feeds(buyer, "bought")
	for i := range before {
		if before[i] != after[i] {
			t.Errorf("%s gets another feed:\n%.300s\n%.300s", s.people[i], before[i], after[i])
		}
	}
	s.run(0, "realm", "set", "bought", "host=127.0.0.1", "--data", buyer)
	s.run(0, "realm", "phase", "bought", "open", "--data", buyer)
	t.Logf("cut-over, with %d verbs: %s", 6+2*len(s.people), time.Since(began).Round(time.Millisecond))
	s.run(1, importing("last")...) // it is in use

	b := servertest.Spawn(t, s.Program(), buyer)
	for _, h := range s.people {
		b.Must(201, "POST", "/api/v1/sessions", "", map[string]any{"handle": h, "password": servertest.Password})
	}
	b.Must(401, "GET", "/api/v1/me/interests", s.tokens[0], nil) // sessions end
	clip := b.Must(200, "GET", "/api/v1/clips/"+s.clip, "", nil).JSON(t)
	b.Must(200, "GET", clip["renditions"].([]any)[0].(map[string]any)["url"].(string), "", nil)
	if text := string(b.Must(200, "GET", "/api/v1/clips/"+s.clip+"/comments", "", nil).Body); !strings.Contains(text, "the last word") {
		t.Errorf("comments: %s", text)
	}

	s.run(3, "handover", "purge", "--certificate", s.file("certificate"))
	s.run(0, "handover", "purge", "--receipt", s.file("receipt"), "--certificate", s.file("certificate"), "--dry-run")
	s.run(0, "handover", "purge", "--receipt", s.file("receipt"), "--certificate", s.file("certificate"))
	for _, word := range append(s.people, "the last word") {
		if out, err := exec.Command("grep", "-rlaF", word, s.Config.Data).Output(); err == nil {
			t.Errorf("%q is still in %s", word, out)
		}
	}
	s.Must(410, "GET", "/", "", nil)
	s.Must(200, "GET", "/ledger/certificate", "", nil)
	s.run(0, "handover", "certificate", s.file("certificate"), "--data", buyer, "--realm", "bought")
	s.run(0, "ledger", "verify")
	s.run(0, "ledger", "verify", "--data", buyer, "--realm", "bought")
	s.run(0, "ledger", "verify", "--url", b.Base, "--former", s.Base)
}

// An export or an import that is killed at any moment leaves nothing half
// done: the next one does it.
func TestAHandoverThatIsKilledLeavesNothingHalfDone(t *testing.T) {
	s := newSale(t)
	film := servertest.Film(t, 99)
	if err := os.WriteFile(s.file("filler"), film, 0o600); err != nil {
		t.Fatal(err)
	}
	to := s.run(0, "handover", "keygen", "--out", s.file("key"))
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	kill := func(longest time.Duration, env string, args ...string) {
		t.Helper()
		cmd := exec.Command(s.Program(), args...)
		cmd.Env = append(os.Environ(), "REELM_DATA="+env)
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(random.Int64N(int64(longest))), func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // says that it was killed, or was quicker
		timer.Stop()
	}
	s.Stop() // verbs run in processes of their own from here on
	timed := func(args ...string) time.Duration {
		began := time.Now()
		s.run(0, args...)
		return time.Since(began)
	}
	first := []string{"handover", "export", "--to", to, "--out", s.file("first")}
	long := timed(first...)
	for range rounds(t) {
		kill(long, s.Config.Data, first...)
	}
	s.run(0, first...)
	s.run(0, "ledger", "verify")

	s.Respawn()
	s.watch()
	s.Stop()
	s.run(0, "handover", "export", "--to", to, "--since", s.file("first.manifest"), "--out", s.file("second"))
	want := s.feeds(s.Config.Data, "main")
	for _, archive := range []string{"whole", "later"} {
		for round := range rounds(t) {
			buyer := t.TempDir()
			importing := func(name string) []string {
				return []string{"handover", "import", s.file(name), "--data", buyer, "--identity", s.file("key"), "--receipt", s.file(fmt.Sprint(archive, round))}
			}
			if archive == "whole" {
				kill(long, buyer, importing("first")...)
				if out, _, _ := s.Verb("realm", "list", "--data", buyer, "--json"); !strings.Contains(out, `"realms":[]`) {
					var list struct{ Realms []struct{ Name string } }
					if err := json.Unmarshal([]byte(out), &list); err != nil || len(list.Realms) != 1 {
						t.Fatalf("after a kill there is %s", out)
					}
				}
				s.run(0, importing("first")...)
				s.run(0, importing("second")...)
			} else {
				s.run(0, importing("first")...)
				kill(long, buyer, importing("second")...)
				s.run(0, importing("second")...)
			}
			for i, got := range s.feeds(buyer, "main") {
				if got != want[i] {
					t.Errorf("%s %d: %s gets another feed", archive, round, s.people[i])
				}
			}
			s.run(0, "ledger", "verify", "--data", buyer)
		}
	}
}

// A full disk ends an export or an import, and leaves nothing of it.
func TestAFullDiskLeavesNothingHalfDone(t *testing.T) {
	s := newSale(t)
	to := s.run(0, "handover", "keygen", "--out", s.file("key"))
	if said := s.run(1, "handover", "export", "--to", to, "--out", "/dev/full"); !strings.Contains(said, "no space left on device") {
		t.Errorf("on a full disk: %s", said)
	}
	s.run(0, "handover", "export", "--to", to, "--out", s.file("sale"))
	buyer := t.TempDir()
	importing := []string{"handover", "import", s.file("sale"), "--data", buyer, "--identity", s.file("key"), "--receipt", s.file("receipt")}
	// No file of the process may be larger than a megabyte: for it the disk is full.
	full := exec.Command("bash", append([]string{"-c", `ulimit -f 1000; exec "$0" "$@"`, s.Program()}, importing...)...)
	if out, err := full.CombinedOutput(); err == nil {
		t.Errorf("imported: %s", out)
	}
	if _, err := os.Stat(s.file("receipt")); err == nil {
		t.Error("a receipt was written")
	}
	if out, _, _ := s.Verb("realm", "list", "--data", buyer, "--json"); !strings.Contains(out, `"realms":[]`) {
		t.Errorf("it left %s", out)
	}
	s.run(0, importing...)
}

// A purge that is killed at any moment is ended by the next one.
func TestAPurgeThatIsKilledIsEndedByTheNext(t *testing.T) {
	s := newSale(t)
	s.run(0, "realm", "phase", "main", "closed")
	s.Stop()
	pristine := t.TempDir()
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	if out, err := exec.Command("cp", "-a", s.Config.Data+"/.", pristine).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for round := range rounds(t) {
		data, certificate := t.TempDir(), s.file(fmt.Sprint("certificate", round))
		if out, err := exec.Command("cp", "-a", pristine+"/.", data).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		purge := []string{"realm", "phase", "main", "purged", "--certificate", certificate, "--data", data}
		cmd := exec.Command(s.Program(), purge...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(random.IntN(300))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // says that it was killed, or was quicker
		timer.Stop()
		if out, stderr, code := s.Verb(purge...); code != 0 && !strings.Contains(stderr, "was purged") {
			t.Fatalf("exit %d: %s%s", code, out, stderr)
		}
		for _, word := range s.people {
			if out, err := exec.Command("grep", "-rlaF", word, data).Output(); err == nil {
				t.Errorf("%q is still in %s", word, out)
			}
		}
		s.run(0, "permit", "show", certificate)
		s.run(0, "ledger", "verify", "--data", data)
	}
}
