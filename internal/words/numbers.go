package words

import (
	"math"
	"strconv"
	"strings"
)

// gap that does not break the line, between a figure and its unit.
const (
	hardSpace = "\u00a0"
	minus     = "\u2212"
)

// Number writes a whole number: 12,345 and 12.345.
func (l *Lang) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = minus, digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(l.write.group)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Decimal writes a number with at most so many places, without zeros at the
// end.
func (l *Lang) Decimal(x float64, places int) string {
	s := strconv.FormatFloat(math.Abs(x), 'f', places, 64)
	before, after, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(before, 10, 64)
	if err != nil {
		return s
	}
	out := l.Number(n)
	if after = strings.TrimRight(after, "0"); after != "" {
		out += l.write.point + after
	}
	if x < 0 && out != "0" {
		out = minus + out
	}
	return out
}

// Compact writes a count where there is little room. It rounds down, so that
// nothing is claimed that is not there: 1,204, 12.3k, 1.2M; in German, which
// has no short form of a thousand, 1.204, 12.345, 1,2 Mio. The player has the
// same rule (numbers.ts) and both are held against testdata/compact.json.
func (l *Lang) Compact(n int64) string {
	for _, u := range l.write.units {
		if n >= u.from {
			tenths := n / (u.size / 10)
			if tenths >= 1000 {
				return l.Number(tenths/10) + u.name
			}
			return l.Decimal(float64(tenths)/10, 1) + u.name
		}
	}
	return l.Number(n)
}

// Percent writes a share of one as whole percent.
func (l *Lang) Percent(share float64) string {
	return l.Number(int64(math.Round(share*100))) + hardSpace + "%"
}

// Bytes writes a size in decimal units, as phones and shops do.
func (l *Lang) Bytes(n int64) string {
	x := float64(n)
	for _, unit := range []string{"B", "kB", "MB"} {
		if x < 1000 {
			return l.Decimal(x, places(x)) + hardSpace + unit
		}
		x /= 1000
	}
	return l.Decimal(x, places(x)) + hardSpace + "GB"
}

func places(x float64) int {
	if x < 10 && x != math.Trunc(x) {
		return 1
	}
	return 0
}
