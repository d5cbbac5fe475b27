// Package server makes a running server of a configuration: it opens the
// stores and realms, starts what works for them, listens, and closes all of
// it in reverse. It also holds the control API, through which every verb of
// the command line reaches a realm.
package server

import (
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"

	"reelm"
	"reelm/internal/notify"
)

// Config is everything that a server is told from outside. The tags are the
// configuration's keys, defaults and help; the environment spells
// `limits.enabled` as REELM_LIMITS_ENABLED.
type Config struct {
	Listen    string   `name:"listen" default:"127.0.0.1:8080" help:"Address of the public server."`
	OpsListen string   `name:"ops-listen" default:"127.0.0.1:9090" help:"Address of health, metrics and debugging. Keep it private; empty for none."`
	Roles     []string `name:"roles" default:"web,feed,worker" help:"What this process does."`

	Store struct {
		URL string `name:"url" help:"PostgreSQL address (postgres://...). Empty: SQLite, a file per realm."`
	} `embed:"" prefix:"store."`
	Log struct {
		URL         string `name:"url" help:"NATS JetStream cluster (nats://...). Empty: inside this process, listening on no port."`
		Credentials string `name:"credentials" type:"path" help:"Credentials file for the cluster."`
	} `embed:"" prefix:"log."`
	Media struct {
		S3Endpoint string  `name:"s3_endpoint" help:"Address of an S3 store for media (https://...). Empty: a folder per realm."`
		S3Bucket   string  `name:"s3_bucket" help:"Its bucket."`
		S3Key      string  `name:"s3_key" help:"Its access key."`
		S3Secret   string  `name:"s3_secret" help:"Its secret key."`
		S3Region   string  `name:"s3_region" help:"Its region, where it does not tell."`
		FFmpeg     string  `name:"ffmpeg" help:"Path of ffmpeg. Empty: from PATH."`
		FFprobe    string  `name:"ffprobe" help:"Path of ffprobe. Empty: from PATH."`
		Workers    int     `name:"workers" help:"Clips that are made public at the same time. 0: one per two processors."`
		Patience   float64 `name:"patience" default:"1" help:"Multiplies every deadline of an encode, for slow machines."`
		AV1Views   int64   `name:"av1_views" default:"20" help:"Views after which a clip gets AV1 renditions. 0: never."`
	} `embed:"" prefix:"media."`
	HTTP struct {
		TrustedProxies []string `name:"trusted_proxies" help:"Networks whose X-Forwarded-For counts, such as 127.0.0.0/8."`
	} `embed:"" prefix:"http."`
	Geo struct {
		Database string `name:"database" type:"path" help:"Country database in MaxMind's format."`
	} `embed:"" prefix:"geo."`
	Limits reelm.Limits `embed:"" prefix:"limits."`

	Data string `kong:"-"` // DATA
	Fast bool   `kong:"-"` // give up durability at power loss; tests use it

	// Push sends to push services; nil: a client that reaches public addresses only.
	Push *http.Client `kong:"-"`

	Now func() time.Time `kong:"-"` // the clock; nil: time.Now
}

func (c *Config) pushClient() *http.Client {
	if c.Push != nil {
		return c.Push
	}
	return notify.PublicClient()
}

// Has says whether this process has a role.
func (c *Config) Has(role string) bool { return slices.Contains(c.Roles, role) }

// Validate names the key that is wrong and what was expected.
func (c *Config) Validate() error {
	for _, r := range c.Roles {
		if r != "web" && r != "feed" && r != "worker" {
			return fmt.Errorf("roles: %q is none of web, feed, worker", r)
		}
	}
	if _, err := c.proxies(); err != nil {
		return err
	}
	for key, n := range map[string]int64{"limits.upload_bytes": c.Limits.UploadBytes, "limits.upload_duration": int64(c.Limits.UploadDuration)} {
		if n <= 0 {
			return fmt.Errorf("%s: wants more than 0", key)
		}
	}
	if c.Media.Patience <= 0 {
		return fmt.Errorf("media.patience: wants more than 0")
	}
	if c.Media.S3Endpoint != "" && (c.Media.S3Bucket == "" || c.Media.S3Key == "" || c.Media.S3Secret == "") {
		return fmt.Errorf("media.s3_endpoint: wants media.s3_bucket, media.s3_key and media.s3_secret too")
	}
	return nil
}

func (c *Config) proxies() (out []netip.Prefix, err error) {
	for _, s := range c.HTTP.TrustedProxies {
		p, err := netip.ParsePrefix(strings.TrimSpace(s))
		if err != nil {
			return nil, fmt.Errorf("http.trusted_proxies: %q is no network such as 10.0.0.0/8", s)
		}
		out = append(out, p)
	}
	return out, nil
}

// ConfigFile gives the configuration file to read: the one that was named,
// or DATA/reelm.toml if it is there.
func ConfigFile(named, data string) string {
	if named != "" {
		return named
	}
	own := filepath.Join(data, "reelm.toml")
	if _, err := os.Stat(own); err != nil {
		return ""
	}
	return own
}

// LoadConfig reads the configuration of a verb that is not `serve`: from the
// file and the environment.
func LoadConfig(data string) (*Config, error) {
	c := &Config{}
	opts, err := ConfigOptions(ConfigFile(os.Getenv("REELM_CONFIG"), data))
	if err != nil {
		return nil, err
	}
	p, err := kong.New(c, append(opts, kong.DefaultEnvars("REELM"))...)
	if err != nil {
		return nil, err
	}
	if _, err := p.Parse(nil); err != nil {
		return nil, err
	}
	c.Data = data
	return c, nil
}

// ConfigOptions makes kong read a TOML file below the environment and the
// flags. Tables and dots are the same: `[limits]` with `enabled`, or
// `limits.enabled`.
func ConfigOptions(file string) ([]kong.Option, error) {
	if file == "" {
		return nil, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(b, &tree); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	r := &fileResolver{file: file, values: map[string]any{}}
	r.flatten("", tree)
	return []kong.Option{kong.Resolvers(r)}, nil
}

// fileResolver gives kong the values of a configuration file.
type fileResolver struct {
	file   string
	values map[string]any
}

func (r *fileResolver) flatten(prefix string, tree map[string]any) {
	for k, v := range tree {
		if sub, ok := v.(map[string]any); ok {
			r.flatten(prefix+k+".", sub)
			continue
		}
		r.values[strings.ReplaceAll(prefix+k, "_", "-")] = v
	}
}

// Validate implements kong.Resolver: it refuses keys that nobody reads.
func (r *fileResolver) Validate(app *kong.Application) error {
	known := map[string]bool{}
	var visit func(n *kong.Node)
	visit = func(n *kong.Node) {
		for _, f := range n.Flags {
			known[strings.ReplaceAll(f.Name, "_", "-")] = true
		}
		for _, c := range n.Children {
			visit(c)
		}
	}
	visit(app.Node)
	for k := range r.values {
		if !known[k] {
			return fmt.Errorf("%s: there is no setting %q; reelm serve --help lists all", r.file, strings.ReplaceAll(k, "-", "_"))
		}
	}
	return nil
}

// Resolve implements kong.Resolver.
func (r *fileResolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	v, ok := r.values[strings.ReplaceAll(flag.Name, "_", "-")]
	if !ok {
		return nil, nil
	}
	if list, ok := v.([]any); ok {
		var s []string
		for _, e := range list {
			s = append(s, fmt.Sprint(e))
		}
		return strings.Join(s, ","), nil
	}
	return fmt.Sprint(v), nil
}
