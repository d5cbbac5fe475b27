package media

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"time"
)

// peaks is how many bars a waveform has.
const peaks = 64

// Target loudness of every clip and how far it may be moved there.
const (
	targetLUFS = -14
	mostDown   = -20.0 // dB
	mostUp     = 12.0
)

// Sound is what was measured of a clip's sound.
type Sound struct {
	LUFS     float64       // integrated loudness by ITU-R BS.1770; -70 for silence
	Gain     float64       // dB that bring it to that of all clips
	Waveform []byte        // 64 peaks, 0..255, the loudest 255; nil for silence
	Duration time.Duration // of what could be decoded
}

// gainFor is how much louder a clip has to become, in dB. Silence stays.
func gainFor(lufs float64) float64 {
	if lufs <= -70 {
		return 0
	}
	return min(mostUp, max(mostDown, targetLUFS-lufs))
}

// listen decodes the sound once and measures it on the way: some 0.1 s, and
// 0.03 s more per minute.
func (l *Lab) listen(ctx context.Context, path string, src *Source) (*Sound, error) {
	m := newMeter(sampleRate)
	args := append([]string{"-nostdin", "-v", "error", "-vn", "-sn", "-dn"}, l.inputOptions(src.Container)...)
	args = append(args, "-i", fileURL(path), "-map", "0:"+strconv.Itoa(src.Audio.Index), "-af", soundFilters(nil),
		"-t", clipLength(src.Duration), "-f", "f32le", "-c:a", "pcm_f32le", "pipe:1")
	most := int64((src.Duration.Seconds() + 2) * sampleRate * 8)
	out, err := l.run(ctx, job{tool: l.ffmpeg, args: args, read: path, stdout: &limitedWriter{w: m, left: most},
		limits: limits{CPU: 120}, wall: time.Minute + src.Duration})
	if err != nil {
		return nil, fmt.Errorf("media: listening: %w", err)
	}
	if err := out.ours(); err != nil {
		return nil, err
	}
	lufs := m.loudness()
	return &Sound{LUFS: lufs, Gain: gainFor(lufs), Waveform: m.waveform(peaks), Duration: m.duration()}, nil
}

const sampleRate = 48000

// meter measures 32-bit stereo PCM that is written to it: integrated loudness
// by ITU-R BS.1770-4 (K-weighting, 400 ms blocks every 100 ms, gates at -70
// LUFS and 10 LU below the mean), and the peak of every 10 ms.
type meter struct {
	rate    int
	rest    []byte
	left    channel
	right   channel
	n       int     // samples in this step
	energy  float64 // of this step, both channels
	steps   []float64
	peak    float32 // of this slot
	slotN   int
	slots   []float32
	samples int64
}

// channel is the two filters of one channel's K-weighting.
type channel struct{ shelf, pass biquad }

type biquad struct{ b0, b1, b2, a1, a2, z1, z2 float64 }

func (f *biquad) step(x float64) float64 {
	y := f.b0*x + f.z1
	f.z1 = f.b1*x - f.a1*y + f.z2
	f.z2 = f.b2*x - f.a2*y
	return y
}

func newMeter(rate int) *meter {
	k := kWeighting(float64(rate))
	return &meter{rate: rate, left: k, right: k}
}

// kWeighting gives the filters for any rate: the analogue prototypes of
// BS.1770's head and low-cut filters, through the bilinear transform.
func kWeighting(rate float64) channel {
	const (
		f0, gain, q0 = 1681.974450955533, 3.999843853973347, 0.7071752369554196
		f1, q1       = 38.13547087602444, 0.5003270373238773
	)
	k := math.Tan(math.Pi * f0 / rate)
	vh := math.Pow(10, gain/20)
	vb := math.Pow(vh, 0.4996667741545416)
	a0 := 1 + k/q0 + k*k
	shelf := biquad{
		b0: (vh + vb*k/q0 + k*k) / a0, b1: 2 * (k*k - vh) / a0, b2: (vh - vb*k/q0 + k*k) / a0,
		a1: 2 * (k*k - 1) / a0, a2: (1 - k/q0 + k*k) / a0,
	}
	k = math.Tan(math.Pi * f1 / rate)
	a0 = 1 + k/q1 + k*k
	pass := biquad{b0: 1, b1: -2, b2: 1, a1: 2 * (k*k - 1) / a0, a2: (1 - k/q1 + k*k) / a0}
	return channel{shelf, pass}
}

// Write implements io.Writer on interleaved little-endian float32 stereo.
func (m *meter) Write(p []byte) (int, error) {
	n := len(p)
	if len(m.rest) > 0 {
		need := min(8-len(m.rest), len(p))
		m.rest = append(m.rest, p[:need]...)
		p = p[need:]
		if len(m.rest) < 8 {
			return n, nil
		}
		m.add(m.rest)
		m.rest = m.rest[:0]
	}
	whole := len(p) &^ 7
	m.add(p[:whole])
	m.rest = append(m.rest, p[whole:]...)
	return n, nil
}

func (m *meter) add(p []byte) {
	step, slot := m.rate/10, m.rate/100
	for ; len(p) >= 8; p = p[8:] {
		l := math.Float32frombits(binary.LittleEndian.Uint32(p))
		r := math.Float32frombits(binary.LittleEndian.Uint32(p[4:]))
		if !(l > -16 && l < 16) { // NaN, too, would stay in the filters for ever
			l = 0
		}
		if !(r > -16 && r < 16) {
			r = 0
		}
		m.peak = max(m.peak, l, -l, r, -r)
		if m.slotN++; m.slotN == slot {
			m.slots = append(m.slots, m.peak)
			m.slotN, m.peak = 0, 0
		}
		y := m.left.pass.step(m.left.shelf.step(float64(l)))
		z := m.right.pass.step(m.right.shelf.step(float64(r)))
		m.energy += y*y + z*z
		if m.n++; m.n == step {
			m.steps = append(m.steps, m.energy/float64(step))
			m.n, m.energy = 0, 0
		}
		m.samples++
	}
}

func (m *meter) duration() time.Duration {
	return time.Duration(m.samples) * time.Second / time.Duration(m.rate)
}

// loudness is the integrated loudness in LUFS; -70 for silence and for less
// than one block.
func (m *meter) loudness() float64 {
	const silence = -70
	steps := m.steps
	if len(steps) == 0 && m.n > 0 { // shorter than a step: what there is
		steps = []float64{m.energy / float64(m.n)}
	}
	var blocks []float64
	width := min(4, len(steps))
	for i := width; width > 0 && i <= len(steps); i++ {
		sum := 0.0
		for _, e := range steps[i-width : i] {
			sum += e
		}
		blocks = append(blocks, sum/float64(width))
	}
	mean := gated(blocks, silence)
	if mean <= 0 {
		return silence
	}
	mean = gated(blocks, lufs(mean)-10)
	return max(silence, math.Round(lufs(mean)*100)/100)
}

// gated is the mean energy of the blocks above a threshold in LUFS.
func gated(blocks []float64, threshold float64) float64 {
	sum, n := 0.0, 0
	for _, e := range blocks {
		if e > 0 && lufs(e) > threshold {
			sum += e
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func lufs(energy float64) float64 { return -0.691 + 10*math.Log10(energy) }

// waveform folds the peaks into n bars, the highest of them 255; nil for
// silence.
func (m *meter) waveform(n int) []byte {
	slots := m.slots
	if m.slotN > 0 {
		slots = append(slots[:len(slots):len(slots)], m.peak)
	}
	var top float32
	for _, s := range slots {
		top = max(top, s)
	}
	if top < 1e-4 { // -80 dB
		return nil
	}
	bars := make([]byte, n)
	for i := range bars {
		from, to := i*len(slots)/n, (i+1)*len(slots)/n
		to = min(max(to, from+1), len(slots))
		var p float32
		for _, s := range slots[min(from, to-1):to] {
			p = max(p, s)
		}
		bars[i] = byte(math.Round(float64(p / top * 255)))
	}
	return bars
}
