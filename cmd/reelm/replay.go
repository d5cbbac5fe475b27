package main

import (
	"context"
	"encoding/json"
	"fmt"

	"reelm/internal/server"
)

type replayCmd struct {
	target
	Until        uint64 `help:"Position on the log to fold up to. Default: its end." placeholder:"SEQ"`
	FromSnapshot bool   `help:"Begin with the newest usable snapshot."`
	JSON         bool   `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (replayCmd) Help() string { return "Example: reelm replay --json" }

// Run folds the log again.
func (c *replayCmd) Run(ctx context.Context, s streams) error {
	var out server.Replayed
	if err := c.call(ctx, s, "replay", server.Replay{Realm: c.Realm, Until: c.Until, FromSnapshot: c.FromSnapshot}, &out); err != nil {
		return err
	}
	if _, err := fmt.Fprint(s.err, out.Notes); err != nil {
		return err
	}
	if c.JSON {
		out.Notes = ""
		return json.NewEncoder(s.out).Encode(out)
	}
	_, err := fmt.Fprintf(s.out, "position %d\nmodel    %s\n", out.Seq, out.Model)
	return err
}
