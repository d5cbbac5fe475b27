package api

import (
	"context"
	"errors"
	"io"

	"reelm/internal/blob"
)

// object reads an object of a store that has no files, such as S3, as
// http.ServeContent wants it: nothing is fetched before the first Read, and
// only from the offset on that is wanted.
type object struct {
	ctx   context.Context
	store blob.Store
	key   string
	size  int64
	off   int64
	body  io.ReadCloser
}

// Seek implements io.Seeker.
func (o *object) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += o.off
	case io.SeekEnd:
		off += o.size
	}
	if off < 0 {
		return 0, errors.New("seeking before the beginning of an object")
	}
	if off == o.off {
		return off, nil
	}
	o.off = off
	return off, o.Close()
}

// Read implements io.Reader.
func (o *object) Read(p []byte) (int, error) {
	if o.off >= o.size {
		return 0, io.EOF
	}
	if o.body == nil {
		body, err := o.store.Get(o.ctx, o.key, o.off, -1)
		if err != nil {
			return 0, err
		}
		o.body = body
	}
	n, err := o.body.Read(p)
	o.off += int64(n)
	return n, err
}

// Close implements io.Closer.
func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	err := o.body.Close()
	o.body = nil
	return err
}
