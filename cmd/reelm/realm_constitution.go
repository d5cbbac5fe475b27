package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"reelm/internal/server"
)

type realmConstitutionCmd struct {
	host
	Name string `arg:"" help:"Name of the realm."`
	Set  string `help:"Put this document in force. What it leaves out takes the default." placeholder:"FILE.json"`
	Note string `help:"Why; people read it on the transparency page." placeholder:"TEXT"`
}

// Help implements kong.HelpProvider.
func (realmConstitutionCmd) Help() string {
	return "The ranking document. A change is in force at once, for everybody, and stands in the ledger. " +
		"Example: reelm realm constitution main --set weights.json --note 'shares count more'"
}

// Run shows the document, or puts another one in force.
func (c *realmConstitutionCmd) Run(ctx context.Context, s streams) error {
	in := server.RealmConstitution{Name: c.Name, Note: c.Note}
	if c.Set != "" {
		b, err := os.ReadFile(c.Set)
		if err != nil {
			return err
		}
		if !json.Valid(b) {
			return &usageError{fmt.Sprintf("--set: %s is not JSON", c.Set)}
		}
		in.Document = b
	}
	var out server.Constitution
	if err := c.target().call(ctx, s, "realm-constitution", in, &out); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, out.Document, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.out, "%s\n", b.Bytes())
	return err
}
