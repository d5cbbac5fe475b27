package words

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"reelm"
)

// gaps lists the gaps of a text, over all its forms.
func gaps(t text) []string {
	var out []string
	for _, parts := range t.forms {
		for _, p := range parts {
			if p.gap != "" && !slices.Contains(out, p.gap) {
				out = append(out, p.gap)
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestCataloguesSayTheSame(t *testing.T) {
	en, de := lang(t, "en"), lang(t, "de")
	for key, e := range en.texts {
		d, ok := de.texts[key]
		if !ok {
			t.Errorf("%s has no German", key)
			continue
		}
		if a, b := gaps(e), gaps(d); !slices.Equal(a, b) {
			t.Errorf("%s: English has the gaps %v, German %v", key, a, b)
		}
		if len(e.forms) != len(d.forms) {
			t.Errorf("%s: one is a plural and the other is not", key)
		}
	}
	for key := range de.texts {
		if _, ok := en.texts[key]; !ok {
			t.Errorf("%s has no English", key)
		}
	}
}

func TestPluralsAreComplete(t *testing.T) {
	for _, l := range Languages() {
		for key, txt := range l.texts {
			if len(txt.forms) == 1 {
				continue
			}
			for _, form := range []string{"one", "other"} {
				if _, ok := txt.forms[form]; !ok {
					t.Errorf("%s: %s has no form %q", l.Code(), key, form)
				}
			}
			// "follow" and "follows" agree with who it is.
			if g := gaps(txt); !slices.Contains(g, "n") && !slices.Contains(g, "who") {
				t.Errorf("%s: %s is a plural without the gap n or who", l.Code(), key)
			}
		}
	}
}

func all(txt text) string {
	var b strings.Builder
	for _, parts := range txt.forms {
		for _, p := range parts {
			b.WriteString(p.literal + " ")
		}
	}
	return b.String()
}

// formal is a Sie that does not begin a sentence.
var formal = regexp.MustCompile(`[a-zäöüß,] Sie `)

// Plain words: nobody is shouted at, and in German everybody is du.
func TestTone(t *testing.T) {
	for _, l := range Languages() {
		for key, txt := range l.texts {
			s := all(txt)
			if strings.TrimSpace(s) == "" && len(gaps(txt)) == 0 {
				t.Errorf("%s: %s is empty", l.Code(), key)
			}
			if strings.Contains(s, "!") || strings.Contains(s, "Oops") {
				t.Errorf("%s: %s shouts: %q", l.Code(), key, s)
			}
			if strings.Contains(s, "  ") && len(txt.forms) == 1 && len(txt.forms["other"]) == 1 && strings.Contains(txt.forms["other"][0].literal, "  ") {
				t.Errorf("%s: %s has two spaces: %q", l.Code(), key, s)
			}
			if l.Code() != "de" {
				continue
			}
			for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,.;:?()", r) }) {
				if slices.Contains([]string{"Ihnen", "Ihr", "Ihre", "Ihren", "Ihrem", "Ihrer", "Du", "Dein", "Deine"}, w) && !strings.HasPrefix(s, w) && !strings.Contains(s, ". "+w) {
					t.Errorf("de: %s does not say du: %q", key, s)
				}
			}
			if formal.MatchString(s) {
				t.Errorf("de: %s does not say du: %q", key, s)
			}
		}
	}
}

func TestEveryFaultHasWords(t *testing.T) {
	for _, code := range []string{
		reelm.FaultEmptyFile, reelm.FaultUnsupportedFormat, reelm.FaultUnreadableVideo, reelm.FaultUnsupportedCodec, reelm.FaultNoVideo,
		reelm.FaultTooManyPixels, reelm.FaultTooLong, reelm.FaultTooLarge, reelm.FaultTruncated, reelm.FaultCorrupt, reelm.FaultUndecodable,
		reelm.FaultTimeout, reelm.FaultInternal,
	} {
		for _, l := range Languages() {
			if !l.Has("fault."+code) || !l.Has("fault."+code+".do") {
				t.Errorf("%s: the fault %s lacks words", l.Code(), code)
			}
		}
	}
	for kind, name := range kinds {
		if !Languages()[0].Has("error.kind." + name) {
			t.Errorf("errors of kind %v have no words", kind)
		}
	}
}
