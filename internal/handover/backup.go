package handover

import (
	"context"
	"os"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/realm"
)

// Backup makes an archive of everything of a realm, its keys included, to
// make it again on the same operator's machines. It is encrypted to the
// realm's backup key where there is one, or to another recipient; where a
// rule binds the realm, to that key only, and to others with permits.
func Backup(ctx context.Context, p Place, out, to string, permits [][]byte, tell func(Progress)) (*Exported, error) {
	set, err := p.Settings(ctx)
	if err != nil {
		return nil, err
	}
	if to == "" {
		to = set.BackupKey
	}
	if set.Permit.Binds() && set.BackupKey == "" && to == "" {
		return nil, &reelm.Error{Kind: reelm.Refused, Code: "no-backup-key", Detail: "a rule binds this realm, so its backups are encrypted: make its key with reelm backup keygen"}
	}
	if to != "" && to != set.BackupKey {
		what := []string{Log, Algorithm}
		if _, err := Permitted(ctx, p.Realm, ledger.Use{What: what, Recipient: to, Seq: int64(p.Feed.Position())}, permits); err != nil {
			return nil, err
		}
	}
	return Export{To: to, Out: out, Tell: tell, backup: true}.Run(ctx, p)
}

// Restore makes the realm again that a backup holds, with its keys.
func (x Import) Restore(ctx context.Context, set *realm.Set) (*Imported, error) {
	x.restore = true
	return x.Run(ctx, set)
}

// keys adds the realm's keys to a backup.
func (e *export) keys() error {
	for _, name := range []string{"ledger", "secret", "checkpoint"} {
		b, err := os.ReadFile(e.p.Path("keys", name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return err
		}
		if err := e.pack.bytes(keysDir+name, 1, b); err != nil {
			return err
		}
	}
	return nil
}
