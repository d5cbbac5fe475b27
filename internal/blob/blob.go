// Package blob keeps bytes that people made: media, mostly. An object has a
// key and a content; it is put whole, read in ranges, and deleted. The same
// contract holds for a folder on the disk and for S3.
//
// # Keys
//
// A key is a relative path with slashes: "clips/9f/9f3ac1/540.mp4". See
// [CheckKey]. Keys that begin with the same folder can be listed and deleted
// together. No key may be the folder of another one: with "a/b" stored,
// nobody puts "a" (a folder refuses it, S3 cannot tell).
//
// # Abilities
//
// Beyond [Store] an implementation may have abilities, found by type:
//
//	if o, ok := store.(blob.Opener); ok { ... }   // a real file, for sendfile
//
// [Folder] is an [Opener] and an [Adopter], [S3] is a [Presigner].
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"
)

// Store holds objects. It is safe for concurrent use.
//
// Of every method holds: a key or prefix that CheckKey refuses gives an error
// that wraps ErrKey, and nothing is done; an object that is not there gives
// an error that wraps fs.ErrNotExist; the end of ctx ends the call.
type Store interface {
	// Put stores what r holds, which must be exactly size bytes. One of three
	// things happens:
	//
	//  1. It returns nil. The object is there, whole, and survives a loss of
	//     power. What was there under this key before is gone.
	//  2. It returns an error that wraps ErrSize: r held more or less than size.
	//     Nothing has changed.
	//  3. It returns any other error: r's own, or the store's. Whoever reads the
	//     key gets the object of before (or none), or all of the new one.
	//
	// At no time does anybody see part of an object.
	Put(ctx context.Context, key string, r io.Reader, size int64) error

	// Get reads n bytes from offset off on, or all from there if n is
	// negative. Where the object ends earlier, so does the reader; off may
	// be the object's size, and beyond that the error wraps ErrRange. ctx
	// must live as long as the reader, which the caller closes.
	Get(ctx context.Context, key string, off, n int64) (io.ReadCloser, error)

	// Stat tells about one object.
	Stat(ctx context.Context, key string) (Info, error)

	// Delete removes an object. It is no error if there is none.
	Delete(ctx context.Context, key string) error

	// DeletePrefix removes all objects under a folder ("clips/9f"), or all
	// that there are if prefix is empty. An object put meanwhile may stay.
	DeletePrefix(ctx context.Context, prefix string) error

	// List yields the objects under a folder (all if prefix is empty) whose
	// keys come after the key after (all if it is empty), in the byte order
	// of the keys. An error is the last thing it yields.
	List(ctx context.Context, prefix, after string) iter.Seq2[Info, error]
}

// Opener is the ability to hand out an object as a file, so that net/http
// can leave the copying to the kernel. The caller closes it and must not
// write to it.
type Opener interface {
	Open(key string) (*os.File, error)
}

// Adopter is the ability to take over a local file without copying it, if
// it lies on the same disk. It promises what Put promises; after success
// nothing is left at path, after an error the file is where it was.
type Adopter interface {
	Adopt(ctx context.Context, key, path string) error
}

// Presigner is the ability to give an address under which anybody reads the
// object until it expires, at most seven days later.
type Presigner interface {
	Presign(ctx context.Context, key string, expires time.Duration) (string, error)
}

// Info is what is known of an object without reading it.
type Info struct {
	Key      string
	Size     int64 // bytes
	Modified time.Time
}

// What callers act upon.
var (
	// ErrKey: not a valid key.
	ErrKey = errors.New("blob: bad key")
	// ErrSize: the reader held more or less than was announced.
	ErrSize = errors.New("blob: size differs")
	// ErrRange: the offset lies beyond the end of the object.
	ErrRange = errors.New("blob: offset beyond the end")
)

// Limits of a key, in bytes: a folder has to be able to hold it, below a
// path of its own.
const (
	maxKey     = 512
	maxSegment = 128
)

// CheckKey returns an error that wraps ErrKey unless key is made of one or
// more names with slashes between, each of 1 to 128 letters, digits, and the
// characters . _ - of ASCII, none beginning with a dot, 512 bytes in all.
func CheckKey(key string) error {
	if key == "" || len(key) > maxKey {
		return fmt.Errorf("%w: %d bytes, 1 to %d are allowed", ErrKey, len(key), maxKey)
	}
	for name := range strings.SplitSeq(key, "/") {
		if name == "" || len(name) > maxSegment || name[0] == '.' || strings.ContainsFunc(name, foreign) {
			return fmt.Errorf("%w: %.100q: the name %.100q is not 1 to %d of a-z, A-Z, 0-9, . _ -, the first no dot", ErrKey, key, name, maxSegment)
		}
	}
	return nil
}

func foreign(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
		return false
	}
	return true
}

// checkPrefix also takes the empty prefix.
func checkPrefix(prefix string) error {
	if prefix == "" {
		return nil
	}
	return CheckKey(prefix)
}

// exactly reads r and fails with ErrSize where r does not end after left
// bytes; it fails before it hands out the last of them, so that nobody
// takes what came so far for the whole.
type exactly struct {
	ctx  context.Context
	r    io.Reader
	left int64
	err  error // what it failed with
}

func (e *exactly) Read(p []byte) (n int, err error) {
	defer func() {
		if err != nil && err != io.EOF {
			e.err = err
		}
	}()
	if err := context.Cause(e.ctx); err != nil {
		return 0, err
	}
	if e.left == 0 {
		if err := e.atEnd(); err != nil {
			return 0, err
		}
		return 0, io.EOF
	}
	n, err = e.r.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	switch {
	case e.left == 0 && (err == nil || err == io.EOF):
		if err == nil {
			err = e.atEnd()
		} else {
			err = nil
		}
	case err == io.EOF:
		err = fmt.Errorf("%w: %d bytes are missing", ErrSize, e.left)
	}
	if err != nil {
		n = 0
	}
	return n, err
}

// atEnd asks for one byte more than there may be.
func (e *exactly) atEnd() error {
	var one [1]byte
	switch _, err := io.ReadFull(e.r, one[:]); err {
	case io.EOF:
		return nil
	case nil:
		return fmt.Errorf("%w: there is more than announced", ErrSize)
	default:
		return err
	}
}
