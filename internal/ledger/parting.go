package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Where a realm passes to another operator, its ledger parts. Up to the size
// S that the last manifest names both owners have the same entries; there
// they part, once and on purpose:
//
//	                   .- export, receipt (names the new key), purge     former key
//	0 owner ... S-1 --<
//	                   '- owner (names former key and manifest), ...     new key
//
// Each branch verifies by itself: the former owner's, because the receipt is
// the recipient's and comes after an export of that manifest and size; the
// new owner's, because the manifest is the former owner's and holds the
// checkpoint of exactly the entries before. Follow verifies both together.

// entry checks an entry against what came before it, and against the
// statements that it names.
func (a *audit) entry(index int64, e Entry) error {
	if _, ok := e.Body.(Owner); !ok && index == 0 {
		return fmt.Errorf("%w: it must name the owner, and is of kind %s", ErrFormat, e.Body.Kind())
	}
	switch b := e.Body.(type) {
	case Owner:
		return a.owned(index, b)
	case Constitution:
		a.constitution = b.Version
	case RuleChange:
		return a.ruled(e, b)
	case PermitAct:
		return a.acted(b)
	case Export:
		return a.exported(index, e, b)
	case Received:
		return a.received(index, b)
	case Purge:
		return a.purged(b)
	case Certified:
		return a.certified(b)
	case Redaction:
		if b.Entry >= index {
			return fmt.Errorf("%w: it redacts a text beside entry %d, which comes later", ErrFormat, b.Entry)
		}
		a.redactions[textName{b.Entry, b.Text}] = true
	}
	return nil
}

func (a *audit) owned(index int64, o Owner) error {
	if index == 0 {
		if o.From != "" {
			return fmt.Errorf("%w: the first owner has no former one", ErrFormat)
		}
		a.report.Owners = append(a.report.Owners, Ownership{0, o})
		return nil
	}
	if a.report.Parting != nil {
		return fmt.Errorf("%w: the realm was passed on with entry %d before it, and another owner has no place here", ErrFork, a.report.Parting.Size)
	}
	if o.From != a.owner() {
		return fmt.Errorf("%w: it takes over from %s, and the owner is %s", ErrFork, o.From, a.owner())
	}
	from, err := ParseVerifier(o.From)
	if err != nil {
		return err
	}
	c, err := OpenCheckpoint([]byte(o.Checkpoint), from)
	if err != nil {
		return fmt.Errorf("the former owner's checkpoint: %w", err)
	}
	if here := a.edge.Tree(); c.Tree != here {
		return fmt.Errorf("%w: the former owner signed %d entries with the root %s, and here are %d with %s", ErrFork, c.Tree.N, c.Tree.Hash, here.N, here.Hash)
	}
	m, err := statement[Manifest](a, o.Manifest, from)
	if err != nil {
		return err
	}
	parts, err := m.Statement.Parts()
	if err != nil {
		return err
	}
	if m.Statement.Realm != o.From || parts != c.Tree {
		return fmt.Errorf("%w: the manifest parts the ledger of %s after %d entries, and here it parted after %d", ErrFork, m.Statement.Realm, parts.N, index)
	}
	a.report.Owners = append(a.report.Owners, Ownership{index, o})
	a.exports = map[tlog.Hash]int64{}
	return nil
}

func (a *audit) ruled(e Entry, r RuleChange) error {
	if a.report.Rule.Loosens(r.Rule) {
		use := Use{Realm: a.owner(), Constitution: a.constitution, Change: &r.Rule, At: e.At}
		if err := a.permitted(use, r.Permits); err != nil {
			return fmt.Errorf("a looser rule: %w", err)
		}
	}
	a.report.Rule = r.Rule
	return nil
}

// permitted checks the permits that an entry names against the rule that
// was in force.
func (a *audit) permitted(use Use, permits []tlog.Hash) error {
	var signed [][]byte
	for _, id := range permits {
		data, err := a.fetch(a.ctx, StatementPath(id))
		if err != nil {
			return fmt.Errorf("reading %s: %w", StatementPath(id), err)
		}
		p, err := Peek[Permit](data)
		if err == nil && p.ID != id {
			err = fmt.Errorf("%w: it is another statement", ErrTampered)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", StatementPath(id), err)
		}
		signed = append(signed, data)
	}
	if _, err := a.report.Rule.Permitted(use, signed, a.revocations); err != nil {
		return fmt.Errorf("%w: %w", ErrBreach, err)
	}
	return nil
}

// acted keeps revocations: they hold for what comes after.
func (a *audit) acted(p PermitAct) error {
	if p.Act != "revoked" {
		return nil
	}
	for _, id := range p.Statements {
		data, err := a.fetch(a.ctx, StatementPath(id))
		if err != nil {
			return fmt.Errorf("reading %s: %w", StatementPath(id), err)
		}
		a.revocations = append(a.revocations, data)
	}
	return nil
}

func (a *audit) exported(index int64, e Entry, x Export) error {
	if x.Size > index {
		return fmt.Errorf("%w: an export of %d entries", ErrFormat, x.Size)
	}
	a.exports[x.Manifest] = x.Size
	parts := bound(x.What)
	if !a.report.Rule.Binds() || len(parts) == 0 {
		return nil
	}
	if a.constitution != 0 && x.Constitution != a.constitution {
		return fmt.Errorf("%w: an export under constitution %d, and %d is in force", ErrFormat, x.Constitution, a.constitution)
	}
	use := Use{Realm: a.owner(), What: parts, Constitution: x.Constitution, Recipient: x.Recipient, At: e.At, Seq: x.Seq}
	return a.permitted(use, x.Permits)
}

func (a *audit) received(index int64, r Received) error {
	if a.report.Parting != nil {
		return fmt.Errorf("%w: the realm is passed on a second time", ErrFork)
	}
	if size, ok := a.exports[r.Manifest]; !ok || size != r.Size {
		return fmt.Errorf("%w: no export of this owner has this manifest and %d entries", ErrFork, r.Size)
	}
	key, err := ParseVerifier(r.Key)
	if err != nil {
		return err
	}
	s, err := statement[Receipt](a, r.Receipt, key)
	if err != nil {
		return err
	}
	if got := s.Statement; got.Key != r.Key || got.Manifest != r.Manifest || got.Size != r.Size {
		return fmt.Errorf("%w: the receipt is for %d entries and the key %s", ErrFork, got.Size, got.Key)
	}
	a.report.Parting = &Parting{Size: r.Size, Manifest: r.Manifest, Key: r.Key}
	return nil
}

func (a *audit) purged(p Purge) error {
	if p.Receipt != (tlog.Hash{}) && a.report.Parting == nil {
		return fmt.Errorf("%w: a purge with a receipt, and nobody received anything", ErrFormat)
	}
	return nil
}

func (a *audit) certified(c Certified) error {
	for _, o := range a.report.Owners[:len(a.report.Owners)-1] {
		if o.Key != c.Key {
			continue
		}
		key, err := ParseVerifier(c.Key)
		if err != nil {
			return err
		}
		_, err = statement[Certificate](a, c.Certificate, key)
		return err
	}
	return fmt.Errorf("%w: a certificate of %s, who is no former owner", ErrFormat, c.Key)
}

// Follow verifies the ledger of a former owner, whose key the caller knows,
// and that of the new one, and that the second goes on from the first at
// exactly the place where the first says.
func Follow(ctx context.Context, former, present Fetch, key string) (a, b *Report, err error) {
	if a, err = Verify(ctx, former, Options{Key: key}); err != nil {
		return nil, nil, fmt.Errorf("the former owner's ledger: %w", err)
	}
	if a.Parting == nil {
		return nil, nil, fmt.Errorf("%w: the ledger of %s names nobody who received it", ErrFork, key)
	}
	if b, err = Verify(ctx, present, Options{}); err != nil {
		return nil, nil, fmt.Errorf("the new owner's ledger: %w", err)
	}
	for _, o := range b.Owners {
		if o.From != a.Parting.Size || o.Owner.From != key {
			continue
		}
		if o.Key != a.Parting.Key || o.Manifest != a.Parting.Manifest {
			return nil, nil, fmt.Errorf("%w: the realm was passed on to %s, and here goes on under %s", ErrFork, a.Parting.Key, o.Key)
		}
		// Verify has held the checkpoint of those entries against b's; a's
		// root must be the same.
		root, err := tlog.TreeHash(a.Parting.Size, hashes(ctx, former, a.Checkpoint.Tree))
		if err != nil {
			return nil, nil, fmt.Errorf("%w: the former owner's ledger: %w", ErrTampered, err)
		}
		c, err := PeekCheckpoint([]byte(o.Checkpoint))
		if err != nil {
			return nil, nil, err
		}
		if c.Tree.Hash != root {
			return nil, nil, fmt.Errorf("%w: the first %d entries are not the same", ErrFork, a.Parting.Size)
		}
		return a, b, nil
	}
	return nil, nil, fmt.Errorf("%w: the new owner's ledger does not go on from %s after %d entries", ErrFork, key, a.Parting.Size)
}
