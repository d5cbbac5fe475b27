package feed

import (
	"time"

	"reelm"
	"reelm/internal/realm"
)

// Why opens a serve for whoever it was given to. Anybody else learns that
// there is nothing. A serve that is bound to nobody explains itself to whoever
// holds it.
func Why(r *realm.Realm, viewer reelm.ViewerID, token string, now time.Time) (*reelm.Serve, error) {
	s, _, err := Verify(r, token)
	if err != nil || s.Viewer != 0 && s.Viewer != viewer || now.Sub(s.At) > serveLife*time.Millisecond {
		return nil, reelm.ErrNotFound
	}
	return s, nil
}
