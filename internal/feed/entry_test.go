package feed_test

import (
	"testing"

	"reelm/internal/eventlog"
	"reelm/internal/feed"
)

func entry(data string) eventlog.Entry { return eventlog.Entry{Data: []byte(data)} }

func FuzzToken(f *testing.F) {
	tw := newTown(f)
	good := tw.sign(tw.ask(0, 1)[0])
	f.Add(good)
	f.Add("")
	f.Add(good[:len(good)-4])
	f.Add("AQ" + good)
	f.Fuzz(func(t *testing.T, token string) {
		s, _, err := feed.Verify(tw.r, token)
		if err == nil && token != good {
			t.Fatalf("a forged token was taken: %+v", s)
		}
	})
}
