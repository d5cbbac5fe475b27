package media

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// phoneClip is eight seconds of 1080 x 1920 as a phone gives them, or a clip
// named by REELM_BENCH_CLIP.
func phoneClip(b *testing.B) string {
	b.Helper()
	if path := os.Getenv("REELM_BENCH_CLIP"); path != "" {
		return path
	}
	path := filepath.Join(b.TempDir(), "phone.mp4")
	ffmpeg(b, "-f", "lavfi", "-i", "gradients=s=1080x1920:d=8:r=24:seed=3:n=4", "-f", "lavfi", "-i", "sine=frequency=221:duration=8",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", "-movflags", "+faststart", "-y", path)
	return path
}

// BenchmarkBare is ffmpeg alone on the same 540p, what the pipeline is held
// against.
func BenchmarkBare(b *testing.B) {
	in, out := phoneClip(b), filepath.Join(b.TempDir(), "out.mp4")
	for b.Loop() {
		ffmpeg(b, "-i", in, "-vf", "fps=30,scale=540:-2,format=yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-crf", "24",
			"-g", "60", "-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart", "-y", out)
	}
}

// BenchmarkPublic is everything between the last byte of an upload and a clip
// that can be public: probe, then preview and first rendition beside each
// other.
func BenchmarkPublic(b *testing.B) {
	l, in := lab(b), phoneClip(b)
	for b.Loop() {
		dir := b.TempDir()
		src, err := l.Probe(b.Context(), in)
		if err != nil {
			b.Fatal(err)
		}
		var beside sync.WaitGroup
		beside.Go(func() {
			if _, err := l.Preview(b.Context(), in, src, dir); err != nil {
				b.Error(err)
			}
		})
		if _, err := l.First(b.Context(), in, src, dir, nil); err != nil {
			b.Fatal(err)
		}
		beside.Wait()
	}
}

// BenchmarkAuthor is what the author waits for: probe and preview.
func BenchmarkAuthor(b *testing.B) {
	l, in, dir := lab(b), phoneClip(b), b.TempDir()
	for b.Loop() {
		src, err := l.Probe(b.Context(), in)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := l.Preview(b.Context(), in, src, dir); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkProbe is one look at a file, BenchmarkListen one hearing of it.
func BenchmarkProbe(b *testing.B) {
	l, in := lab(b), phoneClip(b)
	for b.Loop() {
		if _, err := l.Probe(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkListen(b *testing.B) {
	l, in := lab(b), phoneClip(b)
	src, err := l.Probe(b.Context(), in)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := l.listen(b.Context(), in, src); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSandbox is what the walls cost: a start of ffmpeg inside and
// outside of them.
func BenchmarkSandbox(b *testing.B) {
	l, in := lab(b), phoneClip(b)
	b.Run("inside", func(b *testing.B) {
		for b.Loop() {
			if _, err := l.run(b.Context(), job{tool: l.ffmpeg, args: []string{"-version"}, read: in, wall: 1 << 40}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("outside", func(b *testing.B) {
		for b.Loop() {
			tool(b, "ffmpeg", "-version")
		}
	})
}

// BenchmarkRung makes one further rendition of each codec.
func BenchmarkRung(b *testing.B) {
	l, in, dir := lab(b), phoneClip(b), b.TempDir()
	src, err := l.Probe(b.Context(), in)
	if err != nil {
		b.Fatal(err)
	}
	p := l.Plan(src)
	for _, r := range []Rung{p.Rungs[0], p.Later[0]} {
		b.Run(string(r.Codec), func(b *testing.B) {
			for b.Loop() {
				if _, err := l.Rung(b.Context(), in, src, r, 0, dir, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
