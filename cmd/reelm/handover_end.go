package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"reelm/internal/server"
)

type handoverReceiptCmd struct {
	target
	File string `arg:"" help:"The receipt that the buyer's import wrote." placeholder:"FILE"`
}

// Run enters a receipt.
func (c *handoverReceiptCmd) Run(ctx context.Context, s streams) error {
	return c.note(ctx, s, "handover-receipt", c.File)
}

type handoverCertificateCmd struct {
	target
	File string `arg:"" help:"The certificate that the former owner's purge wrote." placeholder:"FILE"`
}

// Run enters a certificate.
func (c *handoverCertificateCmd) Run(ctx context.Context, s streams) error {
	return c.note(ctx, s, "handover-certificate", c.File)
}

func (t *target) note(ctx context.Context, s streams, verb, file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var out server.Nothing
	return t.call(ctx, s, verb, server.HandoverNote{Realm: t.Realm, Note: b}, &out)
}

type handoverPurgeCmd struct {
	target
	Receipt     string `help:"The buyer's receipt. Without one the realm must be closed." placeholder:"FILE"`
	Certificate string `required:"" help:"Where the certificate is written." placeholder:"FILE"`
	DryRun      bool   `help:"Say what would be done, and do nothing."`
	JSON        bool   `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (handoverPurgeCmd) Help() string {
	return "There is no way back. What stays is the ledger, its last checkpoint, the certificate and a page of farewell; the realm's key signs the certificate and is destroyed. " +
		"Example: reelm handover purge --receipt receipt --certificate certificate"
}

// Run purges.
func (c *handoverPurgeCmd) Run(ctx context.Context, s streams) (err error) {
	in := server.HandoverPurge{Realm: c.Realm, DryRun: c.DryRun}
	if c.Receipt != "" {
		if in.Receipt, err = os.ReadFile(c.Receipt); err != nil {
			return err
		}
	}
	return c.purge(ctx, s, in, c.Certificate, c.JSON)
}

// purge is also what `realm phase NAME purged` does.
func (t *target) purge(ctx context.Context, s streams, in server.HandoverPurge, certificate string, asJSON bool) (err error) {
	if in.Certificate, err = absolute(certificate); err != nil {
		return err
	}
	var out server.HandoverPurged
	if err := t.call(ctx, s, "handover-purge", in, &out); err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	for i, step := range out.Steps {
		if _, err := fmt.Fprintf(s.out, "%d. %s\n", i+1, step); err != nil {
			return err
		}
	}
	last := "done; the certificate is in " + certificate
	if out.DryRun {
		last = "nothing was done"
	}
	_, err = fmt.Fprintln(s.out, last)
	return err
}
