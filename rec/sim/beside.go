package sim

import (
	"runtime"
	"slices"
	"time"

	"reelm/rec"
)

// together is how many events are applied under one lock, as a node does.
const together = 32

// beside measures feeds while events are folded as fast as they can be, on a
// core of their own: how long reads wait for other people's events.
func (r *BenchReport) beside(o BenchOptions, e *rec.Engine, l *load) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(o.Cores + 1))
	mine := *l
	mine.rnd += 104729
	evs := make([]rec.Event, 0, batch)
	for len(evs) < cap(evs) { // a multiple of together
		evs = append(evs, l.next())
	}
	stop, failed := make(chan struct{}), make(chan error, 1)
	folded := 0
	began := o.Now()
	go func() {
		for at := 0; ; at = (at + together) % len(evs) {
			select {
			case <-stop:
				failed <- nil
				return
			default:
			}
			some := evs[at : at+together]
			for i := range some {
				some[i].Time = l.now
			}
			n, err := e.ApplyAll(some)
			if folded += n; err != nil {
				failed <- err
				return
			}
		}
	}()
	var took []time.Duration
	for at, end := began, began.Add(time.Duration(o.Seconds*float64(time.Second)/2)); at.Before(end); {
		e.Feed(mine.request())
		now := o.Now()
		took = append(took, now.Sub(at))
		at = now
	}
	close(stop)
	err := <-failed
	r.FoldThen = round(float64(folded)/o.Now().Sub(began).Seconds(), 0)
	slices.Sort(took)
	r.Beside = round(float64(took[int(.99*float64(len(took)-1))])/float64(time.Millisecond), 3)
	return err
}
