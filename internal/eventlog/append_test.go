package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"reelm/internal/eventlog"
)

func TestAppendNumbersMessagesFromOneInOrder(t *testing.T) {
	l := openLog(t, open(t, eventlog.Config{}), "main")
	if i := info(t, l); i.First != 1 || i.Last != 0 || i.Messages != 0 {
		t.Fatalf("a new log is %+v", i)
	}
	for want := uint64(1); want <= 5; want++ {
		if seq := appendOne(t, l, eventlog.Entry{Key: want, Data: fmt.Append(nil, want)}); seq != want {
			t.Fatalf("message %d got number %d", want, seq)
		}
	}
	appendNumbers(t, l, 6, 2500) // several batches
	ms := readAll(t, l)
	if len(ms) != 2500 {
		t.Fatalf("%d messages", len(ms))
	}
	for i, m := range ms {
		n := i + 1
		if m.Seq != uint64(n) || string(m.Data) != fmt.Sprint(n) || m.Shard != eventlog.ShardOf(uint64(n)) || m.Ages != (n > 5 && n%3 == 0) || m.Time.IsZero() {
			t.Fatalf("message %d is %+v", n, m)
		}
	}
	if i := info(t, l); i.First != 1 || i.Last != 2500 || i.Messages != 2500 || i.Bytes == 0 {
		t.Fatalf("%+v", i)
	}
	m, err := l.Get(soon(t), 77)
	if err != nil || string(m.Data) != "77" || m.Shard != eventlog.ShardOf(77) {
		t.Fatalf("%+v, %v", m, err)
	}
	for _, seq := range []uint64{0, 2501, 1 << 62} {
		if _, err := l.Get(soon(t), seq); !errors.Is(err, eventlog.ErrNotFound) {
			t.Fatalf("message %d: %v", seq, err)
		}
	}
}

func TestAppendWithAnIDStoresOnce(t *testing.T) {
	dir := t.TempDir()
	s := open(t, eventlog.Config{Dir: dir})
	l := openLog(t, s, "main")
	one := appendOne(t, l, eventlog.Entry{ID: "outbox-1", Data: []byte("a")})
	two := appendOne(t, l, eventlog.Entry{ID: "outbox-2", Data: []byte("b")})
	if again := appendOne(t, l, eventlog.Entry{ID: "outbox-1", Data: []byte("a")}); again != one {
		t.Fatalf("stored again as %d", again)
	}
	if one == two {
		t.Fatal("two ids, one message")
	}
	closeServer(t, s)
	l = openLog(t, open(t, eventlog.Config{Dir: dir}), "main")
	if again := appendOne(t, l, eventlog.Entry{ID: "outbox-2", Data: []byte("b")}); again != two {
		t.Fatalf("stored again as %d after a restart", again)
	}
	if n := len(readAll(t, l)); n != 2 {
		t.Fatalf("%d messages", n)
	}
}

func TestAppendAllAgainAfterItWasCutOffStoresTheRest(t *testing.T) {
	l := openLog(t, open(t, eventlog.Config{}), "main")
	var es []eventlog.Entry
	for i := range 600 {
		es = append(es, eventlog.Entry{ID: fmt.Sprint("row-", i), Data: fmt.Append(nil, i)})
	}
	first, err := l.AppendAll(soon(t), es[:400])
	if err != nil {
		t.Fatal(err)
	}
	all, err := l.AppendAll(soon(t), es[200:])
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(all[:200], first[200:]) {
		t.Fatalf("the numbers of what was there: %v and %v", first[200:], all[:200])
	}
	for i, m := range readAll(t, l) {
		if string(m.Data) != fmt.Sprint(i) {
			t.Fatalf("message %d is %s", i, m.Data)
		}
	}
	if last := info(t, l).Last; last != 600 {
		t.Fatalf("%d messages", last)
	}
}

func TestManyAppendTogether(t *testing.T) {
	l := openLog(t, open(t, eventlog.Config{}), "main")
	const workers, each = 8, 2000
	var wg sync.WaitGroup
	seen := make([][]uint64, workers)
	for w := range workers {
		wg.Go(func() {
			for i := 0; len(seen[w]) < each; {
				if w%2 == 0 {
					seen[w] = append(seen[w], appendOne(t, l, eventlog.Entry{Key: uint64(w), Data: fmt.Append(nil, w, " ", i)}))
					i++
					continue
				}
				var es []eventlog.Entry
				for range 50*(w%4) + 100 {
					es = append(es, eventlog.Entry{Key: uint64(w), Data: fmt.Append(nil, w, " ", i)})
					i++
				}
				seqs, err := l.AppendAll(soon(t), es)
				if err != nil {
					t.Error(err)
				}
				seen[w] = append(seen[w], seqs...)
			}
		})
	}
	wg.Wait()
	next := make([]int, workers)
	for i, m := range readAll(t, l) {
		var w, n int
		if _, err := fmt.Sscan(string(m.Data), &w, &n); err != nil {
			t.Fatal(err)
		}
		if n != next[w] || seen[w][n] != m.Seq || m.Seq != uint64(i+1) {
			t.Fatalf("message %d of worker %d has number %d, and it was told %d", n, w, m.Seq, seen[w][n])
		}
		next[w]++
	}
	for w, n := range next {
		if n < each || n != len(seen[w]) {
			t.Fatalf("worker %d: %d messages", w, n)
		}
	}
}

func TestAppendRefusesWhatDoesNotFit(t *testing.T) {
	l := openLog(t, open(t, eventlog.Config{}), "main")
	for name, c := range map[string]struct {
		e    eventlog.Entry
		want error
	}{
		"too large":      {eventlog.Entry{Data: make([]byte, eventlog.MaxMessage)}, eventlog.ErrTooLarge},
		"id too long":    {eventlog.Entry{ID: strings.Repeat("x", 129)}, eventlog.ErrName},
		"id with header": {eventlog.Entry{ID: "a\r\nNats-Rollup: all"}, eventlog.ErrName},
	} {
		if _, err := l.Append(soon(t), c.e); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := l.AppendAll(soon(t), []eventlog.Entry{{Data: []byte("good")}, c.e}); !errors.Is(err, c.want) {
			t.Errorf("%s, in a batch: %v", name, err)
		}
	}
	if i := info(t, l); i.Last != 0 {
		t.Fatalf("something was stored: %+v", i)
	}
	large := make([]byte, eventlog.MaxMessage-1024)
	appendOne(t, l, eventlog.Entry{Data: large, ID: strings.Repeat("x", 128)})
	es := make([]eventlog.Entry, 12)
	for i := range es {
		es[i].Data = large
	}
	if _, err := l.AppendAll(soon(t), es); err != nil {
		t.Fatal(err)
	}
}

func TestAppendEndsWithItsContext(t *testing.T) {
	s := open(t, eventlog.Config{})
	l := openLog(t, s, "main")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Append(ctx, eventlog.Entry{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	closeServer(t, s)
	if _, err := l.Append(t.Context(), eventlog.Entry{}); !errors.Is(err, eventlog.ErrClosed) {
		t.Fatal(err)
	}
	if _, err := l.AppendAll(t.Context(), make([]eventlog.Entry, 300)); !errors.Is(err, eventlog.ErrClosed) {
		t.Fatal(err)
	}
	if _, err := s.Log(t.Context(), "main"); !errors.Is(err, eventlog.ErrClosed) {
		t.Fatal(err)
	}
}
