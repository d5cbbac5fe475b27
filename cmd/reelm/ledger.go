package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"reelm/internal/ledger"
	"reelm/internal/server"
)

type ledgerCmd struct {
	Head        ledgerHeadCmd        `cmd:"" help:"Print the newest checkpoint."`
	Prove       ledgerProveCmd       `cmd:"" help:"Prove that an entry is in the ledger, or that it goes on from an earlier size."`
	Verify      ledgerVerifyCmd      `cmd:"" help:"Check a whole ledger: here, or on any server."`
	Redact      ledgerRedactCmd      `cmd:"" help:"Take a text beside an entry away."`
	VerifyServe ledgerVerifyServeCmd `cmd:"" help:"Check that a serve is what the declared ranking gives."`
}

type ledgerHeadCmd struct {
	target
	JSON bool `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (ledgerHeadCmd) Help() string {
	return "Keep what it prints: ledger verify --old FILE holds a later ledger against it. Example: reelm ledger head > checkpoint"
}

// Run prints the checkpoint.
func (c *ledgerHeadCmd) Run(ctx context.Context, s streams) error {
	var out server.LedgerHead
	if err := c.call(ctx, s, "ledger-head", server.LedgerOf{Realm: c.Realm}, &out); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	_, err := fmt.Fprint(s.out, out.Checkpoint)
	return err
}

type ledgerProveCmd struct {
	target
	Entry int64 `arg:"" optional:"" default:"-1" help:"Index of the entry, from 0 on."`
	Old   int64 `default:"-1" help:"Prove instead that the ledger goes on from this many entries." placeholder:"SIZE"`
	JSON  bool  `name:"json" help:"Machine-readable output: the proof and the entry."`
}

// Help implements kong.HelpProvider.
func (ledgerProveCmd) Help() string {
	return "Prints a C2SP tlog-proof, which anybody checks offline. Example: reelm ledger prove 17"
}

// Run makes the proof.
func (c *ledgerProveCmd) Run(ctx context.Context, s streams) error {
	if (c.Entry < 0) == (c.Old < 0) {
		return &usageError{"ledger prove wants the index of an entry, or --old SIZE"}
	}
	var out server.LedgerProof
	if err := c.call(ctx, s, "ledger-prove", server.LedgerOf{Realm: c.Realm, Index: c.Entry, Old: c.Old}, &out); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	_, err := fmt.Fprint(s.out, out.Proof)
	return err
}

type ledgerVerifyCmd struct {
	target
	URL    string   `help:"Verify the ledger of the realm at this address instead." placeholder:"URL"`
	Key    string   `help:"With --url: the verifier key that it must be signed with." placeholder:"VERIFIER"`
	Old    []string `help:"Checkpoints that were seen earlier." placeholder:"FILE"`
	Former string   `help:"With --url: address of the former owner's ledger, to follow a handover across both." placeholder:"URL"`
	JSON   bool     `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (ledgerVerifyCmd) Help() string {
	return "Every byte is held against the signed root, and the ledger against the checkpoint that was kept beside it. " +
		"Example: reelm ledger verify --url https://video.example --old checkpoint"
}

// Run verifies.
func (c *ledgerVerifyCmd) Run(ctx context.Context, s streams) error {
	if c.URL == "" && (c.Key != "" || c.Former != "") {
		return &usageError{"--key and --former go with --url"}
	}
	var older [][]byte
	for _, file := range c.Old {
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		older = append(older, b)
	}
	out, err := c.verify(ctx, s, older)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	var kinds []string
	for _, k := range slices.Sorted(maps.Keys(out.Kinds)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", out.Kinds[k], k))
	}
	text := fmt.Sprintf("%s\n%d entries, root %s: in order\n%s\n%d texts, %d of them redacted\n", out.Origin, out.Size, out.Root, strings.Join(kinds, ", "), out.Texts, out.Redacted)
	for i, key := range out.Owners {
		text += fmt.Sprintf("owner %d: %s\n", i+1, key)
	}
	if out.Passed != "" {
		text += fmt.Sprintf("passed on after %d entries, to %s\n", out.PassedAt, out.Passed)
	}
	_, err = fmt.Fprint(s.out, text)
	return err
}

func (c *ledgerVerifyCmd) verify(ctx context.Context, s streams, older [][]byte) (*server.LedgerReport, error) {
	if c.URL == "" {
		var out server.LedgerReport
		return &out, c.call(ctx, s, "ledger-verify", server.LedgerOf{Realm: c.Realm, Older: older}, &out)
	}
	fetch := server.RemoteLedger(c.URL)
	if c.Former != "" {
		former := server.RemoteLedger(c.Former)
		key, err := former(ctx, "key")
		if err != nil {
			return nil, err
		}
		if _, _, err := ledger.Follow(ctx, former, fetch, strings.TrimSpace(string(key))); err != nil {
			return nil, err
		}
	}
	r, err := ledger.Verify(ctx, fetch, ledger.Options{Key: c.Key, Older: older})
	if err != nil {
		return nil, err
	}
	return server.NewLedgerReport(r), nil
}

type ledgerVerifyServeCmd struct {
	target
	Token string `arg:"" help:"The serve, as the API gave it."`
	After string `help:"The cursor (next) that the page was asked with, if it was not the first." placeholder:"CURSOR"`
	JSON  bool   `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (ledgerVerifyServeCmd) Help() string {
	return "Folds the log to the position that the token names, asks again with its time and parameters, and compares. Example: reelm ledger verify-serve TOKEN"
}

// Run compares.
func (c *ledgerVerifyServeCmd) Run(ctx context.Context, s streams) error {
	var out server.ServeVerified
	if err := c.call(ctx, s, "ledger-verify-serve", server.VerifyServe{Realm: c.Realm, Token: c.Token, After: c.After}, &out); err != nil {
		return err
	}
	if c.JSON {
		return errors.Join(json.NewEncoder(s.out).Encode(out), verdict(out))
	}
	_, err := fmt.Fprintf(s.out, "clip %s, position %d, constitution %d, %s, score %.6f\n", out.Clip, out.Position, out.Constitution, out.Source, out.Score)
	if err != nil {
		return err
	}
	if err := verdict(out); err != nil {
		return err
	}
	text := "the declared ranking gives the same: clip, slot, source, score and propensity"
	if out.Verdict == "chosen" {
		text = "the viewer chose this clip; the ranking had no part in it"
	}
	_, err = fmt.Fprintln(s.out, text)
	return err
}

// verdict is the error of a serve that cannot be confirmed.
func verdict(out server.ServeVerified) error {
	switch out.Verdict {
	case "same", "chosen":
		return nil
	case "forgotten":
		return fmt.Errorf("the ranking gives clip %q with score %.6f: the log was changed by a forgetting since (%s)", out.Got, out.GotScore, strings.Join(out.Forgetting, ", "))
	case "page":
		return errors.New("this page went on from another one: give --after the cursor that it was asked with")
	}
	return fmt.Errorf("the declared ranking gives clip %q with score %.6f in this slot", out.Got, out.GotScore)
}
