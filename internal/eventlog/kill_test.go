package eventlog_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"reelm/internal/eventlog"
)

// child appends and erases as fast as it can, says on its output what was
// acknowledged, and is killed in the middle of it.
func child(dir string) {
	ctx := context.Background()
	s, err := eventlog.Open(ctx, eventlog.Config{Dir: dir})
	check(err)
	l, err := s.Log(ctx, "main")
	check(err)
	round := os.Getenv("REELM_EVENTLOG_ROUND")
	var mu sync.Mutex
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Printf(format+"\n", args...)
	}
	for w := range 4 {
		go func() {
			for i := 0; ; i++ {
				text := fmt.Sprintf("%s-%d-%d", round, w, i)
				seq, err := l.Append(ctx, eventlog.Entry{Key: uint64(w), ID: text, Data: []byte(text)})
				check(err)
				say("stored %d %s", seq, text)
				if i%5 == 4 {
					say("erasing %d", seq)
					_, err := l.EraseSeqs(ctx, []uint64{seq})
					check(err)
					say("erased %d", seq)
				}
			}
		}()
	}
	for i := 0; ; i += 200 {
		var es []eventlog.Entry
		for n := i; n < i+200; n++ {
			es = append(es, eventlog.Entry{Key: 9, Data: fmt.Appendf(nil, "%s-all-%d", round, n)})
		}
		seqs, err := l.AppendAll(ctx, es)
		check(err)
		for n, seq := range seqs {
			say("stored %d %s", seq, es[n].Data)
		}
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func TestKilledProcessLosesNothingItAcknowledged(t *testing.T) {
	rounds := 3
	if os.Getenv("REELM_TRIAL") == "1" {
		rounds = 20
	}
	dir := filepath.Join(t.TempDir(), "log")
	told := report{stored: map[uint64]string{}, erasing: map[uint64]bool{}, erased: map[uint64]bool{}}
	for round := range rounds {
		told.runAndKill(t, dir, round)
		s := open(t, eventlog.Config{Dir: dir})
		l := openLog(t, s, "main")
		told.compare(t, round, readAll(t, l))
		if last := info(t, l).Last; told.last > last {
			t.Errorf("round %d: number %d was given, and %d would be the next", round, told.last, last+1)
		}
		closeServer(t, s)
	}
	t.Logf("%d messages acknowledged, %d erasures, %d kills", len(told.stored), len(told.erased), rounds)
}

// report is what children got to say before they were killed.
type report struct {
	stored          map[uint64]string
	erasing, erased map[uint64]bool
	last            uint64
}

func (told *report) compare(t *testing.T, round int, ms []eventlog.Message) {
	t.Helper()
	found := map[uint64]string{}
	all := map[string]int{} // what AppendAll of a round stored so far
	var last uint64
	for _, m := range ms {
		if m.Seq <= last {
			t.Fatalf("message %d after %d", m.Seq, last)
		}
		last = m.Seq
		found[m.Seq] = string(m.Data)
		if r, n, ok := strings.Cut(string(m.Data), "-all-"); ok {
			if n != fmt.Sprint(all[r]) {
				t.Fatalf("round %s: batch message %s came in place of %d", r, n, all[r])
			}
			all[r]++
		}
	}
	for seq, text := range told.stored {
		switch got := found[seq]; {
		case told.erased[seq] && got != "":
			t.Errorf("round %d: message %d was erased and is there: %s", round, seq, got)
		case got == "" && !told.erasing[seq]:
			t.Errorf("round %d: message %d (%s) was acknowledged and is not there", round, seq, text)
		case got != "" && got != text:
			t.Errorf("round %d: message %d is %s, not %s", round, seq, got, text)
		}
	}
}

// runAndKill lets a child work until it has acknowledged a random number of
// things, kills it, and notes everything that it got to say.
func (told *report) runAndKill(t *testing.T, dir string, round int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "REELM_EVENTLOG_CHILD="+dir, fmt.Sprintf("REELM_EVENTLOG_ROUND=%d", round))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	until := 300 + rand.IntN(1500)
	for n := 0; ; n++ {
		if n == until {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			if n < until {
				t.Errorf("round %d: the child ended by itself", round)
			}
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		var what, text string
		var seq uint64
		if _, err := fmt.Sscan(line, &what, &seq); err != nil {
			t.Fatalf("the child said %q", line)
		}
		switch what {
		case "stored":
			_, text, _ = strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "stored "), " ")
			if old := told.stored[seq]; old != "" {
				t.Errorf("number %d was given to %s and to %s", seq, old, text)
			}
			told.stored[seq] = text
			told.last = max(told.last, seq)
		case "erasing":
			told.erasing[seq] = true
		case "erased":
			told.erased[seq] = true
		default:
			t.Fatalf("the child said %q", line)
		}
	}
	_ = cmd.Wait() // ends with "killed"
}
