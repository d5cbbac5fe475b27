package feed

import (
	"container/list"
	"sync"

	"reelm"
)

// acks remembers, for the viewers who did something lately, how far the model
// has to be so that it counts in their next feed.
type acks struct {
	mu   *sync.Mutex
	by   map[reelm.ViewerID]*list.Element
	used *list.List // of *ack, latest first
}

type ack struct {
	viewer reelm.ViewerID
	pos    uint64 // on the log
	outbox int64
}

// maxAcks bounds the memory: who was pushed out simply does not wait.
const maxAcks = 50_000

func newAcks() acks {
	return acks{mu: new(sync.Mutex), by: map[reelm.ViewerID]*list.Element{}, used: list.New()}
}

func (a *acks) note(v reelm.ViewerID, pos uint64, outbox int64) {
	if v == 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	e := a.by[v]
	if e == nil {
		if a.used.Len() >= maxAcks {
			last := a.used.Back()
			a.used.Remove(last)
			delete(a.by, last.Value.(*ack).viewer)
		}
		e = a.used.PushFront(&ack{viewer: v})
		a.by[v] = e
	}
	a.used.MoveToFront(e)
	k := e.Value.(*ack)
	k.pos, k.outbox = max(k.pos, pos), max(k.outbox, outbox)
}

func (a *acks) of(v reelm.ViewerID) (pos uint64, outbox int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if e := a.by[v]; e != nil {
		k := e.Value.(*ack)
		return k.pos, k.outbox
	}
	return 0, 0
}
