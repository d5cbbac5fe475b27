package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/Eyevinn/mp4ff/mp4"

	"reelm"
)

// made is what was found in a file that we wrote.
type made struct {
	w, h     int
	duration time.Duration // of the picture
	codecs   string        // RFC 6381
	front    bool          // the index stands before the media
}

// judge decides from a finished encode whether the upload was whole.
func (l *Lab) judge(out *outcome, path string, src *Source, mp4 string) (*made, error) {
	if err := out.ours(); err != nil {
		return nil, err
	}
	if err := straighten(mp4); err != nil {
		return nil, err
	}
	m, err := inspect(mp4)
	if err != nil || m.duration == 0 {
		return nil, &reelm.Fault{Code: reelm.FaultUndecodable, Detail: "not one picture of this video can be read"}
	}
	if m.duration > l.cfg.MaxDuration+time.Second/2 {
		return nil, tooLong(l.cfg.MaxDuration)
	}
	if got := m.duration + 100*time.Millisecond; got < src.Duration*9/10 {
		code, why := reelm.FaultCorrupt, "it is damaged"
		if isCut(path) {
			code, why = reelm.FaultTruncated, "the rest is missing; upload it again"
		}
		return nil, &reelm.Fault{Code: code, Detail: fmt.Sprintf("only %v of %v can be played: %s",
			m.duration.Round(100*time.Millisecond), src.Duration.Round(100*time.Millisecond), why)}
	}
	return m, nil
}

// inspect reads the index of an MP4 that we wrote.
func inspect(path string) (m *made, err error) {
	defer func() {
		if p := recover(); p != nil { // the parser is not ours, and neither was every byte in there
			err = fmt.Errorf("media: reading the result: %v", p)
		}
	}()
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	defer f.Close()
	file, err := mp4.DecodeFile(f, mp4.WithDecodeMode(mp4.DecModeLazyMdat))
	if err != nil {
		return nil, fmt.Errorf("media: reading the result: %w", err)
	}
	if file.Moov == nil {
		return nil, errors.New("media: the result has no index")
	}
	m = &made{}
	for _, box := range file.Children {
		if box.Type() == "moov" || box.Type() == "mdat" {
			m.front = box.Type() == "moov"
			break
		}
	}
	var names []string
	for _, t := range file.Moov.Traks {
		stsd := t.Mdia.Minf.Stbl.Stsd
		switch {
		case stsd.AvcX != nil && stsd.AvcX.AvcC != nil:
			c := stsd.AvcX.AvcC
			names = append(names, fmt.Sprintf("avc1.%02x%02x%02x", c.AVCProfileIndication, c.ProfileCompatibility, c.AVCLevelIndication))
		case stsd.Av01 != nil && stsd.Av01.Av1C != nil:
			c := stsd.Av01.Av1C
			tier := "M"
			if c.SeqTier0 != 0 {
				tier = "H"
			}
			depth := 8
			if c.HighBitdepth != 0 {
				depth = 10
			}
			names = append(names, fmt.Sprintf("av01.%d.%02d%s.%02d", c.SeqProfile, c.SeqLevelIdx0, tier, depth))
		case stsd.Mp4a != nil:
			names = append(names, "mp4a.40.2")
			continue
		default:
			return nil, errors.New("media: the result holds a stream that we did not ask for")
		}
		m.w, m.h = int(t.Tkhd.Width>>16), int(t.Tkhd.Height>>16)
		if ts := t.Mdia.Mdhd.Timescale; ts > 0 {
			m.duration = time.Duration(float64(t.Mdia.Mdhd.Duration) / float64(ts) * float64(time.Second)).Round(time.Microsecond)
		}
	}
	if m.w == 0 {
		return nil, errors.New("media: the result has no picture")
	}
	m.codecs = strings.Join(names, ", ")
	return m, nil
}

// isCut says whether an MP4 ends before its last box does.
func isCut(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return false
	}
	var at int64
	var head [16]byte
	for range 10_000 {
		n, err := f.ReadAt(head[:], at)
		if n < 8 {
			return n > 0 || err != nil && !errors.Is(err, io.EOF)
		}
		size := int64(binary.BigEndian.Uint32(head[:]))
		switch {
		case size == 0:
			return false // to the end of the file
		case size == 1 && n >= 16:
			size = int64(min(binary.BigEndian.Uint64(head[8:]), 1<<62))
		}
		if size < 8 {
			return false
		}
		if at += size; at > st.Size() {
			return true
		}
	}
	return false
}
