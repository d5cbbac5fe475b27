package handover_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"reelm/internal/ledger"
)

// resign has the seller sign another manifest for an archive.
func (tw *town) resign(members []member, change func(*ledger.Manifest)) []member {
	tw.Helper()
	out := append([]member(nil), members...)
	last := len(out) - 1
	m, err := ledger.Peek[ledger.Manifest](out[last].body)
	if err != nil {
		tw.Fatal(err)
	}
	change(&m.Statement)
	signed, err := ledger.Sign(m.Statement, tw.r.SigningKey())
	if err != nil {
		tw.Fatal(err)
	}
	out[last].body = signed
	return out
}

// forge changes a file of an archive, and the list and the manifest with it,
// as only the seller can.
func (tw *town) forge(members []member, prefix string, change func([]byte) []byte) []member {
	tw.Helper()
	out := append([]member(nil), members...)
	sum := func(b []byte) string { h := sha256.Sum256(b); return hex.EncodeToString(h[:]) }
	var list *member
	var name, was, is string
	var size int
	for i := range out {
		switch {
		case strings.HasPrefix(out[i].name, prefix) && name == "":
			name, was = out[i].name, sum(out[i].body)
			out[i].body = change(bytes.Clone(out[i].body))
			is, size = sum(out[i].body), len(out[i].body)
		case out[i].name == "files.ndjson":
			list = &out[i]
		}
	}
	if name == "" || is == was {
		tw.Fatalf("nothing changed in %s", prefix)
	}
	var lines bytes.Buffer
	for line := range bytes.Lines(list.body) {
		var f map[string]any
		if err := json.Unmarshal(line, &f); err != nil {
			tw.Fatal(err)
		}
		if f["name"] == name {
			f["sha256"], f["bytes"] = is, size
		}
		b, err := json.Marshal(struct {
			Name   any `json:"name"`
			SHA256 any `json:"sha256"`
			Bytes  any `json:"bytes"`
			Count  any `json:"count"`
		}{f["name"], f["sha256"], f["bytes"], f["count"]})
		if err != nil {
			tw.Fatal(err)
		}
		lines.Write(append(b, '\n'))
	}
	list.body = lines.Bytes()
	return tw.resign(out, func(m *ledger.Manifest) {
		m.Members[0].SHA256, m.Members[0].Bytes = sum(list.body), int64(len(list.body))
	})
}

// A seller who signs what is not true is found, and nothing is imported.
func TestASellerWhoLiesIsFound(t *testing.T) {
	tw := newTown(t, 3, 3)
	tw.watch()
	if err := tw.r.Set(t.Context(), map[string]string{"title": "Nordlicht"}); err != nil {
		t.Fatal(err)
	}
	b := newBuyer(t)
	path, _ := tw.export(b)
	members := b.unpack(path)
	swap := func(old, new string) func([]byte) []byte {
		return func(body []byte) []byte { return bytes.Replace(body, []byte(old), []byte(new), 1) }
	}
	lies := map[string][]member{
		"fewer people":         tw.resign(members, func(m *ledger.Manifest) { m.Counts["accounts"]-- }),
		"more clips":           tw.resign(members, func(m *ledger.Manifest) { m.Counts["clips"]++ }),
		"another model":        tw.resign(members, func(m *ledger.Manifest) { m.Model = strings.Repeat("ab", 32) }),
		"an earlier position":  tw.resign(members, func(m *ledger.Manifest) { m.Seq-- }),
		"another constitution": tw.resign(members, func(m *ledger.Manifest) { m.Constitution++ }),
		"another list":         tw.resign(members, func(m *ledger.Manifest) { m.Members[0].SHA256 = strings.Repeat("0", 64) }),
		"staff that passes":    tw.forge(members, "tables/accounts/", swap(`"viewer"`, `"admin"`)),
		"another log":          tw.forge(members, "log/", swap(`"k":"born"`, `"k":"died"`)),
		"another ranking":      tw.forge(members, "constitution.json", swap(`:0.`, `:0.0`)),
		"a ranking in secret":  tw.forge(members, "tables/constitutions/", swap(`:0.`, `:0.0`)),
		"another ledger":       tw.forge(members, "ledger/tile/entries/", swap(`"kind":"owner"`, `"kind":"purge"`)),
		"a setting that stays": tw.forge(members, "tables/settings/", func(body []byte) []byte {
			return append(body, []byte(`{"key":"contact","value":"x@example"}`+"\n")...)
		}),
	}
	for name, lie := range lies {
		t.Run(name, func(t *testing.T) {
			if _, err := b.take(b.pack(lie)); err == nil {
				t.Error("imported")
			} else {
				t.Log(err)
			}
			b.nothing()
		})
	}
	b.mustTake(b.pack(members))
}
