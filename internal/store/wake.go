package store

import "sync"

// waker tells goroutines of this process that something they wait for may be
// there: after a commit, never before.
type waker struct {
	mu   sync.Mutex
	subs map[string][]chan struct{}
}

func (w *waker) ring(topics ...string) {
	if len(topics) == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range topics {
		for _, c := range w.subs[t] {
			select {
			case c <- struct{}{}:
			default: // it has not yet looked at the last one
			}
		}
	}
}

// Topics that Wake knows.
const (
	WakeOutbox = "outbox"
	WakeJobs   = "jobs"
)

// Wake gives a channel that receives after a commit of this process that
// concerns the topic. Other processes are not heard: look from time to time.
func (db *DB) Wake(topic string) <-chan struct{} {
	c := make(chan struct{}, 1)
	db.wake.mu.Lock()
	defer db.wake.mu.Unlock()
	if db.wake.subs == nil {
		db.wake.subs = map[string][]chan struct{}{}
	}
	db.wake.subs[topic] = append(db.wake.subs[topic], c)
	return c
}
