package sim

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"reelm/rec"
)

// BenchOptions say how large a platform to measure.
type BenchOptions struct {
	Items, Users, Events int
	Seconds              float64 // of feeds
	Cores                int
	Dir                  string           // where the snapshot goes; the system's folder for such if empty
	Now                  func() time.Time // a clock
	Progress             func(what string)
}

// BenchReport is what was measured. Times are wall time.
type BenchReport struct {
	Items    int     `json:"items"`
	Users    int     `json:"users"`
	Events   int     `json:"events"`
	P50      float64 `json:"feed_p50_ms"`
	P99      float64 `json:"feed_p99_ms"`
	Feeds    float64 `json:"feeds_per_s"`
	Fold     float64 `json:"fold_events_per_s"`       // births not counted, sweeps and impressions included
	Beside   float64 `json:"feed_p99_beside_fold_ms"` // while events are folded at full speed, on one more core
	FoldThen float64 `json:"fold_beside_feeds_events_per_s"`
	Snapshot float64 `json:"snapshot_s"`
	Restore  float64 `json:"restore_s"`
	PeakRSS  float64 `json:"peak_rss_mb"`
	Cores    int     `json:"gomaxprocs"`
}

// batch is how many events are made before they are folded; making them is
// not measured.
const batch = 1 << 14

// Bench folds a log of the given size, then asks for feeds of ten, then
// writes a snapshot and restores it.
func Bench(o BenchOptions) (*BenchReport, error) {
	if o.Items < 1 || o.Users < 1 || o.Events < 1 || o.Cores < 1 || !(o.Seconds > 0) {
		return nil, errors.New("items, users, events, seconds and cores have to be positive")
	}
	if o.Items > 1<<27 || o.Users > 1<<27 {
		return nil, fmt.Errorf("items and users may be %d at most", 1<<27)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(o.Cores))
	// The model has next to no pointers: collecting often costs little, and
	// keeps the peak near what is in use. A server should do the same.
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	r := &BenchReport{Items: o.Items, Users: o.Users, Events: o.Events, Cores: o.Cores}
	e, err := rec.New(rec.Default())
	if err != nil {
		return nil, err
	}
	l := newLoad(o.Items, o.Users, o.Events)
	if err := r.fold(o, e, l); err != nil {
		return nil, err
	}
	o.Progress("feeds")
	r.feeds(o, e, l)
	o.Progress("feeds beside the fold")
	if err := r.beside(o, e, l); err != nil {
		return nil, err
	}
	o.Progress("snapshot")
	name, err := r.snapshot(o, e)
	if err != nil {
		return nil, err
	}
	defer os.Remove(name)
	e = nil
	debug.FreeOSMemory()
	o.Progress("restore")
	if err := r.restore(o, name); err != nil {
		return nil, err
	}
	r.PeakRSS, err = peakRSS()
	return r, err
}

// fold applies the log and measures it.
func (r *BenchReport) fold(o BenchOptions, e *rec.Engine, l *load) error {
	o.Progress("births")
	for k := range o.Items {
		if err := e.Apply(l.birth(k)); err != nil {
			return err
		}
	}
	o.Progress("fold")
	var took time.Duration
	evs := make([]rec.Event, 0, batch)
	for done := 0; done < o.Events; done += len(evs) {
		if done == 0 || done/batch%64 == 0 {
			l.collect(e)
		}
		evs = evs[:0]
		for len(evs) < min(batch, o.Events-done) {
			evs = append(evs, l.next())
		}
		began := o.Now()
		for i := range evs {
			if err := e.Apply(evs[i]); err != nil {
				return err
			}
		}
		took += o.Now().Sub(began)
	}
	r.Fold = round(float64(o.Events)/took.Seconds(), 0)
	return nil
}

// collect takes contexts of real answers for the impressions to come.
func (l *load) collect(e *rec.Engine) {
	if len(l.contexts) > 4096 {
		l.contexts = l.contexts[:0]
	}
	for range 20 {
		for _, p := range e.Feed(l.request()) {
			if p.Context != nil {
				l.contexts = append(l.contexts, p.Context)
			}
		}
	}
}

func (l *load) request() rec.Request {
	return rec.Request{User: rec.ID(1 + l.rnd.below(l.users)), Time: l.now, Limit: 10, Position: l.rnd.next(), Profile: true}
}

// feeds asks one after the other, on as many goroutines as there are cores.
func (r *BenchReport) feeds(o BenchOptions, e *rec.Engine, l *load) {
	for range 50 {
		e.Feed(l.request())
	}
	runtime.GC()
	parts := make(chan []time.Duration, o.Cores)
	began := o.Now()
	end := began.Add(time.Duration(o.Seconds * float64(time.Second)))
	for c := range o.Cores {
		mine := *l
		mine.rnd += rng(c * 7919)
		go func() {
			var took []time.Duration
			for at := o.Now(); at.Before(end); {
				e.Feed(mine.request())
				now := o.Now()
				took = append(took, now.Sub(at))
				at = now
			}
			parts <- took
		}()
	}
	var all []time.Duration
	for range o.Cores {
		all = append(all, <-parts...)
	}
	total := o.Now().Sub(began)
	slices.Sort(all)
	ms := func(q float64) float64 {
		return round(float64(all[int(q*float64(len(all)-1))])/float64(time.Millisecond), 3)
	}
	r.P50, r.P99 = ms(.5), ms(.99)
	r.Feeds = round(float64(len(all))/total.Seconds(), 0)
}

// snapshot writes to a file and gives its name.
func (r *BenchReport) snapshot(o BenchOptions, e *rec.Engine) (string, error) {
	f, err := os.CreateTemp(o.Dir, "reelm-bench-*.model")
	if err != nil {
		return "", err
	}
	began := o.Now()
	err = e.Snapshot(f)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	r.Snapshot = round(o.Now().Sub(began).Seconds(), 2)
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

func (r *BenchReport) restore(o BenchOptions, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	began := o.Now()
	_, err = rec.Restore(f)
	r.Restore = round(o.Now().Sub(began).Seconds(), 2)
	return err
}

func round(x float64, digits int) float64 {
	s := strconv.FormatFloat(x, 'f', digits, 64)
	y, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return x
	}
	return y
}

// peakRSS is the most memory that the process had, in MB, as the system says;
// where it does not, what the Go runtime asked for.
func peakRSS() (float64, error) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.Sys >> 20), nil
	}
	defer f.Close()
	for s := bufio.NewReader(f); ; {
		line, err := s.ReadString('\n')
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			kb, err := strconv.Atoi(fields[1])
			return float64(kb / 1024), err
		}
		if errors.Is(err, io.EOF) {
			return 0, errors.New("the system does not say how much memory was used")
		}
		if err != nil {
			return 0, err
		}
	}
}
