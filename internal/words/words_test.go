package words

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"reelm"
)

func lang(t *testing.T, code string) *Lang {
	t.Helper()
	l, ok := Find(code)
	if !ok {
		t.Fatalf("there is no language %q", code)
	}
	return l
}

func TestMatch(t *testing.T) {
	for _, c := range []struct{ accept, chosen, want string }{
		{"", "", "en"},
		{"de", "", "de"},
		{"de-AT,de;q=0.9,en;q=0.5", "", "de"},
		{"fr,de;q=0.4,en;q=0.2", "", "de"},
		{"fr", "", "en"},
		{"de", "en", "en"},
		{"en-US,en;q=0.9", "de", "de"},
		{"de", "tlh", "de"},
		{"*", "", "en"},
		{"\x00;;;,q=,", "", "en"},
	} {
		if got := Match(c.accept, c.chosen).Code(); got != c.want {
			t.Errorf("Match(%q, %q) = %s, want %s", c.accept, c.chosen, got, c.want)
		}
	}
}

func TestTextFillsGapsAndChoosesPlurals(t *testing.T) {
	en, de := lang(t, "en"), lang(t, "de")
	for _, c := range []struct{ got, want string }{
		{en.T("count.comments", "n", 1), "1 comment"},
		{en.T("count.comments", "n", 0), "0 comments"},
		{de.T("count.comments", "n", int64(12345)), "12.345 Kommentare"},
		{de.T("comments.reply_to", "name", "<b>"), "Antwort an @<b>"},
		{en.T("no.such.key"), "no.such.key"},
		{en.T("comments.reply_to"), "Reply to @{name}"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	en, de := lang(t, "en"), lang(t, "de")
	for _, c := range []struct{ got, want string }{
		{en.Number(1234567), "1,234,567"}, {de.Number(1234567), "1.234.567"}, {de.Number(-1234), "\u22121.234"}, {de.Number(12), "12"},
		{en.Decimal(1234.5, 2), "1,234.5"}, {de.Decimal(-0.125, 2), "\u22120,12"}, {de.Decimal(-0.001, 2), "0"}, {de.Decimal(2, 1), "2"},
		{en.Percent(.456), "46\u00a0%"}, {de.Percent(1), "100\u00a0%"},
		{en.Bytes(999), "999\u00a0B"}, {en.Bytes(1500), "1.5\u00a0kB"}, {de.Bytes(1_500_000_000), "1,5\u00a0GB"}, {de.Bytes(25_400_000), "25\u00a0MB"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// The player writes counts by the same rule, held against the same file.
func TestCompact(t *testing.T) {
	b, err := os.ReadFile("testdata/compact.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		N      int64
		En, De string
	}
	if err := json.Unmarshal(b, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		if got := lang(t, "en").Compact(v.N); got != v.En {
			t.Errorf("en %d: %q, want %q", v.N, got, v.En)
		}
		if got := lang(t, "de").Compact(v.N); got != v.De {
			t.Errorf("de %d: %q, want %q", v.N, got, v.De)
		}
	}
}

func TestTimes(t *testing.T) {
	now := time.Date(2026, 11, 23, 18, 30, 0, 0, time.UTC)
	en, de := lang(t, "en"), lang(t, "de")
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	const day = 24 * time.Hour
	for _, c := range []struct{ got, want string }{
		{en.Date(now), "23 November 2026"}, {de.Date(now), "23. November 2026"},
		{de.Time(now), "23. November 2026, 18:30 UTC"},
		{en.Age(ago(30*time.Second), now), "just now"}, {en.Age(now.Add(time.Minute), now), "just now"},
		{de.Age(ago(5*time.Minute), now), "5 Min."}, {en.Age(ago(3*time.Hour), now), "3 h"},
		{en.Age(ago(2*day), now), "2 d"}, {de.Age(ago(2*day), now), "2 Tage"}, {de.Age(ago(day), now), "1 Tag"},
		{de.Age(ago(30*day), now), "24. Oktober"}, {en.Age(ago(400*day), now), "19 October 2025"},
		{en.Length(7400 * time.Millisecond), "0:07"}, {en.Length(750 * time.Second), "12:30"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestErrorsInWords(t *testing.T) {
	de := lang(t, "de")
	for _, c := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("opening: %w", reelm.ErrNotFound), "Hier ist nichts"},
		{reelm.CheckPassword("short"), "Ein Passwort hat mindestens 10 Zeichen"},
		{&reelm.Error{Kind: reelm.TooLarge, Code: reelm.FaultTooLarge}, "Die Datei ist zu groß"},
		{&reelm.Error{Kind: reelm.Conflict, Code: "no-words-for-this"}, "Das passt nicht zu dem, was schon da ist"},
		{errors.New("pq: password authentication failed for user secret"), "Bei uns ist etwas schiefgegangen"},
	} {
		if got := de.Error(c.err); got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}

func TestFaultSaysWhatAndWhatToDo(t *testing.T) {
	what, do := lang(t, "de").Fault(&reelm.Fault{Code: reelm.FaultTruncated})
	if what != "Die Datei endet vor dem Video" || do == "" {
		t.Errorf("got %q, %q", what, do)
	}
	what, do = lang(t, "en").Fault(&reelm.Fault{Code: "from_a_newer_version"})
	if what == "" || do == "" {
		t.Errorf("an unknown fault has no words: %q, %q", what, do)
	}
}

func TestPickGivesKeysAndFamilies(t *testing.T) {
	got := lang(t, "en").Pick([]string{"age.now", "level.*", "no.such.key"})
	var keys []string
	for k := range got {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	want := []string{"age.now", "level.less", "level.more", "level.neutral", "level.never"}
	if !slices.Equal(keys, want) {
		t.Errorf("got %v, want %v", keys, want)
	}
}
