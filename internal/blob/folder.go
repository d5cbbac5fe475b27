package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// Folder keeps objects as files. All access goes through an os.Root: no key
// and no symbolic link leads out of it. One process at a time may use it.
type Folder struct {
	dir     string
	root    *os.Root
	folders sync.RWMutex // held to remove empty ones, shared to make some
}

// staging holds what is not an object yet, or no longer. No key can name it.
const staging = ".staging"

// OpenFolder opens or creates a folder of objects, and removes what an
// earlier process left half written.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("media folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("media folder: %w", err)
	}
	f := &Folder{dir: dir, root: root}
	if err := f.clear(); err != nil {
		_ = root.Close() // the first error is the one to tell
		return nil, fmt.Errorf("media folder: clearing what was left half written: %w", err)
	}
	return f, nil
}

func (f *Folder) clear() error {
	if err := f.root.RemoveAll(staging); err != nil {
		return err
	}
	return f.root.Mkdir(staging, 0o700)
}

// Close gives the folder back. Files that were handed out stay open.
func (f *Folder) Close() error { return f.root.Close() }

// Put implements Store. The content goes to the disk under another name,
// which is changed to the key's when all of it is there.
func (f *Folder) Put(ctx context.Context, key string, r io.Reader, size int64) (err error) {
	defer wrap(&err, "put", key)
	if err := CheckKey(key); err != nil {
		return err
	}
	if size < 0 {
		return fmt.Errorf("%w: %d bytes announced", ErrSize, size)
	}
	temp := path.Join(staging, rand.Text())
	w, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.root.Remove(temp) // else the next start does it
		}
	}()
	_, err = io.Copy(w, &exactly{ctx: ctx, r: r, left: size})
	if err == nil {
		err = w.Sync()
	}
	if cerr := w.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return f.publish(temp, key)
}

// Adopt implements Adopter. A file on another disk is copied.
func (f *Folder) Adopt(ctx context.Context, key, from string) (err error) {
	defer wrap(&err, "adopt", key)
	if err := CheckKey(key); err != nil {
		return err
	}
	fi, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if !fi.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file", from)
	}
	if err := syncFile(from); err != nil {
		return err
	}
	temp := path.Join(staging, rand.Text())
	// A root cannot rename into itself from outside, but a link to the file
	// under a fresh name of the staging folder is as good.
	err = os.Link(from, filepath.Join(f.dir, staging, path.Base(temp)))
	if errors.Is(err, syscall.EXDEV) || errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EMLINK) {
		return f.copyIn(ctx, key, from, fi.Size())
	}
	if err != nil {
		return err
	}
	if err := f.publish(temp, key); err != nil {
		_ = f.root.Remove(temp) // else the next start does it
		return err
	}
	return os.Remove(from)
}

func (f *Folder) copyIn(ctx context.Context, key, from string, size int64) error {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	err = f.Put(ctx, key, r, size)
	_ = r.Close() // was only read
	if err != nil {
		return err
	}
	return os.Remove(from)
}

// publish gives a staged file its key, and lasts.
func (f *Folder) publish(temp, key string) error {
	dir := path.Dir(key)
	f.folders.RLock() // so that no Delete takes the folder away that was just made
	err := f.root.MkdirAll(dir, 0o700)
	if err == nil {
		err = f.root.Rename(temp, key)
	}
	f.folders.RUnlock()
	if err != nil {
		return err
	}
	return f.syncUp(dir)
}

// syncUp writes the entries of a folder and of those above to the disk: any
// of them may be new.
func (f *Folder) syncUp(dir string) error {
	for {
		d, err := f.root.Open(dir)
		if err == nil {
			err = d.Sync()
			_ = d.Close() // was only read
		}
		// Gone again with what it held: then there is nothing to keep.
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if dir == "." {
			return nil
		}
		dir = path.Dir(dir)
	}
}

func syncFile(name string) error {
	r, err := os.Open(name)
	if err != nil {
		return err
	}
	err = r.Sync()
	_ = r.Close() // was only read
	return err
}

// Open implements Opener.
func (f *Folder) Open(key string) (_ *os.File, err error) {
	defer wrap(&err, "open", key)
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	r, err := f.root.OpenFile(key, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, missing(err)
	}
	fi, err := r.Stat()
	if err == nil && !fi.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		_ = r.Close() // was not read
		return nil, err
	}
	return r, nil
}

// missing makes "a file stands where the key has a folder" what it means.
func missing(err error) error {
	if errors.Is(err, syscall.ENOTDIR) {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return err
}

// Get implements Store.
func (f *Folder) Get(ctx context.Context, key string, off, n int64) (_ io.ReadCloser, err error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	r, err := f.Open(key)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = r.Close() // was not read
		}
	}()
	fi, err := r.Stat()
	if err != nil {
		return nil, err
	}
	if off < 0 || off > fi.Size() {
		return nil, fmt.Errorf("%w: %s: %d of %d bytes", ErrRange, key, off, fi.Size())
	}
	if n < 0 {
		n = fi.Size() - off
	}
	return section{io.NewSectionReader(r, off, n), r}, nil
}

type section struct {
	*io.SectionReader
	io.Closer
}

// Stat implements Store.
func (f *Folder) Stat(ctx context.Context, key string) (_ Info, err error) {
	defer wrap(&err, "stat", key)
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	fi, err := f.root.Stat(key)
	if err == nil && !fi.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return Info{}, missing(err)
	}
	return Info{Key: key, Size: fi.Size(), Modified: fi.ModTime()}, nil
}

// Delete implements Store. Folders that become empty go too.
func (f *Folder) Delete(ctx context.Context, key string) (err error) {
	defer wrap(&err, "delete", key)
	if err := CheckKey(key); err != nil {
		return err
	}
	if _, err := f.Stat(ctx, key); errors.Is(err, fs.ErrNotExist) {
		return nil // also when the key is that of a folder
	}
	if err := f.root.Remove(key); err != nil && !errors.Is(missing(err), fs.ErrNotExist) {
		return err
	}
	return f.prune(path.Dir(key))
}

// prune removes folders that are empty, from dir upwards.
func (f *Folder) prune(dir string) error {
	f.folders.Lock()
	for ; dir != "."; dir = path.Dir(dir) {
		if err := f.root.Remove(dir); err != nil {
			break // it still holds something, or is gone already
		}
	}
	f.folders.Unlock()
	return f.syncUp(dir)
}

// DeletePrefix implements Store. The folder vanishes at once, its files one
// after the other.
func (f *Folder) DeletePrefix(ctx context.Context, prefix string) (err error) {
	defer wrap(&err, "delete all under", prefix)
	if err := checkPrefix(prefix); err != nil {
		return err
	}
	names := []string{prefix}
	if prefix == "" {
		if names, err = f.names("."); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		name = strings.TrimSuffix(name, "/")
		if fi, err := f.root.Lstat(name); err == nil && prefix != "" && !fi.IsDir() {
			return nil // an object of that very name is not under it
		}
		temp := path.Join(staging, rand.Text())
		err := f.root.Rename(name, temp)
		if errors.Is(missing(err), fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = f.root.RemoveAll(temp)
		}
		if err == nil {
			err = f.prune(path.Dir(name))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// wrap puts the call into the error it ends with.
func wrap(err *error, doing, key string) {
	if *err != nil {
		*err = fmt.Errorf("blob: %s %.200q: %w", doing, key, *err)
	}
}
