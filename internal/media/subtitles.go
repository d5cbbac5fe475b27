package media

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"reelm"
)

// Limits of subtitles: what is beyond them helps nobody who reads.
const (
	MaxSubtitles = 512 << 10 // bytes of a file
	maxCues      = 5000
	maxCueRunes  = 500
)

// Cue is one line of subtitles.
type Cue struct {
	From, To time.Duration
	Text     string // plain, may have line breaks
}

// ParseSubtitles reads WebVTT or SRT. Of the file nothing but times and plain
// text is kept: styles, regions, positions, scripts and markup are left out.
// What has no cue that can be shown is refused.
func ParseSubtitles(b []byte) ([]Cue, error) {
	tooLarge := reelm.Wrong("file", "subtitles-too-large", "at most %d kB and %d cues", MaxSubtitles>>10, maxCues).With("max", MaxSubtitles>>10)
	bad := reelm.Wrong("file", "bad-subtitles", "no line of it is a cue of WebVTT or SRT in UTF-8")
	if len(b) > MaxSubtitles {
		return nil, tooLarge
	}
	if !utf8.Valid(b) {
		return nil, bad
	}
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(strings.TrimPrefix(string(b), "\ufeff"))
	var cues []Cue
	for block := range strings.SplitSeq(text, "\n\n") {
		c, ok := parseCue(strings.Trim(block, "\n"))
		if !ok {
			continue
		}
		if cues = append(cues, c); len(cues) > maxCues {
			return nil, tooLarge
		}
	}
	if len(cues) == 0 {
		return nil, bad
	}
	return cues, nil
}

// parseCue reads a block: an optional name or number, the times, the text.
func parseCue(block string) (Cue, bool) {
	lines := strings.Split(block, "\n")
	for i, line := range lines[:min(2, len(lines))] {
		from, rest, ok := strings.Cut(line, "-->")
		if !ok {
			continue
		}
		fields := strings.Fields(rest)
		if len(fields) == 0 {
			return Cue{}, false
		}
		c := Cue{}
		var ok1, ok2 bool
		c.From, ok1 = parseCueTime(strings.TrimSpace(from))
		c.To, ok2 = parseCueTime(fields[0])
		c.Text = cueText(strings.Join(lines[i+1:], "\n"))
		return c, ok1 && ok2 && c.To > c.From && c.Text != ""
	}
	return Cue{}, false
}

// parseCueTime reads 01:02:03.004, 02:03.004 and, as SRT writes it,
// 01:02:03,004.
func parseCueTime(s string) (time.Duration, bool) {
	clock, frac, ok := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	parts := strings.Split(clock, ":")
	if !ok || len(frac) != 3 || len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	var total int64
	for _, p := range parts {
		n, err := strconv.ParseUint(p, 10, 10)
		if err != nil {
			return 0, false
		}
		total = total*60 + int64(n)
	}
	ms, err := strconv.ParseUint(frac, 10, 10)
	return time.Duration(total*1000+int64(ms)) * time.Millisecond, err == nil
}

// cueText leaves tags out and cleans the rest.
func cueText(s string) string {
	var b strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '<' || r == '{':
			depth++
		case (r == '>' || r == '}') && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	plain := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&nbsp;", " ", "&lrm;", "", "&rlm;", "", "&amp;", "&").Replace(b.String())
	clean, err := reelm.CleanText("file", plain, maxCueRunes)
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(clean, "\n\n", "\n")
}

// WriteVTT writes cues as WebVTT. Nothing of the text is markup in it.
func WriteVTT(cues []Cue) []byte {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	for _, c := range cues {
		fmt.Fprintf(&b, "\n%s --> %s\n%s\n", cueTime(c.From), cueTime(c.To), escape.Replace(c.Text))
	}
	return []byte(b.String())
}

func cueTime(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000)
}
