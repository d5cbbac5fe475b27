package sim

import (
	"math"

	"reelm/rec"
)

// load is an endless log of a platform of a given size, for measuring speed
// and memory: items with Zipf popularity in topics, viewers with two topics
// each, every serve an impression and a watch, of which three in ten are
// positives, with likes and shares among them.
type load struct {
	items, users int
	rnd          rng
	now          int64
	step         int64 // between serves, ms
	contexts     [][]byte
	queue        []rec.Event
}

const (
	loadStart  = 1_700_000_000_000
	loadTopics = 200
)

// rng is SplitMix64: reproducible on every machine.
type rng uint64

func (r *rng) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (r *rng) below(n int) int { return int(r.next() >> 32 * uint64(n) >> 32) }

func (r *rng) unit() float64 { return (float64(r.next()>>11) + .5) / (1 << 53) }

func (r *rng) normal() float64 {
	return math.Sqrt(-2*math.Log(r.unit())) * math.Cos(2*math.Pi*r.unit())
}

// newLoad spreads the events over a week.
func newLoad(items, users, events int) *load {
	serves := max(events/2, 1)
	return &load{items: items, users: users, rnd: 1, now: loadStart, step: max(7*24*3600_000/int64(serves), 1)}
}

// birth gives the birth of item k of 0..items-1.
func (l *load) birth(k int) rec.Event {
	topic := k % loadTopics
	return rec.Event{Kind: rec.Born, Time: l.now, Item: rec.ID(k + 1), Facts: &rec.Facts{
		Author: rec.ID(1 + l.rnd.below(l.items/20+1)), Sound: rec.ID(1 + l.rnd.below(l.items/10+1)), Language: rec.ID(1 + k%8),
		Tags:     []rec.ID{rec.ID(topic + 1), rec.ID(1000 + l.rnd.below(2000)), rec.ID(4000 + l.rnd.below(20000))},
		Duration: int64(5000 + l.rnd.below(55_000)),
	}}
}

// item draws one for a viewer: most often of the viewer's topics, the popular
// ones more.
func (l *load) item(user int) int {
	n := l.items
	rank := int(math.Exp(l.rnd.unit()*math.Log(float64(n)+1))) - 1 // density 1/rank
	if l.rnd.below(10) < 7 && n > loadTopics {
		topic := (user*7 + l.rnd.below(2)*31) % loadTopics
		return min(rank/loadTopics*loadTopics+topic, n-1)
	}
	return min(rank, n-1)
}

// next gives the next event.
func (l *load) next() rec.Event {
	if len(l.queue) == 0 {
		l.serve()
	}
	ev := l.queue[0]
	l.queue = l.queue[1:]
	return ev
}

// serve queues what comes of one serve.
func (l *load) serve() {
	l.now += l.step
	u := l.rnd.below(l.users)
	k := l.item(u)
	ev := rec.Event{Time: l.now, User: rec.ID(u + 1), Item: rec.ID(k + 1)}
	l.queue = l.queue[:0]
	add := func(kind rec.Kind, watched int64) {
		e := ev
		e.Kind, e.Watched = kind, watched
		if kind == rec.Impression {
			e.Source, e.Propensity, e.Slot = rec.SourceTrending, .9, l.rnd.below(10)
			if len(l.contexts) > 0 {
				e.Context = l.contexts[l.rnd.below(len(l.contexts))]
			}
		}
		l.queue = append(l.queue, e)
	}
	add(rec.Impression, 0)
	switch p := l.rnd.below(100); {
	case p < 25:
		add(rec.Watch, int64(l.rnd.below(1900)))
	case p < 70:
		add(rec.Watch, int64(2000+l.rnd.below(9000)))
	default:
		add(rec.Watch, int64(60_000+l.rnd.below(30_000)))
		if p >= 92 {
			add(rec.Like, 0)
		}
		if p == 99 {
			add(rec.Share, 0)
		}
	}
}
