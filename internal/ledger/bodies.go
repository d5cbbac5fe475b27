package ledger

import (
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Owner: from this entry on, Key signs. Entry 0 has nothing else (and Parent,
// if the realm was split off another). After a handover the other fields
// prove that the ledger up to here is the one that the former owner signed.
type Owner struct {
	Key        string    `json:"key"`                  // verifier key
	Parent     string    `json:"parent,omitempty"`     // verifier key of the realm that this was split off
	From       string    `json:"from,omitempty"`       // the former owner's verifier key
	Manifest   tlog.Hash `json:"manifest,omitzero"`    // ID of the manifest it came with
	Checkpoint string    `json:"checkpoint,omitempty"` // the former owner's, of the size that this entry has as its index
}

// Kind implements Body.
func (Owner) Kind() Kind { return KindOwner }

func (o Owner) check() error {
	if err := verifierKey("key", o.Key, true); err != nil {
		return err
	}
	if err := verifierKey("parent", o.Parent, false); err != nil {
		return err
	}
	if err := verifierKey("from", o.From, false); err != nil {
		return err
	}
	if passed := o.From != ""; passed != (o.Manifest != tlog.Hash{}) || passed != (o.Checkpoint != "") || passed && o.Parent != "" {
		return fmt.Errorf("%w: from, manifest and checkpoint belong together, and parent to neither", ErrFormat)
	}
	if o.From == "" {
		return nil
	}
	from, err := ParseVerifier(o.From)
	if err != nil {
		return err
	}
	if _, err := OpenCheckpoint([]byte(o.Checkpoint), from); err != nil {
		return fmt.Errorf("%w: the former owner's checkpoint: %w", ErrFormat, err)
	}
	return nil
}

// Constitution: the realm ranks by this document from now on.
type Constitution struct {
	Version  int64           `json:"version"`
	Document json.RawMessage `json:"document"`
}

// Kind implements Body.
func (Constitution) Kind() Kind { return KindConstitution }

func (c Constitution) check() error {
	if len(c.Document) == 0 || c.Document[0] != '{' {
		return fmt.Errorf("%w: document: want a JSON object", ErrFormat)
	}
	return positive("version", c.Version)
}

// Model: the fold of the event log up to Seq hashes to Hash.
type Model struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"model"` // hexadecimal, as `reelm replay` prints it
}

// Kind implements Body.
func (Model) Kind() Kind { return KindModel }

func (m Model) check() error { return first(natural("seq", m.Seq), hexHash("model", m.Hash, true)) }

// Forgetting: so much left the event log, and the model was folded anew. Old
// and New are the hashes before and after at the same position Seq, so that
// a hash that was published earlier stays explained.
type Forgetting struct {
	Cause    string `json:"cause"` // person, history, clip, age
	People   int64  `json:"people"`
	Clips    int64  `json:"clips"`
	Messages int64  `json:"messages"`
	Seq      int64  `json:"seq"`
	Old      string `json:"old"`
	New      string `json:"new"`
}

// Kind implements Body.
func (Forgetting) Kind() Kind { return KindForgetting }

func (f Forgetting) check() error {
	return first(slug("cause", f.Cause), natural("people", f.People), natural("clips", f.Clips), natural("messages", f.Messages), natural("seq", f.Seq),
		hexHash("old", f.Old, true), hexHash("new", f.New, true))
}

// Decision: content was decided on.
type Decision struct {
	Act       string `json:"act"`               // removed, limited, labelled, restored, upheld, ...
	Subject   string `json:"subject"`           // clip, account, comment, sound; which one is a text
	Rule      string `json:"rule"`              // of the realm's rules, or illegal
	Automatic bool   `json:"automatic"`         // no person decided
	Appeal    bool   `json:"appeal,omitempty"`  // on an appeal
	Country   string `json:"country,omitempty"` // where it holds; empty: everywhere
}

// Kind implements Body.
func (Decision) Kind() Kind { return KindDecision }

func (d Decision) check() error {
	return first(slug("act", d.Act), slug("subject", d.Subject), slug("rule", d.Rule), country(d.Country, false))
}

// Request: an authority asked for something.
type Request struct {
	From    string `json:"from"` // court, police, regulator, ministry, ...; who exactly is a text
	Country string `json:"country"`
	Act     string `json:"act"`     // removal, block, data, ...
	Outcome string `json:"outcome"` // done, partly, refused, pending
	Number  int64  `json:"number"`  // of clips or accounts that it is about
}

// Kind implements Body.
func (Request) Kind() Kind { return KindRequest }

func (r Request) check() error {
	return first(slug("from", r.From), country(r.Country, true), slug("act", r.Act), slug("outcome", r.Outcome), natural("number", r.Number))
}

// Phase: a change of phase was scheduled for When, cancelled, or took effect.
type Phase struct {
	Act   string `json:"act"` // scheduled, cancelled, effective
	From  string `json:"from"`
	Phase string `json:"phase"`
	When  string `json:"when,omitempty"` // RFC 3339, UTC, seconds
	// Handover: on the way to another operator, and not to an end.
	Handover bool `json:"handover,omitempty"`
}

// Kind implements Body.
func (Phase) Kind() Kind { return KindPhase }

func (p Phase) check() error {
	return first(slug("act", p.Act), slug("from", p.From), slug("phase", p.Phase), timestamp("when", p.When, false))
}

// Block: something is not shown in a country, or is again.
type Block struct {
	Act     string `json:"act"` // set, lifted
	Scope   string `json:"scope"`
	Country string `json:"country"`
}

// Kind implements Body.
func (Block) Kind() Kind { return KindBlock }

func (b Block) check() error {
	return first(slug("act", b.Act), slug("scope", b.Scope), country(b.Country, true))
}

// RuleChange: from now on Rule decides what may leave. A rule that is looser
// than the one before names the permits for it.
type RuleChange struct {
	Rule    Rule        `json:"rule"`
	Permits []tlog.Hash `json:"permits,omitempty"`
}

// Kind implements Body.
func (RuleChange) Kind() Kind { return KindRule }

func (r RuleChange) check() error { return first(r.Rule.Check(), ids("permits", r.Permits)) }

// PermitAct: a permit was asked for, used, refused or revoked.
type PermitAct struct {
	Act          string      `json:"act"`               // asked, used, refused, revoked
	Statements   []tlog.Hash `json:"statements"`        // IDs of the request, or of the permits
	Reason       string      `json:"reason,omitempty"`  // why refused: expired, revoked, recipient, ...
	What         []string    `json:"what,omitempty"`    // of algorithm, log, model
	Recipient    string      `json:"recipient"`         // public key
	Constitution int64       `json:"constitution"`      // version
	Missing      int64       `json:"missing,omitempty"` // how many signers short
}

// Kind implements Body.
func (PermitAct) Kind() Kind { return KindPermit }

func (p PermitAct) check() error {
	return first(slug("act", p.Act), ids("statements", p.Statements), optional("reason", p.Reason), slugs("what", p.What), line("recipient", p.Recipient, false),
		natural("constitution", p.Constitution), natural("missing", p.Missing))
}

// Export: an archive was made for a recipient. Its manifest names the ledger
// at Size entries; where the realm changes hands, the ledger parts there.
type Export struct {
	Manifest  tlog.Hash `json:"manifest"` // ID
	Size      int64     `json:"size"`
	Recipient string    `json:"recipient"`
	What      []string  `json:"what"` // of people, media, log, algorithm
	Seq       int64     `json:"seq"`
	Model     string    `json:"model,omitempty"` // hash, if the algorithm left
	Bytes     int64     `json:"bytes"`
	// Constitution is the version in force, which permits must name.
	Constitution int64       `json:"constitution"`
	Permits      []tlog.Hash `json:"permits,omitempty"`
}

// Kind implements Body.
func (Export) Kind() Kind { return KindExport }

func (e Export) check() error {
	return first(ids("manifest", []tlog.Hash{e.Manifest}), natural("size", e.Size), line("recipient", e.Recipient, false), slugs("what", e.What),
		natural("seq", e.Seq), hexHash("model", e.Model, false), natural("bytes", e.Bytes), natural("constitution", e.Constitution), ids("permits", e.Permits))
}

// Received: the recipient of an export has signed for it with the key under
// which the realm goes on. After this the former owner may only end things.
type Received struct {
	Receipt  tlog.Hash `json:"receipt"`  // ID
	Manifest tlog.Hash `json:"manifest"` // ID of what was received
	Key      string    `json:"key"`      // the new owner's verifier key
	Size     int64     `json:"size"`     // where the ledger parts
}

// Kind implements Body.
func (Received) Kind() Kind { return KindReceipt }

func (r Received) check() error {
	return first(ids("receipt", []tlog.Hash{r.Receipt, r.Manifest}), verifierKey("key", r.Key, true), natural("size", r.Size))
}

// Split: the part of a country or language became a realm of its own.
type Split struct {
	Key      string `json:"key"` // verifier key of the new realm
	Country  string `json:"country,omitempty"`
	Language string `json:"language,omitempty"`
	Accounts int64  `json:"accounts"`
	Clips    int64  `json:"clips"`
}

// Kind implements Body.
func (Split) Kind() Kind { return KindSplit }

func (s Split) check() error {
	return first(verifierKey("key", s.Key, true), country(s.Country, false), optional("language", s.Language), natural("accounts", s.Accounts), natural("clips", s.Clips))
}

// Purge: everything of the realm was erased, but the ledger, its last
// checkpoint, the certificate and the page of farewell.
type Purge struct {
	Receipt  tlog.Hash `json:"receipt,omitzero"` // ID, where a buyer has it
	Accounts int64     `json:"accounts"`
	Clips    int64     `json:"clips"`
	Objects  int64     `json:"objects"`
	Bytes    int64     `json:"bytes"`
	Messages int64     `json:"messages"`
}

// Kind implements Body.
func (Purge) Kind() Kind { return KindPurge }

func (p Purge) check() error {
	return first(natural("accounts", p.Accounts), natural("clips", p.Clips), natural("objects", p.Objects), natural("bytes", p.Bytes), natural("messages", p.Messages))
}

// Certified: the former owner's certificate of purge, in the ledger of the
// new one.
type Certified struct {
	Certificate tlog.Hash `json:"certificate"` // ID
	Key         string    `json:"key"`         // the former owner's verifier key
}

// Kind implements Body.
func (Certified) Kind() Kind { return KindCertificate }

func (c Certified) check() error {
	return first(ids("certificate", []tlog.Hash{c.Certificate}), verifierKey("key", c.Key, true))
}

// Redaction: a text beside an earlier entry was taken away.
type Redaction struct {
	Entry  int64  `json:"entry"`  // index
	Text   string `json:"text"`   // name
	Reason string `json:"reason"` // erasure, court-order, mistake, ...
}

// Kind implements Body.
func (Redaction) Kind() Kind { return KindRedaction }

func (r Redaction) check() error {
	return first(natural("entry", r.Entry), slug("text", r.Text), slug("reason", r.Reason))
}
