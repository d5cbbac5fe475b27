package store

import (
	"context"
	"time"

	"reelm"
)

// EachMediaKey calls fn for every key of media that a clip names which can be
// watched.
func (db *DB) EachMediaKey(ctx context.Context, fn func(key string) error) (err error) {
	defer wrap(&err, "EachMediaKey")
	for above := int64(-1 << 63); ; {
		clips, err := list(ctx, db.read, scanClip, `SELECT `+clipColumns+clipTables+`WHERE c.state = $1 AND c.id > $2 ORDER BY c.id LIMIT 500`, reelm.ClipReady, above)
		if err != nil || len(clips) == 0 {
			return err
		}
		for _, c := range clips {
			names := []string{c.Poster, c.Original}
			for _, r := range c.Renditions {
				names = append(names, r.File)
			}
			for _, n := range names {
				if n == "" {
					continue
				}
				if err := fn(c.Media + "/" + n); err != nil {
					return err
				}
			}
		}
		above = int64(clips[len(clips)-1].ID)
	}
}

// Time is the present as the database takes it.
func (db *DB) Time() time.Time { return db.now() }
