package feed_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reelm"
	"reelm/internal/feed"
	"reelm/internal/realm"
	"reelm/internal/realm/realmtest"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// town is a realm with a feed, people and clips on four topics.
type town struct {
	*realmtest.World
	r      *realm.Realm
	f      *feed.Feed
	people []*reelm.Account
	clips  map[reelm.ClipID]string // topic
}

var topics = []string{"moor", "brot", "berge", "tanz"}

func newTown(t testing.TB) *town {
	t.Helper()
	w := realmtest.Open(t, "")
	tw := &town{World: w, r: w.Realm("main"), clips: map[reelm.ClipID]string{}}
	if err := feed.Constitute(t.Context(), tw.r); err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		author := w.Account(tw.r, fmt.Sprintf("author%cx", 'a'+i))
		for k := range 5 {
			topic := topics[(i+k)%len(topics)]
			tw.clips[w.Clip(tw.r, author, fmt.Sprintf("Clip %d #%s", k, topic)).ID] = topic
		}
	}
	for i := range 4 {
		tw.people = append(tw.people, w.Account(tw.r, fmt.Sprintf("viewer%cx", 'a'+i)))
	}
	tw.open()
	return tw
}

func (tw *town) open() {
	tw.Helper()
	f, err := feed.Open(context.Background(), tw.r, quiet)
	if err != nil {
		tw.Fatal(err)
	}
	tw.f = f
	tw.Cleanup(func() {
		if tw.f == f {
			tw.close()
		}
	})
}

func (tw *town) close() {
	tw.Helper()
	if err := tw.f.Close(); err != nil {
		tw.Error(err)
	}
	tw.f = nil
}

func (tw *town) ask(viewer reelm.ViewerID, limit int, handed ...reelm.ClipID) []reelm.Serve {
	tw.Helper()
	serves, _, err := tw.f.For(context.Background(), feed.Request{Viewer: viewer, Profiled: viewer != 0, Limit: limit, At: tw.Clock.Now(), Language: "en", Handed: handed})
	if err != nil {
		tw.Fatal(err)
	}
	return serves
}

func (tw *town) sign(s reelm.Serve) string {
	tw.Helper()
	token, err := feed.Sign(tw.r, &s)
	if err != nil {
		tw.Fatal(err)
	}
	return token
}

func (tw *town) record(from feed.From, reports ...feed.Report) (int, []feed.Rejected) {
	tw.Helper()
	n, rejected, _, err := tw.f.Record(context.Background(), from, reports)
	if err != nil {
		tw.Fatal(err)
	}
	return n, rejected
}

func as(a *reelm.Account) feed.From {
	return feed.From{Viewer: a.ID.Viewer(), Account: a.ID, Learns: a.Learn}
}

// watchAll lets a viewer swipe through a page: clips of the liked topic are
// watched to the end, others skipped.
func (tw *town) watchAll(a *reelm.Account, topic string, swipes int) {
	tw.Helper()
	for n := 0; n < swipes; {
		serves := tw.ask(a.ID.Viewer(), 5)
		if len(serves) == 0 {
			return
		}
		for _, s := range serves {
			ms := int64(700)
			if tw.clips[s.Clip] == topic {
				ms = 8000
			}
			tw.Clock.Add(5 * time.Second)
			if n, rejected := tw.record(as(a), feed.Report{Serve: tw.sign(s), Kind: "watch", Watched: ms}); n != 1 {
				tw.Fatal(rejected)
			}
			n++
		}
	}
}

func (tw *town) settle() {
	tw.Helper()
	if err := tw.f.Settle(context.Background()); err != nil {
		tw.Fatal(err)
	}
}

func TestFeedLearnsFromSwipes(t *testing.T) {
	tw := newTown(t)
	a, b := tw.people[0], tw.people[1]
	tw.watchAll(a, "moor", 15)
	tw.watchAll(b, "tanz", 15)
	tw.settle()
	forA, forB := tw.ask(a.ID.Viewer(), 6), tw.ask(b.ID.Viewer(), 6)
	if cmp.Equal(clipsOf(forA), clipsOf(forB)) {
		t.Error("two people who like opposite things get the same feed")
	}
	interests := tw.f.Interests(a.ID.Viewer())
	found := false
	for _, l := range interests.Learned {
		found = found || l.Kind == reelm.SubjectTag && l.Key == "moor" && l.Strength > 0
	}
	if !found {
		t.Errorf("what was watched is not among the interests: %+v", interests.Learned)
	}
}

func clipsOf(serves []reelm.Serve) (out []reelm.ClipID) {
	for _, s := range serves {
		out = append(out, s.Clip)
	}
	return out
}

func TestPageFetchedAheadRepeatsNothing(t *testing.T) {
	tw := newTown(t)
	v := tw.people[0].ID.Viewer()
	seen := map[reelm.ClipID]bool{}
	var handed []reelm.ClipID
	for range 8 {
		serves, next, err := tw.f.For(t.Context(), feed.Request{Viewer: v, Profiled: true, Limit: 5, At: tw.Clock.Now(), Handed: handed})
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range serves {
			if seen[s.Clip] {
				t.Fatalf("clip %s comes twice", s.Clip)
			}
			seen[s.Clip] = true
			if s.Slot != i {
				t.Errorf("slot %d at place %d", s.Slot, i)
			}
		}
		if next == "" {
			break
		}
		if handed, err = feed.ParseCursor(next); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != len(tw.clips) {
		t.Errorf("%d of %d clips were handed out", len(seen), len(tw.clips))
	}
}

func TestPartsSumToTheScore(t *testing.T) {
	tw := newTown(t)
	tw.watchAll(tw.people[0], "moor", 10)
	tw.settle()
	for _, s := range tw.ask(tw.people[0].ID.Viewer(), 20) {
		token := tw.sign(s)
		why, err := feed.Why(tw.r, tw.people[0].ID.Viewer(), token, tw.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, p := range why.Parts {
			sum += p.Contribution
		}
		if math.Abs(sum-why.Score) > 1e-9*math.Max(1, math.Abs(sum)) {
			t.Errorf("parts sum to %v, the score is %v", sum, why.Score)
		}
		if why.Propensity <= 0 || why.Propensity > 1 {
			t.Errorf("propensity %v", why.Propensity)
		}
		if len(token) > 1024 || strings.ContainsAny(token, "+/=&?# ") {
			t.Errorf("a token of %d characters: %q", len(token), token)
		}
	}
}

func TestWhyIsForTheViewerOnly(t *testing.T) {
	tw := newTown(t)
	token := tw.sign(tw.ask(tw.people[0].ID.Viewer(), 1)[0])
	open := tw.sign(tw.ask(0, 1)[0])
	now := tw.Clock.Now()
	for _, v := range []reelm.ViewerID{0, tw.people[1].ID.Viewer()} {
		if _, err := feed.Why(tw.r, v, token, now); !errors.Is(err, reelm.ErrNotFound) {
			t.Errorf("viewer %d learns why somebody else was shown a clip: %v", v, err)
		}
		if _, err := feed.Why(tw.r, v, open, now); err != nil {
			t.Errorf("viewer %d holds a serve that is bound to nobody: %v", v, err)
		}
	}
}

func TestForgedForeignExpiredAndRepeatedServes(t *testing.T) {
	tw := newTown(t)
	a, b := tw.people[0], tw.people[1]
	s := tw.ask(a.ID.Viewer(), 2)
	token, second := tw.sign(s[0]), tw.sign(s[1])
	forged := []byte(token)
	forged[10] ^= 1
	other := tw.Realm("other")
	elsewhere, err := feed.Sign(other, &s[0])
	if err != nil {
		t.Fatal(err)
	}
	codes := func(from feed.From, reports ...feed.Report) string {
		n, rejected := tw.record(from, reports...)
		out := fmt.Sprint(n)
		for _, r := range rejected {
			var e *reelm.Error
			if !errors.As(r.Err, &e) {
				t.Fatal(r.Err)
			}
			out += fmt.Sprintf(" %d:%s", r.Index, e.Code)
		}
		return out
	}
	watch := func(token string, ms int64) feed.Report {
		return feed.Report{Serve: token, Kind: "watch", Watched: ms}
	}
	got := codes(as(a), watch(string(forged), 1), watch(token, 3000), watch(elsewhere, 1), watch("x", 1), watch("", 1), feed.Report{Serve: second, Kind: "dance"}, watch(second, -5))
	if want := "1 0:bad-serve 2:bad-serve 3:bad-serve 4:bad-serve 5:bad-kind 6:bad-watched"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := codes(as(b), watch(second, 1)); got != "0 0:foreign-serve" {
		t.Errorf("a foreign serve: %s", got)
	}
	tw.settle()
	if got := codes(as(a), watch(token, 3000), watch(token, 4000)); got != "1 0:repeated" {
		t.Errorf("the same again, and longer: %s", got)
	}
	tw.Clock.Add(25 * time.Hour)
	if got := codes(as(a), watch(second, 1)); got != "0 0:expired-serve" {
		t.Errorf("after a day: %s", got)
	}
}

func TestRepeatsCountOnceWhateverTheServerKnew(t *testing.T) {
	tw := newTown(t)
	a := tw.people[0]
	s := tw.ask(a.ID.Viewer(), 1)[0]
	token := tw.sign(s)
	for range 3 { // in one batch nothing of it is known yet
		tw.record(as(a), feed.Report{Serve: token, Kind: "watch", Watched: 8000}, feed.Report{Serve: token, Kind: "share"}, feed.Report{Serve: token, Kind: "share"})
	}
	tw.settle()
	if views, shares := tw.f.Counts(s.Clip); views != 1 || shares != 1 {
		t.Errorf("%d views and %d shares of one serve", views, shares)
	}
}

func TestVisitorsAreCountedAndNothingElse(t *testing.T) {
	tw := newTown(t)
	before := tw.ask(0, 10)
	for _, s := range before[:5] {
		if n, rejected := tw.record(feed.From{}, feed.Report{Serve: tw.sign(s), Kind: "watch", Watched: 8000}); n != 1 {
			t.Fatal(rejected)
		}
	}
	tw.settle()
	if views, _ := tw.f.Counts(before[0].Clip); views != 1 {
		t.Errorf("%d views", views)
	}
	if diff := cmp.Diff(clipsOf(before), clipsOf(tw.ask(0, 10))); diff != "" {
		t.Errorf("what a visitor watched changed the feed without profiling: %s", diff)
	}
}

func TestWithoutLearningOnlyCounts(t *testing.T) {
	tw := newTown(t)
	a := tw.people[0]
	for _, s := range tw.ask(a.ID.Viewer(), 10) {
		tw.record(feed.From{Viewer: a.ID.Viewer(), Account: a.ID, Learns: false}, feed.Report{Serve: tw.sign(s), Kind: "watch", Watched: 8000})
	}
	tw.settle()
	if learned := tw.f.Interests(a.ID.Viewer()).Learned; len(learned) != 0 {
		t.Errorf("learned although it was not allowed: %+v", learned)
	}
}

func TestModelIsTheSameFromLogAndSnapshot(t *testing.T) {
	tw := newTown(t)
	for i, p := range tw.people {
		tw.watchAll(p, topics[i], 12)
	}
	if err := tw.r.DB.LikeClip(t.Context(), tw.people[0].ID, tw.ask(tw.people[0].ID.Viewer(), 1)[0].Clip); err != nil {
		t.Fatal(err)
	}
	tw.settle()
	pos, hash := tw.f.Model()
	feedOf := func() (out [][]reelm.ClipID) {
		for _, p := range tw.people {
			_, serves := tw.f.Ask(feed.Request{Viewer: p.ID.Viewer(), Profiled: true, Limit: 20, At: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)})
			out = append(out, clipsOf(serves))
		}
		return out
	}
	want := feedOf()
	check := func(how string) {
		t.Helper()
		if p, h := tw.f.Model(); p != pos || h != hash {
			t.Errorf("%s: position %d, model %s; want %d, %s", how, p, hex.EncodeToString(h[:4]), pos, hex.EncodeToString(hash[:4]))
		}
		if diff := cmp.Diff(want, feedOf()); diff != "" {
			t.Errorf("%s: another feed: %s", how, diff)
		}
	}
	tw.close()
	tw.open()
	check("from the snapshot")
	tw.close()
	snapshots := tw.snapshots()
	if len(snapshots) == 0 {
		t.Fatal("no snapshot was kept")
	}
	for _, file := range snapshots { // a flipped byte is noticed and the log folded instead
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2] ^= 1
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tw.open()
	check("from the log, with a damaged snapshot")
	for _, fromSnapshot := range []bool{false, true} {
		var notes strings.Builder
		got, err := feed.Replay(t.Context(), tw.r, 0, fromSnapshot, &notes, quiet)
		if err != nil || got.Seq != pos || got.Model != hash {
			t.Errorf("replay: %+v %v", got, err)
		}
		if fromSnapshot != strings.Contains(notes.String(), "no usable snapshot") {
			t.Errorf("replay from snapshot=%v says %q", fromSnapshot, notes.String())
		}
	}
}

func (tw *town) snapshots() []string {
	files, err := filepath.Glob(tw.r.Path("model", "*.snapshot"))
	if err != nil {
		tw.Fatal(err)
	}
	return files
}

func TestOutboxIsRelayedOnce(t *testing.T) {
	tw := newTown(t)
	tw.settle()
	_, hash := tw.f.Model()
	last, err := tw.r.Log.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // opening again relays nothing twice
		tw.close()
		tw.open()
	}
	if now, err := tw.r.Log.Last(t.Context()); err != nil || now != last {
		t.Errorf("the log went from %d to %d, %v", last, now, err)
	}
	if _, h := tw.f.Model(); h != hash {
		t.Error("another model")
	}
}

func TestRecordThatCannotBeReadIsPassedOver(t *testing.T) {
	tw := newTown(t)
	tw.settle()
	_, hash := tw.f.Model()
	if _, err := tw.r.Log.Append(t.Context(), entry(`{"k":"serve"}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := tw.r.Log.Append(t.Context(), entry(`{"k":"of the future"}`)); err != nil {
		t.Fatal(err)
	}
	tw.settle()
	if _, h := tw.f.Model(); h != hash {
		t.Error("the model has changed")
	}
	if err := tw.f.Healthy(); err != nil {
		t.Error(err)
	}
}

func TestNeverHidesAnAuthorAndMoreIsKept(t *testing.T) {
	tw := newTown(t)
	v := tw.people[0].ID.Viewer()
	first := tw.ask(v, 1)[0]
	c, err := tw.r.DB.Clip(t.Context(), first.Clip)
	if err != nil {
		t.Fatal(err)
	}
	if err := tw.r.DB.SetInterest(t.Context(), v, reelm.Subject{Kind: reelm.SubjectAuthor, Key: c.Author.String()}, reelm.LevelNever); err != nil {
		t.Fatal(err)
	}
	if err := tw.f.Acted(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	tw.settle()
	for _, s := range tw.ask(v, 40) {
		got, err := tw.r.DB.Clip(t.Context(), s.Clip)
		if err != nil {
			t.Fatal(err)
		}
		if got.Author == c.Author {
			t.Fatalf("a clip of @%s is shown, who was never to be", got.Handle)
		}
	}
}

func TestRemovedClipLeavesTheFeed(t *testing.T) {
	tw := newTown(t)
	v := tw.people[0].ID.Viewer()
	gone := tw.ask(v, 1)[0].Clip
	if err := tw.r.DB.DeleteClip(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	tw.settle()
	for _, s := range tw.ask(v, 40) {
		if s.Clip == gone {
			t.Error("a removed clip is shown")
		}
	}
}
