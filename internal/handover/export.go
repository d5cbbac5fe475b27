package handover

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/tlog"

	"reelm"
	"reelm/internal/blob"
	"reelm/internal/eventlog"
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

// permitted asks the rule for what is about to leave.
func (e *export) permitted(ctx context.Context, seq int64) ([]ledgerNote, error) {
	what := boundParts(e.Include)
	if len(what) == 0 {
		return nil, nil
	}
	return Permitted(ctx, e.p.Realm, ledger.Use{What: what, Recipient: e.To, Seq: seq}, e.Permits)
}

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

func (e *export) log(ctx context.Context) error {
	c := &chunker{p: e.pack}
	var first uint64
	c.name = func(int) string { return fmt.Sprintf("%s%016d.ndjson", logDir, first) }
	var line []byte
	err := e.p.Log.Read(ctx, 1, e.point.Seq, func(m eventlog.Message) error {
		if c.rows > 0 && m.Seq/chunkSpan != first/chunkSpan {
			if err := c.cut(); err != nil {
				return err
			}
		}
		if c.rows == 0 {
			first = m.Seq
		}
		line = appendMessage(line[:0], m)
		return c.add(line)
	})
	e.counts["log"] = c.all
	return errors.Join(err, c.cut())
}

// schema is what schema.json holds.
type schema struct {
	Version int64         `json:"version"` // of the database's schema
	Tables  []store.Table `json:"tables"`
}

func (e *export) tables(ctx context.Context) error {
	s := schema{}
	var err error
	if s.Version, err = e.p.DB.SchemaVersion(ctx); err != nil {
		return err
	}
	if s.Tables, err = e.p.DB.Tables(ctx, e.audience); err != nil {
		return err
	}
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := e.pack.bytes(schemaName, int64(len(s.Tables)), append(b, '\n')); err != nil {
		return err
	}
	for _, t := range s.Tables {
		c := &chunker{p: e.pack, name: numbered(tablesDir + t.Name + "/")}
		err := e.point.SQL.Rows(ctx, t, e.audience, func(row, key []byte) error {
			if err := c.add(row); err != nil {
				return err
			}
			if cutsBehind(key) {
				return c.cut()
			}
			return nil
		})
		if err = errors.Join(err, c.cut()); err != nil {
			return err
		}
		e.counts[strings.ReplaceAll(t.Name, "_", "-")] = c.all
	}
	var doc []byte
	if e.constitution, doc, err = e.point.SQL.Constitution(ctx); err != nil || doc == nil {
		return err
	}
	return e.pack.bytes(constitutionName, 1, doc)
}

// ledger writes the ledger as it is served.
func (e *export) ledger(ctx context.Context) (err error) {
	fetch := e.point.SQL.Ledger().Fetch
	if e.checkpoint, err = fetch(ctx, ledger.CheckpointPath); err != nil {
		return err
	}
	c, err := ledger.PeekCheckpoint(e.checkpoint)
	if err != nil {
		return err
	}
	e.counts["ledger"] = c.Tree.N
	put := func(path string) error {
		b, err := fetch(ctx, path)
		if err != nil {
			return err
		}
		return e.pack.bytes(ledgerDir+path, 1, b)
	}
	if err := e.pack.bytes(ledgerDir+"key", 1, []byte(e.p.SigningKey().Verifier()+"\n")); err != nil {
		return err
	}
	for _, path := range append([]string{ledger.CheckpointPath}, ledger.Resources(c.Tree.N)...) {
		if err := put(path); err != nil {
			return err
		}
	}
	ids, err := e.point.SQL.Statements(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := put(ledger.StatementPath(id)); err != nil {
			return err
		}
	}
	return nil
}

// media writes what is stored, and under which keys.
func (e *export) media(ctx context.Context) (err error) {
	var total int64
	for info, err := range e.p.Media.List(ctx, "", "") {
		if err != nil {
			return err
		}
		total += info.Size
	}
	e.pack.read.begin("writing", total)
	old := ""
	if e.since != nil {
		old = e.kept(e.since.ID, "media")
	}
	before, err := openSeen(old)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, before.close()) }()
	keep, err := newSpool(filepath.Join(e.work, "media"))
	if err != nil {
		return err
	}
	for info, err := range e.p.Media.List(ctx, "", "") {
		if err != nil {
			return errors.Join(err, keep.f.Close())
		}
		line, err := e.object(ctx, before, info)
		if errors.Is(err, fs.ErrNotExist) {
			continue // erased meanwhile
		}
		if err == nil {
			err = keep.add(seen{line, info.Modified.UnixNano()})
		}
		if err != nil {
			return errors.Join(err, keep.f.Close())
		}
		e.counts["objects"]++
		e.counts["media-bytes"] += info.Size
	}
	if err := keep.close(); err != nil {
		return err
	}
	c := &chunker{p: e.pack, name: numbered(mediaListDir)}
	err = eachLine(filepath.Join(e.work, "media"), func(b []byte) error {
		var s seen
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		line, err := json.Marshal(s.mediaLine)
		if err != nil {
			return err
		}
		if err := c.add(line); err != nil {
			return err
		}
		if cutsBehind([]byte(s.Key)) {
			return c.cut()
		}
		return nil
	})
	return errors.Join(err, c.cut())
}

// object writes one object, unless the other side has it.
func (e *export) object(ctx context.Context, before *seenBefore, info blob.Info) (line mediaLine, err error) {
	open := func(off, n int64) (io.ReadCloser, error) { return e.p.Media.Get(ctx, info.Key, off, n) }
	known, err := before.of(info.Key, info.Size, info.Modified.UnixNano())
	if err != nil {
		return line, err
	}
	if known == nil || info.Size > pieceSize {
		line = mediaLine{Key: info.Key, Bytes: info.Size}
		h := sha256.New()
		if err := copyPiece(h, open, 0, info.Size); err != nil {
			return line, err
		}
		line.SHA256 = hex.EncodeToString(h.Sum(nil))
	} else {
		line = known.mediaLine
	}
	if info.Size > pieceSize {
		line.Pieces = int((info.Size + pieceSize - 1) / pieceSize)
		name := mediaDir + line.SHA256[:2] + "/" + line.SHA256
		return line, e.pack.pieces(name, info.Size, open)
	}
	f := File{line.file(0), line.SHA256, info.Size, 1}
	if _, ok := e.pack.have[f.sum()]; ok {
		return line, e.pack.put(f, nil)
	}
	r, err := open(0, info.Size)
	if err != nil {
		return line, err
	}
	return line, errors.Join(e.pack.put(f, r), r.Close())
}

// sign writes the manifest. The ledger has the export before the archive has
// what makes it one.
func (e *export) sign(ctx context.Context, list File) ([]byte, error) {
	m := ledger.Manifest{
		Realm: e.p.SigningKey().Verifier(), Name: e.p.Name, At: e.at.UTC().Format("2006-01-02T15:04:05Z"), Recipient: e.To, Include: e.Include,
		Seq: int64(e.point.Seq), Constitution: e.constitution, Ledger: string(e.checkpoint), Counts: e.counts,
		Members: []ledger.Member{{Name: list.Name, SHA256: list.SHA256, Bytes: list.Bytes, Count: list.Count}},
	}
	if e.includes(Algorithm) {
		m.Model = hex.EncodeToString(e.point.Model[:])
	}
	if e.since != nil {
		m.Since = e.since.ID
	}
	if e.backup {
		return ledger.Sign(m, e.p.SigningKey())
	}
	notes, err := e.permitted(ctx, m.Seq)
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		m.Permits = append(m.Permits, n.ID)
	}
	signed, err := ledger.Sign(m, e.p.SigningKey())
	if err != nil {
		return nil, err
	}
	return signed, e.enter(ctx, m, signed, notes)
}

func (e *export) enter(ctx context.Context, m ledger.Manifest, signed []byte, permits []ledgerNote) error {
	tree, err := m.Parts()
	if err != nil {
		return err
	}
	body := ledger.Export{Manifest: store.StatementID(signed), Size: tree.N, Recipient: e.To, What: e.Include, Seq: m.Seq, Model: m.Model, Bytes: e.pack.written,
		Constitution: m.Constitution, Permits: m.Permits}
	acts := []store.Entering{{Body: body, Statements: append(permits, ledgerNote{ID: body.Manifest, Note: signed})}}
	if len(permits) > 0 {
		acts = append([]store.Entering{{Body: ledger.PermitAct{Act: "used", Statements: m.Permits, What: boundParts(e.Include), Recipient: e.To, Constitution: m.Constitution}, Statements: permits}}, acts...)
	}
	_, err = e.p.DB.Enter(ctx, acts...)
	return err
}

// boundParts are those that a realm's rule may keep in.
func boundParts(include []string) []string {
	return slices.DeleteFunc(slices.Clone(include), func(w string) bool { return w != Log && w != Algorithm })
}

// keep leaves beside the archive what the next one goes on from.
func (e *export) keep(out *Exported) error {
	if e.backup {
		return nil
	}
	for what, from := range map[string]string{"files": listName, "media": "media"} {
		if err := os.Rename(filepath.Join(e.work, from), e.kept(out.Manifest, what)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	name := e.Manifest
	if name == "" {
		if info, err := os.Stat(e.Out); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
			return nil // a pipe has nothing beside it
		}
		name = strings.TrimSuffix(e.Out, "/") + ".manifest"
	}
	if err := os.WriteFile(name+".partial", out.Note, 0o644); err != nil {
		return err
	}
	return os.Rename(name+".partial", name)
}

// ParseRecipient reads the public key that an archive is encrypted to.
func ParseRecipient(s string) (*age.X25519Recipient, error) {
	r, err := age.ParseX25519Recipient(s)
	if err != nil {
		return nil, reelm.Wrong("to", "bad-recipient", "%.80q is no recipient such as age1..., which reelm handover keygen prints", s)
	}
	return r, nil
}

const readme = `A realm of Reelm, whole or in part, as it passes to another operator.

schema.json           tables, their keys and columns, the tables that others refer to first
tables/NAME/N.ndjson  rows, one JSON object a line
log/SEQ.ndjson        the event log: what was watched, one message a line
model/model.snapshot  the model that was learned of it
constitution.json     the ranking document in force
ledger/               the transparency log, in the formats of C2SP tlog-tiles
media-list/N.ndjson   media by their key, with the hash of their content
media/XX/HASH         media by the SHA-256 of their content
files.ndjson          every file, with its SHA-256
manifest.note         signs the list of files

docs/handover-format.md of Reelm describes all of it.
`
