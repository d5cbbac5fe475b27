package handover

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// packer writes an archive: one stream, or parts of at most partSize.
type packer struct {
	to    age.Recipient // nil: not encrypted
	parts parts
	at    time.Time // of every member

	have map[sum]struct{} // what the other side has already
	list *spool           // of everything
	read *meter

	part    *part
	files   int64
	written int64 // bytes of members
}

// parts is where an archive goes.
type parts interface {
	// next opens the next part.
	next() (io.Writer, error)
	// end keeps it, with the files that it holds.
	end(files []File) error
	// limit is how many bytes a part may have; 0: there is only one.
	limit() int64
}

// part is the part under way.
type part struct {
	buf   *bufio.Writer
	crypt io.WriteCloser
	zip   *zstd.Encoder
	tar   *tar.Writer
	bytes int64
	files []File
}

// partRoom is kept free in a part for what tar, zstd and age add.
const partRoom = 8 << 20

func (p *packer) openPart() error {
	w, err := p.parts.next()
	if err != nil {
		return err
	}
	x := &part{buf: bufio.NewWriterSize(w, 1<<20)}
	var under io.Writer = x.buf
	if p.to != nil {
		if x.crypt, err = age.Encrypt(x.buf, p.to); err != nil {
			return fmt.Errorf("encrypting: %w", err)
		}
		under = x.crypt
	}
	if x.zip, err = zstd.NewWriter(under, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(1<<20), zstd.WithEncoderConcurrency(2)); err != nil {
		return err
	}
	x.tar = tar.NewWriter(x.zip)
	p.part = x
	return nil
}

func (p *packer) closePart() error {
	x := p.part
	if x == nil {
		return nil
	}
	p.part = nil
	if err := errors.Join(x.tar.Close(), x.zip.Close()); err != nil {
		return err
	}
	if x.crypt != nil {
		if err := x.crypt.Close(); err != nil {
			return err
		}
	}
	if err := x.buf.Flush(); err != nil {
		return err
	}
	return p.parts.end(x.files)
}

// put adds a file whose hash is known. The other side's files are only
// listed.
func (p *packer) put(f File, r io.Reader) error {
	if err := f.check(); err != nil {
		return err
	}
	p.files++
	if err := p.list.add(f); err != nil {
		return err
	}
	if _, ok := p.have[f.sum()]; ok {
		return nil
	}
	return p.member(f, r)
}

// member writes a file into the part under way, or the next one.
func (p *packer) member(f File, r io.Reader) error {
	limit := p.parts.limit()
	if p.part != nil && limit > 0 && p.part.bytes+f.Bytes+partRoom > limit {
		if err := p.closePart(); err != nil {
			return err
		}
	}
	if p.part == nil {
		if err := p.openPart(); err != nil {
			return err
		}
	}
	x := p.part
	if err := x.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: f.Name, Size: f.Bytes, Mode: 0o600, ModTime: p.at, Format: tar.FormatPAX}); err != nil {
		return err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(x.tar, h, p.read), r)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	if n != f.Bytes || hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
		return fmt.Errorf("%s changed while it was read", f.Name)
	}
	x.bytes += f.Bytes + 1024
	p.written += f.Bytes
	x.files = append(x.files, f)
	return nil
}

// bytes adds a small file.
func (p *packer) bytes(name string, count int64, b []byte) error {
	h := sha256.Sum256(b)
	return p.put(File{name, hex.EncodeToString(h[:]), int64(len(b)), count}, bytes.NewReader(b))
}

// large adds a file on the disk, in pieces where it is large: NAME, or
// NAME.00001, NAME.00002, ...
func (p *packer) large(name, path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return p.pieces(name, info.Size(), func(off, n int64) (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(f, off, n)), nil
	})
}

// pieces adds a large file, read twice: for its hashes, and to be written.
func (p *packer) pieces(name string, size int64, open func(off, n int64) (io.ReadCloser, error)) error {
	for i, off := 1, int64(0); off < size || i == 1; i, off = i+1, off+pieceSize {
		n := min(pieceSize, size-off)
		f := File{Name: name, Bytes: n, Count: 1}
		if size > pieceSize {
			f.Name = fmt.Sprintf("%s.%05d", name, i)
		}
		h := sha256.New()
		if err := copyPiece(h, open, off, n); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		f.SHA256 = hex.EncodeToString(h.Sum(nil))
		r, err := open(off, n)
		if err != nil {
			return err
		}
		if err := errors.Join(p.put(f, r), r.Close()); err != nil {
			return err
		}
	}
	return nil
}

func copyPiece(w io.Writer, open func(off, n int64) (io.ReadCloser, error), off, n int64) error {
	r, err := open(off, n)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, r.Close())
}

// finish adds the list and what sign makes of it, and ends the archive.
func (p *packer) finish(sign func(list File) ([]byte, error)) error {
	name := p.list.f.Name()
	if err := p.list.close(); err != nil {
		return err
	}
	l, err := fileOf(name)
	if err != nil {
		return err
	}
	l.Name, l.Count = listName, p.files
	note, err := sign(l)
	if err != nil {
		return err
	}
	r, err := os.Open(name)
	if err != nil {
		return err
	}
	if err := errors.Join(p.member(l, r), r.Close()); err != nil {
		return err
	}
	h := sha256.Sum256(note)
	if err := p.member(File{manifestName, hex.EncodeToString(h[:]), int64(len(note)), 1}, bytes.NewReader(note)); err != nil {
		return err
	}
	return p.closePart()
}

// fileOf hashes a file on the disk.
func fileOf(path string) (f File, err error) {
	r, err := os.Open(path)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	h := sha256.New()
	n, err := io.Copy(h, r)
	return File{Name: filepath.Base(path), SHA256: hex.EncodeToString(h.Sum(nil)), Bytes: n, Count: 1}, err
}
