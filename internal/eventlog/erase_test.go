package eventlog_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"reelm/internal/eventlog"
)

func TestEraseTakesOneKeyAndLeavesGaps(t *testing.T) {
	dir := t.TempDir()
	s := open(t, eventlog.Config{Dir: dir})
	l := openLog(t, s, "main")
	var mine []uint64
	for i := range 90 {
		key, text := uint64(i%3), "theirs"
		if key == 1 {
			text = "planted-secret"
		}
		seq := appendOne(t, l, eventlog.Entry{Key: key, Ages: i%2 == 0, ID: fmt.Sprint(text, "-", i), Data: fmt.Append(nil, text, i)})
		if key == 1 {
			mine = append(mine, seq)
		}
	}
	before := readAll(t, l)
	isMine := func(m eventlog.Message) bool { return bytes.HasPrefix(m.Data, []byte("planted-secret")) }
	if n, err := l.Erase(soon(t), 1, isMine); n != len(mine) || err != nil {
		t.Fatalf("%d of %d erased, %v", n, len(mine), err)
	}
	if n, err := l.Erase(soon(t), 1, isMine); n != 0 || err != nil {
		t.Fatalf("again: %d erased, %v", n, err)
	}
	if n, err := l.EraseSeqs(soon(t), append(mine, 0, 91, 1<<60)); n != 0 || err != nil {
		t.Fatalf("by number: %d erased, %v", n, err)
	}
	want := slices.DeleteFunc(before, isMine)
	same := func(l *eventlog.Log) {
		t.Helper()
		got := readAll(t, l)
		if !slices.EqualFunc(got, want, func(a, b eventlog.Message) bool {
			return a.Seq == b.Seq && a.Time.Equal(b.Time) && a.Shard == b.Shard && a.Ages == b.Ages && bytes.Equal(a.Data, b.Data)
		}) {
			t.Fatalf("left are %v", seqsOf(got))
		}
	}
	same(l)
	if next := appendOne(t, l, eventlog.Entry{Data: []byte("later")}); next != 91 {
		t.Fatalf("the next number is %d", next)
	}
	if _, err := l.EraseSeqs(soon(t), []uint64{91}); err != nil {
		t.Fatal(err)
	}
	closeServer(t, s)
	grep(t, dir, "planted-secret")
	l = openLog(t, open(t, eventlog.Config{Dir: dir}), "main")
	same(l)
	if i := info(t, l); i.Last != 91 || i.Messages != 60 {
		t.Fatalf("%+v", i)
	}
}

// grep fails if a file under dir holds the text.
func grep(t *testing.T, dir, text string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		var b []byte
		if err == nil && !d.IsDir() {
			b, err = os.ReadFile(path)
		}
		if bytes.Contains(b, []byte(text)) {
			t.Errorf("%s holds %q", strings.TrimPrefix(path, dir), text)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the server tidies up meanwhile: what is gone holds nothing
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNumbersAreNeverGivenTwice(t *testing.T) {
	dir := t.TempDir()
	s := open(t, eventlog.Config{Dir: dir})
	l := openLog(t, s, "main")
	appendNumbers(t, l, 1, 3)
	if n, err := l.EraseSeqs(soon(t), []uint64{1, 2, 3}); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	if i := info(t, l); i.First != 4 || i.Last != 3 || i.Messages != 0 {
		t.Fatalf("an emptied log is %+v", i)
	}
	closeServer(t, s)
	l = openLog(t, open(t, eventlog.Config{Dir: dir}), "main")
	if seq := appendOne(t, l, eventlog.Entry{Data: []byte("x")}); seq != 4 {
		t.Fatalf("number %d", seq)
	}
}

func TestAgeOutTakesWhatAgesBelowAPosition(t *testing.T) {
	dir := t.TempDir()
	s := open(t, eventlog.Config{Dir: dir})
	l := openLog(t, s, "main")
	appendNumbers(t, l, 1, 30) // every third ages
	if err := l.AgeOut(soon(t), 0); err != nil {
		t.Fatal(err)
	}
	if err := l.AgeOut(soon(t), 15); err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		for _, m := range readAll(t, l) {
			if m.Ages && m.Seq < 15 {
				t.Errorf("message %d is still there", m.Seq)
			}
		}
		if i := info(t, l); i.Messages != 26 || i.Last != 30 {
			t.Fatalf("%+v", i)
		}
	}
	check()
	closeServer(t, s)
	l = openLog(t, open(t, eventlog.Config{Dir: dir}), "main")
	check()
}

// Whatever is appended, erased and aged, in whatever order, and with
// restarts: the log holds what a plain list would hold.
func TestLogIsAListWithHoles(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "log")
		if err != nil {
			rt.Fatal(err)
		}
		cfg := eventlog.Config{Dir: dir}
		s := open(t, cfg)
		l := openLog(t, s, "main")
		var list []eventlog.Message
		var last uint64
		rt.Repeat(map[string]func(*rapid.T){
			"append": func(rt *rapid.T) {
				var es []eventlog.Entry
				for range rapid.SampledFrom([]int{1, 3, 200}).Draw(rt, "n") {
					e := eventlog.Entry{Key: rapid.Uint64Range(0, 3).Draw(rt, "key"), Ages: rapid.Bool().Draw(rt, "ages"), Data: rapid.SliceOfN(rapid.Byte(), 0, 8).Draw(rt, "data")}
					last++
					list = append(list, eventlog.Message{Seq: last, Shard: eventlog.ShardOf(e.Key), Ages: e.Ages, Data: e.Data})
					es = append(es, e)
				}
				seqs, err := l.AppendAll(soon(t), es)
				if err != nil || seqs[len(seqs)-1] != last {
					rt.Fatal(seqs, err)
				}
			},
			"erase": func(rt *rapid.T) {
				shard := rapid.Uint64Range(0, 3).Draw(rt, "key")
				odd := rapid.Bool().Draw(rt, "odd")
				match := func(m eventlog.Message) bool { return m.Seq%2 == 1 == odd }
				n, err := l.Erase(soon(t), shard, match)
				rest := slices.DeleteFunc(slices.Clone(list), func(m eventlog.Message) bool { return m.Shard == eventlog.ShardOf(shard) && match(m) })
				if err != nil || n != len(list)-len(rest) {
					rt.Fatal(n, err)
				}
				list = rest
			},
			"age": func(rt *rapid.T) {
				before := rapid.Uint64Range(0, last+1).Draw(rt, "before")
				if err := l.AgeOut(soon(t), before); err != nil {
					rt.Fatal(err)
				}
				list = slices.DeleteFunc(list, func(m eventlog.Message) bool { return m.Ages && m.Seq < before })
			},
			"restart": func(rt *rapid.T) {
				closeServer(t, s)
				s = open(t, cfg)
				l = openLog(t, s, "main")
			},
			"": func(rt *rapid.T) {
				got := readAll(t, l)
				if !slices.EqualFunc(got, list, func(a, b eventlog.Message) bool {
					return a.Seq == b.Seq && a.Shard == b.Shard && a.Ages == b.Ages && bytes.Equal(a.Data, b.Data)
				}) {
					rt.Fatalf("the log has %v, the list %v", seqsOf(got), seqsOf(list))
				}
				if i := info(t, l); i.Last != last || i.Messages != uint64(len(list)) {
					rt.Fatalf("%+v, want last %d and %d messages", i, last, len(list))
				}
			},
		})
		closeServer(t, s)
	})
}
