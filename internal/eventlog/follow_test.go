package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"reelm/internal/eventlog"
)

// follow runs Follow until its context ends and hands over what it sees.
func follow(t *testing.T, ctx context.Context, l *eventlog.Log, from uint64) (<-chan eventlog.Message, <-chan error) {
	t.Helper()
	seen := make(chan eventlog.Message)
	ended := make(chan error, 1)
	go func() {
		ended <- l.Follow(ctx, from, func(m eventlog.Message) error {
			select {
			case seen <- m:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
	}()
	return seen, ended
}

// next waits for one message.
func next(t *testing.T, seen <-chan eventlog.Message) eventlog.Message {
	t.Helper()
	select {
	case m := <-seen:
		return m
	case <-soon(t).Done():
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

func ended(t *testing.T, end <-chan error) error {
	t.Helper()
	select {
	case err := <-end:
		return err
	case <-soon(t).Done():
		t.Fatal("it did not end")
		panic("unreachable")
	}
}

func TestFollowGivesWhatIsStoredAndThenWhatArrives(t *testing.T) {
	l := openLog(t, open(t, eventlog.Config{}), "main")
	appendNumbers(t, l, 1, 1200)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen, end := follow(t, ctx, l, 101)
	for want := uint64(101); want <= 1200; want++ {
		if m := next(t, seen); m.Seq != want || string(m.Data) != fmt.Sprint(want) {
			t.Fatalf("in place of %d came %d: %s", want, m.Seq, m.Data)
		}
	}
	for want := 1201; want <= 1230; want++ {
		appendNumbers(t, l, want, want)
		if m := next(t, seen); m.Seq != uint64(want) {
			t.Fatalf("in place of %d came %d", want, m.Seq)
		}
	}
	cancel()
	if err := ended(t, end); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestFollowStartsBeforeTheFirstMessage(t *testing.T) {
	l := openLog(t, open(t, eventlog.Config{}), "main")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	zero, _ := follow(t, ctx, l, 0)
	three, _ := follow(t, ctx, l, 3)
	appendNumbers(t, l, 1, 4)
	if m := next(t, zero); m.Seq != 1 {
		t.Fatalf("from 0: %d", m.Seq)
	}
	if m := next(t, three); m.Seq != 3 {
		t.Fatalf("from 3: %d", m.Seq)
	}
}

func TestFollowEndsWithTheErrorOfItsFunction(t *testing.T) {
	l := openLog(t, open(t, eventlog.Config{}), "main")
	appendNumbers(t, l, 1, 10)
	broken := errors.New("broken")
	calls := 0
	err := l.Follow(soon(t), 1, func(m eventlog.Message) error {
		if calls++; m.Seq == 4 {
			return broken
		}
		return nil
	})
	if err != broken || calls != 4 {
		t.Fatalf("%v after %d calls", err, calls)
	}
}

func TestFollowGoesOnAfterARestart(t *testing.T) {
	dir := t.TempDir()
	s := open(t, eventlog.Config{Dir: dir})
	l := openLog(t, s, "main")
	appendNumbers(t, l, 1, 50)
	seen, end := follow(t, t.Context(), l, 1)
	var last uint64
	for range 30 {
		last = next(t, seen).Seq
	}
	closing := make(chan struct{})
	go func() {
		defer close(closing)
		closeServer(t, s)
	}()
	for err := error(nil); err == nil; {
		select {
		case <-seen: // it was in the middle of something
		case err = <-end:
			if !errors.Is(err, eventlog.ErrClosed) {
				t.Fatal(err)
			}
		}
	}
	<-closing
	l = openLog(t, open(t, eventlog.Config{Dir: dir}), "main")
	appendNumbers(t, l, 51, 60)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen, _ = follow(t, ctx, l, last+1)
	for want := last + 1; want <= 60; want++ {
		if m := next(t, seen); m.Seq != want {
			t.Fatalf("in place of %d came %d", want, m.Seq)
		}
	}
}

func TestReadGivesARange(t *testing.T) {
	l := openLog(t, open(t, eventlog.Config{}), "main")
	if ms := readAll(t, l); len(ms) != 0 {
		t.Fatalf("an empty log has %d messages", len(ms))
	}
	appendNumbers(t, l, 1, 20)
	if n, err := l.EraseSeqs(soon(t), []uint64{1, 2, 5, 6, 19, 20}); n != 6 || err != nil {
		t.Fatal(n, err)
	}
	for _, c := range []struct {
		from, to uint64
		want     []uint64
	}{
		{0, 3, []uint64{3}},
		{4, 8, []uint64{4, 7, 8}},
		{5, 6, []uint64{}},
		{17, 100, []uint64{17, 18}},
		{19, 20, []uint64{}},
		{21, 30, []uint64{}},
		{9, 8, []uint64{}},
	} {
		if got := seqsOf(readRange(t, l, c.from, c.to)); !slices.Equal(got, c.want) {
			t.Errorf("%d to %d: %v, want %v", c.from, c.to, got, c.want)
		}
	}
}
