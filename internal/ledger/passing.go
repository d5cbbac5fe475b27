package ledger

import (
	"fmt"
	"path"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A Manifest is the last member of an archive and lies beside it: what it
// holds. It is signed by the realm's key.
type Manifest struct {
	Realm        string           `json:"realm"` // verifier key
	Name         string           `json:"name"`  // of the realm
	At           string           `json:"at"`
	Recipient    string           `json:"recipient"`
	Include      []string         `json:"include"` // of people, media, log, algorithm
	Where        string           `json:"where,omitempty"`
	Since        tlog.Hash        `json:"since,omitzero"` // ID of the manifest that this goes on from
	Seq          int64            `json:"seq"`            // position of the event log
	Model        string           `json:"model,omitempty"`
	Constitution int64            `json:"constitution"`
	Ledger       string           `json:"ledger"` // checkpoint, of the size at which the ledger parts
	Permits      []tlog.Hash      `json:"permits,omitempty"`
	Counts       map[string]int64 `json:"counts"`
	Members      []Member         `json:"members"`
}

// A Member is a file of an archive.
type Member struct {
	Name   string `json:"name"` // relative path
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Count  int64  `json:"count"` // of what it holds: rows, messages, files
}

// maxMembers bounds an archive's list; many files are one member with a list
// of their own.
const maxMembers = 4096

// Sort implements Statement.
func (Manifest) Sort() string { return "manifest" }

func (m Manifest) check() error {
	if len(m.Members) > maxMembers {
		return fmt.Errorf("%w: %d members, at most %d are allowed", ErrFormat, len(m.Members), maxMembers)
	}
	for _, f := range m.Members {
		if !path.IsAbs(f.Name) && path.Clean(f.Name) == f.Name && !strings.HasPrefix(f.Name, "..") && line("name", f.Name, true) == nil && len(f.SHA256) == 64 && hexForm.MatchString(f.SHA256) &&
			natural("bytes", f.Bytes) == nil && natural("count", f.Count) == nil {
			continue
		}
		return fmt.Errorf("%w: member %.100q", ErrFormat, f.Name)
	}
	return first(verifierKey("realm", m.Realm, true), line("name", m.Name, true), timestamp("at", m.At, true), line("recipient", m.Recipient, false),
		slugs("include", m.Include), line("where", m.Where, false), natural("seq", m.Seq), hexHash("model", m.Model, false), natural("constitution", m.Constitution),
		m.checkLedger(), ids("permits", m.Permits), counts(m.Counts))
}

func (m Manifest) checkLedger() error {
	key, err := ParseVerifier(m.Realm)
	if err != nil {
		return err
	}
	if _, err := OpenCheckpoint([]byte(m.Ledger), key); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}

// Parts is the tree at which the ledger of a realm that changes hands parts.
func (m Manifest) Parts() (tlog.Tree, error) {
	c, err := PeekCheckpoint([]byte(m.Ledger))
	return c.Tree, err
}

// A Receipt is what the recipient of an archive signs, with the new key of
// the realm, when all of it has been verified.
type Receipt struct {
	Key      string           `json:"key"` // the new verifier key
	At       string           `json:"at"`
	Manifest tlog.Hash        `json:"manifest"` // ID
	Size     int64            `json:"size"`     // of the ledger
	Seq      int64            `json:"seq"`
	Model    string           `json:"model,omitempty"` // hash, folded again from the log
	Counts   map[string]int64 `json:"counts"`
}

// Sort implements Statement.
func (Receipt) Sort() string { return "receipt" }

func (r Receipt) check() error {
	return first(verifierKey("key", r.Key, true), timestamp("at", r.At, true), ids("manifest", []tlog.Hash{r.Manifest}), natural("size", r.Size), natural("seq", r.Seq),
		hexHash("model", r.Model, false), counts(r.Counts))
}

// OpenReceipt reads a receipt that is signed with the key that it names.
func OpenReceipt(signed []byte) (Signed[Receipt], error) {
	r, err := Peek[Receipt](signed)
	if err != nil {
		return r, err
	}
	key, err := ParseVerifier(r.Statement.Key)
	if err != nil {
		return r, err
	}
	return Open[Receipt](signed, key)
}

// A Certificate says what a purge erased. The realm's key signs it last, and
// is destroyed.
type Certificate struct {
	Realm      string           `json:"realm"` // verifier key
	Name       string           `json:"name"`
	At         string           `json:"at"`
	Checkpoint string           `json:"checkpoint"`       // SHA-256 of the ledger's last checkpoint, in hexadecimal
	Size       int64            `json:"size"`             // of the ledger
	Receipt    tlog.Hash        `json:"receipt,omitzero"` // ID, where a buyer has it
	Counts     map[string]int64 `json:"counts"`
}

// Sort implements Statement.
func (Certificate) Sort() string { return "certificate" }

func (c Certificate) check() error {
	return first(verifierKey("realm", c.Realm, true), line("name", c.Name, true), timestamp("at", c.At, true), hexHash("checkpoint", c.Checkpoint, true), natural("size", c.Size), counts(c.Counts))
}

func counts(m map[string]int64) error {
	if len(m) > maxList {
		return fmt.Errorf("%w: %d counts", ErrFormat, len(m))
	}
	for name, n := range m {
		if err := first(slug("counts", name), natural(name, n)); err != nil {
			return err
		}
	}
	return nil
}
