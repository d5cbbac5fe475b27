package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// migrate brings the schema to what this program knows. Migrations only go
// forward; a schema from a newer program is refused, since an older program
// would quietly lose what it does not know.
func (db *DB) migrate(ctx context.Context) error {
	own, name := "sqlite", goose.DialectSQLite3
	var opts []goose.ProviderOption
	if db.dialect.postgres {
		own, name = "postgres", goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("migrating: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(name, db.write, overlay{own}, opts...)
	if err != nil {
		return fmt.Errorf("migrating: %w", err)
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version
	have, err := db.schemaVersion(ctx)
	if err != nil {
		return err
	}
	if have > newest {
		return fmt.Errorf("the database has schema %d, written by a newer reelm; this one knows up to %d: use the newer program, or restore the backup made before it", have, newest)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrating the database from schema %d: %w", have, err)
	}
	return nil
}

func (db *DB) schemaVersion(ctx context.Context) (int64, error) {
	var tables int
	q := `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'`
	if db.dialect.postgres {
		q = `SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'goose_db_version'`
	}
	if err := db.write.QueryRowContext(ctx, q).Scan(&tables); err != nil {
		return 0, fmt.Errorf("reading the schema's version: %w", err)
	}
	if tables == 0 {
		return 0, nil
	}
	var v sql.NullInt64
	if err := db.write.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&v); err != nil {
		return 0, fmt.Errorf("reading the schema's version: %w", err)
	}
	return v.Int64, nil
}

// overlay shows the migrations that both databases share together with those
// of one of them, as one folder.
type overlay struct{ own string }

// Open implements fs.FS.
func (o overlay) Open(name string) (fs.File, error) {
	f, err := migrations.Open("migrations/both/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		return migrations.Open("migrations/" + o.own + "/" + name)
	}
	return f, err
}

// Glob implements fs.GlobFS, which is how goose finds its files.
func (o overlay) Glob(pattern string) ([]string, error) {
	var out []string
	for _, dir := range []string{"both", o.own} {
		sub, err := fs.Sub(migrations, "migrations/"+dir)
		if err != nil {
			return nil, err
		}
		names, err := fs.Glob(sub, pattern)
		if err != nil {
			return nil, err
		}
		out = append(out, names...)
	}
	return out, nil
}

// NewestSchema is the number of the newest migration that this program knows.
func NewestSchema() (int64, error) {
	var newest int64
	for _, own := range []string{"sqlite", "postgres"} {
		names, err := overlay{own}.Glob("*.sql")
		if err != nil {
			return 0, err
		}
		for _, n := range names {
			v, err := goose.NumericComponent(n)
			if err != nil {
				return 0, err
			}
			newest = max(newest, v)
		}
	}
	return newest, nil
}
