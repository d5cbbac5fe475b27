package main

import (
	"context"
	"encoding/json"
	"fmt"

	"reelm/internal/server"
)

type realmSplitCmd struct {
	host
	Name  string `arg:"" help:"Name of the realm that is split."`
	Where string `required:"" help:"Who goes: country=CC or language=LL, of accounts." placeholder:"country=CC"`
	To    string `required:"" help:"Name of the new realm." placeholder:"NEW"`
	Host  string `required:"" help:"Host name that leads to it."`
}

// Help implements kong.HelpProvider.
func (realmSplitCmd) Help() string {
	return "The people of one country or language become a realm of their own on this server, with their clips, what they did with each other and a model that learned from them only. " +
		"Visitors from there see where it went. Follows, likes, comments and blocks across the border end; a sound lives on with the oldest clip on each side that uses it. " +
		"Example: reelm realm split main --where country=DE --to north --host north.example"
}

// Run splits.
func (c *realmSplitCmd) Run(ctx context.Context, s streams) error {
	var out server.Splitted
	if err := c.target().call(ctx, s, "realm-split", server.RealmSplit{Name: c.Name, Where: c.Where, To: c.To, Host: c.Host}, &out); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	_, err := fmt.Fprintf(s.out, "%d people with %d clips went to %s at %s; %d events went along, %d were forgotten here\n", out.People, out.Clips, c.To, c.Host, out.Events, out.Forgotten)
	return err
}
