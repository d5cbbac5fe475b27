package handover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/tlog"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/realm"
	"reelm/internal/store"
)

// Import says what to import.
type Import struct {
	From       string // a file, or a folder of parts
	Identities []age.Identity
	Realm      string // the name that it gets here
	Key        string // verifier key that its manifest must be signed with; empty for any
	Receipt    string // where the receipt is written
	Tell       func(Progress)
	Notes      io.Writer

	restore bool
}

// Imported is what was imported.
type Imported struct {
	Manifest tlog.Hash
	Name     string // what it was called
	Seq      int64
	Model    string
	Counts   map[string]int64
	Receipt  []byte
	Delta    bool
	Again    bool // all of it was here already
}

// ArrivalDir is the folder of a realm that waits, with what a later archive
// goes on from.
const ArrivalDir = "arrival"

// Run verifies an archive and makes the realm that it holds, or adds it to
// one that waits. A Flaw says what is wrong with the archive; then nothing
// was imported.
func (x Import) Run(ctx context.Context, set *realm.Set) (_ *Imported, err error) {
	if err := realm.CheckName(x.Realm); err != nil {
		return nil, err
	}
	there, err := set.There(x.Realm)
	if err != nil {
		return nil, err
	}
	i := &importing{Import: x, set: set, read: newMeter(x.Tell, time.Now)}
	if i.Notes == nil {
		i.Notes = io.Discard
	}
	nursery := set.Nursery(x.Realm)
	if !isFolder(x.From) { // one stream is read from its start
		if err := os.RemoveAll(filepath.Join(nursery, "stage")); err != nil {
			return nil, err
		}
	}
	if i.stage, err = newStage(filepath.Join(nursery, "stage"), i.read); err != nil {
		return nil, err
	}
	defer func() {
		if err == nil || !keepStage(x.From, err) {
			err = errors.Join(err, os.RemoveAll(nursery))
		}
	}()
	if there && x.restore {
		return nil, exists(x.Realm)
	}
	if there {
		return i.delta(ctx)
	}
	return i.whole(ctx)
}

func exists(name string) error {
	return &reelm.Error{Kind: reelm.Conflict, Code: "realm-exists", Field: "realm", Detail: "there is a realm " + name + " already"}
}

// keepStage says whether what was read serves the next attempt: where parts
// in a folder were being read and none is wrong.
func keepStage(from string, err error) bool {
	_, wrong := errors.AsType[*Flaw](err)
	_, refused := errors.AsType[*reelm.Error](err)
	return isFolder(from) && !wrong && !refused
}

// importing is one under way.
type importing struct {
	Import
	set   *realm.Set
	stage *stage
	read  *meter
	c     *contents
	want  expect
}

// readAll reads and checks what can be checked without building anything.
func (i *importing) readAll(ctx context.Context, base *ledger.Signed[ledger.Manifest], dir string) (err error) {
	if err := i.stage.take(ctx, i.From, i.Identities); err != nil {
		return err
	}
	i.want = expect{key: i.Key}
	if !i.restore {
		i.want.recipients = recipientsOf(i.Identities)
	}
	if i.want.schema, err = store.NewestSchema(); err != nil {
		return err
	}
	if i.c, err = openContents(i.stage, i.want); err != nil {
		return err
	}
	var older [][]byte
	if base != nil {
		if i.c.manifest.Since != base.ID && i.c.id != base.ID {
			return flaw("it goes on from another archive than the one that was imported")
		}
		older = append(older, []byte(base.Statement.Ledger))
		i.c.older = &stage{dir: dir, read: i.read}
		i.c.base = map[sum]struct{}{}
		if err := eachFile(filepath.Join(dir, listName), func(f File) error {
			i.c.base[f.sum()] = struct{}{}
			return nil
		}); err != nil {
			return err
		}
	} else if i.c.manifest.Since != (tlog.Hash{}) {
		return flaw("it holds only what came after another one: import that first")
	}
	if err := i.c.complete(ctx, i.want); err != nil {
		return err
	}
	i.read.begin("verifying", 0)
	return i.c.checkLedger(ctx, older)
}

func recipientsOf(ids []age.Identity) []string {
	out := []string{}
	for _, id := range ids {
		if x, ok := id.(*age.X25519Identity); ok {
			out = append(out, x.Recipient().String())
		}
	}
	return out
}

// whole makes a new realm.
func (i *importing) whole(ctx context.Context) (_ *Imported, err error) {
	if err := i.readAll(ctx, nil, ""); err != nil {
		return nil, err
	}
	secret, err := i.secret()
	if err != nil {
		return nil, err
	}
	u, err := i.set.Conceive(ctx, i.Realm, secret)
	if err != nil {
		return nil, err
	}
	born := false
	defer func() {
		if !born {
			err = errors.Join(err, u.Abandon(context.WithoutCancel(ctx)))
		}
	}()
	model, err := i.log(ctx, u)
	if err != nil {
		return nil, err
	}
	var receipt []byte
	if receipt, err = i.rows(ctx, u, secret, model); err != nil {
		return nil, err
	}
	if err := i.media(ctx, u.Media, nil); err != nil {
		return nil, err
	}
	if err := i.references(ctx, u.DB, u.Media); err != nil {
		return nil, err
	}
	if err := i.c.checkCounts(); err != nil {
		return nil, err
	}
	if i.restore {
		err = i.keys(u)
	} else {
		err = i.c.keepFor(filepath.Join(u.Dir(), ArrivalDir))
	}
	if err != nil {
		return nil, err
	}
	if _, err = u.Birth(ctx); err != nil {
		return nil, err
	}
	born = true
	out := i.done(receipt, model)
	if i.restore {
		return out, nil
	}
	return out, writeNote(i.Receipt, receipt)
}

func (i *importing) done(receipt []byte, model string) *Imported {
	return &Imported{Manifest: i.c.id, Name: i.c.manifest.Name, Seq: i.c.manifest.Seq, Model: model, Counts: i.c.manifest.Counts, Receipt: receipt}
}

// secret is the signing key under which the realm goes on.
func (i *importing) secret() (string, error) {
	if !i.restore {
		return realm.NewSigningKey(i.Realm)
	}
	var secret string
	err := i.c.under(keysDir+"ledger", func(f File) error {
		b, err := i.c.read(f)
		secret = strings.TrimSpace(string(b))
		return err
	})
	if err == nil && secret == "" {
		err = flaw("it is no backup: it has no keys; reelm handover import takes it")
	}
	return secret, err
}

// rows fills the database, and signs the receipt.
func (i *importing) rows(ctx context.Context, u *realm.Unborn, secret, model string) (receipt []byte, err error) {
	key, err := ledger.ParseKey(secret)
	if err != nil {
		return nil, err
	}
	if receipt, err = i.receipt(key, model, u.DB.Time()); err != nil {
		return nil, err
	}
	i.read.begin("importing", 0)
	err = u.DB.Receive(ctx, func(r *store.Receiving) error {
		for _, t := range i.c.schema.Tables {
			n := int64(0)
			err := i.c.under(tablesDir+t.Name+"/", func(f File) error {
				n += f.Count
				return i.c.lines(f, func(row []byte) error { return r.Put(ctx, t.Name, row) })
			})
			if err != nil {
				return asFlaw(err)
			}
			i.c.counts[strings.ReplaceAll(t.Name, "_", "-")] = n
		}
		if err := i.c.ledgerInto(ctx, r); err != nil {
			return err
		}
		if !i.c.includes(Log) {
			if err := r.TellAll(ctx); err != nil {
				return err
			}
		}
		if i.restore {
			return nil
		}
		if err := r.CheckHeir(ctx); err != nil {
			return asFlaw(err)
		}
		return r.Arrive(ctx, i.c.note, receipt)
	})
	if err != nil {
		return nil, err
	}
	return receipt, i.declared(ctx, u.DB)
}

// asFlaw says of an error of the database that the archive's rows caused it.
func asFlaw(err error) error {
	if _, ok := errors.AsType[*Flaw](err); ok || errors.Is(err, context.Canceled) {
		return err
	}
	return flaw("%v", err)
}

// declared holds settings and ranking against the ledger.
func (i *importing) declared(ctx context.Context, db *store.DB) error {
	values, err := db.Settings(ctx)
	if err != nil {
		return err
	}
	rule, err := realm.ParseRule(values, nil)
	if err != nil {
		return flaw("its settings: %v", err)
	}
	version, ranking, err := db.Constitution(ctx)
	if err != nil {
		return err
	}
	return i.c.checkDeclared(rule, version, ranking)
}

func (i *importing) receipt(key ledger.Key, model string, at time.Time) ([]byte, error) {
	tree, err := i.c.manifest.Parts()
	if err != nil {
		return nil, err
	}
	return ledger.Sign(ledger.Receipt{Key: key.Verifier(), At: at.UTC().Format("2006-01-02T15:04:05Z"), Manifest: i.c.id, Size: tree.N, Seq: i.c.manifest.Seq, Model: model, Counts: i.c.manifest.Counts}, key)
}

func writeNote(name string, note []byte) error {
	if name == "" {
		return nil
	}
	if err := os.WriteFile(name+".partial", note, 0o644); err != nil {
		return fmt.Errorf("the realm was imported, and its receipt could not be written; import again to have it: %w", err)
	}
	return os.Rename(name+".partial", name)
}

// keepFor keeps what a later archive goes on from: the list, tables, ledger.
func (c *contents) keepFor(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	to := &stage{dir: dir}
	err := eachFile(c.list(), func(f File) error {
		if strings.HasPrefix(f.Name, mediaDir) || strings.HasPrefix(f.Name, logDir) || strings.HasPrefix(f.Name, modelDir) {
			return nil
		}
		if to.has(f) || !c.has(f) {
			return nil
		}
		if err := os.MkdirAll(filepath.Dir(to.object(f.SHA256)), 0o700); err != nil {
			return err
		}
		return os.Rename(c.object(f.SHA256), to.object(f.SHA256))
	})
	if err != nil {
		return err
	}
	return os.Rename(c.list(), to.list())
}
