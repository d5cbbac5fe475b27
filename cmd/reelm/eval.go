package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"reelm/rec/eval"
)

type evalCmd struct {
	Log          string  `required:"" help:"CSV file with the columns user,item,time,value." placeholder:"FILE.csv"`
	Protocol     string  `required:"" help:"time, last or prequential." placeholder:"NAME"`
	K            []int   `default:"10,20" help:"Depths of the metrics."`
	MinValue     float64 `default:"0" help:"Least value of a positive. Default: every row is one."`
	TestFraction float64 `default:"0.1" help:"Share of the positives that test (time, prequential)."`
	Baselines    string  `help:"all, or some of popularity,popdecay,itemknn,ease,ials: tuned on the same split." placeholder:"LIST"`
	JSON         bool    `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (evalCmd) Help() string {
	return "How well the engine would have done on a log. Example: reelm eval --log likes.csv --protocol prequential --baselines all"
}

// Run evaluates.
func (c *evalCmd) Run(s streams) error {
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
