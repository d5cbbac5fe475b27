package feed

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"reelm"
	"reelm/internal/eventlog"
	"reelm/internal/ledger"
	"reelm/internal/store"
)

// Forgetting is what has to leave the log, and with it the model.
type Forgetting struct {
	// Accounts and browsers of whom nothing may stay: what they did, what was
	// done with their clips, and who follows or blocks them.
	Viewers []reelm.ViewerID `json:"viewers,omitempty"`
	// Clips that go with every event on them, whoever did it.
	Clips []reelm.ClipID `json:"clips,omitempty"`
	// Histories of viewers: what they did with serves goes, the rest stays.
	Histories []reelm.ViewerID `json:"histories,omitempty"`
	// Before is the position below which everything that ages goes; 0 for
	// none.
	Before uint64 `json:"before,omitempty"`
}

// Forgotten says what a forgetting did. Old and New are the hashes of the
// model at one position, before and after.
type Forgotten struct {
	Messages int
	Clips    int // those of people included
	Position uint64
	Old, New [32]byte
}

// Causes of a forgetting, as the ledger tells them.
const (
	CausePerson  = "person"
	CauseHistory = "history"
	CauseClip    = "clip"
	CauseAge     = "age"
	CauseSplit   = "split"
)

// Forget takes messages off the log and makes the model anew from what is
// left, as if what is gone had never been. Feeds are answered meanwhile, from
// a model in which the viewers are unknown at once. What it did stands in the
// ledger when it returns. After an error, or the end of the process, the next
// Open goes on with it.
func (f *Feed) Forget(ctx context.Context, cause string, what Forgetting) (Forgotten, error) {
	doc, err := json.Marshal(what)
	if err != nil {
		return Forgotten{}, err
	}
	f.forgetting.Lock()
	defer f.forgetting.Unlock()
	n, err := f.realm.DB.BeginForgetting(ctx, cause, string(doc))
	if err != nil {
		return Forgotten{}, err
	}
	return f.forget(ctx, store.Forgetting{N: n, Cause: cause}, what)
}

// goOnForgetting ends what an earlier process began.
func (f *Feed) goOnForgetting(ctx context.Context) error {
	f.forgetting.Lock()
	defer f.forgetting.Unlock()
	begun, err := f.realm.DB.Forgettings(ctx, 0, true)
	if err != nil {
		return err
	}
	for _, b := range begun {
		var what Forgetting
		if err := json.Unmarshal([]byte(b.What), &what); err != nil {
			return fmt.Errorf("forgetting %d: %w", b.N, err)
		}
		if _, err := f.forget(ctx, b, what); err != nil {
			return err
		}
	}
	return nil
}

func (f *Feed) forget(ctx context.Context, noted store.Forgetting, what Forgetting) (out Forgotten, err error) {
	if err := f.Settle(ctx); err != nil {
		return out, err
	}
	out.Position, out.Old = f.Model()
	if noted.Old == "" {
		err = f.realm.DB.ForgettingFrom(ctx, noted.N, out.Position, hex.EncodeToString(out.Old[:]))
	} else {
		out.Position = noted.Position
		_, err = hex.Decode(out.Old[:], []byte(noted.Old))
	}
	if err != nil {
		return out, err
	}
	gone := newGone(what)
	if err := f.realm.Log.Read(ctx, 1, f.Position(), gone.findBrowsers); err != nil {
		return out, err
	}
	if err := f.forgetAtOnce(gone); err != nil {
		return out, err
	}
	if out.Messages, err = f.erase(ctx, gone, f.Position()); err != nil {
		return out, err
	}
	aged, err := f.ageOut(ctx, what.Before)
	if err != nil {
		return out, err
	}
	out.Messages += aged
	if out.New, err = f.refold(ctx, out.Position); err != nil {
		return out, err
	}
	if err := f.saveSnapshot(); err != nil {
		return out, err
	}
	out.Clips = len(gone.clips)
	return out, f.realm.DB.EndForgetting(ctx, noted.N, ledger.Forgetting{Cause: noted.Cause, People: int64(len(what.Viewers) + len(what.Histories)),
		Clips: int64(out.Clips), Messages: int64(out.Messages), Seq: int64(out.Position), Old: hex.EncodeToString(out.Old[:]), New: hex.EncodeToString(out.New[:])})
}

// ageOut takes what ages and lies below a position (0: nothing).
func (f *Feed) ageOut(ctx context.Context, below uint64) (n int, err error) {
	if below == 0 {
		return 0, nil
	}
	before, err := f.realm.Log.Info(ctx)
	if err != nil {
		return 0, err
	}
	if err := f.realm.Log.AgeOut(ctx, below); err != nil {
		return 0, err
	}
	after, err := f.realm.Log.Info(ctx)
	return int(before.Messages - after.Messages), err
}

// Published gives position and hash of the model, as the ledger may hold them:
// not while a forgetting makes the model anew.
func (f *Feed) Published() (pos uint64, hash [32]byte, ok bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.model.pos, f.model.engine.Hash(), !f.provisional
}

// gone decides which records go.
type gone struct {
	viewers   map[reelm.ViewerID]bool
	clips     map[reelm.ClipID]bool
	histories map[reelm.ViewerID]bool
	authors   map[string]bool // ids as interests spell them
	sounds    map[string]bool
}

func newGone(what Forgetting) *gone {
	g := &gone{map[reelm.ViewerID]bool{}, map[reelm.ClipID]bool{}, map[reelm.ViewerID]bool{}, map[string]bool{}, map[string]bool{}}
	for _, v := range what.Viewers {
		g.addViewer(v)
	}
	for _, c := range what.Clips {
		g.clips[c] = true
	}
	for _, v := range what.Histories {
		g.histories[v] = true
	}
	return g
}

func (g *gone) addViewer(v reelm.ViewerID) {
	g.viewers[v] = true
	g.authors[reelm.AccountID(v).String()] = true
}

// findBrowsers collects the browsers whose taste moved to somebody who goes,
// the clips of authors who go, and the sounds of clips that go.
func (g *gone) findBrowsers(m eventlog.Message) error {
	r, err := reelm.DecodeRecord(m.Data)
	if err != nil {
		return nil // the fold passes it over too
	}
	switch r.Kind {
	case reelm.RecordMerge:
		if g.viewers[r.Viewer] {
			g.addViewer(r.From)
		}
		if g.histories[r.Viewer] {
			g.histories[r.From] = true
		}
	case reelm.RecordBorn, reelm.RecordChanged:
		if g.viewers[reelm.ViewerID(r.Author)] {
			g.clips[r.Clip] = true
		}
		if g.clips[r.Clip] && r.Facts.Sound != 0 {
			g.sounds[r.Facts.Sound.String()] = true
		}
	}
	return nil
}

// takes says whether a record goes.
func (g *gone) takes(data []byte) bool {
	r, err := reelm.DecodeRecord(data)
	if err != nil {
		return false
	}
	switch {
	case g.viewers[r.Viewer], g.viewers[r.From], g.viewers[reelm.ViewerID(r.Author)], g.clips[r.Clip]:
		return true
	case r.Kind == reelm.RecordServe && g.histories[r.Viewer]:
		return true
	case r.Liking != nil:
		return r.Liking.Kind == reelm.SubjectAuthor && g.authors[r.Liking.Key] || r.Liking.Kind == reelm.SubjectSound && g.sounds[r.Liking.Key]
	}
	return false
}

// eraseBatch is how many messages are erased at once.
const eraseBatch = 500

func (f *Feed) erase(ctx context.Context, g *gone, upTo uint64) (n int, err error) {
	for from := uint64(1); ; {
		var seqs []uint64
		err := f.realm.Log.Read(ctx, from, upTo, func(m eventlog.Message) error {
			from = m.Seq + 1
			if g.takes(m.Data) {
				if seqs = append(seqs, m.Seq); len(seqs) == eraseBatch {
					return errEnough
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			return n, err
		}
		more := errors.Is(err, errEnough)
		erased, err := f.realm.Log.EraseSeqs(ctx, seqs)
		if n += erased; err != nil || !more {
			return n, err
		}
	}
}

var errEnough = errors.New("enough for one batch")

// forgetAtOnce makes the model that is in use know nothing of the viewers and
// clips, and deletes what was kept of them on the disk. The model's hash says
// nothing until the log has been folded anew.
func (f *Feed) forgetAtOnce(g *gone) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.provisional = true
	if err := f.model.drop(g); err != nil {
		return err
	}
	names, err := listSnapshots(f.realm.Path("model"))
	for _, n := range names {
		err = errors.Join(err, os.Remove(filepath.Join(f.realm.Path("model"), n)))
	}
	return err
}

// refold makes a model of what is left on the log and puts it in the place of
// the one in use. It gives the hash that the new one had at a position.
func (f *Feed) refold(ctx context.Context, at uint64) (hash [32]byte, err error) {
	m, err := newModel()
	if err != nil {
		return hash, err
	}
	fold := func(from, to uint64) error {
		if from > to {
			return nil
		}
		return f.realm.Log.Read(ctx, from, to, func(msg eventlog.Message) error {
			if err := m.apply(msg.Seq, msg.Data); err != nil {
				f.log.Error("a record was passed over", "error", err)
			}
			return nil
		})
	}
	if err := fold(1, at); err != nil {
		return hash, err
	}
	hash = m.engine.Hash()
	m.pos = max(m.pos, at)
	if err := fold(m.pos+1, f.Position()); err != nil { // most of what came since
		return hash, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := fold(m.pos+1, f.model.pos); err != nil { // the rest, while nothing moves
		return hash, fmt.Errorf("catching up: %w", err)
	}
	m.pos, m.outbox = f.model.pos, max(m.outbox, f.model.outbox)
	f.model, f.provisional = m, false
	close(f.moved)
	f.moved = make(chan struct{})
	return hash, nil
}
