package api

import (
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"reelm"
	"reelm/internal/blob"
	"reelm/internal/visit"
)

// Media makes the addresses of one clip's files.
type Media struct {
	Place *visit.Place
	Clip  *reelm.Clip
	Now   time.Time
	For   reelm.AccountID // whose address it is, where it is signed; 0 for nobody
}

// URL gives the address of a file: plain and cacheable where everybody may
// see the clip, signed for an hour elsewhere. An empty name has none.
func (m Media) URL(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	if reelm.MayCache(m.Clip) {
		return "/media/" + m.Clip.Media + "/" + name, nil
	}
	return m.private(name)
}

// private gives a signed address. The end is rounded, so that a page shows
// the same address for a while and browsers can keep what they fetched.
func (m Media) private(name string) (string, error) {
	const step = 10 * 60
	end := (m.Now.Unix()/step + 1) * step
	end += int64(mediaLife.Seconds()) - step
	who := ""
	if m.For != 0 {
		who = m.For.String()
	}
	sig, err := signature(m.Place, m.Clip.Media+"/"+name, who, end)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("/media/%s/%s?e=%d&u=%s&s=%s", m.Clip.Media, name, end, who, sig), nil
}

func signature(p *visit.Place, file, who string, end int64) (string, error) {
	mac, err := p.MAC("media", fmt.Appendf(nil, "%s\n%s\n%d", file, who, end))
	return base64.RawURLEncoding.EncodeToString(mac), err
}

// AvatarURL gives the address of an account's picture.
func AvatarURL(file string) string { return "/media/avatars/" + file }

// signed says whether a request carries a signature that still holds.
func signed(p *visit.Place, file string, q url.Values, now time.Time) (bool, error) {
	end, err := strconv.ParseInt(q.Get("e"), 10, 64)
	if err != nil || now.Unix() > end {
		return false, nil
	}
	want, err := signature(p, file, q.Get("u"), end)
	return hmac.Equal([]byte(want), []byte(q.Get("s"))), err
}

// rules keeps what the media rule has to know of a clip, from memory: media
// are asked for far more often than clips change. An entry is trusted for
// less than a second, so that a takedown holds within one.
type rules struct {
	mu    sync.Mutex
	clips map[string]rule
	seen  map[string]rule // by clip and who looks: what reelm.MaySee says
}

type rule struct {
	clip *reelm.Clip
	err  error
	at   time.Time
}

const (
	ruleLife = 700 * time.Millisecond
	maxRules = 4096
)

func (s *rules) get(r *http.Request, v *visit.Visit, folder string) (*reelm.Clip, error) {
	key := v.Name + "/" + folder
	now := time.Now()
	s.mu.Lock()
	known, ok := s.clips[key]
	s.mu.Unlock()
	if ok && now.Sub(known.at) < ruleLife {
		return known.clip, known.err
	}
	c, err := v.DB.ClipByMedia(r.Context(), folder)
	if k := reelm.KindOf(err); err != nil && k != reelm.NotFound {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.clips) >= maxRules || s.clips == nil {
		s.clips = map[string]rule{}
	}
	s.clips[key] = rule{c, err, now}
	return c, err
}

// maySee asks the one rule for whoever a signed address was made for, so that
// it ends with a block, an unfollow or another visibility, not with the hour.
func (s *rules) maySee(r *http.Request, v *visit.Visit, c *reelm.Clip, who string) error {
	var viewer reelm.AccountID
	if who != "" {
		var err error
		if viewer, err = reelm.ParseID[reelm.AccountID](who); err != nil {
			return err
		}
	}
	key := v.Name + "/" + c.Media + "/" + who
	now := time.Now()
	s.mu.Lock()
	known, ok := s.seen[key]
	s.mu.Unlock()
	if ok && now.Sub(known.at) < ruleLife {
		return known.err
	}
	rel, err := v.DB.Relation(r.Context(), viewer, c.Author)
	if err != nil {
		return err
	}
	err = reelm.MaySee(c, rel)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) >= maxRules || s.seen == nil {
		s.seen = map[string]rule{}
	}
	s.seen[key] = rule{nil, err, now}
	return err
}

// serveMedia answers a request for a file of a clip, or of an account.
func (a *API) serveMedia(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	folder, name := r.PathValue("folder"), r.PathValue("file")
	if folder == "raw" || folder == "exports" || strings.HasPrefix(name, ".") || path.Base(name) != name {
		return reelm.ErrNotFound
	}
	if err := v.Allow(r.Context(), reelm.ActLook); err != nil {
		return err
	}
	key := folder + "/" + name
	h := w.Header()
	if folder == "avatars" {
		if err := v.MaySeeAvatar(name); err != nil {
			return err
		}
		h.Set("Cache-Control", sharing(v)+", max-age=86400, immutable")
		return a.sendFile(w, r, v, key)
	}
	c, err := a.rules.get(r, v, folder)
	if err != nil {
		return err
	}
	if c.State == reelm.ClipRemoved {
		return reelm.ErrGone
	}
	if err := v.MaySeeMedia(c); err != nil {
		return err
	}
	public := reelm.MayCache(c) && name != c.Preview && name != c.Original
	if public {
		h.Set("Cache-Control", sharing(v)+", max-age=3600")
		h.Set("Access-Control-Allow-Origin", "*")
		return a.sendFile(w, r, v, key)
	}
	ok, err := signed(v.Place, key, r.URL.Query(), v.Now())
	if err != nil {
		return err
	}
	if !ok {
		return reelm.ErrNotFound
	}
	if err := a.rules.maySee(r, v, c, r.URL.Query().Get("u")); err != nil {
		return err
	}
	h.Set("Cache-Control", "private, no-store")
	return a.sendFile(w, r, v, key)
}

// sharing says which caches may keep what everybody may see.
func sharing(v *visit.Visit) string {
	if v.Cacheable() {
		return "public"
	}
	return "private"
}

// sendFile answers with a blob, or the range of it that was asked for.
func (a *API) sendFile(w http.ResponseWriter, r *http.Request, v *visit.Visit, key string) error {
	h := w.Header()
	h.Set("Content-Type", contentType(key))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if o, ok := v.Media.(blob.Opener); ok {
		f, err := o.Open(key)
		if err != nil {
			return noFile(err)
		}
		defer closeQuietly(f)
		info, err := f.Stat()
		if err != nil {
			return err
		}
		h.Set("ETag", etag(info.ModTime(), info.Size()))
		http.ServeContent(w, r, "", info.ModTime(), f) // by sendfile
		return nil
	}
	info, err := v.Media.Stat(r.Context(), key)
	if err != nil {
		return noFile(err)
	}
	h.Set("ETag", etag(info.Modified, info.Size))
	content := &object{ctx: r.Context(), store: v.Media, key: key, size: info.Size}
	defer closeQuietly(content)
	http.ServeContent(w, r, "", info.Modified, content)
	return nil
}

// noFile is the answer where a store does not have what was asked for.
func noFile(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, blob.ErrKey) {
		return reelm.ErrNotFound
	}
	return err
}

func etag(modified time.Time, size int64) string {
	return strconv.Quote(strconv.FormatInt(modified.UnixNano(), 36) + "-" + strconv.FormatInt(size, 36))
}

func contentType(key string) string {
	switch path.Ext(key) {
	case ".mp4":
		return "video/mp4"
	case ".webm":
		return "video/webm"
	case ".vtt":
		return "text/vtt; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(key)); t != "" {
		return t
	}
	return "application/octet-stream"
}

func closeQuietly(c io.Closer) {
	if err := c.Close(); err != nil {
		logClose(err)
	}
}
