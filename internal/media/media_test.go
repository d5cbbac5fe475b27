package media

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"reelm"
)

func TestMain(m *testing.M) {
	RunHelper()
	if what := os.Getenv(childMark); what != "" {
		child(what)
		return
	}
	os.Exit(m.Run())
}

// lab is a Lab with the settings of a server, but for its modesty: beside other
// tests an idle encode might never end.
func lab(t testing.TB) *Lab { return labWith(t, Config{Eager: true}) }

func labWith(t testing.TB, cfg Config) *Lab {
	t.Helper()
	cfg.Log = slog.New(slog.DiscardHandler)
	l, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// trialSize says that every rung of every clip is to be encoded.
func trialSize() bool { return os.Getenv("REELM_TRIAL") == "1" }

// shared are the real clips that are kept beside the repository.
const shared = "../../../shared"

// manifest reads a folder's list; nil where there is no such folder.
func manifest(t testing.TB, folder string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(shared, folder, "MANIFEST.tsv"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			if i < len(row) {
				m[name] = row[i]
			}
		}
		out = append(out, m)
	}
	return out
}

// ffmpeg runs the real tool outside the sandbox, to make and to check clips,
// and gives what it printed.
func ffmpeg(t testing.TB, args ...string) string {
	t.Helper()
	return tool(t, "ffmpeg", append([]string{"-nostdin", "-v", "error"}, args...)...)
}

func tool(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// encoder says whether this ffmpeg has an encoder, and skips the test if not.
func needEncoder(t testing.TB, name string) {
	t.Helper()
	if !strings.Contains(tool(t, "ffmpeg", "-hide_banner", "-encoders"), " "+name+" ") {
		t.Skipf("this ffmpeg has no %s", name)
	}
}

// look is what ffprobe says of one of our files.
type look struct {
	probeJSON
	tags []string
}

func lookAt(t testing.TB, path string) look {
	t.Helper()
	out := tool(t, "ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", path)
	var l look
	if err := json.Unmarshal([]byte(out), &l.probeJSON); err != nil {
		t.Fatal(err)
	}
	var tags struct {
		Streams []struct{ Tags map[string]string }
		Format  struct{ Tags map[string]string }
	}
	if err := json.Unmarshal([]byte(out), &tags); err != nil {
		t.Fatal(err)
	}
	add := func(m map[string]string) {
		for k, v := range m {
			l.tags = append(l.tags, k+"="+v)
		}
	}
	add(tags.Format.Tags)
	for _, s := range tags.Streams {
		add(s.Tags)
	}
	slices.Sort(l.tags)
	return l
}

func (l look) stream(kind string) *streamJSON {
	for i := range l.Streams {
		if l.Streams[i].Type == kind {
			return &l.Streams[i]
		}
	}
	return nil
}

// harmless are the tags that a container cannot do without.
func harmless(tag string) bool {
	name, value, _ := strings.Cut(tag, "=")
	switch strings.ToLower(name) {
	case "major_brand", "minor_version", "compatible_brands", "vendor_id", "duration":
		return true
	case "encoder":
		return value == "Reelm" || value == "Lavf" // Matroska cannot do without
	case "language":
		return value == "und"
	case "handler_name":
		return value == "VideoHandler" || value == "SoundHandler"
	}
	return false
}

// checkAnonymous fails on any tag that might come from the source.
func checkAnonymous(t testing.TB, path string, l look) {
	t.Helper()
	for _, tag := range l.tags {
		if !harmless(tag) {
			t.Errorf("%s carries %q", filepath.Base(path), tag)
		}
	}
	for _, s := range l.Streams {
		if s.Type != "video" && s.Type != "audio" {
			t.Errorf("%s holds a %s stream", filepath.Base(path), s.Type)
		}
	}
}

// checkRendition holds a rendition against what it says of itself and what
// every browser needs.
func checkRendition(t testing.TB, dir string, r reelm.Rendition, src *Source) {
	t.Helper()
	path := filepath.Join(dir, r.File)
	l := lookAt(t, path)
	checkAnonymous(t, path, l)
	v, a := l.stream("video"), l.stream("audio")
	if v == nil {
		t.Fatal("no picture")
	}
	if v.Width != r.W || v.Height != r.H || r.W%2 != 0 || r.H%2 != 0 {
		t.Errorf("%s is %dx%d, said to be %dx%d", r.File, v.Width, v.Height, r.W, r.H)
	}
	if min(r.W, r.H) != r.Height && r.Height != 0 {
		t.Errorf("%s: shorter side %d, called %d", r.File, min(r.W, r.H), r.Height)
	}
	want, got := float64(src.Width)/float64(src.Height), float64(r.W)/float64(r.H)
	if math.Abs(want/got-1) > 0.02 {
		t.Errorf("%s has shape %.3f, the source %.3f", r.File, got, want)
	}
	if len(v.SideData) > 0 && v.SideData[0].Matrix != "" {
		t.Errorf("%s is to be turned by the player", r.File)
	}
	if v.Format != "yuv420p" || v.Range != "tv" || v.Space != "bt709" || v.Transfer != "bt709" || v.Primaries != "bt709" {
		t.Errorf("%s is %s %s %s %s %s", r.File, v.Format, v.Range, v.Space, v.Transfer, v.Primaries)
	}
	if v.SAR != "1:1" && v.SAR != "" && v.SAR != "N/A" {
		t.Errorf("%s has pixels of %s", r.File, v.SAR)
	}
	if start, _ := strconv.ParseFloat(v.Start, 64); math.Abs(start) > 0.1 {
		t.Errorf("%s starts at %v", r.File, start)
	}
	length := seconds(v.Duration)
	if diff := (length - src.Duration).Abs(); diff > src.Duration/20+150*time.Millisecond {
		t.Errorf("%s lasts %v, the source %v", r.File, length, src.Duration)
	}
	if (a != nil) != (src.Audio != nil) {
		t.Errorf("%s: sound %v, the source %v", r.File, a != nil, src.Audio != nil)
	}
	if a != nil && (a.Codec != "aac" || a.SampleRate != "48000" || a.Channels != 2) {
		t.Errorf("%s: sound is %s %s Hz, %d channels", r.File, a.Codec, a.SampleRate, a.Channels)
	}
	m, err := inspect(path)
	if err != nil {
		t.Fatal(err)
	}
	if !m.front {
		t.Errorf("%s has its index at the end", r.File)
	}
	if r.Codecs == "" || strings.Contains(r.Codecs, "mp4a") != (a != nil) {
		t.Errorf("%s: codecs %q", r.File, r.Codecs)
	}
	if st, err := os.Stat(path); err != nil || st.Size() != r.Bytes {
		t.Errorf("%s: %v bytes, said to be %d", r.File, st.Size(), r.Bytes)
	}
	if said := ffmpeg(t, "-i", path, "-f", "null", "-"); said != "" {
		t.Errorf("%s does not decode cleanly: %s", r.File, said)
	}
}

// checkPoster decodes a poster with Go's own decoder.
func checkPoster(t testing.TB, dir string, p Poster) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, p.File))
	if err != nil {
		t.Fatal(err)
	}
	img, err := decodePicture(data)
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != p.Width || b.Dy() != p.Height {
		t.Errorf("poster is %v, said to be %dx%d", b, p.Width, p.Height)
	}
	if bytes.Contains(data[:min(len(data), 2000)], []byte("Lavc")) || bytes.Contains(data, []byte("Exif")) {
		t.Error("poster names its maker")
	}
	if len(p.ThumbHash) < 10 || len(p.ThumbHash) > 30 {
		t.Errorf("placeholder of %d bytes", len(p.ThumbHash))
	}
}

// develop takes an upload the whole way to its first rendition.
func develop(ctx context.Context, l *Lab, path, dir string) (*Source, *File, *First, error) {
	src, err := l.Probe(ctx, path)
	if err != nil {
		return nil, nil, nil, err
	}
	pre, err := l.Preview(ctx, path, src, dir)
	if err != nil {
		return src, nil, nil, err
	}
	first, err := l.First(ctx, path, src, dir, nil)
	return src, pre, first, err
}

// faultCode is the code of a fault, empty for every other error.
func faultCode(err error) string {
	if f, ok := errors.AsType[*reelm.Fault](err); ok {
		return f.Code
	}
	return ""
}

// onlyFiles fails when a folder holds anything but these.
func onlyFiles(t testing.TB, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the folder holds %v, want %v", got, want)
	}
}
