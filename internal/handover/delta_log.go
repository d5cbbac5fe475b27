package handover

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"reelm/internal/eventlog"
	"reelm/internal/feed"
	"reelm/internal/realm"
)

// changedLog finds the messages that were taken off the log since.
func (d *difference) changedLog(ctx context.Context) error {
	type span struct{ from, to uint64 }
	var files []File
	if err := eachFile(filepath.Join(d.dir, listName), func(f File) error {
		if strings.HasPrefix(f.Name, logDir) {
			files = append(files, f)
		}
		return nil
	}); err != nil {
		return err
	}
	now, all := map[string]bool{}, int64(0)
	kept := map[uint64]bool{}
	if err := d.c.under(logDir, func(f File) error {
		now[f.SHA256] = true
		all += f.Count
		if !d.c.has(f) {
			return nil
		}
		return d.c.lines(f, func(line []byte) error {
			m, err := parseMessage(line)
			if err == nil && m.Seq <= uint64(d.base.Statement.Seq) {
				kept[m.Seq] = true
			}
			return err
		})
	}); err != nil {
		return err
	}
	d.c.counts["log"] = all
	for n, f := range files {
		if now[f.SHA256] {
			continue
		}
		s := span{firstOf(f), uint64(d.base.Statement.Seq)}
		if n+1 < len(files) {
			s.to = firstOf(files[n+1]) - 1
		}
		if err := d.r.Log.Read(ctx, s.from, s.to, func(m eventlog.Message) error {
			if !kept[m.Seq] {
				d.gone = append(d.gone, m.Seq)
			}
			delete(kept, m.Seq)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// firstOf is the position in the name of a file of the log.
func firstOf(f File) (n uint64) {
	_, _ = fmt.Sscanf(strings.TrimPrefix(f.Name, logDir), "%d", &n) // 0 where it is none: read from the start
	return n
}

// refold makes the model: from the one that is here, or from the start where
// something left the log.
func (d *difference) refold(ctx context.Context) (*feed.Fold, error) {
	dir := d.r.Path("model")
	if len(d.gone) > 0 {
		dir = ""
	}
	fold, err := feed.NewFold(dir)
	if err != nil {
		return nil, err
	}
	if len(d.gone) > 0 {
		gone := map[uint64]bool{}
		for _, seq := range d.gone {
			gone[seq] = true
		}
		err := d.r.Log.Read(ctx, 1, uint64(d.base.Statement.Seq), func(m eventlog.Message) error {
			if !gone[m.Seq] {
				fold.Apply(m, d.Notes)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return fold, d.newMessages(func(m eventlog.Message) error {
		fold.Apply(m, d.Notes)
		return nil
	})
}

// newMessages reads what came after the archive before.
func (d *difference) newMessages(fn func(eventlog.Message) error) error {
	last := uint64(d.base.Statement.Seq)
	return d.c.under(logDir, func(f File) error {
		if !d.c.has(f) {
			return nil
		}
		return d.c.lines(f, func(line []byte) error {
			m, err := parseMessage(line)
			if err != nil || m.Seq <= uint64(d.base.Statement.Seq) {
				return err
			}
			if m.Seq <= last || m.Seq > uint64(d.c.manifest.Seq) {
				return flaw("message %d of the log comes after %d, and the log ends at %d", m.Seq, last, d.c.manifest.Seq)
			}
			last = m.Seq
			m.Data = append([]byte(nil), m.Data...)
			return fn(m)
		})
	})
}

func (d *difference) applyLog(ctx context.Context, s realm.Stored) error {
	if err := d.eraseGone(ctx, s); err != nil {
		return err
	}
	im, err := s.ContinueLog(ctx)
	if err != nil {
		return err
	}
	if err := d.newMessages(func(m eventlog.Message) error {
		if m.Seq <= im.Last() {
			return nil // an attempt before has added it
		}
		return im.Add(ctx, m)
	}); err != nil {
		return err
	}
	_, err = im.Finish(ctx, uint64(d.c.manifest.Seq))
	return err
}
