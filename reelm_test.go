package reelm_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"reelm"
)

func TestIDsComeBackAsTheyWent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := reelm.ClipID(rapid.Int64Min(1).Draw(t, "id"))
		back, err := reelm.ParseID[reelm.ClipID](id.String())
		if err != nil || back != id || len(id.String()) != 13 {
			t.Fatalf("%d -> %s -> %d, %v", id, id, back, err)
		}
	})
}

func TestNonsenseIsNoID(t *testing.T) {
	for _, s := range []string{"", "0000000000000", "zzzzzzzzzzzzz", "80000000000000", "g000000000000", "000000000000i", "00000000000-1", strings.Repeat("1", 1<<20)} {
		if id, err := reelm.ParseID[reelm.ClipID](s); !errors.Is(err, reelm.ErrNotFound) {
			t.Errorf("%.20q is id %d, %v", s, id, err)
		}
	}
	if _, err := reelm.NewID[reelm.ClipID](bytes.NewReader(nil)); err == nil {
		t.Error("an id was drawn from nothing")
	}
	if id, err := reelm.NewID[reelm.ClipID](rand.Reader); err != nil || id <= 0 {
		t.Error(id, err)
	}
}

func TestHandles(t *testing.T) {
	for in, want := range map[string]string{"Anna": "anna", "@nord.licht": "nord.licht", " a_b ": "a_b", "x9z": "x9z"} {
		if got, err := reelm.ParseHandle(in); err != nil || got != want {
			t.Errorf("%q -> %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "ab", strings.Repeat("a", 25), "a..b", ".ab", "ab.", "a b c", "änne", "anna@host", "a/b/c", "раураl",
		"admin", "Adm1n", "a.d.m.i.n", "reeIm", "support", "5upport"} {
		if got, err := reelm.ParseHandle(in); err == nil {
			t.Errorf("%q was taken as %q", in, got)
		}
	}
}

func TestBirthdays(t *testing.T) {
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for s, ok := range map[string]bool{"1990-05-17": true, "2013-11-23": true, "2013-11-24": false, "2030-01-01": false, "1890-01-01": false, "17.5.1990": false, "": false} {
		if err := reelm.CheckBirthday(s, now); (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
	}
	for s, want := range map[string]reelm.AgeBand{"2010-01-01": reelm.AgeTeen, "2008-11-23": reelm.AgeAdult, "x": reelm.AgeUnknown} {
		if got := reelm.AgeBandOf(s, now); got != want {
			t.Errorf("%s is in band %d, want %d", s, got, want)
		}
	}
}

func TestCaption(t *testing.T) {
	c, err := reelm.ParseCaption("Erster Frost im #Moor, mit @Nord.Licht. #moor #früh_am-Tag a#b x@y.zz #123 &#39; https://e.org/#frag")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"moor", "früh_am"}, c.Tags); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"nord.licht"}, c.Mentions); diff != "" {
		t.Error(diff)
	}
	if _, err := reelm.ParseCaption(strings.Repeat("a", reelm.MaxCaption+1)); reelm.KindOf(err) != reelm.Invalid {
		t.Errorf("a long caption: %v", err)
	}
	var many strings.Builder
	for i := range reelm.MaxTags + 1 {
		many.WriteString(" #tag" + string(rune('a'+i%26)) + string(rune('a'+i/26)))
	}
	if _, err := reelm.ParseCaption(many.String()); err == nil {
		t.Error("too many tags were taken")
	}
}

func TestDecomposedTagsAreTheSameTag(t *testing.T) {
	a, ok1 := reelm.FoldTag("#Café")
	b, ok2 := reelm.FoldTag("cafe\u0301")
	if !ok1 || !ok2 || a != b {
		t.Errorf("%q %q", a, b)
	}
}

func TestTextIsHarmless(t *testing.T) {
	got, err := reelm.CleanText("text", "a\u202Eb\u200Bc\x00d\r\n\n\n\n\ne\tf ", 100)
	if err != nil || got != "abcd\n\ne f" {
		t.Errorf("%q %v", got, err)
	}
	for _, s := range []string{"\xff\xfe", strings.Repeat("ä", 101), strings.Repeat("a\u200b", 100_000)} {
		if _, err := reelm.CleanText("text", s, 100); reelm.KindOf(err) != reelm.Invalid {
			t.Errorf("%.10q was taken: %v", s, err)
		}
	}
}

func TestWhoMaySee(t *testing.T) {
	const self, stranger, follower, mutual, blocked, moderator = 0, 1, 2, 3, 4, 5
	rel := []reelm.Relation{{Self: true}, {}, {Follows: true}, {Follows: true, Followed: true}, {Follows: true, Blocked: true}, {Moderator: true}}
	for _, c := range []struct {
		state   reelm.ClipState
		vis     reelm.Visibility
		private bool
		see     []int
	}{
		{reelm.ClipReady, reelm.Public, false, []int{self, stranger, follower, mutual, moderator}},
		{reelm.ClipReady, reelm.Unlisted, false, []int{self, stranger, follower, mutual, moderator}},
		{reelm.ClipReady, reelm.Public, true, []int{self, follower, mutual, moderator}},
		{reelm.ClipReady, reelm.Followers, false, []int{self, follower, mutual, moderator}},
		{reelm.ClipReady, reelm.Mutuals, false, []int{self, mutual, moderator}},
		{reelm.ClipReady, reelm.OnlyMe, false, []int{self, moderator}},
		{reelm.ClipProcessing, reelm.Public, false, []int{self, moderator}},
		{reelm.ClipHeld, reelm.Public, false, []int{self, moderator}},
		{reelm.ClipFailed, reelm.Public, false, []int{self, moderator}},
		// That something was removed is for those only who might have seen it.
		{reelm.ClipRemoved, reelm.Public, false, []int{self, stranger, follower, mutual, moderator}},
		{reelm.ClipRemoved, reelm.Mutuals, false, []int{self, mutual, moderator}},
		{reelm.ClipRemoved, reelm.OnlyMe, false, []int{self, moderator}},
	} {
		var got []int
		var seen error
		if c.state == reelm.ClipRemoved {
			seen = reelm.ErrGone
		}
		for i, r := range rel {
			err := reelm.MaySee(&reelm.Clip{State: c.state, Visibility: c.vis, Private: c.private}, r)
			if errors.Is(err, seen) {
				got = append(got, i)
			} else if !errors.Is(err, reelm.ErrNotFound) {
				t.Errorf("%s %s: %v", c.state, c.vis, err)
			}
		}
		if diff := cmp.Diff(c.see, got); diff != "" {
			t.Errorf("%s %s private=%v: %s", c.state, c.vis, c.private, diff)
		}
	}
}

func TestPhasesWindDown(t *testing.T) {
	phases := []reelm.Phase{reelm.PhaseOpen, reelm.PhaseAnnounced, reelm.PhaseReadOnly, reelm.PhaseExportOnly, reelm.PhaseClosed, reelm.PhasePurged}
	for act, last := range map[reelm.Act]reelm.Phase{reelm.ActMake: reelm.PhaseAnnounced, reelm.ActLook: reelm.PhaseReadOnly,
		reelm.ActTakeOut: reelm.PhaseExportOnly, reelm.ActSignIn: reelm.PhaseExportOnly, reelm.ActOperate: reelm.PhaseClosed, reelm.ActOversee: reelm.PhasePurged} {
		allowed := true
		for _, p := range phases {
			if got := p.Allows(act); got != allowed {
				t.Errorf("%s allows act %d: %v", p, act, got)
			}
			if p == last {
				allowed = false
			}
		}
	}
}

func TestRecordsComeBackAsTheyWent(t *testing.T) {
	r := &reelm.Record{Kind: reelm.RecordServe, At: 5, Outbox: 7, Viewer: 3, Clip: 4, Served: &reelm.Served{ID: 1 << 63, At: 4, Source: "fresh", Propensity: .25, Context: []byte{1}},
		Deeds: []reelm.Deed{{Kind: reelm.EventWatch, At: 5, Watched: 1200}}}
	b, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := reelm.DecodeRecord(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, back); diff != "" {
		t.Error(diff)
	}
	if _, err := reelm.DecodeRecord([]byte(`{"k":"of the future","t":1,"new":true}`)); err != nil {
		t.Errorf("a kind of a newer program: %v", err)
	}
}

func FuzzDecodeRecord(f *testing.F) {
	for _, s := range []string{`{"k":"serve","t":1}`, `{"k":"born","t":1,"b":{"w":1}}`, `{"k":"like","u":1,"c":2} `, `{"k":""}`, `[]`, `{"k":"like"}{}`,
		`{"k":"constitution","d":{}}`, "\x00", `{"k":"serve","s":{"id":18446744073709551615,"p":1e999}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := reelm.DecodeRecord(b)
		if err != nil {
			return
		}
		if _, err := r.Encode(); err != nil && json.Valid(b) {
			t.Fatalf("read, and could not be written: %v", err)
		}
	})
}

func FuzzCaption(f *testing.F) {
	for _, s := range []string{"#a @bcd", "##", "@@@", "#\u0301", "\xff#x", "#ǅ", "a\u202e#b", "@a..b.", strings.Repeat("#a ", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b strings.Builder
		for _, p := range reelm.Pieces(s) {
			b.WriteString(p.Text)
		}
		if b.String() != s {
			t.Fatalf("the pieces of %q are %q", s, b.String())
		}
		c, err := reelm.ParseCaption(s)
		if err != nil {
			return
		}
		if !utf8.ValidString(c.Text) || utf8.RuneCountInString(c.Text) > reelm.MaxCaption || strings.ContainsRune(c.Text, 0x202E) {
			t.Fatalf("%q became %q", s, c.Text)
		}
		for _, tag := range c.Tags {
			if again, ok := reelm.FoldTag(tag); !ok || again != tag {
				t.Fatalf("tag %q folds to %q", tag, again)
			}
		}
		again, err := reelm.ParseCaption(c.Text)
		if err != nil || again.Text != c.Text {
			t.Fatalf("%q parsed again is %q, %v", c.Text, again.Text, err)
		}
	})
}
