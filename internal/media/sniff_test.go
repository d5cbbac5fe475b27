package media

import (
	"strings"
	"testing"

	"reelm"
)

func TestSniff(t *testing.T) {
	for head, want := range map[string]string{
		"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00": string(MP4),
		"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00": string(MP4),
		"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat": string(MP4),
		"\x00\x00\x10\x00moov\x00\x00\x00\x6cmvhd": string(MP4),
		"\x00\x00\x00\x01mdat":                     string(MP4),
		"\x1a\x45\xdf\xa3\x93\x42\x82\x88":         string(Matroska),
		"":                                         reelm.FaultEmptyFile,
		"\x00\x00\x00\x02ftypisom":                 reelm.FaultUnsupportedFormat,
		"\x00\x00\x00\x18ftypheic\x00\x00":         "HEIC",
		"\x00\x00\x00\x18ftypavif\x00\x00":         "AVIF",
		"\x89PNG\r\n\x1a\n":                        "PNG",
		"\xff\xd8\xff\xe1":                         "JPEG",
		"#EXTM3U\n":                                "playlist",
		"ffconcat version 1.0":                     "list of files",
		"<?xml version=":                           "XML",
		"\ufeff <html>":                            "XML",
		"RIFF\x00\x00\x00\x00AVI LIST":             "AVI",
		"RIFF":                                     "a text",
		"v=0\r\n":                                  "stream description",
		"hello there, this is\nno video":           "a text",
		"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09": "Reelm does not know",
		"G":                    "a text",
		"\x00\x00\x01\xba\x44": "MPEG",
	} {
		kind, err := Sniff([]byte(head))
		switch {
		case err == nil && string(kind) == want:
		case err != nil && (faultCode(err) == want || strings.Contains(err.Error(), want)):
		default:
			t.Errorf("%q: %q, %v; want %q", head, kind, err, want)
		}
	}
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00"))
	f.Add([]byte("\x1a\x45\xdf\xa3"))
	f.Add([]byte("RIFF\x00\x00\x00\x00AVI "))
	f.Fuzz(func(t *testing.T, head []byte) {
		kind, err := Sniff(head)
		if (kind == "") == (err == nil) {
			t.Errorf("%q: %q and %v", head, kind, err)
		}
		if err != nil && faultCode(err) == "" {
			t.Errorf("%q: no fault: %v", head, err)
		}
	})
}
