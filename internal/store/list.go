package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"reelm"
)

// MaxPage is how many rows a page has at most.
const MaxPage = 50

// list runs a query and scans each row.
func list[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) (_ []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if cerr := rows.Close(); err == nil {
			err = cerr
		}
	}()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// Cursor says where a list goes on: after the row with this time and id. The
// zero Cursor is the beginning.
type Cursor struct {
	At int64 // Unix milliseconds
	ID int64
}

// beginning sorts before every row of a list that runs from new to old.
var beginning = Cursor{At: 1<<63 - 1, ID: 1<<63 - 1}

// String writes a cursor as clients hand it back.
func (c Cursor) String() string {
	if c == (Cursor{}) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%d", c.At, c.ID))
}

// ParseCursor reads what String wrote; empty is the beginning.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return Cursor{}, nil
	}
	bad := reelm.Wrong("next", "bad-cursor", "hand back the cursor as it came")
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return Cursor{}, bad
	}
	at, id, ok := strings.Cut(string(b), ".")
	var c Cursor
	var err1, err2 error
	c.At, err1 = strconv.ParseInt(at, 10, 64)
	c.ID, err2 = strconv.ParseInt(id, 10, 64)
	if !ok || err1 != nil || err2 != nil {
		return Cursor{}, bad
	}
	return c, nil
}

// Page says which part of a list is wanted.
type Page struct {
	After Cursor
	Limit int // 0: 20; at most MaxPage
}

func (p Page) limit() int {
	switch {
	case p.Limit <= 0:
		return 20
	case p.Limit > MaxPage:
		return MaxPage
	}
	return p.Limit
}

func (p Page) after() Cursor {
	if p.After == (Cursor{}) {
		return beginning
	}
	return p.After
}

// cut takes the row that was read beyond the page as the sign that there is
// more, and gives the cursor of the last row that stays.
func cut[T any](p Page, rows []T, at func(T) Cursor) ([]T, Cursor) {
	if len(rows) <= p.limit() {
		return rows, Cursor{}
	}
	rows = rows[:p.limit()]
	return rows, at(rows[len(rows)-1])
}

// placeholders writes $from, $from+1, ... for n arguments.
func placeholders(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	return b.String()
}
