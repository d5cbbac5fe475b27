package handover

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"os"

	"reelm/internal/eventlog"
)

// A table is cut behind rows whose key's hash says so, one in chunkRows, and
// at chunkBytes at the latest: the same rows make the same files whatever
// stands before them, so that an archive which goes on from another leaves
// most of them out.
const (
	chunkRows  = 2048
	chunkBytes = 4 << 20
	// chunkSpan is how many positions of the log are in one file.
	chunkSpan = 4096
)

// chunker cuts lines into files.
type chunker struct {
	p    *packer
	name func(n int) string
	n    int // files so far
	rows int64
	all  int64
	buf  []byte
}

func (c *chunker) add(line []byte) error {
	c.buf = append(append(c.buf, line...), '\n')
	c.rows++
	c.all++
	if len(c.buf) >= chunkBytes {
		return c.cut()
	}
	return nil
}

func (c *chunker) cut() error {
	if c.rows == 0 {
		return nil
	}
	c.n++
	err := c.p.bytes(c.name(c.n), c.rows, c.buf)
	c.buf, c.rows = c.buf[:0], 0
	return err
}

// numbered names the files of a folder 00000001.ndjson and so on.
func numbered(dir string) func(int) string {
	return func(n int) string { return fmt.Sprintf("%s%08d.ndjson", dir, n) }
}

// cutsBehind says whether a file ends behind a row with this key.
func cutsBehind(key []byte) bool {
	h := fnv.New32a()
	h.Write(key) // never fails
	return h.Sum32()%chunkRows == 0
}

// logLine is a message of the log as a line. Data is the record as it stands
// on the log, byte for byte; what is no JSON comes in base 64.
type logLine struct {
	Seq   uint64          `json:"seq"`
	Shard uint16          `json:"shard"`
	Ages  bool            `json:"ages,omitempty"`
	Data  json.RawMessage `json:"data,omitempty"`
	Bytes string          `json:"bytes,omitempty"`
}

func appendMessage(b []byte, m eventlog.Message) []byte {
	b = fmt.Appendf(b, `{"seq":%d,"shard":%d,"ages":%t,`, m.Seq, m.Shard, m.Ages)
	if json.Valid(m.Data) && oneLine(m.Data) {
		return append(append(append(b, `"data":`...), m.Data...), '}')
	}
	return append(append(append(b, `"bytes":"`...), base64.StdEncoding.EncodeToString(m.Data)...), `"}`...)
}

func oneLine(b []byte) bool {
	for _, c := range b {
		if c == '\n' || c == '\r' {
			return false
		}
	}
	return len(b) > 0 && b[0] != ' ' && b[len(b)-1] != ' '
}

func parseMessage(line []byte) (m eventlog.Message, err error) {
	var l logLine
	if err := json.Unmarshal(line, &l); err != nil {
		return m, flaw("a message of the log cannot be read: %v", err)
	}
	m = eventlog.Message{Seq: l.Seq, Shard: eventlog.Shard(l.Shard), Ages: l.Ages, Data: l.Data}
	if l.Data == nil {
		if m.Data, err = base64.StdEncoding.DecodeString(l.Bytes); err != nil {
			return m, flaw("message %d of the log cannot be read: %v", l.Seq, err)
		}
	}
	if m.Seq == 0 || m.Shard >= eventlog.Shards {
		return m, flaw("message %d of the log has no place", m.Seq)
	}
	return m, nil
}

// mediaLine tells under which key media lie, by the hash of their content.
type mediaLine struct {
	Key    string `json:"key"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Pieces int    `json:"pieces,omitempty"` // where it is cut: NAME.00001 and so on
}

// file is where the content is in the archive.
func (m mediaLine) file(piece int) string {
	if m.Pieces == 0 {
		return mediaDir + m.SHA256[:2] + "/" + m.SHA256
	}
	return fmt.Sprintf("%s%s/%s.%05d", mediaDir, m.SHA256[:2], m.SHA256, piece)
}

// seen is a line of what an export keeps for the next one: media whose hash
// is known.
type seen struct {
	mediaLine
	Modified int64 `json:"modified"` // Unix nanoseconds
}

// seenBefore walks over what an earlier export saw, in step with a listing in
// the same order.
type seenBefore struct {
	f    *os.File
	s    *bufio.Scanner
	next *seen
}

func openSeen(path string) (*seenBefore, error) {
	b := &seenBefore{}
	if path == "" {
		return b, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return nil, err
	}
	b.f, b.s = f, bufio.NewScanner(f)
	return b, b.step()
}

func (b *seenBefore) step() error {
	b.next = nil
	if b.s == nil || !b.s.Scan() {
		if b.s != nil {
			return b.s.Err()
		}
		return nil
	}
	b.next = &seen{}
	return json.Unmarshal(b.s.Bytes(), b.next)
}

// of gives what was seen of a key, nil if nothing or another content.
func (b *seenBefore) of(key string, size, modified int64) (*seen, error) {
	for b.next != nil && b.next.Key < key {
		if err := b.step(); err != nil {
			return nil, err
		}
	}
	if n := b.next; n != nil && n.Key == key && n.Bytes == size && n.Modified == modified {
		return n, nil
	}
	return nil, nil
}

func (b *seenBefore) close() error {
	if b.f == nil {
		return nil
	}
	return b.f.Close()
}
