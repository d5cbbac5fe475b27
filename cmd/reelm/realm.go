package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"reelm/internal/server"
)

type realmCmd struct {
	Create realmCreateCmd `cmd:"" help:"Make a realm."`
	List   realmListCmd   `cmd:"" help:"List the realms."`
	Show   realmShowCmd   `cmd:"" help:"Show a realm's settings."`
	Set    realmSetCmd    `cmd:"" help:"Change a realm's settings."`

	Phase        realmPhaseCmd        `cmd:"" help:"Open, wind down, close: show or change the phase."`
	Block        realmBlockCmd        `cmd:"" help:"Keep the realm, a clip or an account from a country, by order."`
	Unblock      realmUnblockCmd      `cmd:"" help:"Lift a block."`
	Blocks       realmBlocksCmd       `cmd:"" help:"List the blocks."`
	Request      realmRequestCmd      `cmd:"" help:"Note what an authority asked for."`
	Split        realmSplitCmd        `cmd:"" help:"Make a realm of its own of the people of a country or language."`
	Constitution realmConstitutionCmd `cmd:"" help:"Show or change the ranking document."`
}

// host is what the realm verbs take: the realm is their argument.
type host struct {
	Data string `help:"Folder of everything." default:"./data" env:"REELM_DATA" placeholder:"DIR"`
	JSON bool   `name:"json" help:"Machine-readable output."`
}

func (h *host) target() *target { return &target{Data: h.Data} }

func (h *host) show(s streams, r server.RealmValues) error {
	if h.JSON {
		return json.NewEncoder(s.out).Encode(r)
	}
	if _, err := fmt.Fprintln(s.out, r.Name); err != nil {
		return err
	}
	for _, k := range slices.Sorted(maps.Keys(r.Values)) {
		if _, err := fmt.Fprintf(s.out, "  %s=%s\n", k, r.Values[k]); err != nil {
			return err
		}
	}
	return nil
}

type realmCreateCmd struct {
	host
	Name string `arg:"" help:"Name of the realm: a-z, 0-9 and -."`
	Host string `required:"" help:"Host names that lead to it, separated by commas."`
}

// Help implements kong.HelpProvider.
func (realmCreateCmd) Help() string { return "Example: reelm realm create north --host north.example" }

// Run makes the realm. It serves at once.
func (c *realmCreateCmd) Run(ctx context.Context, s streams) error {
	var out server.RealmValues
	if err := c.target().call(ctx, s, "realm-create", server.RealmValues{Name: c.Name, Values: map[string]string{"host": c.Host}}, &out); err != nil {
		return err
	}
	return c.show(s, out)
}

type realmListCmd struct{ host }

// Run lists the realms.
func (c *realmListCmd) Run(ctx context.Context, s streams) error {
	var out server.RealmList
	if err := c.target().call(ctx, s, "realm-list", struct{}{}, &out); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	for _, r := range out.Realms {
		if err := c.show(s, r); err != nil {
			return err
		}
	}
	return nil
}

type realmShowCmd struct {
	host
	Name string `arg:"" help:"Name of the realm."`
}

// Run shows a realm.
func (c *realmShowCmd) Run(ctx context.Context, s streams) error {
	var out server.RealmValues
	if err := c.target().call(ctx, s, "realm-show", server.RealmValues{Name: c.Name}, &out); err != nil {
		return err
	}
	return c.show(s, out)
}

type realmSetCmd struct {
	host
	Name   string   `arg:"" help:"Name of the realm."`
	Values []string `arg:"" help:"KEY=VALUE; an empty value brings the default back."`
	Permit []string `help:"Permits (permit request --change), where permit.* gets looser." placeholder:"FILE"`
}

// Help implements kong.HelpProvider.
func (realmSetCmd) Help() string {
	return "Example: reelm realm set main title=Nordlicht languages=de,en"
}

// Run changes settings.
func (c *realmSetCmd) Run(ctx context.Context, s streams) error {
	values, err := pairs(c.Values)
	if err != nil {
		return err
	}
	in := server.RealmValues{Name: c.Name, Values: values}
	if in.Permits, err = readFiles(c.Permit); err != nil {
		return err
	}
	var out server.RealmValues
	if err := c.target().call(ctx, s, "realm-set", in, &out); err != nil {
		return err
	}
	return c.show(s, out)
}
