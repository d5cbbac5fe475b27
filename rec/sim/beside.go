package sim

import (
	"runtime"
	"slices"
	"time"

	"reelm/rec"
)

// beside measures feeds while events are folded as fast as they can be, on a
// core of their own: how long reads wait for other people's events.
func (r *BenchReport) beside(o BenchOptions, e *rec.Engine, l *load) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(o.Cores + 1))
	mine := *l
	mine.rnd += 104729
	evs := make([]rec.Event, 0, batch)
	for len(evs) < cap(evs) {
		evs = append(evs, l.next())
	}
	stop, failed := make(chan struct{}), make(chan error, 1)
	folded := 0
	began := o.Now()
	go func() {
		for {
			for i := range evs {
				select {
				case <-stop:
					failed <- nil
					return
				default:
				}
				evs[i].Time = l.now
				if err := e.Apply(evs[i]); err != nil {
					failed <- err
					return
				}
				folded++
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
