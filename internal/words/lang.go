package words

import (
	"embed"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

//go:embed en.json de.json en-*.json de-*.json
var files embed.FS

// Lang is one language: its texts and its ways of writing.
type Lang struct {
	code  string
	texts map[string]text
	write writing
}

// shelf is all languages, the first of them for whoever speaks none.
type shelf struct {
	langs   []*Lang
	matcher language.Matcher
}

// catalogues are read from the binary once; that they can be read is tested.
var catalogues = sync.OnceValue(func() shelf {
	var s shelf
	var tags []language.Tag
	for _, w := range []writing{english, german} {
		l, err := read(w)
		if err != nil {
			panic("words: " + err.Error())
		}
		s.langs = append(s.langs, l)
		tags = append(tags, language.MustParse(w.code))
	}
	s.matcher = language.NewMatcher(tags)
	return s
})

// Languages gives all languages, the default first.
func Languages() []*Lang { return catalogues().langs }

// Find gives the language of a code such as "de".
func Find(code string) (*Lang, bool) {
	for _, l := range Languages() {
		if l.code == code {
			return l, true
		}
	}
	return nil, false
}

// Match gives the language for somebody: what they chose, else the best of
// what their browser asks for, else the first.
func Match(acceptLanguage, chosen string) *Lang {
	if l, ok := Find(chosen); ok {
		return l
	}
	s := catalogues()
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(wanted) == 0 {
		return s.langs[0]
	}
	_, i, confidence := s.matcher.Match(wanted...)
	if confidence == language.No {
		return s.langs[0]
	}
	return s.langs[i]
}

// Code is the language's BCP 47 code.
func (l *Lang) Code() string { return l.code }

// Name is the language's name in itself.
func (l *Lang) Name() string { return l.T("language.name") }

// Dir is the direction of writing, for the dir attribute.
func (l *Lang) Dir() string { return l.write.dir }

// T gives a text with its gaps filled from name, value pairs. Whole numbers
// are written as the language does; the gap `n` also chooses the plural form.
// A key that is missing gives the key: a test holds all keys against their
// uses.
func (l *Lang) T(key string, args ...any) string {
	t, ok := l.texts[key]
	if !ok {
		return key
	}
	return l.fill(t, args)
}

// Has says whether there is a text of that key.
func (l *Lang) Has(key string) bool {
	_, ok := l.texts[key]
	return ok
}

// Pick gives the texts of some keys as they stand in the catalogue: strings,
// and objects of plural forms. A key that ends with * stands for all that begin
// so. What is no key of the catalogue is left out.
func (l *Lang) Pick(keys []string) map[string]any {
	out := map[string]any{}
	for _, wanted := range keys {
		if t, ok := l.texts[wanted]; ok {
			out[wanted] = t.raw
		}
		prefix, family := strings.CutSuffix(wanted, "*")
		if !family {
			continue
		}
		for key, t := range l.texts {
			if strings.HasPrefix(key, prefix) {
				out[key] = t.raw
			}
		}
	}
	return out
}
