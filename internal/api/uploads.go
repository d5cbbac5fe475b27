package api

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/tus/tusd/v2/pkg/filelocker"
	"github.com/tus/tusd/v2/pkg/filestore"
	tusd "github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"

	"reelm"
	"reelm/internal/visit"
)

// resumable keeps one tus handler per realm (https://tus.io, protocol 1.0 with
// creation, termination and checksum; the checksum is ours, tusd has none).
type resumable struct {
	mu      sync.Mutex
	byRealm map[string]*tusRealm
}

type tusRealm struct {
	handler http.Handler
	store   filestore.FileStore
	dir     string
}

const tusPath = "/api/v1/uploads"

var tusID = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (u *resumable) of(p *visit.Place, limits reelm.Limits) (*tusRealm, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if t := u.byRealm[p.Name]; t != nil {
		return t, nil
	}
	dir := p.Path("uploads", "resumable")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of resumable uploads: %w", err)
	}
	t := &tusRealm{store: filestore.New(dir), dir: dir}
	c := tusd.NewStoreComposer()
	t.store.UseIn(c)
	filelocker.New(dir).UseIn(c)
	h, err := tusd.NewHandler(tusd.Config{
		StoreComposer: c, BasePath: tusPath + "/", MaxSize: limits.UploadBytes, DisableDownload: true, DisableConcatenation: true,
		Cors: &tusd.CorsConfig{Disable: true}, NetworkTimeout: time.Minute, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		PreUploadCreateCallback: beforeUpload,
	})
	if err != nil {
		return nil, fmt.Errorf("starting resumable uploads: %w", err)
	}
	t.handler = http.StripPrefix(tusPath, h)
	if u.byRealm == nil {
		u.byRealm = map[string]*tusRealm{}
	}
	u.byRealm[p.Name] = t
	return t, nil
}

// beforeUpload refuses what could not become a clip before a byte of it is
// sent, and notes whose upload it is.
func beforeUpload(hook tusd.HookEvent) (tusd.HTTPResponse, tusd.FileInfoChanges, error) {
	v := visit.From(hook.Context)
	err := v.Desk.CheckDay(hook.Context, v.AccountID())
	if err == nil && hook.Upload.SizeIsDeferred {
		err = reelm.Wrong("Upload-Length", "length-required", "say how long the upload is")
	}
	if err == nil {
		err = v.Desk.CheckSize(hook.Upload.Size)
	}
	if err != nil {
		return tusd.HTTPResponse{}, tusd.FileInfoChanges{}, tusProblem(err, v)
	}
	return tusd.HTTPResponse{}, tusd.FileInfoChanges{MetaData: tusd.MetaData{"owner": v.AccountID().String()}}, nil
}

// tusProblem answers inside tusd with a problem like everywhere else.
func tusProblem(err error, v *visit.Visit) error {
	p := ProblemOf(err, v.Lang)
	b, merr := json.Marshal(p)
	if merr != nil {
		return merr
	}
	return tusd.Error{ErrorCode: p.Type, Message: p.Detail, HTTPResponse: tusd.HTTPResponse{StatusCode: p.Status, Body: string(b),
		Header: tusd.HTTPHeader{"Content-Type": "application/problem+json"}}}
}

// resumableUploads answers below /uploads.
func (a *API) resumableUploads(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	if err := v.Allow(r.Context(), reelm.ActMake); err != nil {
		return err
	}
	t, err := a.tus.of(v.Place, a.limits)
	if err != nil {
		return err
	}
	r.Header.Del("X-HTTP-Method-Override")
	if r.Method == http.MethodOptions {
		t.handler.ServeHTTP(&tusOptions{ResponseWriter: w}, r)
		return nil
	}
	if _, err := v.NeedAccount(); err != nil {
		return err
	}
	if id := r.PathValue("id"); id != "" {
		if _, err := t.owned(r.Context(), v, id); err != nil {
			return err
		}
		if r.Method == http.MethodPatch && r.Header.Get("Upload-Checksum") != "" {
			return t.checked(w, r)
		}
	} else if length := r.Header.Get("Upload-Length"); length != "" {
		var n int64
		if _, err := fmt.Sscanf(length, "%d", &n); err == nil {
			if err := v.Desk.CheckSize(n); err != nil {
				return err
			}
		}
	}
	t.handler.ServeHTTP(w, r)
	return nil
}

// tusOptions adds what we do beyond tusd to the answer that lists abilities.
type tusOptions struct{ http.ResponseWriter }

func (w *tusOptions) WriteHeader(status int) {
	h := w.Header()
	if ext := h.Get("Tus-Extension"); ext != "" {
		h.Set("Tus-Extension", ext+",checksum")
		h.Set("Tus-Checksum-Algorithm", "sha1,sha256")
	}
	w.ResponseWriter.WriteHeader(status)
}

// owned finds an upload of the visitor; somebody else's is not there.
func (t *tusRealm) owned(ctx context.Context, v *visit.Visit, id string) (tusd.FileInfo, error) {
	if !tusID.MatchString(id) {
		return tusd.FileInfo{}, reelm.ErrNotFound
	}
	u, err := t.store.GetUpload(ctx, id)
	if err != nil {
		if errors.Is(err, tusd.ErrNotFound) {
			return tusd.FileInfo{}, reelm.ErrNotFound
		}
		return tusd.FileInfo{}, fmt.Errorf("opening a resumable upload: %w", err)
	}
	info, err := u.GetInfo(ctx)
	if err != nil {
		return info, fmt.Errorf("reading a resumable upload: %w", err)
	}
	if info.MetaData["owner"] != v.AccountID().String() {
		return info, reelm.ErrNotFound
	}
	return info, nil
}

// checked takes a piece that carries its checksum: it goes to the upload only
// if it arrived whole (tus 1.0, extension checksum).
func (t *tusRealm) checked(w http.ResponseWriter, r *http.Request) (err error) {
	name, sum, _ := strings.Cut(r.Header.Get("Upload-Checksum"), " ")
	want, derr := base64.StdEncoding.DecodeString(sum)
	var h hash.Hash
	switch name {
	case "sha1":
		h = sha1.New()
	case "sha256":
		h = sha256.New()
	}
	if h == nil || derr != nil {
		return &reelm.Error{Kind: reelm.Invalid, Code: "bad-checksum", Field: "Upload-Checksum", Detail: "sha1 or sha256, a space, and the sum in base 64"}
	}
	f, err := os.CreateTemp(t.dir, "piece-*")
	if err != nil {
		return fmt.Errorf("keeping a piece of an upload: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	n, err := io.Copy(io.MultiWriter(f, h), r.Body)
	if err != nil {
		return (&reelm.Error{Kind: reelm.Invalid, Code: "cut-off", Detail: "the piece did not arrive whole"}).Because(err)
	}
	if string(h.Sum(nil)) != string(want) {
		w.Header().Set("Tus-Resumable", "1.0.0")
		w.WriteHeader(460) // "Checksum Mismatch" of the extension
		return nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r.Body, r.ContentLength = io.NopCloser(f), n
	t.handler.ServeHTTP(w, r)
	return nil
}

// finished takes the file of a complete upload out of tusd's hands.
func (t *tusRealm) finished(ctx context.Context, v *visit.Visit, id string) (path string, done func() error, err error) {
	info, err := t.owned(ctx, v, id)
	if err != nil {
		return "", nil, reelm.Wrong("upload", "no-such-upload", "there is no such upload of yours")
	}
	if info.Offset != info.Size {
		return "", nil, (&reelm.Error{Kind: reelm.Conflict, Code: "upload-unfinished", Field: "upload",
			Detail: fmt.Sprintf("%d of %d bytes have arrived", info.Offset, info.Size)}).With("offset", info.Offset).With("size", info.Size)
	}
	path = filepath.Join(t.dir, id)
	return path, func() error {
		err := os.Remove(path + ".info")
		if rerr := os.Remove(path); !errors.Is(rerr, os.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
		return err
	}, nil
}

// UploadPatience is how long a resumable upload waits for its next byte, or,
// when it is complete, to be made a clip.
const UploadPatience = 24 * time.Hour

// SweepUploads deletes the resumable uploads of a realm that nobody has gone on
// with since a time.
func (a *API) SweepUploads(p *visit.Place, before time.Time) error {
	t, err := a.tus.of(p, a.limits)
	if err != nil {
		return err
	}
	files, err := os.ReadDir(t.dir)
	if err != nil {
		return fmt.Errorf("looking for old uploads: %w", err)
	}
	last := map[string]time.Time{} // by upload: several files each
	for _, f := range files {
		info, ierr := f.Info()
		if errors.Is(ierr, os.ErrNotExist) {
			continue
		}
		if ierr != nil {
			return ierr
		}
		id, _, _ := strings.Cut(f.Name(), ".")
		if at := info.ModTime(); at.After(last[id]) {
			last[id] = at
		}
	}
	for _, f := range files {
		if id, _, _ := strings.Cut(f.Name(), "."); !last[id].Before(before) {
			continue
		}
		if rerr := os.Remove(filepath.Join(t.dir, f.Name())); !errors.Is(rerr, os.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}
	return err
}
