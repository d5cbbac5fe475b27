package eval

import (
	"fmt"

	"reelm/rec"
)

// engineRanker asks the engine that serves the feed, without exploration and
// arrangement. A positive row is a like; of other rows it learns only that
// the item is there.
type engineRanker struct {
	history
	e       *rec.Engine
	horizon int64
	err     error
}

func newEngineRanker(s *split) (*engineRanker, error) {
	e, err := rec.New(rec.Default())
	if err != nil {
		return nil, err
	}
	return &engineRanker{history: newHistory(s.users, s.items), e: e}, nil
}

func (m *engineRanker) apply(ev rec.Event) {
	if err := m.e.Apply(ev); err != nil && m.err == nil {
		m.err = err
	}
}

func (m *engineRanker) learn(r row) {
	item, user := rec.ID(r.item)+1, rec.ID(r.user)+1
	if m.rank[r.item] < 0 {
		m.apply(rec.Event{Kind: rec.Born, Time: r.time, Item: item, Facts: &rec.Facts{}})
	}
	m.add(r)
	if r.positive {
		m.apply(rec.Event{Kind: rec.Like, Time: r.time, User: user, Item: item})
	}
}

func (m *engineRanker) ready() {}

func (m *engineRanker) top(user int32, at int64, n int) []int32 {
	m.mark++
	for _, i := range m.of[user] {
		m.has[i] = m.mark
	}
	picks := m.e.Feed(rec.Request{
		User: rec.ID(user) + 1, Time: at, Limit: n, Horizon: m.horizon, Profile: true, Plain: true,
		Allow: func(id rec.ID) bool { return m.has[id-1] != m.mark },
	})
	out := make([]int32, len(picks))
	for i, p := range picks {
		out[i] = int32(p.Item) - 1
	}
	return out
}

// horizons are what the engine may be asked for: the next few minutes, or
// something that is used
// over days.
var horizons = []struct {
	name string
	ms   int64
}{{"minutes", 0}, {"days", 24 * 3600_000}}

// runEngine evaluates the engine. How long its answers are used is part of a
// protocol: prequential uses each once, time through the whole test; for last
// it is chosen on a split of the same kind inside the training part.
func runEngine(s, inner *split, t *tally) (chosen map[string]any, err error) {
	at := 0
	if s.protocol == Time {
		at = 1
	}
	if s.protocol == Last && inner != nil {
		best := -1.0
		for i, h := range horizons {
			ti := newTally([]int{10})
			e, err := newEngineRanker(inner)
			if err != nil {
				return nil, err
			}
			e.horizon = h.ms
			run(inner, e, ti)
			if x := ti.metrics()["ndcg@10"]; x > best {
				best, at = x, i
			}
		}
	}
	e, err := newEngineRanker(s)
	if err != nil {
		return nil, err
	}
	e.horizon = horizons[at].ms
	run(s, e, t)
	if e.err != nil {
		return nil, fmt.Errorf("the engine refused a row: %w", e.err)
	}
	return map[string]any{"answers_for": horizons[at].name}, nil
}
