package handover

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"reelm"
	"reelm/internal/eventlog"
	"reelm/internal/feed"
	"reelm/internal/ledger"
	"reelm/internal/realm"
	"reelm/internal/store"
)

// Split makes a realm of its own, on the same server, of the people of one
// country or language.
type Split struct {
	Where string // country=CC or language=LL: of accounts
	To    string // name of the new realm
	Host  string // its address
}

// Splitted is what a split did.
type Splitted struct {
	People, Clips int64
	Events        int64 // messages of the log that went along
	Forgotten     int64 // and that were forgotten where they came from
}

// settle is how long other processes may take to hear that a part has left.
const settle = time.Second

// part reads Where.
func (x Split) part() (s store.Split, err error) {
	s = store.Split{Name: x.To, Host: strings.ToLower(x.Host)}
	key, value, _ := strings.Cut(x.Where, "=")
	switch key {
	case "country":
		if s.Country = strings.ToUpper(value); realm.IsCountry(s.Country) {
			return s, nil
		}
	case "language":
		if s.Language, err = reelm.ParseLanguage(value, ""); err == nil && s.Language != "" {
			return s, nil
		}
	}
	return s, reelm.Wrong("where", "bad-where", "want country=CC, such as country=DE, or language=LL, such as language=de")
}

// Run splits. From its first moment on the people who go are shown the way to
// the new address and change nothing here, so that nothing of theirs is lost.
// If it fails before the new realm is there, everything is as before; after
// that it is ended by whoever opens the realm next (see EndSplits).
func (x Split) Run(ctx context.Context, set *realm.Set, p Place) (_ *Splitted, born *realm.Realm, err error) {
	s, err := x.part()
	if err != nil {
		return nil, nil, err
	}
	if err := set.Free(ctx, x.To, s.Host); err != nil {
		return nil, nil, err
	}
	secret, err := realm.NewSigningKey(x.To)
	if err != nil {
		return nil, nil, err
	}
	key, err := ledger.ParseKey(secret)
	if err != nil {
		return nil, nil, err
	}
	s.Key = key.Verifier()
	people, err := p.BeginSplit(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil && born == nil {
			err = errors.Join(err, p.AbandonSplit(context.WithoutCancel(ctx), s))
		}
	}()
	if len(people) == 0 {
		return nil, nil, reelm.Wrong("where", "nobody-there", "nobody here is of %s", x.Where)
	}
	select {
	case <-time.After(settle):
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	out := &Splitted{}
	if born, err = x.make(ctx, set, p, s, secret, people, out); err != nil {
		return nil, born, err
	}
	left, err := leave(ctx, p, s, people)
	out.People, out.Clips, out.Forgotten = left.People, left.Clips, left.Forgotten
	return out, born, err
}

// make makes the new realm.
func (x Split) make(ctx context.Context, set *realm.Set, p Place, s store.Split, secret string, people []reelm.AccountID, out *Splitted) (_ *realm.Realm, err error) {
	u, err := set.Conceive(ctx, x.To, secret)
	if err != nil {
		return nil, err
	}
	born := false
	defer func() {
		if !born {
			err = errors.Join(err, u.Abandon(context.WithoutCancel(ctx)))
		}
	}()
	point, err := p.Feed.Point(ctx, "")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, point.Close()) }()
	told, err := splitLog(ctx, p, u, point, people, out)
	if err != nil {
		return nil, err
	}
	point.LogRead()
	if err := splitRows(ctx, p, u, point, s, people, told); err != nil {
		return nil, err
	}
	if err := splitMedia(ctx, p, u, people); err != nil {
		return nil, err
	}
	r, err := u.Birth(ctx)
	born = err == nil
	return r, err
}

// splitLog takes along what the people did with each other's clips, under the
// numbers that it had. told is the highest number in the outbox among it.
func splitLog(ctx context.Context, p Place, u *realm.Unborn, point *feed.Point, people []reelm.AccountID, out *Splitted) (told int64, err error) {
	k := newKept(people)
	read := func(fn func(eventlog.Message, *reelm.Record) error) error {
		return p.Log.Read(ctx, 1, point.Seq, func(m eventlog.Message) error {
			r, err := reelm.DecodeRecord(m.Data)
			if err != nil {
				return nil // the fold passes it over too
			}
			return fn(m, r)
		})
	}
	if err := read(func(_ eventlog.Message, r *reelm.Record) error { k.learn(r); return nil }); err != nil {
		return 0, err
	}
	im, err := u.Log(ctx, 1)
	if err != nil {
		return 0, err
	}
	err = read(func(m eventlog.Message, r *reelm.Record) error {
		if !k.takes(r) {
			return nil
		}
		out.Events++
		told = max(told, r.Outbox)
		return im.Add(ctx, m)
	})
	if err != nil {
		return told, err
	}
	_, err = im.Finish(ctx, point.Seq)
	return told, err
}

// kept decides which records go along.
type kept struct {
	viewers map[reelm.ViewerID]bool // accounts, and browsers that became theirs
	clips   map[reelm.ClipID]bool
	sounds  map[string]bool // as interests spell them
	authors map[string]bool
}

func newKept(people []reelm.AccountID) *kept {
	k := &kept{map[reelm.ViewerID]bool{}, map[reelm.ClipID]bool{}, map[string]bool{}, map[string]bool{}}
	for _, id := range people {
		k.viewers[id.Viewer()], k.authors[id.String()] = true, true
	}
	return k
}

// learn collects browsers and clips of those who go.
func (k *kept) learn(r *reelm.Record) {
	switch r.Kind {
	case reelm.RecordMerge:
		if k.viewers[r.Viewer] {
			k.viewers[r.From] = true
		}
	case reelm.RecordBorn, reelm.RecordChanged:
		if k.clips[r.Clip] || k.viewers[r.Author.Viewer()] {
			k.clips[r.Clip] = true
			if r.Facts.Sound != 0 {
				k.sounds[r.Facts.Sound.String()] = true
			}
		}
	}
}

func (k *kept) takes(r *reelm.Record) bool {
	switch r.Kind {
	case reelm.RecordConstitution:
		return true
	case reelm.RecordBorn, reelm.RecordChanged, reelm.RecordDied, reelm.RecordLimited, reelm.RecordUnlimited:
		return k.clips[r.Clip]
	}
	if !k.viewers[r.Viewer] || r.Clip != 0 && !k.clips[r.Clip] || r.Author != 0 && !k.viewers[r.Author.Viewer()] {
		return false
	}
	if l := r.Liking; l != nil {
		return l.Kind != reelm.SubjectAuthor && l.Kind != reelm.SubjectSound || k.authors[l.Key] || k.sounds[l.Key]
	}
	return true
}

// notAlong are tables that stay where they are: sessions end, uploads under
// way begin anew, and what was planned was planned for the other realm.
var notAlong = map[string]bool{"settings": true, "sessions": true, "forgettings": true, "phase_plan": true, "own_work": true, "receipts": true}

func splitRows(ctx context.Context, p Place, u *realm.Unborn, point *feed.Point, s store.Split, people []reelm.AccountID, told int64) error {
	tables, err := p.DB.Tables(ctx, store.Self)
	if err != nil {
		return err
	}
	values, err := point.SQL.Settings(ctx)
	if err != nil {
		return err
	}
	err = u.DB.Receive(ctx, func(r *store.Receiving) error {
		for _, t := range tables {
			if notAlong[t.Name] {
				continue
			}
			if err := point.SQL.Rows(ctx, t, store.Self, func(row, _ []byte) error { return r.Put(ctx, t.Name, row) }); err != nil {
				return err
			}
		}
		return r.KeepSplit(ctx, people, told)
	})
	if err != nil {
		return err
	}
	delete(values, "phase")
	values["host"] = s.Host
	if err := u.DB.SetSettings(ctx, values); err != nil {
		return err
	}
	if err := u.DB.FoundLedger(ctx, p.SigningKey().Verifier()); err != nil {
		return err
	}
	rule, err := realm.ParseRule(values, nil)
	if err != nil || rule.Threshold == 0 {
		return err
	}
	_, err = u.DB.Enter(ctx, store.Entering{Body: ledger.RuleChange{Rule: rule}}) // what is bound stays bound
	return err
}

func splitMedia(ctx context.Context, p Place, u *realm.Unborn, people []reelm.AccountID) error {
	copyOne := func(key string, size int64) (err error) {
		from, err := p.Media.Get(ctx, key, 0, -1)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, from.Close()) }()
		return u.Media.Put(ctx, key, from, size)
	}
	single := func(key string) error {
		info, err := p.Media.Stat(ctx, key)
		if err == nil {
			err = copyOne(key, info.Size)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it is not kept any more
		}
		return err
	}
	return p.DB.SplitMedia(ctx, people, func(folder, raw, avatar string) error {
		if avatar != "" {
			if err := single(path.Join("avatars", avatar)); err != nil {
				return err
			}
		}
		if raw != "" {
			if err := single(raw); err != nil {
				return err
			}
		}
		if folder == "" {
			return nil
		}
		for info, err := range p.Media.List(ctx, folder, "") {
			if err == nil {
				err = copyOne(info.Key, info.Size)
			}
			if err != nil {
				return fmt.Errorf("copying the media of a clip: %w", err)
			}
		}
		return nil
	})
}

// leave takes those who went out of the realm that they left. Each step may
// be done twice; the last one says that it is done.
func leave(ctx context.Context, p Place, s store.Split, people []reelm.AccountID) (out Splitted, err error) {
	what := feed.Forgetting{}
	for _, id := range people {
		what.Viewers = append(what.Viewers, id.Viewer())
	}
	gone, err := p.Feed.Forget(ctx, feed.CauseSplit, what)
	if err != nil {
		return out, err
	}
	out.People, out.Forgotten = int64(len(people)), int64(gone.Messages)
	err = p.DB.SplitMedia(ctx, people, func(folder, raw, avatar string) error {
		var err error
		if folder != "" {
			out.Clips++
			err = p.Media.DeletePrefix(ctx, folder)
		}
		if raw != "" {
			err = errors.Join(err, p.Media.Delete(ctx, raw))
		}
		if avatar != "" {
			err = errors.Join(err, p.Media.Delete(ctx, path.Join("avatars", avatar)))
		}
		return err
	})
	if err != nil {
		return out, err
	}
	return out, p.DB.LeaveSplit(ctx, s, ledger.Split{Key: s.Key, Country: s.Country, Language: s.Language, Accounts: out.People, Clips: out.Clips})
}

// EndSplits ends what an earlier process began: where the new realm is there
// the people leave the old one, and where it is not everything is as before.
func EndSplits(ctx context.Context, set *realm.Set, p Place) error {
	begun, people, err := p.DB.Splits(ctx)
	if err != nil {
		return err
	}
	for _, s := range begun {
		there, err := set.There(s.Name)
		if err == nil && there {
			_, err = leave(ctx, p, s, people)
		} else if err == nil {
			err = p.AbandonSplit(ctx, s)
		}
		if err != nil {
			return fmt.Errorf("ending the split of %s from %s: %w", s.Name, p.Name, err)
		}
	}
	return nil
}
