package media

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"reelm"
)

func TestTry(t *testing.T) {
	l := lab(t)
	st, err := l.Layers(t.Context())
	t.Log(err)
	for _, s := range st {
		t.Logf("%+v", s)
	}
	for _, folder := range []string{"clips", "bad-clips"} {
		for _, row := range manifest(t, folder) {
			path := filepath.Join(shared, folder, row["file"])
			t0 := time.Now()
			src, err := l.Probe(t.Context(), path)
			t1 := time.Since(t0)
			if err != nil {
				f, _ := errors.AsType[*reelm.Fault](err)
				t.Logf("%s %s %s: PROBE %v (%v) %v", row["file"], row["expect"], row["reason"], err, f != nil, t1)
				continue
			}
			dir := t.TempDir()
			t0 = time.Now()
			pre, err := l.Preview(t.Context(), path, src, dir)
			t2 := time.Since(t0)
			t.Logf("%s: %dx%d %v turn %s fps %.2f %v preview %v %v", row["file"], src.Width, src.Height, src.Duration, src.Video.Turn, src.Video.FPS, src.Video.Steady, pre, err)
			t0 = time.Now()
			first, err := l.First(t.Context(), path, src, dir, nil)
			t3 := time.Since(t0)
			t.Logf("    %s %s %+v %v   %v %v %v", row["expect"], row["reason"], first, err, t1, t2, t3)
		}
	}
}
