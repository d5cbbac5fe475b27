package clip

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"reelm"
	"reelm/internal/media"
	"reelm/internal/realm"
	"reelm/internal/store"
)

// Desk takes uploads for one realm.
type Desk struct {
	realm  *realm.Realm
	limits reelm.Limits
}

// NewDesk opens the desk of a realm.
func NewDesk(r *realm.Realm, l reelm.Limits) (*Desk, error) {
	d := &Desk{r, l}
	if err := os.MkdirAll(d.spoolDir(), 0o700); err != nil {
		return nil, fmt.Errorf("making the spool of realm %s: %w", r.Name, err)
	}
	return d, nil
}

func (d *Desk) spoolDir() string { return d.realm.Path("uploads", "spool") }

// Spooled is an upload whose bytes have arrived and lie safely in a file.
type Spooled struct {
	Path   string
	Bytes  int64
	SHA256 [sha256.Size]byte
}

// Discard deletes the file, if nobody took it.
func (s *Spooled) Discard() error {
	err := os.Remove(s.Path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// CheckSize refuses an upload whose size is known before its bytes are sent.
func (d *Desk) CheckSize(bytes int64) error {
	if bytes > d.limits.UploadBytes {
		return (&reelm.Error{Kind: reelm.TooLarge, Code: reelm.FaultTooLarge, Field: "file",
			Detail: fmt.Sprintf("at most %d bytes", d.limits.UploadBytes)}).With("max", d.limits.UploadBytes)
	}
	return nil
}

// CheckDay refuses an upload beyond the number that an account has in a day,
// or beyond the realm's quota.
func (d *Desk) CheckDay(ctx context.Context, author reelm.AccountID) error {
	if err := d.realm.RoomForClip(ctx); err != nil {
		return err
	}
	if d.perDay() == 0 {
		return nil
	}
	n, err := d.realm.DB.UploadsToday(ctx, author)
	if err == nil && n >= d.perDay() {
		err = (&reelm.Error{Kind: reelm.Limited, Code: "uploads-per-day", Field: "file",
			Detail: fmt.Sprintf("at most %d uploads in 24 hours", d.perDay())}).With("max", d.perDay())
	}
	return err
}

func (d *Desk) perDay() int {
	if !d.limits.Enabled {
		return 0
	}
	return d.limits.UploadsPerDay
}

// Spool writes an upload's bytes to a file, flushed to the disk, and stops at
// the limit.
func (d *Desk) Spool(r io.Reader) (_ *Spooled, err error) {
	f, err := os.CreateTemp(d.spoolDir(), "upload-*")
	if err != nil {
		return nil, fmt.Errorf("opening a spool file: %w", err)
	}
	s := &Spooled{Path: f.Name()}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), s.Discard())
		}
	}()
	sum := sha256.New()
	s.Bytes, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, d.limits.UploadBytes+1))
	if err != nil {
		return nil, fmt.Errorf("receiving an upload: %w", err)
	}
	if err := d.CheckSize(s.Bytes); err != nil {
		return nil, err
	}
	if err := f.Sync(); err != nil {
		return nil, fmt.Errorf("keeping an upload: %w", err)
	}
	sum.Sum(s.SHA256[:0])
	return s, f.Close()
}

// Adopt takes a file that arrived in another way, such as in pieces.
func (d *Desk) Adopt(path string) (_ *Spooled, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening an upload: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	s := &Spooled{Path: path}
	sum := sha256.New()
	if s.Bytes, err = io.Copy(sum, f); err != nil {
		return nil, fmt.Errorf("reading an upload: %w", err)
	}
	sum.Sum(s.SHA256[:0])
	return s, f.Sync()
}

// Details are what an author says about an upload.
type Details struct {
	Caption    string
	Language   string
	Visibility string
	Sound      string // id, or empty for its own
	CoverMS    int64  // -1: we choose
	Again      bool
	Upload     string // id of the resumable upload
}

// Take makes a clip of an upload. It returns when nothing can be lost any
// more. What is plainly no video is refused here, with the fault's code.
func (d *Desk) Take(ctx context.Context, author *reelm.Account, s *Spooled, det Details) (_ *reelm.Clip, err error) {
	n := store.NewClip{Author: author.ID, SHA256: s.SHA256[:], Again: det.Again, CoverMS: det.CoverMS, Upload: det.Upload, PerDay: d.perDay()}
	if n.Caption, err = reelm.ParseCaption(det.Caption); err != nil {
		return nil, err
	}
	if n.Visibility, err = reelm.ParseVisibility(det.Visibility); err != nil {
		return nil, err
	}
	if n.Language, err = reelm.ParseLanguage(det.Language, author.Language); err != nil {
		return nil, err
	}
	if n.Sound, err = d.sound(ctx, author.ID, det.Sound); err != nil {
		return nil, err
	}
	if _, err := media.SniffFile(s.Path); err != nil {
		return nil, refused(err)
	}
	if n.Media, err = realm.NewFolder(); err != nil {
		return nil, err
	}
	n.Raw = "raw/" + n.Media
	if err := putFile(ctx, d.realm.Media, n.Raw, s.Path); err != nil {
		return nil, err
	}
	c, err := d.realm.DB.CreateClip(ctx, n)
	if err != nil {
		return nil, errors.Join(err, d.realm.Media.Delete(context.WithoutCancel(ctx), n.Raw))
	}
	return c, nil
}

func (d *Desk) sound(ctx context.Context, author reelm.AccountID, id string) (reelm.SoundID, error) {
	if id == "" {
		return 0, nil
	}
	bad := reelm.Wrong("sound", "no-such-sound", "there is no such sound")
	sound, err := reelm.ParseID[reelm.SoundID](id)
	if err != nil {
		return 0, bad
	}
	if _, err := d.realm.DB.SoundSeen(ctx, author, sound); errors.Is(err, reelm.ErrNotFound) {
		return 0, bad
	} else if err != nil {
		return 0, err
	}
	return sound, nil
}

// refused turns a fault of the file into the refusal of the upload.
func refused(err error) error {
	f, ok := errors.AsType[*reelm.Fault](err)
	if !ok {
		return err
	}
	return &reelm.Error{Kind: reelm.Invalid, Code: f.Code, Field: "file", Detail: f.Detail, Err: err}
}

// Clean deletes spool files that a killed process left behind.
func (d *Desk) Clean() error {
	names, err := filepath.Glob(filepath.Join(d.spoolDir(), "upload-*"))
	for _, n := range names {
		err = errors.Join(err, os.Remove(n))
	}
	return err
}
