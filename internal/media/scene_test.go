package media

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// scenes calls f for every composition there is.
func scenes(f func(Scene)) {
	for _, topic := range Topics() {
		for take := range topic.Takes {
			f(Scene{Topic: topic.Name, Take: take, Seed: uint64(take), Title: "Über den Dächern", Kicker: topic.Name, Duration: 4 * time.Second})
		}
	}
}

func TestScenesAreMany(t *testing.T) {
	n := 0
	seen := map[string]bool{}
	for _, topic := range Topics() {
		if seen[topic.Name] || topic.Takes < 3 {
			t.Errorf("topic %s: there twice, or only %d takes", topic.Name, topic.Takes)
		}
		seen[topic.Name] = true
		n += topic.Takes
	}
	if len(seen) < 8 || n < 24 {
		t.Errorf("%d topics, %d compositions", len(seen), n)
	}
}

// TestScenesKeepWordsInSight: a tall phone filled by a clip cuts off its sides.
func TestScenesKeepWordsInSight(t *testing.T) {
	const margin = 64
	for _, s := range schools() {
		for _, title := range []string{"Aa", "Wenn der Himmel tanzt", "Donaudampfschifffahrt", "Season early, and taste it before anybody else does"} {
			w, err := s.letters.set("one of the longer lines above", title)
			if err != nil {
				t.Fatal(err)
			}
			ink := 0
			for i, a := range w.mask.Pix {
				if a < 16 {
					continue
				}
				ink++
				if x := w.x + i%w.mask.Stride; x < margin || x >= sceneW-margin {
					t.Fatalf("%s: %q reaches column %d", s.name, title, x)
				}
			}
			if ink == 0 {
				t.Errorf("%s: %q is not to be seen", s.name, title)
			}
		}
	}
}

// TestScenesLoop draws the first frame of every composition and the one after
// its last: they must be the same picture, and a frame in between another one.
func TestScenesLoop(t *testing.T) {
	scenes(func(s Scene) {
		t.Run(fmt.Sprintf("%s %d", s.Topic, s.Take), func(t *testing.T) {
			t.Parallel()
			show, err := s.rehearse()
			if err != nil {
				t.Fatal(err)
			}
			frame := func(at float64) []byte {
				c := newCanvas(sceneW, sceneH)
				show.draw(c, at)
				return c.buf
			}
			first := frame(0)
			if d := difference(first, frame(show.length)); d > 1 {
				t.Errorf("the loop jumps by %.1f of 255", d)
			}
			if d := difference(first, frame(show.length*0.37)); d < 0.2 {
				t.Errorf("nothing moves: %.2f of 255", d)
			}
			if !bytes.Equal(first, frame(0)) {
				t.Error("the same moment looks different when it is drawn again")
			}
			loud := 0.0
			for i := range show.song.left {
				loud = max(loud, math.Abs(float64(show.song.left[i])), math.Abs(float64(show.song.right[i])))
			}
			if math.Abs(loud-0.7) > 0.01 || math.IsNaN(loud) || len(show.song.left) != 4*sampleRate {
				t.Errorf("sound: peak %v, %d samples", loud, len(show.song.left))
			}
		})
	})
}

func TestRender(t *testing.T) {
	l := lab(t)
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.mp4"), filepath.Join(dir, "b.mp4")
	s := Scene{Topic: "posters", Take: -2, Seed: 7, Title: "Größe ist ein sehr langes Wort für eine Donaudampfschifffahrtsgesellschaft", Duration: 5 * time.Second}
	for _, path := range []string{a, b} {
		if err := l.Render(t.Context(), s, path); err != nil {
			t.Fatal(err)
		}
	}
	one, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	two, err := os.ReadFile(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one, two) {
		t.Error("the same scene gave two films")
	}
	onlyFiles(t, dir, "a.mp4", "b.mp4")
	src := takeTheWay(t, l, a, false)
	if src.Width != sceneW || src.Height != sceneH || src.Duration != 5*time.Second || src.Audio == nil {
		t.Errorf("%+v", src)
	}
	if err := l.Render(t.Context(), Scene{Topic: "no such thing"}, a); err == nil {
		t.Error("drew a topic that does not exist")
	}
}

// TestSceneSheet writes every composition into a folder to look at:
// REELM_SHEET=DIR, one topic with REELM_TOPIC.
func TestSceneSheet(t *testing.T) {
	dir := os.Getenv("REELM_SHEET")
	if dir == "" {
		t.Skip("REELM_SHEET names no folder")
	}
	l := lab(t)
	scenes(func(s Scene) {
		if only := os.Getenv("REELM_TOPIC"); only != "" && only != s.Topic {
			return
		}
		s.Duration = 8 * time.Second
		if err := l.Render(t.Context(), s, filepath.Join(dir, fmt.Sprintf("%s-%d.mp4", s.Topic, s.Take))); err != nil {
			t.Fatal(err)
		}
	})
}

// BenchmarkScene renders each topic's compositions, eight seconds each.
func BenchmarkScene(b *testing.B) {
	l := lab(b)
	path := filepath.Join(b.TempDir(), "s.mp4")
	scenes(func(s Scene) {
		s.Duration = 8 * time.Second
		b.Run(fmt.Sprintf("%s-%d", s.Topic, s.Take), func(b *testing.B) {
			for b.Loop() {
				if err := l.Render(b.Context(), s, path); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

// BenchmarkDemo is what the first twelve clips of a demonstration cost: drawn,
// and taken through the pipeline like anybody's, two at a time.
func BenchmarkDemo(b *testing.B) {
	l := lab(b)
	for b.Loop() {
		var group errgroup.Group
		group.SetLimit(2)
		n := 0
		scenes(func(s Scene) {
			if n++; n%5 < 3 { // twelve of the thirty
				return
			}
			s.Duration = 8 * time.Second
			dir := b.TempDir()
			group.Go(func() error {
				path := filepath.Join(dir, "scene.mp4")
				if err := l.Render(b.Context(), s, path); err != nil {
					return err
				}
				_, _, _, err := develop(b.Context(), l, path, dir)
				return err
			})
		})
		if err := group.Wait(); err != nil {
			b.Fatal(err)
		}
	}
}
