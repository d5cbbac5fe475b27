package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is the little that differs between the two databases.
type dialect struct {
	postgres bool
}

// unique says whether err comes from a unique index.
func (d dialect) unique(err error) bool {
	if d.postgres {
		p, ok := errors.AsType[*pgconn.PgError](err)
		return ok && p.Code == "23505"
	}
	s, ok := errors.AsType[*sqlite.Error](err)
	return ok && (s.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || s.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// again says whether the transaction lost against another one and may simply
// be repeated.
func (d dialect) again(err error) bool {
	if !d.postgres {
		return false
	}
	p, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (p.Code == "40001" || p.Code == "40P01")
}

// skipLocked is added to a query that picks a row nobody else holds.
func (d dialect) skipLocked() string {
	if d.postgres {
		return " FOR UPDATE SKIP LOCKED"
	}
	return "" // the one writer holds everything
}

// forUpdate is added to a query whose row stays locked until the commit.
func (d dialect) forUpdate() string {
	if d.postgres {
		return " FOR UPDATE"
	}
	return "" // the one writer holds everything
}

// IsPostgres says whether an address is that of a PostgreSQL server.
func IsPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

func (db *DB) connect(ctx context.Context, address string, fast bool) (err error) {
	if IsPostgres(address) {
		db.dialect.postgres = true
		db.write, err = openPostgres(ctx, address, fast)
		db.read = &reader{DB: db.write}
		return err
	}
	sync := "FULL" // an upload, a comment, an account survive power loss
	if fast {
		sync = "OFF"
	}
	file := "file:" + (&url.URL{Path: filepath.ToSlash(address)}).EscapedPath()
	common := "?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=cache_size(-16000)&_pragma=temp_store(MEMORY)"
	db.write, err = sql.Open("sqlite", file+common+"&_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=secure_delete(1)&_pragma=synchronous("+sync+")")
	if err != nil {
		return fmt.Errorf("opening %s: %w", address, err)
	}
	db.write.SetMaxOpenConns(1)
	db.unwiped.Store(true) // by a process that was killed
	if err := db.write.PingContext(ctx); err != nil {
		return errors.Join(fmt.Errorf("opening the database %s: %w", address, err), db.write.Close())
	}
	readers, err := sql.Open("sqlite", file+common+"&_pragma=query_only(1)")
	if err != nil {
		return errors.Join(fmt.Errorf("opening %s: %w", address, err), db.write.Close())
	}
	most := max(4, runtime.GOMAXPROCS(0))
	readers.SetMaxOpenConns(most)
	readers.SetMaxIdleConns(most)
	db.read = &reader{DB: readers, keeps: true}
	return nil
}

func openPostgres(ctx context.Context, address string, fast bool) (*sql.DB, error) {
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("store.url: %w", err)
	}
	schema := cfg.RuntimeParams["search_path"]
	if fast {
		cfg.RuntimeParams["synchronous_commit"] = "off"
	}
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(20)
	pool.SetMaxIdleConns(20)
	if schema != "" {
		if _, err := pool.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{schema}.Sanitize()); err != nil && !(dialect{postgres: true}).unique(err) {
			return nil, errors.Join(fmt.Errorf("reaching PostgreSQL or making the schema %s: %w", schema, err), pool.Close())
		}
	}
	return pool, nil
}

// DropSchema removes a realm's schema with everything in it; where there is
// none it does nothing.
func DropSchema(ctx context.Context, address string) error {
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		return fmt.Errorf("store.url: %w", err)
	}
	pool := stdlib.OpenDB(*cfg)
	_, err = pool.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+pgx.Identifier{cfg.RuntimeParams["search_path"]}.Sanitize()+" CASCADE")
	return errors.Join(err, pool.Close())
}

// ReplaceSchema puts one schema of a server in the place of another, at once.
func ReplaceSchema(ctx context.Context, address, by string) error {
	var names [2]string
	var cfg *pgx.ConnConfig
	for i, a := range []string{address, by} {
		c, err := pgx.ParseConfig(a)
		if err != nil {
			return fmt.Errorf("store.url: %w", err)
		}
		cfg, names[i] = c, pgx.Identifier{c.RuntimeParams["search_path"]}.Sanitize()
	}
	pool := stdlib.OpenDB(*cfg)
	_, err := pool.ExecContext(ctx, "DROP SCHEMA "+names[0]+" CASCADE; ALTER SCHEMA "+names[1]+" RENAME TO "+names[0])
	return errors.Join(err, pool.Close())
}

// SchemaURL gives the address of one realm's schema on a server.
func SchemaURL(server, realm string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("store.url: %w", err)
	}
	q := u.Query()
	q.Set("search_path", "reelm_"+strings.ReplaceAll(realm, "-", "_"))
	u.RawQuery = q.Encode()
	return u.String(), nil
}
