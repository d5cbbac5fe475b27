package main

import (
	"context"
	"encoding/json"
	"fmt"

	"reelm/internal/realm"
	"reelm/internal/server"
)

type realmRequestCmd struct {
	host
	Name    string `arg:"" help:"Name of the realm."`
	From    string `required:"" help:"court, police, regulator, ministry or other." placeholder:"WORD"`
	Country string `required:"" help:"Whose authority it is: two letters, such as DE." placeholder:"CC"`
	Act     string `required:"" help:"What was asked for: removal, block, data, ranking or other." placeholder:"WORD"`
	Outcome string `required:"" help:"done, partly, refused or pending." placeholder:"WORD"`
	Number  int64  `help:"How many clips or accounts it is about."`
	Who     string `required:"" help:"Who exactly asked." placeholder:"TEXT"`
	What    string `required:"" help:"What was asked." placeholder:"TEXT"`
	Basis   string `required:"" help:"On which legal basis." placeholder:"TEXT"`
	Done    string `required:"" help:"What was done." placeholder:"TEXT"`
}

// Help implements kong.HelpProvider.
func (realmRequestCmd) Help() string {
	return "Everybody reads it on the transparency page. The texts lie beside the ledger and can be taken away (ledger redact); the rest stands for good. " +
		"Example: reelm realm request main --from police --country FR --act data --outcome refused --number 1 --who 'Police of Lyon' " +
		"--what 'name behind an account' --basis 'none was given' --done 'asked for an order of a judge'"
}

// Run notes the request.
func (c *realmRequestCmd) Run(ctx context.Context, s streams) error {
	in := server.RealmRequest{Name: c.Name, Request: realm.Request{From: c.From, Country: c.Country, Act: c.Act, Outcome: c.Outcome, Number: c.Number,
		Who: c.Who, What: c.What, Basis: c.Basis, Done: c.Done}}
	return entered(ctx, s, c.target(), "realm-request", in, c.JSON)
}

// entered runs a verb that makes an entry of the ledger.
func entered(ctx context.Context, s streams, t *target, verb string, in any, asJSON bool) error {
	var out server.Entered
	if err := t.call(ctx, s, verb, in, &out); err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	_, err := fmt.Fprintf(s.out, "entry %d\n", out.Entry)
	return err
}
