package feed

import (
	"reelm/rec"
)

// drop takes viewers and clips out of the model at once, ahead of the fold of
// what is left on the log.
func (m *model) drop(g *gone) error {
	for id := range g.clips {
		delete(m.clips, id)
		delete(m.counts, id)
		if err := m.engine.Apply(rec.Event{Kind: rec.Died, Item: rec.ID(id)}); err != nil {
			return err
		}
	}
	for v := range g.viewers {
		delete(m.muted, v)
		delete(m.about, v)
		if err := m.engine.Apply(rec.Event{Kind: rec.Forget, User: rec.ID(v)}); err != nil {
			return err
		}
	}
	for v := range g.histories {
		if g.viewers[v] {
			continue
		}
		if err := m.engine.Apply(rec.Event{Kind: rec.Reset, User: rec.ID(v)}); err != nil {
			return err
		}
	}
	return nil
}
