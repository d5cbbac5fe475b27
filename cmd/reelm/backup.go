package main

import (
	"context"
	"fmt"
	"path/filepath"

	"reelm/internal/server"
)

type backupCmd struct {
	Make   backupMakeCmd   `cmd:"" default:"withargs" help:"Make a backup of a realm."`
	Keygen backupKeygenCmd `cmd:"" help:"Make the key that a realm's backups are encrypted to."`
}

type backupMakeCmd struct {
	target
	Out    string   `arg:"" help:"The backup; - for standard output." placeholder:"FILE"`
	To     string   `help:"Encrypt to this recipient instead of the realm's backup key." placeholder:"age1..."`
	Permit []string `help:"Permits for another recipient, where a rule asks for them." placeholder:"FILE"`
	JSON   bool     `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (backupMakeCmd) Help() string {
	return "The realm goes on meanwhile. A backup holds everything, its keys too; without a backup key it is not encrypted. Example: reelm backup main.backup"
}

// Run makes the backup.
func (c *backupMakeCmd) Run(ctx context.Context, s streams) error {
	permits, err := readFiles(c.Permit)
	if err != nil {
		return err
	}
	var out server.HandoverExported
	err = c.toOut(c.Out, s, func(path string) error {
		return c.callLong(ctx, s, "backup", server.Backup{Realm: c.Realm, Out: path, To: c.To, Permits: permits}, &out)
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

type backupKeygenCmd struct {
	target
	Out string `required:"" help:"Identity file. Keep it elsewhere: nothing here can read the backups." placeholder:"FILE"`
}

// Help implements kong.HelpProvider.
func (backupKeygenCmd) Help() string {
	return "From then on the realm's backups are encrypted to it. Example: reelm backup keygen --out backup.key"
}

// Run makes the key and tells the realm of it.
func (c *backupKeygenCmd) Run(ctx context.Context, s streams) error {
	to, err := newIdentity(c.Out)
	if err != nil {
		return err
	}
	var out server.Nothing
	if err := c.call(ctx, s, "backup-key", server.BackupKey{Realm: c.Realm, Recipient: to}, &out); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, to)
	return err
}

type restoreCmd struct {
	target
	Archive  string `arg:"" help:"The backup." placeholder:"FILE"`
	Identity string `help:"Identity file of the backup key." placeholder:"KEY"`
	JSON     bool   `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (restoreCmd) Help() string {
	return "Everything is verified before anything is shown. A realm that is there is not replaced. Example: reelm restore main.backup --identity backup.key"
}

// Run restores.
func (c *restoreCmd) Run(ctx context.Context, s streams) (err error) {
	in := server.HandoverImport{Realm: c.Realm}
	if in.Identity, err = readIdentity(c.Identity); err != nil {
		return err
	}
	if in.From, err = filepath.Abs(c.Archive); err != nil {
		return err
	}
	var out server.HandoverImported
	if err := c.callLong(ctx, s, "restore", in, &out); err != nil {
		return err
	}
	return importedReport(s, out, c.JSON)
}
