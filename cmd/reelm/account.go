package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"reelm/internal/server"
)

type accountCmd struct {
	Create accountCreateCmd `cmd:"" help:"Make an account."`
}

type accountCreateCmd struct {
	target
	Handle        string `required:"" help:"Name, as in @name."`
	PasswordStdin bool   `required:"" help:"Read the password from standard input."`
	Role          string `default:"viewer" enum:"viewer,moderator,admin" help:"viewer, moderator or admin."`
	Birthday      string `default:"1990-01-01" help:"YYYY-MM-DD."`
	Language      string `help:"Language tag such as de."`
	Learn         bool   `help:"Reelm may learn from what this account watches."`
	JSON          bool   `name:"json" help:"Machine-readable output."`
}

// Help implements kong.HelpProvider.
func (accountCreateCmd) Help() string {
	return "Example: echo 'a long password' | reelm account create --handle anna --role admin --password-stdin"
}

// Run makes the account.
func (c *accountCreateCmd) Run(ctx context.Context, s streams) error {
	b, err := io.ReadAll(io.LimitReader(s.in, 4096))
	if err != nil {
		return fmt.Errorf("reading the password: %w", err)
	}
	var out server.AccountCreated
	err = c.call(ctx, s, "account-create", server.AccountCreate{Realm: c.Realm, Handle: c.Handle, Password: strings.TrimRight(string(b), "\r\n"),
		Role: c.Role, Birthday: c.Birthday, Language: c.Language, Learn: c.Learn}, &out)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	_, err = fmt.Fprintf(s.out, "@%s is there, as %s\n", out.Handle, out.Role)
	return err
}
