package sim

import (
	"errors"
	"runtime"
	"time"

	"reelm/rec"
)

// ClusterOptions say which realm to spread over how many nodes.
type ClusterOptions struct {
	Items, Users, Events int
	Nodes                int // that fold and answer
	Partitions           int // of the log, by viewer
	Feeds                int // that are compared, and measured
	Now                  func() time.Time
}

// ClusterReport is what one realm on several nodes costs each of them.
type ClusterReport struct {
	Nodes      int `json:"nodes"`
	Partitions int `json:"partitions"`
	Items      int `json:"items"`
	Users      int `json:"users"`
	Events     int `json:"events"`

	Replicas Share   `json:"replicas"` // every node folds everything
	Shards   []Share `json:"shards"`   // nodes that keep viewers of their own, by share of the others
	Models   int     `json:"models"`   // different models among the replicas: 1
	Differ   int     `json:"feeds_that_differ"`
	Waiting  int     `json:"most_waiting"` // events at a node for a partition that is behind
}

// Share is what one node of a cluster keeps and carries.
type Share struct {
	Others float64 `json:"others"` // share of the other nodes' viewers whom it keeps too
	Memory float64 `json:"memory_mb"`
	Fold   float64 `json:"fold_events_per_s"` // of all nodes' events
	Feeds  float64 `json:"feeds_per_s"`
}

// Cluster parts the log of a made-up realm by viewer, has nodes receive the
// parts in whatever order the network gives, merge and fold them, and compares
// what became of it: models by their hash, answers one by one. Before, it does
// the same with a node that keeps only some of the viewers.
func Cluster(o ClusterOptions) (*ClusterReport, error) {
	if o.Items < 1 || o.Users < 1 || o.Events < 1 || o.Nodes < 1 || o.Partitions < 1 || o.Feeds < 1 {
		return nil, errors.New("items, users, events, nodes, partitions and feeds have to be positive")
	}
	r := &ClusterReport{Nodes: o.Nodes, Partitions: o.Partitions, Items: o.Items, Users: o.Users, Events: o.Events}
	l := newLoad(o.Items, o.Users, o.Events)
	parts := l.partition(o.Events, o.Partitions)
	free := heap() // what is in use without any node
	for _, others := range []float64{.25, 0} {
		s, err := shard(o, l, parts, others, free)
		if err != nil {
			return nil, err
		}
		r.Shards = append(r.Shards, s)
	}
	models := map[[32]byte]bool{}
	var first *rec.Engine
	for k := range o.Nodes {
		e, err := rec.New(rec.Default())
		if err != nil {
			return nil, err
		}
		n := &node{e: e, queues: make([][]rec.Event, o.Partitions)}
		began := o.Now()
		if err := n.follow(parts, rng(k)); err != nil {
			return nil, err
		}
		took := o.Now().Sub(began)
		r.Waiting = max(r.Waiting, n.most)
		models[e.Hash()] = true
		if k == 0 {
			first = e
			r.Replicas = Share{Others: 1, Fold: round(float64(o.Events)/took.Seconds(), 0), Memory: round(heap()-free, 1)}
			r.Replicas.Feeds = l.rate(o, e)
			continue
		}
		r.Differ += l.differ(o, first, e)
	}
	r.Models = len(models)
	return r, nil
}

// partition gives the log in parts: what speaks of a viewer goes where that
// viewer's events go, what speaks of items alone to the first.
func (l *load) partition(events, n int) [][]rec.Event {
	parts := make([][]rec.Event, n)
	for k := range l.items {
		parts[0] = append(parts[0], l.birth(k))
	}
	for range events {
		ev := l.next()
		p := home(ev.User, n)
		parts[p] = append(parts[p], ev)
	}
	return parts
}

// home is which of n a viewer belongs to.
func home(user rec.ID, n int) int {
	r := rng(user)
	return r.below(n)
}

// node folds a log that comes in parts. What it may apply next is the event
// with the earliest time among the heads of all parts, of equals that of the
// first part, and it waits until all parts have shown their head (one in which
// nothing happens says so with an empty record every second). So every node
// applies the same events in the same order, whichever part arrives first.
type node struct {
	e      *rec.Engine
	apply  func(*rec.Event) // if not nil: changes an event before it is applied
	queues [][]rec.Event
	most   int // events that waited
}

// follow receives all parts, some events of one and some of another.
func (n *node) follow(parts [][]rec.Event, rnd rng) error {
	at := make([]int, len(parts))
	left := len(parts)
	for waiting := 0; left > 0; {
		p := rnd.below(len(parts))
		k := min(at[p]+1+rnd.below(64), len(parts[p]))
		if at[p] == len(parts[p]) {
			continue
		}
		n.queues[p] = parts[p][at[p]-len(n.queues[p]) : k]
		waiting += k - at[p]
		n.most = max(n.most, waiting)
		if at[p] = k; k == len(parts[p]) {
			left--
		}
		for {
			q := n.earliest(at, parts)
			if q < 0 {
				break
			}
			ev := n.queues[q][0]
			n.queues[q] = n.queues[q][1:]
			waiting--
			if n.apply != nil {
				n.apply(&ev)
			}
			if err := n.e.Apply(ev); err != nil {
				return err
			}
		}
	}
	return nil
}

// earliest gives the part whose head is next, -1 if one is still to come.
func (n *node) earliest(at []int, parts [][]rec.Event) int {
	best := -1
	for p, q := range n.queues {
		switch {
		case len(q) == 0 && at[p] < len(parts[p]):
			return -1
		case len(q) > 0 && (best < 0 || q[0].Time < n.queues[best][0].Time):
			best = p
		}
	}
	return best
}

// differ asks two nodes the same and counts other answers.
func (l *load) differ(o ClusterOptions, a, b *rec.Engine) int {
	mine, n := *l, 0
	mine.rnd = 3
	for range o.Feeds {
		r := mine.request()
		x, y := a.Feed(r), b.Feed(r)
		same := len(x) == len(y)
		for i := 0; same && i < len(x); i++ {
			same = x[i].Item == y[i].Item && x[i].Score == y[i].Score && x[i].Propensity == y[i].Propensity
		}
		if !same {
			n++
		}
	}
	return n
}

// rate asks a node for feeds and gives how many it answers in a second.
func (l *load) rate(o ClusterOptions, e *rec.Engine) float64 {
	mine := *l
	mine.rnd = 3
	began := o.Now()
	for range o.Feeds {
		e.Feed(mine.request())
	}
	return round(float64(o.Feeds)/o.Now().Sub(began).Seconds(), 0)
}

// shard measures a node that keeps its own viewers and a share of the others;
// what all the rest do it only counts.
func shard(o ClusterOptions, l *load, parts [][]rec.Event, others, free float64) (Share, error) {
	e, err := rec.New(rec.Default())
	if err != nil {
		return Share{}, err
	}
	n := &node{e: e, queues: make([][]rec.Event, o.Partitions), apply: func(ev *rec.Event) {
		ev.CountOnly = ev.CountOnly || ev.User != 0 && home(ev.User, o.Nodes) != 0 && !kept(ev.User, others)
	}}
	began := o.Now()
	if err := n.follow(parts, 1); err != nil {
		return Share{}, err
	}
	s := Share{Others: others, Fold: round(float64(o.Events)/o.Now().Sub(began).Seconds(), 0), Memory: round(heap()-free, 1)}
	s.Feeds = l.rate(o, e)
	return s, nil
}

// kept says whether a viewer belongs to the share whom all nodes keep.
func kept(user rec.ID, share float64) bool {
	r := rng(user ^ 0x5bd1e995)
	return r.unit() < share
}

// heap is how much is in use, in MB.
func heap() float64 {
	runtime.GC()
	runtime.GC() // what pools had kept
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
