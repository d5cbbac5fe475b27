package handover

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"reelm/internal/ledger"
	"reelm/internal/store"
)

// permitted asks the rule for what is about to leave.
func (e *export) permitted(ctx context.Context, seq int64) ([]ledgerNote, error) {
	what := boundParts(e.Include)
	if len(what) == 0 {
		return nil, nil
	}
	return Permitted(ctx, e.p.Realm, ledger.Use{What: what, Recipient: e.To, Seq: seq}, e.Permits)
}

// sign writes the manifest. The ledger has the export before the archive has
// what makes it one.
func (e *export) sign(ctx context.Context, list File) ([]byte, error) {
	m := ledger.Manifest{
		Realm: e.p.SigningKey().Verifier(), Name: e.p.Name, At: e.at.UTC().Format("2006-01-02T15:04:05Z"), Recipient: e.To, Include: e.Include,
		Seq: int64(e.point.Seq), Constitution: e.constitution, Ledger: string(e.checkpoint), Counts: e.counts,
		Members: []ledger.Member{{Name: list.Name, SHA256: list.SHA256, Bytes: list.Bytes, Count: list.Count}},
	}
	if e.includes(Algorithm) {
		m.Model = hex.EncodeToString(e.point.Model[:])
	}
	if e.since != nil {
		m.Since = e.since.ID
	}
	if e.backup {
		return ledger.Sign(m, e.p.SigningKey())
	}
	notes, err := e.permitted(ctx, m.Seq)
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		m.Permits = append(m.Permits, n.ID)
	}
	signed, err := ledger.Sign(m, e.p.SigningKey())
	if err != nil {
		return nil, err
	}
	return signed, e.enter(ctx, m, signed, notes)
}

func (e *export) enter(ctx context.Context, m ledger.Manifest, signed []byte, permits []ledgerNote) error {
	tree, err := m.Parts()
	if err != nil {
		return err
	}
	body := ledger.Export{Manifest: store.StatementID(signed), Size: tree.N, Recipient: e.To, What: e.Include, Seq: m.Seq, Model: m.Model, Bytes: e.pack.written,
		Constitution: m.Constitution, Permits: m.Permits}
	acts := []store.Entering{{Body: body, Statements: append(permits, ledgerNote{ID: body.Manifest, Note: signed})}}
	if len(permits) > 0 {
		acts = append([]store.Entering{{Body: ledger.PermitAct{Act: "used", Statements: m.Permits, What: boundParts(e.Include), Recipient: e.To, Constitution: m.Constitution}, Statements: permits}}, acts...)
	}
	_, err = e.p.DB.Enter(ctx, acts...)
	return err
}

// boundParts are those that a realm's rule may keep in.
func boundParts(include []string) []string {
	return slices.DeleteFunc(slices.Clone(include), func(w string) bool { return w != Log && w != Algorithm })
}

// keep leaves beside the archive what the next one goes on from.
func (e *export) keep(out *Exported) error {
	if e.backup {
		return nil
	}
	for what, from := range map[string]string{"files": listName, "media": "media"} {
		if err := os.Rename(filepath.Join(e.work, from), e.kept(out.Manifest, what)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	name := e.Manifest
	if name == "" {
		if info, err := os.Stat(e.Out); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
			return nil // a pipe has nothing beside it
		}
		name = strings.TrimSuffix(e.Out, "/") + ".manifest"
	}
	if err := os.WriteFile(name+".partial", out.Note, 0o644); err != nil {
		return err
	}
	return os.Rename(name+".partial", name)
}
