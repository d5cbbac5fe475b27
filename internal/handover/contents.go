package handover

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/store"
)

// contents is an archive that was read, with what its manifest says of it.
type contents struct {
	*stage
	note     []byte
	manifest ledger.Manifest
	id       tlog.Hash
	schema   schema
	base     map[sum]struct{} // files that are here from an earlier archive; nil for a whole one
	older    *stage           // where some of those are

	counts  map[string]int64 // as they were found
	report  *ledger.Report
	ranking []byte // the constitution that the ledger declares
}

// expect says what an archive must be.
type expect struct {
	recipients []string // one of which it was made for; none for a backup
	key        string   // verifier key of its realm; empty for any
	schema     int64    // the newest that is known here
}

// openContents checks signature, list and files. base holds the files of the
// archive that this one goes on from.
func openContents(s *stage, want expect) (*contents, error) {
	c := &contents{stage: s, counts: map[string]int64{}}
	var err error
	if c.note, err = os.ReadFile(s.manifestPath()); errors.Is(err, fs.ErrNotExist) {
		return nil, flaw("it has no %s: it is cut off, or parts are missing", manifestName)
	} else if err != nil {
		return nil, err
	}
	m, err := ledger.OpenManifest(c.note)
	if errors.Is(err, ledger.ErrSignature) {
		return nil, badSignature(err)
	}
	if err != nil {
		return nil, flaw("%s: %v", manifestName, err)
	}
	c.manifest, c.id = m.Statement, m.ID
	if want.key != "" && want.key != c.manifest.Realm {
		return nil, badSignature(fmt.Errorf("it is of the realm %s, not of %s", c.manifest.Realm, want.key))
	}
	if want.recipients != nil && !slices.Contains(want.recipients, c.manifest.Recipient) {
		return nil, &reelm.Error{Kind: reelm.Refused, Code: "wrong-recipient", Detail: "the archive was made for " + c.manifest.Recipient + ", and this identity is not theirs"}
	}
	return c, nil
}

func badSignature(err error) error {
	return &reelm.Error{Kind: reelm.Refused, Code: "bad-signature", Detail: "the manifest's signature does not hold: " + err.Error()}
}

// complete holds the list against the manifest, and the files against the
// list.
func (c *contents) complete(ctx context.Context, want expect) error {
	list, err := fileOf(c.list())
	if err != nil {
		return flaw("it has no %s", listName)
	}
	if len(c.manifest.Members) != 1 || c.manifest.Members[0].Name != listName {
		return flaw("%s does not sign %s", manifestName, listName)
	}
	if s := c.manifest.Members[0]; s.SHA256 != list.SHA256 || s.Bytes != list.Bytes {
		return flaw("%s is not the one that the manifest signs", listName)
	}
	var n int64
	err = eachFile(c.list(), func(f File) error {
		n++
		if _, old := c.base[f.sum()]; old && !c.has(f) {
			return nil
		}
		if !c.has(f) {
			return flaw("%s is missing, or its bytes were changed: no file in it has the SHA-256 %s", f.Name, f.SHA256)
		}
		if f.Name == schemaName {
			b, err := c.small(f)
			if err != nil {
				return err
			}
			return readJSON(b, schemaName, &c.schema)
		}
		return context.Cause(ctx)
	})
	if err != nil {
		return err
	}
	if n != c.manifest.Members[0].Count {
		return flaw("%s has %d files, and the manifest says %d", listName, n, c.manifest.Members[0].Count)
	}
	return c.knownSchema(want)
}

func (c *contents) knownSchema(want expect) error {
	if c.schema.Version == 0 && c.base != nil {
		err := eachFile(c.list(), func(f File) error {
			if f.Name != schemaName {
				return nil
			}
			b, err := c.read(f)
			if err != nil {
				return err
			}
			return readJSON(b, schemaName, &c.schema)
		})
		if err != nil {
			return err
		}
	}
	if len(c.schema.Tables) == 0 {
		return flaw("it has no %s", schemaName)
	}
	if want.schema > 0 && c.schema.Version > want.schema {
		return reelm.Wrong("file", "newer-archive", "the archive has schema %d, written by a newer reelm; this one knows up to %d: use the newer program", c.schema.Version, want.schema)
	}
	return nil
}

// at is the stage that has a file.
func (c *contents) at(f File) *stage {
	if c.older != nil && !c.has(f) {
		return c.older
	}
	return c.stage
}

// read reads a small file, of this archive or of the one before.
func (c *contents) read(f File) ([]byte, error) { return c.at(f).small(f) }

// under lists the files of a folder, in their order.
func (c *contents) under(prefix string, fn func(File) error) error {
	return eachFile(c.list(), func(f File) error {
		if !strings.HasPrefix(f.Name, prefix) {
			return nil
		}
		return fn(f)
	})
}

// includes says whether the archive has a part.
func (c *contents) includes(part string) bool { return slices.Contains(c.manifest.Include, part) }

// checkLedger verifies the whole ledger, and that the manifest is of its
// owner and of its end.
func (c *contents) checkLedger(ctx context.Context, older [][]byte) error {
	files := map[string]File{}
	if err := c.under(ledgerDir, func(f File) error {
		files[strings.TrimPrefix(f.Name, ledgerDir)] = f
		return nil
	}); err != nil {
		return err
	}
	fetch := func(_ context.Context, path string) ([]byte, error) {
		f, ok := files[path]
		if !ok {
			return nil, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
		}
		return c.read(f)
	}
	var constitution ledger.Constitution
	rep, err := ledger.Verify(ctx, fetch, ledger.Options{Key: c.manifest.Realm, Older: older, Each: func(_ int64, e ledger.Entry) error {
		if b, ok := e.Body.(ledger.Constitution); ok {
			constitution = b
		}
		return nil
	}})
	if err != nil {
		return flaw("its ledger: %v", err)
	}
	head, err := fetch(ctx, ledger.CheckpointPath)
	if err != nil {
		return err
	}
	if string(head) != c.manifest.Ledger {
		return flaw("the ledger's head is not the one that the manifest names")
	}
	if constitution.Version != c.manifest.Constitution {
		return flaw("the ledger's last constitution is version %d, and the manifest says %d", constitution.Version, c.manifest.Constitution)
	}
	c.report, c.ranking, c.counts["ledger"] = rep, constitution.Document, rep.Checkpoint.Tree.N
	return nil
}

// checkDeclared holds what the rows say against the ledger: a rule or a
// ranking that is not declared does not pass.
func (c *contents) checkDeclared(rule ledger.Rule, version int64, ranking []byte) error {
	want := c.report.Rule
	if !slices.Equal(slices.Sorted(slices.Values(rule.Require)), slices.Sorted(slices.Values(want.Require))) || rule.Threshold != want.Threshold {
		return flaw("its settings have another rule for permits than its ledger")
	}
	if version != c.manifest.Constitution {
		return flaw("its tables have constitution %d, and its ledger %d", version, c.manifest.Constitution)
	}
	if version > 0 && !sameJSON(ranking, c.ranking) {
		return flaw("its tables have another constitution %d than its ledger", version)
	}
	return c.under(constitutionName, func(f File) error {
		if doc, err := c.read(f); err != nil {
			return err
		} else if !sameJSON(doc, ranking) {
			return flaw("%s is not the constitution that its ledger declares", constitutionName)
		}
		return nil
	})
}

// sameJSON says whether two documents say the same, whatever their order and
// white space.
func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// checkCounts compares what was found with what the manifest says.
func (c *contents) checkCounts() error {
	for name, n := range c.counts {
		if said := c.manifest.Counts[name]; said != n {
			return flaw("the manifest says %d %s, and there are %d", said, name, n)
		}
	}
	return nil
}

// ledgerInto writes the ledger's rows, from the entry on that is not there.
func (c *contents) ledgerInto(ctx context.Context, r *store.Receiving) error {
	have, err := r.LedgerSize(ctx)
	if err != nil {
		return err
	}
	at := int64(0)
	return errors.Join(
		c.under(ledgerDir+"tile/entries/", func(f File) error {
			b, err := c.read(f)
			if err != nil {
				return err
			}
			leaves, err := ledger.ParseBundle(b)
			if err != nil {
				return err
			}
			for _, leaf := range leaves {
				if at >= have {
					if err := r.Leaf(ctx, leaf); err != nil {
						return err
					}
				}
				at++
			}
			return nil
		}),
		c.under(ledgerDir+"texts/", func(f File) error {
			b, err := c.read(f)
			if err != nil {
				return err
			}
			texts, err := ledger.ParseTexts(b)
			if err != nil {
				return err
			}
			for _, x := range texts {
				if err := r.Beside(ctx, x); err != nil {
					return err
				}
			}
			return nil
		}),
		c.under(ledgerDir+"statements/", func(f File) error {
			b, err := c.read(f)
			if err != nil {
				return err
			}
			return r.Statement(ctx, b)
		}),
		r.Checkpoint(ctx, []byte(c.manifest.Ledger)))
}

func hexOf(h [32]byte) string { return hex.EncodeToString(h[:]) }
