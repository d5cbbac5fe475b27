package clip

import (
	"context"
	"errors"

	"reelm"
	"reelm/internal/realm"
	"reelm/internal/store"
)

// av1Heights are the rungs that are worth having in AV1.
var av1Heights = []int{540, 720}

// AV1 asks for AV1 renditions of the clips of a realm that are watched, once
// for each clip. What was asked for before this process began is queued or
// done, and is not queued again. It is for one goroutine.
type AV1 struct {
	realm *realm.Realm
	asked map[reelm.ClipID]bool
}

// NewAV1 begins to ask for the clips of a realm.
func NewAV1(r *realm.Realm) *AV1 { return &AV1{r, map[reelm.ClipID]bool{}} }

// Want asks for those of the clips that have not been asked for, and says how
// many these were.
func (a *AV1) Want(ctx context.Context, watched []reelm.ClipID) (asked int, err error) {
	for _, id := range watched {
		if a.asked[id] {
			continue
		}
		if werr := a.want(ctx, id); werr != nil && !errors.Is(werr, reelm.ErrNotFound) {
			err = errors.Join(err, werr) // the next round tries again
			continue
		}
		a.asked[id] = true
		asked++
	}
	return asked, err
}

func (a *AV1) want(ctx context.Context, id reelm.ClipID) error {
	c, err := a.realm.DB.Clip(ctx, id)
	if err != nil || c.State != reelm.ClipReady || c.Raw == "" && c.Original == "" {
		return err
	}
	for i, h := range av1Heights {
		if err := a.realm.DB.AddJob(ctx, store.NewJob{Clip: id, Kind: store.JobAV1, Height: h, Rank: store.RankAV1 + i}); err != nil {
			return err
		}
	}
	return nil
}
