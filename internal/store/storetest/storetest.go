// Package storetest opens real databases for tests: SQLite in the test's
// folder, and PostgreSQL from the server that the machine has installed,
// started once per test process on a socket of its own.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"reelm/internal/ledger"
	"reelm/internal/store"
)

// Main runs the tests of a package and stops PostgreSQL afterwards.
func Main(m *testing.M) {
	code := m.Run()
	if err := pg.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stopping PostgreSQL:", err)
		code = 1
	}
	os.Exit(code)
}

// Each runs a test on SQLite and on PostgreSQL.
func Each(t *testing.T, test func(t *testing.T, open func(store.Options) *store.DB)) {
	t.Run("sqlite", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "reelm.db")
		test(t, func(o store.Options) *store.DB { return open(t, file, o) })
	})
	t.Run("postgres", func(t *testing.T) {
		url := PostgresURL(t)
		test(t, func(o store.Options) *store.DB { return open(t, url, o) })
	})
}

// SQLite opens an empty SQLite database.
func SQLite(t testing.TB, o store.Options) *store.DB {
	return open(t, filepath.Join(t.TempDir(), "reelm.db"), o)
}

// Key makes a key that signs a ledger.
func Key(t testing.TB, name string) ledger.Key {
	t.Helper()
	secret, _, err := ledger.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	k, err := ledger.ParseKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func open(t testing.TB, url string, o store.Options) *store.DB {
	t.Helper()
	o.Fast = true
	if o.Key.Signer == nil {
		o.Key = Key(t, "storetest")
	}
	db, err := store.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

var (
	pg      cluster
	schemas atomic.Int64
)

// PostgresURL gives the address of an empty schema. The test is skipped where
// no PostgreSQL is installed; `make test` installs it.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server, err := pg.start()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("PostgreSQL is not installed on this machine (Debian: postgresql); make test installs it")
	}
	if err != nil {
		t.Fatal(err)
	}
	u, err := store.SchemaURL(server, "test"+strconv.FormatInt(schemas.Add(1), 10))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// PostgresServer gives the address of an empty database of its own, where a
// whole server can make its schemas.
func PostgresServer(t testing.TB) string {
	t.Helper()
	u, err := url.Parse(PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Del("search_path")
	u.RawQuery = q.Encode()
	db, err := sql.Open("pgx", u.String())
	if err != nil {
		t.Fatal(err)
	}
	name := "server" + strconv.FormatInt(schemas.Add(1), 10)
	_, err = db.ExecContext(t.Context(), "CREATE DATABASE "+name)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// cluster is one PostgreSQL server on a Unix socket in a folder of its own.
type cluster struct {
	once sync.Once
	dir  string
	cmd  *exec.Cmd
	url  string
	err  error
}

func (c *cluster) start() (string, error) {
	c.once.Do(func() { c.url, c.err = c.run() })
	return c.url, c.err
}

func (c *cluster) run() (string, error) {
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(bins) == 0 {
		return "", exec.ErrNotFound
	}
	sort.Strings(bins)
	bin := bins[len(bins)-1]
	if c.dir, err = os.MkdirTemp("", "reelm-pg-"); err != nil {
		return "", err
	}
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			return "", fmt.Errorf("running as root, and there is no user postgres to run PostgreSQL: %w", err)
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2, os.Chown(c.dir, int(uid), int(gid))); err != nil {
			return "", err
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	data := filepath.Join(c.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "reelm", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
	initdb.Dir, initdb.SysProcAttr = c.dir, attr
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, out)
	}
	c.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", c.dir, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "full_page_writes=off", "-c", "max_connections=200", "-c", "log_min_messages=fatal")
	c.cmd.Dir, c.cmd.SysProcAttr = c.dir, attr
	if err := c.cmd.Start(); err != nil {
		return "", err
	}
	address := "postgres://reelm@/postgres?host=" + url.QueryEscape(c.dir)
	return address, c.ready(filepath.Join(bin, "pg_isready"))
}

func (c *cluster) ready(pgIsReady string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		err := exec.CommandContext(ctx, pgIsReady, "-q", "-t", "10", "-h", c.dir).Run()
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
}

func (c *cluster) stop() error {
	if c.cmd == nil || c.cmd.Process == nil {
		return nil
	}
	err := c.cmd.Process.Signal(syscall.SIGINT)
	if werr := c.cmd.Wait(); werr != nil {
		err = errors.Join(err, werr)
	}
	return errors.Join(err, os.RemoveAll(c.dir))
}
