package reelm

import "golang.org/x/text/language"

// ParseLanguage reads a language tag as people give it; empty is the other
// one. It gives the base language, such as "de" for "de-AT": the engine and
// the filters tell languages apart, not dialects.
func ParseLanguage(s, otherwise string) (string, error) {
	if s == "" {
		return otherwise, nil
	}
	t, err := language.Parse(s)
	if err != nil {
		return "", Wrong("language", "bad-language", "%.20q is no language tag such as en or de", s)
	}
	base, _ := t.Base()
	return base.String(), nil
}
