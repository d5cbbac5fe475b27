package words

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
)

// text is one entry of a catalogue: its plural forms, taken apart. A text
// without plurals has only the form "other".
type text struct {
	raw   any // string or map[string]string, as in the file
	forms map[string][]part
}

// part is a stretch of text, or a gap.
type part struct {
	literal string
	gap     string
}

func read(w writing) (*Lang, error) {
	l := &Lang{code: w.code, write: w, texts: map[string]text{}}
	more, err := fs.Glob(files, w.code+"-*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range append([]string{w.code + ".json"}, more...) {
		if err := l.readFile(name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return l, nil
}

// readFile adds the texts of one file. A key stands in one file only.
func (l *Lang) readFile(name string) error {
	b, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(b, &entries); err != nil {
		return err
	}
	for key, entry := range entries {
		if _, ok := l.texts[key]; ok {
			return fmt.Errorf("%s stands in another file too", key)
		}
		if l.texts[key], err = parseText(entry); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

func parseText(entry json.RawMessage) (text, error) {
	var simple string
	if json.Unmarshal(entry, &simple) == nil {
		parts, err := parseParts(simple)
		return text{raw: simple, forms: map[string][]part{"other": parts}}, err
	}
	var plural map[string]string
	if err := json.Unmarshal(entry, &plural); err != nil {
		return text{}, fmt.Errorf("neither a text nor an object of plural forms: %w", err)
	}
	if _, ok := plural["other"]; !ok {
		return text{}, fmt.Errorf("the form %q is missing", "other")
	}
	t := text{raw: plural, forms: map[string][]part{}}
	for form, s := range plural {
		parts, err := parseParts(s)
		if err != nil {
			return text{}, err
		}
		t.forms[form] = parts
	}
	return t, nil
}

func parseParts(s string) ([]part, error) {
	var parts []part
	for s != "" {
		before, rest, found := strings.Cut(s, "{")
		if before != "" {
			parts = append(parts, part{literal: before})
		}
		if !found {
			break
		}
		gap, after, closed := strings.Cut(rest, "}")
		if !closed || gap == "" || strings.ContainsAny(gap, "{ ") {
			return nil, fmt.Errorf("a gap is not closed or has no name in %q", s)
		}
		parts = append(parts, part{gap: gap})
		s = after
	}
	return parts, nil
}

func (l *Lang) fill(t text, args []any) string {
	parts := t.forms["other"]
	if len(t.forms) > 1 {
		if n, ok := whole(arg(args, "n")); ok {
			if p, ok := t.forms[l.write.plural(n)]; ok {
				parts = p
			}
		}
	}
	if len(parts) == 1 && parts[0].gap == "" {
		return parts[0].literal
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.literal)
		if p.gap != "" {
			b.WriteString(l.show(p.gap, arg(args, p.gap)))
		}
	}
	return b.String()
}

// arg finds a value in name, value pairs; nil if it is not there.
func arg(args []any, name string) any {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1]
		}
	}
	return nil
}

func (l *Lang) show(gap string, v any) string {
	if n, ok := whole(v); ok {
		return l.Number(n)
	}
	switch v := v.(type) {
	case nil:
		return "{" + gap + "}"
	case string:
		return v
	case float64:
		return l.Decimal(v, 2)
	}
	return fmt.Sprint(v)
}

func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int:
		return int64(v), true
	case int64:
		return v, true
	case int32:
		return int64(v), true
	case uint64:
		return int64(v), true
	case uint8:
		return int64(v), true
	}
	return 0, false
}
