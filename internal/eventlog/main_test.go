package eventlog_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"reelm/internal/eventlog"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("REELM_EVENTLOG_CHILD"); dir != "" {
		child(dir)
		return
	}
	flag.Parse()
	if os.Getenv("REELM_TRIAL") != "1" && flag.Lookup("rapid.checks").Value.String() == "100" {
		check(flag.Set("rapid.checks", "12")) // each opens a server several times
	}
	goleak.VerifyTestMain(m)
}

// patience bounds every wait of these tests; nothing depends on its length.
const patience = time.Minute

func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func open(t testing.TB, cfg eventlog.Config) *eventlog.Server {
	t.Helper()
	if cfg.Dir == "" && cfg.URL == "" {
		cfg.Dir = filepath.Join(t.TempDir(), "log")
	}
	s, err := eventlog.Open(soon(t), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeServer(t, s) })
	return s
}

// closeServer may be called twice.
func closeServer(t testing.TB, s *eventlog.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		t.Error(err)
	}
}

func openLog(t testing.TB, s *eventlog.Server, realm string) *eventlog.Log {
	t.Helper()
	l, err := s.Log(soon(t), realm)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func appendOne(t testing.TB, l *eventlog.Log, e eventlog.Entry) uint64 {
	t.Helper()
	seq, err := l.Append(soon(t), e)
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

// appendNumbers appends the payloads "from" to "to", with keys of the same
// number, every third of them aging.
func appendNumbers(t testing.TB, l *eventlog.Log, from, to int) {
	t.Helper()
	var es []eventlog.Entry
	for i := from; i <= to; i++ {
		es = append(es, eventlog.Entry{Key: uint64(i), Ages: i%3 == 0, Data: fmt.Append(nil, i)})
	}
	seqs, err := l.AppendAll(soon(t), es)
	if err != nil {
		t.Fatal(err)
	}
	if len(seqs) != len(es) || !slices.IsSorted(seqs) {
		t.Fatalf("%d numbers for %d messages", len(seqs), len(es))
	}
}

func readAll(t testing.TB, l *eventlog.Log) []eventlog.Message {
	t.Helper()
	return readRange(t, l, 0, ^uint64(0))
}

func readRange(t testing.TB, l *eventlog.Log, from, to uint64) (ms []eventlog.Message) {
	t.Helper()
	err := l.Read(soon(t), from, to, func(m eventlog.Message) error {
		ms = append(ms, m)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ms
}

func seqsOf(ms []eventlog.Message) []uint64 {
	seqs := []uint64{}
	for _, m := range ms {
		seqs = append(seqs, m.Seq)
	}
	return seqs
}

func info(t testing.TB, l *eventlog.Log) eventlog.Info {
	t.Helper()
	i, err := l.Info(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	return i
}
