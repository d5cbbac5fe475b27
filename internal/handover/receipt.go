package handover

import (
	"context"
	"fmt"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/realm"
	"reelm/internal/store"
)

// TakeReceipt enters what the buyer signed for: from here on the realm is
// theirs, and what is left here can be purged. The same receipt again changes
// nothing.
func TakeReceipt(ctx context.Context, r *realm.Realm, receipt []byte) error {
	s, err := ledger.OpenReceipt(receipt)
	if err != nil {
		return &reelm.Error{Kind: reelm.Refused, Code: "bad-receipt", Field: "receipt", Detail: err.Error()}
	}
	if s.Statement.Key == r.SigningKey().Verifier() {
		return badReceipt("it is signed with this realm's own key")
	}
	got, err := r.DB.Entries(ctx, 0, ledger.KindReceipt)
	if err != nil {
		return err
	}
	for _, e := range got {
		b, ok := e.Body.(ledger.Received)
		if !ok || b.Receipt == s.ID {
			return nil
		}
		owner, err := lastOwner(ctx, r)
		if err != nil || e.N > owner {
			return badReceipt("the realm was passed on before, to " + b.Key)
		}
	}
	if err := ourExport(ctx, r, s.Statement); err != nil {
		return err
	}
	_, err = r.DB.Enter(ctx, store.Entering{
		Body:       ledger.Received{Receipt: s.ID, Manifest: s.Statement.Manifest, Key: s.Statement.Key, Size: s.Statement.Size},
		Statements: []store.Note{{ID: s.ID, Note: receipt}},
	})
	return err
}

func badReceipt(why string) error {
	return &reelm.Error{Kind: reelm.Refused, Code: "bad-receipt", Field: "receipt", Detail: why}
}

// lastOwner is the index of the entry from which on the realm is ours.
func lastOwner(ctx context.Context, r *realm.Realm) (int64, error) {
	owners, err := r.DB.Entries(ctx, 0, ledger.KindOwner)
	if err != nil || len(owners) == 0 {
		return 0, err
	}
	return owners[0].N, nil
}

// ourExport checks that a receipt is for an export of ours: the whole one, or
// what came after it.
func ourExport(ctx context.Context, r *realm.Realm, s ledger.Receipt) error {
	for below := int64(0); ; {
		list, err := r.DB.Entries(ctx, below, ledger.KindExport)
		if err != nil {
			return err
		}
		for _, e := range list {
			if x, ok := e.Body.(ledger.Export); ok && x.Manifest == s.Manifest {
				if x.Size != s.Size || x.Seq != s.Seq {
					return badReceipt(fmt.Sprintf("it is for %d entries and position %d; the export had %d and %d", s.Size, s.Seq, x.Size, x.Seq))
				}
				return nil
			}
		}
		if len(list) < store.EntriesPage {
			return badReceipt("it is for no export of this realm")
		}
		below = list[len(list)-1].N
	}
}

// TakeCertificate enters a former owner's certificate of purge.
func TakeCertificate(ctx context.Context, r *realm.Realm, certificate []byte) error {
	s, err := ledger.OpenCertificate(certificate)
	if err != nil {
		return &reelm.Error{Kind: reelm.Refused, Code: "bad-certificate", Detail: err.Error()}
	}
	owners, err := r.DB.Entries(ctx, 0, ledger.KindOwner)
	if err != nil {
		return err
	}
	former := false
	for _, e := range owners[min(1, len(owners)):] {
		o, ok := e.Body.(ledger.Owner)
		former = former || ok && o.Key == s.Statement.Realm
	}
	if a, err := r.DB.Arrival(ctx); err != nil {
		return err
	} else if a != nil && a.Waits { // its owner entry comes with this one
		m, err := ledger.OpenManifest(a.Manifest)
		if err != nil {
			return err
		}
		former = m.Statement.Realm == s.Statement.Realm
	}
	if !former {
		return &reelm.Error{Kind: reelm.Refused, Code: "bad-certificate", Detail: s.Statement.Realm + " is no former owner of this realm"}
	}
	done, err := r.DB.Entries(ctx, 0, ledger.KindCertificate)
	if err != nil {
		return err
	}
	for _, e := range done {
		if c, ok := e.Body.(ledger.Certified); ok && c.Certificate == s.ID {
			return nil
		}
	}
	_, err = r.DB.Enter(ctx, store.Entering{Body: ledger.Certified{Certificate: s.ID, Key: s.Statement.Realm}, Statements: []store.Note{{ID: s.ID, Note: certificate}}})
	return err
}
