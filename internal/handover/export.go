package handover

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/tlog"

	"reelm"
	"reelm/internal/feed"
	"reelm/internal/ledger"
	"reelm/internal/realm"
	"reelm/internal/store"
)

// Place is a realm with its feed.
type Place struct {
	*realm.Realm
	Feed *feed.Feed
}

// Parts of a realm that an export includes.
const (
	People    = "people"    // what people made and said of themselves
	Media     = "media"     // their bytes
	Log       = "log"       // the event log: what they watched
	Algorithm = "algorithm" // the model that was learned of it
)

// Everything is what is included by default.
var Everything = []string{People, Media, Log, Algorithm}

// Export says what to export.
type Export struct {
	To       string   // the recipient's public key (age1...)
	Include  []string // Everything if empty
	Since    []byte   // signed manifest of the export to go on from
	Permits  [][]byte
	Out      string // a file, a pipe, or a folder that is there
	Manifest string // where the manifest lies in the clear; empty: OUT.manifest
	Tell     func(Progress)

	backup bool // to ourselves; nothing is entered into the ledger
}

// Exported is what was exported.
type Exported struct {
	Manifest tlog.Hash // ID
	Note     []byte    // the signed manifest
	Files    int64
	Bytes    int64 // of what the archive holds
	Seq      int64
	Counts   map[string]int64
}

// export is one under way.
type export struct {
	Export
	p        Place
	at       time.Time
	pack     *packer
	dir      string // of what exports keep
	work     string // of this one
	point    *feed.Point
	audience store.Audience

	counts       map[string]int64
	constitution int64
	checkpoint   []byte
	since        *ledger.Signed[ledger.Manifest]
}

// ExportsDir is the folder of a realm that keeps what exports held, for those
// that go on from them.
const ExportsDir = "exports"

// Run makes an archive of a realm that goes on. With algorithm or log it asks
// for the permits that the realm's rule wants; refused is an Error of kind
// Refused, and stands in the ledger like what was exported.
func (x Export) Run(ctx context.Context, p Place) (_ *Exported, err error) {
	e := &export{Export: x, p: p, at: p.Now(), counts: map[string]int64{}, dir: p.Path(ExportsDir)}
	if x.backup {
		e.audience = store.Self
	}
	if err := e.check(ctx); err != nil {
		return nil, err
	}
	if err := p.DB.Claim(ctx); err != nil { // what came from elsewhere is ours with this
		return nil, err
	}
	if err := os.MkdirAll(e.dir, 0o700); err != nil {
		return nil, err
	}
	if e.work, err = os.MkdirTemp(e.dir, ".work-*"); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(e.work)) }()
	out, err := e.open()
	if err != nil {
		return nil, err
	}
	done, err := e.run(ctx)
	if o, ok := out.(*oneStream); ok && err != nil {
		err = errors.Join(err, o.drop())
	}
	return done, err
}

// check refuses what cannot be exported, before anything is.
func (e *export) check(ctx context.Context) error {
	if len(e.Include) == 0 {
		e.Include = Everything
	}
	e.Include = slices.Compact(slices.Sorted(slices.Values(e.Include)))
	for _, w := range e.Include {
		if !slices.Contains(Everything, w) {
			return reelm.Wrong("include", "bad-include", "%q is none of %s", w, strings.Join(Everything, ", "))
		}
	}
	if !e.includes(People) || e.includes(Algorithm) && !e.includes(Log) {
		return reelm.Wrong("include", "bad-include", "want people, and the log with the algorithm: a model without its log cannot forget anybody")
	}
	if !e.backup {
		if _, err := ParseRecipient(e.To); err != nil {
			return err
		}
		if !e.p.HasKey() {
			return reelm.ErrGone
		}
	}
	if e.Since != nil {
		if err := e.goOn(); err != nil {
			return err
		}
	}
	if e.backup {
		return nil
	}
	if err := e.heard(ctx); err != nil {
		return err
	}
	_, err := e.permitted(ctx, int64(e.p.Feed.Position()))
	return err
}

// goOn reads the manifest of the export to go on from.
func (e *export) goOn() error {
	key, err := ledger.ParseVerifier(e.p.SigningKey().Verifier())
	if err != nil {
		return err
	}
	m, err := ledger.Open[ledger.Manifest](e.Since, key)
	if err != nil {
		return &reelm.Error{Kind: reelm.Refused, Code: "foreign-manifest", Field: "since", Detail: "this realm has not signed it", Err: err}
	}
	if !e.includes(Log) || !slices.Contains(m.Statement.Include, Log) {
		return reelm.Wrong("since", "no-log", "what came after can only be carried with the log")
	}
	if m.Statement.Recipient != e.To {
		return reelm.Wrong("since", "other-recipient", "that export was for another recipient: %s", m.Statement.Recipient)
	}
	e.since = &m
	return nil
}

func (e *export) includes(part string) bool { return slices.Contains(e.Include, part) }

// open opens where the archive goes and learns what is there already.
func (e *export) open() (parts, error) {
	e.pack = &packer{at: e.at, have: map[sum]struct{}{}, read: newMeter(e.Tell, e.p.Now)}
	if e.To != "" {
		to, err := ParseRecipient(e.To)
		if err != nil {
			return nil, err
		}
		e.pack.to = to
	}
	if e.since != nil {
		err := eachFile(e.kept(e.since.ID, "files"), func(f File) error {
			e.pack.have[f.sum()] = struct{}{}
			return nil
		})
		if errors.Is(err, fs.ErrNotExist) {
			return nil, reelm.Wrong("since", "unknown-export", "nothing is kept here of that export: make a whole one")
		}
		if err != nil {
			return nil, err
		}
	}
	var out parts = newStream(e.Out)
	if isFolder(e.Out) {
		f, err := newFolder(e.Out, partHead{e.p.SigningKey().Verifier(), e.To}, func(f File) { e.pack.have[f.sum()] = struct{}{} })
		if err != nil {
			return nil, err
		}
		out = f
	}
	e.pack.parts = out
	var err error
	e.pack.list, err = newSpool(filepath.Join(e.work, listName))
	return out, err
}

// kept is what is kept of an export.
func (e *export) kept(id tlog.Hash, what string) string {
	return filepath.Join(e.dir, hex.EncodeToString(id[:])+"."+what)
}

func (e *export) run(ctx context.Context) (*Exported, error) {
	if err := e.moment(ctx); err != nil {
		return nil, errors.Join(err, e.pack.list.f.Close())
	}
	if e.includes(Media) {
		err := e.media(ctx)
		if err == nil {
			e.counts["missing"], _, err = missingMedia(ctx, e.p.DB, e.p.Media)
		}
		if err != nil {
			return nil, errors.Join(err, e.pack.list.f.Close())
		}
	}
	out := &Exported{Seq: int64(e.point.Seq), Counts: e.counts}
	var text []byte
	err := e.pack.finish(func(list File) (_ []byte, err error) {
		text, err = e.sign(ctx, list)
		return text, err
	})
	if err != nil {
		return nil, err
	}
	out.Note, out.Files, out.Bytes = text, e.pack.files, e.pack.written
	out.Manifest = store.StatementID(text)
	if err := e.keep(out); err != nil {
		return nil, err
	}
	return out, nil
}

// moment writes what must be of one moment.
func (e *export) moment(ctx context.Context) (err error) {
	model := filepath.Join(e.work, "model")
	if !e.includes(Algorithm) {
		model = ""
	}
	e.pack.read.begin("reading", 0)
	if e.point, err = e.p.Feed.Point(ctx, model); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.point.Close()) }()
	if err := e.pack.bytes(readmeName, 1, []byte(readme)); err != nil {
		return err
	}
	if e.backup {
		if err := e.keys(); err != nil {
			return err
		}
	}
	if e.includes(Log) {
		if err := e.log(ctx); err != nil {
			return err
		}
	}
	e.point.LogRead()
	if err := e.say(ctx); err != nil {
		return err
	}
	if model != "" {
		if err := e.pack.large(modelDir+"model.snapshot", model); err != nil {
			return err
		}
	}
	if err := e.tables(ctx); err != nil {
		return err
	}
	return e.ledger(ctx)
}

// ParseRecipient reads the public key that an archive is encrypted to.
func ParseRecipient(s string) (*age.X25519Recipient, error) {
	r, err := age.ParseX25519Recipient(s)
	if err != nil {
		return nil, reelm.Wrong("to", "bad-recipient", "%.80q is no recipient such as age1..., which reelm handover keygen prints", s)
	}
	return r, nil
}
