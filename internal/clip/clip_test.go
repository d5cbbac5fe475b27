package clip_test

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reelm"
	"reelm/internal/clip"
	"reelm/internal/media"
	"reelm/internal/realm"
	"reelm/internal/realm/realmtest"
	"reelm/internal/store"
)

func TestMain(m *testing.M) {
	media.RunHelper()
	os.Exit(m.Run())
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// shop is a realm with a desk, and a worker where a test starts one.
type shop struct {
	*realmtest.World
	r      *realm.Realm
	desk   *clip.Desk
	author *reelm.Account
	lab    *media.Lab
}

func newShop(t *testing.T) *shop {
	t.Helper()
	w := realmtest.Open(t, "")
	s := &shop{World: w, r: w.Realm("main")}
	var err error
	if s.lab, err = media.New(media.Config{Log: quiet}); err != nil {
		t.Fatal(err)
	}
	s.desk, err = clip.NewDesk(s.r, reelm.Limits{Enabled: true, UploadBytes: 1 << 20, UploadDuration: time.Minute, UploadsPerDay: 5})
	if err != nil {
		t.Fatal(err)
	}
	s.author = w.Account(s.r, "anna")
	return s
}

// work starts a worker that stops with the test.
func (s *shop) work(name string) *clip.Worker {
	s.Helper()
	w, err := clip.StartWorker(context.Background(), s.r, s.lab, name, 1, quiet)
	if err != nil {
		s.Fatal(err)
	}
	return w
}

func (s *shop) stop(w *clip.Worker) {
	s.Helper()
	if err := w.Close(); err != nil {
		s.Error(err)
	}
}

// film makes a small video with sound.
func film(t testing.TB, args ...string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "film.mp4")
	all := append([]string{"-nostdin", "-v", "error", "-f", "lavfi", "-i", "gradients=s=180x320:d=1:r=24:seed=5", "-f", "lavfi", "-i", "sine=frequency=300:duration=1",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"}, args...)
	if b, err := exec.Command("ffmpeg", append(all, out)...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (s *shop) upload(b []byte, d clip.Details) (*reelm.Clip, error) {
	s.Helper()
	sp, err := s.desk.Spool(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	c, err := s.desk.Take(context.Background(), s.author, sp, d)
	if derr := sp.Discard(); derr != nil {
		s.Error(derr)
	}
	return c, err
}

// wait follows the clip's signals until it is in one of some states and done
// agrees.
func (s *shop) wait(id reelm.ClipID, done func(*reelm.Clip) bool) *reelm.Clip {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	changed := make(chan struct{}, 1)
	err := s.r.Bus.Watch(ctx, s.r.Name, clip.TopicClip, func(string, []byte) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	if err != nil {
		s.Fatal(err)
	}
	for {
		c, err := s.r.DB.Clip(ctx, id)
		if err != nil {
			s.Fatal(err)
		}
		if done(c) {
			return c
		}
		select {
		case <-changed:
		case <-ctx.Done():
			s.Fatalf("clip is still %s, original %q, raw %q", c.State, c.Original, c.Raw)
		}
	}
}

// blobs lists what lies in the media store.
func (s *shop) blobs() (out []string) {
	s.Helper()
	for info, err := range s.r.Media.List(context.Background(), "", "") {
		if err != nil {
			s.Fatal(err)
		}
		out = append(out, info.Key)
	}
	return out
}

func TestUploadBecomesAClipAndKeepsNoMetadata(t *testing.T) {
	s := newShop(t)
	c, err := s.upload(film(t, "-metadata", "location=+52.5+13.4/", "-metadata", "title=a secret title"), clip.Details{Caption: "Frost #moor", CoverMS: -1})
	if err != nil || c.State != reelm.ClipProcessing {
		t.Fatal(c, err)
	}
	first := s.work("first")
	c = s.wait(c.ID, func(c *reelm.Clip) bool { return c.Original != "" })
	if c.State != reelm.ClipReady || len(c.Renditions) == 0 || c.Poster == "" || len(c.ThumbHash) == 0 || c.Sound == 0 || c.Width != 180 || c.Height != 320 {
		t.Errorf("%+v", c)
	}
	for _, key := range s.blobs() {
		if strings.HasPrefix(key, "raw/") {
			t.Errorf("the upload with its metadata is still there: %s", key)
		}
		r, err := s.r.Media.Get(t.Context(), key, 0, -1)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("secret title")) || bytes.Contains(b, []byte("+52.5")) {
			t.Errorf("%s holds metadata of the upload", key)
		}
	}
	left, err := os.ReadDir(s.r.Path("uploads", "spool"))
	if err != nil || len(left) != 0 {
		t.Errorf("the spool holds %v, %v", left, err)
	}
	s.Clock.Add(31 * 24 * time.Hour)
	s.stop(first)
	second := s.work("second") // sweeps when it starts
	defer s.stop(second)
	s.wait(c.ID, func(c *reelm.Clip) bool { return c.Original == "" || !s.poke(c.ID) })
}

// poke makes waiting look again: sweeping gives no signal.
func (s *shop) poke(id reelm.ClipID) bool {
	s.Helper()
	if err := s.r.Bus.Signal(s.r.Name, clip.TopicClip, []byte(id.String())); err != nil {
		s.Fatal(err)
	}
	return true
}

func TestWhatIsNoVideoIsRefusedAndLeavesNothing(t *testing.T) {
	s := newShop(t)
	for code, b := range map[string][]byte{reelm.FaultEmptyFile: nil, reelm.FaultUnsupportedFormat: []byte("#EXTM3U\nfile:///etc/passwd\n"), reelm.FaultTooLarge: make([]byte, 1<<20+1)} {
		_, err := s.upload(b, clip.Details{CoverMS: -1})
		var e *reelm.Error
		if !errors.As(err, &e) || e.Code != code || e.Field != "file" {
			t.Errorf("%s: %v", code, err)
		}
	}
	if got := s.blobs(); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}

func TestFileThatTurnsOutBadFailsWithItsReason(t *testing.T) {
	s := newShop(t)
	b := film(t)
	c, err := s.upload(b[:len(b)/2], clip.Details{CoverMS: -1}) // the index was at the end
	if err != nil {
		t.Fatal(err)
	}
	w := s.work("w")
	defer s.stop(w)
	c = s.wait(c.ID, func(c *reelm.Clip) bool { return c.State == reelm.ClipFailed && c.Raw == "" })
	if c.Fault == nil || c.Fault.Code != reelm.FaultUnreadableVideo || c.Fault.Retry || c.Fault.Detail == "" {
		t.Errorf("%+v", c.Fault)
	}
	if err := s.r.DB.RetryClip(t.Context(), c.ID); reelm.KindOf(err) != reelm.Conflict {
		t.Errorf("a broken file may be tried again: %v", err)
	}
	s.wait(c.ID, func(*reelm.Clip) bool { return len(s.blobs()) == 0 || !s.poke(c.ID) })
}

func TestStoppedWorkerGivesItsJobBack(t *testing.T) {
	s := newShop(t)
	c, err := s.upload(film(t), clip.Details{CoverMS: -1})
	if err != nil {
		t.Fatal(err)
	}
	s.stop(s.work("first")) // stops while it works, or before it begins
	w := s.work("second")
	defer s.stop(w)
	if c = s.wait(c.ID, func(c *reelm.Clip) bool { return c.State != reelm.ClipProcessing }); c.State != reelm.ClipReady {
		t.Errorf("%s %+v", c.State, c.Fault)
	}
}

func TestJobOfAKilledWorkerIsTakenOver(t *testing.T) {
	s := newShop(t)
	c, err := s.upload(film(t), clip.Details{CoverMS: -1})
	if err != nil {
		t.Fatal(err)
	}
	dead, err := s.r.DB.ClaimJob(t.Context(), "killed", store.RankFirst, store.RankFirst+1, 30*time.Second)
	if err != nil || dead == nil {
		t.Fatal(dead, err)
	}
	s.Clock.Add(31 * time.Second)
	w := s.work("next")
	defer s.stop(w)
	s.wait(c.ID, func(c *reelm.Clip) bool { return c.State == reelm.ClipReady })
	if _, err := s.r.DB.PublishClip(t.Context(), dead, store.First{}); !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("the killed worker published too: %v", err)
	}
}

func TestDeletedClipLosesItsMedia(t *testing.T) {
	s := newShop(t)
	c, err := s.upload(film(t), clip.Details{CoverMS: -1})
	if err != nil {
		t.Fatal(err)
	}
	w := s.work("w")
	defer s.stop(w)
	s.wait(c.ID, func(c *reelm.Clip) bool { return c.Original != "" })
	if err := s.r.DB.DeleteClip(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	s.wait(c.ID, func(*reelm.Clip) bool { return len(s.blobs()) == 0 })
}

func TestSixthUploadOfADayIsRefused(t *testing.T) {
	s := newShop(t)
	b := film(t)
	for i := range 6 {
		err := s.desk.CheckDay(t.Context(), s.author.ID)
		if refused := reelm.KindOf(err) == reelm.Limited; err != nil && !refused || refused != (i == 5) {
			t.Fatalf("before upload %d: %v", i, err)
		}
		_, err = s.upload(b, clip.Details{CoverMS: -1, Again: true})
		if refused := reelm.KindOf(err) == reelm.Limited; err != nil && !refused || refused != (i == 5) {
			t.Fatalf("upload %d: %v", i, err)
		}
	}
}

// twoColours is a film that is red for a second and blue for another.
func twoColours(t *testing.T) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "film.mp4")
	if b, err := exec.Command("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "color=red:s=180x320:d=1:r=24", "-f", "lavfi", "-i", "color=blue:s=180x320:d=1:r=24",
		"-filter_complex", "[0][1]concat", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", out).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPosterIsTheFrameThatWasChosen(t *testing.T) {
	s := newShop(t)
	b := twoColours(t)
	w := s.work("w")
	defer s.stop(w)
	for at, blue := range map[int64]bool{0: false, 1500: true, 99_000: true, -1: false} {
		c, err := s.upload(b, clip.Details{CoverMS: at, Again: true})
		if err != nil {
			t.Fatal(err)
		}
		if c = s.wait(c.ID, func(c *reelm.Clip) bool { return c.State != reelm.ClipProcessing }); c.State != reelm.ClipReady {
			t.Fatalf("%s: %+v", c.State, c.Fault)
		}
		r, err := s.r.Media.Get(t.Context(), c.Media+"/"+c.Poster, 0, -1)
		if err != nil {
			t.Fatal(err)
		}
		img, err := jpeg.Decode(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		red, _, b, _ := img.At(90, 160).RGBA()
		if (b > red) != blue {
			t.Errorf("the cover at %d ms is %v", at, img.At(90, 160))
		}
		if len(c.ThumbHash) == 0 {
			t.Errorf("the cover at %d ms has no placeholder", at)
		}
	}
}

// TestFailedUploadIsKeptForAWhile: it may be tried again, and then it is gone.
func TestFailedUploadIsKeptForAWhile(t *testing.T) {
	s := newShop(t)
	ctx := t.Context()
	c, err := s.upload(film(t), clip.Details{CoverMS: -1})
	if err != nil {
		t.Fatal(err)
	}
	for c.State != reelm.ClipFailed {
		j, err := s.r.DB.ClaimJob(ctx, "w", store.RankFirst, store.RankFirst+1, time.Minute)
		if err != nil || j == nil {
			t.Fatal(j, err)
		}
		if _, err := s.r.DB.FailJob(ctx, j, reelm.Fault{Code: reelm.FaultInternal, Detail: "the disk is full", Retry: true}, 0); err != nil {
			t.Fatal(err)
		}
		if c, err = s.r.DB.Clip(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
	}
	s.Clock.Add(29 * 24 * time.Hour)
	w := s.work("first") // sweeps when it starts
	s.stop(w)
	if c, err = s.r.DB.Clip(ctx, c.ID); err != nil || c.Raw == "" || !c.Fault.Retry {
		t.Fatalf("after 29 days: %+v, %v", c, err)
	}
	s.Clock.Add(2 * 24 * time.Hour)
	w = s.work("second")
	defer s.stop(w)
	c = s.wait(c.ID, func(c *reelm.Clip) bool { return c.Raw == "" || !s.poke(c.ID) })
	if c.State != reelm.ClipFailed || c.Fault.Retry {
		t.Errorf("without its file it is %s and may be tried again: %v", c.State, c.Fault.Retry)
	}
	s.wait(c.ID, func(*reelm.Clip) bool { return len(s.blobs()) == 0 || !s.poke(c.ID) })
}

func TestAV1IsAskedForOnce(t *testing.T) {
	s := newShop(t)
	ctx := t.Context()
	watched := []reelm.ClipID{s.Clip(s.r, s.author, "watched").ID, s.Clip(s.r, s.author, "also").ID}
	jobs := func() (n int) {
		for {
			j, err := s.r.DB.ClaimJob(ctx, "w", store.RankAV1, 1<<30, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			if j == nil {
				return n
			}
			if j.Kind == store.JobAV1 {
				n++
			}
			if err := s.r.DB.FinishJob(ctx, j); err != nil {
				t.Fatal(err)
			}
		}
	}
	a := clip.NewAV1(s.r)
	for round, want := range []int{1, 1, 0} { // as many as are new
		n := min(round+1, 2)
		if asked, err := a.Want(ctx, watched[:n]); err != nil || asked != want {
			t.Errorf("round %d asks for %d clips, want %d, %v", round, asked, want, err)
		}
	}
	if n := jobs(); n != 4 {
		t.Errorf("%d jobs for two clips", n)
	}
	if _, err := clip.NewAV1(s.r).Want(ctx, watched); err != nil { // after a restart
		t.Fatal(err)
	}
	if n := jobs(); n != 0 {
		t.Errorf("what is done was asked for again: %d jobs", n)
	}
}
