package eval

import (
	"errors"
	"strings"
	"testing"
)

func TestBadLogsNameTheLine(t *testing.T) {
	const head = "user,item,time,value\n"
	for name, c := range map[string]struct {
		text string
		line int
	}{
		"empty":             {"", 1},
		"no rows":           {head, 2},
		"column missing":    {"user,item,time\na,b,1\n", 1},
		"column twice":      {"user,item,time,value,user\n", 1},
		"too few fields":    {head + "a,b,1,1\na,b,2\n", 3},
		"time is a word":    {head + "a,b,soon,1\n", 2},
		"time is negative":  {head + "a,b,-1,1\n", 2},
		"time is NaN":       {head + "a,b,NaN,1\n", 2},
		"time beyond 9999":  {head + "a,b,1e15,1\n", 2},
		"value is NaN":      {head + "a,b,1,NaN\n", 2},
		"value is infinite": {head + "a,b,1,+Inf\n", 2},
		"value is negative": {head + "a,b,1,-3\n", 2},
		"user is empty":     {head + "a,b,1,1\n,b,1,1\n", 3},
		"id of a megabyte":  {head + "a," + strings.Repeat("x", 1<<20) + ",1,1\n", 2},
		"cut in a quote":    {head + "a,b,1,1\n\"a,b,1,1\n", 3},
	} {
		_, err := ReadCSV(strings.NewReader(c.text))
		var le *LogError
		if !errors.As(err, &le) || !errors.Is(err, ErrLog) {
			t.Errorf("%s: %v is no LogError", name, err)
		} else if le.Line != c.line {
			t.Errorf("%s: line %d, want %d (%v)", name, le.Line, c.line, err)
		}
	}
}

func TestRowsAreSortedStably(t *testing.T) {
	l, err := ReadCSV(strings.NewReader("extra,time,value,item,user\nx,5,1,a,u\nx,3.5,1,b,u\nx,5,1,c,v\nx,3.5,2,d,v\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, r := range l.rows {
		got += string("abcd"[r.item])
	}
	if got != "bdac" {
		t.Errorf("order %q, want bdac", got)
	}
	if l.rows[0].time != 3500 {
		t.Errorf("time %d ms, want 3500", l.rows[0].time)
	}
}

func TestOnlyFirstPositivesCount(t *testing.T) {
	l, err := ReadCSV(strings.NewReader("user,item,time,value\nu,a,1,1\nu,a,2,5\nu,a,3,5\nv,a,4,4\n"))
	if err != nil {
		t.Fatal(err)
	}
	if n := l.mark(4); n != 2 || !l.rows[1].positive || l.rows[2].positive || !l.rows[3].positive {
		t.Errorf("%d positives: %+v", n, l.rows)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("user,item,time,value\na,b,1,1\n")
	f.Add("user,item,time,value\n\"a\"\"\",b,1e3,0\n,,,\n")
	f.Add("\ufeffuser,item,time,value,more\r\na,b,1,1,x\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ReadCSV(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, ErrLog) {
				t.Errorf("%v does not wrap ErrLog", err)
			}
			return
		}
		l.mark(1)
		for i, r := range l.rows {
			if int(r.user) >= l.users || int(r.item) >= l.items || r.time < 0 || i > 0 && r.time < l.rows[i-1].time {
				t.Errorf("row %d is %+v of %d users, %d items", i, r, l.users, l.items)
			}
		}
	})
}
