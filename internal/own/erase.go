package own

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"reelm"
	"reelm/internal/feed"
	"reelm/internal/store"
)

// erase takes a person away: events and model first, then media, then SQL with
// the receipt. Each step may be done twice.
func (d *Desk) erase(ctx context.Context, w *store.OwnWork) error {
	id := reelm.AccountID(w.Viewer)
	account, err := d.realm.DB.Account(ctx, id)
	if errors.Is(err, reelm.ErrNotFound) { // a browser
		account = &reelm.Account{ID: id}
	} else if err != nil {
		return err
	}
	clips, err := d.realm.DB.AllClipsOf(ctx, id)
	if err != nil {
		return err
	}
	gone, err := d.feed.Forget(ctx, feed.CausePerson, feed.Forgetting{Viewers: []reelm.ViewerID{w.Viewer}})
	if err != nil {
		return err
	}
	media := func() error { return d.eraseMedia(ctx, account, clips) }
	if err := media(); err != nil {
		return err
	}
	err = d.realm.DB.EraseAccount(ctx, id, w.Receipt, func(e store.Erasure) (string, error) { return d.receipt(e, gone) })
	if err != nil {
		return err
	}
	return media() // what an encoder put there meanwhile
}

func (d *Desk) eraseMedia(ctx context.Context, a *reelm.Account, clips []*reelm.Clip) error {
	var err error
	for _, c := range clips {
		err = errors.Join(err, d.realm.Media.DeletePrefix(ctx, c.Media))
		if c.Raw != "" {
			err = errors.Join(err, d.realm.Media.Delete(ctx, c.Raw))
		}
	}
	if a.Avatar != "" {
		err = errors.Join(err, d.realm.Media.Delete(ctx, "avatars/"+a.Avatar))
	}
	export, xerr := d.realm.DB.OwnWork(ctx, a.ID.Viewer(), store.OwnExport)
	if xerr == nil && export.File != "" {
		err = errors.Join(err, d.realm.Media.Delete(ctx, export.File))
	}
	return err
}

// receipt is a signed note that says what was erased and names nobody.
func (d *Desk) receipt(e store.Erasure, gone feed.Forgotten) (string, error) {
	var b strings.Builder
	line := func(name string, value any) { fmt.Fprintf(&b, "%s: %v\n", name, value) }
	b.WriteString("reelm/erasure\n")
	line("realm", d.realm.Name)
	line("time", d.realm.Now().UTC().Format(time.RFC3339))
	line("clips", e.Clips)
	line("comments", e.Comments)
	line("likes", e.Likes)
	line("follows", e.Follows)
	line("messages", e.Messages)
	line("events", gone.Messages)
	line("model position", gone.Position)
	line("model before", hex.EncodeToString(gone.Old[:]))
	line("model after", hex.EncodeToString(gone.New[:]))
	line("kept for pending reports", e.Reports)
	if e.Reports > 0 {
		line("kept until", e.Until.UTC().Format(time.RFC3339))
	}
	signed, err := note.Sign(&note.Note{Text: b.String()}, d.realm.SigningKey().Signer)
	return string(signed), err
}
