package ledger

import (
	"errors"
	"math/bits"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// authorities are a, b and c, of whom two must permit, and the realm.
type authorities struct {
	realm, a, b, c, stranger party
	rule                     Rule
	use                      Use
	request                  []byte
}

func newAuthorities(t testing.TB) authorities {
	t.Helper()
	x := authorities{realm: newParty(t, "reelm.example/ledger"), a: newParty(t, "a.example"), b: newParty(t, "b.example"), c: newParty(t, "c.example"), stranger: newParty(t, "stranger.example")}
	x.rule = Rule{Require: []string{x.a.key, x.b.key, x.c.key}, Threshold: 2}
	x.use = Use{Realm: x.realm.key, What: []string{"algorithm", "log"}, Constitution: 3, Recipient: "age1buyer", At: day(10), Seq: 1000}
	x.request = x.ask(t, Terms{Realm: x.realm.key, What: []string{"algorithm", "log", "model"}, Constitution: 3, Recipient: "age1buyer", Purpose: "sale of the realm"})
	return x
}

func (x authorities) ask(t testing.TB, terms Terms) []byte {
	t.Helper()
	r, err := RequestPermit(terms, day(1), x.realm.signer)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// permit is signed by somebody, until day 30.
func (x authorities) permit(t testing.TB, request []byte, by party) []byte {
	t.Helper()
	p, err := SignPermit(request, day(30), 0, day(2), by.signer)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTwoOfThreeMustPermit(t *testing.T) {
	x := newAuthorities(t)
	a, b, c, s := x.permit(t, x.request, x.a), x.permit(t, x.request, x.b), x.permit(t, x.request, x.c), x.permit(t, x.request, x.stranger)
	for name, d := range map[string]struct {
		permits [][]byte
		granted string
		missing int
	}{
		"none":                  {nil, "", 2},
		"one":                   {[][]byte{b}, "b.example", 1},
		"one twice":             {[][]byte{b, b, slices.Clone(b)}, "b.example", 1},
		"a stranger":            {[][]byte{b, s}, "b.example", 1},
		"two":                   {[][]byte{b, a}, "a.example b.example", 0},
		"two others":            {[][]byte{c, b}, "b.example c.example", 0},
		"all":                   {[][]byte{a, b, c, s}, "a.example b.example c.example", 0},
		"something else beside": {[][]byte{a, []byte("hello"), x.request, b}, "a.example b.example", 0},
	} {
		v, err := x.rule.Permitted(x.use, d.permits, nil)
		if strings.Join(v.Granted, " ") != d.granted || v.Missing != d.missing || (err == nil) != (d.missing == 0) || d.missing > 0 && !errors.Is(err, ErrNotPermitted) {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
		if len(v.Granted)+len(v.Waiting) != 3 {
			t.Errorf("%s: %+v", name, v)
		}
	}
	_, err := x.rule.Permitted(x.use, [][]byte{b}, nil)
	if err == nil || !strings.Contains(err.Error(), "a.example, c.example") || !strings.Contains(err.Error(), "1 of 2") {
		t.Error("the error does not say who is missing:", err)
	}
	if _, err := (Rule{}).Permitted(x.use, nil, nil); err != nil {
		t.Error("without a rule:", err)
	}
}

func TestPermitIsGoodForWhatItNamesOnly(t *testing.T) {
	x := newAuthorities(t)
	permits := [][]byte{x.permit(t, x.request, x.a), x.permit(t, x.request, x.b)}
	for reason, change := range map[string]func(*Use){
		"":             func(*Use) {},
		"realm":        func(u *Use) { u.Realm = x.a.key },
		"recipient":    func(u *Use) { u.Recipient = "age1other" },
		"what":         func(u *Use) { u.What = append(u.What, "people") },
		"constitution": func(u *Use) { u.Constitution++ },
		"expired":      func(u *Use) { u.At = day(30) },
	} {
		use := x.use
		use.What = slices.Clone(use.What)
		change(&use)
		v, err := x.rule.Permitted(use, permits, nil)
		if reason == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if !errors.Is(err, ErrNotPermitted) || len(v.Refused) != 2 || v.Refused[0].Reason != reason || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %+v, %v", reason, v, err)
		}
	}
	use := x.use
	use.At = day(30).Add(-time.Second)
	if _, err := x.rule.Permitted(use, permits, nil); err != nil {
		t.Error("in its last second:", err)
	}
	use = x.use
	use.What = nil
	use.Change = &Rule{}
	if v, err := x.rule.Permitted(use, permits, nil); err == nil || v.Refused[0].Reason != "what" {
		t.Error("a permit to export changes the rule:", v, err)
	}
}

func TestPermitInTheNameOfAnAuthorityCountsForNobody(t *testing.T) {
	x := newAuthorities(t)
	p, err := OpenPermit(x.permit(t, x.request, x.stranger))
	if err != nil {
		t.Fatal(err)
	}
	p.Statement.By = x.a.key
	forged, err := Sign(p.Statement, x.stranger.signer)
	if err != nil {
		t.Fatal(err)
	}
	v, err := x.rule.Permitted(x.use, [][]byte{forged, x.permit(t, x.request, x.b)}, nil)
	if !errors.Is(err, ErrNotPermitted) || v.Refused[0].Reason != "signature" || len(v.Granted) != 1 {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestPermitUntilAPosition(t *testing.T) {
	x := newAuthorities(t)
	x.rule.Threshold = 1
	p, err := SignPermit(x.request, time.Time{}, 1000, day(2), x.a.signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.rule.Permitted(x.use, [][]byte{p}, nil); err != nil {
		t.Error(err)
	}
	x.use.Seq++
	if v, err := x.rule.Permitted(x.use, [][]byte{p}, nil); err == nil || v.Refused[0].Reason != "expired" {
		t.Error(v, err)
	}
	for name, f := range map[string]func() ([]byte, error){
		"without an end": func() ([]byte, error) { return SignPermit(x.request, time.Time{}, 0, day(2), x.a.signer) },
		"over already":   func() ([]byte, error) { return SignPermit(x.request, day(2), 0, day(2), x.a.signer) },
	} {
		if p, err := f(); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %s, %v", name, p, err)
		}
	}
}

func TestPermitsOnlyAnswerRequestsOfTheRealmThatTheyName(t *testing.T) {
	x := newAuthorities(t)
	terms := Terms{Realm: x.realm.key, What: []string{"log"}, Constitution: 3, Recipient: "age1buyer"}
	forged, err := RequestPermit(terms, day(1), x.stranger.signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := SignPermit(forged, day(30), 0, day(2), x.a.signer); !errors.Is(err, ErrSignature) {
		t.Error(err)
	}
	changed := slices.Clone(x.request)
	changed[slices.Index(changed, '3')] = '4'
	if _, err := SignPermit(changed, day(30), 0, day(2), x.a.signer); err == nil {
		t.Error("a changed request was answered")
	}
	r, err := OpenRequest(x.request)
	if err != nil || r.Statement.Purpose != "sale of the realm" {
		t.Error(r, err)
	}
	p, err := OpenPermit(x.permit(t, x.request, x.a))
	if err != nil || p.Statement.Request != r.ID {
		t.Error("the permit does not name the request:", p, err)
	}
}

func TestRevocationTakesBackOnesOwnPermitsOnly(t *testing.T) {
	x := newAuthorities(t)
	permits := [][]byte{x.permit(t, x.request, x.a), x.permit(t, x.request, x.b)}
	var ids []tlog.Hash
	for _, b := range permits {
		p, err := Peek[Permit](b)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, p.ID)
	}
	revoke := func(realm string, by party, ids ...tlog.Hash) []byte {
		r, err := Revoke(realm, ids, day(5), by.signer)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for name, r := range map[string][]byte{
		"another's":        revoke(x.realm.key, x.a, ids[1]),
		"a stranger's":     revoke(x.realm.key, x.stranger, ids...),
		"of another realm": revoke(x.a.key, x.a, ids...),
	} {
		if v, err := x.rule.Permitted(x.use, permits, [][]byte{r}); err != nil {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
	v, err := x.rule.Permitted(x.use, permits, [][]byte{revoke(x.realm.key, x.a, ids...)})
	if !errors.Is(err, ErrNotPermitted) || len(v.Granted) != 1 || v.Granted[0] != "b.example" || v.Refused[0].Reason != "revoked" {
		t.Errorf("%+v, %v", v, err)
	}
	broken := revoke(x.realm.key, x.a, ids[0])
	broken[len(broken)/2] ^= 1
	forged, err := Sign(Revocation{Realm: x.realm.key, By: x.a.key, Permits: ids, At: formatTime(day(5))}, x.stranger.signer)
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string][]byte{"broken": broken, "nonsense": []byte("nonsense"), "forged": forged} {
		if _, err := x.rule.Permitted(x.use, permits, [][]byte{r}); err == nil {
			t.Errorf("a %s revocation is passed over", name)
		}
	}
}

func TestRuleChangesNeedPermitsForThatRule(t *testing.T) {
	x := newAuthorities(t)
	next := Rule{Require: []string{x.a.key}, Threshold: 1}
	other := Rule{Require: []string{x.b.key}, Threshold: 1}
	request := x.ask(t, Terms{Realm: x.realm.key, Constitution: 3, Change: &next})
	permits := [][]byte{x.permit(t, request, x.a), x.permit(t, request, x.c)}
	use := Use{Realm: x.realm.key, Constitution: 3, Change: &next, At: day(10)}
	if _, err := x.rule.Permitted(use, permits, nil); err != nil {
		t.Error(err)
	}
	use.Change = &other
	if v, err := x.rule.Permitted(use, permits, nil); err == nil || v.Refused[0].Reason != "change" {
		t.Error(v, err)
	}
	if _, err := x.rule.Permitted(x.use, permits, nil); !errors.Is(err, ErrNotPermitted) {
		t.Error("a permit to change the rule exports:", err)
	}
}

func TestRulesThatAreRefused(t *testing.T) {
	x := newAuthorities(t)
	_, again, err := GenerateKey(someRand(9), "one.example")
	if err != nil {
		t.Fatal(err)
	}
	_, renamed, err := GenerateKey(someRand(9), "two.example")
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]Rule{
		"none of one":           {Require: []string{x.a.key}},
		"two of one":            {Require: []string{x.a.key}, Threshold: 2},
		"one of none":           {Threshold: 1},
		"negative":              {Require: []string{x.a.key}, Threshold: -1},
		"a key twice":           {Require: []string{x.a.key, x.a.key}, Threshold: 2},
		"a key under two names": {Require: []string{again, renamed}, Threshold: 2},
		"no key":                {Require: []string{"somebody"}, Threshold: 1},
		"too many":              {Require: make([]string, 33), Threshold: 1},
	} {
		if err := r.Check(); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := r.Permitted(x.use, nil, nil); err == nil {
			t.Errorf("%s: permitted", name)
		}
	}
	if err := (Rule{}).Check(); err != nil {
		t.Error(err)
	}
}

// Loosens against its meaning: some set of authorities can permit under the
// next rule and cannot under this one.
func TestLoosensTellsWhetherAnybodyGainsPower(t *testing.T) {
	var keys []string
	for _, n := range []string{"a", "b", "c", "d", "e"} {
		keys = append(keys, newParty(t, n+".example").key)
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) (Rule, uint) {
			set := rapid.UintRange(0, 31).Draw(t, label)
			var r Rule
			for i, k := range keys {
				if set>>i&1 == 1 {
					r.Require = append(r.Require, k)
				}
			}
			if n := len(r.Require); n > 0 {
				r.Threshold = rapid.IntRange(1, n).Draw(t, label+" threshold")
			}
			return r, set
		}
		now, nowSet := draw("now")
		next, nextSet := draw("next")
		want := false
		for group := uint(0); group < 32; group++ {
			canNow := bits.OnesCount(group&nowSet) >= now.Threshold
			canNext := bits.OnesCount(group&nextSet) >= next.Threshold
			want = want || canNext && !canNow
		}
		if got := now.Loosens(next); got != want {
			t.Fatalf("%+v to %+v: %v", now, next, got)
		}
	})
}
