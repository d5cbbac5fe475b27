package eval

import "fmt"

// Protocol is how a log is parted into what trains and what tests.
type Protocol string

// The protocols; see the comment of the package.
const (
	Time        Protocol = "time"
	Last        Protocol = "last"
	Prequential Protocol = "prequential"
)

// ParseProtocol reads a protocol's name.
func ParseProtocol(s string) (Protocol, error) {
	switch p := Protocol(s); p {
	case Time, Last, Prequential:
		return p, nil
	}
	return "", fmt.Errorf("%q is no protocol: time, last or prequential", s)
}

// split is a log parted: train in order, then test in order. For Prequential
// test holds all rows from the first test positive on; for the others only
// positives.
type split struct {
	protocol     Protocol
	train, test  []row
	users, items int
}

// part splits rows whose positives are marked.
func part(rows []row, users, items int, p Protocol, fraction float64) (split, error) {
	s := split{protocol: p, users: users, items: items}
	if p == Last {
		return s.partLast(rows)
	}
	n := 0
	for i := range rows {
		if rows[i].positive {
			n++
		}
	}
	left := n - int(fraction*float64(n))
	if left == n {
		return s, fmt.Errorf("%d positives are too few for a test of %v of them", n, fraction)
	}
	at := 0
	for k := 0; ; at++ {
		if rows[at].positive {
			if k == left {
				break
			}
			k++
		}
	}
	s.train = rows[:at]
	if p == Prequential {
		s.test = rows[at:]
		return s, nil
	}
	for _, r := range rows[at:] {
		if r.positive {
			s.test = append(s.test, r)
		}
	}
	return s, nil
}

// partLast takes out the last positive of each user with at least two.
func (s split) partLast(rows []row) (split, error) {
	last := make([]int, s.users)
	count := make([]int, s.users)
	for i := range rows {
		if rows[i].positive {
			last[rows[i].user] = i
			count[rows[i].user]++
		}
	}
	for i, r := range rows {
		if r.positive && count[r.user] >= 2 && last[r.user] == i {
			s.test = append(s.test, r)
		} else {
			s.train = append(s.train, r)
		}
	}
	if len(s.test) == 0 {
		return s, fmt.Errorf("no user has two positives")
	}
	return s, nil
}

// now is the time at which a split is asked: that of the last learned row.
func (s *split) now() int64 {
	if len(s.train) == 0 {
		return 0
	}
	return s.train[len(s.train)-1].time
}
