package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"reelm/internal/server"
	"reelm/rec"
	"reelm/rec/eval"
)

type evalCmd struct {
	target
	Log          string  `help:"CSV file with the columns user,item,time,value." placeholder:"FILE.csv"`
	Protocol     string  `help:"time, last or prequential." placeholder:"NAME"`
	K            []int   `default:"10,20" help:"Depths of the metrics."`
	MinValue     float64 `default:"0" help:"Least value of a positive. Default: every row is one."`
	TestFraction float64 `default:"0.1" help:"Share of the positives that test (time, prequential)."`
	Baselines    string  `help:"all, or some of popularity,popdecay,itemknn,ease,ials: tuned on the same split." placeholder:"LIST"`

	Policy      string `help:"A ranking document, to be tried on the realm's own log." placeholder:"A.json"`
	Against     string `help:"The document that it is compared with. Default: the one in force." placeholder:"B.json"`
	Worth       string `help:"The document whose weights say what an outcome is worth. Default: the one in force." placeholder:"C.json"`
	Impressions int    `default:"200000" help:"How many of the latest impressions are judged."`

	JSON bool `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (evalCmd) Help() string {
	return "How well the engine would have done on a log: reelm eval --log likes.csv --protocol prequential --baselines all. " +
		"How other weights would have done for this realm's viewers: reelm eval --policy A.json --against B.json"
}

// Run evaluates.
func (c *evalCmd) Run(ctx context.Context, s streams) error {
	switch {
	case c.Policy == "" && c.Log == "":
		return &usageError{"one of --log FILE.csv and --policy A.json is needed"}
	case c.Policy != "" && (c.Log != "" || c.Protocol != "" || c.Baselines != ""):
		return &usageError{"--policy is tried on the realm's own log; --log, --protocol and --baselines do not go with it"}
	case c.Policy == "" && c.Against+c.Worth != "":
		return &usageError{"--against and --worth go with --policy"}
	case c.Policy != "":
		return c.judge(ctx, s)
	}
	p, err := eval.ParseProtocol(c.Protocol)
	if err != nil {
		return &usageError{"--protocol: " + err.Error()}
	}
	names, err := eval.ParseBaselines(c.Baselines)
	if err != nil {
		return &usageError{"--baselines: " + err.Error()}
	}
	f, err := os.Open(c.Log)
	if err != nil {
		return err
	}
	defer f.Close()
	o := eval.Options{Protocol: p, K: c.K, MinValue: c.MinValue, TestFraction: c.TestFraction, Baselines: names, Now: time.Now}
	if !c.JSON {
		o.Progress = func(what string) { fmt.Fprintf(s.err, "%s ...\n", what) }
	}
	r, err := eval.Run(f, o)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Log, err)
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(r)
	}
	return r.WriteText(s.out)
}

// judge tries other weights on the realm's own log.
func (c *evalCmd) judge(ctx context.Context, s streams) (err error) {
	in := server.Judge{Realm: c.Realm, Most: c.Impressions}
	read := func(file string) json.RawMessage {
		if file == "" {
			return nil
		}
		b, ferr := os.ReadFile(file)
		if ferr == nil {
			if _, ferr = rec.ParseConstitution(b); ferr != nil {
				ferr = fmt.Errorf("%s: %w", file, ferr)
			}
		}
		err = errors.Join(err, ferr)
		return b
	}
	in.Policy, in.Against, in.Worth = read(c.Policy), read(c.Against), read(c.Worth)
	if err != nil {
		return err
	}
	var out server.Judged
	if err := c.call(ctx, s, "judge", in, &out); err != nil {
		return err
	}
	if _, err := fmt.Fprint(s.err, out.Notes); err != nil {
		return err
	}
	out.Notes = ""
	if c.JSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	if _, err := fmt.Fprintf(s.out, "log up to %d; left out: %d impressions without profiling, %d that viewers chose themselves\n", out.Seq, out.Open, out.Chosen); err != nil {
		return err
	}
	return out.WriteText(s.out)
}
