// Command reelm is the whole of Reelm: the server, and the verbs with which
// an operator looks after it. Each verb has a file.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"reelm"
	"reelm/internal/media"
	"reelm/internal/server"
)

// Exit codes.
const (
	exitFailed  = 1
	exitUsage   = 2
	exitRefused = 3
)

// cli is the command line. Flags that belong to every verb that touches a
// realm are in target.
type cli struct {
	Serve    serveCmd    `cmd:"" help:"Run the server."`
	Demo     demoCmd     `cmd:"" help:"Run a realm with clips and simulated viewers, ready to look at."`
	Account  accountCmd  `cmd:"" help:"Accounts."`
	Feed     feedCmd     `cmd:"" help:"What an account would get to watch."`
	Replay   replayCmd   `cmd:"" help:"Fold the event log again and print the model's hash."`
	Realm    realmCmd    `cmd:"" help:"Realms."`
	Ledger   ledgerCmd   `cmd:"" help:"The public record of what the operator did."`
	Handover handoverCmd `cmd:"" help:"A realm passes to another operator."`
	Permit   permitCmd   `cmd:"" help:"Who may permit the algorithm to leave: ask, sign, verify."`
	Backup   backupCmd   `cmd:"" help:"Make a backup of a realm."`
	Restore  restoreCmd  `cmd:"" help:"Make a realm again from a backup."`
	Eval     evalCmd     `cmd:"" help:"Evaluate the engine on a log."`
	Bench    benchCmd    `cmd:"" help:"Measure."`
	Doctor   doctorCmd   `cmd:"" help:"Look whether everything is in order."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

// streams are where a verb reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	media.RunHelper()
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run is main without the process around it.
func run(args []string, io streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	code := -1
	p, err := parser(&c, args, io, func(n int) { code = n })
	if err != nil {
		fmt.Fprintln(io.err, "reelm:", err)
		return exitUsage
	}
	k, err := p.Parse(args)
	if code >= 0 {
		return code // --help has been printed
	}
	if err != nil {
		fmt.Fprintln(io.err, "reelm:", err)
		if e, ok := errors.AsType[*kong.ParseError](err); ok {
			if uerr := e.Context.PrintUsage(true); uerr != nil {
				fmt.Fprintln(io.err, uerr)
			}
		}
		return exitUsage
	}
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(io); err != nil {
		fmt.Fprintln(io.err, "reelm:", err)
		return exitCode(err)
	}
	return 0
}

func parser(c *cli, args []string, io streams, exit func(int)) (*kong.Kong, error) {
	opts, err := server.ConfigOptions(configFile(args))
	if err != nil {
		return nil, err
	}
	return kong.New(c, append(opts,
		kong.Name("reelm"),
		kong.Description("A short-video platform that its owner can really own."),
		kong.Writers(io.out, io.err),
		kong.Exit(exit),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.DefaultEnvars("REELM"),
	)...)
}

// configFile finds --config and --data before the rest is read, since the
// file is one of the sources of the rest.
func configFile(args []string) string {
	value := func(flag, env, otherwise string) string {
		for i, a := range args {
			if a == flag && i+1 < len(args) {
				return args[i+1]
			}
			if len(a) > len(flag) && a[:len(flag)+1] == flag+"=" {
				return a[len(flag)+1:]
			}
		}
		if v := os.Getenv(env); v != "" {
			return v
		}
		return otherwise
	}
	return server.ConfigFile(value("--config", "REELM_CONFIG", ""), value("--data", "REELM_DATA", "./data"))
}

func exitCode(err error) int {
	switch reelm.KindOf(err) {
	case reelm.Refused:
		return exitRefused
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	return exitFailed
}

// usageError is a command line that cannot be meant.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// target is what every verb that touches a realm takes.
type target struct {
	Data  string `help:"Folder of everything." default:"./data" env:"REELM_DATA" placeholder:"DIR"`
	Realm string `help:"Name of the realm." default:"main" env:"REELM_REALM" placeholder:"NAME"`
}

// call runs a verb on the server of the data folder.
func (t *target) call(ctx context.Context, io streams, verb string, in, out any) (err error) {
	c, err := server.Dial(ctx, t.Data, logger(io, slog.LevelError))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return c.Call(ctx, verb, in, out)
}

func logger(io streams, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(io.err, &slog.HandlerOptions{Level: level}))
}
