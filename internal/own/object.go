package own

import (
	"context"

	"reelm/internal/store"
)

// EraseObjectors erases everybody who objects to the change of hands, once it
// has begun: what comes after is exported without them.
func (d *Desk) EraseObjectors(ctx context.Context) error {
	d.work.Lock()
	defer d.work.Unlock()
	return d.eraseObjectors(ctx)
}

func (d *Desk) eraseObjectors(ctx context.Context) error {
	set, err := d.realm.Settings(ctx)
	if err != nil || set.Handover.To == "" || set.Objectable() || set.Phase.Ended() {
		return err
	}
	people, err := d.realm.DB.Objectors(ctx)
	if err != nil {
		return err
	}
	for _, id := range people {
		if err := d.erase(ctx, &store.OwnWork{Viewer: id.Viewer(), Kind: store.OwnErase}); err != nil {
			return err
		}
	}
	return nil
}
