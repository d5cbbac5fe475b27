package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"reelm/internal/eventlog"
)

func TestWatchersGetSignalsOfTheirTopicAndRealm(t *testing.T) {
	s := open(t, eventlog.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	got := map[string]chan string{}
	for _, w := range []struct{ realm, topic string }{{"main", "jobs"}, {"main", "live.>"}, {"main", ">"}, {"other", ">"}} {
		c := make(chan string, 10)
		got[w.realm+" "+w.topic] = c
		if err := s.Watch(ctx, w.realm, w.topic, func(topic string, data []byte) { c <- topic + "=" + string(data) }); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range []struct{ realm, topic, data string }{{"main", "jobs", "1"}, {"main", "live.4.comment", "2"}, {"other", "jobs", "3"}} {
		if err := s.Signal(v.realm, v.topic, []byte(v.data)); err != nil {
			t.Fatal(err)
		}
	}
	for watch, wants := range map[string][]string{
		"main jobs":   {"jobs=1"},
		"main live.>": {"live.4.comment=2"},
		"main >":      {"jobs=1", "live.4.comment=2"},
		"other >":     {"jobs=3"},
	} {
		for _, want := range wants {
			select {
			case v := <-got[watch]:
				if v != want {
					t.Errorf("%s got %s, not %s", watch, v, want)
				}
			case <-soon(t).Done():
				t.Fatalf("%s did not get %s", watch, want)
			}
		}
	}
	cancel()
}

func TestSlowWatcherLosesAndBlocksNobody(t *testing.T) {
	s := open(t, eventlog.Config{})
	l := openLog(t, s, "main")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const many = 20000
	release := make(chan struct{})
	var slow atomic.Int64
	fast := make(chan string, 100)
	ended := make(chan struct{}, many)
	err := s.Watch(ctx, "main", "live.x", func(_ string, data []byte) {
		<-release
		if slow.Add(1); string(data) == "last" {
			ended <- struct{}{}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Watch(ctx, "main", "done", func(_ string, data []byte) { fast <- string(data) }); err != nil {
		t.Fatal(err)
	}
	for range many {
		if err := s.Signal("main", "live.x", make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Signal("main", "done", []byte("yes")); err != nil {
		t.Fatal(err)
	}
	select {
	case <-fast:
	case <-soon(t).Done():
		t.Fatal("the slow watcher blocks the other")
	}
	appendOne(t, l, eventlog.Entry{Data: []byte("and the log goes on")})
	close(release)
	for { // until one gets through again
		if err := s.Signal("main", "live.x", []byte("last")); err != nil {
			t.Fatal(err)
		}
		if err := s.Signal("main", "done", nil); err != nil {
			t.Fatal(err)
		}
		<-fast
		select {
		case <-ended:
		default:
			continue
		}
		break
	}
	cancel()
	if slow.Load() >= many {
		t.Fatalf("a watcher that stood still got all %d", slow.Load())
	}
}

func TestNamesAreChecked(t *testing.T) {
	s := open(t, eventlog.Config{})
	ctx := soon(t)
	nop := func(string, []byte) {}
	for _, realm := range []string{"", "Main", "a.b", "a b", "*", ">", "-a", "a-", "ä", "../x", "a\n", fmt.Sprintf("%064d", 1)} {
		_, err := s.Log(ctx, realm)
		_, ierr := s.Import(ctx, realm, 1)
		for what, err := range map[string]error{"Log": err, "Import": ierr, "Delete": s.Delete(ctx, realm), "Signal": s.Signal(realm, "x", nil), "Watch": s.Watch(ctx, realm, "x", nop)} {
			if !errors.Is(err, eventlog.ErrName) {
				t.Errorf("%s of realm %q: %v", what, realm, err)
			}
		}
	}
	for _, topic := range []string{"", ".", "a.", ".a", "a..b", "a b", "*", "a.*", "a.>.b", "a>", "a\r\n"} {
		for what, err := range map[string]error{"Signal": s.Signal("main", topic, nil), "Watch": s.Watch(ctx, "main", topic, nop)} {
			if !errors.Is(err, eventlog.ErrName) {
				t.Errorf("%s of topic %q: %v", what, topic, err)
			}
		}
	}
	if err := s.Signal("main", ">", nil); !errors.Is(err, eventlog.ErrName) {
		t.Error(err)
	}
}
