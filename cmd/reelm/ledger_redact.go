package main

import (
	"context"

	"reelm/internal/server"
)

type ledgerRedactCmd struct {
	target
	Entry  int64  `arg:"" help:"Index of the entry."`
	Text   string `required:"" help:"Name of the text beside it, such as note or subject." placeholder:"NAME"`
	Reason string `required:"" help:"A word: erasure, court-order, mistake, ..." placeholder:"WORD"`
	Note   string `help:"Why; everybody reads it." placeholder:"TEXT"`
	JSON   bool   `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (ledgerRedactCmd) Help() string {
	return "Takes a text beside an entry away for good. The ledger still verifies, and an entry says that it was done. Example: reelm ledger redact 17 --text subject --reason erasure"
}

// Run takes the text away.
func (c *ledgerRedactCmd) Run(ctx context.Context, s streams) error {
	in := server.LedgerRedact{Realm: c.Realm, Entry: c.Entry, Text: c.Text, Reason: c.Reason, Note: c.Note}
	return entered(ctx, s, &c.target, "ledger-redact", in, c.JSON)
}
