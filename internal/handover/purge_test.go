package handover_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"reelm"
	"reelm/internal/handover"
	"reelm/internal/ledger"
)

// planted are strings that must not be on the disk after a purge.
func planted(t *testing.T, dir string, words ...string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, w := range words {
			if bytes.Contains(b, []byte(w)) {
				found = append(found, w+" in "+path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAPurgeLeavesTheLedgerAndNothingElse(t *testing.T) {
	tw := newTown(t, 3, 4)
	ctx := t.Context()
	tw.watch()
	tw.clip(tw.people[0], "plantedcaption #plantedtag")
	if err := tw.f.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	b := newBuyer(t)
	path, _ := tw.export(b)
	b.mustTake(path)
	key := tw.r.SigningKey()
	secret, err := os.ReadFile(tw.r.Path("keys", "ledger"))
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := os.ReadFile(filepath.Join(b.Dir, "receipt"))
	if err != nil {
		t.Fatal(err)
	}
	words := []string{"plantedcaption", "plantedtag", "person.1", tw.people[1].ID.String(), string(bytes.TrimSpace(secret))}
	if len(planted(t, tw.Dir, words...)) < 3 {
		t.Fatal("the planted words are not there to begin with")
	}
	if err := tw.f.Close(); err != nil {
		t.Fatal(err)
	}
	cert := filepath.Join(t.TempDir(), "certificate")
	if _, err := (handover.Purge{Certificate: cert}).Run(ctx, tw.Set, "main"); reelm.KindOf(err) != reelm.Refused {
		t.Errorf("an open realm was purged: %v", err)
	}
	if _, err := (handover.Purge{Certificate: cert, Receipt: flip(receipt, len(receipt)/2)}).Run(ctx, tw.Set, "main"); reelm.KindOf(err) != reelm.Refused {
		t.Errorf("purged with a receipt that was changed: %v", err)
	}
	before := verify(t, tw.r).Checkpoint.Tree.N
	dry, err := (handover.Purge{Certificate: cert, Receipt: receipt, DryRun: true}).Run(ctx, tw.Set, "main")
	if err != nil || len(dry.Steps) < 6 || verify(t, tw.r).Checkpoint.Tree.N != before {
		t.Errorf("a dry run: %+v, %v", dry, err)
	}
	if _, err := os.Stat(cert); err == nil {
		t.Error("a dry run wrote a certificate")
	}
	done, err := (handover.Purge{Certificate: cert, Receipt: receipt}).Run(ctx, tw.Set, "main")
	if err != nil {
		t.Fatal(err)
	}
	if left := planted(t, tw.Dir, words...); left != nil {
		t.Errorf("left on the disk: %v", left)
	}
	r := tw.Realm("main")
	if s, err := r.Settings(ctx); err != nil || s.Phase != reelm.PhasePurged {
		t.Errorf("phase %v, %v", s.Phase, err)
	}
	if served, err := r.LedgerKey(ctx); err != nil || string(served) != key.Verifier() || r.HasKey() {
		t.Errorf("the key is %s, %v", served, err)
	}
	rep := verifyOf(t, r, key.Verifier())
	if rep.Parting == nil || rep.Kinds[ledger.KindPurge] != 1 {
		t.Errorf("%+v", rep)
	}
	c, err := ledger.OpenCertificate(done.Certificate)
	if err != nil || c.Statement.Realm != key.Verifier() || c.Statement.Size != rep.Checkpoint.Tree.N || c.Statement.Counts["accounts"] != 3 {
		t.Errorf("%+v, %v", c.Statement, err)
	}
	if kept, err := r.DB.Certificate(ctx); err != nil || !bytes.Equal(kept, done.Certificate) {
		t.Errorf("the certificate is not beside the ledger: %v", err)
	}
	if _, err := (handover.Purge{Certificate: cert}).Run(ctx, tw.Set, "main"); reelm.KindOf(err) != reelm.Conflict {
		t.Errorf("purged twice: %v", err)
	}

	// The buyer's ledger has the certificate too, and goes on from the seller's.
	bought := b.Realm("main")
	if err := handover.TakeCertificate(ctx, bought, done.Certificate); err != nil {
		t.Fatal(err)
	}
	if rep := verify(t, bought); rep.Kinds[ledger.KindCertificate] != 1 {
		t.Errorf("%v", rep.Kinds)
	}
	if _, _, err := ledger.Follow(ctx, r.DB.Ledger().Fetch, bought.DB.Ledger().Fetch, key.Verifier()); err != nil {
		t.Error(err)
	}
	tw.Shut() // it opens again as what it is
	tw.Reopen()
	verifyOf(t, tw.Realm("main"), key.Verifier())
}

// A backup makes the same realm again, with its keys and its feeds.
func TestABackupMakesTheSameRealmAgain(t *testing.T) {
	tw := newTown(t, 4, 6)
	tw.watch()
	ctx := t.Context()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct { // in this order: a realm that has a backup key keeps it
		name string
		key  *age.X25519Identity
	}{{"in the clear", nil}, {"encrypted", id}} {
		t.Run(c.name, func(t *testing.T) {
			var ids []age.Identity
			if c.key != nil {
				ids = []age.Identity{c.key}
				if err := tw.r.SetBackupKey(ctx, c.key.Recipient().String()); err != nil {
					t.Fatal(err)
				}
			}
			path := filepath.Join(t.TempDir(), "backup")
			if _, err := handover.Backup(ctx, tw.place(), path, "", nil, nil); err != nil {
				t.Fatal(err)
			}
			w := newBuyer(t).World
			if _, err := (handover.Import{From: path, Identities: ids, Realm: "main"}).Restore(ctx, w.Set); err != nil {
				t.Fatal(err)
			}
			r := w.Realm("main")
			if r.SigningKey().Verifier() != tw.r.SigningKey().Verifier() || r.DB.Waits() {
				t.Error("it has another key, or waits")
			}
			if diff := cmp.Diff(feeds(t, tw.f, tw.people), feeds(t, openFeed(t, r), tw.people)); diff != "" {
				t.Errorf("feeds differ:\n%.1000s", diff)
			}
			verify(t, r)
			if _, err := (handover.Import{From: path, Identities: ids, Realm: "main"}).Restore(ctx, w.Set); reelm.KindOf(err) != reelm.Conflict {
				t.Errorf("restored over a realm that is there: %v", err)
			}
			if _, err := (handover.Import{From: path, Identities: ids, Realm: "other"}).Run(ctx, w.Set); err == nil {
				t.Error("a backup was imported as a handover")
			}
		})
	}
}

// A realm without its algorithm works, and starts with nothing learned.
func TestWithoutTheAlgorithmARealmLearnsAnew(t *testing.T) {
	tw := newTown(t, 4, 6)
	ctx := t.Context()
	if _, err := tw.r.DB.FollowAccount(ctx, tw.people[0].ID, tw.people[1].ID); err != nil {
		t.Fatal(err)
	}
	tw.watch()
	b := newBuyer(t)
	path, _ := tw.export(b, func(x *handover.Export) { x.Include = []string{handover.People, handover.Media} })
	for _, m := range b.unpack(path) {
		if bytes.HasPrefix([]byte(m.name), []byte("log/")) || bytes.HasPrefix([]byte(m.name), []byte("model/")) || bytes.Contains([]byte(m.name), []byte("outbox")) {
			t.Errorf("%s left", m.name)
		}
	}
	b.mustTake(path)
	r := b.Realm("main")
	f := openFeed(t, r)
	for i, feed := range feeds(t, f, tw.people) {
		if len(feed) < 100 {
			t.Errorf("person %d gets %s", i, feed)
		}
	}
	if f.Constitution().Version != tw.f.Constitution().Version {
		t.Error("the ranking is not the one that was in force")
	}
}
