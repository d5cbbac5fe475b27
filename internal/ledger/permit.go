package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Terms are what a permit is asked for and given for.
type Terms struct {
	// Realm is the realm's verifier key: its name says nothing to others.
	Realm string `json:"realm"`
	// What may leave: algorithm, log, model.
	What []string `json:"what,omitempty"`
	// Constitution is the version that is in force.
	Constitution int64 `json:"constitution"`
	// Recipient is the public key that the archive is encrypted to.
	Recipient string `json:"recipient,omitempty"`
	// Purpose is one line for people.
	Purpose string `json:"purpose,omitempty"`
	// Change, instead of What and Recipient, is the rule to put in place of
	// the one in force.
	Change *Rule `json:"change,omitempty"`
}

func (t Terms) check() error {
	if (t.Change != nil) == (len(t.What) > 0) || (t.Change != nil) == (t.Recipient != "") {
		return fmt.Errorf("%w: want what and recipient, or change", ErrFormat)
	}
	if t.Change != nil {
		if err := t.Change.Check(); err != nil {
			return fmt.Errorf("change: %w", err)
		}
	}
	return first(verifierKey("realm", t.Realm, true), slugs("what", t.What), natural("constitution", t.Constitution),
		line("recipient", t.Recipient, false), purpose(t.Purpose))
}

// maxPurpose is in bytes.
const maxPurpose = 500

func purpose(s string) error {
	if len(s) > maxPurpose || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fmt.Errorf("%w: purpose: want one line of at most %d bytes", ErrFormat, maxPurpose)
	}
	return nil
}

// A PermitRequest is what a realm sends to those who may permit. It is
// signed by the realm's key.
type PermitRequest struct {
	Terms
	At string `json:"at"`
}

// Sort implements Statement.
func (PermitRequest) Sort() string { return "permit-request" }

func (p PermitRequest) check() error { return first(p.Terms.check(), timestamp("at", p.At, true)) }

// RequestPermit writes and signs a request.
func RequestPermit(terms Terms, at time.Time, key note.Signer) ([]byte, error) {
	return Sign(PermitRequest{terms, formatTime(at)}, key)
}

// A Permit says that something may leave, or a rule may change. It is signed
// by the authority By, and good for any number of uses until it ends.
type Permit struct {
	Terms
	By      string    `json:"by"` // verifier key
	At      string    `json:"at"`
	Request tlog.Hash `json:"request"` // ID
	// Until is the moment from which on it is good no more; UntilSeq the last
	// position of the event log with which it is. At least one is given.
	Until    string `json:"until,omitempty"`
	UntilSeq int64  `json:"until_seq,omitempty"`
}

// Sort implements Statement.
func (Permit) Sort() string { return "permit" }

func (p Permit) check() error {
	if p.Until == "" && p.UntilSeq == 0 {
		return fmt.Errorf("%w: a permit needs an end: until or until_seq", ErrFormat)
	}
	return first(p.Terms.check(), verifierKey("by", p.By, true), timestamp("at", p.At, true), ids("request", []tlog.Hash{p.Request}), timestamp("until", p.Until, false), natural("until_seq", p.UntilSeq))
}

// SignPermit answers a request, on a machine that has nothing but this
// program. The request must be signed by the realm that it names. until may
// be zero if untilSeq is not, and the other way round.
//
// What to read before signing: OpenRequest shows it.
func SignPermit(request []byte, until time.Time, untilSeq int64, at time.Time, key Key) ([]byte, error) {
	r, err := OpenRequest(request)
	if err != nil {
		return nil, err
	}
	p := Permit{Terms: r.Statement.Terms, By: key.Verifier(), At: formatTime(at), Request: r.ID, UntilSeq: untilSeq}
	if !until.IsZero() {
		if !until.After(at) {
			return nil, fmt.Errorf("%w: until %s is over", ErrFormat, formatTime(until))
		}
		p.Until = formatTime(until)
	}
	return Sign(p, key)
}

// OpenRequest reads a request that is signed by the realm that it names.
// Whether that is the realm one has to do with, the key tells.
func OpenRequest(request []byte) (Signed[PermitRequest], error) {
	r, err := Peek[PermitRequest](request)
	if err != nil {
		return r, err
	}
	realm, err := ParseVerifier(r.Statement.Realm)
	if err != nil {
		return r, err
	}
	return Open[PermitRequest](request, realm)
}

// OpenPermit reads a permit that is signed by the authority that it names.
func OpenPermit(permit []byte) (Signed[Permit], error) {
	p, err := Peek[Permit](permit)
	if err != nil {
		return p, err
	}
	by, err := ParseVerifier(p.Statement.By)
	if err != nil {
		return p, err
	}
	return Open[Permit](permit, by)
}

// A Revocation ends permits before their time: those of the authority By,
// who signs it.
type Revocation struct {
	Realm   string      `json:"realm"` // verifier key
	By      string      `json:"by"`    // verifier key
	Permits []tlog.Hash `json:"permits"`
	At      string      `json:"at"`
}

// Sort implements Statement.
func (Revocation) Sort() string { return "revocation" }

func (r Revocation) check() error {
	if len(r.Permits) == 0 {
		return fmt.Errorf("%w: permits: none is named", ErrFormat)
	}
	return first(verifierKey("realm", r.Realm, true), verifierKey("by", r.By, true), ids("permits", r.Permits), timestamp("at", r.At, true))
}

// Revoke writes and signs a revocation.
func Revoke(realm string, permits []tlog.Hash, at time.Time, key Key) ([]byte, error) {
	return Sign(Revocation{realm, key.Verifier(), permits, formatTime(at)}, key)
}

// RevokeAll writes and signs a revocation of permits that the key has signed,
// all of one realm.
func RevokeAll(permits [][]byte, at time.Time, key Key) ([]byte, error) {
	realm := ""
	var list []tlog.Hash
	for _, b := range permits {
		p, err := OpenPermit(b)
		if err != nil {
			return nil, err
		}
		if p.Statement.By != key.Verifier() {
			return nil, fmt.Errorf("%w: the permit is by %s", ErrSignature, p.Statement.By)
		}
		if realm != "" && realm != p.Statement.Realm {
			return nil, fmt.Errorf("%w: permits of two realms", ErrFormat)
		}
		realm, list = p.Statement.Realm, append(list, p.ID)
	}
	return Revoke(realm, list, at, key)
}

// SelfSigned reads a request, permit, revocation, manifest, receipt or
// certificate, and checks that those whom it names have signed it.
func SelfSigned(signed []byte) (id tlog.Hash, err error) {
	sort, err := SortOf(signed)
	if err != nil {
		return id, err
	}
	switch sort {
	case PermitRequest{}.Sort():
		s, err := OpenRequest(signed)
		return s.ID, err
	case Permit{}.Sort():
		s, err := OpenPermit(signed)
		return s.ID, err
	case Revocation{}.Sort():
		s, err := OpenRevocation(signed)
		return s.ID, err
	case Receipt{}.Sort():
		s, err := OpenReceipt(signed)
		return s.ID, err
	case Manifest{}.Sort():
		s, err := OpenManifest(signed)
		return s.ID, err
	case Certificate{}.Sort():
		s, err := OpenCertificate(signed)
		return s.ID, err
	}
	return id, fmt.Errorf("%w: a statement of the sort %s", ErrFormat, sort)
}

// byRealm reads a statement that the realm which it names must have signed.
func byRealm[S Statement](signed []byte, realm func(S) string) (Signed[S], error) {
	s, err := Peek[S](signed)
	if err != nil {
		return s, err
	}
	key, err := ParseVerifier(realm(s.Statement))
	if err != nil {
		return s, err
	}
	return Open[S](signed, key)
}

// OpenManifest reads a manifest that is signed by the realm that it names.
func OpenManifest(signed []byte) (Signed[Manifest], error) {
	return byRealm(signed, func(m Manifest) string { return m.Realm })
}

// OpenCertificate reads a certificate that is signed by the realm that it
// names.
func OpenCertificate(signed []byte) (Signed[Certificate], error) {
	return byRealm(signed, func(c Certificate) string { return c.Realm })
}

// OpenRevocation reads a revocation that is signed by the authority that it
// names.
func OpenRevocation(revocation []byte) (Signed[Revocation], error) {
	r, err := Peek[Revocation](revocation)
	if err != nil {
		return r, err
	}
	by, err := ParseVerifier(r.Statement.By)
	if err != nil {
		return r, err
	}
	return Open[Revocation](revocation, by)
}

func formatTime(t time.Time) string { return t.UTC().Truncate(time.Second).Format(timeFormat) }

// A Use is what somebody is about to do.
type Use struct {
	Realm        string // verifier key
	What         []string
	Constitution int64
	Recipient    string
	Change       *Rule
	At           time.Time
	Seq          int64 // position of the event log
}

// covers tells why a permit does not cover a use: a word, empty if it does.
func (p Permit) covers(u Use) string {
	switch {
	case p.Realm != u.Realm:
		return "realm"
	case (p.Change == nil) != (u.Change == nil):
		return "what"
	case p.Change != nil && !p.Change.equal(*u.Change):
		return "change"
	case p.Recipient != u.Recipient:
		return "recipient"
	case slices.ContainsFunc(u.What, func(w string) bool { return !slices.Contains(p.What, w) }):
		return "what"
	case p.Constitution != u.Constitution:
		return "constitution"
	case p.Until != "" && formatTime(u.At) >= p.Until:
		return "expired"
	case p.UntilSeq != 0 && u.Seq > p.UntilSeq:
		return "expired"
	}
	return ""
}
