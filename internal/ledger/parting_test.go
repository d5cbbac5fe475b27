package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// sale is a realm that passes from one owner to another.
type sale struct {
	t                testing.TB
	seller, buyer    party
	sellers, buyers  *memory
	manifest         []byte
	manifestID       tlog.Hash
	size             int64
	receipt          []byte
	receiptID, certs tlog.Hash
}

// newSale comes to the point where the buyer has imported everything.
func newSale(t testing.TB) *sale {
	t.Helper()
	s := &sale{t: t, seller: newParty(t, "reelm.example/ledger"), buyer: newParty(t, "buyer.example/ledger")}
	s.sellers = found(t, s.seller)
	s.sellers.manyActs(290)
	s.size = s.sellers.edge.Size()
	s.manifest = s.sign(s.manifestOf(s.sellers), s.seller)
	s.manifestID = s.sellers.keep(s.manifest)
	s.buyers = s.sellers.copy()
	s.buyers.owner = s.buyer // who signs nothing yet
	s.sellers.manyActs(3)    // the seller goes on meanwhile
	s.sellers.add(day(300), s.export(s.size), nil)
	s.receipt = s.sign(Receipt{Key: s.buyer.key, At: formatTime(day(301)), Manifest: s.manifestID, Size: s.size, Seq: 9}, s.buyer)
	return s
}

func (s *sale) sign(st Statement, by party) []byte {
	s.t.Helper()
	b, err := Sign(st, by.signer)
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

func (s *sale) manifestOf(m *memory) Manifest {
	return Manifest{Realm: s.seller.key, Name: "main", At: formatTime(day(300)), Recipient: "age1buyer", Include: []string{"people"}, Ledger: string(m.checkpoint)}
}

func (s *sale) export(size int64) Export {
	return Export{Manifest: s.manifestID, Size: size, Recipient: "age1buyer", What: []string{"people", "media", "log", "algorithm"}, Seq: 9}
}

func (s *sale) takeOver() Owner {
	return Owner{Key: s.buyer.key, From: s.seller.key, Manifest: s.manifestID, Checkpoint: string(s.checkpointAtParting())}
}

func (s *sale) checkpointAtParting() []byte {
	m, err := Peek[Manifest](s.manifest)
	if err != nil {
		s.t.Fatal(err)
	}
	return []byte(m.Statement.Ledger)
}

func (s *sale) received() Received {
	return Received{Receipt: s.receiptID, Manifest: s.manifestID, Key: s.buyer.key, Size: s.size}
}

// finish ends the sale as it should.
func (s *sale) finish() {
	s.t.Helper()
	s.buyers.add(day(301), s.takeOver(), nil)
	s.buyers.manyActs(5)
	s.receiptID = s.sellers.keep(s.receipt)
	s.sellers.add(day(302), s.received(), nil)
	s.sellers.add(day(303), Purge{Receipt: s.receiptID, Accounts: 8, Clips: 20}, nil)
	last := sha256.Sum256(s.sellers.checkpoint)
	certificate := s.sign(Certificate{Realm: s.seller.key, Name: "main", At: formatTime(day(303)), Checkpoint: hex.EncodeToString(last[:]), Size: s.sellers.edge.Size(), Receipt: s.receiptID}, s.seller)
	s.certs = s.buyers.keep(certificate)
	s.buyers.add(day(304), Certified{Certificate: s.certs, Key: s.seller.key}, nil)
}

func TestLedgerPartsWhereTheRealmPasses(t *testing.T) {
	s := newSale(t)
	atParting := s.checkpointAtParting()
	seen := s.sellers.checkpoint // after the parting, under the old key
	s.finish()
	r, err := s.sellers.verify(Options{Key: s.seller.key, Older: [][]byte{atParting, seen}})
	if err != nil {
		t.Fatal("the seller's ledger:", err)
	}
	if r.Parting == nil || *r.Parting != (Parting{s.size, s.manifestID, s.buyer.key}) {
		t.Errorf("%+v", r.Parting)
	}
	if r, err = s.buyers.verify(Options{Key: s.buyer.key, Older: [][]byte{atParting}}); err != nil {
		t.Fatal("the buyer's ledger:", err)
	}
	if len(r.Owners) != 2 || r.Owners[1].From != s.size || r.Owners[1].Key != s.buyer.key {
		t.Errorf("%+v", r.Owners)
	}
	if a, b, err := Follow(context.Background(), s.sellers.fetch, s.buyers.fetch, s.seller.key); err != nil || a.Parting.Size != b.Owners[1].From {
		t.Error("together:", err)
	}
	// What the seller signed after the parting is not the buyer's past.
	if _, err := s.buyers.verify(Options{Older: [][]byte{seen}}); !errors.Is(err, ErrParted) {
		t.Error(err)
	}
	if _, err := s.buyers.verify(Options{Key: s.seller.key}); !errors.Is(err, ErrSignature) {
		t.Error("the seller's key still signs:", err)
	}
	// The buyer's key did not sign anything before it was there.
	early, err := SignCheckpoint(s.sellers.edge.Tree(), s.buyer.signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.sellers.verify(Options{Older: [][]byte{early}}); !errors.Is(err, ErrSignature) {
		t.Error(err)
	}
}

func TestRealmPassesTwice(t *testing.T) {
	s := newSale(t)
	s.finish()
	third := newParty(t, "third.example/ledger")
	manifest := s.manifestOf(s.buyers)
	manifest.Realm = s.buyer.key
	m := s.sign(manifest, s.buyer)
	next := s.buyers.copy()
	id := next.keep(m)
	next.owner = third
	checkpoint := string(next.checkpoint)
	next.add(day(400), Owner{Key: third.key, From: s.buyer.key, Manifest: id, Checkpoint: checkpoint}, nil)
	next.manyActs(3)
	r, err := next.verify(Options{Key: third.key, Older: [][]byte{s.checkpointAtParting(), s.buyers.checkpoint}})
	if err != nil || len(r.Owners) != 3 {
		t.Error(r, err)
	}
}

func TestNoOtherPartingIsAccepted(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*sale) *memory
		want error
	}{
		"the buyer leaves out the last entry": {func(s *sale) *memory {
			cut := found(s.t, s.seller)
			cut.statements = s.buyers.statements
			cut.manyActs(289)
			cut.owner = s.buyer
			cut.add(day(301), s.takeOver(), nil)
			return cut
		}, ErrFork},
		"the buyer adds one before": {func(s *sale) *memory {
			s.buyers.manyActs(1)
			s.buyers.add(day(301), s.takeOver(), nil)
			return s.buyers
		}, ErrFork},
		"the buyer takes a later checkpoint of the seller": {func(s *sale) *memory {
			later := s.sellers.copy()
			o := s.takeOver()
			o.Checkpoint = string(later.checkpoint)
			later.owner = s.buyer
			later.add(day(301), o, nil)
			return later
		}, ErrFork},
		"the buyer changes the past": {func(s *sale) *memory {
			other := found(s.t, s.seller)
			other.statements = s.buyers.statements
			other.manyActs(280)
			for range 10 {
				other.add(day(5), Model{Seq: 5, Hash: "0123456789abcdef"}, nil)
			}
			other.owner = s.buyer
			other.add(day(301), s.takeOver(), nil)
			return other
		}, ErrFork},
		"the buyer takes over without a word": {func(s *sale) *memory {
			s.buyers.manyActs(3)
			return s.buyers
		}, ErrSignature},
		"the buyer names another former owner": {func(s *sale) *memory {
			stranger := newParty(s.t, "stranger.example")
			o := s.takeOver()
			o.From = stranger.key
			c, err := SignCheckpoint(s.buyers.edge.Tree(), stranger.signer)
			if err != nil {
				s.t.Fatal(err)
			}
			o.Checkpoint = string(c)
			s.buyers.add(day(301), o, nil)
			return s.buyers
		}, ErrFork},
		"the manifest is not shown": {func(s *sale) *memory {
			s.buyers.add(day(301), s.takeOver(), nil)
			delete(s.buyers.statements, s.manifestID)
			return s.buyers
		}, fs.ErrNotExist},
		"the manifest is another": {func(s *sale) *memory {
			s.buyers.add(day(301), s.takeOver(), nil)
			m := s.manifestOf(s.sellers)
			s.buyers.statements[s.manifestID] = s.sign(m, s.seller)
			return s.buyers
		}, ErrTampered},
		"the manifest is not the seller's": {func(s *sale) *memory {
			forged := s.sign(s.manifestOf(s.sellers), newParty(s.t, "stranger.example"))
			o := s.takeOver()
			o.Manifest = s.buyers.keep(forged)
			s.buyers.add(day(301), o, nil)
			return s.buyers
		}, ErrSignature},
		"the buyer goes on under the seller's key": {func(s *sale) *memory {
			s.buyers.add(day(301), s.takeOver(), nil)
			s.buyers.owner = s.seller
			s.buyers.sign()
			return s.buyers
		}, ErrSignature},
		"the seller sells twice": {func(s *sale) *memory {
			s.receiptID = s.sellers.keep(s.receipt)
			s.sellers.add(day(302), s.received(), nil)
			other := newParty(s.t, "other.example/ledger")
			second := s.received()
			second.Key = other.key
			second.Receipt = s.sellers.keep(s.sign(Receipt{Key: other.key, At: formatTime(day(303)), Manifest: s.manifestID, Size: s.size}, other))
			s.sellers.add(day(303), second, nil)
			return s.sellers
		}, ErrFork},
		"the seller takes the realm back": {func(s *sale) *memory {
			s.receiptID = s.sellers.keep(s.receipt)
			s.sellers.add(day(302), s.received(), nil)
			o := s.takeOver()
			o.Key, o.Checkpoint = newParty(s.t, "again.example").key, string(s.sellers.checkpoint)
			s.sellers.add(day(303), o, nil)
			return s.sellers
		}, ErrFork},
		"the seller names a size that it did not export": {func(s *sale) *memory {
			r := s.received()
			r.Size++
			r.Receipt = s.sellers.keep(s.sign(Receipt{Key: s.buyer.key, At: formatTime(day(303)), Manifest: s.manifestID, Size: r.Size}, s.buyer))
			s.sellers.add(day(302), r, nil)
			return s.sellers
		}, ErrFork},
		"the seller made the receipt": {func(s *sale) *memory {
			r := s.received()
			r.Receipt = s.sellers.keep(s.sign(Receipt{Key: s.buyer.key, At: formatTime(day(303)), Manifest: s.manifestID, Size: s.size}, s.seller))
			s.sellers.add(day(302), r, nil)
			return s.sellers
		}, ErrSignature},
		"a certificate of somebody else": {func(s *sale) *memory {
			s.finish()
			stranger := newParty(s.t, "stranger.example")
			s.buyers.add(day(305), Certified{Certificate: s.certs, Key: stranger.key}, nil)
			return s.buyers
		}, ErrFormat},
	} {
		t.Run(name, func(t *testing.T) {
			if r, err := c.do(newSale(t)).verify(Options{}); !errors.Is(err, c.want) {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// Each ledger verifies by itself, and they do not belong together.
func TestLedgersThatDoNotBelongTogether(t *testing.T) {
	ctx := context.Background()
	s := newSale(t)
	s.finish()
	unsold := found(t, s.seller)
	unsold.manyActs(10)
	if _, _, err := Follow(ctx, unsold.fetch, s.buyers.fetch, s.seller.key); !errors.Is(err, ErrFork) {
		t.Error("a ledger that names no new owner:", err)
	}
	if _, _, err := Follow(ctx, s.sellers.fetch, unsold.fetch, s.seller.key); !errors.Is(err, ErrFork) {
		t.Error("a ledger without a former owner:", err)
	}
	// A copy of the archive in other hands: whoever has it goes on under a key
	// that the seller's ledger does not name.
	thief := newSale(t)
	thief.buyer = newParty(t, "thief.example/ledger")
	thief.buyers.owner = thief.buyer
	thief.buyers.add(day(301), thief.takeOver(), nil)
	if _, err := thief.buyers.verify(Options{}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Follow(ctx, s.sellers.fetch, thief.buyers.fetch, s.seller.key); !errors.Is(err, ErrFork) {
		t.Error("a copy of the archive:", err)
	}
	if _, _, err := Follow(ctx, s.sellers.fetch, s.buyers.fetch, s.buyer.key); !errors.Is(err, ErrSignature) {
		t.Error("with another key:", err)
	}
}

func TestExportsWithoutPermitsAreBreaches(t *testing.T) {
	x := newAuthorities(t)
	m := found(t, x.realm)
	m.add(day(1), Constitution{Version: 3, Document: []byte(`{}`)}, nil)
	m.add(day(2), RuleChange{Rule: x.rule}, nil)
	a, b := m.keep(x.permit(t, x.request, x.a)), m.keep(x.permit(t, x.request, x.b))
	export := Export{Manifest: tlog.Hash{1}, Size: 2, Recipient: "age1buyer", What: []string{"people", "log", "algorithm"}, Constitution: 3, Permits: []tlog.Hash{a, b}}
	looser := Rule{Require: []string{x.a.key}, Threshold: 1}
	request := x.ask(t, Terms{Realm: x.realm.key, Constitution: 3, Change: &looser})
	changeA, changeC := m.keep(x.permit(t, request, x.a)), m.keep(x.permit(t, request, x.c))
	revocation, err := Revoke(x.realm.key, []tlog.Hash{b}, day(5), x.b.signer)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		do   func(*memory)
		want error
	}{
		"two permits": {func(m *memory) { m.add(day(10), export, nil) }, nil},
		"people alone": {func(m *memory) {
			e := export
			e.What, e.Permits = []string{"people", "media"}, nil
			m.add(day(10), e, nil)
		}, nil},
		"one":        {func(m *memory) { e := export; e.Permits = e.Permits[:1]; m.add(day(10), e, nil) }, ErrBreach},
		"too late":   {func(m *memory) { m.add(day(30), export, nil) }, ErrBreach},
		"to another": {func(m *memory) { e := export; e.Recipient = "age1other"; m.add(day(10), e, nil) }, ErrBreach},
		"not shown":  {func(m *memory) { delete(m.statements, a); m.add(day(10), export, nil) }, fs.ErrNotExist},
		"other ranking": {func(m *memory) {
			m.add(day(9), Constitution{Version: 4, Document: []byte(`{}`)}, nil)
			m.add(day(10), export, nil)
		}, ErrFormat},
		"tighter rule":   {func(m *memory) { m.add(day(9), RuleChange{Rule: Rule{Require: x.rule.Require, Threshold: 3}}, nil) }, nil},
		"looser rule":    {func(m *memory) { m.add(day(9), RuleChange{Rule: looser}, nil) }, ErrBreach},
		"no rule":        {func(m *memory) { m.add(day(9), RuleChange{}, nil) }, ErrBreach},
		"permitted rule": {func(m *memory) { m.add(day(9), RuleChange{Rule: looser, Permits: []tlog.Hash{changeA, changeC}}, nil) }, nil},
		"revoked": {func(m *memory) {
			m.add(day(9), PermitAct{Act: "revoked", Statements: []tlog.Hash{m.keep(revocation)}}, nil)
			m.add(day(10), export, nil)
		}, ErrBreach},
	} {
		l := m.copy()
		c.do(l)
		if _, err := l.verify(Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
