package feed

import (
	"context"

	"reelm/internal/eventlog"
	"reelm/internal/realm"
)

// Without folds the log as if some of it had never been written: it is copied
// to the log of another realm without it.
func (f *Feed) Without(ctx context.Context, other *realm.Realm, what Forgetting) ([32]byte, error) {
	g := newGone(what)
	last := f.Position()
	if err := f.realm.Log.Read(ctx, 1, last, g.findBrowsers); err != nil {
		return [32]byte{}, err
	}
	err := f.realm.Log.Read(ctx, 1, last, func(m eventlog.Message) error {
		if g.takes(m.Data) {
			return nil
		}
		_, err := other.Log.Append(ctx, eventlog.Entry{Data: m.Data})
		return err
	})
	if err != nil {
		return [32]byte{}, err
	}
	r, err := Replay(ctx, other, 0, false, nil, f.log)
	return r.Model, err
}
