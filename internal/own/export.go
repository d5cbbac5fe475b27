package own

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"reelm"
	"reelm/internal/eventlog"
	"reelm/internal/realm"
	"reelm/internal/store"
)

// readMe explains an archive to whoever opens it without Reelm.
const readMe = `This archive holds everything that Reelm kept of you.

account.json      your account and settings
clips/ID/         each of your clips: clip.json, its media, its subtitles
data/*.json       one file per kind: comments, likes, follows, blocks, mutes,
                  interests, collections, history, messages, notifications, ...
interests.json    what the engine believes you like, and what you told it
events.jsonl      what you watched and did, one record per line, in the order
                  of the event log (times "t" are Unix milliseconds, "u" is you,
                  "c" a clip, "e" what was done)

Times are Unix milliseconds unless they are written out. Ids are opaque.
`

// export writes a person's archive and gives its key in the blob store.
func (d *Desk) export(ctx context.Context, w *store.OwnWork) (key string, err error) {
	f, err := d.scratch()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	z := zip.NewWriter(f)
	e := &exporter{Desk: d, ctx: ctx, zip: z, work: w}
	if err := e.all(); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return "", err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	name, err := realm.NewFolder()
	if err != nil {
		return "", err
	}
	key = "exports/" + name + ".zip"
	return key, d.realm.Media.Put(ctx, key, f, size)
}

// exporter writes one archive.
type exporter struct {
	*Desk
	ctx  context.Context
	zip  *zip.Writer
	work *store.OwnWork
}

func (e *exporter) all() error {
	if err := e.text("README.txt", readMe); err != nil {
		return err
	}
	account, err := e.realm.DB.Account(e.ctx, reelm.AccountID(e.work.Viewer))
	switch {
	case reelm.KindOf(err) == reelm.NotFound: // a browser without an account
	case err != nil:
		return err
	default:
		if err := e.json("account.json", account); err != nil {
			return err
		}
		if err := e.clips(account); err != nil {
			return err
		}
	}
	tables, err := e.realm.DB.OwnRows(e.ctx, e.work.Viewer)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := e.json("data/"+t.Name+".json", t.Rows); err != nil {
			return err
		}
	}
	if err := e.json("interests.json", e.feed.Interests(e.work.Viewer)); err != nil {
		return err
	}
	return e.events()
}

func (e *exporter) clips(a *reelm.Account) error {
	clips, err := e.realm.DB.AllClipsOf(e.ctx, a.ID)
	if err != nil {
		return err
	}
	if err := e.realm.DB.FillSubtitles(e.ctx, clips); err != nil {
		return err
	}
	for i, c := range clips {
		if c.State == reelm.ClipRemoved {
			continue
		}
		dir := "clips/" + c.ID.String() + "/"
		about := map[string]any{"id": c.ID.String(), "state": c.State, "visibility": c.Visibility, "caption": c.Caption, "tags": c.Tags,
			"language": c.Language, "sound": c.SoundName, "duration_ms": c.Duration.Milliseconds(), "width": c.Width, "height": c.Height,
			"likes": c.Counts.Likes, "comments": c.Counts.Comments, "created": c.Created, "published": c.Published}
		if err := e.json(dir+"clip.json", about); err != nil {
			return err
		}
		for key := range e.media(c) {
			if err := e.blob(dir+path.Base(key), key); err != nil {
				return err
			}
		}
		if err := e.realm.DB.OwnProgress(e.ctx, e.work, 5+80*(i+1)/len(clips)); err != nil {
			return err
		}
	}
	return nil
}

// media gives the files of a clip that belong into an archive: the original,
// or else the best that is left, and what was written for it.
func (e *exporter) media(c *reelm.Clip) map[string]bool {
	keys := map[string]bool{}
	switch {
	case c.Original != "":
		keys[c.Media+"/"+c.Original] = true
	case c.Raw != "":
		keys[c.Raw] = true
	case len(c.Renditions) > 0:
		best := c.Renditions[0]
		for _, r := range c.Renditions {
			if r.Height > best.Height {
				best = r
			}
		}
		keys[c.Media+"/"+best.File] = true
	}
	for _, f := range c.Subtitles {
		keys[c.Media+"/"+f.File] = true
	}
	return keys
}

func (e *exporter) create(name string) (io.Writer, error) {
	return e.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: e.realm.Now().UTC().Truncate(time.Second)})
}

func (e *exporter) text(name, s string) error {
	w, err := e.create(name)
	if err == nil {
		_, err = io.WriteString(w, s)
	}
	return err
}

func (e *exporter) json(name string, v any) error {
	w, err := e.create(name)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}

func (e *exporter) blob(name, key string) (err error) {
	body, err := e.realm.Media.Get(e.ctx, key, 0, -1)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	w, err := e.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: e.realm.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, body)
	return err
}

// events copies the person's own records from the log.
func (e *exporter) events() error {
	w, err := e.create("events.jsonl")
	if err != nil {
		return err
	}
	last, err := e.realm.Log.Last(e.ctx)
	if err != nil || last == 0 {
		return err
	}
	return e.realm.Log.Read(e.ctx, 1, last, func(m eventlog.Message) error {
		r, err := reelm.DecodeRecord(m.Data)
		if err != nil || r.Viewer != e.work.Viewer {
			return nil // of somebody else
		}
		_, err = fmt.Fprintf(w, "%s\n", m.Data)
		return err
	})
}
