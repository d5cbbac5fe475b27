package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"reelm"
)

// Container is the kind of file that holds the streams.
type Container string

// The containers that go on to ffprobe. Everything else is refused by its
// first bytes, before any process sees it.
const (
	MP4      Container = "mp4"      // ISO base media: MP4, MOV, 3GP
	Matroska Container = "matroska" // Matroska and WebM
)

// SniffLen is how many of a file's first bytes Sniff wants to see.
const SniffLen = 64

// Sniff tells the container from a file's first bytes, as many as SniffLen or
// the whole file. It refuses with empty_file or unsupported_format.
func Sniff(head []byte) (Container, error) {
	if len(head) == 0 {
		return "", &reelm.Fault{Code: reelm.FaultEmptyFile, Detail: "the file is empty"}
	}
	if bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")) {
		return Matroska, nil
	}
	if isBoxed(head) {
		if what := picture(head); what != "" {
			return "", unsupported(what)
		}
		return MP4, nil
	}
	return "", unsupported(guess(head))
}

// SniffFile is Sniff on the first bytes of a file.
func SniffFile(path string) (Container, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("media: sniff: %w", err)
	}
	defer f.Close()
	head := make([]byte, SniffLen)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fmt.Errorf("media: sniff: %w", err)
	}
	return Sniff(head[:n])
}

func unsupported(what string) error {
	return &reelm.Fault{Code: reelm.FaultUnsupportedFormat,
		Detail: "this is " + what + "; MP4, MOV, 3GP, WebM and MKV can be used"}
}

// isBoxed recognises ISO base media by its first box: a size that makes sense
// and one of the types that a real file begins with.
func isBoxed(head []byte) bool {
	if len(head) < 8 {
		return false
	}
	size := binary.BigEndian.Uint32(head)
	if size != 0 && size != 1 && size < 8 { // 0: to the end, 1: the long form
		return false
	}
	switch string(head[4:8]) {
	case "ftyp", "moov", "mdat", "wide", "free", "skip", "pnot", "styp":
		return true
	}
	return false
}

// picture names the still picture or playlist-like brand of an ISO file,
// which has boxes but is no video.
func picture(head []byte) string {
	if string(head[4:8]) != "ftyp" || len(head) < 12 {
		return ""
	}
	switch string(head[8:12]) {
	case "heic", "heix", "heim", "heis", "mif1":
		return "a HEIC picture"
	case "avif":
		return "an AVIF picture"
	case "jxl ":
		return "a JPEG XL picture"
	case "crx ":
		return "a raw camera picture"
	}
	return ""
}

// guess names what a refused file seems to be, for its author.
func guess(head []byte) string {
	for _, g := range []struct{ at, magic, what string }{
		{"", "\x89PNG", "a PNG picture"},
		{"", "\xff\xd8\xff", "a JPEG picture"},
		{"", "GIF8", "a GIF picture"},
		{"", "#EXTM3U", "a playlist, not a video"},
		{"", "ffconcat", "a list of files, not a video"},
		{"", "v=0", "a stream description, not a video"},
		{"", "%PDF", "a PDF"},
		{"", "PK\x03\x04", "a ZIP archive"},
		{"", "FLV", "Flash video"},
		{"", "\x00\x00\x01\xba", "MPEG video"},
		{"", "\x00\x00\x01\xb3", "MPEG video"},
		{"", "\x30\x26\xb2\x75", "Windows Media"},
		{"", "ID3", "an MP3 sound file"},
		{"", "fLaC", "a FLAC sound file"},
		{"", "OggS", "an Ogg file"},
		{"riff", "AVI ", "AVI video"},
		{"riff", "WAVE", "a WAV sound file"},
		{"riff", "WEBP", "a WebP picture"},
	} {
		at := 0
		if g.at == "riff" {
			if !bytes.HasPrefix(head, []byte("RIFF")) {
				continue
			}
			at = 8
		}
		if len(head) >= at && bytes.HasPrefix(head[at:], []byte(g.magic)) {
			return g.what
		}
	}
	if trimmed := bytes.TrimLeft(head, " \t\r\n\ufeff"); len(trimmed) > 0 && trimmed[0] == '<' {
		return "a text in XML or HTML"
	}
	for _, b := range head {
		if b < 0x20 && b != '\n' && b != '\r' && b != '\t' {
			return "a kind of file that Reelm does not know"
		}
	}
	return "a text"
}
