// Package store is all SQL of Reelm: what people made, in SQLite or
// PostgreSQL, with one text per query for both.
//
// # How it is used
//
// A DB is one realm's database. Each exported method is one transaction and
// one thing that people do ("like a clip", "follow an account"); unexported
// helpers take the transaction, so that they compose. A change that the
// engine has to hear of commits together with a row in the outbox, and
// nothing else writes to the event log what SQL knows (see outbox.go).
//
// # SQLite and PostgreSQL
//
// Statements use $1..$n, BIGINT for ids and Unix milliseconds, and nothing
// that only one of the two understands; the few differences stand in
// dialect.go. SQLite has one writer and a pool of readers that cannot write.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"reelm/internal/ledger"
)

// Options are what a DB takes from outside.
type Options struct {
	Now  func() time.Time // nil: time.Now
	Rand io.Reader        // nil: crypto/rand
	// Fast gives up durability at power loss. Tests use it.
	Fast bool
	// Key signs the realm's ledger. Without it no act that belongs into the
	// ledger can be done.
	Key ledger.Key
	// Signed, if there is one, is called with the newest checkpoint after the
	// commit that made it.
	Signed func(checkpoint []byte)
}

// DB is the database of one realm. It is safe for concurrent use.
type DB struct {
	write   *sql.DB
	read    *reader // of the same pool on PostgreSQL
	dialect dialect
	now     func() time.Time
	rand    io.Reader
	wake    waker
	key     ledger.Key
	signed  func([]byte)
	told    func([]Told)
	waits   atomic.Bool // see arrival.go
	unwiped atomic.Bool // rows were deleted since the write-ahead log was last emptied
}

// Open opens and migrates the database at url: a file's path, or an address
// that begins with postgres:// and names its schema in search_path. It
// refuses a schema that a newer program has written.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	db := &DB{now: o.Now, rand: o.Rand, key: o.Key, signed: o.Signed}
	if db.now == nil {
		db.now = time.Now
	}
	if db.rand == nil {
		db.rand = rand.Reader
	}
	if err := db.connect(ctx, url, o.Fast); err != nil {
		return nil, err
	}
	if err := db.migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := errors.Join(db.fillSearch(ctx), db.loadArrival(ctx)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Close waits for running statements and closes the files or connections.
func (db *DB) Close() error {
	err := db.write.Close()
	if db.read != nil && db.read.DB != db.write {
		err = errors.Join(err, db.read.Close())
	}
	return err
}

// Ping says whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.read.PingContext(ctx); err != nil {
		return fmt.Errorf("the database does not answer: %w", err)
	}
	return nil
}

// querier is what reading helpers need: a transaction or the reader pool.
type querier interface {
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row
}

// tx is a transaction with what its helpers need.
type tx struct {
	*sql.Tx
	db    *DB
	now   int64 // Unix milliseconds, the same for the whole transaction
	wakes []string
	news  []Told

	edge    *ledger.Edge // of the ledger, once its head was read
	entered bool         // something was
	signed  []byte       // the checkpoint that holds from the commit on
}

// update runs fn in one transaction that writes: all of it, or nothing. The
// first one in a realm that came from another operator also enters the new
// owner into the ledger.
func (db *DB) update(ctx context.Context, fn func(*tx) error) error {
	if !db.waits.Load() {
		return db.change(ctx, fn)
	}
	err := db.change(ctx, func(t *tx) error {
		if err := t.enterOwner(ctx); err != nil {
			return err
		}
		return fn(t)
	})
	if err == nil {
		db.waits.Store(false)
	}
	return err
}

// change is update, which does not make a realm its new owner's.
func (db *DB) change(ctx context.Context, fn func(*tx) error) error {
	for attempt := 0; ; attempt++ {
		t, err := db.updateOnce(ctx, fn)
		if err != nil && db.dialect.again(err) && attempt < 5 && ctx.Err() == nil {
			continue
		}
		if err == nil {
			db.wake.ring(t.wakes...)
			if len(t.news) > 0 && db.told != nil {
				db.told(t.news)
			}
			if t.signed != nil && db.signed != nil {
				db.signed(t.signed)
			}
		}
		return err
	}
}

func (db *DB) updateOnce(ctx context.Context, fn func(*tx) error) (*tx, error) {
	raw, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("beginning a transaction: %w", err)
	}
	t := &tx{Tx: raw, db: db, now: db.now().UnixMilli()}
	err = fn(t)
	if err == nil {
		err = t.signHead(ctx)
	}
	if err != nil {
		if rerr := raw.Rollback(); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) {
			err = errors.Join(err, rerr)
		}
		return nil, err
	}
	if err := raw.Commit(); err != nil {
		return nil, fmt.Errorf("committing: %w", err)
	}
	return t, nil
}

// exec runs a statement and says how many rows it touched.
func (t *tx) exec(ctx context.Context, q string, args ...any) (int64, error) {
	r, err := t.ExecContext(ctx, q, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// must is exec for statements whose count does not matter.
func (t *tx) must(ctx context.Context, q string, args ...any) error {
	_, err := t.ExecContext(ctx, q, args...)
	return err
}

// next gives the next number of a counter. The counter's row stays locked
// until the transaction ends, so numbers rise in the order of commits and
// leave no gap.
func (t *tx) next(ctx context.Context, counter string) (n int64, err error) {
	err = t.QueryRowContext(ctx, `
		INSERT INTO counters (name, n) VALUES ($1, 1)
		ON CONFLICT (name) DO UPDATE SET n = counters.n + 1
		RETURNING n`, counter).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting %s: %w", counter, err)
	}
	return n, nil
}

// wrap puts the call and its arguments in front of an error. What people get
// to see is found with errors.As.
func wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("store: "+format+": %w", append(args, *err)...)
	}
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
