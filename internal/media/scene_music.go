package media

import (
	"math"
	"math/rand/v2"
)

// mood is the music of a topic. Patterns are eighths: x plays, anything else
// is silent; they repeat.
type mood struct {
	bpm    float64
	root   int     // MIDI note of the key
	chords [][]int // half tones above the root, one chord a bar
	pad    float64 // loudness of a slow chord
	lead   voice   // of a melody from the chord's notes
	tune   string
	leadAt int // octaves above the root
	melody float64
	bass   string
	low    float64
	kick   string
	hat    string
	snap   string
	drums  float64
	wet    float64 // reverberation
}

// voice is the sound of one note: the value at seconds after its start for an
// angle that has turned, and how long it lasts.
type voice func(t, phase float64) float64

// song is finished stereo sound that runs on when it is repeated.
type song struct {
	left, right []float32
	beat        float64   // seconds
	hits        []float64 // kicks, in seconds
}

// sine is a cheap sine of turns (1 is a full circle).
func sine(turns float64) float64 {
	x := turns - math.Floor(turns+0.5)
	y := 16 * x * (0.5 - math.Abs(x))
	return y * (0.775 + 0.225*math.Abs(y)) // within 0.1 %
}

// The voices.
func pluck(t, p float64) float64 {
	return (sine(p) + 0.5*sine(2*p)*math.Exp(-6*t) + 0.25*sine(3*p)*math.Exp(-9*t)) * math.Exp(-4.5*t)
}
func bell(t, p float64) float64 {
	return sine(p+0.35*math.Exp(-3*t)*sine(3.5*p)) * math.Exp(-2.4*t)
}
func marimba(t, p float64) float64 {
	return (sine(p) + 0.35*sine(4*p)*math.Exp(-18*t)) * math.Exp(-7*t)
}
func keys(t, p float64) float64 {
	return (sine(p+0.12*math.Exp(-5*t)*sine(p)) + 0.15*sine(7*p)*math.Exp(-14*t)) * math.Exp(-2.2*t)
}
func chip(t, p float64) float64 {
	return 0.6 * (sine(p) + sine(3*p)/3 + sine(5*p)/5 + sine(7*p)/7) * math.Exp(-5*t) * (0.9 + 0.1*sine(6*t))
}

// compose makes a song of that length, in whole bars, from a mood.
func compose(m mood, length float64, dice *rand.Rand) *song {
	bars := max(1, int(math.Round(length*m.bpm/60/4)))
	n := int(math.Round(length * sampleRate))
	s := &song{left: make([]float32, n), right: make([]float32, n), beat: length / float64(bars*4)}
	root := m.root + dice.IntN(5) - 2
	last := dice.IntN(4)
	for bar := range bars {
		chord := m.chords[bar%len(m.chords)]
		at := float64(bar*4) * s.beat
		if m.pad > 0 {
			for i, step := range chord {
				s.swell(pitch(root+step), at, 4*s.beat, m.pad*0.2, 0.3*float64(i)/float64(len(chord))-0.15)
			}
		}
		for e := range 8 {
			when := at + float64(e)*s.beat/2
			if on(m.tune, bar*8+e) {
				last = (last + dice.IntN(3) - 1 + len(chord)) % len(chord)
				note := root + 12*m.leadAt + chord[last]
				if dice.IntN(5) == 0 {
					note += 12
				}
				s.note(m.lead, pitch(note), when, 1.6, m.melody*(0.22+0.06*dice.Float64()), dice.Float64()*0.8-0.4)
			}
			if on(m.bass, bar*8+e) {
				s.note(func(t, p float64) float64 {
					return (sine(p) + 0.3*sine(2*p)) * math.Exp(-3*t) * min(1, t*200)
				}, pitch(root-12+chord[0]), when, 0.9, m.low*0.35, 0)
			}
			if on(m.kick, bar*8+e) {
				s.hits = append(s.hits, when)
				s.note(func(t, _ float64) float64 {
					return sine(45*t+9*(1-math.Exp(-22*t))/2.2) * math.Exp(-9*t)
				}, 0, when, 0.5, m.drums*0.5, 0)
			}
			if on(m.hat, bar*8+e) {
				s.noise(dice, when, 0.05, 90, m.drums*0.06, 0.25)
			}
			if on(m.snap, bar*8+e) {
				s.noise(dice, when, 0.18, 26, m.drums*0.13, -0.1)
			}
		}
	}
	s.room(m.wet)
	s.level(0.7)
	return s
}

func on(pattern string, i int) bool {
	return len(pattern) > 0 && pattern[i%len(pattern)] == 'x'
}

func pitch(midi int) float64 { return 440 * math.Pow(2, float64(midi-69)/12) }

// add mixes a value in, coming round at the end.
func (s *song) add(i int, v, pan float64) {
	i %= len(s.left)
	s.left[i] += float32(v * (1 - max(0, pan)))
	s.right[i] += float32(v * (1 + min(0, pan)))
}

// note plays a voice from a time on.
func (s *song) note(v voice, hz, at, length, loud, pan float64) {
	from, n := int(at*sampleRate), int(length*sampleRate)
	for i := range n {
		t := float64(i) / sampleRate
		f := min(1, t*400) * min(1, (length-t)*20)
		s.add(from+i, loud*f*v(t, hz*t), pan)
	}
}

// swell plays a soft note that rises and falls, of three voices not quite in
// tune.
func (s *song) swell(hz, at, length, loud, pan float64) {
	from, n := int(at*sampleRate), int((length+0.8)*sampleRate)
	for i := range n {
		t := float64(i) / sampleRate
		f := smooth(t/0.7) * smooth((length+0.8-t)/1.1)
		p := hz * t
		v := sine(p) + 0.5*sine(p*1.004+0.3) + 0.5*sine(p*0.996+0.7) + 0.22*sine(2.002*p) + 0.08*sine(3*p)
		s.add(from+i, loud*f*v, pan)
	}
}

// noise is a short hiss, for cymbals and snaps.
func (s *song) noise(dice *rand.Rand, at, length, fall, loud, pan float64) {
	from, n := int(at*sampleRate), int(length*sampleRate)
	prev := 0.0
	for i := range n {
		w := dice.Float64()*2 - 1
		v := w - prev // brighter than plain noise
		prev = w
		s.add(from+i, loud*v*math.Exp(-fall*float64(i)/sampleRate), pan)
	}
}

// room adds reverberation by four feedback delays per side. It goes round
// twice, so that the beginning already carries the tail of the end.
func (s *song) room(wet float64) {
	if wet <= 0 {
		return
	}
	for side, x := range [][]float32{s.left, s.right} {
		out := make([]float32, len(x))
		for _, ms := range []float64{29.7, 37.1, 41.1, 43.7} {
			delay := make([]float32, int((ms+float64(side)*1.3)*sampleRate/1000))
			low, at := float32(0), 0
			for round := range 2 {
				for i, v := range x {
					y := delay[at]
					low += (y - low) * 0.35
					delay[at] = v + low*0.78
					if at++; at == len(delay) {
						at = 0
					}
					if round == 1 {
						out[i] += y
					}
				}
			}
		}
		for i := range x {
			x[i] += out[i] * float32(wet) * 0.25
		}
	}
}

// level brings the highest peak to top.
func (s *song) level(top float32) {
	var peak float32 = 1e-6
	for i := range s.left {
		peak = max(peak, abs32(s.left[i]), abs32(s.right[i]))
	}
	for i := range s.left {
		s.left[i] *= top / peak
		s.right[i] *= top / peak
	}
}
