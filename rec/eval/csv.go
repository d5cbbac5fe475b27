package eval

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// ErrLog is what every refusal of a log wraps.
var ErrLog = errors.New("eval: bad log")

// LogError says where a log is wrong.
type LogError struct {
	Line   int // from 1, the header
	Reason string
}

// Error implements error.
func (e *LogError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Unwrap makes errors.Is(err, ErrLog) true.
func (e *LogError) Unwrap() error { return ErrLog }

// row is one line: users and items numbered in the order of their first row.
type row struct {
	user, item int32
	time       int64 // milliseconds
	value      float64
	positive   bool // set by mark: the first of its user and item that counts
}

// Log is what a CSV file holds, in the order of time.
type Log struct {
	rows         []row
	users, items int
}

// Bounds of what a line may hold.
const (
	maxID   = 256          // bytes
	maxTime = 253402300799 // seconds: the end of the year 9999
	maxRows = math.MaxInt32 / 2
)

// ReadCSV reads a log. Errors wrap [ErrLog] and name the line.
func ReadCSV(r io.Reader) (*Log, error) {
	c := csv.NewReader(r)
	c.ReuseRecord = true
	head, err := c.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, &LogError{1, "the file is empty; it needs a header with user,item,time,value"}
		}
		return nil, csvError(err)
	}
	at, err := columns(head)
	if err != nil {
		return nil, err
	}
	log := &Log{}
	users, items := numbers{}, numbers{}
	for {
		rec, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, csvError(err)
		}
		line, _ := c.FieldPos(0)
		if len(log.rows) == maxRows {
			return nil, &LogError{line, "more rows than can be counted"}
		}
		one, err := parseRow(rec, at, users, items)
		if err != nil {
			return nil, &LogError{line, err.Error()}
		}
		log.rows = append(log.rows, one)
	}
	if len(log.rows) == 0 {
		return nil, &LogError{2, "there are no rows after the header"}
	}
	log.users, log.items = len(users), len(items)
	slices.SortStableFunc(log.rows, func(a, b row) int {
		switch {
		case a.time < b.time:
			return -1
		case a.time > b.time:
			return 1
		}
		return 0
	})
	return log, nil
}

// csvError puts the line of a syntax error into our form.
func csvError(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return &LogError{p.Line, p.Err.Error()}
	}
	return fmt.Errorf("%w: %w", ErrLog, err)
}

// columns finds the four columns in a header.
func columns(head []string) (at [4]int, err error) {
	names := [4]string{"user", "item", "time", "value"}
	for k, name := range names {
		at[k] = -1
		for i, h := range head {
			h = strings.TrimSpace(h)
			if i == 0 {
				h = strings.TrimPrefix(h, "\ufeff")
			}
			if h != name {
				continue
			}
			if at[k] >= 0 {
				return at, &LogError{1, fmt.Sprintf("two columns are called %q", name)}
			}
			at[k] = i
		}
		if at[k] < 0 {
			return at, &LogError{1, fmt.Sprintf("no column is called %q; the header needs user,item,time,value", name)}
		}
	}
	return at, nil
}

// numbers gives ids numbers in the order of their first use.
type numbers map[string]int32

func (n numbers) of(id string) int32 {
	k, ok := n[id]
	if !ok {
		k = int32(len(n))
		n[strings.Clone(id)] = k
	}
	return k
}

// parseRow reads one line.
func parseRow(rec []string, at [4]int, users, items numbers) (row, error) {
	user, item := rec[at[0]], rec[at[1]]
	for k, id := range []string{user, item} {
		name := [2]string{"user", "item"}[k]
		if id == "" {
			return row{}, fmt.Errorf("%s is empty", name)
		}
		if len(id) > maxID {
			return row{}, fmt.Errorf("%s has %d bytes, at most %d are allowed", name, len(id), maxID)
		}
	}
	time, err := strconv.ParseFloat(strings.TrimSpace(rec[at[2]]), 64)
	if err != nil || !(time >= 0 && time <= maxTime) {
		return row{}, fmt.Errorf("time %.40q is not a number of seconds between 1970 and 9999", rec[at[2]])
	}
	value, err := strconv.ParseFloat(strings.TrimSpace(rec[at[3]]), 64)
	if err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
		return row{}, fmt.Errorf("value %.40q is not a finite number", rec[at[3]])
	}
	if value < 0 {
		return row{}, fmt.Errorf("value %v is negative", value)
	}
	return row{user: users.of(user), item: items.of(item), time: int64(math.Round(time * 1000)), value: value}, nil
}

// mark says which rows are the positives: the first of each user and item
// with at least this value; it gives their number.
func (l *Log) mark(minValue float64) int {
	type pair struct{ user, item int32 }
	seen := make(map[pair]bool)
	n := 0
	for i := range l.rows {
		r := &l.rows[i]
		r.positive = r.value >= minValue && !seen[pair{r.user, r.item}]
		if r.positive {
			seen[pair{r.user, r.item}] = true
			n++
		}
	}
	return n
}
