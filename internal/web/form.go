package web

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"reelm"
	"reelm/internal/words"
)

// Field is one labelled input of a form.
type Field struct {
	Name, Kind, Label, Hint string // Kind: text, password, date, email, file, textarea, select
	Value                   string
	Wrong                   string // why the last answer was refused
	Options                 []Option
	Required, Plain         bool // Plain: no capitals and no spell check, as for handles
	Numeric                 bool // digits only, for the keyboard of a phone
	Min, Max, Rows          int
	Accept, Complete        string
}

// Option is one of several answers.
type Option struct{ Value, Label string }

// legible refuses text in another encoding by the name of its field, and drops
// what CleanText would drop, because forms show again what was typed.
// Passwords stay as they are.
func legible(values url.Values) error {
	for name, all := range values {
		for i, text := range all {
			if !utf8.ValidString(text) {
				return reelm.Wrong(reelm.Legible(strings.ToValidUTF8(name, "")), "bad-text", "the text is not valid UTF-8")
			}
			if name != "password" {
				all[i] = reelm.Legible(text)
			}
		}
	}
	return nil
}

// field is the input that an error blames, "" if none.
func field(err error) string {
	if e, ok := errors.AsType[*reelm.Error](err); ok {
		return e.Field
	}
	return ""
}

// blame puts the words of an error to the field that it is about. It is false
// if there is no such field.
func blame(fields []Field, err error, lang *words.Lang) bool {
	for i := range fields {
		if fields[i].Name == field(err) {
			fields[i].Wrong = lang.Error(err)
			return true
		}
	}
	return false
}

// options are answers whose words stand in the catalogues under one prefix.
func options(lang *words.Lang, prefix string, values ...string) []Option {
	out := make([]Option, len(values))
	for i, v := range values {
		out[i] = Option{v, lang.T(prefix + v)}
	}
	return out
}
