package clip

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"reelm"
	"reelm/internal/blob"
	"reelm/internal/media"
	"reelm/internal/store"
)

// first makes a clip public: probe, the author's preview, the first rendition.
func (w *Worker) first(ctx context.Context, j *store.Job, dir string, p *progress) error {
	c, err := w.realm.DB.Clip(ctx, j.Clip)
	if err != nil {
		return err
	}
	set, err := w.realm.Settings(ctx)
	if err != nil {
		return err
	}
	path, err := w.fetch(ctx, c.Raw, dir)
	if err != nil {
		return err
	}
	src, err := w.lab.Probe(ctx, path)
	if err != nil {
		return err
	}
	var first *media.First
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return w.preview(gctx, j, c, path, src, dir) })
	g.Go(func() (err error) {
		first, err = w.lab.First(gctx, path, src, dir, p.set)
		return err
	})
	if err := g.Wait(); err != nil {
		return err
	}
	if c.CoverMS >= 0 {
		if err := w.cover(ctx, c, first, dir); err != nil {
			return err
		}
	}
	for _, name := range []string{first.Rendition.File, first.Poster.File} {
		if err := w.put(ctx, c, dir, name); err != nil {
			return err
		}
	}
	done := store.First{Rendition: first.Rendition, Duration: first.Duration, Poster: first.Poster.File, ThumbHash: first.Poster.ThumbHash,
		Waveform: first.Waveform, HasAudio: src.Audio != nil, Gain: first.Gain, Hold: set.HoldUploads}
	plan := w.lab.Plan(src)
	for i, r := range plan.Rungs {
		done.Then = append(done.Then, store.NewJob{Kind: store.JobRung, Height: r.Height, Rank: store.RankRung + i})
	}
	done.Then = append(done.Then, store.NewJob{Kind: store.JobOriginal, Rank: store.RankOriginal})
	_, err = w.realm.DB.PublishClip(ctx, j, done)
	return err
}

// cover replaces the poster by the frame that the author chose. One that
// cannot be made is no reason to fail: there is a poster already.
func (w *Worker) cover(ctx context.Context, c *reelm.Clip, first *media.First, dir string) error {
	p, err := w.lab.Cover(ctx, filepath.Join(dir, first.Rendition.File), time.Duration(c.CoverMS)*time.Millisecond, dir)
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		w.log.Warn("not the cover that was chosen", "clip", c.ID, "error", err)
	default:
		first.Poster = *p
	}
	return nil
}

// preview gives the author something to look at while the rest is made. A
// preview that cannot be made is no reason to fail.
func (w *Worker) preview(ctx context.Context, j *store.Job, c *reelm.Clip, path string, src *media.Source, dir string) error {
	p := store.Preview{Duration: src.Duration, Width: src.Width, Height: src.Height}
	f, err := w.lab.Preview(ctx, path, src, dir)
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		w.log.Warn("no preview", "clip", c.ID, "error", err)
	case f != nil:
		if err := w.put(ctx, c, dir, f.Name); err != nil {
			return err
		}
		p.File = f.Name
	}
	if err := w.realm.DB.SetPreview(ctx, j, p); err != nil {
		return err
	}
	w.tell(c.ID)
	return nil
}

// rung makes one further rendition, from the upload while it is there and
// from the original after that.
func (w *Worker) rung(ctx context.Context, j *store.Job, dir string) error {
	c, err := w.realm.DB.Clip(ctx, j.Clip)
	if err != nil {
		return err
	}
	key := c.Raw
	if key == "" && c.Original != "" {
		key = c.Media + "/" + c.Original
	}
	if key == "" || c.State == reelm.ClipRemoved {
		return w.realm.DB.FinishJob(ctx, j) // there is nothing left to make it from
	}
	path, err := w.fetch(ctx, key, dir)
	if err != nil {
		return err
	}
	src, err := w.lab.Probe(ctx, path)
	if err != nil {
		return err
	}
	plan := w.lab.Plan(src)
	rungs := plan.Rungs
	if j.Kind == store.JobAV1 {
		rungs = plan.Later
	}
	for _, r := range rungs {
		if r.Height != j.Height {
			continue
		}
		made, err := w.lab.Rung(ctx, path, src, r, c.Gain, dir, nil)
		if err != nil {
			return err
		}
		if err := w.put(ctx, c, dir, made.File); err != nil {
			return err
		}
		return w.realm.DB.AddRendition(ctx, j, made)
	}
	return w.realm.DB.FinishJob(ctx, j)
}

// original keeps the upload without its metadata, and deletes the upload.
func (w *Worker) original(ctx context.Context, j *store.Job, dir string) error {
	c, err := w.realm.DB.Clip(ctx, j.Clip)
	if err != nil {
		return err
	}
	set, err := w.realm.Settings(ctx)
	if err != nil {
		return err
	}
	if c.Raw == "" {
		return w.realm.DB.FinishJob(ctx, j)
	}
	name := ""
	if set.KeepOriginals > 0 {
		path, err := w.fetch(ctx, c.Raw, dir)
		if err != nil {
			return err
		}
		src, err := w.lab.Probe(ctx, path)
		if err != nil {
			return err
		}
		f, err := w.lab.Original(ctx, path, src, dir)
		if err != nil {
			return err
		}
		if err := w.put(ctx, c, dir, f.Name); err != nil {
			return err
		}
		name = f.Name
	}
	if err := w.realm.DB.KeepOriginal(ctx, j, name, w.realm.Now().Add(set.KeepOriginals)); err != nil {
		return err
	}
	return w.realm.Media.Delete(ctx, c.Raw)
}

// erase deletes everything of a removed clip.
func (w *Worker) erase(ctx context.Context, j *store.Job) error {
	c, err := w.realm.DB.Clip(ctx, j.Clip)
	if err != nil {
		return err
	}
	if c.State != reelm.ClipRemoved {
		return fmt.Errorf("refusing to erase the media of clip %s, which is %s", c.ID, c.State)
	}
	if err := w.realm.Media.DeletePrefix(ctx, c.Media); err != nil {
		return err
	}
	if c.Raw != "" {
		if err := w.realm.Media.Delete(ctx, c.Raw); err != nil {
			return err
		}
	}
	return w.realm.DB.FinishJob(ctx, j)
}

// dropRaw deletes an upload that cannot become a clip.
func (w *Worker) dropRaw(ctx context.Context, id reelm.ClipID) error {
	c, err := w.realm.DB.Clip(ctx, id)
	if err != nil || c.Raw == "" {
		return err
	}
	if err := w.realm.DB.ForgetRaw(ctx, id); err != nil {
		return err
	}
	return errors.Join(w.realm.Media.Delete(ctx, c.Raw), w.realm.Media.DeletePrefix(ctx, c.Media))
}

// put moves a finished file into the clip's media.
func (w *Worker) put(ctx context.Context, c *reelm.Clip, dir, name string) error {
	return putFile(ctx, w.realm.Media, c.Media+"/"+name, filepath.Join(dir, name))
}

// putFile makes a local file an object: by taking it over where the store can
// do that, by copying it elsewhere.
func putFile(ctx context.Context, s blob.Store, key, path string) (err error) {
	if a, ok := s.(blob.Adopter); ok {
		return a.Adopt(ctx, key, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return s.Put(ctx, key, f, info.Size())
}

// fetch gives a local path to an object: its own where the store is a folder,
// a copy on the bench elsewhere.
func (w *Worker) fetch(ctx context.Context, key, dir string) (string, error) {
	if o, ok := w.realm.Media.(blob.Opener); ok {
		f, err := o.Open(key)
		if err != nil {
			return "", err
		}
		path, err := filepath.Abs(f.Name())
		return path, errors.Join(err, f.Close())
	}
	r, err := w.realm.Media.Get(ctx, key, 0, -1)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "input")
	f, err := os.Create(path)
	if err != nil {
		return "", errors.Join(err, r.Close())
	}
	_, err = io.Copy(f, r)
	return path, errors.Join(err, f.Close(), r.Close())
}
