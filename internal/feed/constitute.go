package feed

import (
	"context"
	"encoding/json"
	"fmt"

	"reelm"
	"reelm/internal/realm"
	"reelm/rec"
)

// Constitute gives a new realm the constitution to start from. It goes on the
// log, so that the realm's model never depends on the version of the program.
func Constitute(ctx context.Context, r *realm.Realm) error {
	return constitute(ctx, r, rec.Default(), 0, "")
}

// Reconstitute puts another ranking document in force, checked, as the next
// version. note says why; people read it on the transparency page.
func (f *Feed) Reconstitute(ctx context.Context, doc []byte, note string) (rec.Constitution, error) {
	c, err := rec.ParseConstitution(doc)
	if err != nil {
		return c, reelm.Wrong("constitution", "bad-constitution", "%v", err)
	}
	note, err = reelm.CleanText("note", note, maxNote)
	if err != nil {
		return c, err
	}
	last, _, err := f.realm.DB.Constitution(ctx)
	if err != nil {
		return c, err
	}
	if err := constitute(ctx, f.realm, c, last, note); err != nil {
		return c, err
	}
	if err := f.Settle(ctx); err != nil {
		return c, err
	}
	return f.Constitution(), nil
}

// maxNote is the most runes of a note.
const maxNote = 2000

func constitute(ctx context.Context, r *realm.Realm, c rec.Constitution, last int64, note string) error {
	c.Version = last + 1
	doc, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("writing the constitution: %w", err)
	}
	return r.DB.SetConstitution(ctx, c.Version, doc, note)
}

// Watched lists clips with at least so many views.
func (f *Feed) Watched(views int64) (out []reelm.ClipID) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for id, c := range f.model.counts {
		if c.Views >= views {
			out = append(out, id)
		}
	}
	return out
}
