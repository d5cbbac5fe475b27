package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"reelm/internal/server"
)

type doctorCmd struct {
	Data string `help:"Folder of everything." default:"./data" env:"REELM_DATA" placeholder:"DIR"`
	JSON bool   `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (doctorCmd) Help() string {
	return "It looks at ffmpeg, the sandbox, the disk and the configuration. Example: reelm doctor --data /srv/reelm"
}

// Run looks at everything and fails if something is wrong.
func (c *doctorCmd) Run(ctx context.Context, s streams) error {
	cfg, err := server.LoadConfig(c.Data)
	if err != nil {
		return err
	}
	findings := server.Examine(ctx, cfg, logger(s, slog.LevelError))
	if c.JSON {
		if err := json.NewEncoder(s.out).Encode(findings); err != nil {
			return err
		}
	}
	bad := 0
	for _, f := range findings {
		if !f.Good {
			bad++
		}
		if c.JSON {
			continue
		}
		mark := "ok  "
		if !f.Good {
			mark = "BAD "
		}
		if _, err := fmt.Fprintf(s.out, "%s %-28s %s\n", mark, f.What, f.Detail); err != nil {
			return err
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d findings are bad", bad, len(findings))
	}
	return nil
}
