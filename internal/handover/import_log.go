package handover

import (
	"context"
	"path/filepath"

	"reelm/internal/eventlog"
	"reelm/internal/feed"
	"reelm/internal/realm"
)

// log makes the event log and folds it: the model must be the one that the
// manifest names.
func (i *importing) log(ctx context.Context, u *realm.Unborn) (model string, err error) {
	if !i.c.includes(Log) {
		im, err := u.Log(ctx, 1)
		if err != nil {
			return "", err
		}
		_, err = im.Finish(ctx, 0)
		return "", err
	}
	fold, err := feed.NewFold("")
	if err != nil {
		return "", err
	}
	var im *eventlog.Import
	add := func(m eventlog.Message) error {
		if im == nil {
			if im, err = u.Log(ctx, m.Seq); err != nil {
				return err
			}
		}
		return im.Add(ctx, m)
	}
	i.read.begin("folding", 0)
	if err := i.eachMessage(fold, add); err != nil {
		return "", err
	}
	if im == nil {
		if im, err = u.Log(ctx, uint64(i.c.manifest.Seq)+1); err != nil {
			return "", err
		}
	}
	if _, err := im.Finish(ctx, uint64(i.c.manifest.Seq)); err != nil {
		return "", err
	}
	if model, err = i.sameModel(fold); err != nil {
		return "", err
	}
	return model, fold.Save(filepath.Join(u.Dir(), "model"), uint64(i.c.manifest.Seq))
}

// eachMessage reads the messages of the archive in order.
func (i *importing) eachMessage(fold *feed.Fold, add func(eventlog.Message) error) error {
	var last uint64
	var n int64
	err := i.c.under(logDir, func(f File) error {
		return i.c.lines(f, func(line []byte) error {
			m, err := parseMessage(line)
			if err != nil {
				return err
			}
			if m.Seq <= last || m.Seq > uint64(i.c.manifest.Seq) {
				return flaw("message %d of the log comes after %d, and the log ends at %d", m.Seq, last, i.c.manifest.Seq)
			}
			last = m.Seq
			n++
			m.Data = append([]byte(nil), m.Data...)
			if fold != nil {
				fold.Apply(m, i.Notes)
			}
			return add(m)
		})
	})
	i.c.counts["log"] = n
	return err
}

func (i *importing) sameModel(fold *feed.Fold) (string, error) {
	got := hexOf(fold.Hash())
	if want := i.c.manifest.Model; want != "" && want != got {
		return "", flaw("the log folds to the model %s, and the manifest says %s", got, want)
	}
	return got, nil
}
