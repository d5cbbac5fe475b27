package main

import (
	"context"
	"encoding/json"
	"fmt"

	"reelm/internal/server"
)

// blocked is what a block is about.
type blocked struct {
	host
	Name    string `arg:"" help:"Name of the realm."`
	Country string `required:"" help:"Two letters (ISO 3166-1), such as DE." placeholder:"CC"`
	Clip    string `help:"Only this clip." placeholder:"ID"`
	Account string `help:"Only this account and its clips." placeholder:"HANDLE"`
}

func (b *blocked) run(ctx context.Context, s streams, verb string, in server.RealmBlock) error {
	in.Name, in.Country, in.Clip, in.Account = b.Name, b.Country, b.Clip, b.Account
	var out server.BlockList
	if err := b.target().call(ctx, s, verb, in, &out); err != nil {
		return err
	}
	return showBlocks(s, b.JSON, out)
}

func showBlocks(s streams, asJSON bool, out server.BlockList) error {
	if asJSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	for _, b := range out.Blocks {
		if _, err := fmt.Fprintln(s.out, b); err != nil {
			return err
		}
	}
	return nil
}

type realmBlockCmd struct {
	blocked
	Order  string `required:"" help:"What was ordered, and on which ground; visitors read it." placeholder:"TEXT"`
	By     string `required:"" help:"Who ordered it; visitors read it." placeholder:"WHO"`
	Appeal string `help:"Where to appeal; visitors read it." placeholder:"TEXT"`
}

// Help implements kong.HelpProvider.
func (realmBlockCmd) Help() string {
	return "Visitors from there get 451 with who ordered it and where to appeal, for the media too, within a second. It stands in the ledger. " +
		"Wants a country database (geo.database). " +
		"Example: reelm realm block main --country DE --clip 0h3k9x2v7m4pq --by 'District Court of Berlin' --order '7 O 12/27: insult' --appeal https://court.example"
}

// Run blocks.
func (c *realmBlockCmd) Run(ctx context.Context, s streams) error {
	return c.run(ctx, s, "realm-block", server.RealmBlock{Order: c.Order, By: c.By, Appeal: c.Appeal})
}

type realmUnblockCmd struct {
	blocked
	Order string `help:"On which ground it is lifted." placeholder:"TEXT"`
	By    string `help:"Who decided it." placeholder:"WHO"`
}

// Help implements kong.HelpProvider.
func (realmUnblockCmd) Help() string {
	return "Example: reelm realm unblock main --country DE --clip 0h3k9x2v7m4pq --by 'Higher Regional Court' --order 'appeal granted'"
}

// Run lifts a block.
func (c *realmUnblockCmd) Run(ctx context.Context, s streams) error {
	return c.run(ctx, s, "realm-unblock", server.RealmBlock{Order: c.Order, By: c.By})
}

type realmBlocksCmd struct {
	host
	Name string `arg:"" help:"Name of the realm."`
}

// Help implements kong.HelpProvider.
func (realmBlocksCmd) Help() string { return "Example: reelm realm blocks main" }

// Run lists the blocks.
func (c *realmBlocksCmd) Run(ctx context.Context, s streams) error {
	var out server.BlockList
	if err := c.target().call(ctx, s, "realm-blocks", server.RealmBlock{Name: c.Name}, &out); err != nil {
		return err
	}
	return showBlocks(s, c.JSON, out)
}
