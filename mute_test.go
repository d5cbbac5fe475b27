package reelm_test

import (
	"testing"

	"pgregory.net/rapid"

	"reelm"
)

func TestSpellingDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"brot", "brot", 0}, {"brot", "brto", 1}, {"brot", "bort", 1}, {"brot", "bro", 1}, {"brot", "broot", 1}, {"brot", "rot", 1}, {"katze", "tatzn", 2}, {"katze", "hund", 3}, {"", "ab", 2}} {
		if got := reelm.SpellingDistance(c.a, c.b, 2); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
	word := rapid.StringMatching(`[a-zä]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := reelm.SpellingDistance(a, b, 20)
		if d != reelm.SpellingDistance(b, a, 20) || (d == 0) != (a == b) {
			t.Fatalf("%q %q: %d", a, b, d)
		}
	})
}

func TestMutesHide(t *testing.T) {
	list := []reelm.Mute{}
	for _, m := range [][2]string{{"word", "Übung"}, {"tag", "#Fussball"}, {"account", reelm.AccountID(7).String()}, {"sound", reelm.SoundID(8).String()}} {
		parsed, err := reelm.ParseMute(m[0], m[1])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, parsed)
	}
	m := reelm.NewMutes(1, list)
	for name, c := range map[string]reelm.Clip{
		"word": {Caption: "Eine ÜBUNG."}, "tag": {Tags: []string{"fussball"}}, "account": {Author: 7}, "sound": {Sound: 8}} {
		if !m.HidesClip(&c) {
			t.Errorf("the %s does not hide", name)
		}
		if c.Author = 1; m.HidesClip(&c) {
			t.Errorf("the %s hides a clip of one's own", name)
		}
	}
	if m.HidesClip(&reelm.Clip{Author: 2, Caption: "Übungen, Fussball spielen"}) || (reelm.Mutes{}).HidesText("x") {
		t.Error("hides what is not muted")
	}
}
