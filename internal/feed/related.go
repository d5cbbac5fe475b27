package feed

import (
	"reelm"
	"reelm/rec"
)

// Similar gives the clips that go with a clip, the closest first, out of those
// that the viewer of a request may be shown.
func (f *Feed) Similar(clip reelm.ClipID, r Request) []reelm.ClipID {
	f.mu.RLock()
	defer f.mu.RUnlock()
	found := f.model.engine.Similar(rec.ID(clip), f.model.question(&r))
	out := make([]reelm.ClipID, len(found))
	for i, x := range found {
		out[i] = reelm.ClipID(x.Item)
	}
	return out
}

// Suggest gives accounts whom a viewer does not follow and whose clips would
// be shown to them first.
func (f *Feed) Suggest(r Request) []reelm.AccountID {
	f.mu.RLock()
	defer f.mu.RUnlock()
	found := f.model.engine.Suggest(f.model.question(&r))
	out := make([]reelm.AccountID, len(found))
	for i, x := range found {
		out[i] = reelm.AccountID(x.Author)
	}
	return out
}
