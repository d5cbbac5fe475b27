package media

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// Scene is a short clip that is drawn and composed by this package, for a
// demonstration without anybody's videos. The same Scene gives the same
// pictures and the same music, and both run on seamlessly when the clip loops.
type Scene struct {
	Topic    string        // one of Topics
	Take     int           // which of the topic's compositions, counted round
	Seed     uint64        // varies colours, shapes and melody
	Title    string        // shown large, a few words in any Latin script; empty for none
	Kicker   string        // small above the title; empty for none
	Duration time.Duration // 0: 8 s; kept between 4 and 15 s
}

// Topic is a visual language with music of its own.
type Topic struct {
	Name  string
	Takes int // how many compositions it has
}

// Topics lists what Render can draw, in a fixed order.
func Topics() []Topic {
	var out []Topic
	for _, s := range schools() {
		out = append(out, Topic{s.name, len(s.takes)})
	}
	return out
}

// school is a topic from within: its compositions, palettes, lettering, music.
type school struct {
	name     string
	takes    []func(*stage) func(*canvas, float64)
	palettes [][]string // hex colours; what each is for the compositions know
	letters  lettering
	mood     mood
}

// A frame of a scene.
const (
	sceneW, sceneH = 540, 960
	sceneFPS       = 30
)

// stage is what a composition works with: a source of chance, its colours and
// its length.
type stage struct {
	*rand.Rand
	ink    []ink     // the palette
	length float64   // seconds
	beat   float64   // seconds of one beat of the music
	hits   []float64 // when the drum beats, in seconds
}

// loop turns a time into an angle that comes round n times in the clip.
func (s *stage) loop(t float64, n int) float64 { return 2 * math.Pi * float64(n) * t / s.length }

// between draws a number.
func (s *stage) between(a, b float64) float64 { return a + (b-a)*s.Float64() }

// pulse is 1 on a beat of the drum and falls to 0 within half a second.
func (s *stage) pulse(t float64) float64 {
	p := 0.0
	for _, h := range s.hits {
		if d := math.Mod(t-h+s.length, s.length); d < 0.5 {
			p = max(p, 1-d/0.5)
		}
	}
	return p * p
}

// show is a scene ready to be played: frames by their time, and the sound.
type show struct {
	length float64 // seconds, whole frames
	draw   func(*canvas, float64)
	song   *song
}

// rehearse works a scene out. It is pure: the same Scene, the same show.
func (s Scene) rehearse() (*show, error) {
	school, ok := schoolOf(s.Topic)
	if !ok {
		return nil, fmt.Errorf("media: there is no topic %q", s.Topic)
	}
	length := s.Duration.Seconds()
	if length == 0 {
		length = 8
	}
	length = math.Round(min(15, max(4, length))*sceneFPS) / sceneFPS
	take := (s.Take%len(school.takes) + len(school.takes)) % len(school.takes)
	dice := rand.New(rand.NewPCG(s.Seed, uint64(take)<<32|uint64(len(s.Topic))))
	st := &stage{Rand: dice, length: length}
	for _, hex := range school.palettes[int(s.Seed%uint64(len(school.palettes)))] {
		st.ink = append(st.ink, hexInk(hex))
	}
	song := compose(school.mood, length, dice)
	st.beat, st.hits = song.beat, song.hits
	words, err := school.letters.set(s.Kicker, s.Title)
	if err != nil {
		return nil, fmt.Errorf("media: scene: %w", err)
	}
	draw := school.takes[take](st)
	if words == nil {
		return &show{length: length, song: song, draw: draw}, nil
	}
	first := newCanvas(sceneW, sceneH)
	draw(first, 0)
	words.choose(first, st.ink[len(st.ink)-1])
	return &show{length: length, song: song, draw: func(c *canvas, t float64) {
		draw(c, t)
		words.show(c)
	}}, nil
}

// Render draws a scene into an MP4 of 540 x 960 at 30 frames per second. It
// takes one to two seconds of one core. Unlike everything else here it runs
// ffmpeg without the sandbox: every byte that goes in is ours.
func (l *Lab) Render(ctx context.Context, s Scene, path string) error {
	show, err := s.rehearse()
	if err != nil {
		return err
	}
	sound, err := os.CreateTemp(filepath.Dir(path), ".scene-*.pcm")
	if err != nil {
		return fmt.Errorf("media: scene: %w", err)
	}
	defer os.Remove(sound.Name())
	defer sound.Close()
	if err := show.song.write(sound); err != nil {
		return fmt.Errorf("media: scene: %w", err)
	}
	return l.film(ctx, path, sound.Name(), show.length, show.draw)
}

// film encodes frames as they are drawn.
func (l *Lab) film(ctx context.Context, path, sound string, length float64, draw func(*canvas, float64)) error {
	cmd := exec.CommandContext(ctx, l.ffmpeg, "-nostdin", "-v", "error",
		"-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", fmt.Sprintf("%dx%d", sceneW, sceneH), "-r", strconv.Itoa(sceneFPS), "-i", "pipe:0",
		"-f", "f32le", "-ar", strconv.Itoa(sampleRate), "-ac", "2", "-i", fileURL(sound),
		"-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-g", "60", "-pix_fmt", "yuv420p", "-threads", "1",
		"-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
		"-c:a", "aac", "-b:a", "160k", "-fflags", "+bitexact", "-t", number(length), "-movflags", "+faststart", "-f", "mp4", "-y", fileURL(path))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = 5 * time.Second
	tail := &tailWriter{max: 2 << 10}
	cmd.Stderr = tail
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("media: scene: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("media: scene: %w", err)
	}
	c := newCanvas(sceneW, sceneH)
	frames := int(math.Round(length * sceneFPS))
	var failed error
	for i := 0; i < frames && failed == nil; i++ {
		draw(c, float64(i)/sceneFPS)
		failed = c.write(in)
	}
	in.Close() // what it could not take shows in Wait
	if err := cmd.Wait(); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("media: scene: %w: %s", err, tail)
	}
	if failed != nil {
		return fmt.Errorf("media: scene: %w", failed)
	}
	return nil
}

func schoolOf(name string) (school, bool) {
	for _, s := range schools() {
		if s.name == name {
			return s, true
		}
	}
	return school{}, false
}

// write puts the song down as raw stereo samples.
func (s *song) write(f *os.File) error {
	w := bufio.NewWriterSize(f, 1<<16)
	var b [8]byte
	for i := range s.left {
		binary.LittleEndian.PutUint32(b[:], math.Float32bits(s.left[i]))
		binary.LittleEndian.PutUint32(b[4:], math.Float32bits(s.right[i]))
		if _, err := w.Write(b[:]); err != nil {
			return err
		}
	}
	return w.Flush()
}
