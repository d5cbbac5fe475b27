package clip

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"reelm"
	"reelm/internal/media"
	"reelm/internal/realm"
	"reelm/internal/store"
)

// How a worker holds its jobs.
const (
	lease     = 30 * time.Second
	heartbeat = 500 * time.Millisecond
	lookEvery = 5 * time.Second // for jobs of other processes and ended leases
	retryWait = 5 * time.Second
)

// Worker does the jobs of one realm. What makes a waiting clip public has
// lanes of its own; everything else shares one, which takes only the
// processor time that nobody else wants.
type Worker struct {
	realm *realm.Realm
	lab   *media.Lab
	log   *slog.Logger
	name  string
	stop  context.CancelFunc
	done  sync.WaitGroup
}

// StartWorker begins to work. name is different for each process; first is
// how many clips are made public at the same time.
func StartWorker(ctx context.Context, r *realm.Realm, lab *media.Lab, name string, first int, log *slog.Logger) (*Worker, error) {
	w := &Worker{realm: r, lab: lab, name: name, log: log.With("realm", r.Name)}
	if err := os.RemoveAll(w.benchDir()); err != nil {
		return nil, fmt.Errorf("clearing the workbench: %w", err)
	}
	if err := os.MkdirAll(w.benchDir(), 0o700); err != nil {
		return nil, fmt.Errorf("making the workbench: %w", err)
	}
	ctx, w.stop = context.WithCancel(context.WithoutCancel(ctx))
	for i := range first {
		w.done.Go(func() { w.lane(ctx, fmt.Sprintf("%s-first-%d", name, i), store.RankFirst, store.RankFirst+1) })
	}
	w.done.Go(func() { w.lane(ctx, name+"-later", store.RankFirst+1, 1<<30) })
	w.done.Go(func() { w.sweep(ctx) })
	return w, nil
}

// Close stops the work at once; what was under way is taken up again by
// whoever starts next.
func (w *Worker) Close() error {
	w.stop()
	w.done.Wait()
	return os.RemoveAll(w.benchDir())
}

func (w *Worker) benchDir() string { return w.realm.Path("bench", w.name) }

// lane takes one job after the other.
func (w *Worker) lane(ctx context.Context, name string, from, to int) {
	wake := w.realm.DB.Wake(store.WakeJobs)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		j, err := w.realm.DB.ClaimJob(ctx, name, from, to, lease)
		if err != nil && ctx.Err() == nil {
			w.log.Error("looking for work", "error", err)
		}
		if j != nil {
			w.do(ctx, j)
			continue
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-tick.C:
		}
	}
}

// do works on a job and settles how it ended.
func (w *Worker) do(ctx context.Context, j *store.Job) {
	log := w.log.With("clip", j.Clip, "job", j.Kind, "attempt", j.Attempts)
	began := time.Now()
	err := w.try(ctx, j)
	switch fault, ok := errors.AsType[*reelm.Fault](err); {
	case err == nil:
		log.Info("done", "seconds", time.Since(began).Seconds())
		w.tell(j.Clip)
		return
	case errors.Is(err, store.ErrLeaseLost):
		log.Warn("another worker has taken over, or the clip is gone")
		w.sweepAway(ctx, j.Clip)
		return
	case ctx.Err() != nil:
		w.giveBack(j)
		return
	default:
		if !ok {
			fault = &reelm.Fault{Code: reelm.FaultInternal, Detail: "the server had a problem with this file", Retry: true}
		}
		log.Error("failed", "error", err)
		w.settle(ctx, j, *fault)
	}
}

// sweepAway deletes what was put into the media of a clip that was removed
// while it was worked on.
func (w *Worker) sweepAway(ctx context.Context, id reelm.ClipID) {
	c, err := w.realm.DB.Clip(ctx, id)
	if err == nil && c.State == reelm.ClipRemoved {
		err = w.realm.Media.DeletePrefix(ctx, c.Media)
	}
	if err != nil && !errors.Is(err, reelm.ErrNotFound) && ctx.Err() == nil {
		w.log.Error("deleting the media of a removed clip", "clip", id, "error", err)
	}
}

// giveBack lets another worker begin at once, not when the lease ends.
func (w *Worker) giveBack(j *store.Job) {
	ctx, cancel := context.WithTimeout(context.Background(), lookEvery)
	defer cancel()
	if err := w.realm.DB.ReturnJob(ctx, j); err != nil && !errors.Is(err, store.ErrLeaseLost) {
		w.log.Error("giving a job back", "job", j.ID, "error", err)
	}
}

func (w *Worker) settle(ctx context.Context, j *store.Job, f reelm.Fault) {
	failed, err := w.realm.DB.FailJob(ctx, j, f, retryWait*time.Duration(j.Attempts))
	if err != nil {
		w.log.Error("noting a failure", "job", j.ID, "error", err)
		return
	}
	if failed && j.Kind == store.JobFirst && !f.Retry {
		if err := w.dropRaw(ctx, j.Clip); err != nil {
			w.log.Error("deleting a refused upload", "clip", j.Clip, "error", err)
		}
	}
	w.tell(j.Clip)
}

// tell wakes whoever shows the clip's state.
func (w *Worker) tell(id reelm.ClipID) {
	if err := w.realm.Bus.Signal(w.realm.Name, TopicClip, []byte(id.String())); err != nil {
		w.log.Warn("nobody hears that a clip has changed", "clip", id, "error", err)
	}
}

// TopicClip is the signal that a clip's state has changed; its data is the
// clip's id.
const TopicClip = "clip"

// try does a job in a folder of its own while its lease is kept alive.
func (w *Worker) try(ctx context.Context, j *store.Job) error {
	dir, err := os.MkdirTemp(w.benchDir(), "job-*")
	if err != nil {
		return fmt.Errorf("making a bench: %w", err)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	p := &progress{}
	var keeper sync.WaitGroup
	keeper.Go(func() { w.keep(ctx, cancel, j, p) })
	defer func() {
		cancel(nil)
		keeper.Wait()
		if err := os.RemoveAll(dir); err != nil {
			w.log.Error("clearing a bench", "error", err)
		}
	}()
	switch j.Kind {
	case store.JobFirst:
		err = w.first(ctx, j, dir, p)
	case store.JobRung, store.JobAV1:
		err = w.rung(ctx, j, dir)
	case store.JobOriginal:
		err = w.original(ctx, j, dir)
	case store.JobErase:
		err = w.erase(ctx, j)
	default:
		err = fmt.Errorf("a job of the unknown kind %q", j.Kind)
	}
	if cause := context.Cause(ctx); cause != nil && err != nil && errors.Is(cause, store.ErrLeaseLost) {
		return cause
	}
	return err
}

// progress is how far a job is, written by the encoder and read by the keeper.
type progress struct {
	mu      sync.Mutex
	percent int
}

func (p *progress) set(share float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.percent = max(p.percent, min(99, int(share*100)))
}

func (p *progress) get() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.percent
}

// keep renews the lease and notes the progress. It ends the work when the
// lease is lost.
func (w *Worker) keep(ctx context.Context, cancel context.CancelCauseFunc, j *store.Job, p *progress) {
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	renewed, told := time.Now(), 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := p.get()
		if now == told && time.Since(renewed) < lease/5 {
			continue
		}
		err := w.realm.DB.KeepJob(ctx, j, lease, now)
		switch {
		case errors.Is(err, store.ErrLeaseLost):
			cancel(err)
			return
		case err != nil && ctx.Err() == nil:
			w.log.Error("keeping a lease", "job", j.ID, "error", err)
		case err == nil:
			if now != told {
				w.tell(j.Clip)
			}
			renewed, told = time.Now(), now
		}
	}
}

// sweep deletes originals whose time is over, and uploads that became none.
func (w *Worker) sweep(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := errors.Join(w.sweepOnce(ctx), w.sweepUploads(ctx)); err != nil && ctx.Err() == nil {
			w.log.Error("deleting old originals", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (w *Worker) sweepOnce(ctx context.Context) error {
	for {
		clips, err := w.realm.DB.ExpiredOriginals(ctx, 100)
		if err != nil || len(clips) == 0 {
			return err
		}
		for _, c := range clips {
			if err := w.realm.Media.Delete(ctx, c.Media+"/"+c.Original); err != nil {
				return err
			}
			if err := w.realm.DB.ForgetOriginal(ctx, c.ID); err != nil {
				return err
			}
		}
	}
}

// leastPatience is how long the upload of a failed clip is kept at least, for
// its author to try again.
const leastPatience = 24 * time.Hour

// sweepUploads deletes what was uploaded and became no original in the time
// that originals are kept.
func (w *Worker) sweepUploads(ctx context.Context) error {
	set, err := w.realm.Settings(ctx)
	if err != nil {
		return err
	}
	before := w.realm.Now().Add(-max(set.KeepOriginals, leastPatience))
	for {
		clips, err := w.realm.DB.StaleUploads(ctx, before, 100)
		if err != nil || len(clips) == 0 {
			return err
		}
		for _, c := range clips {
			if c.State == reelm.ClipFailed {
				err = w.dropRaw(ctx, c.ID)
			} else if err = w.realm.DB.ForgetRaw(ctx, c.ID); err == nil {
				err = w.realm.Media.Delete(ctx, c.Raw)
			}
			if err != nil {
				return err
			}
		}
	}
}
