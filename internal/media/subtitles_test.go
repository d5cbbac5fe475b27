package media

import (
	"strings"
	"testing"
)

func TestSubtitlesAreReadAndCleaned(t *testing.T) {
	for name, in := range map[string]string{
		"vtt": "WEBVTT - x\n\nSTYLE\n::cue { background: url(https://evil.test) }\n\nNOTE secret\n\nintro\n00:01.000 --> 00:02.500 line:0 position:20%\n<v Anna><b>Hallo</b>, &lt;Welt&gt;</v>\n<script>alert(1)</script>\n",
		"srt": "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}<i>Hallo</i>, &lt;Welt&gt;\r\nalert(1)\r\n\r\n2\r\nnonsense\r\n",
	} {
		cues, err := ParseSubtitles([]byte(in))
		if err != nil || len(cues) != 1 {
			t.Errorf("%s: %v %v", name, cues, err)
			continue
		}
		want := "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nHallo, &lt;Welt&gt;\nalert(1)\n"
		if got := string(WriteVTT(cues)); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for name, in := range map[string]string{"nothing": "", "text": "hello", "backwards": "00:02.000 --> 00:01.000\nx", "binary": "\xff\xfe\x00", "large": strings.Repeat("x", MaxSubtitles+1)} {
		if _, err := ParseSubtitles([]byte(in)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// Whatever comes in, what goes out has no markup, can be read again, and says
// the same.
func FuzzSubtitles(f *testing.F) {
	f.Add([]byte("WEBVTT\n\n00:01.000 --> 00:02.000\nHallo <b>x\n\n1\n00:00:01,000 --> 00:00:02,000\n-->\n"))
	f.Add([]byte("00:01.000 --> 00:02.000\n\ufeff--> &amp;lt;b&amp;gt;"))
	f.Fuzz(func(t *testing.T, b []byte) {
		cues, err := ParseSubtitles(b)
		if err != nil {
			return
		}
		out := WriteVTT(cues)
		for _, line := range strings.Split(string(out), "\n") {
			if strings.Contains(line, "<") || strings.Contains(line, ">") && !strings.Contains(line, " --> ") {
				t.Fatalf("markup: %q", line)
			}
		}
		again, err := ParseSubtitles(out)
		if err != nil && len(out) <= MaxSubtitles || err == nil && len(again) != len(cues) {
			t.Fatalf("%d cues became %d: %v\n%q", len(cues), len(again), err, out)
		}
	})
}
