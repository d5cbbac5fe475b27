package media

import (
	"bytes"
	"strconv"
	"time"
)

// progressWriter reads what ffmpeg's -progress prints and reports how much of
// the length is done, rising from 0 to 1.
type progressWriter struct {
	length time.Duration
	report func(float64) // nil: nobody wants to know
	rest   []byte
	last   float64
}

// Write implements io.Writer.
func (p *progressWriter) Write(b []byte) (int, error) {
	p.rest = append(p.rest, b...)
	for {
		line, rest, ok := bytes.Cut(p.rest, []byte("\n"))
		if !ok {
			break
		}
		p.rest = rest
		us, ok := bytes.CutPrefix(line, []byte("out_time_us="))
		if !ok || p.report == nil || p.length <= 0 {
			continue
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(us)), 10, 64)
		if err != nil { // N/A before the first frame
			continue
		}
		if f := min(1, float64(n)/float64(p.length.Microseconds())); f > p.last {
			p.last = f
			p.report(f)
		}
	}
	if len(p.rest) > 4<<10 {
		return 0, errTooMuch
	}
	return len(b), nil
}
