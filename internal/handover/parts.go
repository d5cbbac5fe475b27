package handover

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"reelm"
)

// partSize is the most bytes of a numbered part.
const partSize = 1 << 30

// oneStream is a file or a pipe. A file appears when it is whole.
type oneStream struct {
	path string
	f    *os.File
	temp string // where it is written first; empty for a pipe
}

func newStream(path string) *oneStream { return &oneStream{path: path} }

func (o *oneStream) limit() int64 { return 0 }

func (o *oneStream) next() (_ io.Writer, err error) {
	info, err := os.Stat(o.path)
	if err == nil && !info.Mode().IsRegular() {
		o.f, err = os.OpenFile(o.path, os.O_WRONLY, 0)
		return o.f, err
	}
	o.temp = o.path + ".partial"
	o.f, err = os.OpenFile(o.temp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	return o.f, err
}

func (o *oneStream) end([]File) error {
	if o.temp == "" {
		return o.f.Close()
	}
	if err := errors.Join(o.f.Sync(), o.f.Close()); err != nil {
		return err
	}
	o.f = nil
	return os.Rename(o.temp, o.path)
}

// drop removes what was written of a file that was not ended.
func (o *oneStream) drop() error {
	if o.f == nil {
		return nil
	}
	err := o.f.Close()
	if errors.Is(err, fs.ErrClosed) {
		err = nil
	}
	if o.temp != "" {
		if rerr := os.Remove(o.temp); !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}
	return err
}

// folder is numbered parts: 00001.reelm, 00002.reelm, ... Beside each lies
// what it holds, for an export that goes on: the parts themselves only the
// recipient can read.
type folder struct {
	dir   string
	head  partHead
	taken map[int]bool
	n     int
	f     *os.File
}

// partHead is the first line of a part's list.
type partHead struct {
	Realm     string `json:"realm"` // verifier key
	Recipient string `json:"recipient"`
}

var partName = regexp.MustCompile(`^([0-9]{5})\.reelm$`)

func partFile(dir string, n int) string { return filepath.Join(dir, fmt.Sprintf("%05d.reelm", n)) }

// newFolder looks which parts are there, and calls have for each file in
// them.
func newFolder(dir string, head partHead, have func(File)) (*folder, error) {
	o := &folder{dir: dir, head: head, taken: map[int]bool{}}
	for _, n := range listParts(dir) {
		if err := o.look(n, have); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (o *folder) look(n int, have func(File)) error {
	name := o.listName(n)
	first := true
	err := eachLine(name, func(line []byte) error {
		if first {
			first = false
			var h partHead
			if err := json.Unmarshal(line, &h); err != nil {
				return err
			}
			if h != o.head {
				return &reelm.Error{Kind: reelm.Conflict, Code: "foreign-parts", Field: "out", Detail: fmt.Sprintf("%s holds parts of another realm or for another recipient", o.dir)}
			}
			return nil
		}
		var f File
		if err := json.Unmarshal(line, &f); err != nil {
			return err
		}
		have(f)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return os.Remove(partFile(o.dir, n)) // the power went before its list was there
	}
	if err == nil {
		o.taken[n] = true
	}
	return err
}

func (o *folder) listName(n int) string { return filepath.Join(o.dir, fmt.Sprintf("%05d.list", n)) }

func (o *folder) limit() int64 { return partSize }

func (o *folder) next() (_ io.Writer, err error) {
	for o.n = 1; o.taken[o.n]; o.n++ {
	}
	o.f, err = os.OpenFile(filepath.Join(o.dir, ".partial"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	return o.f, err
}

func (o *folder) end(files []File) error {
	if err := errors.Join(o.f.Sync(), o.f.Close()); err != nil {
		return err
	}
	l, err := os.OpenFile(o.listName(o.n), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(l)
	enc := json.NewEncoder(w)
	err = enc.Encode(o.head)
	for _, f := range files {
		if err == nil && f.Name != listName && f.Name != manifestName {
			err = enc.Encode(f)
		}
	}
	if err := errors.Join(err, w.Flush(), l.Sync(), l.Close()); err != nil {
		return err
	}
	o.taken[o.n] = true
	return os.Rename(o.f.Name(), partFile(o.dir, o.n))
}

// listParts gives the numbers of the parts in a folder, in order.
func listParts(dir string) []int {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var out []int
	for _, e := range entries {
		if m := partName.FindStringSubmatch(e.Name()); m != nil {
			n, _ := strconv.Atoi(m[1]) // five digits
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// isFolder says whether an archive is parts in a folder.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
