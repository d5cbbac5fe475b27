package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
)

// identity is the display matrix that turns nothing: 16.16 fixed point, the
// last number 2.30.
var identity = [36]byte{1: 1, 17: 1, 32: 0x40}

// straighten sets the display matrix of every track of an MP4 that we encoded
// to upright. Its pictures are upright already; ffmpeg 5.1 copies the source's
// matrix beside them when it was told not to turn by itself, and a player
// would turn them once more. Anything that is no MP4 is left alone.
func straighten(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("media: %w", err)
	}
	defer f.Close()
	index, at, err := findMoov(f)
	if err != nil || index == nil {
		return err
	}
	for _, trak := range boxes(index) {
		if trak.kind != "trak" {
			continue
		}
		for _, tkhd := range boxes(index[trak.from:trak.to]) {
			if tkhd.kind != "tkhd" || tkhd.to-tkhd.from < 76 {
				continue
			}
			body := trak.from + tkhd.from
			m := body + 40
			if index[body] == 1 { // 64-bit times
				m += 12
			}
			if m+36 > trak.from+tkhd.to || bytes.Equal(index[m:m+36], identity[:]) {
				continue
			}
			if _, err := f.WriteAt(identity[:], at+int64(m)); err != nil {
				return fmt.Errorf("media: %w", err)
			}
		}
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}

// findMoov reads the body of the index and says where it begins; nil if there
// is none of a size that we would have written.
func findMoov(f *os.File) (body []byte, at int64, err error) {
	var head [16]byte
	for range 100 {
		n, _ := f.ReadAt(head[:], at)
		if n < 8 {
			return nil, 0, nil // the end, which is no error here
		}
		size, skip := int64(binary.BigEndian.Uint32(head[:])), int64(8)
		if size == 1 && n == 16 {
			size, skip = int64(min(binary.BigEndian.Uint64(head[8:]), 1<<50)), 16
		}
		if size < skip {
			return nil, 0, nil
		}
		if string(head[4:8]) == "moov" {
			if size > 64<<20 {
				return nil, 0, nil
			}
			body = make([]byte, size-skip)
			if _, err = f.ReadAt(body, at+skip); err != nil {
				return nil, 0, fmt.Errorf("media: reading the result: %w", err)
			}
			return body, at + skip, nil
		}
		at += size
	}
	return nil, 0, nil
}

// box is where a box's body lies in the bytes that hold it.
type box struct {
	kind     string
	from, to int
}

// boxes lists the boxes that lie side by side in b, as far as they make sense.
func boxes(b []byte) []box {
	var out []box
	for at := 0; at+8 <= len(b); {
		size := int(binary.BigEndian.Uint32(b[at:]))
		if size < 8 || size > len(b)-at {
			break
		}
		out = append(out, box{kind: string(b[at+4 : at+8]), from: at + 8, to: at + size})
		at += size
	}
	return out
}
