package feed

import (
	"reelm"
	"reelm/rec"
)

// Interests is what the engine believes of a viewer, in names.
type Interests struct {
	Learned  []Taste
	Declared []reelm.Liking
}

// Taste is how much a viewer seems to like a subject, 0 to 1, below 0 for
// what they pass over.
type Taste struct {
	reelm.Subject
	Strength float64
}

// Interests tells what the model knows of a viewer.
func (f *Feed) Interests(viewer reelm.ViewerID) Interests {
	f.mu.RLock()
	defer f.mu.RUnlock()
	in := f.model.engine.Interests(rec.ID(viewer))
	var out Interests
	for _, t := range in.Learned {
		if s := f.model.named(t.Subject); s != nil {
			out.Learned = append(out.Learned, Taste{*s, t.Strength})
		}
	}
	for _, d := range in.Declared {
		if s := f.model.named(d.Subject); s != nil {
			out.Declared = append(out.Declared, reelm.Liking{Subject: *s, Level: level(d.Want)})
		}
	}
	return out
}

func level(w rec.Want) reelm.Level {
	switch w {
	case rec.More:
		return reelm.LevelMore
	case rec.Less:
		return reelm.LevelLess
	case rec.Never:
		return reelm.LevelNever
	}
	return reelm.LevelNeutral
}
