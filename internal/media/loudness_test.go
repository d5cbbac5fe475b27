package media

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// TestLoudnessAgainstFFmpeg measures sounds with our meter and with ffmpeg's
// ebur128.
func TestLoudnessAgainstFFmpeg(t *testing.T) {
	integrated := regexp.MustCompile(`I:\s+(-?[\d.]+) LUFS`)
	for name, source := range map[string]string{
		"tone":       "sine=f=1000:d=3,volume=-6dB,aformat=channel_layouts=stereo",
		"low tone":   "sine=f=60:d=3,aformat=channel_layouts=stereo",
		"noise":      "anoisesrc=d=4:c=pink:a=0.2:seed=1,aformat=channel_layouts=stereo",
		"one side":   "aevalsrc='0.4*sin(2*PI*440*t)|0':d=3",
		"with gaps":  "aevalsrc='0.5*sin(2*PI*300*t)*lt(mod(t\\,2)\\,0.7)|0.2*sin(2*PI*900*t)*gt(mod(t\\,3)\\,2)':d=9",
		"soft, loud": "aevalsrc='(0.01+0.6*gt(t\\,4))*sin(2*PI*500*t)':d=8,aformat=channel_layouts=stereo",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pcm := filepath.Join(t.TempDir(), "s.pcm")
			said := tool(t, "ffmpeg", "-nostdin", "-hide_banner", "-f", "lavfi", "-i", source+",aresample=48000,asplit[a][b];[b]ebur128=framelog=verbose[out1];[a]anull[out0]",
				"-map", "0:0", "-f", "f32le", "-y", pcm, "-map", "0:1", "-f", "null", "-")
			found := integrated.FindAllStringSubmatch(said, -1)
			if found == nil {
				t.Fatalf("ebur128 said nothing:\n%s", said)
			}
			want, err := strconv.ParseFloat(found[len(found)-1][1], 64)
			if err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(pcm)
			if err != nil {
				t.Fatal(err)
			}
			m := newMeter(sampleRate)
			for len(data) > 0 { // in odd pieces, as a pipe gives them
				n := min(len(data), 1021)
				if _, err := m.Write(data[:n]); err != nil {
					t.Fatal(err)
				}
				data = data[n:]
			}
			if got := m.loudness(); math.Abs(got-want) > 0.15 {
				t.Errorf("%.2f LUFS, ffmpeg says %.2f", got, want)
			}
		})
	}
}

// samples writes PCM for the meter.
func samples(f func(t float64) (l, r float64), length time.Duration) []byte {
	var b []byte
	n := int(length.Seconds() * sampleRate)
	for i := range n {
		l, r := f(float64(i) / sampleRate)
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(l)))
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(r)))
	}
	return b
}

func TestMeterEdges(t *testing.T) {
	measure := func(b []byte) *meter {
		m := newMeter(sampleRate)
		if n, err := m.Write(b); n != len(b) || err != nil {
			t.Fatal(n, err)
		}
		return m
	}
	silent := measure(samples(func(float64) (float64, float64) { return 0, 0 }, time.Second))
	if silent.loudness() != -70 || silent.waveform(peaks) != nil || silent.duration() != time.Second {
		t.Errorf("silence: %v LUFS, %v, %v", silent.loudness(), silent.waveform(peaks), silent.duration())
	}
	if m := measure(nil); m.loudness() != -70 || m.waveform(peaks) != nil || m.duration() != 0 {
		t.Error("nothing is not silent")
	}
	broken := measure(samples(func(s float64) (float64, float64) {
		if s < 0.1 {
			return math.NaN(), math.Inf(1)
		}
		return 0.5 * math.Sin(2*math.Pi*1000*s), 1e30
	}, time.Second))
	if l := broken.loudness(); math.IsNaN(l) || l < -40 || l > 0 {
		t.Errorf("after broken samples: %v", l)
	}
	short := measure(samples(func(s float64) (float64, float64) { return math.Sin(2 * math.Pi * 1000 * s), 0 }, 30*time.Millisecond))
	if w := short.waveform(peaks); len(w) != peaks || bytes.IndexByte(w, 255) < 0 || short.loudness() < -20 {
		t.Errorf("30 ms: %v %v", w, short.loudness())
	}
	rising := measure(samples(func(s float64) (float64, float64) { return s / 2 * math.Sin(2*math.Pi*500*s), 0 }, 2*time.Second))
	w := rising.waveform(peaks)
	for i := 1; i < peaks; i++ {
		if int(w[i])+3 < int(w[i-1]) {
			t.Errorf("a rising sound falls at %d: %v", i, w)
			break
		}
	}
	for in, want := range map[float64]float64{-70: 0, -14: 0, -30: 12, -20: 6, 8: -20, -10: -4} {
		if got := gainFor(in); got != want {
			t.Errorf("gain for %v LUFS: %v, want %v", in, got, want)
		}
	}
}

// TestGainReachesTheTarget encodes a soft clip and measures what came out.
func TestGainReachesTheTarget(t *testing.T) {
	l := lab(t)
	dir := t.TempDir()
	in := filepath.Join(dir, "in.mp4")
	ffmpeg(t, "-f", "lavfi", "-i", "testsrc=s=64x64:d=4", "-f", "lavfi", "-i", "anoisesrc=d=4:c=pink:a=0.05:seed=1", "-shortest", "-y", in)
	_, _, first, err := develop(t.Context(), l, in, dir)
	if err != nil {
		t.Fatal(err)
	}
	if first.Loudness > -20 || first.Gain < 4 {
		t.Fatalf("%v LUFS, gain %v: too loud for this test", first.Loudness, first.Gain)
	}
	out := filepath.Join(dir, first.Rendition.File)
	src, err := l.Probe(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	sound, err := l.listen(t.Context(), out, src)
	if err != nil {
		t.Fatal(err)
	}
	if want := first.Loudness + first.Gain; math.Abs(sound.LUFS-want) > 1 {
		t.Errorf("%v LUFS after %v dB on %v", sound.LUFS, first.Gain, first.Loudness)
	}
}

func BenchmarkMeter(b *testing.B) {
	second := samples(func(s float64) (float64, float64) {
		return math.Sin(2 * math.Pi * 500 * s), math.Sin(2 * math.Pi * 700 * s)
	}, time.Second)
	b.SetBytes(int64(len(second)))
	m := newMeter(sampleRate)
	for b.Loop() {
		if _, err := m.Write(second); err != nil {
			b.Fatal(err)
		}
	}
}
