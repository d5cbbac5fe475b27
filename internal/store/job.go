package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"reelm"
)

// JobKind is what has to be done for a clip.
type JobKind string

// The kinds of jobs.
const (
	JobFirst    JobKind = "first"    // probe, preview, first public rendition
	JobRung     JobKind = "rung"     // one further H.264 rendition
	JobAV1      JobKind = "av1"      // one AV1 rendition, for clips that are watched
	JobOriginal JobKind = "original" // keep the original without its metadata
	JobErase    JobKind = "erase"    // delete the media of a removed clip
)

// Ranks: lower is sooner. What makes a waiting clip public goes before
// everything else.
const (
	RankFirst    = 0
	RankErase    = 10
	RankRung     = 20 // plus the rung's place in the ladder
	RankOriginal = 50 // after the rungs, which are made from the upload
	RankAV1      = 60
)

// MaxAttempts is how often a job is tried before its clip fails.
const MaxAttempts = 3

// NewJob is work to be added.
type NewJob struct {
	Clip   reelm.ClipID
	Kind   JobKind
	Height int // rung
	Rank   int
}

// Job is work that somebody holds a lease on.
type Job struct {
	ID       int64
	Clip     reelm.ClipID
	Kind     JobKind
	Height   int
	Attempts int    // this one included
	Worker   string // who holds it
}

// ErrLeaseLost says that a job is no longer this worker's: what it made must
// not be kept.
var ErrLeaseLost = errors.New("the lease on the job was lost to another worker")

func (t *tx) addJob(ctx context.Context, n NewJob) error {
	id, err := t.next(ctx, "jobs")
	if err != nil {
		return err
	}
	t.wakes = append(t.wakes, WakeJobs)
	return t.must(ctx, `
		INSERT INTO jobs (id, clip, kind, height, rank, state, due, created) VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $6)
		ON CONFLICT (clip, kind, height) DO NOTHING`, id, n.Clip, n.Kind, n.Height, n.Rank, t.now)
}

// AddJob queues work for a clip unless it is queued or done already.
func (db *DB) AddJob(ctx context.Context, n NewJob) (err error) {
	defer wrap(&err, "AddJob(%s, %s)", n.Clip, n.Kind)
	return db.update(ctx, func(t *tx) error { return t.addJob(ctx, n) })
}

// ClaimJob takes the most urgent job with a rank in [from, to): one that waits, or one whose
// worker has not been heard of since its lease ended. Nil: there is none.
func (db *DB) ClaimJob(ctx context.Context, worker string, from, to int, lease time.Duration) (_ *Job, err error) {
	defer wrap(&err, "ClaimJob(%s)", worker)
	var out *Job
	err = db.update(ctx, func(t *tx) error {
		j := Job{Worker: worker}
		err := t.QueryRowContext(ctx, `
			UPDATE jobs SET state = 'running', attempts = attempts + 1, worker = $1, lease = $2 WHERE id = (
				SELECT id FROM jobs
				WHERE rank >= $3 AND rank < $4 AND (state = 'waiting' AND due <= $5 OR state = 'running' AND lease < $5)
				ORDER BY rank, id LIMIT 1`+db.dialect.skipLocked()+`)
			RETURNING id, clip, kind, height, attempts`, worker, t.now+lease.Milliseconds(), from, to, t.now).
			Scan(&j.ID, &j.Clip, &j.Kind, &j.Height, &j.Attempts)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		out = &j
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// holds fails with ErrLeaseLost unless the job is still the worker's.
func (t *tx) holds(ctx context.Context, j *Job) error {
	n, err := t.exec(ctx, `UPDATE jobs SET worker = worker WHERE id = $1 AND worker = $2 AND state = 'running'`, j.ID, j.Worker)
	if err == nil && n == 0 {
		err = ErrLeaseLost
	}
	return err
}

// KeepJob renews the lease and notes how far the work is, in percent. It
// fails with ErrLeaseLost when the job has passed to another worker or its
// clip is gone.
func (db *DB) KeepJob(ctx context.Context, j *Job, lease time.Duration, progress int) (err error) {
	defer wrap(&err, "KeepJob(%d)", j.ID)
	return db.update(ctx, func(t *tx) error {
		if err := t.holds(ctx, j); err != nil {
			return err
		}
		if err := t.must(ctx, `UPDATE jobs SET lease = $1 WHERE id = $2`, t.now+lease.Milliseconds(), j.ID); err != nil {
			return err
		}
		if j.Kind != JobFirst {
			return nil
		}
		return t.must(ctx, `UPDATE clips SET progress = $1 WHERE id = $2 AND state = 'processing'`, progress, j.Clip)
	})
}

func (t *tx) finish(ctx context.Context, j *Job) error {
	if err := t.holds(ctx, j); err != nil {
		return err
	}
	return t.must(ctx, `UPDATE jobs SET state = 'done', error = '' WHERE id = $1`, j.ID)
}

// AddRendition ends a rung's job with what it made.
func (db *DB) AddRendition(ctx context.Context, j *Job, r reelm.Rendition) (err error) {
	defer wrap(&err, "AddRendition(%s, %d)", j.Clip, r.Height)
	return db.update(ctx, func(t *tx) error {
		if err := t.finish(ctx, j); err != nil {
			return err
		}
		c, err := clipBy(ctx, t, `c.id = $1`, j.Clip)
		if err != nil {
			return err
		}
		if c.State == reelm.ClipRemoved {
			return ErrLeaseLost
		}
		var all []rendition
		for _, have := range c.Renditions {
			if have.Height != r.Height || have.Codec != r.Codec {
				all = append(all, rendition(have))
			}
		}
		b, err := json.Marshal(append(all, rendition(r)))
		if err != nil {
			return err
		}
		return t.must(ctx, `UPDATE clips SET renditions = $1 WHERE id = $2`, string(b), j.Clip)
	})
}

// KeepOriginal ends the job that keeps the original without its metadata:
// from now on the raw upload is not needed.
func (db *DB) KeepOriginal(ctx context.Context, j *Job, file string, until time.Time) (err error) {
	defer wrap(&err, "KeepOriginal(%s)", j.Clip)
	return db.update(ctx, func(t *tx) error {
		if err := t.finish(ctx, j); err != nil {
			return err
		}
		return t.must(ctx, `UPDATE clips SET original = $1, original_until = $2, raw = '' WHERE id = $3`, file, until.UnixMilli(), j.Clip)
	})
}

// FinishJob ends a job that has nothing to tell.
func (db *DB) FinishJob(ctx context.Context, j *Job) (err error) {
	defer wrap(&err, "FinishJob(%d)", j.ID)
	return db.update(ctx, func(t *tx) error { return t.finish(ctx, j) })
}

// FailJob ends an attempt. While the fault is ours and attempts are left the
// job waits a while and is tried again; otherwise it has failed, and with the
// first job its clip.
func (db *DB) FailJob(ctx context.Context, j *Job, f reelm.Fault, wait time.Duration) (failed bool, err error) {
	defer wrap(&err, "FailJob(%d)", j.ID)
	failed = !f.Retry || j.Attempts >= MaxAttempts
	return failed, db.update(ctx, func(t *tx) error {
		if err := t.holds(ctx, j); err != nil {
			return err
		}
		state := "waiting"
		if failed {
			state = "failed"
		}
		if err := t.must(ctx, `UPDATE jobs SET state = $1, error = $2, due = $3 WHERE id = $4`, state, f.Error(), t.now+wait.Milliseconds(), j.ID); err != nil {
			return err
		}
		if !failed || j.Kind != JobFirst {
			return nil
		}
		return t.must(ctx, `UPDATE clips SET state = 'failed', fault = $1, fault_detail = $2, fault_retry = $3 WHERE id = $4 AND state = 'processing'`,
			f.Code, f.Detail, f.Retry, j.Clip)
	})
}

// ReturnJob gives a job back as if it had not been begun.
func (db *DB) ReturnJob(ctx context.Context, j *Job) (err error) {
	defer wrap(&err, "ReturnJob(%d)", j.ID)
	return db.update(ctx, func(t *tx) error {
		if err := t.holds(ctx, j); err != nil {
			return err
		}
		return t.must(ctx, `UPDATE jobs SET state = 'waiting', attempts = attempts - 1, lease = 0 WHERE id = $1`, j.ID)
	})
}

// ForgetRaw notes that the upload of a clip is deleted: one that failed cannot
// be tried again.
func (db *DB) ForgetRaw(ctx context.Context, id reelm.ClipID) (err error) {
	defer wrap(&err, "ForgetRaw(%s)", id)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `UPDATE clips SET raw = '', preview = '', fault_retry = FALSE WHERE id = $1`, id)
	})
}

// RetryClip puts a failed clip back to work, with all its attempts.
func (db *DB) RetryClip(ctx context.Context, id reelm.ClipID) (err error) {
	defer wrap(&err, "RetryClip(%s)", id)
	return db.update(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `UPDATE clips SET state = 'processing', progress = 0, fault = '', fault_detail = '', fault_retry = FALSE
			WHERE id = $1 AND state = 'failed' AND raw <> ''`, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return &reelm.Error{Kind: reelm.Conflict, Code: "not-failed", Detail: "this clip has not failed, or its file is no longer kept"}
		}
		t.wakes = append(t.wakes, WakeJobs)
		return t.must(ctx, `UPDATE jobs SET state = 'waiting', attempts = 0, due = $1, error = '' WHERE clip = $2 AND kind = 'first'`, t.now, id)
	})
}

// FreeJobs ends the leases of workers that cannot be alive: those of earlier
// processes, when this process has the database for itself.
func (db *DB) FreeJobs(ctx context.Context) (err error) {
	defer wrap(&err, "FreeJobs")
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `UPDATE jobs SET lease = 0 WHERE state = 'running'`)
	})
}

// ExpiredOriginals lists clips whose original has been kept long enough.
func (db *DB) ExpiredOriginals(ctx context.Context, limit int) (_ []*reelm.Clip, err error) {
	defer wrap(&err, "ExpiredOriginals")
	return list(ctx, db.read, scanClip, `SELECT `+clipColumns+clipTables+
		`WHERE c.original_until > 0 AND c.original_until < $1 AND c.original <> '' ORDER BY c.original_until LIMIT $2`, db.now().UnixMilli(), limit)
}

// StaleUploads lists clips that still have their upload although they were made
// before a time and nobody works on them: they failed, or their original could
// not be made.
func (db *DB) StaleUploads(ctx context.Context, before time.Time, limit int) (_ []*reelm.Clip, err error) {
	defer wrap(&err, "StaleUploads")
	return list(ctx, db.read, scanClip, `SELECT `+clipColumns+clipTables+
		`WHERE c.raw <> '' AND c.state IN ('failed', 'ready') AND c.created < $1 ORDER BY c.created LIMIT $2`, before.UnixMilli(), limit)
}

// ForgetOriginal notes that a clip's original has been deleted.
func (db *DB) ForgetOriginal(ctx context.Context, id reelm.ClipID) (err error) {
	defer wrap(&err, "ForgetOriginal(%s)", id)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `UPDATE clips SET original = '', original_until = 0 WHERE id = $1`, id)
	})
}
