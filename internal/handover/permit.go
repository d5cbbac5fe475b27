package handover

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/realm"
	"reelm/internal/store"
)

type ledgerNote = store.Note

// Permitted tells whether something may be done under the realm's rule, and
// gives the permits that count. A refusal is an Error of kind Refused that
// says what is missing; it stands in the ledger.
func Permitted(ctx context.Context, r *realm.Realm, use ledger.Use, permits [][]byte) ([]store.Note, error) {
	set, err := r.Settings(ctx)
	if err != nil {
		return nil, err
	}
	if !set.Permit.Binds() {
		return nil, nil
	}
	use.Realm, use.At = r.SigningKey().Verifier(), r.Now()
	if use.Constitution, _, err = r.DB.Constitution(ctx); err != nil {
		return nil, err
	}
	revocations, err := r.DB.Revocations(ctx)
	if err != nil {
		return nil, err
	}
	v, err := set.Permit.Permitted(use, permits, revocations)
	byID := map[tlog.Hash][]byte{}
	for _, p := range permits {
		if s, err := ledger.OpenPermit(p); err == nil {
			byID[s.ID] = p
		}
	}
	if errors.Is(err, ledger.ErrNotPermitted) {
		return nil, errors.Join(refused(err), enterRefusal(ctx, r, use, v, byID))
	}
	if err != nil {
		return nil, err
	}
	var out []store.Note
	for _, id := range v.Permits {
		out = append(out, store.Note{ID: id, Note: byID[id]})
	}
	return out, nil
}

func refused(err error) error {
	return &reelm.Error{Kind: reelm.Refused, Code: "not-permitted", Detail: err.Error()}
}

// enterRefusal notes that something was tried which is not permitted.
func enterRefusal(ctx context.Context, r *realm.Realm, use ledger.Use, v ledger.Verdict, byID map[tlog.Hash][]byte) error {
	act := ledger.PermitAct{Act: "refused", Statements: []tlog.Hash{}, What: use.What, Recipient: use.Recipient, Constitution: use.Constitution, Missing: int64(v.Missing)}
	var notes []store.Note
	for _, refusal := range v.Refused {
		if act.Reason == "" {
			act.Reason = refusal.Reason
		}
		if n, ok := byID[refusal.ID]; ok {
			act.Statements = append(act.Statements, refusal.ID)
			notes = append(notes, store.Note{ID: refusal.ID, Note: n})
		}
	}
	for _, id := range v.Permits {
		act.Statements = append(act.Statements, id)
		notes = append(notes, store.Note{ID: id, Note: byID[id]})
	}
	if _, err := r.DB.Enter(ctx, store.Entering{Body: act, Statements: notes}); err != nil {
		return fmt.Errorf("entering the refusal: %w", err)
	}
	return nil
}

// Ask is what a realm asks a permit for: something may leave, or its rule may
// change.
type Ask struct {
	To      string
	What    []string
	Purpose string
	Change  map[string]string // settings permit.*
}

// RequestPermit writes a request, signed by the realm; it stands in the
// ledger.
func RequestPermit(ctx context.Context, r *realm.Realm, a Ask) ([]byte, error) {
	version, _, err := r.DB.Constitution(ctx)
	if err != nil {
		return nil, err
	}
	terms := ledger.Terms{Realm: r.SigningKey().Verifier(), Constitution: version, Purpose: a.Purpose}
	act := ledger.PermitAct{Act: "asked", Constitution: version}
	if len(a.Change) > 0 {
		now, err := r.DB.Settings(ctx)
		if err != nil {
			return nil, err
		}
		rule, err := realm.ParseRule(now, a.Change)
		if err != nil {
			return nil, err
		}
		if rule.Require == nil {
			rule.Require = []string{}
		}
		terms.Change = &rule
	} else {
		if _, err := ParseRecipient(a.To); err != nil {
			return nil, err
		}
		for _, w := range a.What {
			if w != Algorithm && w != Log && w != "model" {
				return nil, reelm.Wrong("what", "bad-what", "%q is none of algorithm, log, model", w)
			}
		}
		terms.What, terms.Recipient = a.What, a.To
		act.What, act.Recipient = a.What, a.To
	}
	request, err := ledger.RequestPermit(terms, r.Now(), r.SigningKey())
	if err != nil {
		return nil, reelm.Wrong("purpose", "bad-request", "%v", err)
	}
	n := store.Note{ID: store.StatementID(request), Note: request}
	act.Statements = []tlog.Hash{n.ID}
	e := store.Entering{Body: act, Statements: []store.Note{n}}
	if a.Purpose != "" {
		e.Texts = map[string]string{"purpose": a.Purpose}
	}
	_, err = r.DB.Enter(ctx, e)
	return request, err
}

// TakeRevocations enters what authorities took back.
func TakeRevocations(ctx context.Context, r *realm.Realm, revocations [][]byte) error {
	act := store.Entering{}
	body := ledger.PermitAct{Act: "revoked"}
	for _, b := range revocations {
		s, err := ledger.OpenRevocation(b)
		if err != nil {
			return &reelm.Error{Kind: reelm.Refused, Code: "bad-signature", Detail: err.Error()}
		}
		if s.Statement.Realm != r.SigningKey().Verifier() {
			return &reelm.Error{Kind: reelm.Refused, Code: "other-realm", Detail: "the revocation is for the realm " + s.Statement.Realm}
		}
		body.Statements = append(body.Statements, s.ID)
		act.Statements = append(act.Statements, store.Note{ID: s.ID, Note: b})
	}
	act.Body = body
	_, err := r.DB.Enter(ctx, act)
	return err
}
