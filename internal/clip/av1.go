package clip

import (
	"context"

	"reelm"
	"reelm/internal/realm"
	"reelm/internal/store"
)

// av1Heights are the rungs that are worth having in AV1.
var av1Heights = []int{540, 720}

// WantAV1 asks for AV1 renditions of a clip that is watched. What was asked
// for before is not asked for again.
func WantAV1(ctx context.Context, r *realm.Realm, id reelm.ClipID) error {
	c, err := r.DB.Clip(ctx, id)
	if err != nil || c.State != reelm.ClipReady || c.Raw == "" && c.Original == "" {
		return err
	}
	have := map[int]bool{}
	for _, rd := range c.Renditions {
		if rd.Codec == "av1" {
			have[rd.Height] = true
		}
	}
	for i, h := range av1Heights {
		if have[h] {
			continue
		}
		if err := r.DB.AddJob(ctx, store.NewJob{Clip: id, Kind: store.JobAV1, Height: h, Rank: store.RankAV1 + i}); err != nil {
			return err
		}
	}
	return nil
}
