package realm

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"reelm"
)

// Quota is how much of a server a realm may take; 0 is no limit.
type Quota struct {
	Accounts int64
	Clips    int64 // in every state but failed and removed
	Media    int64 // bytes of all files of all clips
}

func quotaOf(field func(*Settings) *int64) setting {
	return setting{"a number from 0 on; 0 is no limit", func(s *Settings, v string) error {
		n, err := strconv.ParseInt(v, 10, 64)
		if err == nil && n < 0 {
			err = fmt.Errorf("not below 0")
		}
		*field(s) = n
		return err
	}}
}

func overQuota(what string, most int64) error {
	return &reelm.Error{Kind: reelm.Refused, Code: "quota", Field: what, Detail: fmt.Sprintf("this realm may have %d of %s, and has them", most, what),
		Args: map[string]any{"what": what, "max": most}}
}

// RoomForAccount refuses a new account beyond the quota. Two at the same
// moment may both pass.
func (r *Realm) RoomForAccount(ctx context.Context) error {
	s, err := r.Settings(ctx)
	if err != nil || s.Quota.Accounts == 0 {
		return err
	}
	n, err := r.DB.CountAccounts(ctx)
	if err == nil && n >= s.Quota.Accounts {
		err = overQuota("accounts", s.Quota.Accounts)
	}
	return err
}

// RoomForClip refuses an upload beyond the quota. What is under way at the
// same moment is not counted.
func (r *Realm) RoomForClip(ctx context.Context) error {
	s, err := r.Settings(ctx)
	if err != nil {
		return err
	}
	if s.Quota.Clips > 0 {
		n, err := r.DB.CountClips(ctx)
		if err != nil {
			return err
		}
		if n >= s.Quota.Clips {
			return overQuota("clips", s.Quota.Clips)
		}
	}
	if s.Quota.Media > 0 {
		n, err := r.used.get(ctx)
		if err != nil {
			return err
		}
		if n >= s.Quota.Media {
			return overQuota("media", s.Quota.Media)
		}
	}
	return nil
}

// mediaFresh is how old the size of a realm's media may be: adding it up
// reads the name of every file.
const mediaFresh = time.Minute

func (r *Realm) addMedia(ctx context.Context) (sum int64, err error) {
	for info, err := range r.Media.List(ctx, "", "") {
		if err != nil {
			return 0, fmt.Errorf("adding up the media of realm %s: %w", r.Name, err)
		}
		sum += info.Size
	}
	return sum, nil
}
