package server

import (
	"context"
	"encoding/hex"
	"time"

	"reelm/internal/api"
	"reelm/internal/ledger"
	"reelm/internal/store"
)

// publishEvery is how often a realm's model is entered into its ledger.
const publishEvery = 24 * time.Hour

// keepDaily does what every realm needs once a day, while the server serves.
func (s *Server) keepDaily(ctx context.Context) error {
	tick := time.NewTicker(10 * time.Minute)
	defer tick.Stop()
	for {
		for _, a := range s.all() {
			if a.DB.Waits() {
				continue
			}
			if err := s.publishModel(ctx, a); err != nil && ctx.Err() == nil {
				s.log.Error("publishing the model's hash", "realm", a.Name, "error", err)
			}
			if s.api == nil {
				continue
			}
			if err := s.api.SweepUploads(&a.Place, s.now().Add(-api.UploadPatience)); err != nil {
				s.log.Error("deleting unfinished uploads", "realm", a.Name, "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// all lists the open realms with what works for them.
func (s *Server) all() []*attached {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]*attached, 0, len(s.open))
	for _, a := range s.open {
		out = append(out, a)
	}
	return out
}

// publishModel enters hash and position of the model, unless that was done
// less than a day ago or nothing has been learned since.
func (s *Server) publishModel(ctx context.Context, a *attached) error {
	last, err := a.DB.Entries(ctx, 0, ledger.KindModel)
	if err != nil {
		return err
	}
	pos, hash, ok := a.Feed.Published()
	if !ok {
		return nil
	}
	if len(last) > 0 {
		m, known := last[0].Body.(ledger.Model)
		if s.now().Sub(last[0].At) < publishEvery || known && m.Seq == int64(pos) {
			return nil
		}
	}
	_, err = a.DB.Enter(ctx, store.Entering{Body: ledger.Model{Seq: int64(pos), Hash: hex.EncodeToString(hash[:])}})
	return err
}
