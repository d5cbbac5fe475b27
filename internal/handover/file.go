package handover

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// File is one file of an archive, a line of files.ndjson.
type File struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Count  int64  `json:"count"` // of what it holds: rows, messages, or 1
}

// Names in an archive.
const (
	readmeName       = "README.txt"
	schemaName       = "schema.json"
	constitutionName = "constitution.json"
	tablesDir        = "tables/"
	logDir           = "log/"
	modelDir         = "model/"
	ledgerDir        = "ledger/"
	mediaDir         = "media/"
	mediaListDir     = "media-list/"
	keysDir          = "keys/" // of a backup
	listName         = "files.ndjson"
	manifestName     = "manifest.note"
)

const (
	// maxSmall is the largest file that is read as a whole: all but media and
	// the model.
	maxSmall = 80 << 20
	// pieceSize is where a large file is cut.
	pieceSize = 256 << 20
)

var (
	fileName = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9._-]*(/[a-zA-Z0-9_][a-zA-Z0-9._-]*){0,12}$`)
	sumForm  = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func (f File) check() error {
	if len(f.Name) > 300 || !fileName.MatchString(f.Name) || !sumForm.MatchString(f.SHA256) || f.Bytes < 0 || f.Count < 0 {
		return flaw("%s: a line that no archive has: %.200q", listName, f.Name)
	}
	if f.Bytes > pieceSize || f.Bytes > maxSmall && !strings.HasPrefix(f.Name, mediaDir) && !strings.HasPrefix(f.Name, modelDir) {
		return flaw("%s: %s has %d bytes, more than any file of an archive", listName, f.Name, f.Bytes)
	}
	return nil
}

// sum is a hash as a key of a set: half of it is enough to tell files apart
// that one realm made.
type sum [16]byte

func (f File) sum() (s sum) {
	b, err := hex.DecodeString(f.SHA256)
	if err == nil {
		copy(s[:], b)
	}
	return s
}

// eachFile reads a list line by line.
func eachFile(name string, fn func(File) error) (err error) {
	return eachLine(name, func(line []byte) error {
		var f File
		if err := json.Unmarshal(line, &f); err != nil {
			return flaw("%s: a line cannot be read: %v", listName, err)
		}
		if err := f.check(); err != nil {
			return err
		}
		return fn(f)
	})
}

// eachLine reads a file of lines.
func eachLine(name string, fn func(line []byte) error) (err error) {
	r, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return scanLines(r, fn)
}

func scanLines(r io.Reader, fn func(line []byte) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), maxSmall)
	for s.Scan() {
		if err := fn(s.Bytes()); err != nil {
			return err
		}
	}
	return s.Err()
}

// spool is a file of lines that is being written.
type spool struct {
	f *os.File
	w *bufio.Writer
	n int64
}

func newSpool(name string) (*spool, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	return &spool{f: f, w: bufio.NewWriterSize(f, 256<<10)}, nil
}

func (s *spool) add(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	s.n++
	_, err = s.w.Write(append(b, '\n'))
	return err
}

func (s *spool) close() error { return errors.Join(s.w.Flush(), s.f.Sync(), s.f.Close()) }

// Flaw is what is wrong with an archive.
type Flaw struct{ text string }

func (f *Flaw) Error() string { return "the archive is not in order: " + f.text }

func flaw(format string, args ...any) error { return &Flaw{fmt.Sprintf(format, args...)} }
