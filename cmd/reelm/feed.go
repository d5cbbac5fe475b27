package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"reelm/internal/server"
)

type feedCmd struct {
	target
	As    string `required:"" help:"Handle of the account."`
	Limit int    `default:"20" help:"How many clips."`
	Now   string `help:"Time of the request (RFC 3339). Default: now."`
	JSON  bool   `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (feedCmd) Help() string {
	return "It serves nothing and teaches nothing. Example: reelm feed --as anna --now 2030-01-01T00:00:00Z --json"
}

// Run asks the engine.
func (c *feedCmd) Run(ctx context.Context, s streams) error {
	now := time.Now()
	if c.Now != "" {
		var err error
		if now, err = time.Parse(time.RFC3339, c.Now); err != nil {
			return &usageError{fmt.Sprintf("--now: %q is no time such as 2030-01-01T00:00:00Z", c.Now)}
		}
	}
	var out server.FeedAnswer
	if err := c.call(ctx, s, "feed", server.FeedFor{Realm: c.Realm, As: c.As, Limit: c.Limit, Now: now}, &out); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	for i, it := range out.Items {
		if _, err := fmt.Fprintf(s.out, "%3d  %s  %-10s score %8.4f  propensity %.4f\n", i+1, it.Clip, it.Source, it.Score, it.Propensity); err != nil {
			return err
		}
	}
	return nil
}
