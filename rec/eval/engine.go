package eval

import (
	"os"
	"reelm/rec"
)

// engineRanker asks the engine that serves the feed, without exploration and
// arrangement.
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
	h := int64(0)
	if s.protocol == Time || os.Getenv("LATER") != "" {
		h = 1
	}
	return &engineRanker{horizon: h, history: newHistory(s.users, s.items), e: e}, nil
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
		User: rec.ID(user) + 1, Time: at, Horizon: m.horizon, Limit: n, Profile: true, Plain: true,
		Allow: func(id rec.ID) bool { return m.has[id-1] != m.mark },
	})
	out := make([]int32, len(picks))
	for i, p := range picks {
		out[i] = int32(p.Item) - 1
	}
	return out
}
