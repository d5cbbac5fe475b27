package own_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"reelm"
	"reelm/internal/feed"
	"reelm/internal/own"
	"reelm/internal/realm"
	"reelm/internal/realm/realmtest"
	"reelm/internal/store"
)

type town struct {
	*realmtest.World
	r    *realm.Realm
	feed *feed.Feed
	desk *own.Desk
}

func newTown(t *testing.T) *town {
	t.Helper()
	ctx := context.Background()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	w := &town{World: realmtest.Open(t, "")}
	w.r = w.Realm(realm.Main)
	if err := feed.Constitute(ctx, w.r); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.feed, err = feed.Open(ctx, w.r, log); err != nil {
		t.Fatal(err)
	}
	w.desk = own.Open(ctx, w.r, w.feed, log)
	t.Cleanup(func() {
		w.desk.Close()
		if err := w.feed.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *town) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *town) hash() [32]byte {
	w.Helper()
	w.must(w.feed.Settle(context.Background()))
	_, h := w.feed.Model()
	return h
}

// watch has a viewer watch what the feed offers, and like it.
func (w *town) watch(viewer reelm.ViewerID) int {
	w.Helper()
	ctx := context.Background()
	serves, _, err := w.feed.For(ctx, feed.Request{Viewer: viewer, Profiled: true, Limit: 10, At: w.r.Now()})
	w.must(err)
	var batch []feed.Report
	for i := range serves {
		token, err := feed.Sign(w.r, &serves[i])
		w.must(err)
		batch = append(batch, feed.Report{Serve: token, Kind: "watch", Watched: 7000})
	}
	n, _, _, err := w.feed.Record(ctx, feed.From{Viewer: viewer, Account: reelm.AccountID(viewer), Learns: true}, batch)
	w.must(err)
	return n
}

// traces looks through every column of every table for a number or a text.
func (w *town) traces(numbers []int64, texts ...string) (found []string) {
	w.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.Dir, "realms", "main", "reelm.db"))
	w.must(err)
	defer db.Close()
	tables, err := db.Query(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('forgettings', 'sqlite_sequence')`)
	w.must(err)
	defer tables.Close()
	for tables.Next() {
		var table string
		w.must(tables.Scan(&table))
		rows, err := db.Query(`SELECT * FROM ` + table)
		w.must(err)
		columns, err := rows.Columns()
		w.must(err)
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			w.must(rows.Scan(into...))
			for i, v := range values {
				for _, n := range numbers {
					if v == n {
						found = append(found, fmt.Sprintf("%s.%s holds %d", table, columns[i], n))
					}
				}
				s := fmt.Sprint(v)
				if b, ok := v.([]byte); ok {
					s = string(b)
				}
				for _, text := range texts {
					if strings.Contains(s, text) {
						found = append(found, fmt.Sprintf("%s.%s holds %q", table, columns[i], text))
					}
				}
			}
		}
		w.must(errors.Join(rows.Err(), rows.Close()))
	}
	w.must(tables.Err())
	return found
}

// A person comes, does everything that one can do, and goes: nothing of them
// is left in SQL, media, search or log, and the model is what it was before
// they came.
func TestErasureLeavesNoTrace(t *testing.T) {
	w := newTown(t)
	ctx := context.Background()
	berta := w.Account(w.r, "berta")
	theirs := w.Clip(w.r, berta, "Brot backen #kueche")
	before := w.hash()

	anna := w.Account(w.r, "anna.blum")
	clip := w.Clip(w.r, anna, "zebrafinken im garten #zebrafinken")
	w.must(w.r.Media.Put(ctx, clip.Media+"/540.mp4", strings.NewReader("film"), 4))
	w.must(w.feed.Settle(ctx))
	db := w.r.DB
	w.must(db.LikeClip(ctx, anna.ID, theirs.ID))
	_, err := db.FollowAccount(ctx, anna.ID, berta.ID)
	w.must(err)
	comment, err := db.AddComment(ctx, anna.ID, theirs.ID, "zebrafinken auch hier", 0)
	w.must(err)
	w.must(db.LikeClip(ctx, berta.ID, clip.ID))
	w.must(db.AddMutes(ctx, anna.ID.Viewer(), []reelm.Mute{{Kind: reelm.MuteWord, Key: "krieg"}}))
	w.must(db.AddMutes(ctx, berta.ID.Viewer(), []reelm.Mute{{Kind: reelm.MuteAccount, Key: anna.ID.String()}}))
	w.must(db.SetInterest(ctx, anna.ID.Viewer(), reelm.Subject{Kind: reelm.SubjectTag, Key: "kueche"}, reelm.LevelMore))
	w.must(db.AddReport(ctx, store.Report{Reporter: berta.ID, Clip: clip.ID, Reason: "other"}))
	for from, to := range map[reelm.AccountID]reelm.AccountID{anna.ID: berta.ID, berta.ID: anna.ID} {
		_, err := db.SendMessage(ctx, from, to, "zebrafinken @anna.blum", clip.ID)
		w.must(err)
	}
	w.must(db.AddPush(ctx, anna.ID, store.Push{Endpoint: "https://push.test/anna.blum", Language: "de"}))
	w.must(db.SetWatching(ctx, anna.ID, store.Watching{Daily: 30}))
	w.must(db.SetNoticeSettings(ctx, anna.ID, store.NoticeSettings{QuietFrom: -1, QuietUntil: -1, Zone: "UTC"}))
	folder, err := db.AddFolder(ctx, anna.ID, "zebrafinken")
	w.must(err)
	w.must(db.KeepClip(ctx, anna.ID, folder.ID, theirs.ID, true))
	w.must(db.KeepClip(ctx, berta.ID, store.FolderLater, clip.ID, true))
	w.must(db.NoteWatched(ctx, anna.ID.Viewer(), []reelm.ClipID{theirs.ID}))
	w.must(db.NoteWatched(ctx, berta.ID.Viewer(), []reelm.ClipID{clip.ID}))
	if w.watch(anna.ID.Viewer()) == 0 {
		t.Fatal("nothing was watched")
	}
	w.must(db.BeginOwnWork(ctx, anna.ID.Viewer(), store.OwnExport))
	w.must(w.desk.Work(ctx))
	if w.hash() == before {
		t.Fatal("the model has learned nothing")
	}

	secret := sha256.Sum256([]byte("secret"))
	_, err = db.Leave(ctx, anna.ID, store.AppealPeriod, secret[:])
	w.must(err)
	if c, err := db.Clip(ctx, clip.ID); err != nil || reelm.MaySee(c, reelm.Relation{}) == nil || reelm.MaySee(c, reelm.Relation{Follows: true}) == nil {
		t.Error("the clip is seen during the grace")
	}
	if found, _, err := db.FindClips(ctx, store.Search{Text: "zebrafinken"}, store.Page{}); err != nil || len(found) > 0 {
		t.Errorf("the search finds it during the grace: %v %v", found, err)
	}
	w.Clock.Add(store.AppealPeriod)
	w.must(w.desk.Work(ctx))

	if got := w.traces([]int64{int64(anna.ID), int64(clip.ID), int64(comment.ID)}, "anna.blum", "zebrafinken", anna.ID.String(), clip.Media); len(got) > 0 {
		// What a pending report needs is set apart, and the receipt says so.
		for _, g := range got {
			if !strings.HasPrefix(g, "set_apart.what") {
				t.Error(g)
			}
		}
	} else {
		t.Error("a pending report lost what it needs")
	}
	for info, err := range w.r.Media.List(ctx, "", "") {
		w.must(err)
		if strings.HasPrefix(info.Key, clip.Media) || strings.HasPrefix(info.Key, "exports/") {
			t.Errorf("the media still have %s", info.Key)
		}
	}
	if after := w.hash(); after != before {
		t.Error("the model is not what it would be without them")
	}
	c, err := db.Clip(ctx, theirs.ID)
	w.must(err)
	if c.Counts.Likes != 0 || c.Counts.Comments != 0 {
		t.Errorf("counts of others: %+v", c.Counts)
	}
	if b, err := db.Account(ctx, berta.ID); err != nil || b.Followers != 0 {
		t.Errorf("followers: %v %v", b, err)
	}
	signed, _, err := db.Receipt(ctx, secret[:])
	w.must(err)
	n, err := note.Open([]byte(signed), verifiers(t, w.r))
	if err != nil {
		t.Fatalf("the receipt: %v", err)
	}
	for _, want := range []string{"clips: 1", "comments: 1", "likes: 1", "kept for pending reports: 1"} {
		if !strings.Contains(n.Text, want+"\n") {
			t.Errorf("the receipt does not say %q:\n%s", want, n.Text)
		}
	}
	w.Clock.Add(store.AppealPeriod + 1)
	w.must(w.desk.Work(ctx))
	if got := w.traces(nil, "anna.blum", "zebrafinken"); len(got) > 0 {
		t.Errorf("after the appeal period: %v", got)
	}
	if found, err := exec.Command("grep", "-rlaF", "-e", "anna.blum", "-e", "zebrafinken", w.Dir).Output(); err == nil {
		t.Errorf("the disk still has them, in %s", found)
	}
}

func TestWhoComesBackWithinTheGraceStays(t *testing.T) {
	w := newTown(t)
	ctx := context.Background()
	anna := w.Account(w.r, "anna")
	clip := w.Clip(w.r, anna, "noch da")
	before := w.hash()
	_, err := w.r.DB.Leave(ctx, anna.ID, store.AppealPeriod, []byte("x"))
	w.must(err)
	w.must(w.r.DB.Stay(ctx, anna.ID))
	w.Clock.Add(store.AppealPeriod + 1)
	w.must(w.desk.Work(ctx))
	c, err := w.r.DB.Clip(ctx, clip.ID)
	w.must(err)
	if err := reelm.MaySee(c, reelm.Relation{}); err != nil {
		t.Error(err)
	}
	if found, _, err := w.r.DB.FindClips(ctx, store.Search{Text: "noch"}, store.Page{}); err != nil || len(found) != 1 {
		t.Errorf("the search: %v %v", found, err)
	}
	_ = before
}

// What one watched goes, what one said stays.
func TestHistoryGoesWithWhatWasLearned(t *testing.T) {
	w := newTown(t)
	ctx := context.Background()
	berta, anna := w.Account(w.r, "berta"), w.Account(w.r, "anna")
	w.Clip(w.r, berta, "Brot #kueche")
	w.must(w.r.DB.SetInterest(ctx, anna.ID.Viewer(), reelm.Subject{Kind: reelm.SubjectTag, Key: "kueche"}, reelm.LevelMore))
	before := w.hash()
	w.watch(anna.ID.Viewer())
	if w.hash() == before {
		t.Fatal("nothing was learned")
	}
	w.must(w.r.DB.BeginOwnWork(ctx, anna.ID.Viewer(), store.OwnHistory))
	w.must(w.desk.Work(ctx))
	if w.hash() != before {
		t.Error("the model still knows what was watched")
	}
	if said, err := w.r.DB.Interests(ctx, anna.ID.Viewer()); err != nil || len(said) != 1 {
		t.Errorf("%v %v", said, err)
	}
	if _, err := w.r.Media.Stat(ctx, "exports/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func verifiers(t *testing.T, r *realm.Realm) note.Verifiers {
	t.Helper()
	v, err := note.NewVerifier(r.SigningKey().Verifier())
	if err != nil {
		t.Fatal(err)
	}
	return note.VerifierList(v)
}
