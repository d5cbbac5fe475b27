package handover_test

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reelm"
	"reelm/internal/feed"
	"reelm/internal/handover"
	"reelm/internal/ledger"
	"reelm/internal/notify"
	"reelm/internal/realm"
)

// viewers is how many get the same feed on both sides.
func viewers(t *testing.T) int {
	if os.Getenv("REELM_TRIAL") != "" {
		return 1000
	}
	t.Log("40 viewers; REELM_TRIAL=1 makes 1,000")
	return 40
}

func TestEveryViewerGetsTheSameFeedAfterAHandover(t *testing.T) {
	tw := newTown(t, viewers(t), 60)
	for range 3 {
		tw.watch()
	}
	b := newBuyer(t)
	path, done := tw.export(b)
	before := feeds(t, tw.f, tw.people)
	got := b.mustTake(path)
	if got.Manifest != done.Manifest || got.Delta {
		t.Errorf("imported %+v", got)
	}
	r := b.Realm("main")
	if diff := cmp.Diff(before, feeds(t, openFeed(t, r), tw.people)); diff != "" {
		t.Errorf("feeds differ (-seller +buyer):\n%.2000s", diff)
	}
}

func TestWhatPassesAndWhatDoesNot(t *testing.T) {
	tw := newTown(t, 4, 6)
	ctx := t.Context()
	tw.watch()
	if err := tw.r.DB.SetRole(ctx, tw.people[1].ID, reelm.RoleAdmin); err != nil {
		t.Fatal(err)
	}
	if err := tw.r.Set(ctx, map[string]string{"title": "Nordlicht", "host": "seller.example", "languages": "de,en"}); err != nil {
		t.Fatal(err)
	}
	pushKey, err := notify.PushKey(ctx, tw.r)
	if err != nil {
		t.Fatal(err)
	}
	b := newBuyer(t)
	path, _ := tw.export(b)
	b.mustTake(path)
	r := b.Realm("main")
	if got, err := notify.PushKey(ctx, r); err != nil || got != pushKey {
		t.Errorf("browsers that subscribed hear no more: the key is %s, was %s (%v)", got, pushKey, err)
	}
	set, err := r.Settings(ctx)
	if err != nil || set.Title != "Nordlicht" || len(set.Hosts) != 0 || set.Languages[0] != "de" {
		t.Errorf("settings %+v, %v", set, err)
	}
	acc, err := r.DB.AccountByHandle(ctx, "person.1")
	if err != nil || acc.Role != reelm.RoleViewer {
		t.Errorf("%+v, %v: staff roles end", acc, err)
	}
	if r.SigningKey().Verifier() == tw.r.SigningKey().Verifier() {
		t.Error("the signing key passed")
	}
	for info, err := range tw.r.Media.List(ctx, "", "") {
		if err != nil {
			t.Fatal(err)
		}
		if got, want := content(t, r, info.Key), content(t, tw.r, info.Key); got != want {
			t.Errorf("%s is %.40q, was %.40q", info.Key, got, want)
		}
	}
}

func content(t *testing.T, r *realm.Realm, key string) string {
	t.Helper()
	rc, err := r.Media.Get(t.Context(), key, 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(rc)
	if cerr := rc.Close(); err != nil || cerr != nil {
		t.Fatal(err, cerr)
	}
	return string(b)
}

func TestLedgersPartOnceAndBothVerify(t *testing.T) {
	tw := newTown(t, 3, 4)
	tw.watch()
	b := newBuyer(t)
	path, done := tw.export(b)
	b.mustTake(path)
	r := b.Realm("main")
	if rep := verifyOf(t, r, tw.r.SigningKey().Verifier()); len(rep.Owners) != 1 {
		t.Errorf("before it is opened the ledger has owners %v", rep.Owners)
	}
	if _, err := r.ChangePhase(t.Context(), reelm.PhaseAnnounced, time.Time{}, "", false); err != nil { // the first write
		t.Fatal(err)
	}
	rep := verify(t, r)
	if len(rep.Owners) != 2 || rep.Owners[1].Manifest != done.Manifest {
		t.Errorf("owners %+v", rep.Owners)
	}
	if _, err := b.take(path); reelm.KindOf(err) != reelm.Conflict {
		t.Errorf("imported again into a realm in use: %v", err)
	}
	receipt, err := os.ReadFile(filepath.Join(b.Dir, "receipt"))
	if err != nil {
		t.Fatal(err)
	}
	if err := handover.TakeReceipt(t.Context(), tw.r, receipt); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ledger.Follow(t.Context(), tw.r.DB.Ledger().Fetch, r.DB.Ledger().Fetch, tw.r.SigningKey().Verifier()); err != nil {
		t.Errorf("the parting cannot be followed: %v", err)
	}
}

func verifyOf(t *testing.T, r *realm.Realm, key string) *ledger.Report {
	t.Helper()
	rep, err := ledger.Verify(t.Context(), r.DB.Ledger().Fetch, ledger.Options{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func TestWhatCameAfterIsAddedWithWhatWasErased(t *testing.T) {
	tw := newTown(t, 6, 12)
	ctx := t.Context()
	for range 3 {
		tw.watch()
	}
	b := newBuyer(t)
	path, first := tw.export(b)
	b.mustTake(path)

	// Somebody's watching is taken out, somebody comes, everybody watches on.
	gone := tw.people[2]
	if _, err := tw.f.Forget(ctx, feed.CausePerson, feed.Forgetting{Viewers: []reelm.ViewerID{gone.ID.Viewer()}}); err != nil {
		t.Fatal(err)
	}
	tw.people = append(slices.Delete(tw.people, 2, 3), tw.Account(tw.r, "somebody.new"))
	tw.clip(tw.people[5], "the newest #topic1")
	tw.watch()

	path, second := tw.export(b, func(x *handover.Export) { x.Since = first.Note })
	if second.Bytes >= first.Bytes*2 || second.Manifest == first.Manifest {
		t.Errorf("the second archive has %d bytes, the first %d", second.Bytes, first.Bytes)
	}
	got := b.mustTake(path)
	if !got.Delta {
		t.Errorf("imported %+v", got)
	}
	r := b.Realm("main")
	if diff := cmp.Diff(feeds(t, tw.f, tw.people), feeds(t, openFeed(t, r), tw.people)); diff != "" {
		t.Errorf("feeds differ (-seller +buyer):\n%.2000s", diff)
	}
	if a, err := r.DB.AccountByHandle(ctx, "somebody.new"); err != nil || a.ID != tw.people[5].ID {
		t.Errorf("who came is missing: %v", err)
	}
	if _, err := b.take(path); err != nil { // the same again changes nothing
		t.Error(err)
	}
	verifyOf(t, r, tw.r.SigningKey().Verifier())
}
