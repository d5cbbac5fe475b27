package main

import (
	"bytes"
	"compress/gzip"
	"image"
	"image/png"
	"os"
	"path"
	"path/filepath"
	"testing"
)

// The committed files are what the sources give, on whatever machine.
func TestCommittedFilesAreWhatTheSourcesGive(t *testing.T) {
	root := filepath.Join("..", "..")
	built, err := Build(root)
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadDir(filepath.Join(root, OutDir))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range committed {
		if _, ok := built[f.Name()]; !ok {
			t.Errorf("%s is built from nothing", f.Name())
		}
	}
	for name, want := range built {
		got, err := os.ReadFile(filepath.Join(root, OutDir, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(got, want) && !(path.Ext(name) == ".png" && samePicture(got, want)) && path.Ext(name) != ".ico" {
			t.Errorf("%s is not what player/ gives: run `go run ./bundle` in tools/ and commit it", name)
		}
	}
}

// samePicture allows for the last bit of the rasteriser's floats, which
// differs between processors.
func samePicture(a, b []byte) bool {
	x, errX := png.Decode(bytes.NewReader(a))
	y, errY := png.Decode(bytes.NewReader(b))
	if errX != nil || errY != nil || x.Bounds() != y.Bounds() {
		return false
	}
	near := func(p, q uint32) bool { return max(p, q)-min(p, q) <= 3*257 }
	for j := range x.Bounds().Dy() {
		for i := range x.Bounds().Dx() {
			r1, g1, b1, a1 := x.At(i, j).RGBA()
			r2, g2, b2, a2 := y.At(i, j).RGBA()
			if !near(r1, r2) || !near(g1, g2) || !near(b1, b2) || !near(a1, a2) {
				return false
			}
		}
	}
	return true
}

func TestPicturesHaveTheirSizes(t *testing.T) {
	for name, size := range map[string]int{"icon-180.png": 180, "icon-192.png": 192, "icon-512.png": 512, "icon-maskable-512.png": 512} {
		b, err := os.ReadFile(filepath.Join("..", "..", OutDir, name))
		if err != nil {
			t.Fatal(err)
		}
		c, format, err := image.DecodeConfig(bytes.NewReader(b))
		if err != nil || format != "png" || c.Width != size || c.Height != size {
			t.Errorf("%s is %dx%d %s: %v", name, c.Width, c.Height, format, err)
		}
	}
}

// What the For You page needs besides its HTML stays small. The whole page has
// to stay under 120 KB compressed.
func TestTheFeedIsLight(t *testing.T) {
	total := 0
	for _, name := range []string{"feed.js", "style.css", "icons.svg"} {
		b, err := os.ReadFile(filepath.Join("..", "..", OutDir, name))
		if err != nil {
			t.Fatal(err)
		}
		var z bytes.Buffer
		w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		total += z.Len()
	}
	if total > 40_000 {
		t.Errorf("script, style and icons of the feed are %d bytes compressed, more than 40,000", total)
	}
}
