package web

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"reelm/internal/ledger"
	"reelm/internal/store"
	"reelm/internal/words"
)

// Act is an entry of the ledger in words.
type Act struct {
	N     int64
	At    time.Time
	Kind  string
	Text  string
	Notes []Said // what lies beside it
	Raw   string // as it stands in the tree
}

// Said is a text beside an entry, under the word for what it is.
type Said struct{ What, Text string }

// actOf puts an entry into words. before is the document of the constitution
// that it replaced, if that is known.
func actOf(lang *words.Lang, e store.Entry, before json.RawMessage) (Act, error) {
	raw, err := e.Encode()
	if err != nil { // of a later version
		raw = nil
	}
	a := Act{N: e.N, At: e.At, Kind: string(e.Body.Kind()), Text: sentence(lang, e.Body), Raw: string(raw)}
	if c, ok := e.Body.(ledger.Constitution); ok && before != nil {
		changed, err := changes(lang, before, c.Document)
		if err != nil {
			return a, err
		}
		if len(changed) > 0 {
			a.Text += " " + strings.Join(changed, ", ") + "."
		}
	}
	for _, t := range e.Beside {
		text := t.Content
		if t.Redacted != "" {
			text = lang.T("ledger.redacted", "reason", t.Redacted)
		}
		if text == "" {
			continue
		}
		what := t.Name
		if key := "ledger.text." + t.Name; lang.Has(key) {
			what = lang.T(key)
		}
		a.Notes = append(a.Notes, Said{what, text})
	}
	return a, nil
}

// sentence says what was done, without the texts beside it.
func sentence(lang *words.Lang, body ledger.Body) string {
	key := "ledger.is." + string(body.Kind())
	switch b := body.(type) {
	case ledger.Owner:
		if b.From != "" {
			return lang.T("ledger.is.owner.new")
		}
		return lang.T(key)
	case ledger.Constitution:
		return lang.T(key, "version", fmt.Sprint(b.Version))
	case ledger.Model:
		return lang.T(key, "seq", b.Seq, "hash", short(b.Hash))
	case ledger.Forgetting:
		return lang.T(key, "n", b.Messages, "people", b.People, "clips", b.Clips)
	case ledger.Decision:
		by := "person"
		if b.Automatic {
			by = "rule"
		}
		return lang.T(key, "act", named(lang, "ledger.act.", b.Act), "subject", named(lang, "ledger.subject.", b.Subject), "rule", b.Rule, "by", lang.T("ledger.by."+by))
	case ledger.Request:
		return lang.T(key, "from", named(lang, "ledger.from.", b.From), "country", country(lang, b.Country), "act", named(lang, "ledger.asked.", b.Act),
			"outcome", named(lang, "ledger.outcome.", b.Outcome), "n", b.Number)
	case ledger.Phase:
		when := ""
		if t, err := time.Parse(time.RFC3339, b.When); err == nil {
			when = lang.Date(t)
		}
		return lang.T(key+"."+b.Act, "phase", phaseName(lang, b.Phase, b.Handover), "when", when)
	case ledger.Block:
		return lang.T(key+"."+b.Act, "scope", named(lang, "ledger.scope.", b.Scope), "country", country(lang, b.Country))
	case ledger.RuleChange:
		return lang.T(key, "n", int64(len(b.Rule.Require)), "k", b.Rule.Threshold)
	case ledger.PermitAct:
		return lang.T(key, "act", named(lang, "ledger.act.", b.Act), "what", strings.Join(b.What, ", "))
	case ledger.Export:
		return lang.T(key, "what", strings.Join(b.What, ", "), "bytes", lang.Bytes(b.Bytes))
	case ledger.Split:
		part := b.Language
		if b.Country != "" {
			part = country(lang, b.Country)
		}
		return lang.T(key, "part", part, "n", b.Accounts, "clips", b.Clips)
	case ledger.Purge:
		return lang.T(key, "n", b.Accounts, "clips", b.Clips, "bytes", lang.Bytes(b.Bytes))
	case ledger.Redaction:
		return lang.T(key, "entry", b.Entry, "reason", b.Reason)
	}
	if lang.Has(key) {
		return lang.T(key)
	}
	return lang.T("ledger.is.unknown", "kind", string(body.Kind()))
}

// named is the word for one of the ledger's own words; one that has none
// stands for itself.
func named(lang *words.Lang, prefix, word string) string {
	if lang.Has(prefix + word) {
		return lang.T(prefix + word)
	}
	return word
}

// country is a country's name.
func country(lang *words.Lang, code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.Regions(language.Make(lang.Code())).Name(region); name != "" {
		return name
	}
	return code
}

func short(hash string) string { return hash[:min(len(hash), 12)] }

// changes lists the numbers that differ between two constitutions.
func changes(lang *words.Lang, before, after json.RawMessage) ([]string, error) {
	was, err := numbers(before)
	if err != nil {
		return nil, err
	}
	is, err := numbers(after)
	if err != nil {
		return nil, err
	}
	var out []string
	for name, x := range is {
		if y, known := was[name]; known && x != y && name != "version" {
			out = append(out, lang.T("ledger.changed", "name", fieldName(lang, name), "from", decimal(lang, y), "to", decimal(lang, x)))
		}
	}
	sort.Strings(out)
	return out, nil
}

func decimal(lang *words.Lang, x float64) string {
	if x == math.Trunc(x) {
		return lang.Number(int64(x))
	}
	return lang.Decimal(x, 3)
}

// fieldName is the word for a number of the constitution, such as
// weights.like.
func fieldName(lang *words.Lang, name string) string {
	for prefix, key := range map[string]string{"weights.": "transparency.weight.", "sources.": "transparency.source."} {
		if field, ok := strings.CutPrefix(name, prefix); ok && lang.Has(key+field) {
			return "»" + lang.T(key+field) + "«"
		}
	}
	return name
}

// numbers flattens the numbers of a document.
func numbers(doc json.RawMessage) (map[string]float64, error) {
	var tree map[string]any
	if err := json.Unmarshal(doc, &tree); err != nil {
		return nil, fmt.Errorf("reading a constitution: %w", err)
	}
	out := map[string]float64{}
	var walk func(prefix string, v any)
	walk = func(prefix string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, sub := range v {
				walk(strings.TrimPrefix(prefix+"."+k, "."), sub)
			}
		case float64:
			out[prefix] = v
		}
	}
	walk("", tree)
	return out, nil
}

// actsOf puts entries, newest first, into words.
func actsOf(lang *words.Lang, entries []store.Entry) ([]Act, error) {
	out := make([]Act, 0, len(entries))
	for i, e := range entries {
		var before json.RawMessage
		for _, older := range entries[i+1:] {
			if c, ok := older.Body.(ledger.Constitution); ok {
				before = c.Document
				break
			}
		}
		a, err := actOf(lang, e, before)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}
