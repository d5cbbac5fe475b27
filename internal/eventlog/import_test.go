package eventlog_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"reelm/internal/eventlog"
)

// withGaps fills a log whose beginning, middle and end were erased.
func withGaps(t *testing.T, l *eventlog.Log) {
	t.Helper()
	appendNumbers(t, l, 1, 3000)
	if err := l.AgeOut(soon(t), 2000); err != nil {
		t.Fatal(err)
	}
	erase := []uint64{1, 2, 3, 4, 5, 1500, 1501, 1502, 2998, 2999, 3000}
	if _, err := l.EraseSeqs(soon(t), erase); err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, a, b *eventlog.Log) {
	t.Helper()
	as, bs := readAll(t, a), readAll(t, b)
	if !slices.EqualFunc(as, bs, func(a, b eventlog.Message) bool {
		return a.Seq == b.Seq && a.Shard == b.Shard && a.Ages == b.Ages && bytes.Equal(a.Data, b.Data)
	}) {
		t.Fatalf("%d and %d messages are not the same", len(as), len(bs))
	}
	ai, bi := info(t, a), info(t, b)
	if ai.First != bi.First || ai.Last != bi.Last || ai.Messages != bi.Messages {
		t.Fatalf("%+v and %+v", ai, bi)
	}
}

func TestImportKeepsEveryNumberAndGap(t *testing.T) {
	seller := openLog(t, open(t, eventlog.Config{}), "main")
	withGaps(t, seller)
	dir := t.TempDir()
	s := open(t, eventlog.Config{Dir: dir})
	from := info(t, seller)
	im, err := s.Import(soon(t), "bought", from.First)
	if err != nil {
		t.Fatal(err)
	}
	half := uint64(0)
	for _, m := range readAll(t, seller) {
		if m.Seq > 1600 {
			break
		}
		if err := im.Add(soon(t), m); err != nil {
			t.Fatal(err)
		}
		half = m.Seq
	}
	if im.Last() != half {
		t.Fatalf("last is %d, not %d", im.Last(), half)
	}
	closeServer(t, s) // in the middle of it

	s = open(t, eventlog.Config{Dir: dir})
	if _, err := s.Log(soon(t), "bought"); !errors.Is(err, eventlog.ErrUnfinished) {
		t.Fatalf("a half imported log opens: %v", err)
	}
	if im, err = s.Import(soon(t), "bought", 1); err != nil {
		t.Fatal(err)
	}
	for _, m := range readAll(t, seller) {
		if m.Seq <= im.Last() {
			if err := im.Add(soon(t), m); !errors.Is(err, eventlog.ErrOrder) {
				t.Fatalf("message %d was added again: %v", m.Seq, err)
			}
			continue
		}
		if err := im.Add(soon(t), m); err != nil {
			t.Fatal(err)
		}
	}
	bought, err := im.Finish(soon(t), from.Last)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, seller, bought)
	if _, err := s.Import(soon(t), "bought", 1); !errors.Is(err, eventlog.ErrExists) {
		t.Fatalf("imported over: %v", err)
	}

	// The delta: the seller went on, and erased some more.
	appendNumbers(t, seller, 3001, 3040)
	gone := []uint64{700, 3010, 3011, 3040}
	for _, l := range []*eventlog.Log{seller, bought} {
		if _, err := l.EraseSeqs(soon(t), gone); err != nil {
			t.Fatal(err)
		}
	}
	if im, err = s.Continue(soon(t), "bought"); err != nil {
		t.Fatal(err)
	}
	for _, m := range readRange(t, seller, from.Last+1, 4000) {
		if err := im.Add(soon(t), m); err != nil {
			t.Fatal(err)
		}
	}
	if bought, err = im.Finish(soon(t), 3040); err != nil {
		t.Fatal(err)
	}
	equal(t, seller, bought)
	closeServer(t, s)
	bought = openLog(t, open(t, eventlog.Config{Dir: dir}), "bought")
	equal(t, seller, bought)
	if seq := appendOne(t, bought, eventlog.Entry{Data: []byte("new owner")}); seq != 3041 {
		t.Fatalf("the next number is %d", seq)
	}
}

func TestImportOfALogThatIsAllGaps(t *testing.T) {
	s := open(t, eventlog.Config{})
	im, err := s.Import(soon(t), "quiet", 1)
	if err != nil {
		t.Fatal(err)
	}
	l, err := im.Finish(soon(t), 2100)
	if err != nil {
		t.Fatal(err)
	}
	if i := info(t, l); i.Messages != 0 || i.Last != 2100 || i.First != 2101 {
		t.Fatalf("%+v", i)
	}
	if seq := appendOne(t, l, eventlog.Entry{}); seq != 2101 {
		t.Fatalf("the next number is %d", seq)
	}
}

func TestImportRefusesWhatIsWrong(t *testing.T) {
	s := open(t, eventlog.Config{})
	im, err := s.Import(soon(t), "main", 7)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		m    eventlog.Message
		want error
	}{
		{eventlog.Message{Seq: 6}, eventlog.ErrOrder},
		{eventlog.Message{Seq: 7, Shard: eventlog.Shards}, eventlog.ErrName},
		{eventlog.Message{Seq: 7, Data: make([]byte, eventlog.MaxMessage)}, eventlog.ErrTooLarge},
	} {
		if err := im.Add(soon(t), c.m); !errors.Is(err, c.want) {
			t.Errorf("%v: %v", c.want, err)
		}
	}
	for seq := uint64(7); seq < 10; seq++ {
		if err := im.Add(soon(t), eventlog.Message{Seq: seq, Data: fmt.Append(nil, seq)}); err != nil {
			t.Fatal(err)
		}
	}
	l, err := im.Finish(soon(t), 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := seqsOf(readAll(t, l)); !slices.Equal(got, []uint64{7, 8, 9}) {
		t.Fatal(got)
	}
}
