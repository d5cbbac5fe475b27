package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reelm/internal/server/servertest"
)

const (
	fromDE = "193.99.144.80"
	fromUS = "17.253.144.10"
)

// world is a seller's server with two realms and people of two countries.
func world(t *testing.T) *sale {
	data := t.TempDir()
	countries := servertest.Countries(t, map[string]string{"193.99.0.0/16": "DE", "17.0.0.0/8": "US"})
	config := fmt.Sprintf("[geo]\ndatabase = %q\n[http]\ntrusted_proxies = [\"127.0.0.0/8\"]\n", countries)
	if err := os.WriteFile(filepath.Join(data, "reelm.toml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &sale{House: servertest.Spawn(t, servertest.Build(t), data), t: t, dir: t.TempDir()}
	s.run(0, "realm", "create", "other", "--host", "other.test")
	s.Must(201, "POST", "/api/v1/accounts", "", map[string]any{"handle": "oda", "password": servertest.Password, "birthday": "1990-05-17"}, "Host", "other.test")
	join := func(handle, from string) string {
		return s.Must(201, "POST", "/api/v1/accounts", "", map[string]any{"handle": handle, "password": servertest.Password, "birthday": "1990-05-17", "learn": true}, "X-Forwarded-For", from).JSON(t)["token"].(string)
	}
	anna, okan := join("anna", fromDE), join("okan", fromUS)
	s.clip = s.Publish(anna, 1, "from the north #moor")
	s.Publish(okan, 2, "from afar #moor")
	s.people, s.tokens = []string{"anna", "ben"}, []string{anna, join("ben", fromDE), okan, join("pia", "192.0.2.1")}
	s.watch()
	s.clip = s.Publish(anna, 3, "from the north again #moor") // which nobody has seen yet
	return s
}

// One country of a realm is split off and sold, with permits; another one is
// closed, from the announcement to the purge; the rest goes on.
func TestOneCountryIsSoldAndAnotherClosed(t *testing.T) {
	s := world(t)
	var keys []string
	for i := range 3 {
		keys = append(keys, s.run(0, "permit", "keygen", "--out", s.file(fmt.Sprint("authority", i))))
	}
	s.run(0, "realm", "set", "main", "permit.require="+strings.Join(keys, ","), "permit.threshold=2")
	s.run(0, "realm", "split", "main", "--where", "country=DE", "--to", "north", "--host", "north.test")
	to := s.run(0, "handover", "keygen", "--out", s.file("key"))
	export := []string{"handover", "export", "--realm", "north", "--to", to}
	if said := s.run(3, append(export, "--out", s.file("sale"))...); !strings.Contains(said, "2 of 2 permits are missing") { // the rule went along
		t.Errorf("refused with %q", said)
	}
	s.run(0, "permit", "request", "--realm", "north", "--to", to, "--purpose", "sale of the north", "--out", s.file("request"))
	for i := range 2 {
		s.run(0, "permit", "sign", "--key", s.file(fmt.Sprint("authority", i)), "--in", s.file("request"), "--until", "2035-01-01", "--out", s.file(fmt.Sprint("permit", i)))
		export = append(export, "--permit", s.file(fmt.Sprint("permit", i)))
	}
	buyer := t.TempDir()
	importing := func(archive string) {
		t.Helper()
		s.run(0, "handover", "import", s.file(archive), "--data", buyer, "--realm", "bought", "--identity", s.file("key"), "--receipt", s.file("receipt"))
	}
	s.run(0, append(export, "--out", s.file("sale"))...)
	importing("sale")
	s.run(0, "realm", "phase", "north", "read-only")
	s.run(0, append(export, "--since", s.file("sale.manifest"), "--out", s.file("last"))...)
	importing("last")
	before, after := s.feeds(s.Config.Data, "north"), s.feeds(buyer, "bought")
	for i := range before {
		if before[i] != after[i] || !strings.Contains(before[i], s.clip) && i > 0 {
			t.Errorf("%s gets another feed:\n%.300s\n%.300s", s.people[i], before[i], after[i])
		}
	}
	s.run(0, "realm", "set", "bought", "host=north.test", "--data", buyer)
	s.run(0, "realm", "phase", "bought", "open", "--data", buyer)
	b := servertest.Spawn(t, s.Program(), buyer)
	for _, h := range s.people {
		b.Must(201, "POST", "/api/v1/sessions", "", map[string]any{"handle": h, "password": servertest.Password}, "Host", "north.test")
	}
	s.run(0, "handover", "purge", "--realm", "north", "--receipt", s.file("receipt"), "--certificate", s.file("certificate"))
	s.run(0, "handover", "certificate", s.file("certificate"), "--data", buyer, "--realm", "bought")

	// The other ending.
	s.run(0, "realm", "split", "main", "--where", "country=US", "--to", "west", "--host", "west.test")
	s.run(0, "realm", "set", "west", "farewell=Thank you, west.")
	for _, phase := range []string{"announced", "read-only", "export-only", "closed"} {
		s.run(0, "realm", "phase", "west", phase)
	}
	if page := string(s.Must(410, "GET", "/", "", nil, "Host", "west.test").Body); !strings.Contains(page, "Thank you, west.") {
		t.Errorf("the farewell is %.300s", page)
	}
	s.run(0, "realm", "phase", "west", "purged", "--certificate", s.file("west"), "--dry-run")
	s.run(0, "realm", "phase", "west", "purged", "--certificate", s.file("west"))
	for _, word := range []string{"okan", "from afar", "anna", "from the north"} {
		if out, err := exec.Command("grep", "-rlaF", word, s.Config.Data).Output(); err == nil {
			t.Errorf("%q is still in %s", word, out)
		}
	}

	// The rest of the world goes on. It tells where those are that were sold,
	// and those that were closed read their farewell.
	s.Must(200, "GET", "/", s.tokens[3], nil)
	s.Must(201, "POST", "/api/v1/sessions", "", map[string]any{"handle": "pia", "password": servertest.Password})
	s.Must(201, "POST", "/api/v1/sessions", "", map[string]any{"handle": "oda", "password": servertest.Password}, "Host", "other.test")
	for from, said := range map[string]string{fromDE: `href="https://north.test/"`, fromUS: "Thank you, west."} {
		if page := string(s.Must(410, "GET", "/", "", nil, "X-Forwarded-For", from).Body); !strings.Contains(page, said) {
			t.Errorf("visitors are not told %q: %.300s", said, page)
		}
	}
	for _, realm := range []string{"main", "other", "north", "west"} {
		s.run(0, "ledger", "verify", "--realm", realm)
	}
	s.run(0, "ledger", "verify", "--data", buyer, "--realm", "bought")
}

// A split that is killed at any moment has not begun, or is ended by whoever
// opens the realm next.
func TestASplitThatIsKilledIsWholeOrNotThere(t *testing.T) {
	s := world(t)
	s.Stop()
	pristine := t.TempDir()
	copyAll := func(from, to string) {
		t.Helper()
		if out, err := exec.Command("cp", "-a", from+"/.", to).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	copyAll(s.Config.Data, pristine)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	split := func(data string) []string {
		return []string{"realm", "split", "main", "--where", "country=DE", "--to", "north", "--host", "north.test", "--data", data}
	}
	whole := t.TempDir()
	copyAll(pristine, whole)
	began := time.Now()
	s.run(0, split(whole)...)
	long := time.Since(began)
	for range rounds(t) {
		data := t.TempDir()
		copyAll(pristine, data)
		cmd := exec.Command(s.Program(), split(data)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(random.Int64N(int64(long))), func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // says that it was killed, or was quicker
		timer.Stop()
		there, _, code := s.Verb("realm", "list", "--data", data)
		if code != 0 {
			t.Fatal(there)
		}
		if !strings.Contains(there, "north") { // as if it had never begun
			s.run(0, "feed", "--as", "anna", "--data", data, "--json")
			s.run(0, split(data)...)
		}
		s.run(0, "feed", "--as", "anna", "--realm", "north", "--data", data, "--json")
		s.run(1, "feed", "--as", "anna", "--data", data, "--json")
		s.run(0, "feed", "--as", "okan", "--data", data, "--json")
		for _, realm := range []string{"main", "north"} {
			s.run(0, "ledger", "verify", "--realm", realm, "--data", data)
		}
	}
}

// Whoever objected is in the archive that was made before, and not at the
// buyer's: the later one takes them out before anything opens.
func TestWhoeverObjectedIsNotAtTheBuyers(t *testing.T) {
	s := world(t)
	ben := s.tokens[1]
	clip := s.Publish(ben, 4, "quixotically filmed")
	s.Must(201, "POST", "/api/v1/clips/"+s.clip+"/comments", ben, map[string]any{"text": "quixotically said"})
	to := s.run(0, "handover", "keygen", "--out", s.file("key"))
	s.run(0, "realm", "set", "main", "handover.to=Example Ltd")
	s.run(0, "realm", "phase", "main", "announced")
	s.Must(200, "PUT", "/api/v1/me/objection", ben, nil)
	export := []string{"handover", "export", "--to", to}
	buyer := t.TempDir()
	importing := func(archive string) string {
		t.Helper()
		return s.run(0, "handover", "import", s.file(archive), "--data", buyer, "--realm", "bought", "--identity", s.file("key"), "--receipt", s.file("receipt"))
	}
	holds := func(dir string) bool {
		out, err := exec.Command("grep", "-rlaF", "quixotically", dir).Output()
		return err == nil && len(out) > 0
	}
	s.run(0, append(export, "--out", s.file("sale"))...)
	importing("sale")
	if !holds(buyer) {
		t.Fatal("the first archive should hold everybody: the search finds nothing")
	}
	s.run(0, "realm", "phase", "main", "read-only")
	s.run(0, append(export, "--since", s.file("sale.manifest"), "--out", s.file("last"))...)
	importing("last")
	s.run(0, "realm", "set", "bought", "host=bought.test", "--data", buyer)
	s.run(0, "realm", "phase", "bought", "open", "--data", buyer)
	b := servertest.Spawn(t, s.Program(), buyer)
	there := []string{"Host", "bought.test"}
	b.Must(401, "POST", "/api/v1/sessions", "", map[string]any{"handle": "ben", "password": servertest.Password}, there...)
	b.Must(201, "POST", "/api/v1/sessions", "", map[string]any{"handle": "anna", "password": servertest.Password}, there...)
	b.Must(404, "GET", "/c/"+clip, "", nil, there...)
	b.Must(404, "GET", "/@ben", "", nil, there...)
	b.Stop()
	if holds(buyer) {
		t.Error("what the objector said and filmed is still on the buyer's disk")
	}
	s.run(0, "ledger", "verify", "--realm", "bought", "--data", buyer)
}
