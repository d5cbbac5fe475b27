package store

import (
	"context"
	"time"

	"reelm"
)

// Queued is a record on its way from SQL to the event log.
type Queued struct {
	N      int64 // rises by one with every record of the realm
	Key    uint64
	Record []byte
}

// emit queues a record for the event log, under the viewer or author it
// belongs to. It must come last in a transaction where it can: the number it
// draws is locked until the commit.
func (t *tx) emit(ctx context.Context, key uint64, r *reelm.Record) error {
	n, err := t.next(ctx, "outbox")
	if err != nil {
		return err
	}
	r.At, r.Outbox = t.now, n
	b, err := r.Encode()
	if err != nil {
		return err
	}
	t.wakes = append(t.wakes, WakeOutbox)
	return t.must(ctx, `INSERT INTO outbox (n, key, record, created) VALUES ($1, $2, $3, $4)`, n, int64(key), b, t.now)
}

// Outbox gives the records above a number, in order.
func (db *DB) Outbox(ctx context.Context, above int64, limit int) (_ []Queued, err error) {
	defer wrap(&err, "Outbox(%d)", above)
	return list(ctx, db.read, func(r scanner) (q Queued, err error) {
		var key int64
		err = r.Scan(&q.N, &key, &q.Record)
		q.Key = uint64(key)
		return q, err
	}, `SELECT n, key, record FROM outbox WHERE n > $1 ORDER BY n LIMIT $2`, above, limit)
}

// OutboxKept is how long a record stays in SQL after it was queued, so that
// it can be relayed again if the log lost it with the power.
const OutboxKept = time.Hour

// TrimOutbox forgets records that were relayed long enough ago.
func (db *DB) TrimOutbox(ctx context.Context, upTo int64) (err error) {
	defer wrap(&err, "TrimOutbox(%d)", upTo)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `DELETE FROM outbox WHERE n <= $1 AND created < $2`, upTo, t.now-OutboxKept.Milliseconds())
	})
}

// OutboxEnd gives the number of the last record that was queued.
func (db *DB) OutboxEnd(ctx context.Context) (n int64, err error) {
	defer wrap(&err, "OutboxEnd")
	err = db.read.QueryRowContext(ctx, `SELECT coalesce(max(n), 0) FROM counters WHERE name = 'outbox'`).Scan(&n)
	return n, err
}
