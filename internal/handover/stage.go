package handover

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"reelm"
)

// stage is a folder into which an archive is read: every file under the hash
// of its content, so that nothing in the archive says where it goes.
type stage struct {
	dir   string
	light bool // media are hashed and not kept
	read  *meter
}

func newStage(dir string, read *meter) (*stage, error) {
	s := &stage{dir: dir, read: read}
	return s, os.MkdirAll(filepath.Join(dir, "parts"), 0o700)
}

func (s *stage) object(sum string) string { return filepath.Join(s.dir, "objects", sum[:2], sum) }

func (s *stage) list() string         { return filepath.Join(s.dir, listName) }
func (s *stage) manifestPath() string { return filepath.Join(s.dir, manifestName) }

// has says whether a file was read, or is known to have been.
func (s *stage) has(f File) bool {
	info, err := os.Stat(s.object(f.SHA256))
	return err == nil && info.Size() == f.Bytes
}

// take reads an archive: a file, or the parts in a folder, of which those
// that were read before are passed over.
func (s *stage) take(ctx context.Context, path string, identities []age.Identity) error {
	if !isFolder(path) {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		s.read.begin("reading", info.Size())
		return s.takePart(ctx, path, identities)
	}
	numbers := listParts(path)
	if len(numbers) == 0 {
		return flaw("%s holds no parts such as 00001.reelm", path)
	}
	var total int64
	for _, n := range numbers {
		if info, err := os.Stat(partFile(path, n)); err == nil {
			total += info.Size()
		}
	}
	s.read.begin("reading", total)
	for i, n := range numbers {
		if n != i+1 {
			return flaw("part %05d.reelm is missing", i+1)
		}
		mark, err := s.mark(partFile(path, n))
		if err != nil {
			return err
		}
		if _, err := os.Stat(mark); err == nil {
			continue
		}
		if err := s.takePart(ctx, partFile(path, n), identities); err != nil {
			return fmt.Errorf("%05d.reelm: %w", n, err)
		}
		syscall.Sync() // what the mark says lies on the disk
		if err := os.WriteFile(mark, nil, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// mark is a file that says that a part was read: named for its beginning,
// which is random, and its length.
func (s *stage) mark(part string) (_ string, err error) {
	f, err := os.Open(part)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.CopyN(h, f, 4096); err != nil && err != io.EOF {
		return "", err
	}
	return filepath.Join(s.dir, "parts", fmt.Sprintf("%x-%d", h.Sum(nil)[:16], info.Size())), nil
}

func (s *stage) takePart(ctx context.Context, path string, identities []age.Identity) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	in := bufio.NewReaderSize(io.TeeReader(f, s.read), 1<<20)
	var plain io.Reader = in
	switch head, _ := in.Peek(21); { // a shorter file is neither
	case bytes.HasPrefix(head, []byte("age-encryption.org/v1")):
		if plain, err = decrypt(in, identities); err != nil {
			return err
		}
	case !bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return flaw("it is neither age nor zstd")
	}
	zip, err := zstd.NewReader(plain, zstd.WithDecoderMaxWindow(64<<20), zstd.WithDecoderConcurrency(2))
	if err != nil {
		return err
	}
	defer zip.Close()
	if err := s.untar(ctx, zip); err != nil {
		return broken(err)
	}
	if n, err := io.Copy(io.Discard, io.LimitReader(zip, 1<<20)); err != nil || n > 64<<10 {
		return errors.Join(broken(err), flaw("%d bytes follow its end", n))
	}
	return nil
}

func decrypt(in io.Reader, identities []age.Identity) (io.Reader, error) {
	if len(identities) == 0 {
		return nil, reelm.Wrong("identity", "needs-identity", "the archive is encrypted: give the identity file of its recipient")
	}
	plain, err := age.Decrypt(in, identities...)
	if none, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return nil, &reelm.Error{Kind: reelm.Refused, Code: "wrong-identity", Field: "identity", Detail: "the archive is encrypted to another recipient", Err: none}
	}
	if err != nil {
		return nil, flaw("its head is damaged: %v", err)
	}
	return plain, nil
}

// broken makes what age, zstd and tar say about damaged bytes a Flaw.
func broken(err error) error {
	var perr *fs.PathError
	if err == nil || errors.As(err, &perr) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, context.Canceled) {
		return err
	}
	if _, ok := errors.AsType[*Flaw](err); ok {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return flaw("it is cut off: %v", err)
	}
	return flaw("bytes in it were changed or cut off: %v", err)
}

func (s *stage) untar(ctx context.Context, r io.Reader) error {
	in := tar.NewReader(r)
	for {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		h, err := in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			return flaw("%.200q is no plain file", h.Name)
		}
		switch f := (File{Name: h.Name, SHA256: strings.Repeat("0", 64), Bytes: h.Size}); {
		case h.Name == listName || h.Name == manifestName:
			err = s.keep(in, filepath.Join(s.dir, h.Name))
		default:
			if err = f.check(); err == nil {
				err = s.file(in, f)
			}
		}
		if err != nil {
			return err
		}
	}
}

func (s *stage) keep(r io.Reader, name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// file keeps a file under the hash of its content.
func (s *stage) file(r io.Reader, f File) error {
	h := sha256.New()
	if s.light && (strings.HasPrefix(f.Name, mediaDir) || strings.HasPrefix(f.Name, modelDir)) {
		if _, err := io.Copy(h, r); err != nil {
			return err
		}
		f.SHA256 = hex.EncodeToString(h.Sum(nil))
		return s.noteLight(f)
	}
	temp := filepath.Join(s.dir, "incoming")
	w, err := os.Create(temp)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.MultiWriter(w, h), r)
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	name := s.object(hex.EncodeToString(h.Sum(nil)))
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return os.Rename(temp, name)
}

// noteLight leaves a file of no bytes but the right size.
func (s *stage) noteLight(f File) error {
	name := s.object(f.SHA256)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		return err
	}
	return os.Truncate(name, f.Bytes)
}

// open reads a file of the archive.
func (s *stage) open(f File) (*os.File, error) { return os.Open(s.object(f.SHA256)) }

// lines reads a file of lines.
func (s *stage) lines(f File, fn func(line []byte) error) (err error) {
	var n int64
	err = eachLine(s.object(f.SHA256), func(line []byte) error {
		n++
		return fn(line)
	})
	if err == nil && n != f.Count {
		err = flaw("%s has %d lines, and the list says %d", f.Name, n, f.Count)
	}
	return err
}

// small reads a file whole.
func (s *stage) small(f File) ([]byte, error) {
	if f.Bytes > maxSmall {
		return nil, flaw("%s has %d bytes", f.Name, f.Bytes)
	}
	return os.ReadFile(s.object(f.SHA256))
}

func readJSON(b []byte, name string, v any) error {
	if err := json.Unmarshal(b, v); err != nil {
		return flaw("%s cannot be read: %v", name, err)
	}
	return nil
}
