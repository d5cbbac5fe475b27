package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/server"
)

// The verbs of those who permit need nothing but this program: no data
// folder, no network.
type permitCmd struct {
	Keygen  permitKeygenCmd  `cmd:"" help:"Make the signing key of somebody who permits."`
	Request permitRequestCmd `cmd:"" help:"Ask for a permit."`
	Show    permitShowCmd    `cmd:"" help:"Show what a request, permit or revocation says."`
	Sign    permitSignCmd    `cmd:"" help:"Grant what a request asks for." aliases:"grant"`
	Verify  permitVerifyCmd  `cmd:"" help:"Check a permit's signature and terms." aliases:"check"`
	Revoke  permitRevokeCmd  `cmd:"" help:"Take permits back, by the key that signed them."`
	Take    permitTakeCmd    `cmd:"" help:"Enter revocations into a realm's ledger: the permits end."`
}

type permitKeygenCmd struct {
	Out  string `required:"" help:"The signing key. Keep it secret." placeholder:"FILE"`
	Name string `help:"What the key is called, in one word. Default: a random one." placeholder:"NAME"`
}

// Help implements kong.HelpProvider.
func (permitKeygenCmd) Help() string {
	return "Prints the verifier key, for the realm's setting permit.require. Example: reelm permit keygen --name regulator.example --out regulator.key"
}

// Run makes the key.
func (c *permitKeygenCmd) Run(s streams) error {
	if c.Name == "" {
		b := make([]byte, 4)
		if _, err := rand.Read(b); err != nil {
			return err
		}
		c.Name = "authority-" + hex.EncodeToString(b)
	}
	secret, verifier, err := ledger.GenerateKey(rand.Reader, c.Name)
	if err != nil {
		return &usageError{err.Error()}
	}
	if err := writeNew(c.Out, secret+"\n"); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, verifier)
	return err
}

type permitRequestCmd struct {
	target
	To      string   `help:"Recipient of the archive." placeholder:"age1..."`
	What    []string `help:"What is to leave, of algorithm, log, model." default:"algorithm,log,model"`
	Purpose string   `help:"What for, in one line." placeholder:"TEXT"`
	Change  []string `help:"Ask instead to change the rule: permit.threshold=1, permit.require=..." placeholder:"KEY=VALUE"`
	Out     string   `required:"" help:"The request, for those who permit." placeholder:"FILE"`
}

// Help implements kong.HelpProvider.
func (permitRequestCmd) Help() string {
	return "It is signed by the realm, and stands in its ledger. Example: reelm permit request --to age1... --purpose 'sale to Example Ltd' --out request"
}

// Run asks.
func (c *permitRequestCmd) Run(ctx context.Context, s streams) error {
	if (c.To == "") == (len(c.Change) == 0) {
		return &usageError{"permit request wants --to RECIPIENT, or --change KEY=VALUE"}
	}
	change, err := pairs(c.Change)
	if err != nil {
		return err
	}
	var out server.PermitRequested
	if err := c.call(ctx, s, "permit-request", server.PermitRequest{Realm: c.Realm, To: c.To, What: c.What, Purpose: c.Purpose, Change: change}, &out); err != nil {
		return err
	}
	return os.WriteFile(c.Out, out.Request, 0o644)
}

func pairs(list []string) (map[string]string, error) {
	out := map[string]string{}
	for _, kv := range list {
		k, v, ok := strings.Cut(kv, "=")
		if !ok {
			return nil, &usageError{fmt.Sprintf("%q is not KEY=VALUE", kv)}
		}
		out[k] = v
	}
	return out, nil
}

type permitShowCmd struct {
	File string `arg:"" help:"The statement." placeholder:"FILE"`
}

// Run shows a statement, and whether those whom it names have signed it.
func (c *permitShowCmd) Run(s streams) error {
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	sort, err := ledger.SortOf(b)
	if err != nil {
		return refusedBy(err)
	}
	_, signature := ledger.SelfSigned(b)
	_, body, _ := bytes.Cut(b, []byte("\n"))
	body, _, _ = bytes.Cut(body, []byte("\n"))
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, body, "", "  "); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(s.out, "%s\n%s\n", sort, pretty.Bytes()); err != nil {
		return err
	}
	if signature != nil {
		return refusedBy(signature)
	}
	_, err = fmt.Fprintln(s.out, "the signature holds")
	return err
}

// refusedBy makes an error of a signed thing a refusal: exit 3.
func refusedBy(err error) error {
	return &reelm.Error{Kind: reelm.Refused, Code: "bad-signature", Detail: err.Error()}
}

func readKey(file string) (ledger.Key, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return ledger.Key{}, err
	}
	return ledger.ParseKey(string(b))
}

type permitSignCmd struct {
	Key      string `required:"" help:"Signing key of permit keygen." placeholder:"FILE"`
	In       string `required:"" help:"The request." placeholder:"FILE"`
	Until    string `help:"Until when the permit is good: a date (the beginning of that day, UTC) or a time." placeholder:"DATE"`
	UntilSeq int64  `name:"until-seq" help:"Up to which position of the event log." placeholder:"SEQ"`
	Out      string `required:"" help:"The permit." placeholder:"FILE"`
}

// Help implements kong.HelpProvider.
func (permitSignCmd) Help() string {
	return "Look at the request first: reelm permit show FILE. Example: reelm permit sign --key regulator.key --in request --until 2027-01-31 --out permit"
}

// Run signs.
func (c *permitSignCmd) Run(s streams) error {
	key, err := readKey(c.Key)
	if err != nil {
		return err
	}
	request, err := os.ReadFile(c.In)
	if err != nil {
		return err
	}
	until, err := moment("--until", c.Until)
	if err != nil {
		return err
	}
	if until.IsZero() && c.UntilSeq == 0 {
		return &usageError{"a permit needs an end: --until or --until-seq"}
	}
	permit, err := ledger.SignPermit(request, until, c.UntilSeq, time.Now(), key)
	if err != nil {
		return refusedBy(err)
	}
	return os.WriteFile(c.Out, permit, 0o644)
}

type permitVerifyCmd struct {
	File string `arg:"" help:"The permit." placeholder:"FILE"`
	Key  string `required:"" help:"Verifier key of whoever permits." placeholder:"VERIFIER"`
}

// Help implements kong.HelpProvider.
func (permitVerifyCmd) Help() string {
	return "Example: reelm permit verify permit --key regulator.example+..."
}

// Run verifies.
func (c *permitVerifyCmd) Run(s streams) error {
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	key, err := ledger.ParseVerifier(c.Key)
	if err != nil {
		return &usageError{err.Error()}
	}
	p, err := ledger.Open[ledger.Permit](b, key)
	if err != nil {
		return refusedBy(err)
	}
	if p.Statement.By != c.Key {
		return refusedBy(fmt.Errorf("the permit is by %s", p.Statement.By))
	}
	if u := p.Statement.Until; u != "" {
		if t, err := time.Parse(time.RFC3339, u); err != nil || !t.After(time.Now()) {
			return refusedBy(fmt.Errorf("the permit ended %s", u))
		}
	}
	_, err = fmt.Fprintf(s.out, "permit %x by %s holds\nrealm %s\nwhat %s, constitution %d\nfor %s\nuntil %s %d\n", p.ID[:], p.Statement.By, p.Statement.Realm,
		strings.Join(p.Statement.What, ", "), p.Statement.Constitution, p.Statement.Recipient, p.Statement.Until, p.Statement.UntilSeq)
	return err
}

type permitRevokeCmd struct {
	Key    string   `required:"" help:"Signing key that signed the permits." placeholder:"FILE"`
	Permit []string `arg:"" help:"Permits to take back, all of one realm." placeholder:"FILE"`
	Out    string   `required:"" help:"The revocation." placeholder:"FILE"`
}

// Help implements kong.HelpProvider.
func (permitRevokeCmd) Help() string {
	return "The operator enters it with reelm permit take; from then on the permits are refused. Example: reelm permit revoke --key regulator.key permit --out revocation"
}

// Run signs a revocation.
func (c *permitRevokeCmd) Run(streams) error {
	key, err := readKey(c.Key)
	if err != nil {
		return err
	}
	files, err := readFiles(c.Permit)
	if err != nil {
		return err
	}
	revocation, err := ledger.RevokeAll(files, time.Now(), key)
	if err != nil {
		return refusedBy(err)
	}
	return os.WriteFile(c.Out, revocation, 0o644)
}

type permitTakeCmd struct {
	target
	File []string `arg:"" help:"Revocations." placeholder:"FILE"`
}

// Run enters revocations.
func (c *permitTakeCmd) Run(ctx context.Context, s streams) error {
	files, err := readFiles(c.File)
	if err != nil {
		return err
	}
	var out server.Nothing
	return c.call(ctx, s, "permit-take", server.PermitTake{Realm: c.Realm, Revocations: files}, &out)
}
