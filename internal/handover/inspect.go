package handover

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"filippo.io/age"

	"reelm/internal/eventlog"
	"reelm/internal/feed"
	"reelm/internal/ledger"
)

// Inspected is what an archive is.
type Inspected struct {
	ID       string          `json:"id"`
	Manifest ledger.Manifest `json:"manifest"`
	Verified bool            `json:"verified"`
}

// Inspect shows the manifest beside an archive or, with the identity of its
// recipient, reads and verifies all of it, as an import does.
func Inspect(ctx context.Context, path string, ids []age.Identity, tell func(Progress)) (_ *Inspected, err error) {
	if len(ids) == 0 {
		return inspectNote(path)
	}
	dir, err := os.MkdirTemp("", "reelm-inspect-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	i := &importing{Import: Import{From: path, Identities: ids}, read: newMeter(tell, time.Now)}
	if i.stage, err = newStage(dir, i.read); err != nil {
		return nil, err
	}
	i.stage.light = true
	if err := i.readAlone(ctx); err != nil {
		return nil, err
	}
	return &Inspected{hex.EncodeToString(i.c.id[:]), i.c.manifest, true}, nil
}

// readAlone is readAll for somebody who may have nothing to go on from.
func (i *importing) readAlone(ctx context.Context) error {
	if err := i.stage.take(ctx, i.From, i.Identities); err != nil {
		return err
	}
	i.want = expect{recipients: recipientsOf(i.Identities)}
	var err error
	if i.c, err = openContents(i.stage, i.want); err != nil {
		return err
	}
	if i.c.manifest.Since != [32]byte{} {
		return nil // of what came after, the signature tells; import holds the rest against what is there
	}
	if err := i.c.complete(ctx, i.want); err != nil {
		return err
	}
	if err := i.c.checkLedger(ctx, nil); err != nil {
		return err
	}
	if i.c.includes(Log) {
		fold, err := feed.NewFold("")
		if err != nil {
			return err
		}
		i.Notes = io.Discard
		if err := i.eachMessage(fold, func(eventlog.Message) error { return nil }); err != nil {
			return err
		}
		if _, err := i.sameModel(fold); err != nil {
			return err
		}
	}
	return i.c.checkCounts()
}

func inspectNote(path string) (*Inspected, error) {
	if !isNote(path) {
		path = strings.TrimSuffix(path, "/") + ".manifest"
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := ledger.OpenManifest(b)
	if err != nil {
		return nil, badSignature(err)
	}
	return &Inspected{hex.EncodeToString(m.ID[:]), m.Statement, false}, nil
}

// isNote says whether a file is a signed statement.
func isNote(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() // was only read
	head := make([]byte, 16)
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == "reelm-statement/"
}
