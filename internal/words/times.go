package words

import (
	"fmt"
	"time"
)

// Date writes a day in full: 23 November 2026, 23. November 2026.
func (l *Lang) Date(t time.Time) string {
	t = t.UTC()
	return l.T("date.full", "day", l.Number(int64(t.Day())), "month", l.month(t), "year", fmt.Sprint(t.Year()))
}

// Day writes a day of a year that goes without saying: 23 November.
func (l *Lang) Day(t time.Time) string {
	t = t.UTC()
	return l.T("date.day", "day", l.Number(int64(t.Day())), "month", l.month(t))
}

// Time writes a day and the time of day in UTC.
func (l *Lang) Time(t time.Time) string {
	return l.T("date.time", "date", l.Date(t), "time", t.UTC().Format("15:04"))
}

// Month writes a month of a year: November 2026.
func (l *Lang) Month(t time.Time) string {
	t = t.UTC()
	return l.month(t) + " " + fmt.Sprint(t.Year())
}

func (l *Lang) month(t time.Time) string {
	return l.T(fmt.Sprintf("date.month.%d", int(t.Month())))
}

// Age writes how long ago something was, in little room, and the date for
// what is older than a week.
func (l *Lang) Age(t, now time.Time) string {
	switch d := now.Sub(t); {
	case d < time.Minute:
		return l.T("age.now")
	case d < time.Hour:
		return l.T("age.minutes", "n", int(d/time.Minute))
	case d < 24*time.Hour:
		return l.T("age.hours", "n", int(d/time.Hour))
	case d < 7*24*time.Hour:
		return l.T("age.days", "n", int(d/(24*time.Hour)))
	}
	if t.UTC().Year() == now.UTC().Year() {
		return l.Day(t)
	}
	return l.Date(t)
}

// Length writes how long a clip is: 0:07, 12:30.
func (l *Lang) Length(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
