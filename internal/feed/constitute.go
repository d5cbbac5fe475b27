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
	c := rec.Default()
	c.Version = 1
	doc, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("writing the constitution: %w", err)
	}
	return r.DB.SetConstitution(ctx, c.Version, doc)
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
