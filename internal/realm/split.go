package realm

import (
	"context"

	"reelm"
	"reelm/internal/store"
)

// BeginSplit notes who goes with a split; they are shown the way to the new
// address from now on.
func (r *Realm) BeginSplit(ctx context.Context, s store.Split) ([]reelm.AccountID, error) {
	defer r.blocks.forget()
	return r.DB.BeginSplit(ctx, s)
}

// AbandonSplit takes back what BeginSplit noted.
func (r *Realm) AbandonSplit(ctx context.Context, s store.Split) error {
	defer r.blocks.forget()
	return r.DB.AbandonSplit(ctx, s)
}

// Free says whether a realm of a name and host can be made.
func (s *Set) Free(ctx context.Context, name, host string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if _, err := parseSettings(map[string]string{"host": host}); err != nil {
		return err
	}
	if there, err := s.There(name); err != nil || there {
		if err == nil {
			err = &reelm.Error{Kind: reelm.Conflict, Code: "realm-exists", Field: "realm", Detail: "there is a realm of this name"}
		}
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.hostsFree(ctx, host, nil)
}
