package store_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// clock is a clock that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// world is a database with a clock and shortcuts for what tests need often.
type world struct {
	*testing.T
	*store.DB
	clock *clock
	n     int
}

func each(t *testing.T, test func(w *world)) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.DB) {
		c := newClock()
		test(&world{T: t, DB: open(store.Options{Now: c.now}), clock: c})
	})
}

func (w *world) account(handle string) reelm.AccountID {
	w.Helper()
	a, err := w.CreateAccount(w.Context(), store.NewAccount{Handle: handle, Password: "hash", Birthday: "1990-05-17", Role: reelm.RoleViewer, Learn: true, Language: "en"})
	if err != nil {
		w.Fatal(err)
	}
	return a.ID
}

func (w *world) upload(author reelm.AccountID, caption string, change ...func(*store.NewClip)) (*reelm.Clip, error) {
	w.n++
	c, err := reelm.ParseCaption(caption)
	if err != nil {
		w.Fatal(err)
	}
	sum := sha256.Sum256(fmt.Append(nil, w.n))
	n := store.NewClip{Author: author, Caption: c, Visibility: reelm.Public, Media: fmt.Sprintf("m%d", w.n), Raw: "raw/x", SHA256: sum[:], CoverMS: -1}
	for _, f := range change {
		f(&n)
	}
	return w.CreateClip(w.Context(), n)
}

// publish uploads a clip and makes it ready, a second after the last one.
func (w *world) publish(author reelm.AccountID, caption string, change ...func(*store.NewClip)) *reelm.Clip {
	w.Helper()
	w.clock.add(time.Second)
	if _, err := w.upload(author, caption, change...); err != nil {
		w.Fatal(err)
	}
	j, err := w.ClaimJob(w.Context(), "w", 0, 100, time.Minute)
	if err != nil || j == nil {
		w.Fatal(j, err)
	}
	c, err := w.PublishClip(w.Context(), j, first())
	if err != nil {
		w.Fatal(err)
	}
	return c
}

func first() store.First {
	return store.First{Duration: 8 * time.Second, Poster: "poster.jpg", HasAudio: true, ThumbHash: []byte{1, 2},
		Rendition: reelm.Rendition{Height: 540, W: 540, H: 960, Codec: "h264", Codecs: "avc1.64001f", Bitrate: 900_000, Bytes: 1000, File: "540.mp4"}}
}

func (w *world) kinds() (out []string) {
	w.Helper()
	rows, err := w.Outbox(w.Context(), 0, 1000)
	if err != nil {
		w.Fatal(err)
	}
	for i, r := range rows {
		if r.N != int64(i+1) {
			w.Fatalf("outbox number %d at place %d", r.N, i)
		}
		rec, err := reelm.DecodeRecord(r.Record)
		if err != nil {
			w.Fatal(err)
		}
		out = append(out, string(rec.Kind))
	}
	return out
}

func ids(clips []*reelm.Clip) (out []reelm.ClipID) {
	for _, c := range clips {
		out = append(out, c.ID)
	}
	return out
}

func TestHandleLikeAnotherIsTaken(t *testing.T) {
	each(t, func(w *world) {
		w.account("nord.licht")
		for _, h := range []string{"nord.licht", "nordlicht", "n0rdlicht", "nord_l1cht"} {
			_, err := w.CreateAccount(w.Context(), store.NewAccount{Handle: h, Password: "x", Birthday: "1990-01-01", Role: reelm.RoleViewer})
			if !errors.Is(err, reelm.ErrHandleTaken) {
				w.Errorf("%s: %v, want handle-taken", h, err)
			}
		}
	})
}

func TestClipIsPublishedExactlyOnce(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		c, err := w.upload(w.account("anna"), "Frost #moor")
		if err != nil {
			w.Fatal(err)
		}
		slow, err := w.ClaimJob(ctx, "slow", 0, 100, time.Minute)
		if err != nil || slow == nil || slow.Clip != c.ID {
			w.Fatal(slow, err)
		}
		if j, err := w.ClaimJob(ctx, "other", 0, 100, time.Minute); j != nil || err != nil {
			w.Fatal("a job with a lease was given to another worker:", j, err)
		}
		w.clock.add(61 * time.Second)
		quick, err := w.ClaimJob(ctx, "quick", 0, 100, time.Minute)
		if err != nil || quick == nil || quick.Attempts != 2 {
			w.Fatal("the job of a silent worker was not given away:", quick, err)
		}
		if err := w.KeepJob(ctx, slow, time.Minute, 50); !errors.Is(err, store.ErrLeaseLost) {
			w.Errorf("the slow worker may go on: %v", err)
		}
		if _, err := w.PublishClip(ctx, quick, first()); err != nil {
			w.Fatal(err)
		}
		if _, err := w.PublishClip(ctx, slow, first()); !errors.Is(err, store.ErrLeaseLost) {
			w.Errorf("published twice: %v", err)
		}
		if got := strings.Join(w.kinds(), " "); got != "about born" {
			w.Errorf("the log hears %q", got)
		}
		got, err := w.Clip(ctx, c.ID)
		if err != nil || got.State != reelm.ClipReady || len(got.Renditions) != 1 || got.Sound == 0 || got.Published.IsZero() {
			w.Errorf("%+v %v", got, err)
		}
	})
}

func TestManyWorkersShareJobs(t *testing.T) {
	each(t, func(w *world) {
		author := w.account("anna")
		const jobs = 30
		for i := range jobs {
			if _, err := w.upload(author, fmt.Sprint("clip ", i)); err != nil {
				w.Fatal(err)
			}
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		seen := map[int64]int{}
		for i := range 6 {
			wg.Go(func() {
				for {
					j, err := w.ClaimJob(w.Context(), fmt.Sprint(i), 0, 100, time.Minute)
					if err != nil {
						w.Error(err)
					}
					if j == nil {
						return
					}
					mu.Lock()
					seen[j.ID]++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(seen) != jobs {
			w.Errorf("%d of %d jobs were claimed", len(seen), jobs)
		}
		for id, n := range seen {
			if n != 1 {
				w.Errorf("job %d was claimed %d times", id, n)
			}
		}
	})
}

func TestFirstRenditionsGoBeforeFurtherRungs(t *testing.T) {
	each(t, func(w *world) {
		author := w.account("anna")
		old := w.publish(author, "old")
		for _, h := range []int{720, 1080} {
			if err := w.AddJob(w.Context(), store.NewJob{Clip: old.ID, Kind: store.JobRung, Height: h, Rank: store.RankRung}); err != nil {
				w.Fatal(err)
			}
		}
		fresh, err := w.upload(author, "new")
		if err != nil {
			w.Fatal(err)
		}
		var order []reelm.ClipID
		for {
			j, err := w.ClaimJob(w.Context(), "w", 0, 100, time.Hour)
			if err != nil {
				w.Fatal(err)
			}
			if j == nil {
				break
			}
			order = append(order, j.Clip)
		}
		if diff := cmp.Diff([]reelm.ClipID{fresh.ID, old.ID, old.ID}, order); diff != "" {
			w.Error(diff)
		}
	})
}

func TestThreeFailuresAndRetry(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		c, err := w.upload(w.account("anna"), "x")
		if err != nil {
			w.Fatal(err)
		}
		ours := reelm.Fault{Code: reelm.FaultInternal, Detail: "the disk is full", Retry: true}
		for attempt := 1; attempt <= store.MaxAttempts; attempt++ {
			j, err := w.ClaimJob(ctx, "w", 0, 100, time.Minute)
			if err != nil || j == nil {
				w.Fatal(attempt, j, err)
			}
			failed, err := w.FailJob(ctx, j, ours, 10*time.Second)
			if err != nil || failed != (attempt == store.MaxAttempts) {
				w.Fatal(attempt, failed, err)
			}
			w.clock.add(11 * time.Second)
		}
		got, err := w.Clip(ctx, c.ID)
		if err != nil || got.State != reelm.ClipFailed || got.Fault == nil || got.Fault.Code != reelm.FaultInternal {
			w.Fatalf("%+v %v", got, err)
		}
		if err := w.RetryClip(ctx, c.ID); err != nil {
			w.Fatal(err)
		}
		if err := w.RetryClip(ctx, c.ID); reelm.KindOf(err) != reelm.Conflict {
			w.Errorf("retrying a clip that is at work: %v", err)
		}
		j, err := w.ClaimJob(ctx, "w", 0, 100, time.Minute)
		if err != nil || j == nil || j.Attempts != 1 {
			w.Fatal(j, err)
		}
		if failed, err := w.FailJob(ctx, j, reelm.Fault{Code: reelm.FaultTruncated}, 0); err != nil || !failed {
			w.Error("a fault of the file was to be tried again:", failed, err)
		}
	})
}

func TestSameBytesAreADuplicate(t *testing.T) {
	each(t, func(w *world) {
		author := w.account("anna")
		same := func(n *store.NewClip) { n.SHA256 = []byte("the same bytes") }
		c := w.publish(author, "one", same)
		_, err := w.upload(author, "two", same)
		var e *reelm.Error
		if !errors.As(err, &e) || e.Code != "duplicate-upload" || e.Args["id"] != c.ID.String() {
			w.Errorf("second upload: %v", err)
		}
		if _, err := w.upload(author, "three", same, func(n *store.NewClip) { n.Again = true }); err != nil {
			w.Errorf("again=true: %v", err)
		}
		if _, err := w.upload(w.account("berta"), "four", same); err != nil {
			w.Errorf("another account: %v", err)
		}
		if err := w.DeleteClip(w.Context(), c.ID); err != nil {
			w.Fatal(err)
		}
		if _, err := w.upload(author, "five", same); err != nil {
			w.Errorf("after the first was deleted: %v", err)
		}
	})
}

func TestUploadsPerDay(t *testing.T) {
	each(t, func(w *world) {
		author := w.account("anna")
		two := func(n *store.NewClip) { n.PerDay = 2 }
		for range 2 {
			if _, err := w.upload(author, "x", two); err != nil {
				w.Fatal(err)
			}
		}
		if _, err := w.upload(author, "x", two); reelm.KindOf(err) != reelm.Limited {
			w.Errorf("third upload: %v", err)
		}
		w.clock.add(25 * time.Hour)
		if _, err := w.upload(author, "x", two); err != nil {
			w.Errorf("on the next day: %v", err)
		}
	})
}

// The condition that lists use in SQL and the rule of the glossary agree for
// every relation and visibility.
func TestListsFollowTheRule(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		author, private := w.account("anna"), w.account("otto")
		yes := true
		viewers := map[string]reelm.AccountID{"nobody": 0, "author": author, "stranger": w.account("stranger"), "follower": w.account("follower"),
			"mutual": w.account("mutual"), "blocked": w.account("blocked1")}
		follow := func(a, b reelm.AccountID) {
			if _, err := w.FollowAccount(ctx, a, b); err != nil {
				w.Fatal(err)
			}
		}
		for _, a := range []reelm.AccountID{author, private} {
			follow(viewers["follower"], a)
			follow(viewers["mutual"], a)
			follow(a, viewers["mutual"])
			if err := w.Block(ctx, a, viewers["blocked"]); err != nil {
				w.Fatal(err)
			}
			for _, v := range []reelm.Visibility{reelm.Public, reelm.Unlisted, reelm.Followers, reelm.Mutuals, reelm.OnlyMe} {
				w.publish(a, string(v)+" #t", func(n *store.NewClip) { n.Visibility = v })
			}
		}
		if _, err := w.UpdateProfile(ctx, private, store.Profile{Private: &yes}); err != nil {
			w.Fatal(err)
		}
		for name, viewer := range viewers {
			for _, a := range []reelm.AccountID{author, private} {
				listed, _, err := w.ClipsOf(ctx, viewer, a, store.Page{})
				if err != nil {
					w.Fatal(err)
				}
				got := map[reelm.Visibility]bool{}
				for _, c := range listed {
					got[c.Visibility] = true
				}
				all, _, err := w.OwnClips(ctx, a, store.Page{})
				if err != nil {
					w.Fatal(err)
				}
				rel, err := w.Relation(ctx, viewer, a)
				if err != nil {
					w.Fatal(err)
				}
				for _, c := range all {
					want := reelm.MaySee(c, rel) == nil && (c.Visibility != reelm.Unlisted || rel.Self)
					if got[c.Visibility] != want {
						w.Errorf("%s sees a %s clip of %s: %v, want %v", name, c.Visibility, c.Handle, got[c.Visibility], want)
					}
				}
			}
		}
		tagged, _, err := w.ClipsByTag(ctx, 0, "t", store.Page{})
		if err != nil || len(tagged) != 1 || tagged[0].Author != author {
			w.Errorf("the tag's page shows %d clips to a visitor, %v", len(tagged), err)
		}
	})
}

func TestPagesHaveEveryClipOnce(t *testing.T) {
	each(t, func(w *world) {
		author := w.account("anna")
		var want []reelm.ClipID
		for i := range 7 {
			c := w.publish(author, fmt.Sprintf("%d #p", i))
			if i%2 == 0 {
				w.clock.add(-time.Second) // two clips in one millisecond
			}
			want = append(want, c.ID)
		}
		var got []reelm.ClipID
		p := store.Page{Limit: 2}
		for {
			clips, next, err := w.ClipsByTag(w.Context(), 0, "p", p)
			if err != nil {
				w.Fatal(err)
			}
			got = append(got, ids(clips)...)
			if next == (store.Cursor{}) {
				break
			}
			if p.After, err = store.ParseCursor(next.String()); err != nil {
				w.Fatal(err)
			}
		}
		seen := map[reelm.ClipID]bool{}
		for _, id := range got {
			seen[id] = true
		}
		if len(got) != len(want) || len(seen) != len(want) {
			w.Errorf("%d clips, %d different, want %d", len(got), len(seen), len(want))
		}
	})
}

func TestLikesFollowsCommentsCountOnceAndReachTheLog(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		author, fan := w.account("anna"), w.account("fan.one")
		c := w.publish(author, "x")
		for range 2 {
			if err := w.LikeClip(ctx, fan, c.ID); err != nil {
				w.Fatal(err)
			}
			if _, err := w.FollowAccount(ctx, fan, author); err != nil {
				w.Fatal(err)
			}
		}
		first, err := w.AddComment(ctx, fan, c.ID, "schön", 0)
		if err != nil {
			w.Fatal(err)
		}
		reply, err := w.AddComment(ctx, author, c.ID, "danke", first.ID)
		if err != nil || reply.Parent != first.ID {
			w.Fatal(reply, err)
		}
		deep, err := w.AddComment(ctx, fan, c.ID, "gern", reply.ID)
		if err != nil || deep.Parent != first.ID {
			w.Fatal("a reply to a reply:", deep, err)
		}
		got, err := w.Clip(ctx, c.ID)
		if err != nil {
			w.Fatal(err)
		}
		if diff := cmp.Diff(reelm.Counts{Likes: 1, Comments: 3}, got.Counts); diff != "" {
			w.Error(diff)
		}
		if _, err := w.DeleteComment(ctx, fan, reply.ID); reelm.KindOf(err) != reelm.Forbidden {
			w.Errorf("somebody else's comment was deleted: %v", err)
		}
		if _, err := w.DeleteComment(ctx, author, first.ID); err != nil {
			w.Fatal(err)
		}
		for range 2 {
			if err := w.UnlikeClip(ctx, fan, c.ID); err != nil {
				w.Fatal(err)
			}
			if err := w.UnfollowAccount(ctx, fan, author); err != nil {
				w.Fatal(err)
			}
		}
		got, err = w.Clip(ctx, c.ID)
		if err != nil || got.Counts != (reelm.Counts{}) {
			w.Errorf("%+v %v", got.Counts, err)
		}
		a, err := w.Account(ctx, author)
		if err != nil || a.Followers != 0 || a.Clips != 1 {
			w.Errorf("%+v %v", a, err)
		}
		want := "about about born like follow comment comment comment unlike unfollow"
		if diff := cmp.Diff(want, strings.Join(w.kinds(), " ")); diff != "" {
			w.Error(diff)
		}
	})
}

func TestEditsTellTheEngine(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		c := w.publish(w.account("anna"), "x #one")
		caption, err := reelm.ParseCaption("y #two")
		if err != nil {
			w.Fatal(err)
		}
		private, public := reelm.OnlyMe, reelm.Public
		for _, e := range []store.ClipEdit{{Caption: &caption}, {Visibility: &private}, {Visibility: &public}} {
			if _, err := w.EditClip(ctx, c.ID, e); err != nil {
				w.Fatal(err)
			}
		}
		for tag, want := range map[string]int{"one": 0, "two": 1} {
			clips, _, err := w.ClipsByTag(ctx, 0, tag, store.Page{})
			if err != nil || len(clips) != want {
				w.Errorf("#%s: %d clips, want %d; %v", tag, len(clips), want, err)
			}
		}
		if err := w.DeleteClip(ctx, c.ID); err != nil {
			w.Fatal(err)
		}
		if got := strings.Join(w.kinds(), " "); got != "about born changed unlimited limited changed unlimited died" {
			w.Errorf("the log hears %q", got)
		}
		a, err := w.AccountByHandle(ctx, "anna")
		if err != nil || a.Clips != 0 {
			w.Errorf("%+v %v", a, err)
		}
	})
}

func TestClipsOfAPrivateAccountLeaveTheEngineAndComeBack(t *testing.T) {
	each(t, func(w *world) {
		author := w.account("anna")
		w.publish(author, "x")
		w.publish(author, "y", func(n *store.NewClip) { n.Visibility = reelm.OnlyMe })
		for _, private := range []bool{true, true, false} {
			if _, err := w.UpdateProfile(w.Context(), author, store.Profile{Private: &private}); err != nil {
				w.Fatal(err)
			}
		}
		if got := strings.Join(w.kinds(), " "); got != "about born limited changed unlimited" {
			w.Errorf("the log hears %q", got)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		id := w.account("anna")
		for _, h := range []string{"a", "b", "c"} {
			if err := w.CreateSession(ctx, id, store.Session{Hash: []byte(h), Expires: w.clock.now().Add(time.Hour)}); err != nil {
				w.Fatal(err)
			}
		}
		if err := w.EndSession(ctx, []byte("a")); err != nil {
			w.Fatal(err)
		}
		if err := w.SetPassword(ctx, id, "new", []byte("b")); err != nil {
			w.Fatal(err)
		}
		valid := func() (out string) {
			for _, h := range []string{"a", "b", "c"} {
				if _, _, err := w.AccountOfSession(ctx, []byte(h)); err == nil {
					out += h
				}
			}
			return out
		}
		if got := valid(); got != "b" {
			w.Errorf("signed in are %q, want b", got)
		}
		w.clock.add(2 * time.Hour)
		if got := valid(); got != "" {
			w.Errorf("signed in after the session's end: %q", got)
		}
	})
}

func TestTasteMovesToTheAccountOnce(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		v, err := w.CreateViewer(ctx, []byte("token"), "de", "")
		if err != nil {
			w.Fatal(err)
		}
		if err := w.SetInterest(ctx, v, reelm.Subject{Kind: reelm.SubjectTag, Key: "moor"}, reelm.LevelMore); err != nil {
			w.Fatal(err)
		}
		var made []*reelm.Account
		for _, h := range []string{"anna", "berta"} {
			a, err := w.CreateAccount(ctx, store.NewAccount{Handle: h, Password: "x", Birthday: "1990-01-01", Role: reelm.RoleViewer, Learn: true, Viewer: v})
			if err != nil {
				w.Fatal(err)
			}
			made = append(made, a)
		}
		if _, err := w.ViewerByToken(ctx, []byte("token")); !errors.Is(err, reelm.ErrNotFound) {
			w.Errorf("the browser's token still holds: %v", err)
		}
		for i, want := range []int{1, 0} {
			likings, err := w.Interests(ctx, made[i].ID.Viewer())
			if err != nil || len(likings) != want {
				w.Errorf("%s has %d interests, want %d; %v", made[i].Handle, len(likings), want, err)
			}
		}
		if got := strings.Join(w.kinds(), " "); got != "about interest about merge about" {
			w.Errorf("the log hears %q", got)
		}
	})
}

func TestOutboxIsKeptForAWhile(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		w.account("anna")
		w.clock.add(2 * store.OutboxKept)
		w.account("berta")
		if err := w.TrimOutbox(ctx, 2); err != nil {
			w.Fatal(err)
		}
		rows, err := w.Outbox(ctx, 0, 10)
		if err != nil || len(rows) != 1 || rows[0].N != 2 {
			w.Errorf("%v %v", rows, err)
		}
		if n, err := w.OutboxEnd(ctx); err != nil || n != 2 {
			w.Errorf("the outbox ends at %d, %v", n, err)
		}
	})
}

func TestOutboxNumbersRiseWithCommits(t *testing.T) {
	each(t, func(w *world) {
		author := w.account("anna")
		c := w.publish(author, "x")
		var fans []reelm.AccountID
		for i := range 8 {
			fans = append(fans, w.account(fmt.Sprintf("fan.%dx", i)))
		}
		var wg sync.WaitGroup
		for _, f := range fans {
			wg.Go(func() {
				for range 5 {
					if err := errors.Join(w.LikeClip(w.Context(), f, c.ID), w.UnlikeClip(w.Context(), f, c.ID)); err != nil {
						w.Error(err)
					}
				}
			})
		}
		last := int64(0)
		done := make(chan struct{})
		go func() { wg.Wait(); close(done) }()
		for end := false; !end; {
			select {
			case <-done:
				end = true
			default:
			}
			rows, err := w.Outbox(w.Context(), last, 1000)
			if err != nil {
				w.Fatal(err)
			}
			for _, r := range rows { // a reader that follows never misses a number
				if r.N != last+1 {
					w.Fatalf("number %d follows %d", r.N, last)
				}
				last = r.N
			}
		}
		if want := int64(1 + 1 + 8 + 8*5*2); last != want {
			w.Errorf("%d records, want %d", last, want)
		}
	})
}

func TestSchemaOfANewerProgramIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "reelm.db")
	db, err := store.Open(t.Context(), file, store.Options{Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.PretendSchema(db, 99999); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), file, store.Options{}); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("opened a newer schema: %v", err)
	}
}

func TestDatabaseReopensWithWhatItHad(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.DB) {
		w := &world{T: t, DB: open(store.Options{}), clock: newClock()}
		id := w.account("anna")
		a, err := open(store.Options{}).Account(t.Context(), id)
		if err != nil || a.Handle != "anna" || !bytes.Equal([]byte(a.Name), []byte("anna")) {
			t.Errorf("%+v %v", a, err)
		}
	})
}
