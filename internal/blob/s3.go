package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3Config says where a bucket is and how to sign for it.
type S3Config struct {
	Endpoint  string // "https://s3.example.org"; http is for tests and private networks
	Bucket    string
	Prefix    string // a folder in the bucket, for one realm; may be empty
	Region    string // may be empty where the server tells
	AccessKey string
	SecretKey string
	// Transport carries the requests, for a private certificate authority or
	// other time limits; nil means the usual.
	Transport http.RoundTripper
}

// S3 keeps objects in a bucket of an S3 server.
type S3 struct {
	core   minio.Core
	bucket string
	prefix string // ends with a slash, or is empty
}

const (
	// answerLimit bounds a call without a deadline of its own that moves no
	// content.
	answerLimit = 30 * time.Second
	// slowest is the number of bytes a second below which a Put without a
	// deadline of its own is given up.
	slowest = 64 << 10
	// partSize is what a large Put keeps in memory, twice.
	partSize = 16 << 20
	retries  = 4
)

// OpenS3 checks that the bucket can be reached and exists.
func OpenS3(ctx context.Context, cfg S3Config) (*S3, error) {
	u, err := url.Parse(cfg.Endpoint)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("S3 endpoint %q: want https://HOST[:PORT]", cfg.Endpoint)
	}
	if err := checkPrefix(cfg.Prefix); err != nil {
		return nil, fmt.Errorf("S3 prefix: %w", err)
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds:      credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""),
		Secure:     u.Scheme == "https",
		Region:     cfg.Region,
		Transport:  cfg.Transport,
		MaxRetries: retries,
	})
	if err != nil {
		return nil, fmt.Errorf("S3 at %s: %w", u.Host, err)
	}
	ctx, cancel := limit(ctx, answerLimit)
	defer cancel()
	found, err := client.BucketExists(ctx, cfg.Bucket)
	if err != nil {
		return nil, fmt.Errorf("S3 at %s: asking for the bucket %s (check address and keys): %w", u.Host, cfg.Bucket, err)
	}
	if !found {
		return nil, fmt.Errorf("S3 at %s has no bucket %s: make it, or name another", u.Host, cfg.Bucket)
	}
	s := &S3{core: minio.Core{Client: client}, bucket: cfg.Bucket}
	return s.Within(cfg.Prefix), nil
}

// Within is the same bucket seen from a folder in it; it shares the
// connections. The prefix must be a valid key, or empty for s itself.
func (s *S3) Within(prefix string) *S3 {
	within := *s
	if prefix != "" {
		within.prefix += prefix + "/"
	}
	return &within
}

// limit gives a call a deadline if it has none.
func limit(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}

// known gives an answer of the server a cause that callers know.
func known(err error) error {
	if r := minio.ToErrorResponse(err); r.Code == minio.NoSuchKey || r.Code == "NotFound" {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return err
}

// Put implements Store. Above 16 MiB it goes up in parts, of which the
// server makes one object in the end.
func (s *S3) Put(ctx context.Context, key string, r io.Reader, size int64) (err error) {
	defer wrap(&err, "put", key)
	if err := CheckKey(key); err != nil {
		return err
	}
	if size < 0 {
		return fmt.Errorf("%w: %d bytes announced", ErrSize, size)
	}
	ctx, cancel := limit(ctx, answerLimit+time.Duration(size/slowest)*time.Second)
	defer cancel()
	content := &exactly{ctx: ctx, r: r, left: size}
	var body io.Reader = content
	if size == 0 { // the client does not read at all
		if _, err := io.Copy(io.Discard, content); err != nil {
			return err
		}
		body = bytes.NewReader(nil)
	}
	_, err = s.core.Client.PutObject(ctx, s.bucket, s.prefix+key, body, size, minio.PutObjectOptions{
		ContentType: contentType(key),
		PartSize:    partSize,
		NumThreads:  2,
	})
	if content.err != nil {
		return content.err // the client may have another name for it
	}
	return known(err)
}

// contentType is for those who follow a presigned address.
func contentType(key string) string {
	switch path.Ext(key) {
	case ".mp4", ".m4s":
		return "video/mp4"
	case ".m4a":
		return "audio/mp4"
	case ".m3u8":
		return "application/vnd.apple.mpegurl"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".png":
		return "image/png"
	case ".webp":
		return "image/webp"
	case ".avif":
		return "image/avif"
	case ".vtt":
		return "text/vtt; charset=utf-8"
	case ".json":
		return "application/json"
	}
	return "application/octet-stream"
}

// Get implements Store.
func (s *S3) Get(ctx context.Context, key string, off, n int64) (_ io.ReadCloser, err error) {
	defer wrap(&err, "get", key)
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	if off < 0 {
		return nil, fmt.Errorf("%w: %d", ErrRange, off)
	}
	opts := minio.GetObjectOptions{}
	if n != 0 && (off > 0 || n > 0) {
		last := int64(0) // to the end
		if n > 0 {
			last = off + n - 1
		}
		if err := opts.SetRange(off, last); err != nil {
			return nil, err
		}
	}
	if n != 0 {
		// ctx bounds the reader too, so the answer alone gets no deadline here;
		// the client's transport has one for it.
		r, _, _, err := s.core.GetObject(ctx, s.bucket, s.prefix+key, opts)
		if err == nil {
			return r, nil
		}
		if minio.ToErrorResponse(err).StatusCode != http.StatusRequestedRangeNotSatisfiable {
			return nil, known(err)
		}
	}
	// Nothing to read, or the server found nothing there: what is the size?
	info, err := s.Stat(ctx, key)
	if err != nil {
		return nil, err
	}
	if off > info.Size {
		return nil, fmt.Errorf("%w: %d of %d bytes", ErrRange, off, info.Size)
	}
	return io.NopCloser(bytes.NewReader(nil)), nil
}

// Stat implements Store.
func (s *S3) Stat(ctx context.Context, key string) (_ Info, err error) {
	defer wrap(&err, "stat", key)
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	ctx, cancel := limit(ctx, answerLimit)
	defer cancel()
	o, err := s.core.StatObject(ctx, s.bucket, s.prefix+key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, known(err)
	}
	return Info{Key: key, Size: o.Size, Modified: o.LastModified}, nil
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, key string) (err error) {
	defer wrap(&err, "delete", key)
	if err := CheckKey(key); err != nil {
		return err
	}
	ctx, cancel := limit(ctx, answerLimit)
	defer cancel()
	err = s.core.Client.RemoveObject(ctx, s.bucket, s.prefix+key, minio.RemoveObjectOptions{})
	if errors.Is(known(err), fs.ErrNotExist) {
		return nil
	}
	return err
}

// DeletePrefix implements Store. A call without a deadline takes as long as
// the server needs for all of it. Parts of uploads that were never ended go
// too.
func (s *S3) DeletePrefix(ctx context.Context, prefix string) (err error) {
	defer wrap(&err, "delete all under", prefix)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var listing error
	results, err := s.core.RemoveObjectsWithIter(ctx, s.bucket, func(yield func(minio.ObjectInfo) bool) {
		for o, err := range s.List(ctx, prefix, "") {
			if err != nil {
				listing = err
				return
			}
			if !yield(minio.ObjectInfo{Key: s.prefix + o.Key}) {
				return
			}
		}
	}, minio.RemoveObjectsOptions{})
	if err != nil {
		return err
	}
	for r := range results {
		if r.Err != nil && !errors.Is(known(r.Err), fs.ErrNotExist) {
			err = r.Err
		}
	}
	if err == nil {
		err = listing
	}
	if err != nil {
		return err
	}
	for u := range s.core.ListIncompleteUploads(ctx, s.bucket, s.under(prefix), true) {
		if minio.ToErrorResponse(u.Err).Code == minio.NoSuchUpload {
			continue // some servers say so of a folder without any
		}
		if u.Err != nil {
			return u.Err
		}
		if err := s.core.AbortMultipartUpload(ctx, s.bucket, u.Key, u.UploadID); err != nil {
			return known(err)
		}
	}
	return nil
}

// under is how the server knows a folder.
func (s *S3) under(prefix string) string {
	if prefix == "" {
		return s.prefix
	}
	return s.prefix + prefix + "/"
}

// List implements Store.
func (s *S3) List(ctx context.Context, prefix, after string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		if err := checkPrefix(prefix); err != nil {
			fail(yield, err)
			return
		}
		opts := minio.ListObjectsOptions{Prefix: s.under(prefix), Recursive: true}
		if after != "" {
			opts.StartAfter = s.prefix + after
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for o := range s.core.ListObjectsIter(ctx, s.bucket, opts) {
			if o.Err != nil {
				fail(yield, fmt.Errorf("blob: listing %s: %w", prefix, o.Err))
				return
			}
			key := strings.TrimPrefix(o.Key, s.prefix)
			if CheckKey(key) != nil || key <= after {
				continue // a stranger's, or a server that does not know StartAfter
			}
			if !yield(Info{Key: key, Size: o.Size, Modified: o.LastModified}, nil) {
				return
			}
		}
		if err := context.Cause(ctx); err != nil {
			fail(yield, err)
		}
	}
}

// Presign implements Presigner.
func (s *S3) Presign(ctx context.Context, key string, expires time.Duration) (_ string, err error) {
	defer wrap(&err, "presign", key)
	if err := CheckKey(key); err != nil {
		return "", err
	}
	ctx, cancel := limit(ctx, answerLimit)
	defer cancel()
	u, err := s.core.PresignedGetObject(ctx, s.bucket, s.prefix+key, expires, nil)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}
