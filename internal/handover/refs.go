package handover

import (
	"context"
	"errors"
	"io/fs"

	"reelm/internal/blob"
	"reelm/internal/store"
)

// missingMedia counts media that clips name and that are not there.
func missingMedia(ctx context.Context, db *store.DB, media blob.Store) (n int64, example string, err error) {
	err = db.EachMediaKey(ctx, func(key string) error {
		_, err := media.Stat(ctx, key)
		if errors.Is(err, fs.ErrNotExist) {
			n++
			example = key
			return nil
		}
		return err
	})
	return n, example, err
}
