package media

import (
	"bytes"
	"testing"
	"time"
)

// flat is a tiny frame of one grey.
func flat(s size, v byte) []byte { return bytes.Repeat([]byte{v, v, v}, s.w*s.h) }

// busy is a tiny frame with much to see.
func busy(s size) []byte {
	b := flat(s, 0)
	for i := range b {
		b[i] = byte(i * i % 251)
	}
	return b
}

func TestChoosePoster(t *testing.T) {
	s := size{20, 30}
	for name, c := range map[string]struct {
		frames [][]byte
		want   int
	}{
		"the first, if all are alike": {[][]byte{busy(s), busy(s), busy(s)}, 0},
		"not the black":               {[][]byte{flat(s, 0), flat(s, 3), busy(s), busy(s)}, 2},
		"not the white":               {[][]byte{flat(s, 255), busy(s)}, 1},
		"all black":                   {[][]byte{flat(s, 0), flat(s, 0)}, 0},
		"one":                         {[][]byte{flat(s, 90)}, 0},
	} {
		got, hash := choosePoster(bytes.Join(c.frames, nil), s)
		if got != c.want || len(hash) < 10 {
			t.Errorf("%s: %d (%d bytes), want %d", name, got, len(hash), c.want)
		}
	}
	if i, hash := choosePoster(flat(s, 1)[:50], s); i != -1 || hash != nil {
		t.Errorf("half a frame: %d %v", i, hash)
	}
}

func TestWithin(t *testing.T) {
	for in, want := range map[[3]int]size{
		{540, 960, 96}: {54, 96}, {960, 540, 96}: {96, 54}, {10, 20, 96}: {10, 20}, {4096, 2, 96}: {96, 1}, {97, 97, 96}: {96, 96},
	} {
		if got := within(in[0], in[1], in[2]); got != want {
			t.Errorf("%v: %v, want %v", in, got, want)
		}
	}
}

func TestProgress(t *testing.T) {
	var got []float64
	p := &progressWriter{length: 10 * time.Second, report: func(f float64) { got = append(got, f) }}
	for _, part := range []string{"frame=1\nout_time_us=N/A\nout_ti", "me_us=2500000\nprogress=continue\n", "out_time_us=2000000\nout_time_us=-5\n", "out_time_us=90000000\n"} {
		if _, err := p.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	if len(got) != 2 || got[0] != 0.25 || got[1] != 1 {
		t.Errorf("%v", got)
	}
	if _, err := p.Write(make([]byte, 10_000)); err == nil {
		t.Error("a line without end was taken")
	}
}
