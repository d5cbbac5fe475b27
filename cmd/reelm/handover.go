package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"filippo.io/age"

	"reelm/internal/handover"
	"reelm/internal/server"
)

type handoverCmd struct {
	Keygen  handoverKeygenCmd  `cmd:"" help:"Make the key of a recipient."`
	Export  handoverExportCmd  `cmd:"" help:"Make an archive of a realm for another operator."`
	Inspect handoverInspectCmd `cmd:"" help:"Look into an archive, and verify it with its key."`
	Import  handoverImportCmd  `cmd:"" help:"Verify an archive and make its realm here."`

	Receipt     handoverReceiptCmd     `cmd:"" help:"Enter the buyer's receipt: the realm is theirs from here on."`
	Purge       handoverPurgeCmd       `cmd:"" help:"Erase a realm that somebody else has, or that is closed."`
	Certificate handoverCertificateCmd `cmd:"" help:"Enter the former owner's certificate of purge."`
}

// writeNew writes a file that is not there yet, for its owner only.
func writeNew(name, content string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Sync(), f.Close())
}

// newIdentity writes an age identity file and gives its recipient.
func newIdentity(out string) (string, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", err
	}
	to := id.Recipient().String()
	return to, writeNew(out, fmt.Sprintf("# created: %s\n# public key: %s\n%s\n", time.Now().UTC().Format(time.RFC3339), to, id))
}

type handoverKeygenCmd struct {
	Out string `required:"" help:"Identity file, as age reads it. Keep it secret." placeholder:"FILE"`
}

// Help implements kong.HelpProvider.
func (handoverKeygenCmd) Help() string {
	return "Prints the recipient, for whoever exports. Example: reelm handover keygen --out buyer.key"
}

// Run makes the key.
func (c *handoverKeygenCmd) Run(s streams) error {
	to, err := newIdentity(c.Out)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, to)
	return err
}

type handoverExportCmd struct {
	target
	To       string   `required:"" help:"The recipient's public key." placeholder:"age1..."`
	Include  []string `help:"What leaves, of people, media, log, algorithm. Default: all." placeholder:"PART"`
	Since    string   `help:"Only what came after the export with this manifest." placeholder:"MANIFEST"`
	Where    string   `help:"A part of the realm: make it a realm of its own first (reelm realm split)." placeholder:"country=CC"`
	Permit   []string `help:"Permits, where a rule asks for them." placeholder:"FILE"`
	Manifest string   `help:"Where the manifest lies in the clear. Default: beside the archive." placeholder:"FILE"`
	Out      string   `required:"" help:"A file, - for standard output, or a folder for parts of at most 1 GiB." placeholder:"FILE|-|DIR"`
	JSON     bool     `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (handoverExportCmd) Help() string {
	return "The realm goes on meanwhile; the archive is of one moment. Into a folder it goes on with the first missing part. " +
		"Example: reelm handover export --to age1... --out sale.reelm"
}

// Run makes the archive.
func (c *handoverExportCmd) Run(ctx context.Context, s streams) (err error) {
	if c.Where != "" {
		return &usageError{"--where: make that part a realm of its own first, with reelm realm split, and export that"}
	}
	in := server.HandoverExport{Realm: c.Realm, To: c.To, Include: c.Include}
	if in.Permits, err = readFiles(c.Permit); err != nil {
		return err
	}
	if c.Since != "" {
		if in.Since, err = os.ReadFile(c.Since); err != nil {
			return err
		}
	}
	if in.Manifest, err = absolute(c.Manifest); err != nil {
		return err
	}
	if strings.HasSuffix(c.Out, "/") {
		if err := os.MkdirAll(c.Out, 0o700); err != nil {
			return err
		}
	}
	var out server.HandoverExported
	err = c.toOut(c.Out, s, func(path string) error {
		in.Out = path
		return c.callLong(ctx, s, "handover-export", in, &out)
	})
	if err != nil {
		return err
	}
	to := s.out
	if c.Out == "-" {
		to = s.err
	}
	return exportedReport(to, out, c.JSON)
}

func exportedReport(w io.Writer, out server.HandoverExported, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(out)
	}
	_, err := fmt.Fprintf(w, "%d files, %s, up to position %d of the log\n%s\nmanifest %s\n", out.Files, size(out.Bytes), out.Seq, counts(out.Counts), out.Manifest)
	return err
}

func counts(m map[string]int64) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if m[k] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", k, m[k]))
		}
	}
	return strings.Join(parts, ", ")
}

func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d bytes", n)
}

// toOut gives fn a path to write to: for standard output a pipe that is
// copied there, since the server may be another process.
func (t *target) toOut(out string, s streams, fn func(path string) error) (err error) {
	if out != "-" {
		path, err := filepath.Abs(out)
		if err != nil {
			return err
		}
		return fn(path)
	}
	dir, err := os.MkdirTemp("", "reelm-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	pipe := filepath.Join(dir, "out")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		return err
	}
	copied := make(chan error, 1)
	go func() {
		r, err := os.Open(pipe)
		if err == nil {
			_, err = io.Copy(s.out, r)
			err = errors.Join(err, r.Close())
		}
		copied <- err
	}()
	if err := fn(pipe); err != nil {
		return err
	}
	return <-copied
}

func absolute(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	return filepath.Abs(path)
}

func readFiles(names []string) (out [][]byte, err error) {
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// callLong runs a verb that takes long, with its progress on a terminal in
// one line, and elsewhere in plain lines every ten seconds.
func (t *target) callLong(ctx context.Context, s streams, verb string, in, out any) (err error) {
	c, err := server.Dial(ctx, t.Data, logger(s, slog.LevelError))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return c.CallLong(ctx, verb, in, out, progressTo(s.err))
}

func progressTo(w io.Writer) func(handover.Progress) {
	terminal := false
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	last := time.Now()
	return func(p handover.Progress) {
		text := p.Doing + " " + size(p.Done)
		if p.Total > 0 {
			text += " of " + size(p.Total)
		}
		if p.Left > 0 {
			text += ", " + p.Left.String() + " left"
		}
		switch {
		case terminal:
			fmt.Fprintf(w, "\r\x1b[K%s", text)
			if p.Total > 0 && p.Done >= p.Total {
				fmt.Fprintln(w)
			}
		case time.Since(last) > 10*time.Second:
			last = time.Now()
			fmt.Fprintln(w, text)
		}
	}
}

type handoverInspectCmd struct {
	Archive  string `arg:"" help:"The archive, a folder of parts, or a manifest." placeholder:"FILE|DIR"`
	Identity string `help:"Identity file of the recipient: verifies everything." placeholder:"KEY"`
	JSON     bool   `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (handoverInspectCmd) Help() string {
	return "Without the key it shows the manifest beside the archive. Example: reelm handover inspect sale.reelm --identity buyer.key"
}

// Run looks.
func (c *handoverInspectCmd) Run(ctx context.Context, s streams) error {
	identity, err := readIdentity(c.Identity)
	if err != nil {
		return err
	}
	ids, err := server.ParseIdentities(identity)
	if err != nil {
		return err
	}
	got, err := handover.Inspect(ctx, c.Archive, ids, progressTo(s.err))
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(got)
	}
	state := "not verified: give the identity file of its recipient"
	if got.Verified {
		state = "verified: signature, files, counts, ledger, model"
	}
	m := got.Manifest
	_, err = fmt.Fprintf(s.out, "%s, signed by %s at %s\nfor %s\nincludes %s, up to position %d of the log\n%s\nmanifest %s\n%s\n",
		m.Name, m.Realm, m.At, m.Recipient, strings.Join(m.Include, ", "), m.Seq, counts(m.Counts), got.ID, state)
	return err
}

func readIdentity(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	b, err := os.ReadFile(file)
	return string(b), err
}

type handoverImportCmd struct {
	target
	Archive  string `arg:"" help:"The archive, or a folder of parts." placeholder:"FILE|DIR"`
	Identity string `required:"" help:"Identity file of the recipient." placeholder:"KEY"`
	Key      string `help:"Verifier key of the realm that is expected." placeholder:"VERIFIER"`
	Receipt  string `required:"" help:"Where the receipt for the seller is written." placeholder:"FILE"`
	JSON     bool   `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (handoverImportCmd) Help() string {
	return "Everything is verified before anything is shown; any flaw, and nothing is imported. The realm takes what came after (export --since) " +
		"until it is first served or written to. Example: reelm handover import sale.reelm --identity buyer.key --receipt receipt"
}

// Run imports.
func (c *handoverImportCmd) Run(ctx context.Context, s streams) (err error) {
	in := server.HandoverImport{Realm: c.Realm, Key: c.Key}
	if in.Identity, err = readIdentity(c.Identity); err != nil {
		return err
	}
	if in.From, err = filepath.Abs(c.Archive); err != nil {
		return err
	}
	if in.Receipt, err = filepath.Abs(c.Receipt); err != nil {
		return err
	}
	var out server.HandoverImported
	if err := c.callLong(ctx, s, "handover-import", in, &out); err != nil {
		return err
	}
	return importedReport(s, out, c.JSON)
}

func importedReport(s streams, out server.HandoverImported, asJSON bool) error {
	if _, err := fmt.Fprint(s.err, out.Notes); err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	text := fmt.Sprintf("realm %s (%s over there), up to position %d of the log\n%s\n", out.Realm, out.Was, out.Seq, counts(out.Counts))
	if out.Model != "" {
		text += "the log folds to the model that was promised: " + out.Model + "\n"
	}
	_, err := fmt.Fprint(s.out, text)
	return err
}
