package sim

import "reelm/rec"

// shards are nodes in a simulated world, each of which knows its own viewers,
// and of the others only a share; what all the rest do it counts. Clips are
// known to all.
type shards struct {
	nodes  []*engine
	others float64
}

func (s *shards) of(user int) int { return home(rec.ID(user+1), len(s.nodes)) }

func (s *shards) born(item int) {
	for _, g := range s.nodes {
		g.born(item)
	}
}

func (s *shards) pick(user int, who *person) int { return s.nodes[s.of(user)].pick(user, who) }

func (s *shards) learn(user, item int, seen float64) {
	own := s.of(user)
	p, ok := s.nodes[own].ctx[user]
	for k, g := range s.nodes {
		if ok {
			g.ctx[user] = p // the event carries it
		}
		g.foreign = k != own && !kept(rec.ID(user+1), s.others)
		g.learn(user, item, seen)
		g.foreign = false
	}
}

func (s *shards) round() {
	for _, g := range s.nodes {
		g.round()
	}
}

// Sharding is what newcomers lose when a world's viewers are spread over
// nodes that do not know each other's.
type Sharding struct {
	Nodes  int     `json:"nodes"`
	Others float64 `json:"others"` // share of the other nodes' viewers whom a node knows
	Value  float64 `json:"value"`  // of the oracle's, over all swipes
	One    float64 `json:"one"`    // on one node that knows everybody
}

// Spread measures it in a world, with one constitution.
func Spread(w World, seed uint64, nodes int, others float64, c rec.Constitution) (*Sharding, error) {
	if nodes < 1 {
		nodes = 1
	}
	mean := func(nodes int, others float64) (float64, error) {
		s := &shards{others: others}
		course, err := run(w, seed, func(p *place) (policy, error) {
			for range nodes {
				g, err := newEngine(p, c)
				if err != nil {
					return nil, err
				}
				s.nodes = append(s.nodes, g)
			}
			return s, nil
		})
		if err != nil {
			return 0, err
		}
		for _, g := range s.nodes {
			if g.err != nil {
				return 0, g.err
			}
		}
		return course.Mean(1, w.Rounds), nil
	}
	best, err := run(w, seed, func(p *place) (policy, error) { return oracle{p}, nil })
	if err != nil {
		return nil, err
	}
	one, err := mean(1, 1)
	if err != nil {
		return nil, err
	}
	parted, err := mean(nodes, others)
	top := best.Mean(1, w.Rounds)
	return &Sharding{Nodes: nodes, Others: others, Value: parted / top, One: one / top}, err
}
