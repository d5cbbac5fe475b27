package store

import (
	"context"
	"database/sql"
	"sync"
)

// reader is the pool that reads. On SQLite it keeps statements prepared:
// reading the text of most of them takes longer than running them. The driver
// of PostgreSQL does so by itself.
type reader struct {
	*sql.DB
	keeps bool

	mu   sync.RWMutex
	kept map[string]*sql.Stmt // by text
}

// keptMost bounds how many statements are kept. When there are more texts than
// that, as lists of every length make them, they are let go and it begins anew.
const keptMost = 256

// QueryContext is that of sql.DB.
func (r *reader) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if s := r.statement(ctx, q); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return r.DB.QueryContext(ctx, q, args...)
}

// QueryRowContext is that of sql.DB.
func (r *reader) QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row {
	if s := r.statement(ctx, q); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	return r.DB.QueryRowContext(ctx, q, args...)
}

// statement gives the prepared statement of a text; nil if there is none, and
// whoever runs the text learns why.
func (r *reader) statement(ctx context.Context, q string) *sql.Stmt {
	if !r.keeps {
		return nil
	}
	r.mu.RLock()
	s := r.kept[q]
	r.mu.RUnlock()
	if s != nil {
		return s
	}
	s, err := r.PrepareContext(ctx, q)
	if err != nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if other := r.kept[q]; other != nil {
		_ = s.Close() // another request was faster
		return other
	}
	if len(r.kept) >= keptMost || r.kept == nil {
		for _, old := range r.kept {
			_ = old.Close() // queries that still run keep it open
		}
		r.kept = make(map[string]*sql.Stmt, keptMost)
	}
	r.kept[q] = s
	return s
}
