package ledger

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// The tree is for ever, so what goes into it is held to short words,
// numbers, hashes, keys and dates: no field takes a sentence or a name.

var (
	slugForm    = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
	hexForm     = regexp.MustCompile(`^[0-9a-f]{16,128}$`)
)

// maxList bounds every list in an entry or statement.
const maxList = 64

// first returns the first error there is.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func slug(field, s string) error {
	if !slugForm.MatchString(s) {
		return fmt.Errorf("%w: %s: %.60q: want a word of a-z, 0-9 and -, at most 40", ErrFormat, field, s)
	}
	return nil
}

func optional(field, s string) error {
	if s == "" {
		return nil
	}
	return slug(field, s)
}

func slugs(field string, list []string) error {
	if len(list) > maxList {
		return fmt.Errorf("%w: %s: %d words", ErrFormat, field, len(list))
	}
	for _, s := range list {
		if err := slug(field, s); err != nil {
			return err
		}
	}
	return nil
}

func country(s string, needed bool) error {
	if s == "" && !needed || countryForm.MatchString(s) {
		return nil
	}
	return fmt.Errorf("%w: country: %.60q: want two capital letters (ISO 3166)", ErrFormat, s)
}

func natural(field string, n int64) error {
	if n < 0 || n > 1<<53-1 {
		return fmt.Errorf("%w: %s: %d: want a number from 0 to 2^53-1", ErrFormat, field, n)
	}
	return nil
}

func positive(field string, n int64) error {
	if n == 0 {
		return fmt.Errorf("%w: %s: want a number from 1 on", ErrFormat, field)
	}
	return natural(field, n)
}

func hexHash(field, s string, needed bool) error {
	if s == "" && !needed || hexForm.MatchString(s) {
		return nil
	}
	return fmt.Errorf("%w: %s: %.60q: want a hash in hexadecimal", ErrFormat, field, s)
}

func timestamp(field, s string, needed bool) error {
	if s == "" && !needed || isTime(s) {
		return nil
	}
	return fmt.Errorf("%w: %s: %.60q: want a time like 2026-01-02T15:04:05Z", ErrFormat, field, s)
}

func isTime(s string) bool {
	t, err := time.Parse(timeFormat, s)
	return err == nil && t.Format(timeFormat) == s
}

func verifierKey(field, s string, needed bool) error {
	if s == "" && !needed {
		return nil
	}
	if _, err := ParseVerifier(s); err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	return nil
}

// ids checks a list of names of statements.
func ids(field string, list []tlog.Hash) error {
	if len(list) > maxList {
		return fmt.Errorf("%w: %s: %d hashes", ErrFormat, field, len(list))
	}
	for _, h := range list {
		if h == (tlog.Hash{}) {
			return fmt.Errorf("%w: %s: a hash is missing", ErrFormat, field)
		}
	}
	return nil
}

// maxLine bounds a line of printable text, in bytes.
const maxLine = 2048

// line checks a public key or address that is not ours to read.
func line(field, s string, needed bool) error {
	if s == "" && !needed {
		return nil
	}
	if s == "" || len(s) > maxLine || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("%w: %s: %.60q: want 1 to %d printable ASCII characters without spaces", ErrFormat, field, s, maxLine)
	}
	return nil
}
