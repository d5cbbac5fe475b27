package feed

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"math"
	"slices"
	"time"

	"reelm"
	"reelm/internal/realm"
)

// A serve's token is a version byte, the fields of reelm.Serve in the order
// of encodeServe, and 16 bytes of HMAC-SHA-256 under the realm's key, all in
// URL-safe base 64. It is opaque to whoever holds it.
const (
	tokenVersion = 2
	macSize      = 16
	maxToken     = 1024
)

// Errors of a token: what `rejected` and the problem type call them.
var (
	ErrServe        = &reelm.Error{Kind: reelm.Invalid, Code: "bad-serve", Field: "serve", Detail: "this serve was not given out by this realm"}
	ErrForeignServe = &reelm.Error{Kind: reelm.Invalid, Code: "foreign-serve", Field: "serve", Detail: "this serve was given to somebody else"}
	ErrServeExpired = &reelm.Error{Kind: reelm.Invalid, Code: "expired-serve", Field: "serve", Detail: "this serve is more than a day old"}
	ErrRepeated     = &reelm.Error{Kind: reelm.Invalid, Code: "repeated", Field: "serve", Detail: "this has been counted already"}
)

type tokenWriter struct{ b []byte }

func (w *tokenWriter) uint(v uint64)   { w.b = binary.AppendUvarint(w.b, v) }
func (w *tokenWriter) float(v float64) { w.b = binary.BigEndian.AppendUint64(w.b, math.Float64bits(v)) }
func (w *tokenWriter) string(s string) { w.uint(uint64(len(s))); w.b = append(w.b, s...) }
func (w *tokenWriter) fixed(v uint64)  { w.b = binary.BigEndian.AppendUint64(w.b, v) }

// word writes one of shortWords in a byte, any other word in full.
func (w *tokenWriter) word(s string) {
	i := slices.Index(shortWords, s)
	w.uint(uint64(i + 1))
	if i < 0 {
		w.string(s)
	}
}

// shortWords take one byte each in a token. Their order is part of the format.
var shortWords = []string{"none", "tag", "author", "sound", "watch", "complete", "rewatch", "like", "comment", "share", "follow", "skip",
	"not_interested", "report", "declared"}

type tokenReader struct {
	b   []byte
	bad bool
}

func (r *tokenReader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *tokenReader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.bad = true
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *tokenReader) fixed() uint64 {
	if b := r.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (r *tokenReader) float() float64 { return math.Float64frombits(r.fixed()) }
func (r *tokenReader) string() string { return string(r.take(r.uint())) }

func (r *tokenReader) float32() float32 {
	if b := r.take(4); b != nil {
		return math.Float32frombits(binary.BigEndian.Uint32(b))
	}
	return 0
}

func (r *tokenReader) word() string {
	switch n := r.uint(); {
	case n == 0:
		return r.string()
	case n <= uint64(len(shortWords)):
		return shortWords[n-1]
	}
	r.bad = true
	return ""
}

func encodeServe(s *reelm.Serve) []byte {
	w := tokenWriter{[]byte{tokenVersion}}
	w.fixed(uint64(s.Viewer))
	w.fixed(uint64(s.Clip))
	w.uint(s.Position)
	w.uint(uint64(s.Constitution))
	w.uint(uint64(s.At.UnixMilli()))
	profiled := uint64(0)
	if s.Profiled {
		profiled = 1
	}
	w.uint(profiled)
	w.uint(uint64(s.Limit))
	w.uint(uint64(s.Slot))
	w.string(s.Language)
	w.string(s.Country)
	w.string(s.Source)
	w.float(s.Propensity)
	w.float(s.Score)
	w.uint(uint64(len(s.Parts)))
	for _, p := range s.Parts {
		w.word(p.Name)
		w.b = binary.BigEndian.AppendUint32(w.b, math.Float32bits(float32(p.Value)))
		w.float(p.Contribution)
		if p.Subject == nil {
			w.word("none")
			continue
		}
		w.word(string(p.Subject.Kind))
		w.string(p.Subject.Key)
	}
	w.string(string(s.Context))
	w.fixed(s.Handed)
	w.fixed(s.Nonce)
	return w.b
}

func decodeServe(b []byte) (*reelm.Serve, bool) {
	if len(b) == 0 || b[0] != tokenVersion {
		return nil, false
	}
	r := tokenReader{b: b[1:]}
	s := &reelm.Serve{
		Viewer: reelm.ViewerID(r.fixed()), Clip: reelm.ClipID(r.fixed()), Position: r.uint(), Constitution: int64(r.uint()),
		At: time.UnixMilli(int64(r.uint())).UTC(), Profiled: r.uint() == 1, Limit: int(r.uint()), Slot: int(r.uint()),
		Language: r.string(), Country: r.string(), Source: r.string(), Propensity: r.float(), Score: r.float(),
	}
	for n := r.uint(); n > 0 && !r.bad; n-- {
		p := reelm.Part{Name: r.word(), Value: float64(r.float32()), Contribution: r.float()}
		if kind := r.word(); kind != "none" {
			p.Subject = &reelm.Subject{Kind: reelm.SubjectKind(kind), Key: r.string()}
		}
		s.Parts = append(s.Parts, p)
	}
	s.Context = []byte(r.string())
	s.Handed = r.fixed()
	s.Nonce = r.fixed()
	return s, !r.bad && len(r.b) == 0
}

// Sign makes the token of a serve. Parts that would make it too long lose
// their subject first: the sum stays.
func Sign(r *realm.Realm, s *reelm.Serve) (string, error) {
	body := encodeServe(s)
	for i := len(s.Parts) - 1; base64.RawURLEncoding.EncodedLen(len(body)+macSize) > maxToken; i-- {
		if i < 0 {
			return "", errors.New("a serve's token does not fit into 1 KB")
		}
		short := *s
		short.Parts = append([]reelm.Part(nil), s.Parts...)
		for k := i; k < len(short.Parts); k++ {
			short.Parts[k].Subject = nil
		}
		body = encodeServe(&short)
	}
	mac, err := r.MAC("serve", body)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(body, mac...)), nil
}

// Verify reads a token: who forged it gets ErrServe. The id is the same for
// the same token and for no other.
func Verify(r *realm.Realm, token string) (s *reelm.Serve, id uint64, err error) {
	if len(token) > maxToken {
		return nil, 0, ErrServe
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) < macSize {
		return nil, 0, ErrServe
	}
	body, mac := b[:len(b)-macSize], b[len(b)-macSize:]
	want, err := r.MAC("serve", body)
	if err != nil {
		return nil, 0, err
	}
	if !hmac.Equal(want, mac) {
		return nil, 0, ErrServe
	}
	s, ok := decodeServe(body)
	if !ok {
		return nil, 0, ErrServe
	}
	return s, serveID(s), nil
}

// serveID names a serve on the log: by what it is and not by its signature,
// so that nothing on the log depends on a key.
func serveID(s *reelm.Serve) uint64 {
	w := tokenWriter{}
	w.fixed(uint64(s.Viewer))
	w.fixed(uint64(s.Clip))
	w.uint(uint64(s.At.UnixMilli()))
	w.uint(s.Position)
	w.uint(uint64(s.Slot))
	w.fixed(s.Nonce)
	h := fnv.New64a()
	h.Write(w.b) // never fails
	return h.Sum64()
}
