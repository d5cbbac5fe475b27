package realm

import (
	"context"
	"slices"
	"strings"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/store"
)

// Request is what an authority asked for, as the operator notes it in the
// ledger.
type Request struct {
	From    string // one of RequestFrom
	Country string // ISO 3166-1 alpha-2
	Act     string // one of RequestActs
	Outcome string // one of RequestOutcomes
	Number  int64  // of clips or accounts that it is about

	// For everybody to read, beside the tree.
	Who   string // exactly
	What  string // was asked
	Basis string // the legal one
	Done  string // what was done
}

// The words of a request.
var (
	RequestFrom     = []string{"court", "police", "regulator", "ministry", "other"}
	RequestActs     = []string{"removal", "block", "data", "ranking", "other"}
	RequestOutcomes = []string{"done", "partly", "refused", "pending"}
)

// NoteRequest enters an official request into the ledger and gives the index
// of its entry.
func (r *Realm) NoteRequest(ctx context.Context, q Request) (int64, error) {
	q.Country = strings.ToUpper(q.Country)
	if !IsCountry(q.Country) {
		return 0, reelm.Wrong("country", "bad-country", "%.20q is no country such as DE (ISO 3166-1)", q.Country)
	}
	for _, c := range []struct {
		field, value string
		words        []string
	}{{"from", q.From, RequestFrom}, {"act", q.Act, RequestActs}, {"outcome", q.Outcome, RequestOutcomes}} {
		if !slices.Contains(c.words, c.value) {
			return 0, reelm.Wrong(c.field, "bad-choice", "%.40q is none of %s", c.value, strings.Join(c.words, ", "))
		}
	}
	if q.Number < 0 || q.Number > 1<<40 {
		return 0, reelm.Wrong("number", "bad-number", "a number from 0 on")
	}
	texts := map[string]string{}
	for _, c := range []struct{ name, text string }{{"who", q.Who}, {"what", q.What}, {"basis", q.Basis}, {"done", q.Done}} {
		text, err := reelm.CleanText(c.name, c.text, 4000)
		if err != nil {
			return 0, err
		}
		if text == "" {
			return 0, reelm.Wrong(c.name, "empty", "say who asked, what, on which legal basis, and what was done")
		}
		texts[c.name] = text
	}
	return r.DB.Enter(ctx, store.Entering{Texts: texts,
		Body: ledger.Request{From: q.From, Country: q.Country, Act: q.Act, Outcome: q.Outcome, Number: q.Number}})
}
